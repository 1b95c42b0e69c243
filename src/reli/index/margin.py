"""What one more is worth: points and places for each unit and indicator."""

from collections.abc import Collection

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reli.errors import InvalidData
from reli.index.panel import Panel, Vector, present
from reli.index.recipe import Recipe
from reli.index.scores import rank_key, ranks, score_panel
from reli.index.tree import Framework

__all__ = ["MARGINS", "one_more"]

MARGINS = pa.schema(
    [
        ("unit", pa.string()),
        ("indicator", pa.string()),
        ("points", pa.float64()),
        ("places", pa.int32()),
    ]
)
"""A row a unit and indicator: what one more of it alone would add to the index and move it up."""

_AMONG_OTHERS = {"rank", "borda", "percentile_rank", "hurdle_rank", "sibling_mean"}
_AGGREGATED_AMONG_OTHERS = {
    "copeland",
    "mazziotta_pareto",
    "adjusted_mazziotta_pareto",
    "topsis",
}


def one_more(
    panel: Panel,
    framework: Framework,
    recipe: Recipe,
    amount: float = 1.0,
    numbered: Collection[str] | None = None,
) -> pa.Table:
    """Points and places that a unit would gain from so much more of an indicator, alone.

    Bounds stay as they are fitted, so that the unit's own score is all that changes. Of an
    indicator in per cent one more is a percentage point.

    Args:
        panel: indicators of the units of one index.
        framework: the tree.
        recipe: the steps.
        amount: how much more.
        numbered: units that are ranked; all, where none are named. Others gain points only.

    Returns:
        See MARGINS; points and places are null where the unit has no value or no index, places
        where it has no rank; of indicators that have a value for some unit.

    Raises:
        InvalidData: a step of the recipe takes values relative to those of other units, under
            which one unit cannot be changed alone.
    """
    _check(recipe)
    nominal = score_panel(panel, framework, recipe)
    index = nominal.values[framework.top]
    ranked = np.where(_is_in(panel.units, numbered), index, np.nan)
    rank = ranks(ranked)
    ordered = np.sort(rank_key(present(ranked)))
    parts: list[pa.Table] = []
    for code in framework.indicators:
        if code in nominal.left_out:
            continue
        more = {**panel.values, code: panel.values[code] + amount}
        changed = Panel(panel.key, panel.units, more, panel.columns)
        new = score_panel(changed, framework, recipe, nominal.fit).values[framework.top]
        new = np.where(np.isnan(panel.values[code]), np.nan, new)
        parts.append(_gains(panel, code, new - index, rank - _rank_among(new, ranked, ordered)))
    return pa.concat_tables([MARGINS.empty_table(), *parts])


def _is_in(units: tuple[str, ...], numbered: Collection[str] | None) -> NDArray[np.bool_]:
    known = frozenset(units if numbered is None else numbered)
    return np.array([unit in known for unit in units], dtype=bool)


def _check(recipe: Recipe) -> None:
    for number, step in enumerate(recipe.steps, 1):
        methods = {step.method} if isinstance(step.method, str) else set(step.method)
        relative = methods & (_AMONG_OTHERS | _AGGREGATED_AMONG_OTHERS)
        if relative or step.do == "screen" or "benefit_of_doubt" in methods:
            raise InvalidData(
                f"step {number} ({step.said}) depends on the other units: "
                "what one more is worth alone cannot be said"
            )


def _rank_among(new: Vector, old: Vector, ordered: Vector) -> Vector:
    """Rank of each new value among the old ones of all other units."""
    key = rank_key(new)
    above = len(ordered) - np.searchsorted(ordered, key, side="right")
    # The unit's own old value is no rival.
    own = rank_key(old) > key
    return np.where(np.isnan(new) | np.isnan(old), np.nan, above - own + 1)


def _gains(panel: Panel, code: str, points: Vector, places: Vector) -> pa.Table:
    return pa.table(
        {
            "unit": pa.array(panel.units, pa.string()),
            "indicator": pa.array([code] * len(panel.units), pa.string()),
            "points": pa.array(points, from_pandas=True),
            "places": pa.array(places, from_pandas=True).cast(pa.int32()),
        }
    )
