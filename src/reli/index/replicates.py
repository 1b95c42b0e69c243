"""Many sets of weights at once: scores by matrix product, ranks by one sort, counts by position."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from reli.index.panel import Matrix, Vector
from reli.index.tree import Framework

__all__ = ["BATCH", "RankCounts", "Tree", "perturbed", "positions"]

BATCH = 2048
"""Replicates that are ranked together: memory does not grow with their number."""

_BLOCK = 64
"""Replicates whose scores stay in the processor's cache while they are ranked."""

_CHUNK = 256
"""Replicates that are scored, and turned over, together."""

_ROOM = 10_240
_ROOM_CELLS = 1 << 25
"""Replicates that wait to be counted, and numbers of which they may consist: memory is bounded."""

_SHORT_BITS = 12
"""Bits of a unit's place in a short key; the score has the other twenty."""
_SHORT_MASK = np.uint16((1 << _SHORT_BITS) - 1)

_TO_BITS = np.float32(1.5 * 2**23)
"""Added to a small number, its whole part stands in the last bits of the sum."""

_ONE = np.float32(1)

Floats = NDArray[np.floating[Any]]
"""Single precision, in which sorting is faster."""
Bools = NDArray[np.bool_]
Weights = Mapping[str, Floats]
"""By parent: replicates by children."""


def perturbed(
    stated: Mapping[str, Sequence[float]], spread: float, count: int, rng: np.random.Generator
) -> dict[str, Floats]:
    """Each stated weight times a uniform number from 1 - spread to 1 + spread."""
    return {
        parent: np.asarray(w, np.float32)
        * (
            np.float32(1 - spread)
            + np.float32(2 * spread) * rng.random((count, len(w)), np.float32)
        )
        for parent, w in stated.items()
    }


def _kinds(there: Bools) -> NDArray[np.intp]:
    """A number for each row, the same for equal rows; 32 columns at once."""
    found = np.zeros(len(there), np.intp)
    for start in range(0, there.shape[1], 32):
        bits = there[:, start : start + 32] @ (1 << np.arange(min(32, there.shape[1] - start)))
        _, found = np.unique((found << 32) | bits, return_inverse=True)
    return found.astype(np.intp).ravel()


def _product(a: Floats, b: Floats) -> Floats:
    # Products of finite numbers now and then raise the processor's flag for an invalid operation:
    # kernels of OpenBLAS compute more lanes than they use (NumPy's issue 24067). What goes in is
    # finite, by Tree and perturbed, so that there is nothing else that the flag could tell.
    with np.errstate(invalid="ignore"):
        found: Floats = a @ b
    return found


def _count(weights: Weights) -> int:
    return len(next(iter(weights.values())))


class _Part(NamedTuple):
    """Units with the same indicators: where they are, replicates and units by indicators."""

    units: NDArray[np.intp]
    weights: Floats
    values: Floats


