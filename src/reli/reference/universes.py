"""Universes: named sets of units that are ranked together."""

from dataclasses import dataclass
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from reli.errors import InvalidData, UnknownName
from reli.reference.tables import read_shipped
from reli.reference.units import ABOVE, cities_without_counties, county_units, with_kind
from reli.reference.zone_units import zone_units

__all__ = [
    "UNIVERSES",
    "UNNUMBERED",
    "WITH_ZONES",
    "Universe",
    "check",
    "universe",
]


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
    units = county_units(vintage)
    if name == "units-2023":
        units = pa.concat_tables([units, cities_without_counties(vintage)])
    if name == "districts-2021":
        # Codes xx90xx are run directly by a province or the 兵团.
        is_direct = pc.equal(pc.utf8_slice_codeunits(units["unit"], 2, 4), "90")
        units = pa.concat_tables([units.filter(pc.invert(is_direct)), _special_units()])
    return Universe(name, vintage, UNIVERSES[name], units.sort_by("unit"))


def _zones(without: set[str]) -> pa.Table:
    units = [unit for code, unit in zone_units().items() if code not in without]
    rows = [
        (each.code, each.name, each.city_code, each.city, each.province_code, each.province)
        for each in units
    ]
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return with_kind(pa.table(columns, names=["unit", "county_name", *ABOVE]), "zone")


def _special_units() -> pa.Table:
    return with_kind(read_shipped("special_units.csv"), "special")


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
