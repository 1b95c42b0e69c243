"""Earlier years as scripts of the site, one a year: index and rank of every unit."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from reli.index import ranks
from reli.web.encoding import column
from reli.web.release import Release

__all__ = ["MOST_YEARS", "years_data"]

MOST_YEARS = 6
"""The latest years that the site has; the data package has all."""


def years_data(release: Release, industries: Sequence[str]) -> dict[int, list[dict[str, str]]]:
    """By year, of each index: the index by common bounds, so that years compare, and the rank."""
    table = release.tables.get("years")
    if table is None:
        return {}
    units = release.tables["divisions"].select("division_code", "kind")
    top = release.tables["framework"].filter(pl.col("parent").is_null())["code"][0]
    rows = table.filter(pl.col("node") == top)
    years = sorted(int(year) for year in rows["year"].unique())[-MOST_YEARS:]
    return {
        year: [
            _columns(units, rows.filter((pl.col("year") == year) & (pl.col("industry") == each)))
            for each in industries
        ]
        for year in years
    }


def _columns(units: pl.DataFrame, rows: pl.DataFrame) -> dict[str, Any]:
    own = units.join(rows, on="division_code", how="left", maintain_order="left")
    scores = own["score"].fill_null(float("nan")).to_numpy()
    # Cities without counties and zones are scored and hold no place, in any year.
    numbered = np.where((~own["kind"].is_in(["city", "zone"])).to_numpy(), scores, np.nan)
    places = pl.Series(ranks(numbered), nan_to_null=True).cast(pl.Int32)
    return {
        "index": column(own["score"].round(2).to_list()),
        "rank": column(places.to_list()),
    }
