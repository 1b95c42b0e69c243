"""Tables in documents, as ministries publish their lists: Word, web pages, PDF with text."""

import re
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from reli.errors import InvalidData
from reli.sources.encoding import GB18030, UTF8, detect_encoding

__all__ = ["Document", "announced_total", "read_document"]

Grid = list[list[str]]

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class Document:
    """Tables of a document, those that continue each other joined, and the text around them."""

    tables: tuple[Grid, ...]
    text: str


def read_document(path: Path) -> Document:
    """Read a `.docx`, `.html`, `.htm` or `.pdf`.

    Raises:
        InvalidData: not such a document, or without any table.
    """
    readers = {".docx": _read_word, ".pdf": _read_pdf}
    found = readers.get(path.suffix.lower(), _read_html)(path)
    if not found.tables:
        raise InvalidData(
            f"{path} holds no table with text: a scanned page must be typed or recognised first"
        )
    return Document(tuple(_joined(found.tables)), found.text)


_TOTAL = (
    r"(?:共|合计|总计|总数|等)(?:有|计|为|认定|公布|公示|评选出|包括|[:：])*(?:企业|单位)?\s*([\d,，]+)"
    r"\s*[家户项个]"
)


def announced_total(text: str) -> int | None:
    """Number of entries that a document announces, if it names just one.

    As in 共有 1,234 家企业, 共认定企业 20 家, 甲公司等 100 家企业.
    """
    found = re.findall(_TOTAL, text)
    totals = {int(re.sub("[,，]", "", each)) for each in found}
    return totals.pop() if len(totals) == 1 else None


_HEAD_ROWS = 3
"""A title and a header stand in the first rows of a table."""
_HEADING = re.compile(
    r"序号|编号|No\.?|.{0,6}(?:名称|姓名|电话|号码|代码|地址|日期|时间|地区|科室|部门|联系人|联系方式"
    r"|负责人|备注|产品|领域|项目|内容|金额|类型|类别)",
    re.IGNORECASE,
)


def _joined(tables: tuple[Grid, ...]) -> list[Grid]:
    """A list that runs over pages is several tables of one width: one again."""
    joined: list[Grid] = []
    for table in tables:
        more = _continuation(joined[-1], table) if joined else None
        if more is None:
            joined.append([*table])
        else:
            joined[-1] += more
    return joined


def _continuation(last: Grid, table: Grid) -> Grid | None:
    """The rows by which a table goes on with the one before; None where it is another."""
    if _width(last) != _width(table):
        return None
    if table[0] in last[:_HEAD_ROWS]:
        return table[1:]
    # A header of its own: contacts, say, below the list.
    return None if any(map(_is_header, table[:_HEAD_ROWS])) else table


def _is_header(row: list[str]) -> bool:
    """Whether most cells are headings and none is a number."""
    cells = [cell.strip() for cell in row if cell.strip()]
    named = sum(bool(_HEADING.fullmatch(cell)) for cell in cells)
    return 2 * named > len(cells) and not any(cell.isdigit() for cell in cells)


def _width(table: Grid) -> int:
    return max(len(row) for row in table)


def _read_word(path: Path) -> Document:
    try:
        with zipfile.ZipFile(path) as package:
            body = ElementTree.fromstring(package.read("word/document.xml"))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError) as error:
        raise InvalidData(f"{path} is no Word document (.docx): {error}") from error
    tables = [_word_table(table) for table in body.iter(f"{_WORD}tbl")]
    text = "\n".join(_word_text(each) for each in body.iter(f"{_WORD}p"))
    return Document(tuple(table for table in tables if table), text)


def _word_text(element: ElementTree.Element) -> str:
    return "".join(each.text or "" for each in element.iter(f"{_WORD}t"))