@dataclass(frozen=True)
class Tree:
    """The normalised indicators of the scored units, ready for many sets of weights.

    Attributes:
        framework: the tree.
        values: units by indicators, in the framework's order; missing is 0 and not present.
        present: by node, whether each unit has a value on it, whatever the weights.
        means: aggregation by parent: arithmetic, geometric, harmonic or power.
        floor: values below it are raised first (all but arithmetic).
        p: exponent of power means.
        at_least: by parent, share of the children that a unit must have; 0 where not named.
    """

    framework: Framework
    values: Floats
    present: Mapping[str, Bools]
    means: Mapping[str, str]
    floor: float | None = None
    p: float = 1.0
    at_least: Mapping[str, float] = field(default_factory=dict)
    _patterns: list[NDArray[np.intp]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        assert np.isfinite(self.values).all(), "missing is 0 and not present"
        codes = [node.code for node in self.framework.nodes]
        which = _kinds(np.column_stack([self.present[code] for code in codes]))
        order = np.argsort(which, kind="stable")
        ends = np.flatnonzero(np.diff(which[order])) + 1
        self._patterns.extend(np.split(order, ends))

    def without(self, code: str, stated: Mapping[str, Sequence[float]]) -> Self:
        """The tree with one indicator missing for all units; `stated` are the weights."""
        present = {**self.present, code: np.zeros(len(self.values), bool)}
        for parent in self.framework.path(code)[1:]:
            children = self.framework.children[parent]
            there = np.column_stack([present[child] for child in children])
            has_weight = (there * np.asarray(stated[parent])).sum(axis=1) > 0
            is_enough = there.mean(axis=1) >= self.at_least.get(parent, 0.0)
            present[parent] = has_weight & is_enough
        return replace(self, present=present)

    def scores(self, weights: Weights) -> Floats:
        """The index: replicates by units; a unit that has none is not above the lowest."""
        return np.concatenate(list(self.chunks(weights)))

    def chunks(self, weights: Weights) -> Iterator[Floats]:
        """The same, some replicates at a time, which stay in the processor's cache."""
        top = self.framework.top
        parts = self._parts(top, weights) if top in self._additive_nodes else []
        for start in range(0, _count(weights), _CHUNK):
            rows = slice(start, start + _CHUNK)
            some = {} if parts else {parent: w[rows] for parent, w in weights.items()}
            yield self._last(self._summed(parts, rows) if parts else self._mean(top, some))

    def _last(self, found: Floats) -> Floats:
        """Units without an index behind all others."""
        is_scored = self.present[self.framework.top]
        if not is_scored.all():
            lowest = found[:, is_scored].min() if is_scored.any() else np.float32(0)
            found[:, ~is_scored] = lowest
        return found

    @cached_property
    def _additive_nodes(self) -> frozenset[str]:
        """Nodes that are weighted sums of indicators, through all levels below them."""
        found: set[str] = set()
        for parent in self.framework.aggregates:
            below = [code for code in self.framework.children[parent] if code in self.means]
            if self.means[parent] == "arithmetic" and found.issuperset(below):
                found.add(parent)
        return frozenset(found)

    def _scores_of(self, node: str, weights: Weights) -> Floats:
        if node in self._additive_nodes:
            return self._summed(self._parts(node, weights), slice(None))
        return self._mean(node, weights)

    def _parts(self, node: str, weights: Weights) -> list[_Part]:
        """What a weighted sum needs, for each lot of units that have the same indicators."""
        places, effective = self._effective(node, weights)
        return [
            _Part(units, lot, self.values[units][:, places].T)
            for units, lot in zip(self._patterns, effective, strict=True)
        ]

    def _summed(self, parts: Sequence[_Part], rows: slice) -> Floats:
        if len(parts) == 1:
            return _product(parts[0].weights[rows], parts[0].values)
        found = np.empty((len(parts[0].weights[rows]), len(self.values)), np.float32)
        for part in parts:
            found[:, part.units] = _product(part.weights[rows], part.values)
        return found

    def _effective(self, node: str, weights: Weights) -> tuple[list[int], Floats]:
        """Weights of the indicators below a node, by lots of units that have the same ones.

        Places of these indicators; lots by replicates by these indicators.
        """
        firsts = [int(units[0]) for units in self._patterns]
        share: dict[str, Floats] = {node: np.ones((_count(weights), len(firsts)), np.float32)}
        for parent in reversed(self.framework.aggregates):
            if parent in share:
                children = self.framework.children[parent]
                there = np.array([self.present[child][firsts] for child in children], np.float32)
                total = _product(weights[parent], there)
                above = share[parent] / np.where(total > 0, total, _ONE)
                for place, child in enumerate(children):
                    share[child] = above * weights[parent][:, [place]] * there[place]
        codes = self.framework.indicators
        places = [place for place, code in enumerate(codes) if code in share]
        found = np.array([share[codes[place]] for place in places])
        return places, np.ascontiguousarray(found.transpose(2, 1, 0))

    def _mean(self, parent: str, weights: Weights) -> Floats:
        w = weights[parent]
        total: Floats = np.zeros((len(w), len(self.values)), np.float32)
        weight: Floats = np.zeros((len(w), len(self.values)), np.float32)
        for place, child in enumerate(self.framework.children[parent]):
            there = self.present[child]
            share = w[:, [place]] * there.astype(np.float32)
            total += share * self._into(parent, self._child(child, weights), there)
            weight += share
        np.divide(total, weight, out=total, where=weight > 0)
        return self._out(parent, total)

    def _child(self, code: str, weights: Weights) -> Floats:
        if code in self.means:
            return self._scores_of(code, weights)
        return self.values[None, :, self.framework.indicators.index(code)]

    def _into(self, parent: str, x: Floats, there: Bools) -> Floats:
        mean = self.means[parent]
        # Whatever a missing child holds, its part is a finite number times 0.
        known = x if there.all() else np.where(there, x, _ONE)
        if mean == "arithmetic":
            return known
        raised = known if self.floor is None else np.maximum(known, np.float32(self.floor))
        if mean == "geometric":
            return np.log(raised)
        return _ONE / raised if mean == "harmonic" else np.power(raised, np.float32(self.p))

    def _out(self, parent: str, x: Floats) -> Floats:
        mean = self.means[parent]
        if mean == "geometric":
            return np.exp(x, out=x)
        if mean == "arithmetic":
            return x
        # Nothing present leaves 0, which has no reciprocal.
        known = np.where(x == 0, _ONE, x) if self.p < 0 or mean == "harmonic" else x
        return _ONE / known if mean == "harmonic" else np.power(known, np.float32(1 / self.p))


def positions(scores: Floats) -> NDArray[np.unsignedinteger[Any]]:
    """Places of the units in each row, the highest score first; equal ones by place.

    Score and place share one key, so that a plain sort, which is several times faster than a sort
    of places, does both. Scores are rounded to a millionth of their range (to single precision for
    more than 4,096 units).
    """
    if scores.shape[1] > 1 << _SHORT_BITS:
        return _long_positions(scores)
    return _short_keys(scores) & _SHORT_MASK


def _short_keys(scores: Floats) -> NDArray[np.uint16]:
    """Positions, with bits of no meaning above them."""
    rows, count = scores.shape
    found = np.empty((rows, count), np.uint16)
    room = np.empty((min(_BLOCK, rows), count), np.float32)
    places = np.arange(count, dtype=np.uint32)
    for start in range(0, rows, _BLOCK):
        some = scores[start : start + _BLOCK]
        found[start : start + _BLOCK] = _sorted_keys(some, places, room[: len(some)])
    return found


def _sorted_keys(scores: Floats, places: NDArray[np.uint32], room: Floats) -> NDArray[np.uint32]:
    """Keys of so few rows that every pass over them stays in the cache."""
    low, high = float(scores.min()), float(scores.max())
    steps = 2 ** (32 - _SHORT_BITS) - 1
    scale = steps / (high - low) if steps * (high - low) > np.finfo(np.float32).tiny else 0.0
    np.subtract(np.float32(high), scores, out=room)
    np.multiply(room, np.float32(scale), out=room)
    keys = np.add(room, _TO_BITS, out=room).view(np.uint32)
    keys <<= np.uint32(_SHORT_BITS)
    keys |= places
    keys.sort(axis=1)
    return keys


def _long_positions(scores: Floats) -> NDArray[np.uint32]:
    # Differences from the highest are not negative: their bits sort as they do.
    bits = (np.float32(scores.max()) - scores).view(np.uint32).astype(np.uint64) << np.uint64(32)
    bits |= np.arange(scores.shape[1], dtype=np.uint64)
    bits.sort(axis=1)
    return bits.astype(np.uint32)


def _first_alike(values: Matrix | Floats) -> NDArray[np.intp]:
    """For each row, the first that is equal to it."""
    seen: dict[bytes, int] = {}
    # Adding 0 makes -0 and 0 the same bytes.
    rows = enumerate(np.asarray(values, np.float64) + 0.0)
    return np.array([seen.setdefault(row.tobytes(), place) for place, row in rows], np.intp)


class RankCounts:
    """How often each unit took each rank.

    Args:
        values: units by indicators; units that are alike in everything share each rank.
    """

    def __init__(self, values: Matrix | Floats) -> None:
        self.units = len(values)
        self.replicates = 0
        # Of units that are alike, the first always stands first: its position is their rank.
        self._first = _first_alike(values)
        self._mask = _SHORT_MASK if self.units <= 1 << _SHORT_BITS else None
        kind = np.uint32 if self._mask is None else np.uint16
        lots = max(1, min(_ROOM, _ROOM_CELLS // max(self.units, 1)) // _CHUNK)
        # Lots of replicates, each turned over: a row a rank. Only what is written to takes memory.
        self._waiting = np.empty((lots, self.units, _CHUNK), kind)
        self._filled = 0
        self._counts: NDArray[np.int32] | None = None
        """Ranks by units; none is needed before more replicates come than can wait."""

    def add(self, scores: Floats) -> None:
        """Count the ranks of some replicates (rows)."""
        self.replicates += len(scores)
        order = _long_positions if self._mask is None else _short_keys
        for start in range(0, len(scores), _CHUNK):
            self._keep(order(scores[start : start + _CHUNK]))

    def _keep(self, rows: NDArray[np.unsignedinteger[Any]]) -> None:
        """Let rows wait, turned over; each lot is filled before the next."""
        while len(rows):
            if self._filled == len(self._waiting) * _CHUNK:
                self._settle()
            lot, at = divmod(self._filled, _CHUNK)
            some = rows[: _CHUNK - at]
            self._waiting[lot, :, at : at + len(some)] = some.T
            self._filled += len(some)
            rows = rows[len(some) :]

    def _settle(self) -> None:
        """Count what waits, together: the price is one per rank, however many replicates."""
        self._counts, self._filled = np.vstack(list(self._by_rank())), 0

    def _by_rank(self) -> Iterator[NDArray[np.int32]]:
        """How often each unit took each rank: some ranks by units, the first ranks first."""
        for start in range(0, self.units, _BLOCK):
            found = np.empty((min(_BLOCK, self.units - start), self.units), np.int32)
            for row in range(len(found)):
                found[row] = np.bincount(self._units_at(start + row), minlength=self.units)
            if self._counts is not None:
                found += self._counts[start : start + len(found)]
            yield found

    def _units_at(self, rank: int) -> NDArray[np.unsignedinteger[Any]]:
        """Which units hold a rank in what waits."""
        whole, rest = divmod(self._filled, _CHUNK)
        found = self._waiting[:whole, rank].ravel()
        if rest:
            found = np.concatenate([found, self._waiting[whole, rank, :rest]])
        return found if self._mask is None else found & self._mask

    def summary(
        self, shares: Sequence[float], tops: Sequence[int]
    ) -> tuple[NDArray[np.int32], dict[int, Vector]]:
        """Quantiles of the ranks, and chances of the first places.

        Returns:
            The smallest rank that at least this share of the replicates does not exceed, shares by
            units; by top, the share of the replicates in which a unit is among the first so many.
        """
        needed = [max(1, int(np.ceil(share * self.replicates))) for share in shares]
        found = np.zeros((len(shares), self.units), np.int32)
        within: dict[int, Vector] = {}
        before, start = np.zeros(self.units, np.int32), 0
        for block in self._by_rank():
            up_to = np.add(np.cumsum(block, axis=0, dtype=np.int32), before)
            for row, number in zip(found, needed, strict=True):
                here = np.flatnonzero((before < number) & (up_to[-1] >= number))
                row[here] = start + 1 + (up_to[:, here] < number).sum(axis=0)
            for top in tops:
                last = min(top, self.units) - 1 - start
                if 0 <= last < len(block):
                    within[top] = (up_to[last] / self.replicates)[self._first]
            before, start = up_to[-1], start + len(block)
        return found[:, self._first], within
