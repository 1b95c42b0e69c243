"""Rules of the recognition lists: how long an entry counts, and where a programme exists."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from reli.errors import Problems, nearest

__all__ = ["VALIDITIES", "Rules", "list_rules", "parse_list_rules"]

Rules = Mapping[str, Mapping[str, Any]]
"""List -> validity, years, coverage; lists of a project also name_zh and spellings."""

VALIDITIES = ("years", "list_year", "until_withdrawn")
_COVERAGES = ("national", "issuers")
_KEYS = ("validity", "years", "coverage", "name_zh", "spellings")


@cache
def list_rules() -> Rules:
    """Rules of the lists that come along."""
    text = (files("reli.indicators") / "lists.toml").read_text(encoding="utf-8")
    return parse_list_rules(text, "lists.toml")


def parse_list_rules(text: str, where: str) -> dict[str, Mapping[str, Any]]:
    """Rules of lists as a file of this form says them.

    Raises:
        Problems: no TOML, or rules that cannot be followed, together.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Problems(where, [f"is no TOML: {error}"]) from error
    problems = [f"{name}: {each}" for name, rule in found.items() for each in _complaints(rule)]
    if problems:
        raise Problems(where, problems)
    return found


def _complaints(rule: object) -> list[str]:
    if not isinstance(rule, Mapping):
        return ["expected a table: [my_list] with validity and coverage below it"]
    said = [f"unknown key {key!r}: {nearest(key, _KEYS)}" for key in rule if key not in _KEYS]
    for key, known in (("validity", VALIDITIES), ("coverage", _COVERAGES)):
        if rule.get(key) not in known:
            said.append(f"{key} is {rule.get(key)!r}: expected one of {', '.join(known)}")
    if rule.get("validity") == "years" and not isinstance(rule.get("years"), int):
        said.append('validity "years" needs years = 3, or another number')
    return said
