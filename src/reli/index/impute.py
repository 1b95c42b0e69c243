"""Filling gaps. OECD/JRC Handbook (2008), step 3: imputation of missing data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reli.errors import InvalidData, no_column
from reli.index.panel import Column, Matrix, Sheet, Vector, present
from reli.index.recipe import StepSetting
from reli.index.step import ColumnFitter, ColumnStep, Fitted, fit_columns

__all__ = ["fill", "fit_impute", "group_values", "sibling_mean"]


def fill(x: Vector, value: float) -> Vector:
    """Missing values become one value."""
    return np.where(np.isnan(x), value, x)


def group_values(x: Vector, groups: Sequence[str | None], statistic: str) -> dict[str, float]:
    """Mean or median of the values present in each group; none for a group without values."""
    average = np.median if statistic == "median" else np.mean
    found: dict[str, float] = {}
    for group in dict.fromkeys(group for group in groups if group is not None):
        values = present(x[[each == group for each in groups]])
        if values.size:
            found[group] = float(average(values))
    return found


def sibling_mean(x: Matrix, low: Vector, high: Vector, is_turned: Sequence[bool]) -> Matrix:
    """Gaps filled by the unit's mean over the siblings, on the scale of each indicator.

    Each indicator is brought to 0-1 by its bounds (turned round where lower is better), the mean
    of the unit's values present is taken, and brought back. A constant indicator takes no part in
    means; its gaps get its value. COINr: Impute by row within a group, normalised first.
    """
    span = high - low
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = np.where(span > 0, (x - low) / span, np.nan)
    scaled = np.where(is_turned, 1 - scaled, scaled)
    count = (~np.isnan(scaled)).sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        mean = np.nansum(scaled, axis=1, keepdims=True) / np.where(count == 0, np.nan, count)
    back = np.where(is_turned, 1 - mean, mean) * span + low
    # A column without any value has no bounds, and stays without.
    back = np.where(span == 0, low, back)
    return np.where(np.isnan(x), back, x)


@dataclass(frozen=True)
class Fill:
    """One value for all gaps of an indicator."""

    value: float

    def apply(self, x: Vector) -> Vector:
        """See fill."""
        return fill(x, self.value)


@dataclass(frozen=True)
class GroupFill:
    """A value for each group of units and indicator."""

    by: str
    values: Mapping[str, Mapping[str, float]]

    def apply(self, sheet: Sheet) -> Sheet:
        """Fill gaps by the unit's group; a unit without group keeps its gaps."""
        groups = _groups(sheet, self.by)
        filled = {}
        for code, known in self.values.items():
            value = np.array([known.get(group or "", np.nan) for group in groups])
            x = sheet.values[code]
            filled[code] = np.where(np.isnan(x), value, x)
        return sheet.with_values(filled)

    def record(self) -> dict[str, dict[str, Any]]:
        """Values by indicator and group."""
        return {
            code: {"step": "GroupFill", "by": self.by, "values": dict(known)}
            for code, known in self.values.items()
        }


@dataclass(frozen=True)
class Siblings:
    """Indicators with one parent, their bounds, and which are turned round."""

    codes: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    is_turned: tuple[bool, ...]


@dataclass(frozen=True)
class SiblingFill:
    """Gaps from the other indicators of the same parent."""

    families: tuple[Siblings, ...]
    concerned: frozenset[str]

    def apply(self, sheet: Sheet) -> Sheet:
        """See sibling_mean."""
        filled: dict[str, Vector] = {}
        for family in self.families:
            x = np.column_stack([sheet.values[code] for code in family.codes])
            bounds = np.array(family.low), np.array(family.high)
            full = sibling_mean(x, *bounds, family.is_turned)
            filled |= {
                code: full[:, place]
                for place, code in enumerate(family.codes)
                if code in self.concerned
            }
        return sheet.with_values(filled)

    def record(self) -> dict[str, dict[str, Any]]:
        """Bounds by indicator."""
        return {
            code: {"step": "SiblingFill", "low": low, "high": high}
            for family in self.families
            for code, low, high in zip(family.codes, family.low, family.high, strict=True)
        }


def _fill_mean(column: Column, _: Mapping[str, Any]) -> ColumnStep:
    return Fill(float(np.mean(column.values)))


def _fill_median(column: Column, _: Mapping[str, Any]) -> ColumnStep:
    return Fill(float(np.median(column.values)))


def _fill_zero(*_: object) -> ColumnStep:
    return Fill(0.0)


_FITTERS: dict[str, ColumnFitter] = {
    "mean": _fill_mean,
    "median": _fill_median,
    "zero": _fill_zero,
}


def _groups(sheet: Sheet, by: str) -> list[str | None]:
    if by not in sheet.columns:
        raise InvalidData(f"groups of the panel: {no_column(by, list(sheet.columns))}")
    return [None if cell is None else str(cell) for cell in sheet.columns[by]]


def _fit_groups(sheet: Sheet, setting: StepSetting) -> GroupFill:
    by = str(setting.parameters["by"])
    groups = _groups(sheet, by)
    statistic = str(setting.method).removeprefix("group_")
    codes = [code for code in sheet.framework.indicators if setting.concerns(code)]
    return GroupFill(
        by, {code: group_values(sheet.values[code], groups, statistic) for code in codes}
    )


def _fit_siblings(sheet: Sheet, setting: StepSetting) -> SiblingFill:
    framework = sheet.framework
    families = []
    for children in framework.children.values():
        codes = tuple(code for code in children if code not in framework.children)
        # An indicator that is normalised is turned already.
        is_turned = tuple(
            framework.by_code[code].direction == -1 and code not in sheet.normalised
            for code in codes
        )
        bounds = [_bounds(sheet.values[code]) for code in codes]
        if codes:
            low, high = zip(*bounds, strict=True)
            families.append(Siblings(codes, low, high, is_turned))
    concerned = frozenset(code for code in framework.indicators if setting.concerns(code))
    return SiblingFill(tuple(families), concerned)


def _bounds(x: Vector) -> tuple[float, float]:
    values = present(x)
    return (float(values.min()), float(values.max())) if values.size else (np.nan, np.nan)


def fit_impute(sheet: Sheet, setting: StepSetting) -> Fitted:
    """Fit an imputation.

    Raises:
        InvalidData: the column of groups is not in the panel.
    """
    method = str(setting.method)
    if method == "sibling_mean":
        return _fit_siblings(sheet, setting)
    if method in {"group_mean", "group_median"}:
        return _fit_groups(sheet, setting)
    return fit_columns(sheet, setting, _FITTERS[method])
