"""Enterprises by the 40 classes of the second level, at every level of units: never scored."""

from collections.abc import Iterable

import polars as pl
import pyarrow as pa

from reli.indicators.alive import alive_at
from reli.indicators.levels import LEVELS, Units, units_of
from reli.indicators.placed import Placed
from reli.reference.emerging import second_level

__all__ = ["SECOND_LEVEL_SCHEMA", "second_level_counts"]

SECOND_LEVEL_SCHEMA = pa.schema(
    {
        "level": pa.string(),
        "unit": pa.string(),
        "year": pa.int32(),
        "class_code": pa.string(),
        "class_name": pa.string(),
        "enterprises": pa.int64(),
    }
)
"""A row for each class of which a unit has an enterprise at the end of the year."""


def second_level_counts(years: Iterable[Placed], universe: str, *, active: bool) -> pa.Table:
    """Enterprises of each class, alive at the end of each year.

    Args:
        years: what is counted, where it lies, a year each.
        universe: named set of units at county level.
        active: whether only active enterprises count, as the project says.

    Returns:
        A table of SECOND_LEVEL_SCHEMA. An enterprise of two classes counts once in each.
    """
    units = {level: units_of(level, universe) for level in LEVELS}
    parts = [
        _at(level, there, placed.period.year, counts)
        for placed in years
        for counts in [_by_place(placed, active=active)]
        for level, there in units.items()
    ]
    return pl.concat(parts).to_arrow().cast(SECOND_LEVEL_SCHEMA)


def _by_place(placed: Placed, *, active: bool) -> pl.DataFrame:
    firms = placed.firms(("emerging_classes",), tells_activity=active)
    counts = alive_at(firms, placed.period.last_day)
    standing = firms.filter(counts & firms.is_active if active else counts)
    each = standing.select("place", class_code=standing.emerging_classes.unnest())
    grouped = each.group_by("place", "class_code").aggregate(
        enterprises=lambda t: t.count().cast("int64")
    )
    return pl.DataFrame(placed.engine.fetch(grouped))


def _at(level: str, units: Units, year: int, counts: pl.DataFrame) -> pl.DataFrame:
    return (
        counts.join(units.membership, on="place")
        .group_by("unit", "class_code")
        .agg(pl.col("enterprises").sum())
        .select(
            level=pl.lit(level),
            unit="unit",
            year=pl.lit(year, pl.Int32),
            class_code="class_code",
            class_name=pl.col("class_code").replace_strict(second_level(), default=None),
            enterprises="enterprises",
        )
        .sort("unit", "class_code")
    )
