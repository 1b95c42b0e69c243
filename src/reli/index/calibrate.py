"""Weights and recipe that best reproduce a published ranking, and how far they are identified.

Where only a ranking (or its first places) is published, weights follow from its order; where scores
are, from the scores, capped ones as "at least". Forms are judged first: one that reproduces the
ranking without a residual, then the smaller rank error on places that were held out of the fit,
since under a wrong normalisation no weights fit better than equal ones, then the smaller residual
of the scores.
"""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse, stats

from reli.errors import InvalidData
from reli.index.normalise import rank_ascending
from reli.index.panel import Matrix, Panel, Vector
from reli.index.recipe import Recipe, StepSetting, parse_recipe
from reli.index.scores import ranks, score_panel
from reli.index.study import Study, chains
from reli.index.tree import Framework

__all__ = ["Calibration", "Published", "Residual", "calibrate", "fit_weights", "usual_forms"]

TOPS = (10, 50, 100)
SLACK = 0.05
"""Weights count as near-optimal up to this much more misfit than the best."""

IDENTIFIED = 0.02
"""A weight is called identified if near-optimal ones lie within this of each other."""


def _form(*steps: str) -> str:
    return "\n".join(f"[[step]]\n{step}" for step in steps)


_MINMAX = 'do = "normalise"\nmethod = "minmax"\nconstant = "missing"'
_USUAL = (
    ("minmax", _form(_MINMAX)),
    ("log1p, minmax", _form('do = "treat"\nmethod = "log1p"', _MINMAX)),
    (
        "winsorise or log_ct, minmax",
        _form('do = "treat"\nmethod = "winsorise"\nthen = "log_ct"', _MINMAX),
    ),
    (
        "log1p, clip, minmax",
        _form('do = "treat"\nmethod = "log1p"', 'do = "treat"\nmethod = "clip_quantile"', _MINMAX),
    ),
    ("zscore", _form('do = "normalise"\nmethod = "zscore"\nconstant = "missing"')),
    ("percentile_rank", _form('do = "normalise"\nmethod = "percentile_rank"')),
    ("hurdle_rank", _form('do = "normalise"\nmethod = "hurdle_rank"')),
    ("fraction_of_max", _form('do = "normalise"\nmethod = "fraction_of_max"')),
)
"""Forms that published indices usually have."""

_MARGIN = 1e-4
_WORST = 10
_EXACT = 1e-6
"""Residuals of scores up to this part of their span are those of the solver."""


@dataclass(frozen=True)
class Published:
    """A published ranking: unit and rank, and scores where they are published.

    Attributes:
        units: in any order.
        rank: 1 is best; units of one rank are not told apart.
        value: NaN where no score is published.
        is_complete: whether units that are not in it were not ranked; else they stand behind.
        cap: scores of this and above are capped.
    """

    units: tuple[str, ...]
    rank: Vector
    value: Vector
    is_complete: bool = False
    cap: float = 100.0

    @property
    def has_values(self) -> bool:
        """Whether every unit has a score."""
        return not bool(np.isnan(self.value).any())


class Residual(NamedTuple):
    """A unit that the fit does not place, or score, as published; scores are NaN of an order."""

    unit: str
    published: int
    fitted: int
    published_score: float
    fitted_score: float


@dataclass(frozen=True)
class Calibration:
    """What one recipe can do for a published ranking.

    Attributes:
        recipe: its name.
        weights: share of each indicator in the index, best fit.
        lowest, highest: of each weight among near-optimal ones.
        held_out: mean rank error on places left out of the fit, as a share of their number.
        kendall, spearman: of fitted and published order, over the published units.
        overlap: by k, share of the published first k that are among the fitted first k.
        reproduces: whether every published unit is fitted to its rank (one of those it shares).
        points: mean absolute residual of the scores, in points; NaN of an order alone. Of a score
            at the cap only what is lacking counts.
        residuals: units with the largest errors, of scores where they are published, else of ranks.
        skipped: published units that lack an indicator or are not in the panel.
    """

    recipe: str
    weights: dict[str, float]
    lowest: dict[str, float]
    highest: dict[str, float]
    held_out: float
    kendall: float
    spearman: float
    overlap: dict[int, float]
    reproduces: bool
    points: float
    residuals: tuple[Residual, ...]
    skipped: tuple[str, ...] = field(default=())

    @property
    def identified(self) -> dict[str, bool]:
        """Whether each weight is known to within a few hundredths."""
        return {code: self.highest[code] - self.lowest[code] <= IDENTIFIED for code in self.weights}

    @property
    def standing(self) -> tuple[bool, float, float]:
        """What forms are ordered by: no residual of ranks, held-out error, residual of scores."""
        # Less than a millionth of a point is the solver's, and differs between machines.
        points = 0.0 if np.isnan(self.points) else round(self.points, 6)
        return not self.reproduces, self.held_out, points


