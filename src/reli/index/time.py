"""Scores that compare across years: common bounds, and what a change is made of."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from reli.errors import InvalidData, UnknownName
from reli.index.panel import Panel
from reli.index.recipe import Recipe
from reli.index.scores import Fit, Scores, score_panel
from reli.index.tree import Framework

__all__ = ["ALL_YEARS", "change", "common_fit", "scores_over_years"]

ALL_YEARS = "all"


def common_fit(panels: Sequence[Panel], framework: Framework, recipe: Recipe, base: str) -> Fit:
    """Bounds and weights for all years of one index, fitted on one year or on all together.

    Args:
        panels: of one industry, a year each (`key["year"]`).
        framework: the tree.
        recipe: the steps.
        base: a year, or "all".

    Raises:
        UnknownName: no panel is of that year.
        InvalidData: a step cannot be fitted.
    """
    if base == ALL_YEARS:
        return score_panel(_together(panels), framework, recipe).fit
    years = {str(panel.key.get("year", "")): panel for panel in panels}
    if base not in years:
        raise UnknownName("year", base, [ALL_YEARS, *years])
    return score_panel(years[base], framework, recipe).fit


def scores_over_years(
    panels: Sequence[Panel], framework: Framework, recipe: Recipe, base: str
) -> list[Scores]:
    """Scores of each panel with bounds common to all years of its industry; see common_fit."""
    groups: dict[str, list[Panel]] = {}
    for panel in panels:
        groups.setdefault(str(panel.key.get("industry", "")), []).append(panel)
    fits = {
        industry: common_fit(group, framework, recipe, base) for industry, group in groups.items()
    }
    return [
        score_panel(panel, framework, recipe, fits[str(panel.key.get("industry", ""))])
        for panel in panels
    ]


def _together(panels: Sequence[Panel]) -> Panel:
    """One panel of unit-years."""
    units = tuple(f"{unit} {panel.said}" for panel in panels for unit in panel.units)
    codes = dict.fromkeys(code for panel in panels for code in panel.values)
    values = {
        code: np.concatenate(
            [panel.values.get(code, np.full(len(panel.units), np.nan)) for panel in panels]
        )
        for code in codes
    }
    names = dict.fromkeys(name for panel in panels for name in panel.columns)
    columns = {
        name: tuple(
            cell for panel in panels for cell in panel.columns.get(name, (None,) * len(panel.units))
        )
        for name in names
    }
    return Panel({}, units, values, columns)


def change(earlier: Scores, later: Scores) -> pa.Table:
    """What the change of each unit's index is made of, exactly.

    With weight w and value z of an indicator in both years, its part is (w0 + w1) / 2 (z1 - z0),
    from its value, and (z0 + z1) / 2 (w1 - w0), from its weight, which changes only where values
    are missing in one year and not in the other. The parts add up to the change of the index.

    Args:
        earlier: scores of the first year, by arithmetic means.
        later: scores of the second, with the bounds of the first or common ones.

    Returns:
        unit, indicator, from_value, from_weight: of the units that have an index in both years.

    Raises:
        InvalidData: another aggregation.
    """
    for scores in (earlier, later):
        if set(scores.methods.values()) != {"arithmetic"}:
            raise InvalidData("a change has parts that add up only under arithmetic means")
    top = earlier.framework.top
    there = {
        unit: place
        for place, unit in enumerate(later.units)
        if not np.isnan(later.values[top][place])
    }
    rows = []
    for place, unit in enumerate(earlier.units):
        if unit in there and not np.isnan(earlier.values[top][place]):
            rows += _parts(earlier, later, unit, place, there[unit])
    return pa.Table.from_pylist(rows)


def _parts(
    earlier: Scores, later: Scores, unit: str, first: int, second: int
) -> list[dict[str, str | float]]:
    w0, w1 = earlier.effective_weights(first), later.effective_weights(second)
    found: list[dict[str, str | float]] = []
    for code in earlier.framework.indicators:
        a, b = _weighted(earlier, code, first, w0), _weighted(later, code, second, w1)
        found.append(
            {
                "unit": unit,
                "indicator": code,
                "from_value": (a[0] + b[0]) / 2 * (b[1] - a[1]),
                "from_weight": (a[1] + b[1]) / 2 * (b[0] - a[0]),
            }
        )
    return found


def _weighted(
    scores: Scores, code: str, place: int, weights: dict[str, float]
) -> tuple[float, float]:
    """Weight and value; both 0 where the value is missing, since it has no part then."""
    value = float(scores.values[code][place])
    return (0.0, 0.0) if np.isnan(value) else (weights[code], value)
