"""Other ways in which a place is told: by a zone, or by the county that it has since left."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from reli.reference.divisions import Division, all_divisions, convert
from reli.reference.zones import zones
from reli.synthetic.draw import Ints, Ragged
from reli.synthetic.population import FIRST_DAY

__all__ = ["Told", "split_counties", "zone_names"]

_ZONE = re.compile("[一-鿿]{6,}(?:开发区|园区|产业园|工业园|示范区|保税区|工业区|科技园)")
_FIRST_SPLIT = 2010
"""Of earlier splits hardly an address is left."""


@dataclass(frozen=True)
class Told:
    """Names by unit."""

    texts: pl.Series
    of_unit: Ragged
    until: Ints
    """Day since 1980 on which the name ceased to be right; far away where it still is."""


@cache
def zone_names(codes: tuple[str, ...]) -> Told:
    """Zones that are towns of one county and bear a name that no other zone bears."""
    rows = zones().to_pylist()
    names = [row["zone_name"] for row in rows]
    found = [
        (row["division_code"], row["zone_name"], 9999)
        for row in rows
        if row["division_code"]
        and _ZONE.fullmatch(row["zone_name"])
        and names.count(row["zone_name"]) == 1
    ]
    return _told(codes, found)


@cache
def split_counties(codes: tuple[str, ...]) -> Told:
    """Counties whose territory was divided, for each unit that got a part and another code.

    The town in such an address decides: 杭州市余杭区临平街道 lies in 临平区 since 2021.
    """
    return _told(codes, sorted(set(_splits(set(codes)))))


def _splits(units: set[str]) -> Iterator[tuple[str, str, int]]:
    for each in all_divisions():
        for year in sorted({year for _, year in each.successors}):
            if _is_county_until(each, year):
                parts = convert(each.code, from_vintage=year - 1).codes
                for part in parts if len(parts) > 1 else ():
                    if part in units and part != each.code:
                        yield part, each.name, year


def _is_county_until(each: Division, year: int) -> bool:
    return each.level == "county" and year >= _FIRST_SPLIT and each.is_valid(year - 1)


def _told(codes: tuple[str, ...], found: list[tuple[str, str, int]]) -> Told:
    place = {code: at for at, code in enumerate(codes)}
    of_unit: list[list[int]] = [[] for _ in codes]
    kept = [row for row in found if row[0] in place]
    for number, (code, _, _) in enumerate(kept):
        of_unit[place[code]].append(number)
    years = np.array([year for _, _, year in kept] or [0], np.int64) - 1970
    days = years.astype("datetime64[Y]").astype("datetime64[D]") - FIRST_DAY
    names = [name for _, name, _ in kept] or [""]
    return Told(pl.Series(names, dtype=pl.String), Ragged(of_unit), days.astype(np.int64))
