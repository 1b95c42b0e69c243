"""Aggregation of children into their parent. OECD/JRC Handbook (2008), step 6.

Each formula takes the children's values `x` (units by children, NaN where missing) and weights `w`
of the same shape, which are 0 for a missing child and sum to one over those present (all NaN where
none is): missing children leave their weight to the others.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from reli.errors import InvalidData
from reli.index.panel import Matrix, Vector, has_gaps
from reli.index.weight import FRONTIER

__all__ = [
    "adjusted_mazziotta_pareto",
    "arithmetic",
    "combine",
    "copeland",
    "geometric",
    "harmonic",
    "mazziotta_pareto",
    "median",
    "outranking",
    "power",
    "present_weights",
    "topsis",
]

_TIE = 1e-9
"""Sums of weights this near to one half are one half: they are not exact."""


def present_weights(x: Matrix, weights: Matrix) -> Matrix:
    """Weights of the children of each unit that are present, summing to one (else NaN)."""
    if len(weights) == 1 and not has_gaps(x) and weights.sum() > 0:
        return _alike(weights, len(x))
    w = np.where(np.isnan(x), 0.0, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: Matrix = w / w.sum(axis=1, keepdims=True)
    return shares


def _alike(weights: Matrix, units: int) -> Matrix:
    """One row of weights, summing to one, for all units: seen many times, held once."""
    row: Vector = weights[0] / weights.sum()
    # Several times faster than np.broadcast_to, which counts for a dozen nodes.
    found: Matrix = np.ndarray((units, row.size), row.dtype, row.data, strides=(0, row.itemsize))
    found.flags.writeable = False
    return found


def arithmetic(x: Matrix, w: Matrix) -> Vector:
    """Weighted arithmetic mean: sum of w_i x_i."""
    parts = ((weights * values) for values, weights in zip(x.T, w.T, strict=True))
    if w.strides[0] == 0 and not has_gaps(x):
        return _sum(parts)
    found = _sum(np.nan_to_num(part, copy=False) for part in parts)
    return np.where(np.isnan(w[:, 0]), np.nan, found)


def _mean_of_whole(x: Matrix, weights: Vector) -> Vector:
    """The arithmetic mean where nothing is missing and all units have the same weights."""
    shares = (weights / weights.sum()).tolist()
    return _sum(values * share for values, share in zip(x.T, shares, strict=True))


def _sum(parts: Iterator[Vector]) -> Vector:
    # What rounding loses is summed beside (Knuth's two-sum), so that means that should be equal
    # are, on every machine; R sums in a wider float to the same end.
    total = next(parts)
    lost = after = added = None
    for part in parts:
        after = np.add(total, part, out=after)
        added = np.subtract(after, total, out=added)
        rest = np.subtract(part, added, out=part)
        total -= np.subtract(after, added, out=added)
        rest += total
        lost = rest if lost is None else np.add(lost, rest, out=lost)
        total, after = after, total
    return total if lost is None else np.add(total, lost, out=total)


def geometric(x: Matrix, w: Matrix) -> Vector:
    """Weighted geometric mean: product of x_i ^ w_i.

    Raises:
        InvalidData: a value is 0 or negative.
    """
    _refuse(x, x <= 0, "geometric mean needs values above 0; give the step a floor")
    return np.exp(arithmetic(np.log(x), w))


def harmonic(x: Matrix, w: Matrix) -> Vector:
    """Weighted harmonic mean: 1 / sum of w_i / x_i.

    Raises:
        InvalidData: a value is 0 or negative.
    """
    _refuse(x, x <= 0, "harmonic mean needs values above 0; give the step a floor")
    return 1 / arithmetic(1 / x, w)


def power(x: Matrix, w: Matrix, p: float) -> Vector:
    """Generalised mean: (sum of w_i x_i ^ p) ^ (1 / p); 0 for p is the geometric mean.

    Raises:
        InvalidData: a value is negative, or 0 with p of 0 or less.
    """
    if p == 0:
        return geometric(x, w)
    is_bad = x < 0 if p > 0 else x <= 0
    _refuse(
        x,
        is_bad,
        f"power mean with p = {p:g} needs values {'of 0 or more' if p > 0 else 'above 0'}",
    )
    # Relative to the value that counts most, powers are 1 at most and never too large.
    ends = (np.fmax if p > 0 else np.fmin).reduce(x, axis=1, initial=np.nan)
    scale = np.where(ends > 0, ends, 1.0)
    found: Vector = scale * arithmetic((x / scale[:, None]) ** p, w) ** (1 / p)
    return found


def median(x: Matrix, w: Matrix) -> Vector:
    """Weighted median: half of the weight lies at or below it, half at or above.

    Where two values both do, their mean: with equal weights, the usual median.
    """
    order = np.argsort(x, axis=1, kind="stable")
    ordered = np.take_along_axis(x, order, axis=1)
    below = np.cumsum(np.take_along_axis(w, order, axis=1), axis=1)
    # Sums of weights are not exact: a half is a half within the noise.
    first = (below > 0.5 - _TIE).argmax(axis=1)
    second = (below > 0.5 + _TIE).argmax(axis=1)
    rows = np.arange(len(x))
    found = (ordered[rows, first] + ordered[rows, second]) / 2
    return np.where(np.isnan(w).any(axis=1), np.nan, found)


def outranking(x: Matrix, w: Vector) -> Matrix:
    """Share of the weights for which the unit of the row is ahead of the unit of the column.

    Ties count half. Of the children that both have, so that the order of the units plays no part;
    NaN for units that share none. Munda & Nardo (2009), Appl. Econ. 41.
    """
    n = len(x)
    is_whole = not has_gaps(x)
    lead = np.zeros((n, n))
    shared = np.full((1, 1), w.sum()) if is_whole else np.zeros((n, n))
    for column, weight in zip(x.T, w, strict=True):
        # A missing value is neither ahead nor behind: NaN has no sign.
        lead += weight * np.nan_to_num(np.sign(column[:, None] - column[None, :]), copy=False)
        if not is_whole:
            is_there = ~np.isnan(column)
            shared += weight * (is_there[:, None] & is_there[None, :])
    with np.errstate(invalid="ignore"):
        found: Matrix = (1 + lead / np.where(shared > 0, shared, np.nan)) / 2
    return found


def copeland(x: Matrix, w: Vector) -> Vector:
    """Units outranked less units outranked by. Copeland (1951); COINr: a_copeland.

    `w` is one weight a child, the same for all units.
    """
    margin = outranking(x, w) - 0.5
    won = np.where(np.abs(margin) < _TIE, 0.0, np.sign(margin))
    np.fill_diagonal(won, 0.0)
    has_weight = ~np.isnan(present_weights(x, w[None, :])).any(axis=1)
    return np.where(has_weight, np.nansum(won, axis=1), np.nan)


def mazziotta_pareto(x: Matrix, w: Matrix) -> Vector:
    """MPI: M - S^2 / M of children standardised to mean 100 and standard deviation 10.

    M and S are the unit's mean and standard deviation over the children: unbalanced profiles lose.
    De Muro, Mazziotta & Pareto (2011), Soc. Indic. Res. 104. Children on that scale stay as they
    are.
    """
    n = (~np.isnan(x)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(x, axis=0) / n
        sd = np.sqrt(np.nansum((x - mean) ** 2, axis=0) / (n - 1))
        z = 100 + 10 * (x - mean) / sd
    return _penalised(_or_middle(z, x), w)


def adjusted_mazziotta_pareto(x: Matrix, w: Matrix) -> Vector:
    """AMPI: M - S^2 / M of children rescaled to 70-130 by their bounds.

    Mazziotta & Pareto (2016), Soc. Indic. Res. 127. Children on that scale stay as they are.
    """
    low, high = _bounds(x)
    with np.errstate(invalid="ignore", divide="ignore"):
        r = 70 + 60 * (x - low) / (high - low)
    return _penalised(_or_middle(r, x), w)


def _bounds(x: Matrix) -> tuple[Vector, Vector]:
    """Lowest and highest value of each child; NaN, without a warning, where it has none."""
    return np.fmin.reduce(x, axis=0, initial=np.nan), np.fmax.reduce(x, axis=0, initial=np.nan)


def _or_middle(z: Matrix, x: Matrix) -> Matrix:
    """A constant child stands in the middle of its scale."""
    return np.where(np.isnan(z) & ~np.isnan(x), 100.0, z)


def _penalised(z: Matrix, w: Matrix) -> Vector:
    mean = arithmetic(z, w)
    variance = arithmetic((z - mean[:, None]) ** 2, w)
    return mean - variance / mean


def topsis(x: Matrix, w: Matrix) -> Vector:
    """Closeness to the ideal: d- / (d+ + d-), from 0 to 1. Hwang & Yoon (1981).

    d+ and d- are weighted Euclidean distances to the best and the worst value of each child.
    """
    worst, best = _bounds(x)
    to_best = np.sqrt(arithmetic((x - best) ** 2, w**2))
    to_worst = np.sqrt(arithmetic((x - worst) ** 2, w**2))
    total = to_best + to_worst
    # All units alike in everything: ideal and anti-ideal at once.
    return np.where(total == 0, 0.5, to_worst / np.where(total == 0, 1.0, total))


def _refuse(x: Matrix, is_bad: NDArray[np.bool_], complaint: str) -> None:
    if is_bad.any():
        raise InvalidData(f"the {complaint} (found {x[is_bad].min():g})")


_FORMULAS: dict[str, Callable[[Matrix, Matrix], Vector]] = {
    "arithmetic": arithmetic,
    "geometric": geometric,
    "harmonic": harmonic,
    "median": median,
    "mazziotta_pareto": mazziotta_pareto,
    "adjusted_mazziotta_pareto": adjusted_mazziotta_pareto,
    "topsis": topsis,
}


def combine(
    x: Matrix,
    weights: Matrix,
    method: str,
    *,
    p: float | None = None,
    floor: float | None = None,
    at_least: float | None = None,
) -> tuple[Vector, Matrix]:
    """Combine children into their parent.

    Args:
        x: units by children.
        weights: one row for all units, of any scale, brought to sum to one over the children
            present; or a row a unit (benefit of the doubt), taken as they are.
        method: name of an aggregation.
        p: exponent of the power mean.
        floor: values below it are raised to it first.
        at_least: share of the children that must be present.

    Returns:
        The parent's values, and the weights that each unit's children had.

    Raises:
        InvalidData: the values, or weights of each unit's own, do not allow the method.
    """
    raised = x if floor is None else np.maximum(x, floor)
    if len(weights) != 1:
        return _with_own_weights(x, weights, method, at_least)
    is_whole = not has_gaps(x)
    has_weights = is_whole and weights.sum() > 0
    w = _alike(weights, len(x)) if has_weights else present_weights(raised, weights)
    if has_weights and method == "arithmetic":
        values = _mean_of_whole(raised, weights[0])
    elif method == "copeland":
        values = copeland(raised, weights[0])
    elif method == "power":
        values = power(raised, w, 1.0 if p is None else p)
    else:
        values = _FORMULAS[method](raised, w)
    return values if is_whole else _where_enough(x, at_least, values), w


def _with_own_weights(
    x: Matrix, weights: Matrix, method: str, at_least: float | None
) -> tuple[Vector, Matrix]:
    if method != "arithmetic":
        raise InvalidData(
            f"weights of each unit's own go with the arithmetic aggregation, not with {method}"
        )
    # No unit can be beyond the frontier: w x <= 1 is what the weights were solved under, and what
    # lies above is the solver's tolerance or the rounding of the sum.
    values = np.minimum(np.nansum(weights * x, axis=1), FRONTIER)
    return _where_enough(x, at_least, values), weights


def _where_enough(x: Matrix, at_least: float | None, values: Vector) -> Vector:
    share = (~np.isnan(x)).mean(axis=1)
    return np.where((share > 0) & (share >= (at_least or 0.0)), values, np.nan)
