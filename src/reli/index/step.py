"""What all steps have in common: fitted on one sheet, applied to this or another."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol, TypeVar

import numpy as np

from reli.errors import InvalidData, together
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


_Found = TypeVar("_Found")


def _of_each(codes: Iterable[str], find: Callable[[str], _Found]) -> dict[str, _Found]:
    """What is found of each indicator.

    Raises:
        InvalidData: what is wrong with an indicator, or with several, together.
    """
    found, errors = {}, []
    for code in codes:
        try:
            found[code] = find(code)
        except InvalidData as error:
            errors.append(InvalidData(f"indicator {code}: {error}"))
    if errors:
        raise InvalidData(str(together("indicators", errors)))
    return found


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

        def after(code: str) -> Vector:
            x = sheet.values[code]
            is_turned = self.is_normalising and turns(sheet, code)
            return self.steps[code].apply(-x if is_turned else x)

        values = _of_each(self.steps, after)
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
        InvalidData: the values of an indicator, or of several, do not allow the step.
    """
    is_normalising = setting.do == "normalise"

    def fitted(code: str) -> ColumnStep:
        column = sheet.column(code, is_turned=is_normalising and turns(sheet, code))
        return Leave() if column.is_empty else fit(column, setting.parameters)

    concerned = (code for code in sheet.framework.indicators if setting.concerns(code))
    return ByIndicator(_of_each(concerned, fitted), is_normalising)
