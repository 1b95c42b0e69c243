"""Who leads in each field: enterprises by the second-level classes of an industry."""

from collections.abc import Iterator

import polars as pl
import pyarrow as pa

from reli.insight.places import gazetteer
from reli.insight.statements import Named, Statement
from reli.reference.emerging import EMERGING, classes

__all__ = ["fields"]


def fields(
    counts: pa.Table, dimension: str, *, year: int, vintage: int = 2023
) -> Iterator[Statement]:
    """The county that alone has most enterprises, of each class of each industry that has one.

    Args:
        counts: level, unit, year, class_code, class_name, enterprises.
        dimension: that the number of enterprises belongs to.
        year: the year told.
        vintage: year whose divisions the units are.
    """
    there = pl.DataFrame(counts).filter(
        pl.col("level") == "county",
        pl.col("year") == year,
        # Cities without counties stand beside the counties; classes of one's own have no names.
        ~pl.col("unit").str.ends_with("00"),
        pl.col("class_name").is_not_null(),
    )
    most = there.filter(
        pl.col("enterprises") == pl.col("enterprises").max().over("class_code"),
        pl.col("enterprises") > 0,
    )
    alone = most.filter(pl.len().over("class_code") == 1).sort("class_code")
    industries = _industries()
    for industry in EMERGING:
        places = tuple(
            Named(
                place.display_name,
                row["unit"],
                "field",
                1,
                value=float(row["enterprises"]),
                parts={"class_code": row["class_code"], "class_name": row["class_name"]},
            )
            for row in alone.iter_rows(named=True)
            if industries.get(row["class_code"]) == industry
            and (place := gazetteer(vintage).by_code(row["unit"])) is not None
        )
        if places:
            yield Statement(industry, dimension, ("sei_enterprises",), None, places)


def _industries() -> dict[str, str]:
    """Class -> its industry."""
    table = classes()
    codes = zip(table["class_code"].to_pylist(), table["industry"].to_pylist(), strict=True)
    return dict(codes)
