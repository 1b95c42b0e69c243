"""Who is ahead whatever the weights: exact, beside what sampling says."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reli.errors import InvalidData
from reli.index.panel import Matrix, Vector
from reli.index.scores import Scores, rank_key

__all__ = ["Dominance", "dominance", "margins"]

_BLOCK = 512
"""Units compared with all others at once: memory is so many rows."""


@dataclass(frozen=True)
class Dominance:
    """For each unit, how many others it is ahead of, and behind, for every set of weights.

    These counts are exact. The ranks that follow from them, `behind` + 1 to n - `ahead`, are
    bounds: no set of weights goes beyond them, and there need not be one that attains them, since
    a unit may overtake each of several others under some weights and never all at once.
    """

    units: tuple[str, ...]
    ahead: NDArray[np.intp]
    behind: NDArray[np.intp]

    @property
    def best(self) -> NDArray[np.intp]:
        """Bound of the rank: no set of weights gives a better one; it need not be attained."""
        return self.behind + 1

    @property
    def worst(self) -> NDArray[np.intp]:
        """Bound of the rank, ties apart: no set of weights gives a worse one."""
        return len(self.units) - self.ahead


def margins(z: Matrix, row: Vector, w: Vector, freedom: float) -> Vector:
    """Smallest lead of one unit over each: (1 - e) w.d + e min(d), d = row - z.

    The minimum, over all weightings (1 - e) w + e v with v of 0 or more and summing to one, of a
    linear function lies where v is one indicator alone.
    """
    d = row - z
    found: Vector = (1 - freedom) * (d @ w) + freedom * d.min(axis=1)
    return found


def dominance(scores: Scores, freedom: float, numbered: Collection[str] | None = None) -> Dominance:
    """Exact dominance among the units that have an index.

    An indicator that a unit lacks counts as the unit's own index: with no freedom the order is
    that of the index, and whatever weight the indicator is given moves the unit neither way.

    Args:
        scores: of a recipe of arithmetic means.
        freedom: e from 0 (the stated weights) to 1 (any weights at all).
        numbered: units that are ranked; all, where none are named.

    Raises:
        InvalidData: another aggregation, or a share outside 0 to 1.
    """
    if set(scores.methods.values()) != {"arithmetic"}:
        raise InvalidData("exact dominance needs arithmetic means at every level")
    if not 0 <= freedom <= 1:
        raise InvalidData(f"freedom is {freedom:g}: expected a number from 0 to 1")
    codes = [code for code in scores.framework.indicators if code not in scores.left_out]
    index = scores.values[scores.framework.top]
    ranked = np.flatnonzero(~np.isnan(index) & _is_numbered(scores.units, numbered))
    if not ranked.size:
        raise InvalidData("no unit has an index: there is nothing to compare")
    index = index[ranked]
    z = np.column_stack([scores.values[code][ranked] for code in codes])
    z = np.where(np.isnan(z), index[:, None], z)
    ahead, behind = _counts(z, index, freedom)
    return Dominance(tuple(scores.units[place] for place in ranked), ahead, behind)


def _is_numbered(units: Sequence[str], numbered: Collection[str] | None) -> NDArray[np.bool_]:
    if numbered is None:
        return np.ones(len(units), dtype=bool)
    known = frozenset(numbered)
    return np.array([unit in known for unit in units], dtype=bool)


def _counts(z: Matrix, index: Vector, freedom: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each unit, how many it is ahead of and behind; a block of units at a time."""
    count = len(z)
    ahead, behind = np.zeros(count, np.intp), np.zeros(count, np.intp)
    # On as many digits as ranks are taken, so that ties stay ties.
    score = rank_key(index)
    for start in range(0, count, _BLOCK):
        rows = slice(start, start + _BLOCK)
        least = np.full((len(z[rows]), count), np.inf)
        for column in z.T:
            np.minimum(least, column[rows, None] - column[None, :], out=least)
        lead = (1 - freedom) * (score[rows, None] - score[None, :]) + freedom * least
        is_ahead = lead > 0
        ahead[rows] = is_ahead.sum(axis=1)
        behind += is_ahead.sum(axis=0)
    return ahead, behind