def calibrate(
    panel: Panel,
    framework: Framework,
    recipes: Sequence[tuple[str, Recipe]],
    published: Published,
) -> list[Calibration]:
    """Each recipe's best weights, the most credible form first: see Calibration.standing.

    A recipe that cannot be applied to this panel is passed over, if another can.

    Args:
        panel: indicators of the units of one index.
        framework: the tree; its weights are not used.
        recipes: by name; steps before `weight` and `aggregate` are.
        published: the ranking to reproduce.

    Raises:
        InvalidData: a unit stands twice, the scores rise with the ranks, fewer published units
            than indicators can be compared, or each recipe fails.
    """
    _check(published)
    found, failed = [], []
    for name, recipe in recipes:
        try:
            found.append(_one(panel, framework, name, recipe, published))
        except InvalidData as error:
            failed.append(error)
    if not found:
        raise failed[0]
    return sorted(found, key=lambda each: each.standing)


def _check(published: Published) -> None:
    counted = Counter(published.units)
    twice = [unit for unit, times in counted.items() if times > 1]
    if twice:
        raise InvalidData(f"unit {twice[0]!r} is ranked {counted[twice[0]]} times: expected once")
    if published.has_values and len(published.units) > 1:
        order = np.argsort(published.rank, kind="stable")
        if published.value[order[0]] < published.value[order[-1]]:
            best, last = (published.units[place] for place in (order[0], order[-1]))
            raise InvalidData(
                f"{best!r} is ranked before {last!r}, but has the lower score: rank 1 is the best, "
                "and higher scores are better"
            )


def usual_forms(
    framework: Framework, recipe: Recipe, study: Study | None = None
) -> list[tuple[str, Recipe]]:
    """What is tried where no recipe is named: the framework's own, its alternatives, usual ones.

    Args:
        framework: the tree.
        recipe: its own recipe.
        study: what is declared as alternatives to its steps.
    """
    found = [("own", recipe)]
    declared = chains(recipe, replace(study or Study(), leave_out=False), ())
    found += [(chain.name, chain.recipe) for chain in declared if chain.name]
    found += [(name, parse_recipe(text, name, framework.indicators)) for name, text in _USUAL]
    distinct: dict[str, tuple[str, Recipe]] = {}
    for name, each in found:
        distinct.setdefault(repr(_before(each)), (name, each))
    return list(distinct.values())


def _before(recipe: Recipe) -> tuple[StepSetting, ...]:
    """Steps before weights."""
    return tuple(step for step in recipe.steps if step.do not in {"weight", "aggregate"})


@dataclass(frozen=True)
class _Sample:
    """Normalised indicators of the published units, best first, and of those behind them."""

    z: Matrix
    rank: Vector
    behind: Matrix
    value: Vector | None
    cap: float


def _one(
    panel: Panel, framework: Framework, name: str, recipe: Recipe, published: Published
) -> Calibration:
    scores = score_panel(panel, framework, Recipe(_before(recipe)))
    codes = [code for code in framework.indicators if not np.isnan(scores.values[code]).all()]
    z = np.column_stack([scores.values[code] for code in codes])
    places, order, skipped = _places(panel, z, published)
    if len(places) <= len(codes):
        there = len(set(published.units) & set(panel.units))
        raise InvalidData(
            f"{len(places)} published units have all {len(codes)} indicators: expected more units "
            f"than indicators; of {len(published.units)} published units {there} are in the panel"
        )
    rest = np.setdiff1d(np.flatnonzero(~np.isnan(z).any(axis=1)), places)
    behind = z[:0] if published.is_complete else z[rest]
    value = published.value[order] if published.has_values else None
    true = rank_ascending(published.rank[order])
    sample = _Sample(z[places], true, behind, value, published.cap)
    weights, constant, misfit = _fit(sample)
    lowest, highest = _intervals(sample, misfit)
    total = weights.sum() or 1.0
    fitted = ranks(np.vstack([sample.z, sample.behind]) @ weights)[: len(places)]
    scores_fitted = sample.z @ weights + constant
    errors = _score_errors(sample, scores_fitted)
    return Calibration(
        recipe=name,
        weights=_named(codes, weights / total),
        lowest=_named(codes, lowest / total),
        highest=_named(codes, highest / total),
        held_out=_held_out(sample),
        kendall=float(stats.kendalltau(fitted, true).statistic),
        spearman=float(stats.spearmanr(fitted, true).statistic),
        overlap={top: float((fitted[:top] <= top).mean()) for top in TOPS if top <= len(places)},
        reproduces=not _rank_errors(fitted, true).any(),
        points=float(errors.mean()),
        residuals=_residuals(
            [panel.units[place] for place in places], sample, fitted, scores_fitted
        ),
        skipped=skipped,
    )


