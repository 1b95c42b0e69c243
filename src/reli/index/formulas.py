"""Formulas of the index steps, each on one indicator: vectors in, vectors out.

A missing value is NaN and stays NaN. Sources: OECD/JRC, Handbook on Constructing Composite
Indicators (2008), cited by step; parameters of a formula are fitted by the step that uses it.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = [
    "Matrix",
    "Vector",
    "clip",
    "goalposts",
    "kurtosis",
    "log1p_scaled",
    "log_ct",
    "minmax",
    "percentile_rank",
    "rank_ascending",
    "skewness",
    "winsorise",
    "zscore",
]

Vector = NDArray[np.float64]
"""One indicator, a value a unit."""

Matrix = NDArray[np.float64]
"""Units by indicators."""


def present(x: Vector) -> Vector:
    """Values that are not missing."""
    return x[~np.isnan(x)]


def log1p_scaled(x: Vector, scale: float) -> Vector:
    """ln(1 + x / s): linear where x is small against the scale s, logarithmic where it is large."""
    return np.log1p(x / scale)


def log_ct(x: Vector, low: float, high: float) -> Vector:
    """ln(x - l + 0.01 (h - l)): the logarithm of COINr, defined for negative values too."""
    return np.log(x - low + 0.01 * (high - low))


def clip(x: Vector, low: float, high: float) -> Vector:
    """Values beyond the bounds are moved to them."""
    return np.clip(x, low, high)


def skewness(x: Vector) -> float:
    """Skewness of type 2 (bias-corrected), as SAS and COINr define it (Joanes & Gill 1998)."""
    return float(stats.skew(present(x), bias=False))


def kurtosis(x: Vector) -> float:
    """Kurtosis of type 2 (bias-corrected), in excess of the normal distribution's."""
    return float(stats.kurtosis(present(x), bias=False))


def winsorise(
    x: Vector, skew_limit: float, kurt_limit: float, max_points: int
) -> tuple[Vector, int]:
    """Move outlying points to the next value until the distribution is acceptable.

    Acceptable is |skewness| < limit or kurtosis < limit (Handbook, step 3; COINr). The tail that
    is moved is the one the skewness points to; each round adds a point.

    Returns:
        The treated values and the number of points moved; more than `max_points` means failure.
    """
    treated, moved = x.copy(), 0
    while not is_acceptable(treated, skew_limit, kurt_limit):
        if moved > max_points:
            break
        moved += 1
        is_high = skewness(x) >= 0
        treated = _pull_in(x, moved, is_high)
    return treated, moved


def _pull_in(x: Vector, points: int, is_high: bool) -> Vector:
    ordered = np.sort(present(x))
    bounds = (None, ordered[-points - 1]) if is_high else (ordered[points], None)
    return np.clip(x, *bounds)


def is_acceptable(x: Vector, skew_limit: float, kurt_limit: float) -> bool:
    """Whether a distribution needs no treatment."""
    return abs(skewness(x)) < skew_limit or kurtosis(x) < kurt_limit


def minmax(x: Vector, low: float, high: float, lower: float = 0.0, upper: float = 100.0) -> Vector:
    """Rescale: (x - l) / (h - l) (u' - l') + l'. Handbook (2008), step 5."""
    return (x - low) / (high - low) * (upper - lower) + lower


def goalposts(
    x: Vector, low: float, high: float, lower: float = 0.0, upper: float = 100.0
) -> Vector:
    """Min-max with fixed bounds, cut off at them."""
    return minmax(np.clip(x, low, high), low, high, lower, upper)


def zscore(x: Vector, mean: float, sd: float, to_mean: float = 0.0, to_sd: float = 1.0) -> Vector:
    """Standardise: (x - m) / s s' + m'. Handbook (2008), step 5."""
    return (x - mean) / sd * to_sd + to_mean


def rank_ascending(x: Vector) -> Vector:
    """Rank of each value, the lowest 1; ties take the smaller number."""
    return stats.rankdata(x, method="min", nan_policy="omit").astype(np.float64)


def percentile_rank(x: Vector) -> Vector:
    """Share of the units at or below, in per cent of the others: 100 (r - 1) / (n - 1)."""
    return 100 * (rank_ascending(x) - 1) / (present(x).size - 1)
