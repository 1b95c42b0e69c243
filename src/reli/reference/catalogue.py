"""The reference tables together: by name, with their meaning, origin and check."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import pyarrow as pa

from reli.errors import InvalidData, Problems, UnknownName
from reli.provenance import Origin
from reli.reference import (
    census,
    divisions,
    emerging,
    further_towns,
    industries,
    ipc,
    look_alikes,
    regions,
    short_names,
    towns,
    universes,
    zone_hosts,
    zones,
)
from reli.reference.tables import read_shipped, shipped_origins

__all__ = ["TABLES", "ReferenceTable", "check_all", "table"]


@dataclass(frozen=True)
class ReferenceTable:
    """One table that can be shown."""

    name: str
    meaning: str
    file: str
    """Where it is shipped, below reference/data."""
    load: Callable[[], pa.Table]

    @property
    def origin(self) -> Origin:
        """Who made it and from what."""
        return shipped_origins()[self.file]


def _ever() -> pa.Table:
    text = pa.string()
    rows = [
        {
            "code": each.code,
            "level": each.level,
            "name": each.name,
            "city_code": each.city_code or None,
            "first_year": each.first_year,
            "last_year": each.end_year - 1 if each.status != "current" else None,
            "status": each.status,
            "successors": ";".join(f"{code}@{year}" for code, year in each.successors) or None,
        }
        for each in divisions.all_divisions()
    ]
    schema = pa.schema(
        {
            **dict.fromkeys(("code", "level", "name", "city_code"), text),
            **dict.fromkeys(("first_year", "last_year"), pa.int32()),
            **dict.fromkeys(("status", "successors"), text),
        }
    )
    return pa.Table.from_pylist(rows, schema=schema)


_DECLARED = (
    ReferenceTable(
        "divisions",
        "every division code ever valid 1981-2024, with dated successors",
        "divisions.csv",
        _ever,
    ),
    ReferenceTable("counties", "counties of 2023", "divisions.csv", divisions.counties),
    ReferenceTable("provinces", "the 31 provinces", "provinces.csv", divisions.provinces),
    ReferenceTable("towns", "town-level divisions of 2023", "towns.csv", towns.towns),
    ReferenceTable(
        "further-towns",
        "towns of former lists and of zones, with their county",
        "further_towns.csv",
        further_towns.further_towns,
    ),
    ReferenceTable(
        "short-names", "short names of divisions", "short_names.csv", short_names.short_names
    ),
    ReferenceTable("zones", "names of development zones", "zones.csv", zones.zones),
    ReferenceTable(
        "zone-hosts", "counties that zones lie in", "zone_hosts.csv", zone_hosts.zone_hosts
    ),
    ReferenceTable("industries", "GB/T 4754-2017", "gb4754.csv", industries.gb4754),
    ReferenceTable(
        "emerging",
        "strategic emerging industries (NBS 2018)",
        "sei_classes.csv",
        emerging.classes,
    ),
    ReferenceTable(
        "emerging-second-level",
        "the 40 second-level classes",
        "sei_second_level.csv",
        partial(read_shipped, "sei_second_level.csv"),
    ),
    ReferenceTable(
        "ipc",
        "symbols of the patent classification with their second-level classes",
        "ipc.csv",
        ipc.shipped_rules,
    ),
    ReferenceTable(
        "look-alikes",
        "characters that the eye takes for one another",
        "look_alikes.csv",
        look_alikes.look_alikes,
    ),
    ReferenceTable(
        "regions",
        "declared regions, as codes of provinces and cities",
        "regions.csv",
        partial(read_shipped, "regions.csv"),
    ),
    ReferenceTable(
        "special-units",
        "units of districts-2021 that are no division of 2023",
        "special_units.csv",
        partial(read_shipped, "special_units.csv"),
    ),
    ReferenceTable(
        "census", "census of 2020 by county (synthetic data)", "census_2020.csv", census.census
    ),
)

TABLES = {each.name: each for each in _DECLARED}

_CHECKS = (
    *(divisions, universes, short_names, towns, further_towns, zones, zone_hosts),
    *(industries, emerging, ipc, look_alikes, regions, census),
)


def table(name: str) -> ReferenceTable:
    """A reference table by name.

    Raises:
        UnknownName: no such table.
    """
    if name not in TABLES:
        raise UnknownName("reference table", name, TABLES)
    return TABLES[name]


@cache
def check_all() -> tuple[str, ...]:
    """Check all tables against themselves, each other and their declared counts.

    Returns:
        Names of the modules that were checked.

    Raises:
        Problems: what does not hold, all together.
    """
    problems: list[str] = []
    for module in _CHECKS:
        try:
            module.check()
        except InvalidData as error:
            problems.append(str(error))
    if problems:
        raise Problems("reference data", problems)
    return tuple(module.__name__.rpartition(".")[2] for module in _CHECKS)