def _named(codes: Sequence[str], numbers: Vector) -> dict[str, float]:
    return dict(zip(codes, numbers.tolist(), strict=True))


def _places(
    panel: Panel, z: Matrix, published: Published
) -> tuple[NDArray[np.intp], NDArray[np.intp], tuple[str, ...]]:
    """Rows of the published units in the panel, best first; their places in the ranking."""
    row = {unit: place for place, unit in enumerate(panel.units)}
    order = [int(place) for place in np.argsort(published.rank, kind="stable")]
    usable = [
        place
        for place in order
        if published.units[place] in row and not np.isnan(z[row[published.units[place]]]).any()
    ]
    skipped = tuple(published.units[place] for place in order if place not in set(usable))
    rows = np.array([row[published.units[place]] for place in usable], dtype=np.intp)
    return rows, np.array(usable, dtype=np.intp), skipped


def fit_weights(
    z: Matrix,
    behind: Matrix,
    value: Vector | None = None,
    cap: float = 100.0,
    rank: Vector | None = None,
) -> tuple[Vector, float]:
    """Weights of 0 or more with the least misfit, by linear programming.

    With scores: the least sum of absolute differences of a + z.w, capped scores as "at least", and
    units behind at most at the last score. With an order alone: the least sum of what each unit
    lacks to be ahead of the next, the weights summing to one.

    Args:
        z: normalised indicators of the published units, best first.
        behind: those of units known to be behind the last.
        value: scores of the published units, or None.
        cap: scores of this and above are capped.
        rank: of the published units, where some share one; else each has its own.

    Returns:
        Weights, and the misfit.

    Raises:
        InvalidData: all units share one rank, or the program has no solution.
    """
    own = np.arange(1.0, len(z) + 1) if rank is None else rank
    weights, _, misfit = _fit(_Sample(z, own, behind, value, cap))
    return weights, misfit


def _fit(sample: _Sample) -> tuple[Vector, float, float]:
    """Weights, the constant beside them (of scores), and the misfit."""
    program = _program(sample)
    found = _solve(program, program.misfit)
    return found[: program.weights], float(found[program.weights]), float(program.misfit @ found)


@dataclass(frozen=True)
class _Program:
    """Rows . x <= bounds; equal . x = one; x: weights, intercept, one slack a row kind."""

    rows: sparse.csr_matrix
    bounds: Vector
    equal: Vector | None
    misfit: Vector
    weights: int


def _leads(sample: _Sample) -> Matrix:
    """What each unit has more than one of the next rank; those behind follow the last rank.

    Units of one rank are not compared; each is with at least one of the next, where a rank has
    several.
    """
    last = np.full(len(sample.behind), sample.rank.max() + 1)
    rank = np.concatenate([sample.rank, last])
    x = np.vstack([sample.z, sample.behind])
    groups = np.split(np.arange(len(x)), np.flatnonzero(np.diff(rank)) + 1)
    if len(groups) < 2:
        raise InvalidData("all published units share one rank: there is no order to reproduce")
    pairs = []
    for ahead, behind in itertools.pairwise(groups):
        size = max(ahead.size, behind.size)
        pairs.append(x[np.resize(ahead, size)] - x[np.resize(behind, size)])
    return np.vstack(pairs)


