"""What reads a column of cells, and what it gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from reli.sources.canonical import Column
from reli.sources.day_order import DayOrder
from reli.sources.distinct import Distinct

__all__ = ["Cells", "ReadCells", "Reader", "Spelling", "noted", "where"]


@dataclass(frozen=True)
class Cells:
    """A column as read."""

    values: pl.Series
    doubts: pl.Series
    """Reason (text) where the cell could not be read, else null."""


@dataclass(frozen=True)
class ReadCells:
    """A column: its tidy texts, its values and what is doubtful of them."""

    told: Distinct
    read: Distinct
    why: Distinct

    @property
    def texts(self) -> pl.Series:
        """Row for row; few are asked for."""
        return self.told.rows

    @property
    def doubts(self) -> pl.Series:
        """Row for row; few are asked for."""
        return self.why.rows

    def at(self, rows: pl.Series) -> "ReadCells":
        """Those of some rows."""
        return ReadCells(self.told.at(rows), self.read.at(rows), self.why.at(rows))

    @property
    def is_doubtful(self) -> bool:
        """Whether anything may be."""
        return self.why.texts.null_count() < len(self.why.texts)


@dataclass(frozen=True)
class Spelling:
    """What the mapping, or the file itself, says of one column's values."""

    unit: float | None = None
    """Yuan that a bare number stands for; None where nobody says."""
    values: Mapping[str, str] | None = None
    """Their spelling -> ours."""
    counts_from_1904: bool = False
    """Whether day numbers are those of a workbook made on a Macintosh."""
    day_order: DayOrder = ""
    """What stands first in days whose year stands last."""
    are_parts_of_one: bool = False
    """Whether percentages are told as parts of one: 0.51 is 51%."""


Reader = Callable[[pl.Series, Column, Spelling], Cells]


def noted(text: pl.Series, values: pl.Series, reason: str) -> Cells:
    """Where there is text but no value, the reason."""
    is_bad = text.is_not_null() & values.is_null()
    return Cells(values, where(is_bad, reason))


def where(mask: pl.Series, reason: str) -> pl.Series:
    """The reason where the mask holds, else null."""
    return pl.select(pl.when(mask).then(pl.lit(reason))).to_series()
