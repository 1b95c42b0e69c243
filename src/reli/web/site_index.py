"""One index as a script of the site: places, indicators and their bounds, ranges."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from reli.web.encoding import column
from reli.web.release import WIDTHS, Release
from reli.web.transforms import bounds

__all__ = ["STATUSES", "cells", "index_data"]

STATES = {"observed": "", "not_observed": "-", "suppressed": "s"}
"""What stands for a missing value of a state; an empty cell means no row: inactive."""

STATUSES = {
    "ranked": "r",
    "unnumbered": "u",
    "inactive": "i",
    "not_scored": "n",
    "unpublished": "p",
}


def index_data(release: Release, industry: str) -> dict[str, Any]:
    """One index: places, indicators, and what turns the indicators into scores."""
    package, about = release.folder, release.about
    units = release.tables["divisions"].select("division_code")
    ranks = _of(release.tables["ranks"], industry, units)
    found: dict[str, Any] = {
        "index": column(_rounded(ranks["index"], 6)),
        "rank": column(ranks["rank"].to_list()),
        "status": "".join(STATUSES[each] for each in ranks["status"]),
    }
    panel = release.tables.get("indicators")
    if panel is not None:
        year = about["reference_year"]
        rows = panel.filter((pl.col("industry") == industry) & (pl.col("year") == year))
        codes = release.tables["framework"].filter(pl.col("level") == 1)["code"].to_list()
        found["raw"] = {code: cells(rows, code, units) for code in codes}
        found["totals"] = _totals(rows, units)
        found["bounds"], found["left_out"] = bounds(package, industry)
        if found["bounds"] is None:
            found["normalised"] = _normalised(release, industry, codes, units)
    found |= _ranges(release, industry, units)
    return found


def _of(table: pl.DataFrame, industry: str, units: pl.DataFrame) -> pl.DataFrame:
    """Rows of an industry in the order of the units, one each."""
    chosen = table.filter(pl.col("industry") == industry)
    return units.join(chosen, on="division_code", how="left", maintain_order="left")


def _rounded(values: pl.Series, digits: int) -> list[float | None]:
    return values.round(digits).to_list()


def cells(rows: pl.DataFrame, code: str, units: pl.DataFrame) -> str:
    """Values of an indicator in the order of the units, states in place of what is missing."""
    chosen = units.join(
        rows.filter(pl.col("indicator") == code),
        on="division_code",
        how="left",
        maintain_order="left",
    )
    return column(
        [
            value if value is not None else STATES.get(state or "observed", "-")
            for value, state in chosen.select("value", "state").iter_rows()
        ]
    )


def _normalised(
    release: Release, industry: str, codes: Sequence[str], units: pl.DataFrame
) -> dict[str, str]:
    year = release.about["reference_year"]
    scores = release.tables["scores"].filter(
        (pl.col("industry") == industry) & (pl.col("year") == year) & (pl.col("level") == 1)
    )
    return {
        code: column(
            units.join(
                scores.filter(pl.col("node") == code),
                on="division_code",
                how="left",
                maintain_order="left",
            )["score"].to_list()
        )
        for code in codes
    }


RANGES = {"low": "rank_low", "high": "rank_high", "top": "top_100"}


def _ranges(release: Release, industry: str, units: pl.DataFrame) -> dict[str, Any]:
    """Method ranges, where the package has them."""
    ranges = release.tables.get("ranges")
    if ranges is None:
        return {}
    own = ranges.filter(pl.col("industry") == industry)
    there = set(own["width"])
    width = next((each for each in WIDTHS if each in there), None)
    if width is None:
        return {}
    rows = _of(own.filter(pl.col("width") == width), industry, units)
    found = {
        name: column(_rounded(rows[source].cast(pl.Float64), 3)) for name, source in RANGES.items()
    }
    return {"range": found}


def _totals(rows: pl.DataFrame, units: pl.DataFrame) -> dict[str, str]:
    """By indicator, 1 for each unit whose value is a county total in place of a count."""
    totals = rows.filter(pl.col("source") == "county_total")
    found = {}
    for code in totals["indicator"].unique(maintain_order=True):
        own = set(totals.filter(pl.col("indicator") == code)["division_code"])
        found[code] = "".join("1" if unit in own else "0" for unit in units["division_code"])
    return found