def _program(sample: _Sample) -> _Program:
    z, behind, value, cap = sample.z, sample.behind, sample.value, sample.cap
    m = z.shape[1]
    if value is None:
        lead = _leads(sample)
        rows = np.hstack([-lead, np.zeros((len(lead), 1))])
        bounds = np.full(len(lead), -_MARGIN)
        equal = np.concatenate([np.ones(m), [0.0]])
        slack = np.arange(len(lead))
    else:
        is_capped = value >= cap
        ones = np.ones((len(z), 1))
        above = np.hstack([-z, -ones])
        below = np.hstack([z, ones])[~is_capped]
        last = np.hstack([behind, np.ones((len(behind), 1))])
        rows = np.vstack([above, below, last])
        floor = float(value.min())
        bounds = np.concatenate([-value, value[~is_capped], np.full(len(behind), floor)])
        equal = None
        own = np.arange(len(z))
        slack = np.concatenate([own, own[~is_capped], len(z) + np.arange(len(behind))])
    count = int(slack.max()) + 1
    # What a row lacks is made up by its slack, which is the misfit.
    made_up = sparse.csr_matrix(
        (-np.ones(len(rows)), (np.arange(len(rows)), slack)), shape=(len(rows), count)
    )
    misfit = np.concatenate([np.zeros(m + 1), np.ones(count)])
    whole = None if equal is None else np.concatenate([equal, np.zeros(count)])
    return _Program(
        sparse.hstack([sparse.csr_matrix(rows), made_up]).tocsr(), bounds, whole, misfit, m
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


def _intervals(sample: _Sample, misfit: float) -> tuple[Vector, Vector]:
    """Least and greatest value of each weight among near-optimal solutions."""
    program = _program(sample)
    scale = 1.0 if sample.value is None else float(np.ptp(sample.value)) or 1.0
    most = misfit * (1 + SLACK) + _EXACT * scale * len(sample.z)
    m = sample.z.shape[1]
    lowest, highest = np.empty(m), np.empty(m)
    for place in range(m):
        objective = np.zeros(len(program.misfit))
        objective[place] = 1.0
        lowest[place] = _solve(program, objective, most)[place]
        highest[place] = _solve(program, -objective, most)[place]
    return lowest, highest


def _held_out(sample: _Sample) -> float:
    """Mean rank error of one half of the places under weights fitted on the other, both ways."""
    errors = []
    every = np.arange(len(sample.z))
    for half in (0, 1):
        seen, unseen = every[every % 2 == half], every[every % 2 != half]
        value = None if sample.value is None else sample.value[seen]
        known = sample.rank[seen]
        weights, _ = fit_weights(sample.z[seen], sample.behind, value, sample.cap, known)
        rank = ranks(sample.z[unseen] @ weights)
        true = rank_ascending(sample.rank[unseen])
        errors.append(np.abs(rank - true).mean() / len(unseen))
    return float(np.mean(errors))


def _rank_errors(fitted: Vector, true: Vector) -> Vector:
    """Places between the fitted rank and the published one, or the nearest of those it shares."""
    _, group, sizes = np.unique(true, return_inverse=True, return_counts=True)
    last = true + sizes[group] - 1
    return np.maximum(np.maximum(true - fitted, fitted - last), 0.0)


def _score_errors(sample: _Sample, fitted: Vector) -> Vector:
    """Points between fitted and published scores; of capped ones what is lacking; NaN of an order.

    Args:
        sample: the published units.
        fitted: their scores by the fit.
    """
    if sample.value is None:
        return np.full(len(fitted), np.nan)
    lacking = sample.value - fitted
    return np.where(sample.value >= sample.cap, np.maximum(lacking, 0.0), np.abs(lacking))


def _residuals(
    units: Sequence[str], sample: _Sample, fitted: Vector, scores: Vector
) -> tuple[Residual, ...]:
    """The largest errors, of scores where they are published, else of ranks."""
    if sample.value is None:
        errors, least = _rank_errors(fitted, sample.rank), 0.0
        published = np.full(len(units), np.nan)
        scores = published
    else:
        errors, published = _score_errors(sample, scores), sample.value
        least = _EXACT * float(np.ptp(published))
    return tuple(
        Residual(
            units[place],
            int(sample.rank[place]),
            int(fitted[place]),
            float(published[place]),
            float(scores[place]),
        )
        for place in np.argsort(-errors, kind="stable")[:_WORST]
        if errors[place] > least
    )
