"""Weights of the children of a node. OECD/JRC Handbook (2008), step 6.

Weights that follow from the data are found for each node from its children's values, so that they
need no fixed order of levels. Each function returns weights that sum to one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reli.errors import InvalidData
from reli.index.pairwise import Comparisons, ahp_weights, consistency_ratio
from reli.index.panel import Matrix, Vector, present
from reli.index.recipe import StepSetting
from reli.index.tree import Framework

__all__ = [
    "Weighting",
    "benefit_of_doubt",
    "correlations",
    "critic",
    "entropy",
    "fit_weight",
    "optimised",
    "pca",
]

CONSISTENT = 0.1
"""Largest consistency ratio of usable comparisons. Saaty (1980)."""

FRONTIER = 100.0
"""Score of a unit on the frontier of benefit of the doubt."""

_TINY = 1e-12

Bools = NDArray[np.bool_]


def _shares(w: Vector) -> Vector:
    """Weights that sum to one; all alike where none tells anything."""
    total = w.sum()
    return w / total if total > 0 else np.full(w.size, 1 / w.size)


def entropy(x: Matrix) -> Vector:
    """Shannon entropy: w ~ 1 - E, E = -sum p ln p / ln n, p = x / sum x. Zeleny (1982).

    An indicator that is the same everywhere has entropy 1 and weight 0.

    Raises:
        InvalidData: a value is negative.
    """
    if (x < 0).any():
        raise InvalidData(f"entropy weights need values of 0 or more (found {x[x < 0].min():g})")
    return _shares(np.array([_divergence(present(column)) for column in x.T]))


def _divergence(x: Vector) -> float:
    if x.size < 2 or x.min() == x.max():
        return 0.0
    p = x / x.sum()
    p = p[p > 0]
    return float(1 + (p * np.log(p)).sum() / np.log(x.size))


def correlations(x: Matrix) -> Matrix:
    """Pearson correlations of the columns, over the units that have both; 0 with a constant."""
    m = x.shape[1]
    found = np.eye(m)
    for i in range(m):
        for j in range(i):
            both = ~np.isnan(x[:, i]) & ~np.isnan(x[:, j])
            found[i, j] = found[j, i] = _correlation(x[both, i], x[both, j])
    return found


def _correlation(a: Vector, b: Vector) -> float:
    if a.size < 2 or a.min() == a.max() or b.min() == b.max():
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def critic(x: Matrix) -> Vector:
    """CRITIC: w_j ~ s_j sum over k of (1 - r_jk). Diakoulaki et al. (1995), Comput. Oper. Res. 22.

    Contrast (standard deviation) times conflict (lack of correlation with the others); meant for
    values on a common scale.
    """
    # One value alone has no contrast.
    known = (present(column) for column in x.T)
    spread = np.array([np.std(each, ddof=1) if each.size > 1 else 0.0 for each in known])
    return _shares(spread * (1 - correlations(x)).sum(axis=1))


def pca(x: Matrix) -> Vector:
    """Loadings of the first principal component of the correlations, over the complete units.

    The component points the way most of its loadings do. An indicator against it (COINr gives it
    a negative weight, and the scale is lost) has weight 0.
    """
    complete = x[~np.isnan(x).any(axis=1)]
    if len(complete) < 2:
        return np.full(x.shape[1], 1 / x.shape[1])
    _, vectors = np.linalg.eigh(correlations(complete))
    loadings = vectors[:, -1]
    loadings = loadings if loadings.sum() >= 0 else -loadings
    return _shares(np.maximum(loadings, 0))


def optimised(x: Matrix, importance: Vector) -> Vector:
    """Weights under which each child's correlation with the mean is as its stated importance.

    Minimises the squared differences between the shares of the correlations and of the
    importances (Becker et al. 2017, Ecol. Indic. 80), with weights of 0 or more.
    """
    complete = x[~np.isnan(x).any(axis=1)]
    m = x.shape[1]
    start = _shares(importance)
    if m == 1 or len(complete) < 2 or (complete.min(axis=0) == complete.max(axis=0)).any():
        return start
    covariance = np.cov(complete, rowvar=False)
    spread = np.sqrt(np.diag(covariance))

    def miss(w: Vector) -> float:
        # A mean that is the same for all units goes along with none of its children.
        variance = max(float(w @ covariance @ w), 0.0)
        with_mean = covariance @ w / spread / max(variance**0.5, _TINY)
        if abs(with_mean.sum()) < _TINY:
            return float(m)
        return float(((with_mean / with_mean.sum() - start) ** 2).sum())

    # Loaded where it is needed: the road to the panel holds a register in the same process.
    from scipy import optimize

    found = optimize.minimize(
        miss,
        start,
        method="SLSQP",
        bounds=optimize.Bounds(0, 1),
        constraints=optimize.LinearConstraint(np.ones((1, m)), 1, 1),
        options={"ftol": 1e-14, "maxiter": 500},
    )
    return _shares(np.maximum(found.x, 0))


def benefit_of_doubt(x: Matrix, low: float = 0.0, high: float = 1.0) -> Matrix:
    """Each unit's own best weights: max w x_i with w x_j <= 1 for all units j.

    Melyn & Moesen (1991); shares of the children in the unit's score from `low` to `high`, as in
    Cherchye et al. (2007), Soc. Indic. Res. 82. A missing child takes no part. The score w x_i is
    1 on the frontier; weights are not relative and do not sum to one.

    Raises:
        InvalidData: a value is negative, or the shares cannot be kept.
    """
    if (x < 0).any():
        raise InvalidData(f"benefit of the doubt needs values of 0 or more ({x[x < 0].min():g})")
    m = x.shape[1]
    if low * m > 1 or high * m < 1:
        raise InvalidData(f"shares from {low:g} to {high:g} of {m} children cannot sum to one")
    full = np.nan_to_num(x)
    peers = _frontier(full)
    is_there = ~np.isnan(x)
    own = [_own_weights(*each, peers, low, high) for each in zip(full, is_there, strict=True)]
    return np.vstack([np.zeros((0, m)), *own])


def _frontier(x: Matrix) -> Matrix:
    """Units that no other one matches in everything: only these can bind."""
    unique = np.unique(x, axis=0)
    is_beaten = np.zeros(len(unique), dtype=bool)
    for place, row in enumerate(unique):
        is_beaten[place] = ((unique >= row).all(axis=1).sum() > 1) if len(unique) > 1 else False
    return unique[~is_beaten]


def _own_weights(row: Vector, is_there: Bools, peers: Matrix, low: float, high: float) -> Vector:
    weights = np.where(is_there, 0.0, np.nan)
    # A child of value 0 can have no share of the score: the others have it all.
    is_worth = is_there & (row > 0)
    m = int(is_worth.sum())
    if m == 0:
        return weights
    low, high = min(low, 1 / m), max(high, 1 / m)
    own = row[is_worth]
    at_least = low * own[None, :] - np.diag(own)
    at_most = np.diag(own) - high * own[None, :]
    limits = np.vstack([peers[:, is_worth], at_least, at_most])
    right = np.concatenate([np.ones(len(peers)), np.zeros(2 * m)])
    from scipy import optimize

    found = optimize.linprog(-own, A_ub=limits, b_ub=right, bounds=(0, None), method="highs")
    if not found.success:
        raise InvalidData(f"benefit of the doubt has no solution: {found.message}")
    weights[is_worth] = found.x
    return weights


@dataclass(frozen=True)
class Weighting:
    """How the children of a node are weighted."""

    framework: Framework
    method: str = "framework"
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def of(self, parent: str, x: Matrix) -> Matrix:
        """Weights of a node's children: one row for all units, or a row a unit.

        Raises:
            InvalidData: the children's values do not allow the method.
        """
        children = self.framework.children[parent]
        if self.method == "equal":
            return np.ones((1, len(children)))
        stated = np.array([self.framework.by_code[child].weight for child in children])
        if self.method == "framework":
            return _some_weight(stated, children)
        if self.method == "ahp":
            return _compared(self.parameters["matrix"], children, stated)[None, :]
        if self.method == "benefit_of_doubt":
            own = benefit_of_doubt(x, self.parameters["low"], self.parameters["high"])
            return FRONTIER * own
        return self._from_data(x, stated)[None, :]

    def _from_data(self, x: Matrix, stated: Vector) -> Vector:
        # A child without any value has no weight, whatever the method.
        is_there = ~np.isnan(x).all(axis=0)
        weights = np.zeros(x.shape[1])
        if is_there.any():
            seen = x[:, is_there]
            weights[is_there] = (
                optimised(seen, stated[is_there])
                if self.method == "optimised"
                else _DATA_DRIVEN[self.method](seen)
            )
        return weights


_DATA_DRIVEN: dict[str, Callable[[Matrix], Vector]] = {
    "entropy": entropy,
    "critic": critic,
    "pca": pca,
}


def _some_weight(stated: Vector, children: Sequence[str]) -> Matrix:
    if not stated.any():
        raise InvalidData(
            f"all its children ({', '.join(children)}) have weight 0, so none of them counts: give "
            "one a weight above 0, or take the node out of the framework"
        )
    return stated[None, :]


def _compared(given: Comparisons, children: Sequence[str], stated: Vector) -> Vector:
    """Weights from comparisons where the matrix is about these children, else the stated ones."""
    if not set(children) <= set(given.codes):
        return stated
    places = [given.codes.index(child) for child in children]
    return ahp_weights(given.matrix[np.ix_(places, places)])


def fit_weight(framework: Framework, setting: StepSetting) -> Weighting:
    """The weighting that a recipe asks for.

    Raises:
        InvalidData: comparisons that contradict themselves, or are about no node's children.
    """
    if setting.method == "ahp":
        _check_comparisons(framework, setting.parameters["matrix"])
    return Weighting(framework, str(setting.method), setting.parameters)


def _check_comparisons(framework: Framework, given: Comparisons) -> None:
    compared = [set(children) <= set(given.codes) for children in framework.children.values()]
    if not any(compared):
        raise InvalidData(
            f"the comparisons are of {', '.join(given.codes)}: expected all children of some node"
        )
    ratio = consistency_ratio(given.matrix)
    if ratio > CONSISTENT:
        raise InvalidData(
            f"the comparisons contradict themselves: consistency ratio {ratio:.3f}, expected at "
            f"most {CONSISTENT}; compare again"
        )
