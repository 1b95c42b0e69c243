"""Indices of keys over a register: sorted hashes, asked for many keys at once."""

from collections.abc import Iterable, Iterator
from typing import Self, cast

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["DeletionIndex", "KeyIndex", "KnownKeys", "deletions"]

_Hashes = npt.NDArray[np.uint64]
_Places = npt.NDArray[np.uint32]


class _Sorted:
    """Hashes in order, each with the row that it came from."""

    def __init__(self, hashes: _Hashes, entries: _Places) -> None:
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._entries = hashes[order], entries[order]

    def find(self, hashes: _Hashes, rows: _Places) -> pl.DataFrame:
        """Pairs (row, entry) whose hashes are equal."""
        order = np.argsort(hashes, kind="stable")
        hashes, rows = hashes[order], rows[order]
        first = np.searchsorted(self._hashes, hashes, "left")
        times = np.searchsorted(self._hashes, hashes, "right") - first
        start = np.repeat(first - np.cumsum(times) + times, times)
        at = start + np.arange(times.sum())
        return pl.DataFrame({"row": np.repeat(rows, times), "entry": self._entries[at]})


class KeyIndex:
    """Finds the entries that have a key."""

    def __init__(self, keys: pl.Series, entries: pl.Series | None = None) -> None:
        """Index keys.

        Args:
            keys: text; null means no key.
            entries: row of the register of each key; by default its position.
        """
        at = entries if entries is not None else _positions(keys)
        known = keys.is_not_null()
        self._keys = pl.DataFrame({"entry": at, "key": keys}).filter(known)
        self._sorted = _Sorted(
            self._keys["key"].hash().to_numpy(), _positions(self._keys["key"]).to_numpy()
        )

    def find(self, rows: pl.Series, keys: pl.Series) -> pl.DataFrame:
        """Pairs (row, entry) of equal keys; null equals nothing."""
        known = keys.is_not_null()
        asked = keys.filter(known)
        at = _positions(asked)
        pairs = self._sorted.find(asked.hash().to_numpy(), at.to_numpy())
        theirs = self._keys[pairs["entry"]]
        is_equal = asked[pairs["row"]] == theirs["key"]
        found = pl.DataFrame({"row": rows.filter(known)[pairs["row"]], "entry": theirs["entry"]})
        return found.filter(is_equal)


_BYTE, _BIT = np.uint64(3), np.uint64(7)
_MARKS = 16
"""Marks for each key: one of as many others gets past the first look by chance."""


class KnownKeys:
    """Keys of what is asked, by which a register of any size is held against them, batch by batch.

    Kept as hashes; what seems to be known has still to be compared.
    """

    def __init__(self, hashes: _Hashes) -> None:
        """Take the hashes of keys, in any order."""
        self._hashes = np.sort(hashes)
        marks = np.zeros(1 << max(10, (_MARKS * len(self._hashes)).bit_length()), bool)
        self._mask = np.uint64(len(marks) - 1)
        marks[self._hashes & self._mask] = True
        self._marks = np.packbits(marks, bitorder="little")

    @classmethod
    def of(cls, *keys: pl.Series) -> Self:
        """The keys of several columns; null is none."""
        return cls(np.concatenate([each.drop_nulls().hash().to_numpy() for each in keys]))

    @classmethod
    def all_of(cls, parts: Iterable[Self]) -> Self:
        """The keys of several."""
        return cls(np.concatenate([part._hashes for part in parts]))

    def has(self, keys: pl.Series) -> pl.Series:
        """Whether each key is known; null is not."""
        hashes = keys.hash().to_numpy()
        at = hashes & self._mask
        found = ((self._marks[at >> _BYTE] >> (at & _BIT).astype(np.uint8)) & 1).astype(bool)
        maybe = np.flatnonzero(found)
        there = np.searchsorted(self._hashes, hashes[maybe]).clip(max=len(self._hashes) - 1)
        found[maybe] = self._hashes[there] == hashes[maybe]
        return pl.Series(keys.name, found) & keys.is_not_null()


class DeletionIndex:
    """Finds entries whose key may be one edit from another.

    Two keys one edit apart, or with two neighbours swapped, agree after at most one deletion on
    either side (as in SymSpell). What is found has still to be measured.
    """

    def __init__(self, keys: pl.Series) -> None:
        """Index keys and all that one deletion makes of them; null means no key."""
        self._sorted = _Sorted(*_spread(keys))

    def find(self, rows: pl.Series, keys: pl.Series) -> pl.DataFrame:
        """Pairs (row, entry) that agree after a deletion on either side, each once."""
        hashes, at = _spread(keys)
        pairs = self._sorted.find(hashes, at).unique()
        return pairs.with_columns(row=rows[pairs["row"]]).sort("row", "entry")


def deletions(keys: pl.Series) -> Iterator[pl.Series]:
    """The keys, then the keys without their first, second … character; null where there is none."""
    yield keys
    length = keys.str.len_chars()
    longest = cast("int | None", length.max()) or 0
    for at in range(longest):
        shorter = keys.str.slice(0, at) + keys.str.slice(at + 1)
        yield shorter.set(length <= at, None)


def _spread(keys: pl.Series) -> tuple[_Hashes, _Places]:
    """Hashes of all deletions, and the position of the key that each comes from."""
    hashes: list[_Hashes] = []
    places: list[_Places] = []
    at = _positions(keys)
    for shorter in deletions(keys):
        known = shorter.is_not_null()
        hashes.append(shorter.filter(known).hash().to_numpy())
        places.append(at.filter(known).to_numpy())
    return np.concatenate(hashes), np.concatenate(places)


def _positions(series: pl.Series) -> pl.Series:
    return pl.int_range(len(series), dtype=pl.UInt32, eager=True)
