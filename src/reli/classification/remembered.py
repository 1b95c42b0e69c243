"""What texts mean, remembered from batch to batch: a name of a place recurs and is read once."""

from collections.abc import Callable
from threading import Lock

import numpy as np
import polars as pl
import pyarrow as pa

from reli.engine.encoded import as_encoded

__all__ = ["Remembered"]

_MOST = 200_000


class Remembered:
    """Reads each distinct text once, as long as there is room. Safe to share between threads."""

    def __init__(
        self, read: Callable[[pl.Series], pl.DataFrame], nothing: pl.DataFrame, most: int = _MOST
    ) -> None:
        """Know nothing yet.

        Args:
            read: what distinct texts mean, row for row; each for itself.
            nothing: the same of no texts.
            most: texts after which all are forgotten.
        """
        self._read = read
        self._most = most
        self._memory = _Memory(nothing)
        self._lock = Lock()

    def told(self, column: pa.Array) -> pl.DataFrame:
        """What each text of a column means; a missing text means what the empty one does."""
        table, numbers = self.found(column)
        return table[numbers]

    def found(self, column: pa.Array) -> tuple[pl.DataFrame, pl.Series]:
        """The meanings of a column's distinct texts, and for each row which of them is its own.

        Args:
            column: texts, plain or dictionary-encoded.
        """
        encoded = as_encoded(column)
        places = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy()
        used, at = _distinct(places, len(encoded.dictionary) + 1)
        texts = pl.Series(encoded.dictionary.cast(pa.large_string()), dtype=pl.String)
        distinct = texts.extend(pl.Series([""]))[used]
        return self._of(distinct), pl.Series(at)

    def _of(self, distinct: pl.Series) -> pl.DataFrame:
        memory, texts = self._memory, distinct.to_list()
        new = [text for text in texts if text not in memory.rows]
        if new:
            told = self._read(pl.Series(new, dtype=pl.String))
            with self._lock:
                memory.add(new, told)
                if len(memory.rows) > self._most:
                    self._memory = _Memory(told.clear())
        # The rows first: a table that has grown since has them all.
        rows = [memory.rows[text] for text in texts]
        return memory.table[rows]


class _Memory:
    """A table of answers that grows, and the row of each text."""

    def __init__(self, table: pl.DataFrame) -> None:
        self.table = table
        self.rows: dict[str, int] = {}

    def add(self, texts: list[str], told: pl.DataFrame) -> None:
        first = self.table.height
        self.table = pl.concat([self.table, told], rechunk=True)
        self.rows |= dict(zip(texts, range(first, first + len(texts)), strict=True))


def _distinct(
    places: np.ndarray[tuple[int], np.dtype[np.int32]], most: int
) -> tuple[list[int], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """The numbers that occur, in order, and the position of each row's number among them."""
    occurs = np.zeros(most, np.bool_)
    occurs[places] = True
    return np.flatnonzero(occurs).tolist(), (np.cumsum(occurs) - 1)[places]
