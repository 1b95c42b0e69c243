"""The wording of sentences, kept as data: which ways of saying a thing there are, and which to use.

The texts stand in patterns.toml and nowhere else; a project's own patterns.toml replaces them kind
by kind.
"""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

from reli.errors import InvalidSetting, Problems, nearest
from reli.reference.emerging import OVERALL
from reli.texts import read_toml, remembered

__all__ = ["Patterns", "load_patterns"]

Variants = Sequence[str]


@dataclass(frozen=True)
class Patterns:
    """Ways of saying things, and names in running text."""

    texts: Mapping[str, Mapping[str, Any]]

    def say(self, section: str, kind: str, key: str, /, **slots: object) -> str:
        """A filled pattern; which of the variants is fixed by the key, on every machine alike."""
        return self._variant(section, kind, key).format(**slots)

    def _variant(self, section: str, kind: str, key: str) -> str:
        variants: Variants = self.texts[section][kind]
        digest = hashlib.sha256(f"{section}/{kind}/{key}".encode()).digest()
        return variants[int.from_bytes(digest[:4], "big") % len(variants)]

    def subject(self, industry: str) -> str:
        """What is ranked, such as 新材料产业热力值."""
        names = self.texts["name"]
        return str(names["overall" if industry == OVERALL else "industry"]).format(
            industry=industry
        )

    def indicator(self, code: str, industry: str, years: str) -> str:
        """What an indicator is called in a sentence; empty where its own name will do.

        Args:
            code: of the indicator.
            industry: industry that it counts.
            years: length of the window of new registrations, in words.
        """
        entry: Mapping[str, str] = self.texts["indicator"].get(code, {})
        form = "overall" if industry == OVERALL else "industry"
        return str(entry.get(form, entry.get("overall", ""))).format(industry=industry, years=years)

    def word(self, name: str) -> str:
        """A single word."""
        return str(self.texts["words"][name])

    def part(self, kind: str) -> str:
        """A kind of firm that a count is made of."""
        known = self.texts["parts"]
        if kind not in known:
            raise InvalidSetting(f"unknown kind of firm {kind!r}: {nearest(kind, list(known))}")
        return str(known[kind])


@remembered
def load_patterns(override: Path | None = None) -> Patterns:
    """The shipped patterns, with those of a project's file in place of their kinds.

    Raises:
        Problems: the file names kinds that do not exist, or slots that a kind cannot fill.
    """
    shipped = tomllib.loads((files("reli.insight") / "patterns.toml").read_text(encoding="utf-8"))
    if override is None:
        return Patterns(shipped)
    own = read_toml(override)
    problems = [
        problem for section in own for problem in _complaints(section, own[section], shipped)
    ]
    if problems:
        raise Problems(str(override), problems)
    return Patterns({name: {**texts, **own.get(name, {})} for name, texts in shipped.items()})


def _complaints(section: str, own: object, shipped: Mapping[str, Mapping[str, Any]]) -> list[str]:
    if section not in shipped:
        return [f"unknown section [{section}]: {nearest(section, list(shipped))}"]
    if not isinstance(own, dict):
        return [f"{section} must be a section: write [{section}]"]
    problems = []
    for kind, text in own.items():
        known = shipped[section]
        if kind not in known:
            if section not in ("indicator", "parts"):
                problems.append(f"unknown {section}.{kind}: {nearest(kind, list(known))}")
        elif type(text) is not type(known[kind]) or not text:
            expected = "a list of texts" if isinstance(known[kind], list) else "as shipped"
            problems.append(f"{section}.{kind} has the wrong form: expected {expected}")
        else:
            problems += _strange_slots(f"{section}.{kind}", _slots(text), _slots(known[kind]))
    return problems


def _strange_slots(where: str, own: set[str], known: set[str]) -> list[str]:
    return [
        f"{where} cannot fill {{{slot}}}: {nearest(slot, sorted(known)) or 'it has no slots'}"
        for slot in sorted(own - known)
    ]


def _slots(text: object) -> set[str]:
    """Names in braces in a text, or in the texts of a list or table."""
    if isinstance(text, dict):
        return set().union(*map(_slots, text.values()))
    if isinstance(text, list):
        return set().union(*map(_slots, text))
    return {slot for _, slot, _, _ in Formatter().parse(str(text)) if slot is not None}
