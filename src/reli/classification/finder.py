"""Words found in columns of texts, all texts at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from threading import Lock
from typing import Any

import ahocorasick_rs
import numpy as np
import polars as pl
import pyarrow as pa

__all__ = ["Finder", "Finds", "ManyFinder"]

_Ints = np.ndarray[Any, np.dtype[np.int64]]

_AT_ONCE, _IN_ALL = 8_000, 30_000
"""Of more texts than these an automaton of all words is made."""
_WINDOW, _KINDS = 3, 1 << 22
"""So many characters are looked at together, and so many kinds of these are told apart."""


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


class ManyFinder:
    """The same for very many words, of which the longest counts: 100,000 take most of a second.

    For few texts an automaton is made of the words alone whose first three and last three
    characters stand in them. Safe to share between threads.
    """

    def __init__(self, words: Sequence[str], *, expects_many: bool = True) -> None:
        """Note the words.

        Args:
            words: none of which has a line break.
            expects_many: make the automaton of all words now, not when many texts have come.
        """
        self._words = words
        sizes = np.array([len(word) for word in words])
        ends, codes = np.cumsum(sizes), _codes("".join(words))
        self._first, self._last = np.zeros((2, len(words)), np.int64)
        for size in range(1, _WINDOW + 1):
            at = np.flatnonzero(np.minimum(sizes, _WINDOW) == size)
            kinds = _kinds(codes, size)
            self._first[at], self._last[at] = kinds[(ends - sizes)[at]], kinds[(ends - size)[at]]
        self._asked = 0
        self._whole: Finder | None = None
        self._lock = Lock()
        if expects_many:
            self._of_all()

    def find(self, texts: pl.Series) -> Finds:
        """The words in texts without line breaks."""
        self._asked += len(texts)
        if self._whole is None and len(texts) <= _AT_ONCE and self._asked <= _IN_ALL:
            there = self._there(texts)
            found = Finder([self._words[number] for number in there.tolist()]).find(texts)
            return replace(found, words=there[found.words])
        return self._of_all().find(texts)

    def _of_all(self) -> Finder:
        with self._lock:
            if self._whole is None:
                self._whole = Finder(self._words)
            return self._whole

    def _there(self, texts: pl.Series) -> _Ints:
        """Numbers of the words that may stand in texts, in order."""
        codes, is_there = _codes("\n".join(texts)), np.zeros(_KINDS, np.bool_)
        for size in range(1, _WINDOW + 1):
            is_there[_kinds(codes, size)] = True
        found: _Ints = np.flatnonzero(is_there[self._first] & is_there[self._last])
        return found


def _codes(text: str) -> _Ints:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.int64)


def _kinds(codes: _Ints, size: int) -> _Ints:
    """A number for each character and those behind it; others may share it."""
    found = np.full(max(len(codes) - size + 1, 0), size, np.int64)
    for at in range(size):
        found = found * 1_000_003 % (1 << 40) + codes[at : at + len(found)]
    return found % _KINDS


def _buffers(lines: pa.LargeStringArray) -> tuple[_Ints, memoryview]:
    """Where each line begins, and the bytes of all."""
    if not len(lines):
        return np.zeros(0, np.int64), memoryview(b"")
    _, offsets, data = lines.buffers()
    starts = np.frombuffer(offsets, np.int64)[lines.offset : lines.offset + len(lines) + 1]
    return starts[:-1] - starts[0], memoryview(data).cast("B")[starts[0] : starts[-1]]
