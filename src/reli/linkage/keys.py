"""Indices of keys over a register: sorted hashes, asked for many keys at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from reli.engine.laid import laid_out

__all__ = [
    "MIXING",
    "NO_HASHES",
    "AskedKeys",
    "Begun",
    "Characters",
    "DeletionIndex",
    "Flags",
    "Hashes",
    "HeadIndex",
    "KeyIndex",
    "KnownKeys",
    "Places",
    "Rows",
    "Slots",
    "UniqueKeys",
    "character",
    "once",
    "slips",
]

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.uint32]
Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Numbers = TypeVar("Numbers", Hashes, Rows)
NO_HASHES = np.zeros(0, np.uint64)
MIXING = np.uint64(0x9E3779B97F4A7C15)
"""The odd number next to 2**64 over the golden ratio (Knuth, TAOCP 3, 6.4).

Being odd it has an inverse modulo 2**64.
"""


class _Sorted:
    """Hashes in order, each with the row that it came from."""

    def __init__(self, hashes: Hashes, entries: Places) -> None:
        order = np.argsort(hashes)
        self._hashes, self._entries = hashes[order], entries[order]

    def find(self, hashes: Hashes, rows: Places) -> pl.DataFrame:
        """Pairs (row, entry) whose hashes are equal."""
        order = np.argsort(hashes)
        hashes, rows = hashes[order], rows[order]
        first = np.searchsorted(self._hashes, hashes, "left")
        times = np.searchsorted(self._hashes, hashes, "right") - first
        entries = self._entries[_runs(first, times)]
        return pl.DataFrame({"row": np.repeat(rows, times), "entry": entries})


def _runs(first: Rows, times: Rows) -> Rows:
    """Places of runs, each from its first on as many times as it is long."""
    start = np.repeat(first - np.cumsum(times) + times, times)
    places: Rows = start + np.arange(len(start))
    return places


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


class UniqueKeys:
    """Where each of keys stands that are all different, told by hashes alone."""

    def __init__(self, hashed: Callable[[int], Hashes]) -> None:
        """Index keys.

        Args:
            hashed: their hashes by a seed. Two of one hash are not to be expected; then another
                seed is taken.
        """
        for self.seed in count():
            hashes = hashed(self.seed)
            self._order = np.argsort(hashes)
            self._hashes = hashes[self._order]
            if (self._hashes[1:] != self._hashes[:-1]).all():
                break

    def find(self, hashes: Hashes) -> Rows:
        """Position of each key by its hash by the seed; -1 for one that is not known."""
        if not self._hashes.size:
            return np.full(len(hashes), -1)
        # In order they find each other within the processor's caches.
        order = np.argsort(hashes)
        asked, places = hashes[order], np.empty(len(hashes), np.int64)
        at = np.searchsorted(self._hashes, asked).clip(max=len(self._hashes) - 1)
        places[order] = np.where(self._hashes[at] == asked, self._order[at], -1)
        return places


_BYTE, _BIT = np.uint64(3), np.uint8(7)
_MARKS = 8
"""Marks for each key: one of as many others gets past a look by chance."""
_HALF = np.uint64(32)


class _Marks:
    """Bits that some hashes set: a first look, which lets hardly any others past."""

    def __init__(self, hashes: Hashes) -> None:
        marks = np.zeros(1 << max(10, (_MARKS * len(hashes)).bit_length()), bool)
        self._mask = np.uint64(len(marks) - 1)
        marks[hashes & self._mask] = True
        self._marks = np.packbits(marks, bitorder="little")

    def may_have(self, hashes: Hashes) -> Flags:
        """Whether each hash is one of them, or one of a few others."""
        at = hashes & self._mask
        # No place is outside: that need not be looked at.
        marks = self._marks.take((at >> _BYTE).view(np.int64), mode="clip")
        found: Flags = ((marks >> (at.astype(np.uint8) & _BIT)) & np.uint8(1)).view(bool)
        return found


class KnownKeys:
    """Keys of what is asked, by which a register of any size is held against them, batch by batch.

    Kept as hashes; what seems to be known has still to be compared.
    """

    def __init__(self, hashes: Hashes) -> None:
        """Take the hashes of keys, in any order."""
        self._take(np.sort(hashes))

    def _take(self, ordered: Hashes) -> None:
        self._hashes = ordered
        self._low, self._high = _Marks(ordered), _Marks(ordered >> _HALF)

    @classmethod
    def of(cls, *keys: pl.Series) -> Self:
        """The keys of several columns; null is none."""
        return cls(np.concatenate([each.drop_nulls().hash().to_numpy() for each in keys]))

    def has(self, keys: pl.Series) -> pl.Series:
        """Whether each key is known; null is not."""
        return pl.Series(keys.name, self.has_hashes(keys.hash().to_numpy())) & keys.is_not_null()

    def has_hashes(self, hashes: Hashes) -> Flags:
        """Whether the key of each hash is known."""
        found = np.zeros(len(hashes), bool)
        found[self._known(hashes)[0]] = True
        return found

    def _known(self, hashes: Hashes) -> tuple[Rows, Rows]:
        """Which are known, in order of their hashes; and where the first of each stands."""
        maybe = np.flatnonzero(self._low.may_have(hashes))
        maybe = maybe[self._high.may_have(hashes[maybe] >> _HALF)]
        # In order they find each other within the processor's caches.
        maybe = maybe[np.argsort(hashes[maybe])]
        first = np.searchsorted(self._hashes, hashes[maybe]).clip(max=len(self._hashes) - 1)
        is_known = self._hashes[first] == hashes[maybe]
        return maybe[is_known], first[is_known]


class AskedKeys(KnownKeys):
    """Keys of several slices of what is asked, each with the numbers of its slices."""

    def __init__(self, slices: Sequence[Hashes]) -> None:
        """Take the hashes of each slice, in any order."""
        each = [once(hashes) for hashes in slices]
        whole = np.concatenate(each)
        order = np.argsort(whole)
        self._take(whole[order])
        numbers = np.arange(len(each), dtype=np.int32)
        self._slices = np.repeat(numbers, [len(one) for one in each])[order]

    def find(self, hashes: Hashes, rows: Places) -> tuple[Places, npt.NDArray[np.int32]]:
        """Pairs of a row, of those whose hashes are given, and a slice that asks for it."""
        known, first = self._known(hashes)
        times = np.searchsorted(self._hashes, hashes[known], "right") - first
        return np.repeat(rows[known], times), self._slices[_runs(first, times)]


def once(numbers: Numbers) -> Numbers:
    """Each number once, in order; of many, NumPy's `unique` takes ten times as long."""
    ordered = np.sort(numbers)
    is_new = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_new[1:])
    found: Numbers = ordered[is_new]
    return found


