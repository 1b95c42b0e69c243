"""Steps on units and scales before all others: denominators, and screening by data availability."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from reli.errors import InvalidData, Problems, no_column
from reli.index.panel import Matrix, Sheet, Vector
from reli.index.recipe import StepSetting
from reli.index.step import Fitted

__all__ = ["availability", "denominate", "fit_denominate", "fit_screen", "nonzero_share"]


def denominate(x: Vector, denominator: Vector) -> Vector:
    """Per unit of something else: x / d. A denominator of 0 leaves the value missing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator == 0, np.nan, x / denominator)


def availability(x: Matrix) -> Vector:
    """Share of the indicators that a unit has a value of."""
    share: Vector = 1 - np.isnan(x).sum(axis=1) / x.shape[1]
    return share


def nonzero_share(x: Matrix) -> Vector:
    """Share of a unit's values present that are not 0; NaN where none is present."""
    count = (~np.isnan(x)).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share: Vector = 1 - (x == 0).sum(axis=1) / count
    return share


@dataclass(frozen=True)
class Denominate:
    """Indicators divided by columns of the panel."""

    by: Mapping[str, str]

    def apply(self, sheet: Sheet) -> Sheet:
        """See denominate."""
        columns = {name: _numbers(sheet, name) for name in dict.fromkeys(self.by.values())}
        return sheet.with_values(
            {code: denominate(sheet.values[code], columns[name]) for code, name in self.by.items()}
        )

    def record(self) -> dict[str, dict[str, Any]]:
        """Denominator by indicator."""
        return {code: {"step": "Denominate", "by": name} for code, name in self.by.items()}


@dataclass(frozen=True)
class Screen:
    """Units with too few values are left out of all that follows."""

    by: str
    at_least: float
    nonzero_at_least: float

    def apply(self, sheet: Sheet) -> Sheet:
        """See availability and nonzero_share. COINr: Screen by NA, or by NA and zeros."""
        x = np.column_stack(list(sheet.values.values()))
        is_kept = availability(x) >= self.at_least
        if self.by == "missing_and_zeros":
            is_kept &= ~(nonzero_share(x) < self.nonzero_at_least)
        return sheet.keeping(is_kept)

    def record(self) -> dict[str, dict[str, Any]]:
        """Nothing is fitted on indicators."""
        return {}


def _numbers(sheet: Sheet, name: str) -> Vector:
    cells = sheet.columns[name]
    try:
        return np.array(
            [np.nan if cell in {None, "", "NA", "NaN"} else float(cell) for cell in cells]
        )
    except ValueError as error:
        raise InvalidData(f"denominator {name}: {error}; expected numbers, empty or NA") from error


def fit_denominate(sheet: Sheet, setting: StepSetting) -> Fitted:
    """The denominators that the framework names.

    Raises:
        Problems: a denominator is not in the panel, or not of numbers.
        InvalidData: the framework names none.
    """
    named = {
        code: sheet.framework.by_code[code].denominator
        for code in sheet.framework.indicators
        if setting.concerns(code) and sheet.framework.by_code[code].denominator
    }
    if not named:
        raise InvalidData("the framework names no denominator of any indicator")
    missing = [name for name in dict.fromkeys(named.values()) if name not in sheet.columns]
    if missing:
        raise Problems("denominators", [no_column(name, list(sheet.columns)) for name in missing])
    return Denominate(named)


def fit_screen(_: Sheet, setting: StepSetting) -> Fitted:
    """The screen a recipe asks for."""
    given = setting.parameters
    return Screen(str(given["by"]), float(given["at_least"]), float(given["nonzero_at_least"]))
