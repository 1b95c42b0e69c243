"""What the first rows of a file tell of all: which columns are numbers, how its days stand."""

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
from reli.sources.values import tidy

__all__ = ["prepared"]

_FIRST_ROWS = 20_000
"""In so many rows days tell their order, however much is read at a time."""


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
    assignment = replace(assignment, day_order=_day_order(table, assignment, first))
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
    heads = (first.batch.column(name).slice(0, _FIRST_ROWS) for name in theirs)
    # Of columns of days, in Parquet, nothing is to be told.
    texts = (text_column(each) for each in heads if not kinds.is_temporal(each.type))
    return day_order(tidy(pl.Series(each), "date") for each in texts)
