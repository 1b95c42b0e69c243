"""Panels and scores as tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reli.errors import (
    FEW,
    MANY,
    InvalidData,
    Problems,
    likely,
    nearest,
    no_column,
    repeated_columns,
)
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


@dataclass(frozen=True)
class _Part:
    """Rows of one panel, where they stand in the table, and what is wrong with them."""

    key: Mapping[str, Any]
    rows: pa.Table
    places: Sequence[int]
    word: str
    problems: list[str] = field(default_factory=list)

    def at(self, row: int) -> str:
        """Where a row stands, for messages."""
        return f"{self.word} {self.places[row]}"

    def complain(self, complaint: str) -> None:
        """Keep what is wrong, to be told together."""
        self.problems.append(f"{Panel(self.key, (), {}).said}{complaint}")


def read_panel(
    table: pa.Table,
    framework: Framework,
    where: str = "panel",
    lines: Sequence[int] | None = None,
) -> list[Panel]:
    """Panels of a table, wide (a column an indicator) or long (unit, indicator, value).

    Columns industry and year split it; the splits keep the order of their first rows.

    Args:
        table: as read.
        framework: the tree.
        where: name of the table, for messages.
        lines: line of each row in its file, for messages; rows are counted from 1 without it.

    Raises:
        Problems: no unit column, no indicator of the framework, values that are no numbers,
            a unit that stands twice: all together; or a column that stands twice.
    """
    if repeated := repeated_columns(table.column_names):
        raise Problems(where, repeated)
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
    parts = list(_split(table, lines))
    panels = [build(part, unit_column, framework) for part in parts]
    problems = [problem for part in parts for problem in part.problems]
    if len(problems) > MANY:
        problems[MANY:] = [f"and {len(problems) - MANY:,} more of the kind"]
    if problems:
        raise Problems(where, problems)
    return panels


def _split(table: pa.Table, lines: Sequence[int] | None) -> Iterator[_Part]:
    keys = {name: _key(table[name], name) for name in SPLITS if name in table.column_names}
    rest = table.drop_columns(list(keys))
    word, places = ("row", range(1, table.num_rows + 1)) if lines is None else ("line", lines)
    if not keys:
        yield _Part({}, rest, places, word)
        return
    found: dict[tuple[Any, ...], list[int]] = {}
    for row, key in enumerate(zip(*keys.values(), strict=True)):
        found.setdefault(key, []).append(row)
    for key, rows in found.items():
        own = [places[row] for row in rows]
        yield _Part(dict(zip(keys, key, strict=True)), rest.take(pa.array(rows)), own, word)


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


def _units(part: _Part, unit_column: str) -> list[str]:
    cells = part.rows[unit_column].to_pylist()
    names = ["" if cell is None else str(cell).strip() for cell in cells]
    for row, name in enumerate(names):
        if not name:
            part.complain(f"{part.at(row)} has no {unit_column}")
    return names


def _wide_panel(part: _Part, unit_column: str, framework: Framework) -> Panel:
    units, rows = _units(part, unit_column), part.rows
    _tell_repeated(part, range(len(units)), units, hint=_year_hint(rows))
    there = [code for code in framework.indicators if code in rows.column_names]
    beside = [name for name in rows.column_names if name not in {*there, unit_column}]
    if not there:
        part.complain(_no_indicator(beside, framework))
    return Panel(
        part.key,
        tuple(units),
        {code: _numbers(part, code, units) for code in there},
        {name: _cells(rows[name]) for name in beside},
    )


def _no_indicator(columns: Sequence[str], framework: Framework) -> str:
    """What to say where no column is an indicator: what each may have been meant to be."""
    known = framework.indicators
    meant = {name: likely(name, known) for name in columns}
    slips = [f"{name!r}: did you mean {code!r}?" for name, code in meant.items() if code]
    more = " ..." if len(known) > FEW else ""
    expected = f"expected some of {', '.join(known[:FEW])}{more}"
    said = f"no column is an indicator of the framework {framework.name}: {expected}"
    return "; ".join([said, *slips[:MANY]])


def _cells(column: pa.ChunkedArray) -> tuple[Any, ...]:
    missing = {None, *MISSING}
    return tuple(
        None if cell in missing else cell.strip() if isinstance(cell, str) else cell
        for cell in column.to_pylist()
    )


def _year_hint(part: pa.Table) -> str:
    like = [name for name in _LIKE_YEAR if name in part.column_names]
    return f"; call the column {like[0]!r} year, if it is one" if like else ""


def _long_panel(part: _Part, unit_column: str, framework: Framework) -> Panel:
    names = _units(part, unit_column)
    units = tuple(dict.fromkeys(names))
    place = {unit: number for number, unit in enumerate(units)}
    rows = np.array([place[name] for name in names], dtype=np.intp)
    codes = np.array([str(code) for code in part.rows["indicator"].to_pylist()])
    known = (*framework.indicators, *framework.denominators)
    for code, row in zip(*np.unique(codes, return_index=True), strict=True):
        if code not in known:
            hint = nearest(str(code), framework.indicators)
            part.complain(f"{part.at(row)}: unknown indicator {str(code)!r}: {hint}")
    numbers = _numbers(part, "value", names)
    found = {}
    for code in known:
        chosen = np.flatnonzero(codes == code)
        if chosen.size:
            _tell_repeated(part, chosen.tolist(), names, of=f" for {code}")
            found[code] = np.full(len(units), np.nan)
            found[code][rows[chosen]] = numbers[chosen]
    columns = _beside(part.rows, {unit_column, "indicator", "value"}, rows, len(units)) | {
        name: tuple(None if np.isnan(x) else x for x in found[name].tolist())
        for name in framework.denominators
        if name in found
    }
    values = {code: found[code] for code in framework.indicators if code in found}
    return Panel(part.key, units, values, columns)


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


def _tell_repeated(
    part: _Part, rows: Iterable[int], names: Sequence[str], *, of: str = "", hint: str = ""
) -> None:
    first: dict[str, int] = {}
    for row in rows:
        seen = first.setdefault(names[row], row)
        if seen != row and names[row]:
            said = f"unit {names[row]!r} stands several times{of}, first in {part.at(seen)}{hint}"
            part.complain(f"{part.at(row)}: {said}")


def _numbers(part: _Part, name: str, units: Sequence[str]) -> Vector:
    """The numbers of a column; what is none is told, and missing."""
    column = part.rows[name]
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.string())
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        text = pc.utf8_trim_whitespace(column)
        is_missing = pc.is_in(text, value_set=pa.array(MISSING, text.type))
        column = pc.if_else(is_missing, pa.scalar(None, text.type), text)
    try:
        found = np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        found = np.array([_number(cell) for cell in column.to_pylist()])
    with np.errstate(invalid="ignore"):
        is_wrong = np.isinf(found) | (np.abs(found) > LARGEST)
    for row in np.flatnonzero(is_wrong).tolist():
        cell = column[row].as_py()
        complaint = _NO_NUMBER if not _is_number(cell) else _wrong_number(float(cell))
        where = f"{part.at(row)}, column {name}, unit {units[row]!r}"
        part.complain(f"{where}: {complaint.format(cell)}")
    return np.where(is_wrong, np.nan, found)


_NO_NUMBER = "{!r} is no number; expected one, empty or NA"


def _wrong_number(value: float) -> str:
    if np.isinf(value):
        return "an infinite value; expected a number"
    return f"a value beyond {LARGEST:g}, too large to be squared"


def _is_number(cell: Any) -> bool:  # noqa: ANN401 - whatever stands in the cell
    # What Python reads and a table does not mean: 1_000, and digits of full width.
    if isinstance(cell, str) and ("_" in cell or not cell.isascii()):
        return False
    try:
        float(cell)
    except (TypeError, ValueError):
        return False
    return True


def _number(cell: Any) -> float:  # noqa: ANN401
    """The cell's number; infinite, which none may be, for what is none."""
    if cell is None:
        return np.nan
    return float(cell) if _is_number(cell) else np.inf


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
