"""Cells of small tables as text and numbers, whatever types their columns came with."""

import math
from collections.abc import Sequence

import pyarrow as pa

__all__ = ["Column", "columns_of", "number", "text", "whole_number"]

Column = Sequence[object]
MISSING = ("", "NA", "NaN", "nan")


def columns_of(table: pa.Table, names: Sequence[str]) -> dict[str, Column]:
    """Columns by name as lists; those that the table lacks are empty in every row."""
    nothing: list[object] = [None] * table.num_rows
    return {
        name: table[name].to_pylist() if name in table.column_names else nothing for name in names
    }


def text(column: Column, row: int) -> str:
    """A cell as text; empty where missing."""
    cell = column[row]
    if isinstance(cell, float):
        return "" if math.isnan(cell) else f"{cell:.15g}"
    return "" if cell is None else str(cell).strip()


def number(column: Column, row: int, label: str, problems: list[str]) -> float | None:
    """A cell as a finite number; what is none is added to the problems."""
    cell = column[row]
    if isinstance(cell, int | float) and math.isfinite(cell):
        return float(cell)
    written = text(column, row)
    if written in MISSING:
        return None
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        problems.append(f"{label}: {written!r} is no number")
        return None
    return value


def whole_number(column: Column, row: int, label: str, problems: list[str]) -> int | None:
    """A cell as a rank, 1 or more; what is none is added to the problems."""
    value = number(column, row, label, problems)
    if value is None:
        return None
    if value < 1 or value != int(value):
        problems.append(f"{label}: {value:g} is no rank: expected 1, 2, 3 …")
        return None
    return int(value)
