"""Steps on one indicator: fitted on a sample, then applied; their parameters are plain values."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from reli.errors import InvalidData
from reli.index import formulas
from reli.index.formulas import Vector, present

__all__ = ["FITTERS", "Fitted", "fit_step"]


class Fitted(Protocol):
    """A step with its parameters."""

    def apply(self, x: Vector) -> Vector:
        """Treat or normalise the values of one indicator."""


@dataclass(frozen=True)
class Fill:
    """Missing values become one value."""

    value: float

    def apply(self, x: Vector) -> Vector:
        """Fill the gaps."""
        return np.where(np.isnan(x), self.value, x)


@dataclass(frozen=True)
class Log1p:
    """Logarithm of one plus the value relative to a scale."""

    scale: float

    def apply(self, x: Vector) -> Vector:
        """See formulas.log1p_scaled."""
        return formulas.log1p_scaled(x, self.scale)


@dataclass(frozen=True)
class LogCT:
    """The logarithm of COINr."""

    low: float
    high: float

    def apply(self, x: Vector) -> Vector:
        """See formulas.log_ct."""
        return formulas.log_ct(x, self.low, self.high)


@dataclass(frozen=True)
class Clip:
    """Values beyond the bounds move to them."""

    low: float
    high: float

    def apply(self, x: Vector) -> Vector:
        """See formulas.clip."""
        return formulas.clip(x, self.low, self.high)


@dataclass(frozen=True)
class Goalposts:
    """Rescaling between two bounds, cut off at them or not."""

    low: float
    high: float
    lower: float
    upper: float
    is_cut: bool = True

    def apply(self, x: Vector) -> Vector:
        """See formulas.goalposts and formulas.minmax."""
        rescale = formulas.goalposts if self.is_cut else formulas.minmax
        return rescale(x, self.low, self.high, self.lower, self.upper)


@dataclass(frozen=True)
class ZScore:
    """Standardisation with a fixed mean and standard deviation."""

    mean: float
    sd: float
    to_mean: float
    to_sd: float

    def apply(self, x: Vector) -> Vector:
        """See formulas.zscore."""
        return formulas.zscore(x, self.mean, self.sd, self.to_mean, self.to_sd)


@dataclass(frozen=True)
class Rank:
    """Ranks among the units at hand; there is nothing to keep from the sample."""

    is_share: bool = False

    def apply(self, x: Vector) -> Vector:
        """See formulas.rank_ascending and formulas.percentile_rank."""
        return formulas.percentile_rank(x) if self.is_share else formulas.rank_ascending(x)


@dataclass(frozen=True)
class Blank:
    """An indicator that tells nothing is left out."""

    reason: str

    def apply(self, x: Vector) -> Vector:
        """All values become missing."""
        return np.full_like(x, np.nan)


@dataclass(frozen=True)
class Leave:
    """An indicator that needs no treatment."""

    def apply(self, x: Vector) -> Vector:
        """The values as they are."""
        return x


def parameters_of(step: Fitted) -> dict[str, Any]:
    """Class and parameters of a fitted step, to be printed, saved and used again."""
    return {"step": type(step).__name__, **asdict(step)}  # type: ignore[call-overload]


Fitter = Callable[[Vector, Mapping[str, Any]], Fitted]


def _fit_log1p(x: Vector, given: Mapping[str, Any]) -> Fitted:
    if given["scale"] != "median_positive":
        return Log1p(float(given["scale"]))
    positives = x[x > 0]
    # Without a positive value there is nothing to set the scale by, and nothing to draw in.
    return Log1p(float(np.median(positives))) if positives.size else Leave()


def _fit_log_ct(x: Vector, _: Mapping[str, Any]) -> Fitted:
    return LogCT(float(np.nanmin(x)), float(np.nanmax(x)))


def _fit_clip(x: Vector, given: Mapping[str, Any]) -> Fitted:
    sample = x[x > 0] if given["of"] == "positives" else present(x)
    if not sample.size:
        return Leave()
    return Clip(float(np.nanmin(x)), float(np.quantile(sample, given["q"])))


def _fit_winsorise(x: Vector, given: Mapping[str, Any]) -> Fitted:
    limits = (given["skewness"], given["kurtosis"])
    treated, moved = formulas.winsorise(x, *limits, given["max_points"])
    if moved > given["max_points"]:
        return _fit_log_ct(x, {}) if given["then"] == "log_ct" else Leave()
    return Clip(float(np.nanmin(treated)), float(np.nanmax(treated)))


def _bound(x: Vector, given: Any) -> float:  # noqa: ANN401 - a number, or the word for one
    words = {"min": np.nanmin, "max": np.nanmax}
    return float(words[given](x)) if given in words else float(given)


def _fit_goalposts(x: Vector, given: Mapping[str, Any]) -> Fitted:
    low, high = _bound(x, given["low"]), _bound(x, given["high"])
    if low == high:
        return _constant(low, given)
    return Goalposts(low, high, given["lower"], given["upper"])


def _fit_minmax(x: Vector, given: Mapping[str, Any]) -> Fitted:
    low, high = float(np.nanmin(x)), float(np.nanmax(x))
    if low == high:
        return _constant(low, given)
    return Goalposts(low, high, given["lower"], given["upper"], is_cut=False)


def _fit_zscore(x: Vector, given: Mapping[str, Any]) -> Fitted:
    mean, sd = float(np.nanmean(x)), float(np.nanstd(x, ddof=1))
    if sd == 0:
        return _constant(mean, given)
    return ZScore(mean, sd, given["mean"], given["sd"])


def _fit_percentile_rank(x: Vector, given: Mapping[str, Any]) -> Fitted:
    low, high = float(np.nanmin(x)), float(np.nanmax(x))
    return _constant(low, given) if low == high else Rank(is_share=True)


def _constant(value: float, given: Mapping[str, Any]) -> Fitted:
    if given["constant"] == "missing":
        return Blank(f"all units have the value {value:g}")
    raise InvalidData(
        f"all units have the value {value:g}, so it cannot be normalised; drop the indicator, "
        'use the method rank, or give the step constant = "missing" to leave it out and say so'
    )


FITTERS: dict[tuple[str, str], Fitter] = {
    ("impute", "mean"): lambda x, _: Fill(float(np.nanmean(x))),
    ("impute", "median"): lambda x, _: Fill(float(np.nanmedian(x))),
    ("impute", "zero"): lambda *_: Fill(0.0),
    ("treat", "log1p"): _fit_log1p,
    ("treat", "log_ct"): _fit_log_ct,
    ("treat", "clip_quantile"): _fit_clip,
    ("treat", "winsorise"): _fit_winsorise,
    ("normalise", "minmax"): _fit_minmax,
    ("normalise", "goalposts"): _fit_goalposts,
    ("normalise", "zscore"): _fit_zscore,
    ("normalise", "rank"): lambda *_: Rank(),
    ("normalise", "percentile_rank"): _fit_percentile_rank,
}


def fit_step(do: str, method: str, x: Vector, parameters: Mapping[str, Any]) -> Fitted:
    """Fit one step on the values of one indicator; without any value there is nothing to do.

    Raises:
        InvalidData: the values cannot be treated or normalised so.
    """
    return FITTERS[do, method](x, parameters) if present(x).size else Leave()
