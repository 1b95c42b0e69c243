"""What only the profile of a unit shows: zones, peers, quality of its data, industries that fit."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from reli.reference.zone_hosts import zone_hosts
from reli.web.encoding import column
from reli.web.release import Release

__all__ = ["fit_data", "unit_data"]

ADVICE = {"strength": "s", "present": "p", "fits": "f", "open": "o"}


def unit_data(release: Release, industries: Sequence[str]) -> dict[str, Any]:
    """Zones, peers, hot indices and quality by unit."""
    units = release.tables["divisions"]["division_code"].to_list()
    return {
        "zones": _zones(set(units)),
        "peers": _peers(release.tables.get("peers"), units),
        "hot": _hot(release.tables.get("clusters"), units, industries),
        "quality": _quality(release),
    }


def _zones(known: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in zone_hosts().to_pylist():
        for code in (row["host_codes"] or "").split(";"):
            if code in known:
                found.setdefault(code, []).append(row["zone_name"])
    return dict(sorted(found.items()))


def _peers(table: pl.DataFrame | None, units: Sequence[str]) -> str:
    """Peers of each unit as places in the directory: by semicolon, the most alike first."""
    if table is None or "peer" not in table.columns:
        return ""
    place = {code: str(number) for number, code in enumerate(units)}
    found: dict[str, list[str]] = {}
    for code, peer in table.sort("place").select("division_code", "peer").iter_rows():
        if peer in place:
            found.setdefault(code, []).append(place[peer])
    return ";".join(",".join(found.get(code, ())) for code in units)


def _hot(
    table: pl.DataFrame | None, units: Sequence[str], industries: Sequence[str]
) -> dict[str, str]:
    """Indices in which a unit is hot among hot neighbours, as their places."""
    if table is None or "cluster" not in table.columns:
        return {}
    known, found = set(units), dict[str, list[str]]()
    for industry, code in (
        table.filter(pl.col("cluster") == "hot").select("industry", "division_code").iter_rows()
    ):
        if code in known and industry in industries:
            found.setdefault(code, []).append(str(industries.index(industry)))
    return {code: ",".join(places) for code, places in found.items()}


def _quality(release: Release) -> dict[str, str]:
    """Columns of the table of quality, by name."""
    table = release.tables.get("quality")
    if table is None:
        return {}
    rows = release.tables["divisions"].select("division_code").join(
        table, on="division_code", how="left", maintain_order="left"
    )  # fmt: skip
    plain = rows.drop("division_code").with_columns(
        pl.col(pl.Float64).round(1), pl.col(pl.Boolean).cast(pl.Int32)
    )
    return {name: column(plain[name].to_list()) for name in plain.columns}


def fit_data(release: Release, industries: Sequence[str]) -> dict[str, dict[str, str]]:
    """How each industry goes with what a unit specialises in, by place of the industry."""
    table = release.tables.get("fit")
    if table is None:
        return {}
    units = release.tables["divisions"].select("division_code")
    rows = table.filter(pl.col("division_level") == "county")
    found = {}
    for place, industry in enumerate(industries):
        own = units.join(
            rows.filter(pl.col("industry") == industry),
            on="division_code",
            how="left",
            maintain_order="left",
        )
        if own["lq"].null_count() < own.height:
            found[str(place)] = _fit_columns(own)
    return found


def _fit_columns(rows: pl.DataFrame) -> dict[str, str]:
    groups = pl.format("{}/{}", "group_specialised", "group_places")
    plain = rows.select(
        pl.col("lq", "rca", "density").round(2),
        rank="fit_rank",
        group=groups,
        advice=pl.col("advice").replace_strict(ADVICE, default=None),
    )
    return {name: column(plain[name].to_list()) for name in plain.columns}
