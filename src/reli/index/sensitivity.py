"""Which choice moves ranks most: variance-based indices of each choice of method.

Saltelli et al. (2010), Comput. Phys. Commun. 181: first-order and total indices from a sample of
choices; Saisana, Saltelli & Tarantola (2005), JRSS A 168, for composite indicators. Samples and
estimators are those of SALib.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from reli.errors import InvalidData
from reli.index.panel import Matrix, Panel, Vector
from reli.index.recipe import Recipe
from reli.index.replicates import Floats, Tree, perturbed, positions
from reli.index.robustness import RankedTrees
from reli.index.scores import ranks
from reli.index.study import Chain, Study, chains
from reli.index.tree import Framework

__all__ = ["CAUSES", "Sensitivity", "sensitivity", "sobol_indices"]

WEIGHT_SETS = 256

MOST_ROWS = 2_000
"""Chains that are evaluated where it is not said how many."""


CAUSES = pa.schema(
    [
        ("factor", pa.string()),
        ("first_order", pa.float64()),
        ("first_order_error", pa.float64()),
        ("total", pa.float64()),
        ("total_error", pa.float64()),
    ]
)
"""A row a choice: its part in the variance of the mean shift of ranks, and the errors of that."""


@dataclass(frozen=True)
class Sensitivity:
    """Indices of each choice, for the mean shift of ranks and for the rank of each unit.

    Attributes:
        factors: what was chosen.
        units: the units that have a score.
        first, total: of the mean absolute shift from the nominal ranks, by factor.
        first_error, total_error: half widths of 95% of their resampled estimates.
        unit_first, unit_total: of each unit's rank: units by factors; NaN where it never moves.
        rows: how many chains were evaluated.
    """

    factors: tuple[str, ...]
    units: tuple[str, ...]
    first: Vector
    total: Vector
    first_error: Vector
    total_error: Vector
    unit_first: Matrix
    unit_total: Matrix
    rows: int

    def table(self) -> pa.Table:
        """One row a factor: first-order and total index of the mean shift, and their errors."""
        columns = {
            "first_order": self.first,
            "first_order_error": self.first_error,
            "total": self.total,
            "total_error": self.total_error,
        }
        # Where no rank ever moves there is nothing to be caused: missing.
        cells = {name: pa.array(x, from_pandas=True) for name, x in columns.items()}
        return pa.table({"factor": list(self.factors), **cells}, schema=CAUSES)


def sobol_indices(y: Matrix, factors: int) -> tuple[Matrix, Matrix]:
    """First-order and total indices: outputs by factors; NaN for an output that never moves.

    S_i = mean(f_B (f_AB_i - f_A)) / V; T_i = mean((f_A - f_AB_i)^2) / 2 V. Saltelli et al. (2010),
    table 2, (b) and (f), with outputs centred, which does not change them and steadies the sums.

    Args:
        y: rows of a sample of SALib (for each point A, then A with each factor from B, then B) by
            outputs.
        factors: how many.
    """
    from SALib.analyze.sobol import first_order, total_order

    rows = (y - y.mean(axis=0)).reshape(-1, factors + 2, y.shape[1])
    a, b = rows[:, 0], rows[:, -1]
    moves = np.ptp(y, axis=0) > 0
    first, total = (np.full((y.shape[1], factors), np.nan) for _ in range(2))
    for place in range(factors if moves.any() else 0):
        mixed = rows[:, place + 1, moves]
        first[moves, place] = first_order(a[:, moves], mixed, b[:, moves])
        total[moves, place] = total_order(a[:, moves], mixed, b[:, moves])
    return first, total


def _problem(factors: int) -> dict[str, Any]:
    return {
        "num_vars": factors,
        "names": [str(place) for place in range(factors)],
        "bounds": [[0.0, 1.0]] * factors,
    }


def sensitivity(
    panel: Panel,
    framework: Framework,
    recipe: Recipe,
    study: Study,
    *,
    samples: int | None = None,
    trees: RankedTrees | None = None,
) -> Sensitivity:
    """Indices of each choice that a study varies.

    Args:
        panel: indicators of the units of one index.
        framework: the tree.
        recipe: the nominal one.
        study: what is varied; its weights count as one choice.
        samples: a power of two; samples x (factors + 2) rows are evaluated. By default as many
            as 2,000 rows allow.
        trees: of the same panel and recipe, where several studies share them.

    Raises:
        InvalidData: nothing is varied, or a chain cannot be replicated.
    """
    # Heavy, and needed for this alone.
    from SALib.sample.sobol import sample

    trees = trees or RankedTrees(panel, framework, recipe)
    scored = trees.scored
    rank = ranks(trees.nominal.values[framework.top][scored])
    design = _Design(trees, recipe, study)
    if not design.factors:
        raise InvalidData("the study varies nothing: there is nothing to be sensitive to")
    count = len(design.factors)
    problem = _problem(count)
    size = samples or 1 << (MOST_ROWS // (count + 2)).bit_length() - 1
    points = sample(problem, size, calc_second_order=False, seed=study.seed)
    taken = design.ranks(points)
    shift = np.abs(taken - rank).mean(axis=1)
    found = _indices(problem, shift, study.seed)
    unit_first, unit_total = sobol_indices(taken, count)
    return Sensitivity(
        factors=tuple(design.factors),
        units=tuple(panel.units[place] for place in scored),
        first=found["S1"],
        total=found["ST"],
        first_error=found["S1_conf"],
        total_error=found["ST_conf"],
        unit_first=unit_first,
        unit_total=unit_total,
        rows=len(points),
    )


def _indices(problem: dict[str, Any], shift: Vector, seed: int) -> dict[str, Vector]:
    """Indices of the mean shift and their errors; NaN where it never moves."""
    from SALib.analyze.sobol import analyze

    if np.ptp(shift) == 0:
        blank = np.full(problem["num_vars"], np.nan)
        return dict.fromkeys(("S1", "ST", "S1_conf", "ST_conf"), blank)
    found: dict[str, Vector] = analyze(problem, shift, calc_second_order=False, seed=seed or None)
    return found


class _Design:
    """From numbers between 0 and 1, one a factor, to ranks; each chain is prepared once."""

    def __init__(self, trees: RankedTrees, recipe: Recipe, study: Study) -> None:
        self._trees, self._scored = trees, trees.scored
        framework = trees.nominal.framework
        self._chains = {
            chain.choice: chain for chain in chains(recipe, study, framework.indicators)
        }
        self._spread, self._seed = study.weights, study.seed
        self._prepared: dict[tuple[int, ...], tuple[Tree, dict[str, Floats]]] = {}
        self._sizes = [len(alternatives) + 1 for _, alternatives in study.choices]
        self.factors = [
            " / ".join(each.name for each in alternatives) for _, alternatives in study.choices
        ]
        if study.leave_out:
            self._sizes.append(len(framework.indicators) + 1)
            self.factors.append("indicator left out")
        if study.weights:
            self.factors.append("weights")

    def ranks(self, points: Matrix) -> Matrix:
        """Ranks of the units: rows by units."""
        count = len(self._sizes)
        sizes = np.array(self._sizes, dtype=np.intp)
        chosen = np.minimum((points[:, :count] * sizes).astype(np.intp), sizes - 1)
        sets = np.zeros(len(points), np.intp)
        if self._spread:
            sets = np.minimum((points[:, -1] * WEIGHT_SETS).astype(np.intp), WEIGHT_SETS - 1)
        found = np.empty((len(points), len(self._scored)))
        for choice in np.unique(chosen, axis=0) if count else [np.zeros(0, np.intp)]:
            rows = np.flatnonzero((chosen == choice).all(axis=1))
            tree, weights = self._prepare(self._chains[tuple(choice.tolist())])
            scores = tree.scores({parent: w[sets[rows]] for parent, w in weights.items()})
            places = positions(scores)
            np.put_along_axis(
                block := np.empty(scores.shape), places, np.arange(1.0, scores.shape[1] + 1), axis=1
            )
            found[rows] = block
        return found

    def _prepare(self, chain: Chain) -> tuple[Tree, dict[str, Floats]]:
        if chain.choice not in self._prepared:
            tree, stated = self._trees.prepared(chain)
            # The same sets for every chain: the weights are a choice of their own.
            rng = np.random.default_rng(self._seed)
            weights = perturbed(stated, self._spread, WEIGHT_SETS, rng)
            self._prepared[chain.choice] = tree, weights
        return self._prepared[chain.choice]
