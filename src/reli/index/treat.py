"""Treatment of outliers. OECD/JRC Handbook (2008), step 3; the European Commission's COIN tool."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from reli.errors import InvalidData
from reli.index.panel import Column, Sheet, Vector, present
from reli.index.recipe import StepSetting
from reli.index.step import ColumnFitter, ColumnStep, Fitted, Leave, fit_columns

__all__ = [
    "box_cox",
    "clip",
    "fit_treat",
    "is_acceptable",
    "kurtosis",
    "log1p_scaled",
    "log_ct",
    "quantile",
    "skewness",
    "winsorise",
]


def skewness(x: Vector) -> float:
    """Skewness of type 2 (bias-corrected), as SAS, Excel and COINr define it (Joanes & Gill 1998).

    G1 = g1 sqrt(n (n - 1)) / (n - 2), g1 = m3 / m2^1.5. NaN for fewer than three values, and for a
    constant.
    """
    values = present(x)
    n = values.size
    if n < 3 or values.min() == values.max():
        return float("nan")
    d = values - values.mean()
    g1 = float((d * d * d).mean() / (d * d).mean() ** 1.5)
    return g1 * math.sqrt(n * (n - 1)) / (n - 2)


def kurtosis(x: Vector) -> float:
    """Kurtosis of type 2 (bias-corrected), in excess of the normal distribution's.

    G2 = ((n + 1) g2 + 6) (n - 1) / ((n - 2) (n - 3)), g2 = m4 / m2^2 - 3. NaN for fewer than four
    values, and for a constant.
    """
    values = present(x)
    n = values.size
    if n < 4 or values.min() == values.max():
        return float("nan")
    square = (values - values.mean()) ** 2
    g2 = float((square * square).mean() / square.mean() ** 2) - 3
    return ((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3))


LEAST_FOR_SKEWNESS = 3

_LARGEST = 1e100
"""Values beyond it cannot be squared and added up."""


def is_acceptable(x: Vector, skew_limit: float = 2.0, kurt_limit: float = 3.5) -> bool:
    """|skewness| < limit or kurtosis < limit. COINr; the Handbook's rule of thumb, step 3.

    Of fewer than three values no skewness is defined (type 2), and none is an outlier.
    """
    if x.size < LEAST_FOR_SKEWNESS:
        return True
    return abs(skewness(x)) < skew_limit or kurtosis(x) < kurt_limit


def winsorise(x: Vector, skew_limit: float, kurt_limit: float, max_points: int) -> Vector:
    """Move extreme points to the next value until the distribution is acceptable.

    The points at the maximum (the minimum, where the skewness is negative) move to the next value
    below (above); again, until the distribution passes or `max_points` points are moved. Points
    that are tied move together, so that somewhat more than `max_points` may be moved. COINr's rule.
    """
    values, high, low = present(x), 0, 0
    while high + low < max_points and not is_acceptable(values, skew_limit, kurt_limit):
        if skewness(values) >= 0:
            at_end = values == values.max()
            high = int(at_end.sum())
            values = np.where(at_end, values[~at_end].max(), values)
        else:
            at_end = values == values.min()
            low = int(at_end.sum())
            values = np.where(at_end, values[~at_end].min(), values)
        if values.min() == values.max():
            break
    # No value has passed another one: all of them lie between the ends of what is left.
    return np.clip(x, values.min(), values.max()) if high + low else x.copy()


def _is_constant(x: Vector) -> bool:
    values = present(x)
    return bool(values.min() == values.max())


def log_ct(x: Vector, low: float, high: float) -> Vector:
    """ln(x - l + 0.01 (h - l)): the logarithm of the COIN tool, for negative values too."""
    return np.log(x - low + 0.01 * (high - low))


def log1p_scaled(x: Vector, scale: float) -> Vector:
    """ln(1 + x / s): linear where x is small against the scale s, logarithmic where it is large."""
    share: Vector = x / scale
    return np.log1p(share, out=share)


def box_cox(x: Vector, lam: float, low: float) -> Vector:
    """(z ^ lambda - 1) / lambda, ln z for lambda = 0, where z = x - l + 1. Box & Cox (1964).

    The shift makes the lowest value of the sample 1, as COINr does.
    """
    z = x - low + 1
    return np.log(z) if lam == 0 else (z**lam - 1) / lam


def quantile(ordered: Vector, share: float) -> float:
    """Quantile of type 7 (Hyndman & Fan 1996): R's and NumPy's default.

    Of values without gaps, the lowest first.
    """
    place = share * (ordered.size - 1)
    below = int(place)
    t = place - below
    low = float(ordered[below])
    high = float(ordered[below + 1]) if t > 0 else low
    return low + (high - low) * t if t < 0.5 else high - (high - low) * (1 - t)


def clip(x: Vector, low: float, high: float) -> Vector:
    """Values beyond the bounds are moved to them."""
    return x.clip(low, high)


def _defined(formula: Callable[..., Vector], x: Vector, *parameters: float) -> Vector:
    """The values of a formula, or an error: a sample may lie below the one it was fitted on."""
    try:
        with np.errstate(invalid="raise", divide="raise"):
            return formula(x, *parameters)
    except FloatingPointError:
        raise InvalidData(
            f"the lowest value is {present(x).min():g}, so far below what the step was fitted on "
            "that it is undefined; fit it on all years together, or treat by clip_quantile"
        ) from None


@dataclass(frozen=True)
class Log1p:
    """Logarithm of one plus the value relative to a scale."""

    scale: float

    def apply(self, x: Vector) -> Vector:
        """See log1p_scaled."""
        return _defined(log1p_scaled, x, self.scale)


@dataclass(frozen=True)
class LogCT:
    """The logarithm of the COIN tool with the bounds of the sample."""

    low: float
    high: float

    def apply(self, x: Vector) -> Vector:
        """See log_ct."""
        return _defined(log_ct, x, self.low, self.high)


@dataclass(frozen=True)
class BoxCox:
    """Power transformation, shifted by the lowest value of the sample."""

    lam: float
    low: float

    def apply(self, x: Vector) -> Vector:
        """See box_cox."""
        return _defined(box_cox, x, self.lam, self.low)


@dataclass(frozen=True)
class Clip:
    """Bounds of what is left after winsorising or capping; `moved` units lay beyond them."""

    low: float
    high: float
    moved: int

    def apply(self, x: Vector) -> Vector:
        """See clip."""
        return clip(x, self.low, self.high)


def _fit_log1p(column: Column, given: Mapping[str, Any]) -> ColumnStep:
    scale = given["scale"]
    if scale == "median_positive":
        positives = _positives(column)
        # Without a positive value there is no scale, and nothing to draw in.
        scale = quantile(positives, 0.5) if positives.size else 1.0
    lowest = float(column.ordered[0])
    if lowest <= -scale:
        raise InvalidData(
            f"the lowest value is {lowest:g}, so ln(1 + x / {scale:g}) is undefined; use "
            "log_ct, or leave the indicator out of this step with except"
        )
    return Log1p(float(scale))


def _fit_log_ct(column: Column, _: Mapping[str, Any]) -> ColumnStep:
    low, high = column.lowest, column.highest
    if low == high:
        raise InvalidData(f"all units have the value {low:g}, so its logarithm log_ct is undefined")
    return LogCT(low, high)


def _fit_box_cox(column: Column, given: Mapping[str, Any]) -> ColumnStep:
    lam = float(given["lambda"])
    with np.errstate(over="ignore"):
        highest = float(box_cox(np.array([column.highest]), lam, column.lowest)[0])
    if highest > _LARGEST:
        raise InvalidData(f"the highest value becomes {highest:.0e} by lambda = {lam:g}: too large")
    return BoxCox(lam, column.lowest)


def _fit_clip(column: Column, given: Mapping[str, Any]) -> ColumnStep:
    sample = _positives(column) if given["of"] == "positives" else column.ordered
    if not sample.size:
        return Leave()
    return _clip(column, float(column.ordered[0]), quantile(sample, float(given["q"])))


def _positives(column: Column) -> Vector:
    ordered = column.ordered
    return ordered[ordered.searchsorted(0.0, side="right") :]


def _clip(column: Column, low: float, high: float) -> Clip:
    ordered = column.ordered
    moved = ordered.size - ordered.searchsorted(high, side="right")
    moved += ordered.searchsorted(low) if low > ordered[0] else 0
    return Clip(low, high, int(moved))


def _fit_winsorise(column: Column, given: Mapping[str, Any]) -> ColumnStep:
    limits = float(given["skewness"]), float(given["kurtosis"])
    if column.values.size < 4 or _is_constant(column.x) or is_acceptable(column.x, *limits):
        return Leave()
    treated = winsorise(column.x, *limits, _max_points(column.values, given["max_points"]))
    if _is_constant(treated):
        # Nothing but two values: there is no outlier to draw in.
        return Leave()
    if given["then"] == "log_ct" and not is_acceptable(treated, *limits):
        return _fit_log_ct(column, {})
    return _clip(column, float(np.nanmin(treated)), float(np.nanmax(treated)))


def _max_points(values: Vector, given: int | str) -> int:
    if isinstance(given, int):
        return given
    return max(1, round(float(given.removesuffix("%")) / 100 * int((values > 0).sum())))


_FITTERS: dict[str, ColumnFitter] = {
    "winsorise": _fit_winsorise,
    "log_ct": _fit_log_ct,
    "log1p": _fit_log1p,
    "box_cox": _fit_box_cox,
    "clip_quantile": _fit_clip,
}


def fit_treat(sheet: Sheet, setting: StepSetting) -> Fitted:
    """Fit a treatment on each indicator it concerns.

    Raises:
        InvalidData: the logarithm is undefined for the values of an indicator.
    """
    return fit_columns(sheet, setting, _FITTERS[str(setting.method)])
