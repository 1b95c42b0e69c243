"""Normalisation to a common scale. OECD/JRC Handbook (2008), step 5.

Values come with their direction applied: an indicator of which less is better is negated, so that
more is better in all that follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from reli.errors import InvalidData, nearest
from reli.index.panel import Column, Sheet, Vector, present
from reli.index.recipe import TO_SPAN, StepSetting
from reli.index.step import ColumnFitter, ColumnStep, Fitted, LeaveOut, fit_columns

__all__ = [
    "borda",
    "distance",
    "fit_normalise",
    "fraction_of_max",
    "goalposts",
    "hurdle_rank",
    "minmax",
    "percentile_rank",
    "rank_ascending",
    "scaled",
    "zscore",
]


def minmax(x: Vector, low: float, high: float, lower: float = 0.0, upper: float = 100.0) -> Vector:
    """Rescale: (x - l) / (h - l) (u' - l') + l'."""
    return (x - low) / (high - low) * (upper - lower) + lower


def goalposts(
    x: Vector, low: float, high: float, lower: float = 0.0, upper: float = 100.0
) -> Vector:
    """Min-max with fixed bounds, cut off at them."""
    share = x / (high - low) if low == 0 else (x - low) / (high - low)
    # Twice as fast as np.clip on columns of this length.
    np.minimum(np.maximum(share, 0.0, out=share), 1.0, out=share)
    share *= upper - lower
    return np.add(share, lower, out=share) if lower else share


def scaled(x: Vector, low: float, high: float, factor: float = 100.0) -> Vector:
    """Min-max with fixed bounds, not cut off: (x - l) / (h - l) f. COINr: n_scaled."""
    return (x - low) / (high - low) * factor


def zscore(x: Vector, mean: float, sd: float, to_mean: float = 0.0, to_sd: float = 1.0) -> Vector:
    """Standardise: (x - m) / s s' + m', with the sample's standard deviation (n - 1)."""
    return (x - mean) / sd * to_sd + to_mean


def rank_ascending(x: Vector) -> Vector:
    """Rank of each value, the lowest 1; ties take the smaller number."""
    found = np.full(x.size, np.nan)
    # Gaps are sorted behind all values.
    order = np.argsort(x)[: present(x).size]
    ordered = x[order]
    place = np.arange(order.size, dtype=np.float64)
    place[1:][ordered[1:] == ordered[:-1]] = 0
    found[order] = np.maximum.accumulate(place) + 1
    return found


def borda(x: Vector) -> Vector:
    """Number of units with a lower value: r - 1."""
    return rank_ascending(x) - 1


def percentile_rank(x: Vector) -> Vector:
    """Share of the other units with a lower value: (r - 1) / (n - 1)."""
    return (rank_ascending(x) - 1) / (present(x).size - 1)


def hurdle_rank(x: Vector, lower: float = 0.0, upper: float = 100.0) -> Vector:
    """Zero stays the lower bound; positive values are ranked among themselves: r / n+ of the span.

    For counts of which many are zero: plain percentile ranks give whoever has any at all a score
    as large as the share of those that have none.
    """
    among = np.where(x > 0, x, np.nan)
    n = present(among).size
    share = np.where(x > 0, rank_ascending(among) / max(n, 1), 0.0)
    return np.where(np.isnan(x), np.nan, share * (upper - lower) + lower)


def fraction_of_max(x: Vector, high: float) -> Vector:
    """Relative to the best: x / max x."""
    return x / high


def distance(x: Vector, low: float, target: float, *, is_capped: bool = False) -> Vector:
    """1 - (t - x) / (t - l): 1 at the target, 0 at the lowest; capped at 1 if asked for.

    The target is the maximum, the value of a reference unit, or a number set by policy.
    """
    y = 1 - (target - x) / (target - low)
    return np.minimum(y, 1.0) if is_capped else y


@dataclass(frozen=True)
class MinMax:
    """Rescaling between two bounds."""

    low: float
    high: float
    lower: float
    upper: float

    def apply(self, x: Vector) -> Vector:
        """See minmax."""
        return minmax(x, self.low, self.high, self.lower, self.upper)


@dataclass(frozen=True)
class Goalposts:
    """Rescaling between two bounds, cut off at them."""

    low: float
    high: float
    lower: float
    upper: float

    def apply(self, x: Vector) -> Vector:
        """See goalposts."""
        return goalposts(x, self.low, self.high, self.lower, self.upper)


