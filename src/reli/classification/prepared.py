"""The gazetteer as tables, made once and kept: a process reads them in a moment."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, partial
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path

import polars as pl

from reli.classification.below import below_contexts
from reli.classification.gazetteer import Gazetteer, gazetteer
from reli.classification.marking import names_table
from reli.classification.referents import Referent
from reli.engine.files import sha256
from reli.engine.kept import kept
from reli.reference.zone_hosts import zone_hosts

__all__ = ["Prepared", "prepared"]

_MADE_FROM = ("reference", "classification", "linkage")
"""Packages whose data and code shape the tables."""
_LISTS = ("full", "stems", "slips")
_SETS = ("codes", "parents", "reach")
_JOINED = ";"


@dataclass(frozen=True)
class Prepared:
    """All that locating looks up."""

    names: Gazetteer
    table: pl.DataFrame
    """Of `names_table`."""
    below: pl.DataFrame
    """Of `below_contexts`."""


@cache
def prepared(vintage: int = 2023, zones: Path | None = None) -> Prepared:
    """The gazetteer of a vintage, from what was kept, else built: seconds.

    Args:
        vintage: year at whose end the divisions are meant.
        zones: a user's own zones, as `zone_hosts` reads them.

    Raises:
        UnknownName: no such vintage.
        MissingFile, InvalidData, Problems: the table of zones cannot be used.
    """
    digest = hashlib.sha256(f"{_package_digest()} {vintage}".encode())
    if zones:
        digest.update(repr(zone_hosts(zones).to_pydict()).encode())
    made = kept("gazetteer", digest.hexdigest(), partial(_tables, vintage, zones))
    return Prepared(_read(vintage, made), made["names"], made["below"])


@cache
def _package_digest() -> str:
    whole = hashlib.sha256(f"polars {version('polars')}".encode())
    package = Path(__file__).parent.parent
    for name in _MADE_FROM:
        for path in sorted((package / name).rglob("*")):
            if path.suffix in {".py", ".csv", ".toml"}:
                whole.update(f"{path.relative_to(package).as_posix()} {sha256(path)}\n".encode())
    return whole.hexdigest()


def _tables(vintage: int, zones: Path | None) -> dict[str, pl.DataFrame]:
    names = gazetteer(vintage, zones)
    table = names_table(names)
    every = [(name, at, found) for at in _LISTS for name, found in getattr(names, at).items()]
    return {
        "names": table,
        "below": below_contexts(names, table["text"].to_list()),
        "lists": pl.DataFrame(
            [(name, at, len(found)) for name, at, found in every],
            ["name", "list", "meanings"],
            orient="row",
        ),
        "meanings": _written([each for _, _, found in every for each in found]),
        "divisions": pl.DataFrame(
            {
                "code": list(names.names),
                "name": list(names.names.values()),
                "city": [names.cities.get(code) for code in names.names],
            }
        ),
        "counties": pl.DataFrame(
            {
                "above": list(names.counties_of),
                "codes": list(map(_join, names.counties_of.values())),
            }
        ),
        "whole_cities": pl.DataFrame({"code": sorted(names.whole_cities)}),
        "former_cities": pl.DataFrame({"name": sorted(names.former_cities)}),
    }


def _join(codes: Sequence[str] | frozenset[str]) -> str:
    return _JOINED.join(codes if isinstance(codes, tuple) else sorted(codes))


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(_JOINED)) if text else ()


def _written(referents: list[Referent]) -> pl.DataFrame:
    """Fields of referents; codes are joined, since short texts are read quickest."""
    return pl.DataFrame(
        {
            each.name: [
                _join(getattr(one, each.name)) if each.name in _SETS else getattr(one, each.name)
                for one in referents
            ]
            for each in fields(Referent)
        }
    )


def _read(vintage: int, tables: Mapping[str, pl.DataFrame]) -> Gazetteer:
    referents = _Referents(tables["meanings"])
    lists, divisions = tables["lists"], tables["divisions"]
    ends = list(accumulate(lists["meanings"]))
    at = zip(lists["list"], lists["name"], ends, lists["meanings"], strict=True)
    spans: dict[str, dict[str, tuple[int, int]]] = {name: {} for name in _LISTS}
    for kind, name, end, size in at:
        spans[kind][name] = (end - size, end)
    return Gazetteer(
        vintage=vintage,
        full=_Names(spans["full"], referents),
        stems=_Names(spans["stems"], referents),
        slips=_Names(spans["slips"], referents),
        counties_of={above: _split(codes) for above, codes in tables["counties"].iter_rows()},
        names=dict(divisions.select("code", "name").iter_rows()),
        cities=dict(divisions.select("code", "city").drop_nulls().iter_rows()),
        whole_cities=frozenset(tables["whole_cities"]["code"]),
        former_cities=frozenset(tables["former_cities"]["name"]),
    )


class _Referents:
    """Referents by number, made when they are asked for: most never are."""

    def __init__(self, table: pl.DataFrame) -> None:
        self._columns = [table[each.name].to_list() for each in fields(Referent)]

    def made(self, begin: int, end: int) -> tuple[Referent, ...]:
        return tuple(self._one(at) for at in range(begin, end))

    def _one(self, at: int) -> Referent:
        kind, codes, parents, is_current, reach, *rest = (each[at] for each in self._columns)
        above, wide = frozenset(_split(parents)), frozenset(_split(reach))
        return Referent(kind, _split(codes), above, is_current, wide, *rest)


class _Names(Mapping[str, tuple[Referent, ...]]):
    """Meanings by name, read from a table."""

    def __init__(self, spans: dict[str, tuple[int, int]], referents: _Referents) -> None:
        self._spans = spans
        self._referents = referents
        self._made: dict[str, tuple[Referent, ...]] = {}

    def __getitem__(self, name: str) -> tuple[Referent, ...]:
        made = self._made.get(name)
        return made or self._made.setdefault(name, self._referents.made(*self._spans[name]))

    def __contains__(self, name: object) -> bool:
        return name in self._spans

    def __iter__(self) -> Iterator[str]:
        return iter(self._spans)

    def __len__(self) -> int:
        return len(self._spans)
