"""Units that a year's divisions give: its counties, and the cities that have none."""

from functools import cache

import pyarrow as pa

from reli.reference.divisions import counties, divisions_at

__all__ = ["ABOVE", "cities_without_counties", "county_units", "with_kind"]

ABOVE = ("city_code", "city_name", "province_code", "province_name")
"""Columns that say where a unit lies."""


def county_units(vintage: int) -> pa.Table:
    """Counties of a year as units: unit, county_name, those of ABOVE, kind."""
    table = counties(vintage).rename_columns(["unit", "county_name", *ABOVE])
    return with_kind(table, "county")


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
            **{name: pa.array([row[name] for row in rows], pa.string()) for name in ABOVE},
        }
    )
    return with_kind(table, "city")


def with_kind(table: pa.Table, kind: str) -> pa.Table:
    """The units with a column `kind`, the same for all."""
    return table.append_column("kind", pa.array([kind] * table.num_rows, pa.string()))
