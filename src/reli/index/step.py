"""What all steps have in common: fitted on one sheet, applied to this or another."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from reli.errors import InvalidData
from reli.index.panel import Column, Sheet, Vector
from reli.index.recipe import StepSetting

__all__ = [
    "ByIndicator",
    "ColumnFitter",
    "ColumnStep",
    "Fitted",
    "Leave",
    "LeaveOut",
    "fit_columns",
    "left_out",
    "turns",
]


class ColumnStep(Protocol):
    """A step on one indicator with its parameters, which are plain values."""

    def apply(self, x: Vector) -> Vector:
        """The values after the step; a missing value stays missing."""


class Fitted(Protocol):
    """A fitted step on all indicators."""

    def apply(self, sheet: Sheet) -> Sheet:
        """The sheet after the step."""

    def record(self) -> dict[str, dict[str, Any]]:
        """Parameters by indicator, as plain values."""


ColumnFitter = Callable[[Column, Mapping[str, Any]], ColumnStep]


@dataclass(frozen=True)
class Leave:
    """An indicator that needs nothing."""

    def apply(self, x: Vector) -> Vector:
        """The values as they are."""
        return x


@dataclass(frozen=True)
class LeaveOut:
    """An indicator that cannot be used is left out, and said to be."""

    reason: str

    def apply(self, x: Vector) -> Vector:
        """All values become missing."""
        return np.full_like(x, np.nan)


@dataclass(frozen=True)
class ByIndicator:
    """A step for each of some indicators."""

    steps: Mapping[str, ColumnStep]
    is_normalising: bool = False

    def apply(self, sheet: Sheet) -> Sheet:
        """See the steps; normalising applies the direction first, once."""
        values = {}
        for code, step in self.steps.items():
            x = sheet.values[code]
            if self.is_normalising and turns(sheet, code):
                x = -x
            try:
                values[code] = step.apply(x)
            except InvalidData as error:
                raise InvalidData(f"indicator {code}: {error}") from error
        return sheet.with_values(values, self.steps if self.is_normalising else ())

    def record(self) -> dict[str, dict[str, Any]]:
        """Kind and parameters by indicator."""
        return {
            code: {"step": type(step).__name__, **asdict(step)}  # type: ignore[call-overload]
            for code, step in self.steps.items()
        }


def left_out(step: Fitted) -> dict[str, str]:
    """Indicators that a step leaves out, with the reason."""
    steps = step.steps if isinstance(step, ByIndicator) else {}
    return {code: each.reason for code, each in steps.items() if isinstance(each, LeaveOut)}


def turns(sheet: Sheet, code: str) -> bool:
    """Whether normalising must still turn an indicator round: lower is better, nothing done yet."""
    return sheet.framework.by_code[code].direction == -1 and code not in sheet.normalised


def fit_columns(sheet: Sheet, setting: StepSetting, fit: ColumnFitter) -> ByIndicator:
    """Fit a step on each indicator it concerns; one without any value has nothing to be fitted on.

    Raises:
        InvalidData: the values of an indicator do not allow the step.
    """
    is_normalising = setting.do == "normalise"
    steps: dict[str, ColumnStep] = {}
    for code in sheet.framework.indicators:
        if not setting.concerns(code):
            continue
        column = sheet.column(code, is_turned=is_normalising and turns(sheet, code))
        try:
            steps[code] = Leave() if column.is_empty else fit(column, setting.parameters)
        except InvalidData as error:
            raise InvalidData(f"indicator {code}: {error}") from error
    return ByIndicator(steps, is_normalising)