def _word_table(table: ElementTree.Element) -> Grid:
    """Rows of a table; cells merged across or downwards are repeated in each."""
    rows: Grid = []
    for row in table.findall(f"{_WORD}tr"):
        cells: list[str] = []
        for cell in row.findall(f"{_WORD}tc"):
            text = "".join(_word_text(each) for each in cell.findall(f"{_WORD}p"))
            merge = cell.find(f"{_WORD}tcPr/{_WORD}vMerge")
            if merge is not None and merge.get(f"{_WORD}val") != "restart" and rows:
                above = rows[-1]
                text = above[len(cells)] if len(cells) < len(above) else text
            span = cell.find(f"{_WORD}tcPr/{_WORD}gridSpan")
            cells += [text] * int(span.get(f"{_WORD}val", "1") if span is not None else 1)
        rows.append(cells)
    return rows


def _read_html(path: Path) -> Document:
    raw = path.read_bytes()
    declared = re.search(rb"charset=[\"']?([\w-]+)", raw[:2048])
    encoding = detect_encoding(raw) or UTF8
    if declared and declared[1].lower().startswith(b"gb"):
        encoding = GB18030
    parser = _HtmlTables()
    parser.feed(raw.decode(encoding, "replace"))
    parser.close()
    return Document(tuple(table for table in parser.tables if table), "".join(parser.text))


@dataclass
class _OpenTable:
    """A table of a page that has not ended: its rows, and the cell that is being read."""

    rows: Grid
    below: dict[int, tuple[str, int]] = field(default_factory=dict)
    cell: list[str] | None = None
    spans: tuple[int, int] = (1, 1)

    def begin_row(self) -> None:
        self.end_cell()
        self.rows.append([])
        self._fill()

    def begin_cell(self, spans: tuple[int, int]) -> None:
        self.end_cell()
        self.spans, self.cell = spans, []

    def end_cell(self) -> None:
        if self.cell is None:
            return
        text = " ".join("".join(self.cell).split())
        across, down = self.spans
        row = self.rows[-1]
        for _ in range(across):
            if down > 1:
                self.below[len(row)] = (text, down - 1)
            row.append(text)
        self.cell = None
        self._fill()

    def _fill(self) -> None:
        """Take over the cells that reach down from the rows above."""
        row = self.rows[-1]
        while (held := self.below.get(len(row))) is not None:
            text, left = held
            self.below[len(row)] = (text, left - 1)
            if left == 1:
                del self.below[len(row)]
            row.append(text)


class _HtmlTables(HTMLParser):
    """Collects the cells of tables, spans repeated; of tables within tables each by itself."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Grid] = []
        self.text: list[str] = []
        self._open: list[_OpenTable] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        table = self._open[-1] if self._open else None
        if tag == "table":
            self._begin_table(table)
        elif tag in ("script", "style"):
            self._hidden += 1
        elif table is not None and tag == "tr":
            table.begin_row()
        elif table is not None and tag in ("td", "th") and table.rows:
            named = dict(attrs)
            table.begin_cell((_span(named.get("colspan")), _span(named.get("rowspan"))))

    def _begin_table(self, around: _OpenTable | None) -> None:
        if around is not None and around.cell is not None:
            # What stands beside a table in a cell is the page's text.
            self.text += around.cell
            around.cell = []
        self.tables.append([])
        self._open.append(_OpenTable(self.tables[-1]))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table") and self._open:
            self._open[-1].end_cell()
        if tag == "table" and self._open:
            self._open.pop()
        elif tag in ("script", "style"):
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            cell = self._open[-1].cell if self._open else None
            (self.text if cell is None else cell).append(data)


def _span(text: str | None) -> int:
    return int(text) if text and text.isdigit() and 0 < int(text) < 1000 else 1


def _read_pdf(path: Path) -> Document:
    try:
        import pdfplumber
    except ImportError as error:
        raise InvalidData(
            f'{path} is a PDF: reading its tables needs a further package, pip install "reli[pdf]"'
        ) from error
    try:
        with pdfplumber.open(path) as file:
            pages = [(page.extract_text() or "", page.extract_tables()) for page in file.pages]
    except Exception as error:  # pdfminer raises whatever the file provokes
        raise InvalidData(f"{path} cannot be read as PDF: {error}") from error
    tables = [
        [["".join((cell or "").split("\n")) for cell in row] for row in table]
        for _, found in pages
        for table in found
        if table
    ]
    return Document(tuple(tables), "\n".join(text for text, _ in pages))