@dataclass(frozen=True)
class Begun:
    """Texts that begin with a known head."""

    rows: Rows
    """Position of each text."""
    heads: Rows
    """Position of the longest head that it has."""
    sizes: Rows
    """Characters of that head."""


class Characters:
    """Texts laid end to end, of which those of Han characters are read, three bytes each."""

    def __init__(self, texts: pl.Series) -> None:
        """Lay out texts; null is an empty one."""
        laid = laid_out(texts.fill_null(""))
        self.starts, self.ends = laid.starts, laid.ends
        padded = np.append(laid.bytes, np.zeros(_BEHIND, np.uint8))
        # The four bytes that begin at each place, so that one look takes a whole character.
        self._fours: npt.NDArray[np.uint32] = np.ndarray(
            (len(padded) - 3,), np.dtype("<u4"), padded, strides=(1,)
        )

    def __len__(self) -> int:
        return len(self.starts)

    def at(self, places: Rows) -> npt.NDArray[np.uint32]:
        """The characters that begin at some places, counted in bytes from the first text on.

        A place may be behind its text by as many as the last bytes of another; what stands there
        is then another text's.
        """
        found: npt.NDArray[np.uint32] = self._fours[places] & _CHARACTER
        return found


BYTES = 3
"""Of a Han character in UTF-8."""
_CHARACTER = np.uint32((1 << 8 * BYTES) - 1)
_BEHIND = 16
"""Bytes behind the last text that may be asked for."""


