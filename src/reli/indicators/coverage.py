"""Where a programme exists: the difference between zero and missing."""

import polars as pl

from reli.indicators.levels import Units

__all__ = ["covered_units"]

_WITHIN = ("place", "city", "province", "country")
_COUNTRY = "000000"
"""Under which the coverage table speaks of all divisions."""


def covered_units(
    units: Units, asked: pl.DataFrame, entries: pl.DataFrame, declared: pl.DataFrame
) -> pl.DataFrame:
    """Units all of whose counties a programme is known to cover.

    What the coverage table says of a county goes before what it says of its city, that before its
    province and that before the country. Where it says nothing, a national list covers every
    county, and a list kept by its issuers the provinces that have an entry at all: elsewhere the
    programme's absence cannot be told from missing data.

    Args:
        units: of any level.
        asked: indicator, list, is_national (else it is kept by issuers).
        entries: indicator, place: where there are entries.
        declared: list, division_code, state (covered, none, unknown); of several rows of a division
            the last holds.

    Returns:
        Frame of indicator, unit.
    """
    last = declared.unique(["list", "division_code"], keep="last")
    states = last.select("list", "division_code", is_said=pl.col("state") == "covered")
    rows = units.smallest_within.join(asked, how="cross")
    rows = rows.with_columns(country=pl.lit(_COUNTRY))
    for level in _WITHIN:
        said = states.rename({"division_code": level, "is_said": f"{level}_said"})
        rows = rows.join(said, on=["list", level], how="left")
    province = (pl.col("place").str.slice(0, 2) + "0000").alias("province")
    seen = entries.select("indicator", province, has_entry=pl.lit(True)).unique()
    rows = rows.join(seen, on=["indicator", "province"], how="left")
    default = pl.col("is_national") | pl.col("has_entry").fill_null(False)
    is_covered = pl.coalesce(*(f"{level}_said" for level in _WITHIN), default)
    by_unit = rows.group_by("indicator", "unit").agg(is_covered=is_covered.all())
    return by_unit.filter("is_covered").drop("is_covered")
