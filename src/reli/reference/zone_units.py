"""Zones that the Bureau of Statistics lists beside the counties, as units of their own."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reli.reference.divisions import divisions_at
from reli.reference.tables import read_text_table
from reli.reference.zone_hosts import zone_hosts
from reli.reference.zones import zones
from reli.texts import remembered

__all__ = ["ATTRIBUTIONS", "ZoneUnit", "administering", "bare", "short_place", "zone_units"]

ATTRIBUTIONS = ("territory", "administration")
"""Where the firms of such a zone count: in the counties it lies in, or in the zone itself."""
_NO_LETTERS = re.compile(r"[\s()（）\-－—·]+")


@dataclass(frozen=True)
class ZoneUnit:
    """A zone with a pseudo-county code (xxxx71 to xxxx79) whose hosts are known."""

    code: str
    name: str
    province: str
    city: str
    host: dict[str, Any]
    """Its row of `zone_hosts`."""
    city_code: str
    province_code: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Province, city and name of its row."""
        return self.host["province"], self.host["city"] or "", self.host["zone_name"]

    @property
    def hosts(self) -> tuple[str, ...]:
        """Divisions of 2023 in which it lies."""
        return tuple(self.host["host_codes"].split(";"))


@remembered
def zone_units(own: Path | None = None) -> dict[str, ZoneUnit]:
    """Zones by their pseudo-county code; those whose hosts are not told are left out.

    Args:
        own: a user's own zones, as `zone_hosts` reads them.
    """
    by_name: dict[tuple[str, str], dict[str, Any]] = {}
    for row in zone_hosts(own).to_pylist():
        for text in (row["zone_name"], *(row["aliases"] or "").split(";")):
            by_name.setdefault((row["province"], _plain(text, row)), row)
    codes = {row["name"]: row["code"] for row in _above()}
    found = {}
    for zone in zones().to_pylist():
        host = by_name.get((zone["province"], _plain(zone["zone_name"], zone)))
        if zone["level"] == "nbs_statistical_zone" and host and host["host_codes"]:
            code, province, city = zone["nbs_code"], zone["province"], zone["city"]
            found[code] = ZoneUnit(
                code, zone["zone_name"], province, city, host, codes[city], codes[province]
            )
    return found


@remembered
def administering(own: Path | None = None) -> dict[str, ZoneUnit]:
    """Those that are units where firms count by administration: all that `own` leaves as they are.

    A row of the user's own whose `attribution` is `territory` leaves its firms in their counties;
    one that strikes a zone out takes the unit away too.
    """
    left = _kept_in_counties(own) if own else frozenset()
    return {code: unit for code, unit in zone_units(own).items() if unit.key not in left}


def _kept_in_counties(own: Path) -> frozenset[tuple[str, str, str]]:
    rows = read_text_table(own).to_pylist()
    return frozenset(
        (row["province"] or "", row.get("city") or "", row["zone_name"] or "")
        for row in rows
        if row.get("attribution") == "territory"
    )


def _above() -> list[dict[str, Any]]:
    return [row for row in divisions_at(2023).to_pylist() if row["level"] != "county"]


def bare(name: str) -> str:
    """A name without brackets, dashes and spaces: these are taken off addresses too."""
    return _NO_LETTERS.sub("", name)


def short_place(place: str | None) -> str:
    """The two characters that a place's name begins with: enough beside the zone's own name."""
    return (place or "")[: 3 if place and place.startswith(("内蒙古", "黑龙江")) else 2]


def _plain(name: str, row: dict[str, Any]) -> str:
    """A zone's name as it is, but for its province, and 市 behind its city."""
    city = (row["city"] or "").removesuffix("市")
    short = bare(name).removeprefix(short_place(row["province"]))
    return short.removeprefix("自治区").replace(f"{city}市", city, 1) if city else short