def character(said: str) -> int:
    """A Han character as `Characters` tells it."""
    return int.from_bytes(said.encode(), "little")


_ROOM = 16
"""Slots for each key of a table that is looked up in by the last bits of hashes."""


class Slots:
    """Where each of known keys stands: a table by the last bits of their hashes, and chains."""

    def __init__(self, hashes: Hashes) -> None:
        size = 1 << max(10, (_ROOM * len(hashes)).bit_length())
        self._hashes, self._mask = hashes, np.uint64(size - 1)
        slots = hashes & self._mask
        self._slots = np.full(size, -1, np.int32)
        self._slots[slots] = np.arange(len(hashes))
        # The last of several stands in the slot; each leads to the one before.
        order = np.argsort(slots, kind="stable")
        is_same = slots[order][1:] == slots[order][:-1]
        self._before = np.full(len(hashes), -1, np.int32)
        self._before[order[1:][is_same]] = order[:-1][is_same]

    def find(self, hashes: Hashes) -> npt.NDArray[np.int32]:
        """Position of each key by its hash; -1 for one that is not known."""
        found: npt.NDArray[np.int32] = self._slots[hashes & self._mask]
        rest = np.flatnonzero((found >= 0) & (self._hashes[found] != hashes))
        while rest.size:
            found[rest] = before = self._before[found[rest]]
            rest = rest[(before >= 0) & (self._hashes[before] != hashes[rest])]
        return found


class HeadIndex:
    """Finds the longest of many known heads with which a text begins.

    Texts are followed character by character as long as a known head goes on as they do, all of
    them at once, told by hashes as in `slips`; most leave after two or three.
    """

    def __init__(self, heads: pl.Series) -> None:
        """Index heads of one or more Han characters, each once; there is at least one."""
        texts = Characters(heads)
        at, hashes, begun = np.arange(len(heads)), np.zeros(len(heads), np.uint64), [NO_HASHES]
        for place in count(0, BYTES):
            at = at[texts.starts[at] + place < texts.ends[at]]
            if not at.size:
                break
            hashes[at] = _further(hashes[at], texts.at(texts.starts[at] + place))
            begun.append(_mixed(hashes[at]))
        self._known = Slots(_mixed(hashes))
        self._shortest = int(heads.str.len_chars().to_numpy().min())
        self._begun = _Marks(np.concatenate(begun))

    def longest(self, texts: Characters, rows: Rows, after: Rows) -> Begun:
        """Of some texts those that begin with a known head, and go on behind it.

        Args:
            texts: any number.
            rows: which are asked.
            after: where each of these begins, in characters.
        """
        heads, sizes = np.full(len(texts), -1), np.zeros(len(texts), np.int64)
        for start in range(0, len(rows), _FOLLOWED):
            some = slice(start, start + _FOLLOWED)
            self._follow(texts, rows[some], after[some], (heads, sizes))
        each = np.flatnonzero(heads >= 0)
        return Begun(each, heads[each], sizes[each])

    def _follow(
        self,
        texts: Characters,
        rows: Rows,
        after: Rows,
        found_of: tuple[Rows, Rows],
    ) -> None:
        """Note what is found of each row: the head, and its size."""
        heads, sizes = found_of
        hashes, at = np.zeros(len(rows), np.uint64), texts.starts[rows] + BYTES * after
        ends = texts.ends[rows]
        for size in count(1):
            goes_on = at + BYTES < ends
            rows, hashes = rows[goes_on], hashes[goes_on]
            at, ends = at[goes_on], ends[goes_on]
            if not rows.size:
                break
            hashes = _further(hashes, texts.at(at))
            at += BYTES
            if size < self._shortest:
                continue
            keys = _mixed(hashes.copy())
            is_begun = self._begun.may_have(keys)
            rows, hashes = rows[is_begun], hashes[is_begun]
            at, ends = at[is_begun], ends[is_begun]
            found = self._known.find(keys[is_begun])
            is_known = found >= 0
            # What is found later is longer.
            heads[rows[is_known]], sizes[rows[is_known]] = found[is_known], size


