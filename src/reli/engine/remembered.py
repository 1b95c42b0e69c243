"""What texts mean, remembered from batch to batch: one that recurs is read once."""

from collections.abc import Callable
from itertools import repeat
from threading import Lock
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from reli.engine.encoded import as_encoded

__all__ = ["Remembered"]

_Rows = np.ndarray[Any, np.dtype[np.int64]]

_MOST = 200_000
_MOST_CHUNKS = 8
"""Pieces of a table up to which rows are taken from it as quickly as from one."""


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
        return table.select(pl.all().gather(numbers))

    def of(self, texts: pl.Series) -> pl.DataFrame:
        """What each of some distinct texts means; a missing one is asked about as such."""
        table, rows = self._of(texts.to_list())
        return table.select(pl.all().gather(rows))

    def found(self, column: pa.Array) -> tuple[pl.DataFrame, pl.Series]:
        """The meanings of a column's distinct texts, and for each row which of them is its own.

        Args:
            column: texts, plain or dictionary-encoded.
        """
        encoded = as_encoded(column)
        missing = len(encoded.dictionary)
        places = encoded.indices.fill_null(missing).to_numpy()
        is_used = np.zeros(missing + 1, np.bool_)
        is_used[places] = True
        used = np.flatnonzero(is_used)
        texts = pl.Series(encoded.dictionary.cast(pa.large_string()), dtype=pl.String)
        table, rows = self._of(texts.extend(pl.Series([""])).gather(used).to_list())
        at = np.zeros(missing + 1, np.int64)
        at[used] = np.arange(len(used))
        return table.select(pl.all().gather(rows)), pl.Series(at[places])

    def _of(self, texts: list[str | None]) -> tuple[pl.DataFrame, _Rows]:
        """A table that has the meanings of texts, and the row of each."""
        memory = self._memory
        rows = memory.rows_of(texts)
        new = np.flatnonzero(rows < 0)
        if len(new):
            unknown = [texts[at] for at in new]
            told = self._read(pl.Series(unknown, dtype=pl.String))
            with self._lock:
                rows[new] = memory.add(unknown, told)
                if len(memory.rows) > self._most:
                    self._memory = _Memory(told.clear())
        # A table that has grown since has them all.
        return memory.table, rows


class _Memory:
    """A table of answers that grows, and the row of each text."""

    def __init__(self, table: pl.DataFrame) -> None:
        self.table = table
        self.rows: dict[str | None, int] = {}

    def rows_of(self, texts: list[str | None]) -> _Rows:
        """The row of each text; -1 of those that are not known."""
        # In one go: each look-up finds its way through memory but once.
        return np.fromiter(map(self.rows.get, texts, repeat(-1)), np.int64, len(texts))

    def add(self, texts: list[str | None], told: pl.DataFrame) -> _Rows:
        """Take up texts; their rows."""
        rows = np.arange(len(texts)) + self.table.height
        grown = pl.concat([self.table, told])
        # To put a table together copies all of it.
        self.table = grown if grown.n_chunks() <= _MOST_CHUNKS else grown.rechunk()
        self.rows.update(zip(texts, rows.tolist(), strict=True))
        return rows
