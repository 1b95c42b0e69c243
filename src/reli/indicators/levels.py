"""Levels of units: counties, cities, provinces, regions, each counted from the same places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import polars as pl
import pyarrow as pa

from reli.reference.divisions import divisions_at
from reli.reference.regions import members, region_names
from reli.reference.universes import universe

__all__ = ["LEVELS", "Units", "units_of"]

LEVELS = ("county", "city", "province", "region")

_BEYOND = ("71", "81", "82")
"""台湾, 香港 and 澳门: in no register of the mainland."""


@dataclass(frozen=True)
class Units:
    """What is scored.

    `units` has a row a unit: unit, province_code (whose share few enterprises are drawn to), name.
    `membership` maps place to unit: each county to itself, or to its city, province or regions.
    A place that is a city or a province belongs to the units that contain all of it.
    """

    units: pl.DataFrame
    membership: pl.DataFrame
    level: str = ""

    @cached_property
    def smallest(self) -> pl.DataFrame:
        """Membership of the places that contain no other: counties, cities without counties."""
        place = pl.col("place")
        above = pl.concat(
            [
                self.membership.select(place.str.slice(0, 2) + "0000", below=place),
                self.membership.select(place.str.slice(0, 4) + "00", below=place),
            ]
        ).filter(place != pl.col("below"))
        return self.membership.join(above, on="place", how="anti")

    @cached_property
    def smallest_within(self) -> pl.DataFrame:
        """The same with what each lies in: place, unit, city, province."""
        place = pl.col("place")
        return self.smallest.with_columns(
            city=place.str.slice(0, 4) + "00", province=place.str.slice(0, 2) + "0000"
        )


@cache
def units_of(level: str, universe_name: str = "units-2023") -> Units:
    """Units of a level, at the vintage of a universe.

    Counties are those of the universe. Cities are the divisions at prefecture level and the four
    municipalities; counties run directly by a province are in no city. Regions may overlap.
    """
    if level == "county":
        units = pl.DataFrame(universe(universe_name).units).select(
            "unit", "province_code", name="county_name"
        )
        return Units(units, units.select("unit", place="unit"), level)
    known = universe(universe_name)
    frame = pl.DataFrame(_divisions(known.vintage))
    frame = pl.concat([frame, _zones(known.units).select(frame.columns)])
    named = dict(frame.select("code", "name").iter_rows())
    above = {"city": _cities, "province": _provinces, "region": _regions}[level](frame)
    rows = [(place, unit) for place, units in above.items() for unit in units]
    membership = pl.DataFrame(rows, schema=["place", "unit"], orient="row")
    units = (
        membership.select("unit")
        .unique(maintain_order=True)
        .with_columns(
            name=pl.col("unit").replace(named),
            province_code=pl.col("unit").str.slice(0, 2) + "0000" if level == "city" else "unit",
        )
    )
    return Units(units.select("unit", "province_code", "name"), membership, level)


@cache
def _divisions(vintage: int) -> pa.Table:
    table = pl.DataFrame(divisions_at(vintage))
    return table.filter(~pl.col("code").str.slice(0, 2).is_in(_BEYOND)).to_arrow()


def _zones(units: pa.Table) -> pl.DataFrame:
    """Zones that are units, in the form of divisions."""
    rows = pl.DataFrame(units).filter(pl.col("kind") == "zone")
    return rows.rename({"unit": "code", "county_name": "name"}).with_columns(level=pl.lit("county"))


def _cities(frame: pl.DataFrame) -> Mapping[str, Iterable[str]]:
    rows = frame.filter(pl.col("city_code").is_not_null()).select("code", "city_code")
    found = {code: (city,) for code, city in rows.iter_rows()}
    prefectures = frame.filter(pl.col("level") == "prefecture")["code"]
    return found | {code: (code,) for code in (*prefectures, *_municipalities(frame))}


def _municipalities(frame: pl.DataFrame) -> Iterable[str]:
    cities = frame["city_code"].drop_nulls().unique(maintain_order=True)
    return cities.filter(cities.str.ends_with("0000"))


def _provinces(frame: pl.DataFrame) -> Mapping[str, Iterable[str]]:
    return {code: (province,) for code, province in
            frame.select("code", "province_code").iter_rows()}  # fmt: skip


def _regions(frame: pl.DataFrame) -> Mapping[str, Iterable[str]]:
    found: dict[str, list[str]] = {}
    rows = list(frame.select("code", "city_code", "province_code").iter_rows())
    for region in region_names():
        inside = set(members(region))
        for code, city, province in rows:
            if inside & {code, city, province}:
                found.setdefault(code, []).append(region)
    return found
