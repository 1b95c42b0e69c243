"""Universes: named sets of units that are ranked together."""

from dataclasses import dataclass
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from reli.errors import InvalidData, UnknownName
from reli.reference.divisions import counties, divisions_at
from reli.reference.tables import read_shipped

__all__ = [
    "UNIVERSES",
    "UNNUMBERED",
    "WITH_ZONES",
    "Universe",
    "check",
    "cities_without_counties",
    "universe",
]

_COLUMNS = ("city_code", "city_name", "province_code", "province_name")


@dataclass(frozen=True)
class Universe:
    """Units that are ranked together, at one vintage of divisions."""

    name: str
    vintage: int
    description: str
    units: pa.Table
    """By code: unit, county_name, city_code, city_name, province_code, province_name, kind.

    kind: county; city (without counties: scored, shown, not numbered); zone (that administers its
    own area: likewise); special (a territory that is none of the vintage)."""


UNIVERSES = {
    "units-2023": "all counties of 2023, and the four cities without counties, unnumbered",
    "counties-2023": "all counties of 2023",
    "districts-2021": "all counties of 2023 but those run directly by a province, and 加格达奇区 "
    "and the rest of 海西州: the 2,814 districts of 2021, at their codes of 2023",
}


WITH_ZONES = "+zones"
UNNUMBERED = ("city", "zone")
"""Kinds of units that are scored and shown, but hold no place among the counties."""


@cache
def universe(name: str = "units-2023") -> Universe:
    """A universe by name.

    Args:
        name: one of UNIVERSES; with `+zones` behind it, also the zones that administer their own
            area, but for those whose codes follow (`units-2023+zones-320576`).

    Raises:
        UnknownName: no such universe.
    """
    plain, has_zones, without = name.partition(WITH_ZONES)
    if has_zones and (not without or without.startswith("-")):
        below = universe(plain)
        units = pa.concat_tables([below.units, _zones({*without.split("-")})]).sort_by("unit")
        said = f"{below.description}, and the zones that administer their own area, unnumbered"
        return Universe(name, below.vintage, said, units)
    if name not in UNIVERSES:
        raise UnknownName("universe", name, UNIVERSES)
    vintage = 2023
    units = _county_units(vintage)
    if name == "units-2023":
        units = pa.concat_tables([units, cities_without_counties(vintage)])
    if name == "districts-2021":
        # Codes xx90xx are run directly by a province or the 兵团.
        is_direct = pc.equal(pc.utf8_slice_codeunits(units["unit"], 2, 4), "90")
        units = pa.concat_tables([units.filter(pc.invert(is_direct)), _special_units()])
    return Universe(name, vintage, UNIVERSES[name], units.sort_by("unit"))


def _county_units(vintage: int) -> pa.Table:
    table = counties(vintage).rename_columns(["unit", "county_name", *_COLUMNS])
    return _with_kind(table, "county")


@cache
def cities_without_counties(vintage: int = 2023) -> pa.Table:
    """Prefecture-level cities that have no counties, as units that are their own county."""
    has_counties = set(counties(vintage)["city_code"].to_pylist())
    rows = [
        row
        for row in divisions_at(vintage).to_pylist()
        if row["level"] == "prefecture"
        and row["code"] not in has_counties
        # 三沙 has had counties since 2020; before 2012 it was an administration without a code.
        and row["province_code"] < "710000"
    ]
    table = pa.table(
        {
            "unit": pa.array([row["code"] for row in rows], pa.string()),
            "county_name": pa.array([row["name"] for row in rows], pa.string()),
            **{name: pa.array([row[name] for row in rows], pa.string()) for name in _COLUMNS},
        }
    )
    return _with_kind(table, "city")


def _zones(without: set[str]) -> pa.Table:
    # Hosts of zones are checked against the cities without counties, which are told here.
    from reli.reference.zone_units import zone_units

    units = [unit for code, unit in zone_units().items() if code not in without]
    rows = [
        (each.code, each.name, each.city_code, each.city, each.province_code, each.province)
        for each in units
    ]
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return _with_kind(pa.table(columns, names=["unit", "county_name", *_COLUMNS]), "zone")


def _special_units() -> pa.Table:
    return _with_kind(read_shipped("special_units.csv"), "special")


def _with_kind(table: pa.Table, kind: str) -> pa.Table:
    return table.append_column("kind", pa.array([kind] * table.num_rows, pa.string()))


def check() -> None:
    """Check that the universes have as many units as is said of them.

    Raises:
        InvalidData: what does not hold, all together.
    """
    declared = {"units-2023": 2848, "counties-2023": 2844, "districts-2021": 2814}
    problems = [
        f"{name} has {universe(name).units.num_rows} units, declared are {number}"
        for name, number in declared.items()
        if universe(name).units.num_rows != number
    ]
    if problems:
        raise InvalidData("universes: " + "; ".join(problems))
