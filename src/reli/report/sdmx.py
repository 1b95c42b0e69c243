"""Scores as a flat file of SDMX-CSV 2.0 (github.com/sdmx-twg/sdmx-csv), for statistical systems."""

import polars as pl
import pyarrow as pa

from reli.index import Framework
from reli.reference.emerging import OFFICIAL_NAMES, OVERALL

__all__ = ["sdmx"]

DATAFLOW = "RELI:HEAT(1.0)"
OBS_STATUS = {"ranked": "A", "unnumbered": "A", "unpublished": "L"}
"""Codes of CL_OBS_STATUS by status; all others are M, missing."""


def sdmx(standings: pa.Table, scores: pa.Table | None, framework: Framework, year: int) -> pa.Table:
    """The index of every unit, and its other aggregates where there are scores.

    Args:
        standings: industry, division_code, index and status of every unit.
        scores: division_code, industry, year, node, level, score.
        framework: names the index.
        year: reference year.
    """
    codes = {OVERALL: "T", **{name: code for code, name in OFFICIAL_NAMES.items()}}
    status = pl.col("status").replace_strict(OBS_STATUS, default="M")
    index = pl.DataFrame(standings).select(
        REF_AREA="division_code",
        INDUSTRY=pl.col("industry").replace(codes),
        INDICATOR=pl.lit(framework.top),
        TIME_PERIOD=pl.lit(year, pl.Int32),
        OBS_VALUE="index",
        OBS_STATUS=status,
    )
    parts = [index]
    if scores is not None:
        table = pl.DataFrame(scores).filter(
            (pl.col("level") > 1) & (pl.col("node") != framework.top)
        )
        is_there = pl.col("score").is_not_null()
        parts.append(
            table.select(
                REF_AREA="division_code",
                INDUSTRY=pl.col("industry").replace(codes),
                INDICATOR="node",
                TIME_PERIOD="year",
                OBS_VALUE="score",
                OBS_STATUS=pl.when(is_there).then(pl.lit("A")).otherwise(pl.lit("M")),
            )
        )
    structure = {"STRUCTURE": "dataflow", "STRUCTURE_ID": DATAFLOW, "ACTION": "I"}
    found = pl.concat(parts).with_columns(
        UNIT_MEASURE=pl.lit("IX"), **{name: pl.lit(value) for name, value in structure.items()}
    )
    return found.select(*structure, *index.columns, "UNIT_MEASURE").to_arrow()