@dataclass(frozen=True)
class Scaled:
    """Rescaling between two bounds, not cut off."""

    low: float
    high: float
    factor: float

    def apply(self, x: Vector) -> Vector:
        """See scaled."""
        return scaled(x, self.low, self.high, self.factor)


@dataclass(frozen=True)
class ZScore:
    """Standardisation with a fixed mean and standard deviation."""

    mean: float
    sd: float
    to_mean: float
    to_sd: float

    def apply(self, x: Vector) -> Vector:
        """See zscore."""
        return zscore(x, self.mean, self.sd, self.to_mean, self.to_sd)


@dataclass(frozen=True)
class Rank:
    """Ranks among the units at hand: there is nothing to keep from the sample."""

    kind: str

    def apply(self, x: Vector) -> Vector:
        """See rank_ascending, borda, percentile_rank."""
        kinds = {"rank": rank_ascending, "borda": borda, "percentile_rank": percentile_rank}
        return kinds[self.kind](x)


@dataclass(frozen=True)
class HurdleRank:
    """Ranks among the positive values at hand."""

    is_turned: bool

    def apply(self, x: Vector) -> Vector:
        """See hurdle_rank; where lower is better, zero gets the upper bound."""
        return 100 - hurdle_rank(-x) if self.is_turned else hurdle_rank(x)


@dataclass(frozen=True)
class FractionOfMax:
    """Values relative to the highest of the sample."""

    high: float

    def apply(self, x: Vector) -> Vector:
        """See fraction_of_max."""
        return fraction_of_max(x, self.high)


@dataclass(frozen=True)
class Distance:
    """Distance to the maximum, to a reference unit or to a target."""

    low: float
    target: float
    is_capped: bool

    def apply(self, x: Vector) -> Vector:
        """See distance."""
        return distance(x, self.low, self.target, is_capped=self.is_capped)


@dataclass(frozen=True)
class Same:
    """An indicator that is the same for all units gives each the same score."""

    score: float

    def apply(self, x: Vector) -> Vector:
        """The score wherever there is a value."""
        return np.where(np.isnan(x), np.nan, self.score)


def _constant(value: float, given: Mapping[str, Any], zero: float) -> ColumnStep:
    policy = given["constant"]
    if policy == "zero":
        return Same(zero)
    if policy == "missing":
        return LeaveOut(f"all units have the value {value:g}")
    raise InvalidData(
        f"all units have the value {value:g}, so it cannot be normalised; drop the indicator, "
        'use the method rank, or give the step constant = "missing" to leave it out and say so'
    )


def _undefined(reason: str, given: Mapping[str, Any]) -> ColumnStep:
    if given["undefined"] == "missing":
        return LeaveOut(reason)
    raise InvalidData(f"{reason}; leave the indicator out of this step with except")


def _fit_minmax(column: Column, given: Mapping[str, Any]) -> ColumnStep:
    low, high = column.lowest, column.highest
    if low == high:
        return _constant(column.said(low), given, given["lower"])
    return MinMax(low, high, given["lower"], given["upper"])


def _fit_zscore(column: Column, given: Mapping[str, Any]) -> ColumnStep:
    low, high = column.lowest, column.highest
    if low == high:
        return _constant(column.said(low), given, given["mean"])
    mean, sd = float(column.values.mean()), float(column.values.std(ddof=1))
    return ZScore(mean, sd, given["mean"], given["sd"])


def _fit_percentile_rank(column: Column, _: Mapping[str, Any]) -> ColumnStep:
    # Among one there is no share of the others.
    return Rank("percentile_rank") if column.values.size > 1 else LeaveOut("one unit has a value")


def _fit_hurdle_rank(column: Column, _: Mapping[str, Any]) -> ColumnStep:
    lowest = (-column.x if column.is_turned else column.x)[~np.isnan(column.x)].min()
    if lowest < 0:
        raise InvalidData(f"hurdle_rank is for counts and amounts, but the lowest is {lowest:g}")
    return HurdleRank(column.is_turned)


def _fit_fraction_of_max(column: Column, given: Mapping[str, Any]) -> ColumnStep:
    high = column.highest
    if high == 0:
        return _undefined("the best value is 0, so there is no fraction of it", given)
    return FractionOfMax(high)


