"""Where a table comes from, carried along the road and combined where tables meet."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reli.errors import InvalidData

__all__ = ["LICENCES", "Origin", "combine", "read_origins"]

LICENCES = ("CC0-1.0", "MIT", "WTFPL", "OFL-1.1", "Apache-2.0", "own")
"""Licences under which something may be shipped with reli; `own` means written by us."""


@dataclass(frozen=True, order=True)
class Origin:
    """One source of facts: who made it, what it is, from where, when, under which licence."""

    producer: str
    title: str
    source: str
    date: str
    licence: str
    note: str = ""


def combine(*groups: Iterable[Origin]) -> tuple[Origin, ...]:
    """Origins of a table derived from others: theirs together, each once, in a fixed order."""
    return tuple(sorted({origin for group in groups for origin in group}))


def read_origins(path: Path) -> dict[str, Origin]:
    """Origin records of the files in one folder, from its `origins.toml`: file name -> record.

    Raises:
        InvalidData: a record lacks a field, or has one that does not exist.
    """
    records = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return {name: Origin(**record) for name, record in records.items()}
    except TypeError as error:
        raise InvalidData(
            f"{path}: a record needs producer, title, source, date and licence ({error})"
        ) from error
