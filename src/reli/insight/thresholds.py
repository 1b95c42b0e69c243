"""Words of degree and what they mean: declared as data, printed in the method chapter."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from reli.errors import Problems, nearest
from reli.texts import read_toml, remembered

__all__ = ["Thresholds", "load_thresholds"]


OF_STANDINGS = ("main", "centre", "centre_least", "several", "few")
"""Thresholds that need no indicators."""


@dataclass(frozen=True)
class Thresholds:
    """Numbers by name, with the words whose use they govern."""

    entries: Mapping[str, Mapping[str, Any]]

    def __getitem__(self, name: str) -> float:
        return float(self.entries[name]["value"])

    def lines(self, *, of_standings: bool = False) -> tuple[tuple[str, str], ...]:
        """Words and meanings, as the method chapter prints them.

        Args:
            of_standings: only words that standings alone can bear out.
        """
        return tuple(
            (each["word"], each["meaning"].format(value=f"{each['value']:g}"))
            for name, each in self.entries.items()
            if name in OF_STANDINGS or not of_standings
        )


@remembered
def load_thresholds(override: Path | None = None) -> Thresholds:
    """The shipped thresholds, with the values of a project's file in place of theirs.

    Raises:
        Problems: the file names thresholds that do not exist, or values that are no numbers.
    """
    text = (files("reli.insight") / "thresholds.toml").read_text(encoding="utf-8")
    shipped = tomllib.loads(text)
    if override is None:
        return Thresholds(shipped)
    own = read_toml(override)
    problems = [
        problem for name, each in own.items() for problem in _complaints(name, each, shipped)
    ]
    if problems:
        raise Problems(str(override), problems)
    return Thresholds({name: {**entry, **own.get(name, {})} for name, entry in shipped.items()})


def _complaints(name: str, own: object, shipped: Mapping[str, Any]) -> list[str]:
    if name not in shipped:
        return [f"unknown threshold [{name}]: {nearest(name, list(shipped))}"]
    value = own.get("value") if isinstance(own, dict) else None
    if not isinstance(own, dict) or set(own) - set(shipped[name]):
        return [f"[{name}] may have value, word and meaning: write [{name}] and value = 5"]
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return [f"{name}.value is {value!r}: expected a number above zero"]
    return []
