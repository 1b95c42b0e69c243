"""Tables of web pages, as they are shown."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from reli.sources.continued import Grid, Titled
from reli.sources.encoding import HEAD_BYTES, UTF8, detect_encoding, without_mark
from reli.sources.titles import title_above

__all__ = ["hidden_rows", "read_page"]


def read_page(path: Path) -> tuple[list[Titled], str]:
    """The tables of a web page as it is shown, each with its title, and the text around them."""
    parser = _parsed(path)
    titled = zip(parser.titles, parser.tables, strict=True)
    return [each for each in titled if each[1]], "".join(parser.text)


def hidden_rows(path: Path) -> int:
    """Rows of its tables that a page does not show, and that are not read."""
    return _parsed(path).hidden_rows


def _parsed(path: Path) -> "_HtmlTables":
    raw = path.read_bytes()
    # What the page declares may be that of the site, before a browser saved it in another.
    opened = without_mark(io.BufferedReader(io.BytesIO(raw)), raw[:HEAD_BYTES]).read()
    text = opened.decode(detect_encoding(opened, str(path)) or UTF8, "replace")
    shown = _fed(_HtmlTables(), text)
    # Where a script shows the table, what it hides before is all there is.
    return shown if any(shown.tables) else _fed(_HtmlTables(shows_all=True), text)


def _fed(parser: "_HtmlTables", text: str) -> "_HtmlTables":
    parser.feed(text)
    parser.close()
    return parser


@dataclass
class _OpenTable:
    """A table of a page that has not ended: its rows, and the cell that is being read."""

    rows: Grid
    below: dict[int, tuple[str, int]] = field(default_factory=dict)
    cell: list[str] | None = None
    spans: tuple[int, int] = (1, 1)
    told: int = 0
    """Rows that are text of the page, since they stand above a table within this one."""

    def text_above(self) -> Iterator[str]:
        """What stands in the table above one that begins in its cell, in lines."""
        for row in self.rows[self.told :]:
            yield from (f"\n{text}" for text in dict.fromkeys(row))
        self.told = len(self.rows)
        if self.cell is not None:
            yield from ("\n", *self.cell)
            self.cell = []

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


_LINES = ("title", "body", "p", "div", "li", "br", "h1", "h2", "h3", "h4", "caption")
"""What begins a line of a page's text."""


_VOID = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr")
"""What holds nothing, and has no end."""
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_CELLS, _ROWS = ("td", "th"), ("tr", "tbody", "thead", "tfoot")


_NEVER = ("script", "style", "template")


def _is_hidden(tag: str, attributes: Mapping[str, str | None]) -> bool:
    # Some pages hide all of themselves until a script has run.
    if tag in (*_VOID, "html", "body"):
        return False
    is_hidden = "hidden" in attributes or _NOT_SHOWN.search(attributes.get("style") or "")
    return tag in _NEVER or bool(is_hidden)


@dataclass
class _Hidden:
    """Something that is not shown, until it ends; ends of rows and cells may be left out."""

    tag: str
    depth: int = 1
    tables: int = 0

    def holds(self, tag: str) -> bool:
        """Whether what begins here is within it."""
        if tag in _FOLLOWS.get(self.tag, ()) and not self.tables:
            return False
        self.depth += tag == self.tag
        self.tables += tag == "table"
        return True

    def ends(self, tag: str) -> bool:
        """Whether it ends with this."""
        if tag in _AROUND.get(self.tag, ()) and not self.tables:
            return True
        self.depth -= tag == self.tag
        self.tables -= tag == "table"
        return self.depth == 0


_FOLLOWS = {
    **dict.fromkeys(_CELLS, (*_CELLS, *_ROWS)),
    "tr": _ROWS,
    "p": ("p", "div", "table", "ul", "ol", "h1", "h2", "h3", "h4"),
    "li": ("li",),
}
"""What begins behind something that was left without an end."""
_AROUND = {**dict.fromkeys(_CELLS, (*_ROWS, "table")), "tr": (*_ROWS[1:], "table")}
"""What ends with it, then."""


class _HtmlTables(HTMLParser):
    """Collects the cells of tables, spans repeated; of tables within tables each by itself."""

    def __init__(self, *, shows_all: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self._shows_all = shows_all
        self.tables: list[Grid] = []
        self.titles: list[str] = []
        self.text: list[str] = []
        self._above = 0
        self._open: list[_OpenTable] = []
        self._hidden: _Hidden | None = None
        self.hidden_rows = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden is not None and self._hidden.holds(tag):
            self.hidden_rows += tag == "tr" and bool(self._open or self._hidden.tables)
            return
        self._hidden = None
        if _is_hidden(tag, dict(attrs)) and not (self._shows_all and tag not in _NEVER):
            self._hidden = _Hidden(tag)
            self.hidden_rows += tag == "tr"
            return
        table = self._open[-1] if self._open else None
        if tag == "table":
            self._begin_table(table)
        elif tag in _LINES and (table is None or table.cell is None):
            self.text.append("\n")
        elif table is not None and tag == "tr":
            table.begin_row()
        elif table is not None and tag in ("td", "th") and table.rows:
            named = dict(attrs)
            table.begin_cell((_span(named.get("colspan")), _span(named.get("rowspan"))))

    def _begin_table(self, around: _OpenTable | None) -> None:
        if around is not None:
            # A table with tables in its cells lays out the page: what stands there is its text.
            self.text += around.text_above()
        self.titles.append(title_above("".join(self.text[self._above :]).splitlines()))
        self._above = len(self.text)
        self.tables.append([])
        self._open.append(_OpenTable(self.tables[-1]))

    def handle_endtag(self, tag: str) -> None:
        if self._hidden is not None:
            is_own = tag == self._hidden.tag
            self._hidden = None if self._hidden.ends(tag) else self._hidden
            if is_own or self._hidden is not None:
                return
        if tag in ("td", "th", "tr", "table") and self._open:
            self._open[-1].end_cell()
        if tag == "table" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._hidden is None:
            cell = self._open[-1].cell if self._open else None
            (self.text if cell is None else cell).append(data)


def _span(text: str | None) -> int:
    return int(text) if text and text.isdigit() and 0 < int(text) < 1000 else 1
