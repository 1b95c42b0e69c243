"""Words found in columns of texts, all texts at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import ahocorasick_rs
import numpy as np
import polars as pl
import pyarrow as pa

from reli.engine.laid import laid_out
from reli.linkage.keys import MIXING, Hashes, Slots

__all__ = ["Finder", "Finds", "ManyFinder", "buffers"]

_Ints = np.ndarray[Any, np.dtype[np.int64]]

_Codes = np.ndarray[Any, np.dtype[np.uint32]]
_Shorts = np.ndarray[Any, np.dtype[np.int32]]
_Flags = np.ndarray[Any, np.dtype[np.bool_]]

_HALF = np.uint64(29)
"""Bits by which hashes are shifted onto themselves."""
_BEGUN, _WHOLE = 1, 2
"""Flags of hashes: words go on behind what was followed, and it may be a word."""
_ROOM = 16
"""Places for each hash of what words begin with."""
_AT_ONCE = 1 << 14
"""Texts that are followed together: few enough for the processor's caches."""
_LINE = ord("\n")
_WIDER = np.array([0x80, 0x800, 0x10000], np.uint32)
"""From these characters on UTF-8 takes a byte more."""


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
        starts, data = buffers((texts + "\n").to_arrow().cast(pa.large_string()))
        found = self._automaton.find_matches_as_indexes(data)
        table = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3)
        rows = np.searchsorted(starts, table[:, 1], side="right") - 1
        words, begins, ends = table.T
        return Finds(words, rows, begins - starts[rows], ends - starts[rows])


class ManyFinder:
    """The same for very many words, of which the longest counts.

    An automaton of 100,000 words takes most of a second to build. Here texts are followed from all
    their characters at once, as long as some word goes on as they do, told by hashes of 64 bits:
    most places are left after two characters. Safe to share between threads.
    """

    def __init__(self, words: Sequence[str]) -> None:
        """Index the words.

        Args:
            words: each once; none is empty or has a line break.
        """
        whole, begun = _hashed(words)
        self._most = max(map(len, words), default=0)
        self._words = Slots(whole)
        self._kinds = np.zeros(1 << max(10, (_ROOM * len(begun)).bit_length()), np.uint8)
        self._kinds[self._places(begun)] = _BEGUN
        self._kinds[self._places(whole)] |= _WHOLE

    def _places(self, hashes: Hashes) -> Hashes:
        """Where hashes stand among the kinds."""
        places: Hashes = hashes & np.uint64(len(self._kinds) - 1)
        return places

    def find(self, texts: pl.Series) -> Finds:
        """The words in texts without line breaks."""
        begins = range(0, len(texts) or 1, _AT_ONCE)
        return _joined(begins, [self._find(texts.slice(at, _AT_ONCE)) for at in begins])

    def _find(self, texts: pl.Series) -> Finds:
        starts, data = buffers((texts + "\n").to_arrow().cast(pa.large_string()))
        codes = _codes(str(data, "utf-8"))
        words, sizes = self._longest(codes)
        at = np.flatnonzero(sizes)
        at = at[_leftmost(at, at + sizes[at])]
        before = np.append(0, np.cumsum(_bytes_of(codes)))
        begins, ends = before[at], before[at + sizes[at]]
        rows = np.searchsorted(starts, begins, side="right") - 1
        return Finds(words[at].astype(np.int64), rows, begins - starts[rows], ends - starts[rows])

    def _longest(self, codes: _Codes) -> tuple[_Shorts, _Shorts]:
        """The longest word that begins at each character, and its size; 0 where none does."""
        words, sizes = np.zeros((2, len(codes)), np.int32)
        at, hashes, size = np.arange(len(codes)), np.zeros(len(codes), np.uint64), 0
        # Line breaks, which no word has, behind the last text.
        codes = np.append(codes, np.full(self._most, _LINE, np.uint32))
        while at.size and size < self._most:
            hashes, size = _followed(hashes, codes[at + size]), size + 1
            kinds = self._kinds[self._places(hashes)]
            may_be = np.flatnonzero(kinds & _WHOLE)
            found = self._words.find(hashes[may_be])
            is_word = found >= 0
            # What is found later is longer.
            words[at[may_be[is_word]]], sizes[at[may_be[is_word]]] = found[is_word], size
            goes_on = np.flatnonzero(kinds & _BEGUN)
            at, hashes = at[goes_on], hashes[goes_on]
        return words, sizes


def _joined(begins: Sequence[int], found: Sequence[Finds]) -> Finds:
    """Finds in slices of texts, which begin at some rows, as one."""
    rows = [each.rows + begin for begin, each in zip(begins, found, strict=True)]
    return Finds(
        words=np.concatenate([each.words for each in found]),
        rows=np.concatenate(rows),
        begins=np.concatenate([each.begins for each in found]),
        ends=np.concatenate([each.ends for each in found]),
    )


def _hashed(words: Sequence[str]) -> tuple[Hashes, Hashes]:
    """Hashes of words, and of all that words begin with."""
    sizes, codes = np.array([len(word) for word in words]), _codes("".join(words))
    starts, at = np.cumsum(sizes) - sizes, np.arange(len(words))
    hashes, begun, size = np.zeros(len(words), np.uint64), [np.zeros(0, np.uint64)], 0
    while at.size:
        hashes[at] = _followed(hashes[at], codes[starts[at] + size])
        size += 1
        at = at[sizes[at] > size]
        begun.append(hashes[at])
    return hashes, np.concatenate(begun)


def _followed(hashes: Hashes, codes: _Codes) -> Hashes:
    """Hashes of texts with a character more, all of their bits mixed."""
    hashes = (hashes + codes) * MIXING
    hashes ^= hashes >> _HALF
    return hashes


def _leftmost(begins: _Ints, ends: _Ints) -> _Flags:
    """Which of some stretches, in order, count: of those that overlap the leftmost, one by one."""
    counts = np.ones(len(begins), np.bool_)
    if len(begins):
        counts[1:] = begins[1:] >= np.maximum.accumulate(ends)[:-1]
    at = np.flatnonzero(counts)
    stops = np.append(at[1:], len(begins))
    while (rest := stops - at > 1).any():
        # Behind one that counts the next that it leaves room for, if that still overlaps others.
        at, stops = np.searchsorted(begins, ends[at[rest]]), stops[rest]
        is_there = at < stops
        at, stops = at[is_there], stops[is_there]
        counts[at] = True
    return counts


def _codes(text: str) -> _Codes:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def _bytes_of(codes: _Codes) -> _Ints:
    """Of each character in UTF-8."""
    sizes: _Ints = 1 + np.searchsorted(_WIDER, codes, side="right")
    return sizes


def buffers(lines: pa.LargeStringArray) -> tuple[_Ints, memoryview]:
    """Where each line begins, and the bytes of all."""
    if not len(lines):
        return np.zeros(0, np.int64), memoryview(b"")
    laid = laid_out(lines)
    first = laid.starts[0]
    return laid.starts - first, laid.bytes[first : laid.ends[-1]].data
