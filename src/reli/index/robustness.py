"""How far ranks depend on choices of method. OECD/JRC Handbook (2008), step 7.

What comes out are method ranges (方法区间), never confidence intervals: they say what was varied.
Errors of the data (places, industries, links) are another matter and are not in them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reli.errors import InvalidData
from reli.index.panel import Matrix, Panel, Vector
from reli.index.recipe import Recipe, StepSetting
from reli.index.replicates import BATCH, RankCounts, Tree, perturbed
from reli.index.scores import Scores, rank_key, ranks, score_panel
from reli.index.study import Chain, Study, chains
from reli.index.tree import Framework

__all__ = [
    "MethodRanges",
    "Prepared",
    "RankedTrees",
    "leave_one_out",
    "method_ranges",
    "scored_places",
    "tree_of",
]

TOPS = (10, 50, 100)
RANGE = (0.05, 0.5, 0.95)
_MEANS = {"arithmetic", "geometric", "harmonic", "power"}
_FROM_DATA = {"entropy", "critic", "pca", "optimised"}

Prepared = tuple[Tree, dict[str, tuple[float, ...]]]
"""What a combination of choices leaves to many sets of weights: the tree, and stated weights."""


@dataclass(frozen=True)
class MethodRanges:
    """Ranks of the units of one index over all replicates.

    Attributes:
        units: the units that have a score.
        rank: nominal rank, by the recipe as it is.
        low, median, high: 5%, 50% and 95% of the ranks taken.
        within: by k, share of the replicates in which the unit is among the first k.
        ahead: by unit named, share of the replicates in which each unit is ahead of it.
        said: what was varied.
    """

    units: tuple[str, ...]
    rank: NDArray[np.int32]
    low: NDArray[np.int32]
    median: NDArray[np.int32]
    high: NDArray[np.int32]
    within: Mapping[int, Vector]
    ahead: Mapping[str, Vector]
    replicates: int
    said: str

    def table(self) -> pa.Table:
        """One row a unit: rank, rank_low, rank_median, rank_high, top_10 ..., ahead_of_..."""
        return pa.table(
            {
                "unit": pa.array(self.units, pa.string()),
                "rank": self.rank,
                "rank_low": self.low,
                "rank_median": self.median,
                "rank_high": self.high,
                **{f"top_{top}": share for top, share in self.within.items()},
                **{f"ahead_of_{unit}": share for unit, share in self.ahead.items()},
            }
        )


def method_ranges(
    panel: Panel,
    framework: Framework,
    recipe: Recipe,
    study: Study,
    *,
    against: Sequence[str] = (),
    tops: Sequence[int] = TOPS,
    numbered: Collection[str] | None = None,
    trees: "RankedTrees | None" = None,
) -> MethodRanges:
    """Ranks over the combinations of alternatives and many sets of weights.

    Replicates are spread evenly over the combinations. Units that the recipe as it is does not
    score take no part.

    Args:
        panel: indicators of the units of one index.
        framework: the tree.
        recipe: the nominal one; it must aggregate.
        study: what is varied.
        against: units that all others are compared with.
        tops: ranks up to which membership is counted.
        numbered: units that are ranked, where others only stand beside them; else all.
        trees: of the same panel, recipe and units, where several studies share them.

    Raises:
        InvalidData: an alternative cannot be applied, alternatives together make all units alike,
            or an aggregation has no fast form.
        UnknownName: a unit of `against` has no score.
    """
    trees = trees or RankedTrees(panel, framework, recipe, numbered)
    nominal, scored = trees.nominal, trees.scored
    units = tuple(panel.units[place] for place in scored)
    rivals = _rivals(units, against)
    counts = RankCounts(_marks(nominal, scored))
    ahead = np.zeros((len(rivals), len(units)))
    rng = np.random.default_rng(study.seed)
    combinations = list(chains(recipe, study, framework.indicators))
    # Without weights to draw, a combination says the same each time.
    total = study.replicates if study.weights else min(study.replicates, len(combinations))
    for chain, number in zip(combinations, _spread(total, len(combinations)), strict=True):
        tree, stated = trees.prepared(chain)
        for size in _batches(number):
            for scores in tree.chunks(perturbed(stated, study.weights, size, rng)):
                counts.add(scores)
                for row, place in enumerate(rivals):
                    ahead[row] += (scores > scores[:, [place]]).sum(axis=0)
    (low, median, high), within = counts.summary(RANGE, tops)
    return MethodRanges(
        units=units,
        rank=ranks(_index_of(nominal)[scored]).astype(np.int32),
        low=low,
        median=median,
        high=high,
        within=within,
        ahead={unit: ahead[row] / total for row, unit in enumerate(against)},
        replicates=total,
        said=replace(study, replicates=total).said,
    )


def scored_places(nominal: Scores, numbered: Collection[str] | None) -> NDArray[np.intp]:
    """Places of the units that have an index, and a number.

    Raises:
        InvalidData: fewer than two, or no index at all.
    """
    is_in = ~np.isnan(_index_of(nominal))
    if numbered is not None:
        known = frozenset(numbered)
        is_in &= np.array([unit in known for unit in nominal.units], dtype=bool)
    if is_in.sum() < 2:
        raise InvalidData(f"{is_in.sum()} units have a score: there are no ranks to vary")
    return np.flatnonzero(is_in)


def _index_of(scores: Scores) -> Vector:
    if scores.framework.top not in scores.values:
        raise InvalidData("the recipe does not aggregate: there is no index to rank")
    return scores.values[scores.framework.top]


def _marks(scores: Scores, scored: NDArray[np.intp]) -> Matrix:
    """What tells units apart: their indicators before and after all steps, gaps marked."""
    columns = [*scores.raw.values(), *(scores.values[code] for code in scores.raw)]
    return np.nan_to_num(np.column_stack(columns)[scored], nan=-np.finfo(float).max)


def _rivals(units: Sequence[str], against: Sequence[str]) -> list[int]:
    missing = [unit for unit in against if unit not in units]
    if missing:
        raise InvalidData(f"unit {missing[0]!r} has no score to be compared with")
    return [units.index(unit) for unit in against]


def _spread(total: int, parts: int) -> list[int]:
    """Whole numbers that add up to the total, as even as can be, larger ones first."""
    each, rest = divmod(total, parts)
    return [each + (place < rest) for place in range(parts)]


def _batches(number: int) -> Iterator[int]:
    while number > 0:
        yield min(number, BATCH)
        number -= BATCH


class RankedTrees:
    """Trees by combinations of choices; what several of them or several studies share, once.

    Attributes:
        nominal: scores by the recipe as it is.
        scored: places of the units that are ranked.

    Raises:
        InvalidData: fewer than two units are ranked, or there is no index.
    """

    def __init__(
        self,
        panel: Panel,
        framework: Framework,
        recipe: Recipe,
        numbered: Collection[str] | None = None,
    ) -> None:
        self._panel, self._recipe = panel, recipe
        self.nominal = score_panel(panel, framework, recipe)
        self.scored = scored_places(self.nominal, numbered)
        self._done: dict[tuple[str, str], Prepared] = {}

    def prepared(self, chain: Chain) -> Prepared:
        """The tree of one combination, and the weights it states."""
        # Recipes hold lists and are no keys: all that they say is.
        key = repr(chain.recipe), chain.left_out
        if key not in self._done:
            self._done[key] = self._made(chain)
        return self._done[key]

    def _made(self, chain: Chain) -> Prepared:
        if not chain.left_out:
            if chain.recipe is self._recipe:
                return tree_of(self.nominal, self.scored, chain.recipe)
            scores = score_panel(self._panel, self.nominal.framework, chain.recipe)
            self._check_tells_apart(scores, chain)
            return tree_of(scores, self.scored, chain.recipe)
        if _depends_on_others(chain.recipe):
            panel = _without(self._panel, chain.left_out)
            scores = score_panel(panel, self.nominal.framework, chain.recipe)
            return tree_of(scores, self.scored, chain.recipe)
        tree, stated = self.prepared(replace(chain, left_out=""))
        return tree.without(chain.left_out, stated), stated

    def _check_tells_apart(self, scores: Scores, chain: Chain) -> None:
        if _tells_apart(scores, self.scored, chain.recipe):
            return
        if _tells_apart(self.nominal, self.scored, self._recipe):
            raise InvalidData(
                f"with {chain.name} no two of the {len(self.scored):,} ranked units differ, though "
                "they do by the recipe as it is: alternatives that are combined must share a scale "
                "(a floor of 1 makes all values from 0 to 1 alike); change their parameters, or "
                "let them replace the same steps, so that they exclude each other"
            )


def _tells_apart(scores: Scores, scored: NDArray[np.intp], recipe: Recipe) -> bool:
    """Whether units differ in any part of the index, raised to the floor as it is aggregated.

    In a part, not in the index alone: among a few units different parts may add up to the same.
    """
    top = scores.framework.top
    raises = scores.methods.get(top) != "arithmetic"
    floor = recipe.steps[-1].parameters.get("floor") if raises else None
    for child in scores.framework.children[top]:
        x = scores.values[child][scored]
        known = x[~np.isnan(x)]
        raised = known if floor is None else np.maximum(known, floor)
        if np.unique(rank_key(raised)).size > 1:
            return True
    return False


def _depends_on_others(recipe: Recipe) -> bool:
    """Whether values or weights of one indicator depend on others."""
    return any(
        step.do == "screen" or step.method == "sibling_mean" or step.method in _FROM_DATA
        for step in recipe.steps
    )


def _without(panel: Panel, code: str) -> Panel:
    if not code:
        return panel
    values = {name: x for name, x in panel.values.items() if name != code}
    return Panel(panel.key, panel.units, values, panel.columns)


def tree_of(scores: Scores, scored: NDArray[np.intp], recipe: Recipe) -> Prepared:
    """What a chain leaves to many sets of weights.

    A unit without an index under this chain (one indicator less) counts as last.

    Raises:
        InvalidData: the chain ends in an aggregation that is no mean of its children.
    """
    framework = scores.framework
    setting = recipe.steps[-1]
    _check_means(scores, setting)
    present = {code: ~np.isnan(x[scored]) for code, x in scores.values.items()}
    values = np.column_stack(
        [np.nan_to_num(scores.values[code][scored]) for code in framework.indicators]
    )
    p = setting.parameters.get("p")
    tree = Tree(
        framework=framework,
        values=values.astype(np.float32),
        present=present,
        means={parent: _mean(method, p) for parent, method in scores.methods.items()},
        floor=setting.parameters.get("floor"),
        p=1.0 if p is None else float(p),
        at_least={
            parent: setting.at_level("at_least", framework.levels[parent]) or 0.0
            for parent in framework.aggregates
        },
    )
    return tree, dict(scores.fit.weights)


def _mean(method: str, p: float | None) -> str:
    """The power mean of exponent 0 is the geometric one."""
    return "geometric" if method == "power" and p == 0 else method


def _check_means(scores: Scores, setting: StepSetting) -> None:
    others = sorted(set(scores.methods.values()) - _MEANS)
    if setting.do != "aggregate" or others:
        raise InvalidData(
            f"{', '.join(others) or 'a recipe without aggregation'} cannot be replicated: "
            f"expected {', '.join(sorted(_MEANS))}"
        )
    missing = set(scores.framework.aggregates) - set(scores.fit.weights)
    if missing:
        raise InvalidData("weights of each unit's own (benefit of the doubt) cannot be varied")


def leave_one_out(panel: Panel, framework: Framework, recipe: Recipe) -> pa.Table:
    """Rank shifts when each indicator is left out in turn.

    Returns:
        indicator, mean_shift, largest_shift (of ranks, over the units scored both ways), unit (of
        the largest), leaves_top_100 (how many of the first hundred leave it). Indicators without
        any value are not in it.
    """
    nominal = score_panel(panel, framework, recipe)
    _index_of(nominal)
    rank = nominal.ranks_of(framework.top)
    rows = []
    for code in framework.indicators:
        if code in nominal.left_out:
            continue
        other = score_panel(_without(panel, code), framework, recipe).ranks_of(framework.top)
        shift = np.abs(other - rank)
        if np.isnan(shift).all():
            continue
        place = int(np.nanargmax(shift))
        rows.append(
            {
                "indicator": code,
                "mean_shift": float(np.nanmean(shift)),
                "largest_shift": int(shift[place]),
                "unit": panel.units[place],
                "leaves_top_100": int(((rank <= 100) & ~(other <= 100)).sum()),
            }
        )
    return pa.Table.from_pylist(rows)