def _further(hashes: Hashes, characters: npt.NDArray[np.uint32]) -> Hashes:
    """Hashes of some characters, with one more behind each."""
    further: Hashes = hashes * MIXING + characters
    return further


class DeletionIndex:
    """Finds entries whose key may be one edit from another.

    Two keys one edit apart, or with two neighbours swapped, agree after at most one deletion on
    either side (as in SymSpell). What is found has still to be measured.
    """

    def __init__(self, keys: pl.Series) -> None:
        """Index keys and all that one deletion makes of them; null means no key."""
        self._sorted = _Sorted(*slips(keys))

    def find(self, rows: pl.Series, keys: pl.Series) -> pl.DataFrame:
        """Pairs (row, entry) that agree after a deletion on either side, each once."""
        hashes, at = slips(keys)
        pairs = self._sorted.find(hashes, at).unique()
        return pairs.with_columns(row=rows[pairs["row"]]).sort("row", "entry")


def slips(keys: pl.Series) -> tuple[Hashes, Places]:
    """Hashes of keys and of what one lost character leaves of them; and whose each is.

    A hash is a polynomial in the code points, modulo 2 to the 64th, so that sums over the
    characters of all keys give all of them at once (Karp and Rabin, 1987). Equal texts have equal
    hashes, others hardly ever. Not to be compared with hashes of another kind.
    """
    known = keys.is_not_null()
    texts, at = keys.filter(known), _positions(keys).filter(known).to_numpy()
    hashes, places = [NO_HASHES], [at[:0]]
    for start in range(0, len(texts), _PIECE):
        piece, own = texts[start : start + _PIECE], at[start : start + _PIECE]
        sizes = piece.str.len_chars().to_numpy().astype(np.int64)
        hashes.append(_slips(piece, sizes))
        places += [own, np.repeat(own, sizes)]
    return np.concatenate(hashes), np.concatenate(places)


def _slips(texts: pl.Series, sizes: npt.NDArray[np.int64]) -> Hashes:
    """Hashes of the texts, then of each without each of its characters."""
    ends = np.cumsum(sizes)
    starts = ends - sizes
    text: str = texts.str.join("").item()
    points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    place = np.arange(len(points)) - np.repeat(starts, sizes)
    sums = np.concatenate([_ZERO, np.cumsum(points * _powers(int(sizes.max()))[place])])
    # What stands behind a lost character moves forward by one power.
    moved = sums * _INVERSE
    shorter = sums[:-1] - moved[1:] + np.repeat(moved[ends] - sums[starts], sizes)
    return _mixed(np.concatenate([sums[ends] - sums[starts], shorter]))


def _powers(size: int) -> Hashes:
    """The base to the power of 1, 2 …: that of a first character, and a size more."""
    powers: Hashes = np.cumprod(np.full(size + 1, MIXING), dtype=np.uint64)
    return powers


def _mixed(hashes: Hashes) -> Hashes:
    """Hashes of which the last bits depend on all."""
    hashes ^= hashes >> np.uint64(32)
    hashes *= MIXING
    hashes ^= hashes >> np.uint64(32)
    return hashes


_FOLLOWED = 1 << 15
"""Texts that are followed together: few enough for the processor's caches."""
_PIECE = 1 << 14
"""Keys whose characters are taken together: few enough for the processor's caches."""
_INVERSE = np.uint64(pow(int(MIXING), -1, 1 << 64))
_ZERO = np.zeros(1, np.uint64)


def _positions(series: pl.Series) -> pl.Series:
    return pl.int_range(len(series), dtype=pl.UInt32, eager=True)
