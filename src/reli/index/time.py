"""Scores that compare across years: common bounds, and what a change is made of."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reli.errors import InvalidData, UnknownName
from reli.index.panel import Panel
from reli.index.recipe import Recipe
from reli.index.scores import Fit, Scores, score_panel
from reli.index.tree import Framework

__all__ = ["ALL_YEARS", "CHANGES", "change", "changes_table", "common_fit", "scores_over_years"]

ALL_YEARS = "all"

_CHANGE = pa.schema(
    [
        ("unit", pa.string()),
        ("indicator", pa.string()),
        ("from_value", pa.float64()),
        ("from_weight", pa.float64()),
    ]
)


CHANGES = pa.schema(
    [
        ("industry", pa.string()),
        ("from_year", pa.int32()),
        ("to_year", pa.int32()),
        *_CHANGE,
        ("change", pa.float64()),
    ]
)
"""A row a pair of years, unit and indicator: its part of the change of the index."""


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
        raise UnknownName("year", base, [ALL_YEARS, *filter(None, years)])
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
    both = [
        (place, there[unit])
        for place, unit in enumerate(earlier.units)
        if unit in there and not np.isnan(earlier.values[top][place])
    ]
    first, second = (np.array(places, dtype=np.intp) for places in _columns(both))
    (w0, z0), (w1, z1) = earlier.weighted_indicators(), later.weighted_indicators()
    w0, z0, w1, z1 = w0[first], z0[first], w1[second], z1[second]
    codes = earlier.framework.indicators
    return pa.table(
        {
            "unit": [earlier.units[place] for place in first for _ in codes],
            "indicator": [*codes] * len(first),
            "from_value": ((w0 + w1) / 2 * (z1 - z0)).ravel(),
            "from_weight": ((z0 + z1) / 2 * (w1 - w0)).ravel(),
        },
        schema=_CHANGE,
    )


def _columns(both: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [place for place, _ in both], [place for _, place in both]


def changes_table(panels: Sequence[Panel], scores: Sequence[Scores], bounds: str) -> pa.Table:
    """What the changes of the index from each year to the next are made of; see change.

    Args:
        panels: of one or several industries, a year each.
        scores: of these panels, with common bounds.
        bounds: how they were fitted: "all" or a year; "each" does not compare.

    Returns:
        (industry,) from_year, to_year, unit, indicator, from_value, from_weight, change: the parts
        of a unit add up to its change of the index.

    Raises:
        InvalidData: fewer than two years, or years that do not compare.
    """
    if bounds == "each":
        raise InvalidData(
            "scores of years that are each fitted by itself do not compare: give --bounds all, or "
            "a year"
        )
    groups: dict[str, list[tuple[Panel, Scores]]] = {}
    for panel, found in zip(panels, scores, strict=True):
        groups.setdefault(str(panel.key.get("industry", "")), []).append((panel, found))
    tables = []
    for industry, group in groups.items():
        ordered = sorted(group, key=lambda pair: str(pair[0].key.get("year", "")))
        for (first, earlier), (second, later) in pairwise(ordered):
            table = change(earlier, later)
            years = {"from_year": first.key.get("year"), "to_year": second.key.get("year")}
            key = {"industry": industry, **years} if industry else years
            tables.append(_with_key(table, key))
    if not tables:
        raise InvalidData("there are fewer than two years: nothing changes")
    return pa.concat_tables(tables)


def _with_key(table: pa.Table, key: Mapping[str, object]) -> pa.Table:
    columns = {name: pa.repeat(value, len(table)) for name, value in key.items()}
    columns |= {name: table[name] for name in table.column_names}
    return pa.table({**columns, "change": pc.add(table["from_value"], table["from_weight"])})
