"""County totals: figures that exist only as totals replace what was computed, and are marked."""

import polars as pl

from reli.indicators.levels import Units

__all__ = ["replace_by_totals"]


def replace_by_totals(
    values: pl.DataFrame, totals: pl.DataFrame, units: Units, *, is_additive: bool
) -> pl.DataFrame:
    """Values with the totals in place.

    A total of the unit itself replaces its value. Else the totals of its counties replace theirs
    within it: the computed value, less what was computed for these counties, and their totals. A
    unit without a computed value has a value only where all its counties have a total. Shares are
    not added up.

    Args:
        values: unit, industry, value, state, source.
        totals: division_code, industry, value, state, computed (of the county; null: missing).
        units: of the level of the values.
        is_additive: whether values of counties add up.
    """
    own = totals.select(
        "industry", unit="division_code", total="value", total_state="state", is_own=pl.lit(True)
    )
    joined = values.join(own, on=["unit", "industry"], how="left")
    if is_additive:
        joined = joined.join(_below(totals, units), on=["unit", "industry"], how="left")
    else:
        joined = joined.with_columns(
            added=pl.lit(None, pl.Float64), all_added=pl.lit(None, pl.Float64)
        )
    replaced = pl.coalesce(pl.col("value") + pl.col("added"), "all_added")
    is_own = pl.col("is_own").fill_null(False)
    is_partly = ~is_own & pl.col("added").is_not_null() & replaced.is_not_null()
    state = pl.when(is_own).then("total_state").when(is_partly).then(pl.lit("observed"))
    source = pl.when(is_own).then(pl.lit("county_total")).when(is_partly)
    return joined.with_columns(
        value=pl.when(is_own).then("total").when(is_partly).then(replaced).otherwise("value"),
        state=state.otherwise("state"),
        source=source.then(pl.lit("partly_county_total")).otherwise("source"),
    ).select(values.columns)


def _below(totals: pl.DataFrame, units: Units) -> pl.DataFrame:
    """What the totals of its counties change in a unit, and their sum where all are known."""
    counties = units.smallest.filter(pl.col("place") != pl.col("unit"))
    expected = counties.group_by("unit").agg(counties=pl.len())
    known = totals.filter(pl.col("value").is_not_null())
    joined = counties.join(known, left_on="place", right_on="division_code")
    grouped = joined.group_by("unit", "industry").agg(
        added=(pl.col("value") - pl.col("computed").fill_null(0)).sum(),
        all_added=pl.col("value").sum(),
        given=pl.len(),
    )
    is_all = pl.col("given") == pl.col("counties")
    return grouped.join(expected, on="unit").select(
        "unit", "industry", "added", all_added=pl.when(is_all).then("all_added")
    )
