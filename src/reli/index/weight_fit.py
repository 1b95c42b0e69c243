"""Weights that come nearest to a published order or to published scores, by linear programming.

With scores: the least sum of absolute differences of a + z.w, capped scores as "at least", and
units behind at most at the last score. With an order alone: the least sum of what each unit lacks
to be ahead of the next, the weights summing to one.
"""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from reli.errors import InvalidData
from reli.index.panel import Matrix, Vector

__all__ = ["EXACT", "PublishedOrder", "Solution", "fit_weights", "intervals"]

SLACK = 0.05
"""Weights count as near-optimal up to this much more misfit than the best."""

EXACT = 1e-6
"""Residuals of scores up to this part of their span are those of the solver."""

_MARGIN = 1e-4
"""What a unit must have more than the next, that it is ahead and not level."""


@dataclass(frozen=True)
class PublishedOrder:
    """Normalised indicators of the published units, best first, and what was published of them.

    Attributes:
        z: normalised indicators, a row a published unit.
        rank: of each; units of one rank are not told apart.
        behind: normalised indicators of units known to be behind the last.
        value: scores of the published units; None where an order alone is published.
        cap: scores of this and above are capped.
    """

    z: Matrix
    rank: Vector
    behind: Matrix
    value: Vector | None
    cap: float


@dataclass(frozen=True)
class Solution:
    """Weights of 0 or more with the least misfit, and the constant beside them (of scores)."""

    weights: Vector
    constant: float
    misfit: float


def fit_weights(order: PublishedOrder) -> Solution:
    """Weights of 0 or more with the least misfit.

    Raises:
        InvalidData: all units share one rank, or the program has no solution.
    """
    program = _program(order)
    found = _solve(program, program.misfit)
    misfit = float(program.misfit @ found)
    return Solution(found[: program.weights], float(found[program.weights]), misfit)


def intervals(order: PublishedOrder, misfit: float) -> tuple[Vector, Vector]:
    """Least and greatest value of each weight among solutions of hardly more than this misfit."""
    program = _program(order)
    scale = 1.0 if order.value is None else float(np.ptp(order.value)) or 1.0
    most = misfit * (1 + SLACK) + EXACT * scale * len(order.z)
    m = order.z.shape[1]
    lowest, highest = np.empty(m), np.empty(m)
    for place in range(m):
        objective = np.zeros(len(program.misfit))
        objective[place] = 1.0
        lowest[place] = _solve(program, objective, most)[place]
        highest[place] = _solve(program, -objective, most)[place]
    return lowest, highest


@dataclass(frozen=True)
class _Program:
    """Rows . x <= bounds; equal . x = one; x: weights, intercept, one slack a row kind."""

    rows: sparse.csr_matrix
    bounds: Vector
    equal: Vector | None
    misfit: Vector
    weights: int


def _leads(order: PublishedOrder) -> Matrix:
    """What each unit has more than one of the next rank; those behind follow the last rank.

    Units of one rank are not compared; each is with at least one of the next, where a rank has
    several.
    """
    last = np.full(len(order.behind), order.rank.max() + 1)
    rank = np.concatenate([order.rank, last])
    x = np.vstack([order.z, order.behind])
    groups = np.split(np.arange(len(x)), np.flatnonzero(np.diff(rank)) + 1)
    if len(groups) < 2:
        raise InvalidData("all published units share one rank: there is no order to reproduce")
    pairs = []
    for ahead, behind in itertools.pairwise(groups):
        size = max(ahead.size, behind.size)
        pairs.append(x[np.resize(ahead, size)] - x[np.resize(behind, size)])
    return np.vstack(pairs)


def _program(order: PublishedOrder) -> _Program:
    of_order = order.value is None
    rows, bounds, slack = _rows_of_order(order) if of_order else _rows_of_scores(order)
    count, m = int(slack.max()) + 1, order.z.shape[1]
    # What a row lacks is made up by its slack, which is the misfit.
    made_up = sparse.csr_matrix(
        (-np.ones(len(rows)), (np.arange(len(rows)), slack)), shape=(len(rows), count)
    )
    misfit = np.concatenate([np.zeros(m + 1), np.ones(count)])
    # Of an order the weights sum to one: else the least misfit would be that of no weights.
    equal = np.concatenate([np.ones(m), np.zeros(1 + count)]) if of_order else None
    whole = sparse.hstack([sparse.csr_matrix(rows), made_up]).tocsr()
    return _Program(whole, bounds, equal, misfit, m)


def _rows_of_order(order: PublishedOrder) -> tuple[Matrix, Vector, NDArray[np.intp]]:
    """Each unit is ahead of the next: rows, bounds, and which slack makes up for each row."""
    lead = _leads(order)
    rows = np.hstack([-lead, np.zeros((len(lead), 1))])
    return rows, np.full(len(lead), -_MARGIN), np.arange(len(lead))


def _rows_of_scores(order: PublishedOrder) -> tuple[Matrix, Vector, NDArray[np.intp]]:
    """Each unit has its score, a capped one at least this, those behind at most the last."""
    z, behind, value = order.z, order.behind, np.asarray(order.value)
    is_told = value < order.cap
    ones = np.ones((len(z), 1))
    above = np.hstack([-z, -ones])
    below = np.hstack([z, ones])[is_told]
    last = np.hstack([behind, np.ones((len(behind), 1))])
    floor = np.full(len(behind), float(value.min()))
    own = np.arange(len(z))
    return (
        np.vstack([above, below, last]),
        np.concatenate([-value, value[is_told], floor]),
        np.concatenate([own, own[is_told], len(z) + np.arange(len(behind))]),
    )


def _solve(program: _Program, objective: Vector, most: float | None = None) -> Vector:
    rows, bounds = program.rows, program.bounds
    if most is not None:
        rows = sparse.vstack([rows, sparse.csr_matrix(program.misfit)]).tocsr()
        bounds = np.append(bounds, most)
    free: list[tuple[float | None, float | None]] = [(0.0, None)] * len(objective)
    free[program.weights] = (None, None)
    equal = None if program.equal is None else program.equal[None, :]
    limits: Any = {"A_ub": rows, "b_ub": bounds, "A_eq": equal, "bounds": free}
    found = optimize.linprog(objective, b_eq=None if equal is None else [1.0], **limits)
    if not found.success:
        raise InvalidData(f"the weights cannot be fitted: {found.message}")
    solution: Vector = found.x
    return solution
