"""Recipes: ordered steps from panel to index, with their parameters checked."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reli.errors import Problems, UnknownName
from reli.index.methods import METHODS, NO_METHOD, Parameter, is_required, tables_of
from reli.index.pairwise import read_comparisons

__all__ = ["Recipe", "StepSetting", "parse_recipe", "parse_steps"]

_KEYS = ("step", "uncertainty")
_COMMON = ("do", "method")
_CHOOSING = ("only", "except")
TO_SPAN = "expected a lower bound below the upper one"
_MAY_CHOOSE = ("denominate", "impute", "treat", "normalise")


@dataclass(frozen=True)
class StepSetting:
    """One step of a recipe with all its parameters."""

    do: str
    method: str | tuple[str, ...] = NO_METHOD
    parameters: Mapping[str, Any] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    """Indicators that the step leaves alone (`except` in the file)."""

    def concerns(self, indicator: str) -> bool:
        """Whether the step acts on an indicator."""
        return (not self.only or indicator in self.only) and indicator not in self.besides

    def at_level(self, name: str, level: int) -> Any:  # noqa: ANN401 - of whatever kind it is
        """A parameter for the nodes of a level; a list has one for each level from the second."""
        given = self.parameters.get(name)
        return given[level - 2] if isinstance(given, list) else given

    def method_at(self, level: int) -> str:
        """The method for the nodes of a level."""
        return self.method if isinstance(self.method, str) else self.method[level - 2]

    @property
    def said(self) -> str:
        """What it does, for messages."""
        method = self.method if isinstance(self.method, str) else ", ".join(self.method)
        return f"{self.do}, {method}" if method else self.do


@dataclass(frozen=True)
class Recipe:
    """Ordered steps; it may stop anywhere."""

    steps: tuple[StepSetting, ...]


def parse_recipe(
    text: str, where: str, indicators: Sequence[str] = (), folder: Path | None = None
) -> Recipe:
    """A recipe from TOML.

    Args:
        text: the file.
        where: its name, for messages.
        indicators: codes that `only` and `except` may name; any, where none are given.
        folder: where files that it names are.

    Raises:
        Problems: unknown steps, methods, parameters or indicators, wrong values, steps out of
            order: all together.
    """
    try:
        raw = tomllib.loads(text.lstrip("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise Problems(where, [f"is no TOML: {error}"]) from error
    problems = [str(UnknownName("key", key, _KEYS)) for key in raw if key not in _KEYS]
    if "step" not in raw:
        problems.append("has no steps: write [[step]] tables with do and method")
    tables, complaints = tables_of(raw, "step")
    steps, found = parse_steps(tables, indicators, folder)
    problems += complaints + found
    problems += _order_problems(steps)
    if problems:
        raise Problems(where, problems)
    return Recipe(tuple(steps))


def parse_steps(
    tables: Sequence[Mapping[str, Any]], indicators: Sequence[str], folder: Path | None
) -> tuple[list[StepSetting], list[str]]:
    """Steps from their tables, and what is wrong with them."""
    steps, problems = [], []
    for number, table in enumerate(tables, 1):
        found = _complaints(table, indicators)
        problems += [f"step {number}: {complaint}" for complaint in found]
        steps += [] if found else [_step(table, folder or Path())]
    return steps, problems


def _methods_of(table: Mapping[str, Any]) -> list[str]:
    method = table.get("method", NO_METHOD)
    return [str(each) for each in method] if isinstance(method, list) else [str(method)]


def _parameters_of(do: str, methods: Sequence[str]) -> dict[str, Parameter]:
    return {key: each for method in methods for key, each in METHODS[do][method].items()}


def _complaints(table: Mapping[str, Any], indicators: Sequence[str]) -> list[str]:
    do = str(table.get("do", ""))
    if do not in METHODS:
        return [str(UnknownName("step", do, METHODS))]
    methods = _methods_of(table)
    if len(methods) > 1 and do != "aggregate":
        return [f"{do} takes one method: only aggregate takes a list, one for each level"]
    for method in methods:
        if method not in METHODS[do]:
            return [_method_complaint(do, method)]
    known = _parameters_of(do, methods)
    named = [*_COMMON, *known, *(_CHOOSING if do in _MAY_CHOOSE else ())]
    complaints = [str(UnknownName("parameter", key, named)) for key in table if key not in named]
    wrong = _value_complaints(table, known)
    complaints += wrong or [*_span_complaints(table, known), *_post_complaints(table, indicators)]
    return complaints + _chosen_complaints(table, indicators)


def _method_complaint(do: str, method: str) -> str:
    if METHODS[do].keys() == {NO_METHOD}:
        return f"{do} has no methods: remove method = {method!r}"
    if method == NO_METHOD:
        return f"{do} needs a method: expected one of {', '.join(METHODS[do])}"
    return str(UnknownName(f"method of {do}", method, METHODS[do]))


def _value_complaints(table: Mapping[str, Any], known: Mapping[str, Parameter]) -> list[str]:
    complaints = []
    for key, parameter in known.items():
        if key not in table and is_required(parameter):
            complaints.append(f"needs {key}: {parameter.expected}")
        if key in table and not parameter.accepts(table[key]):
            complaints.append(f"{key} is {table[key]!r}: expected {parameter.expected}")
    return complaints


def _span_complaints(table: Mapping[str, Any], known: Mapping[str, Parameter]) -> list[str]:
    """A scale that ends below its beginning would turn every rank round, unseen."""
    if not {"lower", "upper"} <= known.keys():
        return []
    lower, upper = (table.get(name, known[name].default) for name in ("lower", "upper"))
    if lower < upper:
        return []
    return [
        f"lower is {lower:g}, not below upper, {upper:g}: where less is better, the framework says "
        "direction -1"
    ]


def _post_complaints(table: Mapping[str, Any], indicators: Sequence[str]) -> list[str]:
    """Bounds of indicators that nobody knows, and bounds without a span between them."""
    if table["do"] != "normalise":
        return []
    low, high = table.get("low"), table.get("high")
    complaints = [
        f"{name}: {UnknownName('indicator', code, indicators)}"
        for name, given in (("low", low), ("high", high))
        for code in (given if isinstance(given, Mapping) and indicators else ())
        if code not in indicators
    ]
    named = [code for given in (low, high) if isinstance(given, Mapping) for code in given]
    for code in dict.fromkeys(named or [""]):
        least, most = (
            given.get(code) if isinstance(given, Mapping) else given for given in (low, high)
        )
        if least is not None and least == most:
            of = f" of {code}" if code else ""
            complaints.append(f"low equals high{of}: both are {least}; {TO_SPAN}")
    return complaints


def _chosen_complaints(table: Mapping[str, Any], indicators: Sequence[str]) -> list[str]:
    complaints = []
    for key in _CHOOSING:
        chosen = table.get(key, [])
        if not isinstance(chosen, list):
            complaints.append(f"{key} is {chosen!r}: expected a list of indicators")
            continue
        complaints += [
            str(UnknownName("indicator", str(code), indicators))
            for code in chosen
            if indicators and code not in indicators
        ]
    return complaints


def _step(table: Mapping[str, Any], folder: Path) -> StepSetting:
    methods = _methods_of(table)
    known = _parameters_of(table["do"], methods)
    parameters = {key: table.get(key, parameter.default) for key, parameter in known.items()}
    if "matrix" in parameters:
        parameters["matrix"] = read_comparisons(folder / parameters["matrix"])
    return StepSetting(
        do=table["do"],
        method=methods[0] if len(methods) == 1 else tuple(methods),
        parameters=parameters,
        only=tuple(table.get("only", ())),
        besides=tuple(table.get("except", ())),
    )


def _order_problems(steps: Sequence[StepSetting]) -> list[str]:
    problems = []
    done = [step.do for step in steps]
    if "aggregate" in done[:-1]:
        after = done[done.index("aggregate") + 1]
        problems.append(f"{after} stands after aggregate, which must be the last step")
    if done.count("weight") > 1:
        problems.append(f"weight stands {done.count('weight')} times: expected once")
    return problems
