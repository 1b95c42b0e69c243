"""Excel workbooks as batches of text."""

import datetime
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import python_calamine as calamine

from reli.errors import InvalidData, UnknownName
from reli.sources.blocks import block_width, unfolded
from reli.sources.csvfile import name_apart
from reli.sources.header import FindHeader, first_row, header_of
from reli.sources.lines import RejectedLine, Rows, Table, title_of

__all__ = [
    "GridTable",
    "cell_text",
    "hidden_sheets",
    "other_tables",
    "read_sheet",
    "sheet_names",
]

_BATCH_ROWS = 65_536
_EXACT_INTEGERS = 1e15
"""Above it Excel has lost digits: a credit code that became a number stays visibly one."""


def cell_text(cell: object) -> str:
    """What a cell shows: whole numbers without a fraction, dates in ISO form, TRUE and FALSE."""
    if isinstance(cell, float):
        is_whole = cell.is_integer() and abs(cell) < _EXACT_INTEGERS
        return str(int(cell)) if is_whole else repr(cell)
    if isinstance(cell, datetime.datetime):
        has_time = cell.time() != datetime.time()
        return cell.isoformat(" ") if has_time else cell.date().isoformat()
    if isinstance(cell, bool):
        return str(cell).upper()
    return str(cell)


def _workbook(path: Path) -> "calamine.CalamineWorkbook":
    try:
        # From the content: not a few workbooks bear the other format's extension.
        return calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    except calamine.CalamineError as error:
        raise InvalidData(
            f"{path} is no Excel workbook that can be read ({error}); "
            "if it is protected by a password, save it without one"
        ) from error


def sheet_names(path: Path) -> list[str]:
    """Names of a workbook's sheets that hold cells."""
    kind = calamine.SheetTypeEnum.WorkSheet
    return [each.name for each in _workbook(path).sheets_metadata if each.typ == kind]


def hidden_sheets(path: Path) -> list[str]:
    """Names of the sheets that are not shown: old states and drafts, mostly."""
    shown = calamine.SheetVisibleEnum.Visible
    return [each.name for each in _workbook(path).sheets_metadata if each.visible != shown]


def read_sheet(path: Path, sheet: str = "") -> list[list[str]]:
    """All rows of a sheet as text; without a name, of the first sheet that has any.

    Merged cells are filled with what they show, since each of their rows means it.

    Raises:
        InvalidData: no workbook, or nothing in it.
        UnknownName: no such sheet.
    """
    workbook = _workbook(path)
    names = [sheet] if sheet else list(workbook.sheet_names)
    if sheet and sheet not in workbook.sheet_names:
        raise UnknownName("sheet", sheet, workbook.sheet_names, str(path))
    for name in names:
        found = workbook.get_sheet_by_name(name)
        rows = found.to_python(skip_empty_area=False)
        texts = [[cell_text(cell) for cell in row] for row in rows]
        if any(any(row) for row in texts):
            _fill_merged(texts, found.merged_cell_ranges or [])
            return texts
    raise InvalidData(f"{path} is empty: expected a sheet with a header and rows below it")


def _fill_merged(
    rows: list[list[str]], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    for (top, left), (bottom, right) in ranges:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        shown = rows[top][left]
        for row in rows[top : bottom + 1]:
            # Downwards only: a title merged across the sheet is no value of each column.
            row[left] = shown
            if top != bottom:
                row[left : right + 1] = [shown] * len(row[left : right + 1])


class GridTable:
    """Rows that are in memory: a sheet of a workbook, a table of a document."""

    def __init__(
        self,
        name: str,
        rows: list[list[str]],
        find_header: FindHeader = first_row,
        above: str = "",
        start: int = 0,
    ) -> None:
        """Find the header among the rows.

        Args:
            name: what the file is called in messages.
            rows: of the table, with titles above its header.
            find_header: which of them are the header.
            above: what is said above them.
            start: rows of the sheet that stand above them.
        """
        self.name = name
        self.others: tuple[GridTable, ...] = ()
        self.rejected: list[RejectedLine] = []
        span = find_header(rows)
        self.title = title_of([[above], *rows[: span.start]])
        header = header_of(rows, span)
        width = max((i + 1 for i, cell in enumerate(header) if cell), default=0)
        self._start = start + span.stop
        # A note beside the table has no header; what stands there is not a column of it.
        below = [(row + [""] * width)[:width] for row in rows[span.stop :]]
        block = block_width(header[:width])
        self._rows = unfolded(below, block)
        self.header = tuple(header[:block])
        self.columns = tuple(name_apart(self.header))
        self.schema = pa.schema([(name, pa.string()) for name in self.columns])

    def column(self, name: str) -> list[str]:
        """The cells of a column, one for each row that is not blank."""
        at = self.columns.index(name)
        return [row[at].strip() for _, row in self._rows if any(cell.strip() for cell in row)]

    def rows(self) -> Iterator[Rows]:
        """The rows that are not blank, with their numbers in the sheet."""
        for start in range(0, len(self._rows), _BATCH_ROWS):
            chunk = self._rows[start : start + _BATCH_ROWS]
            kept = [(at, row) for at, row in chunk if any(cell.strip() for cell in row)]
            if not kept:
                continue
            lines = [self._start + at + 1 for at, _ in kept]
            columns = zip(*(row for _, row in kept), strict=True)
            arrays = [pa.array(column, pa.string()) for column in columns]
            yield Rows(pa.RecordBatch.from_arrays(arrays, schema=self.schema), pa.array(lines))


def other_tables(rows: Table) -> tuple[GridTable, ...]:
    """Further tables of the sheet whose first table this is."""
    return rows.others if isinstance(rows, GridTable) else ()
