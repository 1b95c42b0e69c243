"""Where zones lie: development zones, new areas, free-trade and bonded zones, with their hosts."""

from collections import defaultdict
from functools import cache

import pyarrow as pa

from reli.errors import InvalidData
from reli.reference.divisions import counties, divisions_at
from reli.reference.tables import read_shipped
from reli.reference.universes import cities_without_counties

__all__ = ["KINDS", "check", "zone_hosts"]

KINDS = ("economic", "high_tech", "new_area", "free_trade", "bonded", "airport", "other")


@cache
def zone_hosts() -> pa.Table:
    """National zones and new areas, and large provincial ones, with the counties they lie in.

    Returns:
        Table of zone_name, kind (of KINDS), province, city (null: several cities, or run by the
        province), host_codes (divisions of 2023 joined by `;`; null where they are not told),
        principal (the host that stands for the zone where an address names nothing else; null
        where none does), aliases (joined by `;`), basis (editor: written by us from public
        knowledge).
    """
    return read_shipped("zone_hosts.csv")


def check() -> None:
    """Check hosts and parents against the divisions of 2023.

    Raises:
        InvalidData: what does not hold, all together.
    """
    known = {*counties(2023)["division_code"].to_pylist()}
    known |= {*cities_without_counties(2023)["unit"].to_pylist()}
    names = {*divisions_at(2023)["name"].to_pylist(), None}
    problems = _said_twice()
    for row in zone_hosts().to_pylist():
        hosts = (row["host_codes"] or "").split(";") if row["host_codes"] else []
        problems += [f"{row['zone_name']}: no division {code}" for code in {*hosts} - known]
        if row["principal"] and row["principal"] not in hosts:
            problems.append(f"{row['zone_name']}: its principal is no host")
        if row["kind"] not in KINDS:
            problems.append(f"{row['zone_name']}: kind {row['kind']!r}")
        problems += [
            f"{row['zone_name']}: no division {row[level]!r}"
            for level in ("province", "city")
            if row[level] not in names
        ]
    if problems:
        raise InvalidData("zone_hosts.csv: " + "; ".join(problems))


def _said_twice() -> list[str]:
    """Names, aliases included, that stand for zones of different hosts in one city."""
    hosts: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in zone_hosts().to_pylist():
        for name in {row["zone_name"], *(row["aliases"] or row["zone_name"]).split(";")}:
            hosts[row["province"], row["city"] or "", name].add(row["host_codes"] or "")
    return [f"{name}: stands twice" for (_, _, name), found in hosts.items() if len(found) > 1]
