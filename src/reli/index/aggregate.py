"""Means that combine a node's children. Missing children leave their weight to the others."""

from collections.abc import Callable

import numpy as np

from reli.errors import InvalidData
from reli.index.formulas import Matrix, Vector

__all__ = ["MEANS", "aggregate", "arithmetic", "geometric", "harmonic", "present_weights"]


def present_weights(x: Matrix, weights: Vector) -> Matrix:
    """Weights of the children of each unit that are present, summing to one (else NaN)."""
    w = np.where(np.isnan(x), 0.0, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: Matrix = w / w.sum(axis=1, keepdims=True)
    return shares


def arithmetic(x: Matrix, w: Matrix) -> Vector:
    """Weighted arithmetic mean: sum of w_i x_i. Handbook (2008), step 6."""
    return np.where(np.isnan(w).any(axis=1), np.nan, np.nansum(w * x, axis=1))


def geometric(x: Matrix, w: Matrix) -> Vector:
    """Weighted geometric mean: product of x_i ^ w_i. Handbook (2008), step 6.

    Raises:
        InvalidData: a value is negative.
    """
    _refuse(x, x < 0, "geometric mean needs values of 0 or more; give it a floor")
    with np.errstate(divide="ignore"):
        return np.exp(arithmetic(np.log(x), w))


def harmonic(x: Matrix, w: Matrix) -> Vector:
    """Weighted harmonic mean: 1 / sum of w_i / x_i.

    Raises:
        InvalidData: a value is 0 or negative.
    """
    _refuse(x, x <= 0, "harmonic mean needs values above 0")
    return 1 / arithmetic(1 / x, w)


def _refuse(x: Matrix, is_bad: np.ndarray, complaint: str) -> None:
    if is_bad.any():
        raise InvalidData(f"the {complaint} (found {x[is_bad].min():g})")


MEANS: dict[str, Callable[[Matrix, Matrix], Vector]] = {
    "arithmetic": arithmetic,
    "geometric": geometric,
    "harmonic": harmonic,
}


def aggregate(
    x: Matrix, weights: Vector, method: str, *, at_least: float = 0.0, floor: float | None = None
) -> tuple[Vector, Matrix]:
    """Combine children into their parent.

    Args:
        x: units by children.
        weights: one per child, of any scale.
        method: name of a mean.
        at_least: share of the children that must be present.
        floor: values below it are raised to it first.

    Returns:
        The parent's values, and the weights that each unit's children had.
    """
    raised = x if floor is None else np.maximum(x, floor)
    w = present_weights(raised, weights)
    values = MEANS[method](raised, w)
    share = (~np.isnan(x)).mean(axis=1)
    return np.where((share >= at_least) & (share > 0), values, np.nan), w