def _fit_distance_to_max(column: Column, given: Mapping[str, Any]) -> ColumnStep:
    low, high = column.lowest, column.highest
    if low == high:
        return _constant(column.said(low), given, 0.0)
    return Distance(low, high, is_capped=False)


def _fit_distance_to_reference(column: Column, given: Mapping[str, Any]) -> ColumnStep:
    unit = str(given["unit"])
    if unit not in column.units:
        raise InvalidData(f"no unit {unit!r} to refer to: {nearest(unit, column.units)}")
    reference = float(column.x[column.units.index(unit)])
    if np.isnan(reference):
        return _undefined(f"the reference {unit} has no value", given)
    return _distance(column, reference, f"the reference {unit}", given)


def _fit_distance_to_target(column: Column, given: Mapping[str, Any]) -> ColumnStep:
    target = column.node.target
    if target is None:
        raise InvalidData("the framework has no target for it")
    return _distance(column, -target if column.is_turned else target, "the target", given)


def _distance(column: Column, target: float, said: str, given: Mapping[str, Any]) -> ColumnStep:
    low = column.lowest
    if target == low:
        return _undefined(f"{said} has the worst value, so distances to it are undefined", given)
    return Distance(low, target, bool(given["cap"]))


def _post(column: Column, given: Any, said: str) -> float:  # noqa: ANN401 - what a recipe may say
    """A goalpost as declared, in the units of the indicator before it was turned round."""
    if given in ("min", "max"):
        is_lowest = (given == "min") != column.is_turned
        end = column.lowest if is_lowest else column.highest
        return column.said(end)
    if isinstance(given, Mapping):
        found = given.get(column.node.code)
    else:
        found = column.node.number(given) if isinstance(given, str) else given
    if found is None:
        where = f"the framework's column {given}" if isinstance(given, str) else "its table"
        raise InvalidData(f"{said} is not given: {where} has no number for it")
    return float(found)


def _posts(column: Column, given: Mapping[str, Any]) -> tuple[float, float]:
    """Lower and upper goalpost in the direction of the values.

    The interval of a negated indicator is negated: its upper end becomes the lower goalpost.
    """
    low, high = (_post(column, given[name], name) for name in ("low", "high"))
    if low > high and not column.is_turned:
        raise InvalidData(
            f"low is {low:g}, above high, {high:g}: where less is better, the framework says "
            "direction -1"
        )
    if not column.is_turned:
        return low, high
    return min(-low, -high), max(-low, -high)


def _follow_values(given: Mapping[str, Any]) -> bool:
    """Whether a goalpost is what the values say, so that a constant indicator leaves no span."""
    return any(given[name] in ("min", "max") for name in ("low", "high"))


def _no_span(value: float) -> str:
    return f"low equals high: both are {value:g}; {TO_SPAN}"


def _fit_goalposts(column: Column, given: Mapping[str, Any]) -> ColumnStep:
    low, high = _posts(column, given)
    if low == high:
        if column.lowest != column.highest or not _follow_values(given):
            raise InvalidData(_no_span(column.said(low)))
        return _constant(column.said(low), given, given["lower"])
    return Goalposts(low, high, given["lower"], given["upper"])


def _fit_scaled(column: Column, given: Mapping[str, Any]) -> ColumnStep:
    low, high = _posts(column, given)
    if low == high:
        raise InvalidData(_no_span(column.said(low)))
    return Scaled(low, high, given["factor"])


_FITTERS: dict[str, ColumnFitter] = {
    "minmax": _fit_minmax,
    "zscore": _fit_zscore,
    "rank": lambda *_: Rank("rank"),
    "borda": lambda *_: Rank("borda"),
    "percentile_rank": _fit_percentile_rank,
    "fraction_of_max": _fit_fraction_of_max,
    "distance_to_max": _fit_distance_to_max,
    "distance_to_reference": _fit_distance_to_reference,
    "distance_to_target": _fit_distance_to_target,
    "goalposts": _fit_goalposts,
    "scaled": _fit_scaled,
    "hurdle_rank": _fit_hurdle_rank,
}


def fit_normalise(sheet: Sheet, setting: StepSetting) -> Fitted:
    """Fit a normalisation on each indicator it concerns, its direction applied first.

    Raises:
        InvalidData: an indicator cannot be normalised so.
    """
    return fit_columns(sheet, setting, _FITTERS[str(setting.method)])
