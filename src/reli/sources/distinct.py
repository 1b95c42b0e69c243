"""A column as its distinct texts, so that what is done to each of them is done once."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl
import pyarrow as pa
import pyarrow.types as kinds

from reli.engine import fewest_values
from reli.sources.canonical import Kind

__all__ = ["Distinct", "distinct"]

_FEWEST_ROWS = 2_000
"""Of fewer rows each text is taken as it comes."""
_SAMPLE = 1_000
_TIMES = 2
"""It pays where a text stands for so many rows."""
_NEVER: tuple[Kind, ...] = ("credit_code", "number_of_work", "long_text")
_SAMPLED: tuple[Kind, ...] = ("text", "names", "owners", "ipc")


@dataclass(frozen=True)
class Distinct:
    """Texts, or what was found of them, and where each stands."""

    texts: pl.Series
    places: pl.Series | None = None
    """Position in `texts` of each row, null where it has none; None where they are the rows."""
    odd: pl.Series | None = None
    """Position in `texts` of those that were not tidy as they came; None where nobody looked."""

    def spread(self, found: pl.Series) -> pl.Series:
        """What was found of the texts, row for row."""
        return found if self.places is None else found[self.places]

    @property
    def rows(self) -> pl.Series:
        """The texts, row for row."""
        return self.spread(self.texts)

    @property
    def missing(self) -> int:
        """How many rows have no text."""
        if self.places is None:
            return self.texts.null_count()
        if not self.texts.null_count():
            return self.places.null_count()
        return len(self.places) - int(self.is_filled.sum())

    @cached_property
    def is_filled(self) -> pl.Series:
        """Whether each row has a text."""
        if self.places is not None and not self.texts.null_count():
            return self.places.is_not_null()
        there = self.spread(self.texts.is_not_null())
        return there.fill_null(False) if there.null_count() else there

    def at(self, rows: pl.Series) -> "Distinct":
        """Those of some rows."""
        if self.places is None:
            # Of columns that say nothing, as many as are asked for.
            is_void = self.texts.null_count() == len(self.texts)
            return Distinct(self.texts.head(len(rows)) if is_void else self.texts[rows])
        return Distinct(self.texts, self.places[rows])

    def to_arrow(self, kind: pa.DataType) -> pa.Array:
        """The rows as an array of a type; texts that stand for several as a dictionary."""
        if self.places is None or not kinds.is_string(kind):
            return self.rows.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(kind)
        # Several spellings may mean the same, or nothing.
        told = self.texts.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(kind)
        told = told.dictionary_encode()
        places = self.places.to_arrow()
        return pa.DictionaryArray.from_arrays(told.indices.take(places), told.dictionary)


def distinct(column: pa.Array, kind: Kind) -> Distinct:
    """A column by its distinct texts, where they are few for its rows.

    Args:
        column: of any type; a dictionary, as files keep it, is taken as it is.
        kind: what its texts are read as.
    """
    pays = len(column) >= _FEWEST_ROWS and kind not in _NEVER
    fewer = 1  # What is a dictionary already pays as soon as it has fewer texts than rows.
    if not kinds.is_dictionary(column.type):
        if not pays or not _may_recur(column, kind):
            return Distinct(pl.Series(column))
        column, fewer = column.dictionary_encode(), _TIMES
    if not pays or fewer * len(column.dictionary) > len(column):
        return Distinct(pl.Series(column.dictionary_decode()))
    return Distinct(pl.Series(column.dictionary), pl.Series(column.indices.cast(pa.uint32())))


def _may_recur(column: pa.Array, kind: Kind) -> bool:
    """Whether texts of the kind recur, or those at the beginning let expect few."""
    if kind not in _SAMPLED:
        return True
    return _TIMES * fewest_values(column.slice(0, _SAMPLE).drop_null()) <= len(column)
