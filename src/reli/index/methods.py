"""The steps a recipe may take: methods, their parameters, defaults, and what they accept."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

__all__ = ["METHODS", "NO_METHOD", "REQUIRED", "Parameter", "is_required", "tables_of"]

REQUIRED = object()
"""In place of a default: the recipe must say it."""

NO_METHOD = ""
"""The only method of a step that has no methods."""

_SHARE_TEXT = re.compile(r"(100|\d{1,2}(\.\d+)?)%")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a method."""

    default: Any
    accepts: Callable[[Any], bool]
    expected: str


def is_required(parameter: Parameter) -> bool:
    """Whether a recipe must give it."""
    return parameter.default is REQUIRED


def _is_number(given: Any) -> bool:  # noqa: ANN401 - whatever stands in the file
    return isinstance(given, int | float) and not isinstance(given, bool) and isfinite(given)


def tables_of(raw: Mapping[str, Any], key: str) -> tuple[list[Mapping[str, Any]], list[str]]:
    """The tables [[key]] of a file; where something else stands there, what to write."""
    tables = raw.get(key, [])
    if isinstance(tables, list) and all(isinstance(each, Mapping) for each in tables):
        return tables, []
    return [], [f"{key} must be tables: write [[{key}]]"]


def _is_share(given: Any) -> bool:  # noqa: ANN401
    return _is_number(given) and 0 <= given <= 1


def _is_post(given: Any) -> bool:  # noqa: ANN401
    return _is_number(given) or (isinstance(given, str) and bool(given))


def _number(default: Any = REQUIRED) -> Parameter:  # noqa: ANN401 - a number, None or REQUIRED
    return Parameter(default, _is_number, "a number")


def _positive(default: Any = REQUIRED) -> Parameter:  # noqa: ANN401
    return Parameter(default, lambda given: _is_number(given) and given > 0, "a number above 0")


def _share(default: Any = REQUIRED) -> Parameter:  # noqa: ANN401
    return Parameter(default, _is_share, "a number from 0 to 1")


def _text(expected: str, default: Any = REQUIRED) -> Parameter:  # noqa: ANN401
    return Parameter(default, lambda given: isinstance(given, str) and bool(given), expected)


def _choice(default: str, *others: str) -> Parameter:
    choices = (default, *others)
    said = ", ".join(f'"{choice}"' for choice in choices)
    return Parameter(default, lambda given: given in choices, f"one of {said}")


def _flag() -> Parameter:
    return Parameter(False, lambda given: isinstance(given, bool), "true or false")


def _is_posts(given: Any) -> bool:  # noqa: ANN401
    if isinstance(given, Mapping):
        return bool(given) and all(_is_number(value) for value in given.values())
    return _is_post(given)


def _posts(default: str) -> Parameter:
    return Parameter(
        default,
        _is_posts,
        'a number, a table of numbers by indicator, "min", "max", or a column of the framework',
    )


def _is_points(given: Any) -> bool:  # noqa: ANN401
    if isinstance(given, str):
        return bool(_SHARE_TEXT.fullmatch(given))
    return isinstance(given, int) and not isinstance(given, bool) and given >= 0


def _is_at_least(given: Any) -> bool:  # noqa: ANN401
    if isinstance(given, list):
        return bool(given) and all(_is_share(each) for each in given)
    return _is_share(given)


def _is_scale(given: Any) -> bool:  # noqa: ANN401
    return given == "median_positive" or (_is_number(given) and given > 0)


_WINSORISE = {
    "skewness": _positive(2.0),
    "kurtosis": _number(3.5),
    "max_points": Parameter(5, _is_points, 'a number of points, or a share such as "1%"'),
    "then": _choice("none", "log_ct"),
}
_CONSTANT = {"constant": _choice("error", "missing", "zero")}
_UNDEFINED = {"undefined": _choice("missing", "error")}
_BY = {"by": _text("a column of the panel that holds groups")}
_AT_LEAST = {
    "at_least": Parameter(None, _is_at_least, "a number from 0 to 1, or a list of one per level")
}
_FLOOR = {"floor": _positive(None)}

METHODS: dict[str, dict[str, dict[str, Parameter]]] = {
    "denominate": {NO_METHOD: {}},
    "screen": {
        NO_METHOD: {
            "by": _choice("missing", "missing_and_zeros"),
            "at_least": _share(0.65),
            "nonzero_at_least": _share(0.05),
        }
    },
    "impute": {
        "mean": {},
        "median": {},
        "zero": {},
        "group_mean": _BY,
        "group_median": _BY,
        "sibling_mean": {},
    },
    "treat": {
        "winsorise": _WINSORISE,
        "log_ct": {},
        "log1p": {
            "scale": Parameter("median_positive", _is_scale, '"median_positive", or a number')
        },
        "box_cox": {"lambda": _number()},
        "clip_quantile": {"q": _share(0.99), "of": _choice("positives", "all")},
    },
    "normalise": {
        "minmax": {"lower": _number(0.0), "upper": _number(100.0), **_CONSTANT},
        "zscore": {"mean": _number(0.0), "sd": _positive(1.0), **_CONSTANT},
        "rank": {},
        "borda": {},
        "percentile_rank": {},
        "fraction_of_max": _UNDEFINED,
        "distance_to_max": _CONSTANT,
        "distance_to_reference": {
            "unit": _text("the unit that is the reference"),
            "cap": _flag(),
            **_UNDEFINED,
        },
        "distance_to_target": {"cap": _flag(), **_UNDEFINED},
        "goalposts": {
            "low": _posts("low"),
            "high": _posts("high"),
            "lower": _number(0.0),
            "upper": _number(100.0),
            **_CONSTANT,
        },
        "scaled": {"low": _posts("low"), "high": _posts("high"), "factor": _number(100.0)},
        "hurdle_rank": {},
    },
    "weight": {
        "framework": {},
        "equal": {},
        "entropy": {},
        "critic": {},
        "pca": {},
        "ahp": {"matrix": _text("a CSV file of comparisons in pairs")},
        "benefit_of_doubt": {"low": _share(0.0), "high": _share(1.0)},
        "optimised": {},
    },
    "aggregate": {
        "arithmetic": _AT_LEAST,
        "geometric": {**_AT_LEAST, **_FLOOR},
        "harmonic": {**_AT_LEAST, **_FLOOR},
        "power": {**_AT_LEAST, "p": _number()},
        "median": _AT_LEAST,
        "copeland": _AT_LEAST,
        "mazziotta_pareto": _AT_LEAST,
        "adjusted_mazziotta_pareto": _AT_LEAST,
        "topsis": _AT_LEAST,
    },
}
"""Parameters by step and method."""
