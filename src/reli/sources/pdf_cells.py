"""Cells of a table in PDF: what merged ones say of each row, also over the end of a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from reli.sources.continued import Grid, continuation

__all__ = ["PdfTable", "carried", "pdf_table"]

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""
_Owner = tuple[int, int]
"""Row and column of the cell that covers a place."""
_OPEN = -1
"""In place of the row, where no line ends the cell: the page does."""
_FEWEST = 2
"""Rows that a merged cell covers."""


@dataclass(frozen=True)
class PdfTable:
    """A table of a page."""

    title: str
    rows: Grid
    owners: tuple[tuple[_Owner, ...], ...]
    """The cell that each text is of."""

    def run(self, start: int, step: int, place: int) -> list[int]:
        """Rows from one on, up or down, that a merged cell of a column covers; else none."""
        owner, rows = self.owners[start][place], []
        at = start
        while 0 <= at < len(self.rows) and self.owners[at][place] == owner:
            rows.append(at)
            at += step
        is_merged = owner[0] == _OPEN or len(rows) >= _FEWEST
        return rows if is_merged and owner[1] == place else []


def pdf_table(title: str, table: Any) -> PdfTable:  # noqa: ANN401 - pdfplumber has no types of its own
    """Texts of a table; a merged cell is repeated in each place that it covers."""
    rows = [["".join((cell or "").split("\n")) for cell in row] for row in table.extract()]
    boxes = [row.cells for row in table.rows]
    columns = [_narrowest(column) for column in zip(*boxes, strict=False)]
    owners = tuple(
        tuple(_owner(boxes, at, place, columns[place]) for place in range(len(row)))
        for at, row in enumerate(boxes)
    )
    for at, row in enumerate(owners):
        for place, (above, left) in enumerate(row):
            if above != _OPEN:
                rows[at][place] = rows[above][left]
    for place, column in enumerate(columns):
        _fill_open(rows, [at for at, row in enumerate(owners) if row[place][0] == _OPEN], table,
                   place, column)  # fmt: skip
    return PdfTable(title, rows, owners)


def _narrowest(column: Sequence[Box | None]) -> Box | None:
    """The cell of a column that is merged with no other."""
    return min(filter(None, column), key=lambda box: box[2] - box[0], default=None)


def _owner(
    boxes: Sequence[Sequence[Box | None]], at: int, place: int, column: Box | None
) -> _Owner:
    """The cell that covers a place."""
    if boxes[at][place] is not None:
        return at, place
    return _cover(boxes, at, place, column) or (_OPEN, place)


def _cover(
    boxes: Sequence[Sequence[Box | None]], at: int, place: int, column: Box | None
) -> _Owner | None:
    """The cell that covers a place without one of its own."""
    if column is None or not any(boxes[at]):
        return None
    across = (column[0] + column[2]) / 2
    # Of merged cells in one row the least high tells the row's own height.
    lowest = min(filter(None, boxes[at]), key=lambda box: box[3] - box[1])
    down = (lowest[1] + lowest[3]) / 2
    for above in range(at, -1, -1):
        for left in range(place, -1, -1):
            box = boxes[above][left]
            if box and box[0] < across < box[2] and box[1] < down < box[3]:
                return above, left
    return None


def _fill_open(
    rows: Grid,
    open_rows: Sequence[int],
    table: Any,  # noqa: ANN401 - pdfplumber has no types of its own
    place: int,
    column: Box | None,
) -> None:
    """What stands where a column has no cell, since the end of the page cuts it."""
    if column is None or not open_rows or open_rows[-1] - open_rows[0] >= len(open_rows):
        return
    top, bottom = table.rows[open_rows[0]].bbox[1], table.rows[open_rows[-1]].bbox[3]
    text = table.page.crop((column[0], top, column[2], bottom)).extract_text() or ""
    for at in open_rows:
        rows[at][place] = "".join(text.split("\n"))


def carried(tables: Sequence[PdfTable]) -> None:
    """Give rows the text of a merged cell that the end of a page parts, as it stands on either."""
    pairs = list(pairwise(tables))
    for above, below in pairs:
        _carry(above, below, forwards=True)
    for above, below in reversed(pairs):
        _carry(above, below, forwards=False)


def _carry(above: PdfTable, below: PdfTable, *, forwards: bool) -> None:
    more = continuation(above.rows, below.rows)
    if not more:
        return
    head = len(below.rows) - len(more)
    for place in range(len(above.rows[-1])):
        upper = above.run(len(above.rows) - 1, -1, place)
        lower = below.run(head, 1, place)
        said, goes_on = above.rows[-1][place], below.rows[head][place]
        if forwards and said and not goes_on and lower:
            _fill(below, lower, place, said)
        if not forwards and goes_on and not said and upper:
            _fill(above, upper, place, goes_on)


def _fill(table: PdfTable, rows: Sequence[int], place: int, text: str) -> None:
    for at in rows:
        table.rows[at][place] = text
