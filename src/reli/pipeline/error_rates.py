"""How often each class of evidence is wrong: measured counts, and rates drawn from them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from reli.errors import MissingFile, Problems, nearest
from reli.texts import written_text

__all__ = ["KINDS", "MISSED", "ErrorRates", "read_error_rates"]

KINDS = ("place", "industry", "link")
MISSED = "missed"
_KEYS = {"kind", "class", "of", "wrong"}


@dataclass(frozen=True)
class ErrorRates:
    """By kind and class, how many assignments were checked, and how many of them were wrong."""

    counts: Mapping[tuple[str, str], tuple[int, int]]

    def draw(self, kind: str, names: Sequence[str], rng: np.random.Generator) -> np.ndarray:
        """A rate for each class, as likely as the counts make it.

        Beta(wrong + 1/2, right + 1/2), the posterior under Jeffreys' prior (Gelman et al., Bayesian
        Data Analysis, 3rd ed. 2013, section 2.8): none wrong of forty is not none at all. The empty
        class (nothing was assigned) is never wrong; a class that was not measured has the counts of
        its kind.
        """
        return np.array([self._draw(kind, name, rng) for name in names])

    def of(self, kind: str, name: str) -> tuple[int, int]:
        """How many of a class were checked, and how many were wrong; of its kind, if none were."""
        return self.counts.get((kind, name)) or self._whole(kind)

    def _draw(self, kind: str, name: str, rng: np.random.Generator) -> float:
        if not name:
            return 0.0
        of, wrong = self.of(kind, name)
        return float(rng.beta(wrong + 0.5, of - wrong + 0.5))

    def _whole(self, kind: str) -> tuple[int, int]:
        of, wrong = 0, 0
        for (its, name), counts in self.counts.items():
            if its == kind and name != MISSED:
                of, wrong = of + counts[0], wrong + counts[1]
        return of, wrong


def read_error_rates(path: Path | None = None) -> ErrorRates:
    """Measured counts from a TOML file of [[rate]] tables; the shipped one if none is named.

    Raises:
        MissingFile: the named file is not there.
        Problems: unknown keys or kinds, numbers that are none, together.
    """
    if path is not None and not path.is_file():
        raise MissingFile(f"{path} does not exist: it is named as error_rates in reli.toml")
    own = files("reli.pipeline") / "error_rates.toml"
    text = written_text(path) if path else own.read_text(encoding="utf-8")
    where = str(path or "error_rates.toml")
    try:
        tables = tomllib.loads(text.lstrip("\ufeff")).get("rate", [])
    except tomllib.TOMLDecodeError as error:
        raise Problems(where, [f"is no TOML: {error}"]) from error
    problems = [
        f"rate {number}: {complaint}"
        for number, table in enumerate(tables, 1)
        for complaint in _complaints(table)
    ]
    if problems:
        raise Problems(where, problems)
    return ErrorRates({(row["kind"], row["class"]): (row["of"], row["wrong"]) for row in tables})


def _complaints(table: Mapping[str, Any]) -> list[str]:
    missing = sorted(_KEYS - set(table))
    if missing:
        return [f"has no {key}" for key in missing]
    complaints = [
        f"unknown key {key!r}: {nearest(key, sorted(_KEYS))}" for key in table if key not in _KEYS
    ]
    if table["kind"] not in KINDS:
        complaints.append(f"unknown kind {table['kind']!r}: {nearest(str(table['kind']), KINDS)}")
    of, wrong = table["of"], table["wrong"]
    if not (isinstance(of, int) and isinstance(wrong, int) and 0 <= wrong <= of):
        complaints.append(
            f"of is {of!r} and wrong is {wrong!r}: expected whole numbers, wrong <= of"
        )
    return complaints
