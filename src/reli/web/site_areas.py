"""Cities and provinces as a script of the site: scored as a whole, from their own enterprises."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from reli.web.encoding import column
from reli.web.release import Release
from reli.web.site_index import STATUSES, cells

__all__ = ["AREA_LEVELS", "areas_data"]

AREA_LEVELS = ("city", "province")


def areas_data(release: Release, industries: Sequence[str]) -> dict[str, Any]:
    """By level: codes, and by index the columns index, rank, status, scores, raw."""
    return {
        level: _level(release, level, industries)
        for level in AREA_LEVELS
        if f"{level}_ranks" in release.tables
    }


def _level(release: Release, level: str, industries: Sequence[str]) -> dict[str, Any]:
    ranks = release.tables[f"{level}_ranks"]
    codes = ranks.select(pl.col("division_code").unique().sort())
    return {
        "codes": column(codes["division_code"].to_list()),
        "indices": [_index(release, level, codes, industry) for industry in industries],
    }


def _index(release: Release, level: str, codes: pl.DataFrame, industry: str) -> dict[str, Any]:
    own = pl.col("industry") == industry
    now = own & (pl.col("year") == release.about["reference_year"])
    rows = codes.join(
        release.tables[f"{level}_ranks"].filter(own),
        on="division_code",
        how="left",
        maintain_order="left",
    )
    found: dict[str, Any] = {
        "index": column(rows["index"].round(6).to_list()),
        "rank": column(rows["rank"].to_list()),
        "status": "".join(STATUSES.get(each or "", "n") for each in rows["status"]),
    }
    scores, panel = (release.tables.get(f"{level}_{name}") for name in ("scores", "indicators"))
    nodes = release.tables["framework"]
    if scores is not None:
        index = nodes.filter(pl.col("parent").is_null())["code"][0]
        dimensions = nodes.filter(pl.col("parent") == index)["code"]
        chosen = scores.filter(now).select("division_code", indicator="node", value="score")
        rounded = chosen.with_columns(pl.col("value").round(4), state=pl.lit("observed"))
        found["scores"] = {code: cells(rounded, code, codes) for code in dimensions}
    if panel is not None:
        leaves = nodes.filter(pl.col("level") == 1)["code"]
        found["raw"] = {code: cells(panel.filter(now), code, codes) for code in leaves}
    return found
