"""What a workbook does not show: formulas that nobody has computed, hidden rows and columns."""

import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

__all__ = ["counts_from_1904", "hidden", "uncomputed"]

_CELL = re.compile(
    rb'<c\b([^>]*?\br="([A-Z]+[0-9]+)"[^>]*)>\s*'
    rb"<f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)
_IS_TEXT = b't="str"'
"""An empty text that Excel has computed looks the same otherwise."""
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


_HIDDEN_ROW = re.compile(rb'<row\b[^>]*?\br="([0-9]+)"[^>]*?\bhidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<col\b[^>]*?\bhidden="(?:1|true)"')
_FROM_1904 = re.compile(rb'<workbookPr\b[^>]*?\bdate1904="(?:1|true)"')


def hidden(path: Path) -> list[tuple[str, int, int]]:
    """Rows and columns of sheets that are filtered out or hidden, and read all the same.

    Args:
        path: a file that may be a workbook (.xlsx, .xlsm); of others there are none.

    Returns:
        Sheet, number of hidden rows and of entries of hidden columns, where there are any.
    """
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as package:
        parts = [(sheet, package.read(part)) for sheet, part in _sheets(package)]
    counted = [
        (sheet, len(_HIDDEN_ROW.findall(text)), len(_HIDDEN_COLUMN.findall(text)))
        for sheet, text in parts
    ]
    return [each for each in counted if each[1] or each[2]]


def counts_from_1904(path: Path) -> bool:
    """Whether a workbook numbers its days from 1904, as those made on a Macintosh."""
    if not zipfile.is_zipfile(path):
        return _is_old_and_from_1904(path)
    with zipfile.ZipFile(path) as package:
        there = "xl/workbook.xml" in package.namelist()
        return there and bool(_FROM_1904.search(package.read("xl/workbook.xml")))


_GLOBALS = b"\x09\x08\x10\x00\x00\x06\x05\x00"
"""Begins the records of a workbook in the form of Excel 97 (.xls) that are of no sheet."""
_SECTOR = 512
_DATE_MODE, _END = 0x22, 0x0A
"""Records of [MS-XLS]: Date1904 (2.4.77), EOF (2.4.103)."""


def _is_old_and_from_1904(path: Path) -> bool:
    """What a workbook of Excel 97 says; of other files nothing is said."""
    with path.open("rb") as file:
        if file.read(8) != b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            return False
        content = file.read()
    at = content.find(_GLOBALS)
    while at >= 0 and (at + 8) % _SECTOR:
        at = content.find(_GLOBALS, at + 1)
    while 0 <= at < len(content) - 4:
        kind, size = struct.unpack_from("<HH", content, at)
        if kind == _DATE_MODE:
            return content[at + 4] == 1
        if kind == _END:
            break
        at += 4 + size
    return False


def uncomputed(path: Path) -> list[tuple[str, str]]:
    """Cells with a formula and no value, which are read as empty.

    Args:
        path: a file that may be a workbook (.xlsx, .xlsm); of others there are none.

    Returns:
        Sheet and cell (B2) of each, in order.
    """
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as package:
        return [
            (sheet, found[2].decode())
            for sheet, part in _sheets(package)
            for found in _CELL.finditer(package.read(part))
            if _IS_TEXT not in found[1]
        ]


def _sheets(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Names of a workbook's sheets and the parts that hold them."""
    there = set(package.namelist())
    book, relations = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if not {book, relations} <= there:
        return
    targets = {
        each.get("Id"): (each.get("Target") or "").removeprefix("/xl/")
        for each in ElementTree.fromstring(package.read(relations))
    }
    for each in ElementTree.fromstring(package.read(book)).iter():
        part = f"xl/{targets.get(each.get(_RELATION))}"
        if each.tag.endswith("}sheet") and part in there:
            yield each.get("name") or "", part
