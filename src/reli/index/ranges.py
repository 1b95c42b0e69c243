"""Rank ranges by what is varied, as tables: methods, weights, both together; each kept apart.

Beside what sampling says stands what is certain: bounds of the rank that no weights go beyond.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from reli.errors import InvalidData
from reli.index.dominance import Dominance, dominance
from reli.index.panel import Panel, Vector
from reli.index.recipe import Recipe
from reli.index.replicates import RankCounts
from reli.index.robustness import (
    RANGE,
    TOPS,
    MethodRanges,
    RankedTrees,
    method_ranges,
    scored_places,
)
from reli.index.scores import Scores, ranks, score_panel
from reli.index.sensitivity import CAUSES, sensitivity
from reli.index.study import Study
from reli.index.tree import Framework

__all__ = ["RANGES", "WIDTHS", "Ranges", "data_ranges", "range_table", "rank_ranges"]

WIDTHS: Mapping[str, str] = {
    "method": "方法",
    "weights": "权重",
    "method_and_weights": "方法与权重",
    "any_weights": "任意权重",
    "data": "数据",
}
"""Kinds of width, and what a reader calls them. They are never added up."""

_ANY_WEIGHTS = (
    "任意权重的位次界限（非抽样）：所定权重占{:.0%}、其余{:.0%}任意分配，位次都不会超出所列界限；"
    "界限本身未必能达到，精确的是哪些单位始终领先。不是置信区间。"
)

RANGES = pa.schema(
    [
        ("unit", pa.string()),
        ("width", pa.string()),
        ("rank", pa.int32()),
        ("rank_low", pa.int32()),
        ("rank_median", pa.int32()),
        ("rank_high", pa.int32()),
        *((f"top_{top}", pa.float64()) for top in TOPS),
    ]
)
"""A row a unit and width: nominal rank, its 5%, 50% and 95%, chances of the first places."""


@dataclass(frozen=True)
class Ranges:
    """Rank ranges of one index.

    Attributes:
        table: see RANGES.
        said: by width, what was varied and how often, in Chinese.
        left_out: by width that could not be had, why.
        causes: which choice moves ranks most, see CAUSES; no rows where no steps are varied.
    """

    table: pa.Table
    said: Mapping[str, str]
    left_out: Mapping[str, str]
    causes: pa.Table


def rank_ranges(
    panel: Panel,
    framework: Framework,
    recipe: Recipe,
    study: Study,
    numbered: Collection[str] | None = None,
) -> Ranges:
    """Rank ranges of each width that the study varies: methods, weights, both together.

    Args:
        panel: indicators of the units of one index.
        framework: the tree.
        recipe: the nominal one.
        study: what is varied.
        numbered: units that are ranked; all, where none are named.
    """
    tables: list[pa.Table] = [RANGES.empty_table()]
    said: dict[str, str] = {}
    left_out: dict[str, str] = {}
    causes = CAUSES.empty_table()
    try:
        trees = RankedTrees(panel, framework, recipe, numbered)
    except InvalidData as error:
        widths = [*(width for width, _ in _parts(study)), "any_weights"]
        return Ranges(tables[0], said, dict.fromkeys(widths, str(error)), causes)
    for width, part in _parts(study):
        try:
            found = method_ranges(panel, framework, recipe, part, trees=trees)
            if width == "method_and_weights":
                causes = sensitivity(panel, framework, recipe, part, trees=trees).table()
        except InvalidData as error:
            left_out[width] = str(error)
        else:
            tables.append(range_table(found, width))
            said[width] = found.said
    try:
        certain = _certain(trees.nominal, study.freedom, numbered)
    except InvalidData as error:
        left_out["any_weights"] = str(error)
    else:
        tables.append(certain)
        said["any_weights"] = _ANY_WEIGHTS.format(1 - study.freedom, study.freedom)
    return Ranges(pa.concat_tables(tables), said, left_out, causes)


def _parts(study: Study) -> Iterator[tuple[str, Study]]:
    has_methods = bool(study.alternatives) or study.leave_out
    if has_methods:
        yield "method", replace(study, weights=0.0)
    if study.weights:
        yield "weights", replace(study, alternatives=(), leave_out=False)
    if has_methods and study.weights:
        yield "method_and_weights", study


def data_ranges(
    panel: Panel,
    framework: Framework,
    recipe: Recipe,
    draws: Iterable[Mapping[str, Vector]],
    numbered: Collection[str] | None = None,
) -> pa.Table:
    """Rank ranges over panels drawn anew, each scored by the whole recipe: the width `data`.

    Args:
        panel: indicators of the units of one index.
        framework: the tree.
        recipe: the steps.
        draws: the indicators that differ, by code, of each draw.
        numbered: units that are ranked; all, where none are named.

    Raises:
        InvalidData: fewer than two units are ranked.
    """
    nominal = score_panel(panel, framework, recipe)
    places = scored_places(nominal, numbered)
    counts = RankCounts(np.arange(len(places), dtype=np.float64)[:, None])
    for draw in draws:
        drawn = replace(panel, values={**panel.values, **draw})
        index = score_panel(drawn, framework, recipe).values[framework.top][places]
        known = _with_last(index, nominal.values[framework.top][places])
        counts.add(known[None, :].astype(np.float32))
    (low, median, high), within = counts.summary(RANGE, TOPS)
    found = MethodRanges(
        units=tuple(panel.units[place] for place in places),
        rank=ranks(nominal.values[framework.top][places]).astype(np.int32),
        low=low,
        median=median,
        high=high,
        within=within,
        ahead={},
        replicates=counts.replicates,
        said="",
    )
    return range_table(found, "data")


def _with_last(index: Vector, nominal: Vector) -> Vector:
    """A unit that such data would leave without a score counts as last.

    Data that leave no unit one tell no order: the nominal one stays.
    """
    has_score = ~np.isnan(index)
    return np.where(has_score, index, index[has_score].min() - 1) if has_score.any() else nominal


def range_table(found: MethodRanges, width: str) -> pa.Table:
    """The ranges of one width in the form of RANGES."""
    count = len(found.units)
    return pa.table(
        {
            "unit": pa.array(found.units, pa.string()),
            "width": pa.array([width] * count, pa.string()),
            "rank": found.rank,
            "rank_low": found.low,
            "rank_median": found.median,
            "rank_high": found.high,
            **{f"top_{top}": found.within[top] for top in TOPS},
        }
    ).cast(RANGES)


def _certain(scores: Scores, freedom: float, numbered: Collection[str] | None) -> pa.Table:
    """Bounds of the rank under any weights, in the form of RANGES; no median, no sample."""
    found = dominance(scores, freedom, numbered)
    places = scored_places(scores, numbered)
    nominal = ranks(scores.values[scores.framework.top][places])
    rank = dict(zip((scores.units[place] for place in places), nominal.tolist(), strict=True))
    count = len(found.units)
    return pa.table(
        {
            "unit": pa.array(found.units, pa.string()),
            "width": pa.array(["any_weights"] * count, pa.string()),
            "rank": pa.array([int(rank[unit]) for unit in found.units], pa.int32()),
            "rank_low": found.best,
            "rank_median": pa.nulls(count, pa.int32()),
            "rank_high": found.worst,
            **{f"top_{top}": pa.array(_sure(found, top), from_pandas=True) for top in TOPS},
        }
    ).cast(RANGES)


def _sure(found: Dominance, top: int) -> Vector:
    """1 where a unit is surely among the first, 0 where surely never, else missing.

    By the bounds; some of the missing ones are sure too, and pairs of units do not show it.
    """
    known: Vector = np.where(found.best > top, 0.0, np.nan)
    return np.where(found.worst <= top, 1.0, known)
