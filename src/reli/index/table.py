"""Panels and scores as tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reli.errors import InvalidData, Problems, nearest, no_column
from reli.index.panel import Panel, Vector
from reli.index.recipe import Recipe
from reli.index.scores import Fit, Scores, score_panel
from reli.index.tree import Framework

__all__ = ["Panel", "read_panel", "score_table", "scores_of"]

MISSING = ("", "NA", "NaN", "nan", "null")
SPLITS = ("industry", "year")
LARGEST = 1e100
UNIT_NAMES = ("unit", "uCode")
_LIKE_YEAR = ("time", "Year", "年份", "年度")


def read_panel(table: pa.Table, framework: Framework, where: str = "panel") -> list[Panel]:
    """Panels of a table, wide (a column an indicator) or long (unit, indicator, value).

    Columns industry and year split it; the splits keep the order of their first rows.

    Raises:
        Problems: no unit column, no indicator of the framework, values that are no numbers,
            a unit that stands twice.
    """
    unit_column = next((name for name in UNIT_NAMES if name in table.column_names), None)
    if unit_column is None:
        hint = no_column("unit", table.column_names)
        raise Problems(where, [f"{hint}; a column unit or uCode names the units"])
    if not table.num_rows:
        raise Problems(where, ["has no rows"])
    is_long = {"indicator", "value"} <= set(table.column_names)
    if not is_long:
        table = _with_year(table, unit_column)
    build = _long_panel if is_long else _wide_panel
    panels, problems = [], []
    for key, part in _split(table):
        try:
            panels.append(build(part, unit_column, key, framework))
        except InvalidData as error:
            problems.append(f"{Panel(key, (), {}).said}{error}")
    if problems:
        raise Problems(where, problems)
    return panels


def _split(table: pa.Table) -> Iterator[tuple[dict[str, Any], pa.Table]]:
    keys = {name: _key(table[name], name) for name in SPLITS if name in table.column_names}
    rest = table.drop_columns(list(keys))
    if not keys:
        yield {}, rest
        return
    places: dict[tuple[Any, ...], list[int]] = {}
    for row, key in enumerate(zip(*keys.values(), strict=True)):
        places.setdefault(key, []).append(row)
    for key, rows in places.items():
        yield dict(zip(keys, key, strict=True)), rest.take(pa.array(rows))


def _with_year(table: pa.Table, unit_column: str) -> pa.Table:
    """COINr calls the year Time: taken as such where units would else stand several times."""
    names = table.column_names
    if "year" in names or "Time" not in names:
        return table
    keys = [unit_column, *(["industry"] if "industry" in names else [])]
    if table.group_by(keys).aggregate([]).num_rows == table.num_rows:
        return table
    return table.rename_columns(["year" if name == "Time" else name for name in names])


def _key(column: pa.ChunkedArray, name: str) -> list[Any]:
    """Values that split a panel: years as whole numbers where all are, else text."""
    texts = ["" if cell is None else str(cell).strip() for cell in column.to_pylist()]
    if name != "year":
        return texts
    years = [text.removesuffix(".0") for text in texts]
    is_whole = all(year.isascii() and year.isdigit() for year in years)
    return [int(year) for year in years] if is_whole else texts


def _units(part: pa.Table, unit_column: str) -> list[str]:
    cells = part[unit_column].to_pylist()
    names = ["" if cell is None else str(cell).strip() for cell in cells]
    if "" in names:
        raise InvalidData(f"row {names.index('') + 1} has no {unit_column}")
    return names


def _wide_panel(
    part: pa.Table, unit_column: str, key: Mapping[str, Any], framework: Framework
) -> Panel:
    units = _units(part, unit_column)
    _refuse_repeated(units, _year_hint(part))
    there = [code for code in framework.indicators if code in part.column_names]
    if not there:
        raise InvalidData(
            f"no column is an indicator of the framework {framework.name}: "
            f"expected some of {', '.join(framework.indicators[:5])} ..."
        )
    beside = [name for name in part.column_names if name not in {*there, unit_column}]
    return Panel(
        key,
        tuple(units),
        {code: _numbers(part[code], code, units) for code in there},
        {name: _cells(part[name]) for name in beside},
    )


def _cells(column: pa.ChunkedArray) -> tuple[Any, ...]:
    missing = {None, *MISSING}
    return tuple(
        None if cell in missing else cell.strip() if isinstance(cell, str) else cell
        for cell in column.to_pylist()
    )


def _year_hint(part: pa.Table) -> str:
    like = [name for name in _LIKE_YEAR if name in part.column_names]
    return f"; call the column {like[0]!r} year, if it is one" if like else ""


def _long_panel(
    part: pa.Table, unit_column: str, key: Mapping[str, Any], framework: Framework
) -> Panel:
    names = _units(part, unit_column)
    units = tuple(dict.fromkeys(names))
    place = {unit: number for number, unit in enumerate(units)}
    rows = np.array([place[name] for name in names], dtype=np.intp)
    codes = np.array([str(code) for code in part["indicator"].to_pylist()])
    known = (*framework.indicators, *framework.denominators)
    strange = [code for code in dict.fromkeys(codes.tolist()) if code not in known]
    if strange:
        raise InvalidData(
            f"unknown indicator {strange[0]!r}: {nearest(strange[0], framework.indicators)}"
        )
    numbers = _numbers(part["value"], "value", names)
    found = {}
    for code in known:
        chosen = codes == code
        if chosen.any():
            _refuse_repeated([names[row] for row in np.flatnonzero(chosen)], f" for {code}")
            found[code] = np.full(len(units), np.nan)
            found[code][rows[chosen]] = numbers[chosen]
    columns = _beside(part, {unit_column, "indicator", "value"}, rows, len(units)) | {
        name: tuple(None if np.isnan(x) else x for x in found[name].tolist())
        for name in framework.denominators
        if name in found
    }
    return Panel(
        key, units, {code: found[code] for code in framework.indicators if code in found}, columns
    )


def _beside(
    part: pa.Table, known: set[str], rows: NDArray[np.intp], count: int
) -> dict[str, tuple[Any, ...]]:
    """Further columns of a long table, such as groups: of each unit the first that it gives."""
    found = {}
    for name in part.column_names:
        if name in known:
            continue
        cells: list[Any] = [None] * count
        for row, cell in zip(rows.tolist(), _cells(part[name]), strict=True):
            if cells[row] is None:
                cells[row] = cell
        found[name] = tuple(cells)
    return found


def _refuse_repeated(units: Sequence[str], where: str = "") -> None:
    seen: set[str] = set()
    for unit in units:
        if unit in seen:
            raise InvalidData(f"unit {unit!r} stands several times{where}")
        seen.add(unit)


def _numbers(column: pa.ChunkedArray, name: str, units: Sequence[str]) -> Vector:
    if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
        column = column.cast(pa.string()) if pa.types.is_decimal(column.type) else column
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        text = pc.utf8_trim_whitespace(column)
        is_missing = pc.is_in(text, value_set=pa.array(MISSING, text.type))
        column = pc.if_else(is_missing, pa.scalar(None, text.type), text)
    try:
        found = np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise InvalidData(_bad_number(column.to_pylist(), name, units)) from None
    if np.isinf(found).any():
        unit = units[int(np.flatnonzero(np.isinf(found))[0])]
        raise InvalidData(f"column {name}, unit {unit!r}: an infinite value; expected a number")
    if (np.abs(found) > LARGEST).any():
        unit = units[int(np.flatnonzero(np.abs(found) > LARGEST)[0])]
        raise InvalidData(
            f"column {name}, unit {unit!r}: a value beyond {LARGEST:g}, too large to be squared"
        )
    return found


def _bad_number(cells: Sequence[Any], name: str, units: Sequence[str]) -> str:
    for cell, unit in zip(cells, units, strict=True):
        try:
            float(cell or 0)
        except (TypeError, ValueError):
            return f"column {name}, unit {unit!r}: {cell!r} is no number; expected one, empty or NA"
    return f"column {name} holds something else than numbers"


def scores_of(
    panels: Sequence[Panel], framework: Framework, recipe: Recipe, base: Fit | None = None
) -> list[Scores]:
    """Scores of each panel by itself, or all with the bounds and weights of a base year.

    Raises:
        InvalidData: a step cannot be applied; the message names panel, step and indicator.
    """
    found = []
    for panel in panels:
        try:
            found.append(score_panel(panel, framework, recipe, base))
        except InvalidData as error:
            raise InvalidData(f"{panel.said}{error}") from error
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
    size = values.size
    key = {
        name: pa.repeat(
            pa.scalar(value, pa.int32() if isinstance(value, int) else pa.string()), size
        )
        for name, value in panel.key.items()
    }
    levels = np.array([scores.framework.levels[code] for code in nodes], dtype=np.int32)
    units = pa.array(panel.units, pa.string()).take(
        pa.array(np.repeat(np.arange(n_units), n_nodes))
    )
    names = pa.array(nodes, pa.string()).take(pa.array(np.tile(np.arange(n_nodes), n_units)))
    return pa.table(
        {
            "unit": units,
            **key,
            "node": names,
            "level": pa.array(np.tile(levels, n_units)),
            "value": pa.array(values.ravel(), from_pandas=True),
            "rank": pa.array(ranked.ravel(), from_pandas=True).cast(pa.int32()),
        }
    )
