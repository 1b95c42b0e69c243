"""Recipes: ordered steps from panel to index, with their parameters checked."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reli.errors import Problems, UnknownName, nearest

__all__ = ["METHODS", "Recipe", "StepSetting", "parse_recipe"]

METHODS: dict[str, dict[str, dict[str, Any]]] = {
    "impute": {"mean": {}, "median": {}, "zero": {}},
    "treat": {
        "winsorise": {"skewness": 2.0, "kurtosis": 3.5, "max_points": 5, "then": "none"},
        "log_ct": {},
        "log1p": {"scale": "median_positive"},
        "clip_quantile": {"q": 0.99, "of": "positives"},
    },
    "normalise": {
        "minmax": {"lower": 0.0, "upper": 100.0, "constant": "error"},
        "zscore": {"mean": 0.0, "sd": 1.0, "constant": "error"},
        "rank": {},
        "percentile_rank": {"constant": "error"},
        "goalposts": {
            "low": "min",
            "high": "max",
            "lower": 0.0,
            "upper": 100.0,
            "constant": "error",
        },
    },
    "weight": {"framework": {}, "equal": {}},
    "aggregate": {
        "arithmetic": {"at_least": 0.0},
        "geometric": {"at_least": 0.0, "floor": None},
        "harmonic": {"at_least": 0.0},
    },
}
"""Steps, their methods, the methods' parameters and defaults."""

_COMMON = ("do", "method", "only", "except")


@dataclass(frozen=True)
class StepSetting:
    """One step of a recipe with all its parameters."""

    do: str
    method: str | tuple[str, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    """Indicators that the step leaves alone (`except` in the file)."""

    def concerns(self, indicator: str) -> bool:
        """Whether the step acts on an indicator."""
        return (not self.only or indicator in self.only) and indicator not in self.besides


@dataclass(frozen=True)
class Recipe:
    """Ordered steps; it may stop anywhere."""

    steps: tuple[StepSetting, ...]


def parse_recipe(text: str, where: str, indicators: tuple[str, ...] = ()) -> Recipe:
    """A recipe from TOML.

    Raises:
        Problems: unknown steps, methods, parameters or indicators, together.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Problems(where, [f"is no TOML: {error}"]) from error
    problems = [f"unknown key {key!r}: {nearest(key, ['step'])}" for key in raw if key != "step"]
    if "step" not in raw:
        problems.append("has no steps: write [[step]] tables with do and method")
    steps = []
    for number, table in enumerate(raw.get("step", []), 1):
        found = _complaints(table, indicators)
        problems += [f"step {number}: {complaint}" for complaint in found]
        steps += [] if found else [_step(table)]
    if problems:
        raise Problems(where, problems)
    return Recipe(tuple(steps))


def _methods_of(table: Mapping[str, Any]) -> list[str]:
    method = table.get("method", "")
    return list(method) if isinstance(method, list) else [method]


def _complaints(table: Mapping[str, Any], indicators: tuple[str, ...]) -> list[str]:
    do = table.get("do", "")
    if do not in METHODS:
        return [str(UnknownName("step", str(do), METHODS))]
    methods = _methods_of(table)
    unknown = [method for method in methods if method not in METHODS[do]]
    if unknown:
        return [str(UnknownName(f"method of {do}", str(unknown[0]), METHODS[do]))]
    known = {*_COMMON, *(key for method in methods for key in METHODS[do][method])}
    complaints = [
        str(UnknownName("parameter", key, sorted(known))) for key in table if key not in known
    ]
    named = [*table.get("only", []), *table.get("except", [])]
    complaints += [
        str(UnknownName("indicator", code, indicators))
        for code in named
        if indicators and code not in indicators
    ]
    return complaints


def _step(table: Mapping[str, Any]) -> StepSetting:
    methods = _methods_of(table)
    defaults = {key: value for m in methods for key, value in METHODS[table["do"]][m].items()}
    given = {key: value for key, value in table.items() if key not in _COMMON}
    return StepSetting(
        do=table["do"],
        method=methods[0] if len(methods) == 1 else tuple(methods),
        parameters={**defaults, **given},
        only=tuple(table.get("only", ())),
        besides=tuple(table.get("except", ())),
    )
