"""Panels and scores as tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reli.errors import InvalidData, Problems, nearest
from reli.index.formulas import Vector
from reli.index.framework import Framework
from reli.index.recipe import Recipe
from reli.index.scores import Scores, score

__all__ = ["Panel", "read_panel", "score_table", "scores_of"]

MISSING = ("", "NA", "NaN", "nan")
SPLITS = ("industry", "year")
UNIT_NAMES = ("unit", "uCode")


@dataclass(frozen=True)
class Panel:
    """Indicators of the units of one index; `key` holds its industry and year, where given."""

    key: Mapping[str, Any]
    units: tuple[str, ...]
    values: Mapping[str, Vector]


def read_panel(table: pa.Table, framework: Framework, where: str = "panel") -> list[Panel]:
    """Panels of a table, wide (a column an indicator) or long (unit, indicator, value).

    Columns industry and year split it; the splits keep the order of their first rows.

    Raises:
        Problems: no unit column, no indicator of the framework, values that are no numbers,
            a unit that stands twice.
    """
    unit_column = next((name for name in UNIT_NAMES if name in table.column_names), None)
    if unit_column is None:
        hint = nearest("unit", table.column_names)
        raise Problems(where, [f"has no column unit or uCode: {hint}"])
    keys = [name for name in SPLITS if name in table.column_names]
    is_long = {"indicator", "value"} <= set(table.column_names)
    build = _long_panel if is_long else _wide_panel
    panels, problems = [], []
    for key, part in _split(table, keys):
        try:
            panels.append(build(part, unit_column, key, framework))
        except InvalidData as error:
            problems.append(f"{_said(key)}{error}")
    if problems:
        raise Problems(where, problems)
    return panels


def _said(key: Mapping[str, Any]) -> str:
    return "".join(f"{name} {value}: " for name, value in key.items())


def _split(table: pa.Table, keys: Sequence[str]) -> Iterator[tuple[dict[str, Any], pa.Table]]:
    if not keys:
        yield {}, table
        return
    for row in table.select(keys).group_by(keys, use_threads=False).aggregate([]).to_pylist():
        chosen = pa.array([True] * table.num_rows)
        for name, value in row.items():
            chosen = pc.and_(chosen, pc.equal(table[name], value))
        yield row, table.filter(chosen)


def _wide_panel(
    part: pa.Table, unit_column: str, key: Mapping[str, Any], framework: Framework
) -> Panel:
    units = tuple(str(unit) for unit in part[unit_column].to_pylist())
    _refuse_repeated(units)
    there = [code for code in framework.indicators if code in part.column_names]
    if not there:
        raise InvalidData(
            f"no column is an indicator of the framework {framework.name}: "
            f"expected some of {', '.join(framework.indicators[:5])} ..."
        )
    return Panel(key, units, {code: _numbers(part[code], code) for code in there})


def _long_panel(
    part: pa.Table, unit_column: str, key: Mapping[str, Any], framework: Framework
) -> Panel:
    names = [str(unit) for unit in part[unit_column].to_pylist()]
    units = tuple(dict.fromkeys(names))
    place = {unit: number for number, unit in enumerate(units)}
    rows = np.array([place[name] for name in names], dtype=np.intp)
    codes = np.array([str(code) for code in part["indicator"].to_pylist()])
    strange = sorted(set(codes) - set(framework.indicators))
    if strange:
        raise InvalidData(
            f"unknown indicator {strange[0]!r}: {nearest(strange[0], framework.indicators)}"
        )
    numbers = _numbers(part["value"], "value")
    values = {}
    for code in framework.indicators:
        chosen = codes == code
        _refuse_repeated([units[row] for row in rows[chosen]], f" for indicator {code}")
        values[code] = np.full(len(units), np.nan)
        values[code][rows[chosen]] = numbers[chosen]
    return Panel(key, units, {code: x for code, x in values.items() if (codes == code).any()})


def _refuse_repeated(units: Sequence[str], where: str = "") -> None:
    seen: set[str] = set()
    twice = sorted({unit for unit in units if unit in seen or seen.add(unit)})  # type: ignore[func-returns-value]
    if twice:
        raise InvalidData(f"unit {twice[0]!r} stands several times{where}")


def _numbers(column: pa.ChunkedArray, name: str) -> Vector:
    if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
        found = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return np.asarray(found, dtype=np.float64)
    text = pc.utf8_trim_whitespace(column)
    is_missing = pc.is_in(text, value_set=pa.array(MISSING))
    text = pc.if_else(is_missing, pa.scalar(None, pa.string()), text)
    try:
        numbers = text.cast(pa.float64())
    except pa.ArrowInvalid as error:
        raise InvalidData(f"column {name}: {error}; expected numbers, empty or NA") from error
    return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)


def scores_of(panels: Sequence[Panel], framework: Framework, recipe: Recipe) -> list[Scores]:
    """Scores of each panel by itself."""
    found = []
    for panel in panels:
        try:
            found.append(score(panel.values, panel.units, framework, recipe))
        except InvalidData as error:
            raise InvalidData(f"{_said(panel.key)}{error}") from error
    return found


def score_table(panels: Sequence[Panel], scores: Sequence[Scores]) -> pa.Table:
    """Scores as a long table: unit, (industry, year,) node, level, value, rank.

    A unit that cannot be scored has a null value and rank, never 0.
    """
    return pa.concat_tables(
        [_one_table(panel, each) for panel, each in zip(panels, scores, strict=True)]
    )


def _one_table(panel: Panel, scores: Scores) -> pa.Table:
    nodes = [node.code for node in scores.framework.nodes if node.code in scores.values]
    values = np.column_stack([scores.values[code] for code in nodes])
    ranked = np.column_stack([scores.ranks_of(code) for code in nodes])
    n_units, n_nodes = values.shape
    key = {name: pa.array([value] * values.size) for name, value in panel.key.items()}
    levels = [scores.framework.levels[code] for code in nodes]
    return pa.table(
        {
            "unit": pa.array(np.repeat(np.array(panel.units, dtype=object), n_nodes), pa.string()),
            **key,
            "node": pa.array(nodes * n_units, pa.string()),
            "level": pa.array(levels * n_units, pa.int32()),
            "value": pa.array(values.ravel(), from_pandas=True),
            "rank": pa.array(ranked.ravel(), from_pandas=True).cast(pa.int32()),
        }
    )
