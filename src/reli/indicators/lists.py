"""Rules of the recognition lists: how long an entry counts, and where a programme exists."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from reli.errors import Problems, nearest
from reli.sources.spellings import RECOGNITION_LISTS

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
    problems += _of_several(found)
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
    years = rule.get("years")
    if rule.get("validity") == "years" and (type(years) is not int or years < 1):
        said.append('validity "years" needs years = 3, or another number of 1 or more')
    return [*said, *_misnamed(rule)]


def _misnamed(rule: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(rule.get("name_zh", ""), str):
        yield f"name_zh is {rule['name_zh']!r}: expected a text"
    spellings = rule.get("spellings", [])
    if not isinstance(spellings, list) or not all(isinstance(each, str) for each in spellings):
        yield f'spellings is {spellings!r}: expected a list of texts, such as ["绿色工厂"]'


def _of_several(found: Mapping[str, object]) -> Iterator[str]:
    """Spellings that mean two lists: files could not be told apart."""
    known = {each: name for name, several in RECOGNITION_LISTS.items() for each in several}
    for name, rule in found.items():
        if not isinstance(rule, Mapping) or any(_misnamed(rule)):
            continue
        for spelling in filter(None, (rule.get("name_zh"), *rule.get("spellings", ()))):
            if (other := known.setdefault(spelling, name)) != name:
                yield f"{name}: {spelling!r} means {other} already; name it otherwise"
