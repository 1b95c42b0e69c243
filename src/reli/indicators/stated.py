"""Reads the measures of a framework file, and refuses what their kinds do not take."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from reli.errors import Problems, UnknownName
from reli.indicators.leaders import PARTS
from reli.indicators.lists import Rules, list_rules
from reli.indicators.measure import KINDS, Measure
from reli.indicators.works import PATENT_BASES
from reli.sources.spellings import MARKETS, RANKINGS

__all__ = ["choices_of", "read_measures"]


def read_measures(
    nodes: Mapping[str, Mapping[str, Any]], rules: Rules | None = None
) -> tuple[Measure, ...]:
    """Measures of a framework's indicators.

    Args:
        nodes: indicator code -> its `measure` table.
        rules: validity and coverage of recognition lists; the shipped ones by default.

    Raises:
        Problems: unknown kinds, parameters, lists and parts, together.
    """
    known = list_rules() if rules is None else rules
    problems: list[str] = []
    measures = []
    for code, raw in nodes.items():
        complaints = _complaints(raw, known)
        problems += [f"{code}: {complaint}" for complaint in complaints]
        if not complaints:
            usual = {"indicator": code, "table": KINDS[raw["kind"]].tables[0]}
            several = {name: tuple(raw.get(name, ())) for name in _SEVERAL}
            measures.append(Measure(**{**usual, **raw, **several}))
    if problems:
        raise Problems("measures of the framework", problems)
    return tuple(measures)


_SEVERAL = ("markets", "parts", "levels")
_PARAMETERS = sorted({each.name for each in fields(Measure)} - {"indicator"})
_OF_ALL = ("kind", "table", "overall_scope", "reference")
"""Parameters that measures of every kind take."""
_BASES = {"registrations": ("yearly", "surviving"), "granted": tuple(PATENT_BASES)}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "counts": ("enterprises", "rows"),
    "counted": ("registered", "active"),
    "overall_scope": ("sei_union", "all_enterprises"),
    "markets": tuple(MARKETS),
    "parts": tuple(PARTS),
}


def _complaints(raw: Mapping[str, Any], rules: Rules) -> list[str]:
    if not raw:
        return [f'has no measure: expected measure = {{ kind = "…" }}, of {", ".join(KINDS)}']
    name = str(raw.get("kind"))
    if name not in KINDS:
        unknown = [key for key in raw if key not in _PARAMETERS]
        named = [("parameter", key, _PARAMETERS) for key in unknown]
        named.append(("kind of measure", name, list(KINDS)))
        return [str(UnknownName(*each)) for each in named]
    kind = KINDS[name]
    choices = choices_of(name, rules)
    complaints = _not_taken(raw, name)
    for key, value in raw.items():
        if key in (*_OF_ALL, *kind.takes):
            complaints += _misstated(key, value, choices.get(key, ()))
    if kind.needs and not raw.get(kind.needs):
        expected = ", ".join(choices[kind.needs])
        complaints.append(f"kind {name!r} needs {kind.needs!r}: of {expected}")
    if raw.get("by") == "ipc" and raw.get("overall_scope") == "all_enterprises":
        complaints.append(
            "overall_scope 'all_enterprises': by 'ipc' 综合 counts the industries' patents alone"
        )
    return complaints


def choices_of(kind: str, rules: Rules) -> dict[str, tuple[str, ...]]:
    """Parameter -> the values that it may take in measures of a kind, where they are few."""
    of_kind = {
        "basis": _BASES.get(kind, ()),
        "table": KINDS[kind].tables,
        "list": tuple(rules) if kind == "recognised" else tuple(RANKINGS),
        "by": ("owner", "ipc"),
    }
    return {**_CHOICES, **of_kind}


def _not_taken(raw: Mapping[str, Any], name: str) -> list[str]:
    """Parameters that the kind would pass over."""
    takes = (*_OF_ALL, *KINDS[name].takes)
    complaints = []
    for key in raw:
        if key not in _PARAMETERS:
            complaints.append(str(UnknownName("parameter", key, takes)))
        elif key not in takes:
            complaints.append(f"kind {name!r} takes no {key!r}: it takes {', '.join(takes)}")
    return complaints


def _misstated(key: str, value: object, choices: Sequence[str]) -> Iterator[str]:
    """Values of another type than the parameter's, or outside of its choices."""
    kind, expected = _TYPES.get(key, (str, "text"))
    if isinstance(value, bool) or not isinstance(value, kind):
        yield f"{key} is {value!r}: expected {expected}"
        return
    if isinstance(value, int | float) and not 0 <= value < math.inf:
        yield f"{key} is {value!r}: expected {expected}, 0 or more"
    for each in value if isinstance(value, list) else [value]:
        if choices and each not in choices:
            yield str(UnknownName(key, str(each), choices))


_TYPES: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    **dict.fromkeys(_SEVERAL, (list, "a list of texts")),
    "prior_enterprises": ((int, float), "a number of enterprises"),
    "years_back": (int, "a number of years"),
}
