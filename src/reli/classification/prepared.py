"""The gazetteer as tables, made once and kept: a process reads them in a moment."""

import gc
import hashlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import cast

import polars as pl

from reli.classification.below import Below, below_contexts
from reli.classification.digest import package_digest
from reli.classification.gazetteer import Gazetteer, gazetteer
from reli.classification.marking import names_table
from reli.classification.referents import Kind, Referent
from reli.engine.kept import kept
from reli.reference.zone_hosts import zone_hosts

__all__ = ["Prepared", "prepared"]

_LISTS = ("full", "stems", "slips")
_FORM_OF_LISTS = ("name", "list", "meanings")
_JOINED, _FIELD = ";", "\t"


@dataclass(frozen=True)
class Prepared:
    """All that locating looks up."""

    names: Gazetteer
    table: pl.DataFrame
    """Of `names_table`."""
    below: Below


@cache
def prepared(
    vintage: int = 2023, zones: Path | None = None, attribution: str = "territory"
) -> Prepared:
    """The gazetteer of a vintage, from what was kept, else built: seconds.

    Args:
        vintage: year at whose end the divisions are meant.
        zones: a user's own zones, as `zone_hosts` reads them.
        attribution: of ATTRIBUTIONS: whether zones that administer their own area are units.

    Raises:
        UnknownName: no such vintage.
        MissingFile, InvalidData, Problems: the table of zones cannot be used.
    """
    digest = hashlib.sha256(f"{package_digest()} {vintage} {attribution}".encode())
    if zones:
        digest.update(repr(zone_hosts(zones).to_pydict()).encode())
    with _uncollected():
        made = kept("gazetteer", digest.hexdigest(), partial(_tables, vintage, zones, attribution))
        below = Below(made["below_contexts"], made["below_parts"])
        read = Prepared(_read(vintage, made), made["names"], below)
    # It stays as long as the process: the collector of garbage need not go through it each time.
    gc.freeze()
    return read


@contextmanager
def _uncollected() -> Iterator[None]:
    """Switch garbage collection off: it would search half a million objects, all of which last."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _tables(vintage: int, zones: Path | None, attribution: str) -> dict[str, pl.DataFrame]:
    names = gazetteer(vintage, zones, attribution)
    table = names_table(names)
    below = below_contexts(names, table["text"].to_list())
    every = [
        (name, kind, "\n".join(map(_written, found)))
        for kind in _LISTS
        for name, found in getattr(names, kind).items()
    ]
    return {
        "names": table,
        "below_contexts": below.contexts,
        "below_parts": below.parts,
        "lists": pl.DataFrame(dict(zip(_FORM_OF_LISTS, zip(*every, strict=True), strict=True))),
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
        "zone_units": pl.DataFrame(
            [(code, _join(hosts)) for code, hosts in names.zone_units.items()],
            {"code": pl.String, "hosts": pl.String},
            orient="row",
        ),
        "whole_cities": pl.DataFrame({"code": sorted(names.whole_cities)}),
        "former_cities": pl.DataFrame({"name": sorted(names.former_cities)}),
    }


def _join(codes: Collection[str]) -> str:
    return _JOINED.join(codes if isinstance(codes, tuple) else sorted(codes))


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(_JOINED)) if text else ()


def _written(each: Referent) -> str:
    """A referent as one text."""
    flags = ("1" if flag else "" for flag in (each.is_current, each.is_swapped, each.spans))
    sets = (_join(each.codes), _join(each.parents), _join(each.reach))
    return _FIELD.join((each.kind, *sets, str(each.last_year), *flags, each.needs, each.home))


def _referents(texts: str) -> tuple[Referent, ...]:
    return tuple(map(_referent, texts.split("\n")))


def _referent(text: str) -> Referent:
    kind, codes, parents, reach, year, is_current, is_swapped, spans, needs, home = text.split(
        _FIELD
    )
    return Referent(
        cast("Kind", kind),
        _split(codes),
        frozenset(_split(parents)),
        bool(is_current),
        frozenset(_split(reach)),
        int(year),
        bool(is_swapped),
        bool(spans),
        needs,
        home,
    )


def _read(vintage: int, tables: Mapping[str, pl.DataFrame]) -> Gazetteer:
    lists, divisions = tables["lists"], tables["divisions"]
    full, stems, slips = (
        _Names(_pairs(lists.filter(list=kind).select("name", "meanings"))) for kind in _LISTS
    )
    return Gazetteer(
        vintage=vintage,
        full=full,
        stems=stems,
        slips=slips,
        counties_of={above: _split(codes) for above, codes in _pairs(tables["counties"]).items()},
        names=_pairs(divisions.select("code", "name")),
        cities=_pairs(divisions.select("code", "city").drop_nulls()),
        whole_cities=frozenset(tables["whole_cities"]["code"]),
        former_cities=frozenset(tables["former_cities"]["name"]),
        zone_units={code: _split(hosts) for code, hosts in _pairs(tables["zone_units"]).items()},
    )


def _pairs(table: pl.DataFrame) -> dict[str, str]:
    """Texts by texts: two whole columns are read in half the time of their rows."""
    keys, values = (column.to_list() for column in table)
    return dict(zip(keys, values, strict=True))


class _Names(Mapping[str, tuple[Referent, ...]]):
    """Meanings by name, each made from its text when it is asked for: most never are.

    A dictionary of texts is quick to read, and the collector of garbage passes it by.
    """

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts
        self._made: dict[str, tuple[Referent, ...]] = {}

    def __getitem__(self, name: str) -> tuple[Referent, ...]:
        made = self._made.get(name)
        return made or self._made.setdefault(name, _referents(self._texts[name]))

    def __contains__(self, name: object) -> bool:
        return name in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)
