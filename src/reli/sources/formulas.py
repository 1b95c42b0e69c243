"""Formulas of a workbook whose values nobody has computed: programs write such, Excel never."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

__all__ = ["uncomputed"]

_CELL = re.compile(
    rb'<c\b([^>]*?\br="([A-Z]+[0-9]+)"[^>]*)>\s*'
    rb"<f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)
_IS_TEXT = b't="str"'
"""An empty text that Excel has computed looks the same otherwise."""
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


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
