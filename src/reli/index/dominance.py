"""Who is ahead whatever the weights: exact, beside what sampling says."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reli.errors import InvalidData
from reli.index.panel import Matrix, Vector
from reli.index.scores import Scores

__all__ = ["Dominance", "dominance", "margins"]


@dataclass(frozen=True)
class Dominance:
    """For each unit, how many others it is ahead of, and behind, for every set of weights.

    Its rank is then at least `behind` + 1 and at most n - `ahead`, exactly.
    """

    units: tuple[str, ...]
    ahead: NDArray[np.intp]
    behind: NDArray[np.intp]

    @property
    def best(self) -> NDArray[np.intp]:
        """Best rank that any of the weights gives."""
        return self.behind + 1

    @property
    def worst(self) -> NDArray[np.intp]:
        """Worst rank that any of the weights gives, ties apart."""
        return len(self.units) - self.ahead


def margins(z: Matrix, row: Vector, w: Vector, freedom: float) -> Vector:
    """Smallest lead of one unit over each: (1 - e) w.d + e min(d), d = row - z.

    The minimum, over all weightings (1 - e) w + e v with v of 0 or more and summing to one, of a
    linear function lies where v is one indicator alone.
    """
    d = row - z
    found: Vector = (1 - freedom) * (d @ w) + freedom * d.min(axis=1)
    return found


def dominance(scores: Scores, freedom: float) -> Dominance:
    """Exact dominance among the units that have every indicator that is used.

    Args:
        scores: of a recipe of arithmetic means.
        freedom: e from 0 (the stated weights) to 1 (any weights at all).

    Raises:
        InvalidData: another aggregation, or a share outside 0 to 1.
    """
    if set(scores.methods.values()) != {"arithmetic"}:
        raise InvalidData("exact dominance needs arithmetic means at every level")
    if not 0 <= freedom <= 1:
        raise InvalidData(f"freedom is {freedom:g}: expected a number from 0 to 1")
    codes = [code for code in scores.framework.indicators if code not in scores.left_out]
    z = np.column_stack([scores.values[code] for code in codes])
    complete = np.flatnonzero(~np.isnan(z).any(axis=1))
    if not complete.size:
        raise InvalidData("no unit has every indicator: there is nothing to compare")
    effective = scores.effective_weights(int(complete[0]))
    w = np.array([effective[code] for code in codes])
    z = z[complete]
    ahead = np.array([int((margins(z, row, w, freedom) > 0).sum()) for row in z], dtype=np.intp)
    behind = np.array([int((margins(-z, -row, w, freedom) > 0).sum()) for row in z], dtype=np.intp)
    return Dominance(tuple(scores.units[place] for place in complete), ahead, behind)
