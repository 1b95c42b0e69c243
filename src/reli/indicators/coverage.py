"""Where a programme exists: the difference between zero and missing."""

from collections.abc import Iterable

import polars as pl

from reli.indicators.levels import Units

__all__ = ["covered_units"]


def covered_units(
    units: Units, kind: str, provinces: Iterable[str], declared: pl.DataFrame
) -> pl.DataFrame:
    """Units all of whose counties a programme is known to cover.

    What the coverage table says of a county goes before what it says of its city, and that before
    its province. Where it says nothing, a national list covers every county, and a list kept by
    its issuers the provinces that have an entry at all: elsewhere the programme's absence cannot
    be told from missing data.

    Args:
        units: of any level.
        kind: `national` or `issuers`.
        provinces: codes of the provinces with an entry.
        declared: division_code, state (covered, none, unknown).

    Returns:
        Frame of one column, unit.
    """
    place = pl.col("place")
    rows = units.smallest.with_columns(
        city=place.str.slice(0, 4) + "00", province=place.str.slice(0, 2) + "0000"
    )
    said = []
    for level in ("place", "city", "province"):
        states = declared.select(
            pl.col("division_code").alias(level), pl.col("state").alias(f"{level}_state")
        )
        rows = rows.join(states.unique(level, keep="last"), on=level, how="left")
        said.append(pl.col(f"{level}_state") == "covered")
    default = pl.lit(True) if kind == "national" else pl.col("province").is_in(list(provinces))
    rows = rows.with_columns(is_covered=pl.coalesce(*said, default))
    by_unit = rows.group_by("unit").agg(pl.col("is_covered").all())
    return by_unit.filter("is_covered").select("unit")
