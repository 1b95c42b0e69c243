"""Enterprises by the 40 classes of the second level, at every level of units: never scored."""

import ibis
import polars as pl
import pyarrow as pa

from reli.indicators.alive import alive_at
from reli.indicators.levels import LEVELS, Units, units_of
from reli.indicators.placed import Placed
from reli.reference.emerging import second_level

__all__ = ["SECOND_LEVEL_SCHEMA", "classes_by_place", "second_level_counts"]

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


def classes_by_place(firms: ibis.Table, placed: Placed, *, active: bool = False) -> pl.DataFrame:
    """Enterprises of each class alive at the end of the year: year, place, class_code, enterprises.

    An enterprise of two classes counts once in each. What was counted of parts of the register adds
    up to what would be counted of the whole.

    Args:
        firms: enterprises with emerging_classes and is_active.
        placed: of the year; evaluates the query.
        active: whether only active enterprises count.
    """
    counts = alive_at(firms, placed.period.last_day)
    standing = firms.filter(counts & firms.is_active if active else counts)
    each = standing.select("place", class_code=standing.emerging_classes.unnest())
    grouped = each.group_by("place", "class_code").aggregate(
        enterprises=lambda t: t.count().cast("int64")
    )
    year = pl.lit(placed.period.year, pl.Int32)
    return pl.DataFrame(placed.engine.fetch(grouped)).select(year.alias("year"), pl.all())


def second_level_counts(counted: pl.DataFrame, universe: str) -> pa.Table:
    """The same by unit, at every level.

    Args:
        counted: what `classes_by_place` gave of each year and part of the register.
        universe: named set of units at county level.

    Returns:
        A table of SECOND_LEVEL_SCHEMA.
    """
    units = {level: units_of(level, universe) for level in LEVELS}
    years = counted.partition_by("year", maintain_order=True)
    parts = [_at(level, there, year) for year in years for level, there in units.items()]
    empty = pl.DataFrame(SECOND_LEVEL_SCHEMA.empty_table())
    return pl.concat([empty, *parts]).to_arrow().cast(SECOND_LEVEL_SCHEMA)


def _at(level: str, units: Units, counts: pl.DataFrame) -> pl.DataFrame:
    return (
        counts.join(units.membership, on="place")
        .group_by("year", "unit", "class_code")
        .agg(pl.col("enterprises").sum())
        .select(
            level=pl.lit(level),
            unit="unit",
            year="year",
            class_code="class_code",
            class_name=pl.col("class_code").replace_strict(second_level(), default=None),
            enterprises="enterprises",
        )
        .sort("unit", "class_code")
    )
