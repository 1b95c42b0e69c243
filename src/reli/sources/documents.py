"""Tables in documents, as ministries publish their lists: Word, web pages, PDF with text."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from reli.errors import InvalidData
from reli.sources.continued import HEAD_ROWS, Grid, Titled, joined
from reli.sources.enumerated import enumerated_lists
from reli.sources.page import read_page
from reli.sources.pdf import read_pdf
from reli.sources.titles import title_above

__all__ = ["Document", "read_document"]

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class Document:
    """Tables of a document, those that continue each other joined, and the text around them."""

    tables: tuple[Grid, ...]
    text: str
    titles: tuple[str, ...] = ()
    """What is said above each table."""


def read_document(path: Path) -> Document:
    """Read a `.docx`, `.html`, `.htm` or `.pdf`.

    Raises:
        InvalidData: not such a document, or without any table or list of firms in its text.
    """
    readers = {".docx": _read_word, ".pdf": read_pdf}
    found, text = readers.get(path.suffix.lower(), read_page)(path)
    if not any(_names_firms(table) for _, table in found):
        found = [*found, *enumerated_lists(text)]
    if not found:
        why = (
            "text and neither table nor list: copy what it lists into a table (.xlsx, .csv)"
            if text.strip()
            else "no table with text: a scanned page must be typed or recognised first"
        )
        raise InvalidData(f"{path} holds {why}")
    titles, tables = zip(*joined(found), strict=True)
    return Document(tables, text, titles)


def _names_firms(table: Grid) -> bool:
    """Whether a table lists firms or anything else by name; then the text around it does not."""
    return any(_NAME.fullmatch("".join(cell.split())) for row in table[:HEAD_ROWS] for cell in row)


_NAME = re.compile(r".{0,12}(?:名称|企业|公司|单位)|(?i:.*name)")


def _read_word(path: Path) -> tuple[list[Titled], str]:
    try:
        with zipfile.ZipFile(path) as package:
            body = _as_it_stands(ElementTree.fromstring(package.read("word/document.xml")))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError) as error:
        why = str(error)
        if path.read_bytes().startswith(_OLE):
            why = "of the old kind (.doc) or under a password; save it as .docx, without one"
        raise InvalidData(f"{path} is no Word document (.docx): {why}") from error
    tables = [(title, _word_table(table)) for title, table in _titled(body)]
    text = "\n".join(_word_text(each) for each in body.iter(f"{_WORD}p"))
    return [each for each in tables if each[1]], text


_OLE = bytes.fromhex("d0cf11e0")
"""With which old documents begin, and new ones that a password protects."""
_NOT_THERE = (
    f"{_WORD}del",
    f"{_WORD}moveFrom",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)
"""What a tracked change took away, and what old programs show in place of a text box."""


def _as_it_stands(body: ElementTree.Element) -> ElementTree.Element:
    """A document as it is shown, with its changes accepted and without hidden words and rows."""
    for parent in list(body.iter()):
        for child in [each for each in parent if each.tag in _NOT_THERE or _is_hidden(each)]:
            parent.remove(child)
    return body


def _is_hidden(element: ElementTree.Element) -> bool:
    marks = (element.find(path) for path in _HIDING.get(element.tag, ()))
    values = (each.get(f"{_WORD}val", "1") for each in marks if each is not None)
    return any(value not in ("0", "false", "off") for value in values)


_HIDING = {
    f"{_WORD}r": (f"{_WORD}rPr/{_WORD}vanish",),
    f"{_WORD}tr": (f"{_WORD}trPr/{_WORD}hidden",),
}
"""What marks words or a row as not to be shown."""


def _titled(body: ElementTree.Element) -> Iterator[tuple[str, ElementTree.Element]]:
    """Tables, each with what is said between it and the one before."""
    tables = list(body.iter(f"{_WORD}tbl"))
    # A table with tables in its cells lays out the document: what stands there is its text.
    listing = [table for table in tables if len(list(table.iter(f"{_WORD}tbl"))) == 1]
    inside = {each for table in listing for each in table.iter(f"{_WORD}p")}
    above: list[str] = []
    for each in body.iter():
        if each.tag == f"{_WORD}p" and each not in inside:
            above.append(_word_text(each))
        elif each.tag == f"{_WORD}tbl":
            yield title_above(above), each
            above = []


def _word_text(element: ElementTree.Element) -> str:
    return "".join(each.text or "" for each in element.iter(f"{_WORD}t"))


def _children(parent: ElementTree.Element, kind: str) -> Iterator[ElementTree.Element]:
    """Rows of a table, or cells of a row, also where a form's field (w:sdt) holds them."""
    for child in parent:
        if child.tag == _WORD + kind:
            yield child
        elif child.tag in (f"{_WORD}sdt", f"{_WORD}sdtContent"):
            yield from _children(child, kind)


def _word_table(table: ElementTree.Element) -> Grid:
    """Rows of a table; cells merged across or downwards are repeated in each."""
    rows: Grid = []
    for row in _children(table, "tr"):
        cells: list[str] = []
        for cell in _children(row, "tc"):
            text = "".join(_word_text(each) for each in cell.findall(f"{_WORD}p"))
            merge = cell.find(f"{_WORD}tcPr/{_WORD}vMerge")
            if merge is not None and merge.get(f"{_WORD}val") != "restart" and rows:
                above = rows[-1]
                text = above[len(cells)] if len(cells) < len(above) else text
            span = cell.find(f"{_WORD}tcPr/{_WORD}gridSpan")
            cells += [text] * int(span.get(f"{_WORD}val", "1") if span is not None else 1)
        rows.append(cells)
    return rows
