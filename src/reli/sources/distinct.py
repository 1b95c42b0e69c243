"""A column as its distinct texts, so that what is done to each of them is done once."""

from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from reli.sources.canonical import Kind

__all__ = ["Distinct", "distinct"]

_FEWEST_ROWS = 2_000
"""Of fewer rows each text is taken as it comes."""
_SAMPLE = 1_000
_TIMES = 2
"""It pays where a text stands for so many rows."""
_NEVER: tuple[Kind, ...] = ("credit_code", "long_text")
_SAMPLED: tuple[Kind, ...] = ("text", "names", "owners", "ipc")


@dataclass(frozen=True)
class Distinct:
    """Texts, and where each stands."""

    texts: pl.Series
    places: pl.Series | None = None
    """Position in `texts` of each row, null where it has none; None where they are the rows."""

    def spread(self, found: pl.Series) -> pl.Series:
        """What was found of the texts, row for row."""
        return found if self.places is None else found.gather(self.places)


def distinct(column: pl.Series, kind: Kind) -> Distinct:
    """A column by its distinct texts, where they are few for its rows."""
    if len(column) < _FEWEST_ROWS or kind in _NEVER:
        return Distinct(column)
    if kind in _SAMPLED and _TIMES * column.head(_SAMPLE).n_unique() > _SAMPLE:
        return Distinct(column)
    encoded = column.to_arrow(compat_level=pl.CompatLevel.oldest())
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    if _TIMES * len(encoded.dictionary) > len(column):
        return Distinct(column)
    texts = pl.Series(column.name, encoded.dictionary)
    return Distinct(texts, pl.Series(encoded.indices.cast(pa.uint32())))
