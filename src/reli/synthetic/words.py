"""Words and shares that the invented country is made of (data/words.toml)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from reli.reference.emerging import EMERGING

__all__ = ["Words", "words"]


@dataclass(frozen=True, kw_only=True)
class Words:
    """What data/words.toml says; a group is an emerging industry or a section of GB/T 4754."""

    brand_first: str
    brand_second: str
    brand_third: str
    stoplist: tuple[str, ...]
    roads: tuple[str, ...]
    buildings: tuple[str, ...]
    villages: tuple[str, ...]
    boilerplate: tuple[str, ...]
    permits: tuple[str, ...]
    individual_ends: tuple[str, ...]
    trades: dict[str, list[str]]
    sections: dict[str, float]
    emerging: dict[str, float]
    affinities: dict[str, dict[str, float]]

    @property
    def groups(self) -> tuple[str, ...]:
        """The eight emerging industries, then the sections."""
        return (*EMERGING, *self.sections)


@cache
def words() -> Words:
    """The words, read once."""
    text = (files("reli.synthetic") / "data" / "words.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    several: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()
    }
    return Words(**several)
