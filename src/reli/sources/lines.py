"""Rows of a file as batches of text, with what could not be read kept beside them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from reli.errors import InvalidData, Problems, repeated_columns
from reli.sources.persons import blank_numbers, is_personal

__all__ = [
    "LINE",
    "RejectedLine",
    "Rows",
    "Table",
    "check_header",
    "check_width",
    "readable_text",
    "title_of",
]

LINE = "source_line"
"""Name of the column of physical line numbers (from 1), where they are asked for."""

_LONGEST_TEXT = 2_000
_MOST_COLUMNS = 16_384


@dataclass(frozen=True)
class RejectedLine:
    """A line that could not be read."""

    file: str
    line: int
    """Physical line or row of the sheet, from 1."""
    reason: str
    """In Chinese, for whoever mends the file."""
    text: str = ""
    """What stands there, without what might be a person's."""


@dataclass(frozen=True)
class Rows:
    """Rows of a file that were read together."""

    batch: pa.RecordBatch
    lines: pa.Array
    """Physical line (int64) of each row."""


class Table(Protocol):
    """A file of rows, read once from beginning to end."""

    name: str
    columns: tuple[str, ...]
    header: tuple[str, ...]
    """The columns as the file calls them, where one may stand several times."""
    schema: pa.Schema
    title: str
    """What stands above the header, in one line; empty where nothing does."""
    rejected: list[RejectedLine]
    """Grows while the rows are read."""

    def rows(self) -> Iterator[Rows]:
        """The rows in their order; a table can be read once."""


def title_of(rows: Sequence[Sequence[str]]) -> str:
    """The text of rows above a header, what is merged across them once."""
    cells = (cell.strip() for row in rows for cell in row)
    return " ".join(dict.fromkeys(filter(None, cells)))


def check_header(table: Table) -> None:
    """Refuse a table of which nobody can say which of several columns is meant.

    Raises:
        Problems: columns that stand several times, together.
    """
    if problems := repeated_columns(table.header):
        raise Problems(table.name, problems)


def check_width(name: str, width: int) -> None:
    """Refuse what has more columns than a sheet can hold, which is no table of firms.

    Raises:
        InvalidData: it has.
    """
    if width > _MOST_COLUMNS:
        raise InvalidData(
            f"{name} has {width:,} columns: expected {_MOST_COLUMNS:,} at most, as a sheet of "
            "Excel has; look at its first line, whether it is a header and rows stand below it"
        )


def readable_text(cells: Sequence[str], columns: Sequence[str]) -> str:
    """What may be kept of a rejected row: nothing of persons.

    Where the number of cells is not that of the columns, nobody can say which cell is a person's:
    then nothing is kept of a table that has such a column.
    """
    personal = [is_personal(column) for column in columns]
    if any(personal):
        if len(cells) != len(columns):
            return ""
        cells = ["" if hidden else cell for cell, hidden in zip(cells, personal, strict=True)]
    return blank_numbers(",".join(cells))[:_LONGEST_TEXT]
