"""What the first rows of a file tell of all: what its numbers are, how its days stand."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import cast

import polars as pl
import pyarrow as pa
import pyarrow.types as kinds

from reli.sources.canonical import Table
from reli.sources.cells import text_column
from reli.sources.clean import Cleaner
from reli.sources.day_order import DayOrder, day_order
from reli.sources.lines import Rows
from reli.sources.mapping import Assignment
from reli.sources.reading import OpenedSource
from reli.sources.values import are_parts_of_one, tidy

__all__ = ["prepared"]

_FIRST_ROWS = 20_000
"""Of so many rows cells tell how all are written, however much is read at a time."""


def prepared(table: Table, opened: OpenedSource) -> tuple[Cleaner, Iterator[Rows]]:
    """What cleans the rows of an opened source, and the rows.

    Args:
        table: the canonical table.
        opened: a table of a file.
    """
    rows = opened.rows.rows()
    assignment = opened.assignment
    first = next(rows, None)
    if first is None:
        return Cleaner(table, assignment), iter(())
    if assignment.indicators and not opened.has_declared_indicators:
        assignment = replace(assignment, indicators=_numeric(assignment, first))
    assignment = replace(
        assignment,
        day_order=assignment.day_order or _day_order(table, assignment, first),
        parts_of_one=_parts_of_one(table, assignment, first),
    )
    return Cleaner(table, assignment), chain([first], rows)


def _numeric(assignment: Assignment, first: Rows) -> dict[str, str]:
    """Of the columns of a wide table those that are numbers."""
    frame = cast("pl.DataFrame", pl.from_arrow(pa.Table.from_batches([first.batch])))
    return {
        theirs: ours for theirs, ours in assignment.indicators.items() if _is_numeric(frame[theirs])
    }


def _is_numeric(column: pl.Series) -> bool:
    text = column.cast(pl.String).str.strip_chars()
    given = text.filter(~text.is_in(["", "NA", "NaN", "N/A", "-", "—"]) & text.is_not_null())
    numbers = given.str.replace_all("[,%]", "").cast(pl.Float64, strict=False)
    return 2 * numbers.count() >= len(given)


def _day_order(table: Table, assignment: Assignment, first: Rows) -> DayOrder:
    """What stands first in days of which the year stands last."""
    dates = [column.name for column in table.columns if column.kind == "date"]
    theirs = chain.from_iterable(assignment.columns.get(name, ()) for name in dates)
    # Of columns of days, in Parquet, nothing is to be told.
    told = (name for name in theirs if not kinds.is_temporal(first.batch.column(name).type))
    return day_order(_cells(first, name) for name in told)


def _parts_of_one(table: Table, assignment: Assignment, first: Rows) -> frozenset[str]:
    """Percentages that are told as parts of one: as cells that show 51% hold 0.51."""
    columns = (column.name for column in table.columns if column.is_percentage)
    told = {name: assignment.columns.get(name, ()) for name in columns}
    return frozenset(
        name
        for name, theirs in told.items()
        if any(are_parts_of_one(_cells(first, each)) for each in theirs[:1])
    )


def _cells(first: Rows, name: str) -> pl.Series:
    """The first cells of a column of theirs, tidy."""
    return tidy(pl.Series(text_column(first.batch.column(name).slice(0, _FIRST_ROWS))))
