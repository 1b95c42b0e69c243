"""Weights and recipe that best reproduce a published ranking, and how far they are identified.

Where only a ranking (or its first places) is published, weights follow from its order; where scores
are, from the scores, capped ones as "at least". Forms are judged first: one that reproduces the
ranking without a residual, then the smaller rank error on places that were held out of the fit,
since under a wrong normalisation no weights fit better than equal ones, then the smaller residual
of the scores.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from reli.errors import InvalidData
from reli.index.forms import steps_before_weights
from reli.index.normalise import rank_ascending
from reli.index.panel import Matrix, Panel, Vector
from reli.index.recipe import Recipe
from reli.index.scores import ranks, score_panel
from reli.index.tree import Framework
from reli.index.weight_fit import EXACT, PublishedOrder, fit_weights, intervals

__all__ = ["Calibration", "Published", "Residual", "calibrate"]

TOPS = (10, 50, 100)
IDENTIFIED = 0.02
"""A weight is called identified if near-optimal ones lie within this of each other."""

_WORST = 10


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


def _one(
    panel: Panel, framework: Framework, name: str, recipe: Recipe, published: Published
) -> Calibration:
    scores = score_panel(panel, framework, Recipe(steps_before_weights(recipe)))
    codes = [code for code in framework.indicators if not np.isnan(scores.values[code]).all()]
    z = np.column_stack([scores.values[code] for code in codes])
    places, order, skipped = _places(panel, z, published)
    if len(places) <= len(codes):
        there = len(set(published.units) & set(panel.units))
        raise InvalidData(
            f"{len(places)} published units have all {len(codes)} indicators: expected more units "
            f"than indicators; of {len(published.units)} published units {there} are in the panel"
        )
    units = [panel.units[place] for place in places]
    known = _published_order(z, places, order, published)
    found = fit_weights(known)
    lowest, highest = intervals(known, found.misfit)
    total = found.weights.sum() or 1.0
    fitted = ranks(np.vstack([known.z, known.behind]) @ found.weights)[: len(places)]
    fitted_scores = known.z @ found.weights + found.constant
    return Calibration(
        recipe=name,
        weights=_named(codes, found.weights / total),
        lowest=_named(codes, lowest / total),
        highest=_named(codes, highest / total),
        held_out=_held_out(known),
        kendall=float(stats.kendalltau(fitted, known.rank).statistic),
        spearman=float(stats.spearmanr(fitted, known.rank).statistic),
        overlap={top: float((fitted[:top] <= top).mean()) for top in TOPS if top <= len(places)},
        reproduces=not _rank_errors(fitted, known.rank).any(),
        points=float(_score_errors(known, fitted_scores).mean()),
        residuals=_residuals(units, known, fitted, fitted_scores),
        skipped=skipped,
    )


def _published_order(
    z: Matrix, places: NDArray[np.intp], order: NDArray[np.intp], published: Published
) -> PublishedOrder:
    """The published units, best first; where the ranking is not complete, all others behind."""
    rest = np.setdiff1d(np.flatnonzero(~np.isnan(z).any(axis=1)), places)
    return PublishedOrder(
        z=z[places],
        rank=rank_ascending(published.rank[order]),
        behind=z[:0] if published.is_complete else z[rest],
        value=published.value[order] if published.has_values else None,
        cap=published.cap,
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


def _held_out(known: PublishedOrder) -> float:
    """Mean rank error of one half of the places under weights fitted on the other, both ways."""
    errors = []
    every = np.arange(len(known.z))
    for half in (0, 1):
        seen, unseen = every[every % 2 == half], every[every % 2 != half]
        value = None if known.value is None else known.value[seen]
        half_seen = PublishedOrder(known.z[seen], known.rank[seen], known.behind, value, known.cap)
        rank = ranks(known.z[unseen] @ fit_weights(half_seen).weights)
        true = rank_ascending(known.rank[unseen])
        errors.append(np.abs(rank - true).mean() / len(unseen))
    return float(np.mean(errors))


def _rank_errors(fitted: Vector, true: Vector) -> Vector:
    """Places between the fitted rank and the published one, or the nearest of those it shares."""
    _, group, sizes = np.unique(true, return_inverse=True, return_counts=True)
    last = true + sizes[group] - 1
    return np.maximum(np.maximum(true - fitted, fitted - last), 0.0)


def _score_errors(known: PublishedOrder, fitted: Vector) -> Vector:
    """Points between fitted and published scores; of capped ones what is lacking; NaN of an order.

    Args:
        known: the published units.
        fitted: their scores by the fit.
    """
    if known.value is None:
        return np.full(len(fitted), np.nan)
    lacking = known.value - fitted
    return np.where(known.value >= known.cap, np.maximum(lacking, 0.0), np.abs(lacking))


def _residuals(
    units: Sequence[str], known: PublishedOrder, fitted: Vector, scores: Vector
) -> tuple[Residual, ...]:
    """The largest errors, of scores where they are published, else of ranks."""
    if known.value is None:
        errors, least = _rank_errors(fitted, known.rank), 0.0
        published = np.full(len(units), np.nan)
        scores = published
    else:
        errors, published = _score_errors(known, scores), known.value
        least = EXACT * float(np.ptp(published))
    return tuple(
        Residual(
            units[place],
            int(known.rank[place]),
            int(fitted[place]),
            float(published[place]),
            float(scores[place]),
        )
        for place in np.argsort(-errors, kind="stable")[:_WORST]
        if errors[place] > least
    )
