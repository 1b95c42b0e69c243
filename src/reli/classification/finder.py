"""Words found in columns of texts, all texts at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import ahocorasick_rs
import numpy as np
import polars as pl
import pyarrow as pa

__all__ = ["Finder", "Finds"]

_Ints = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Finds:
    """Words that were found, in the order of the texts."""

    words: _Ints
    """Number of each word."""
    rows: _Ints
    """The text in which it stands."""
    begins: _Ints
    """Where in its text it begins, in bytes."""
    ends: _Ints


class Finder:
    """An automaton of words, made once: within an expression it would be made for each batch.

    Safe to share between threads.
    """

    def __init__(self, words: Sequence[str], *, prefers_longer: bool = True) -> None:
        """Build the automaton.

        Args:
            words: none of which has a line break.
            prefers_longer: of words that begin at one place the longest counts, else the first
                in order; of others that overlap always the leftmost.
        """
        kinds = ahocorasick_rs.MatchKind
        self._automaton = ahocorasick_rs.BytesAhoCorasick(
            [word.encode() for word in words],
            matchkind=kinds.LeftmostLongest if prefers_longer else kinds.LeftmostFirst,
        )

    def find(self, texts: pl.Series) -> Finds:
        """The words in texts without line breaks."""
        starts, data = _buffers((texts + "\n").to_arrow().cast(pa.large_string()))
        found = self._automaton.find_matches_as_indexes(data)
        table = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3)
        rows = np.searchsorted(starts, table[:, 1], side="right") - 1
        words, begins, ends = table.T
        return Finds(words, rows, begins - starts[rows], ends - starts[rows])


def _buffers(lines: pa.LargeStringArray) -> tuple[_Ints, memoryview]:
    """Where each line begins, and the bytes of all."""
    if not len(lines):
        return np.zeros(0, np.int64), memoryview(b"")
    _, offsets, data = lines.buffers()
    starts = np.frombuffer(offsets, np.int64)[lines.offset : lines.offset + len(lines) + 1]
    return starts[:-1] - starts[0], memoryview(data).cast("B")[starts[0] : starts[-1]]
