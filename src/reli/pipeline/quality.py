"""What the figures of each unit rest on: how its enterprises were placed, what may be missing."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Step
from reli.pipeline.classified import classified_files, classified_rows
from reli.pipeline.workspace import Workspace
from reli.reference.directory import directory
from reli.reference.emerging import OVERALL
from reli.sources.stage import REJECTED_HEADER, cells_path

__all__ = ["QUALITY", "STAGE", "quality_steps"]

STAGE = "insight/quality"

QUALITY = pa.schema(
    [
        ("unit", pa.string()),
        ("placed_exact", pa.int64()),
        ("placed_derived", pa.int64()),
        ("placed_inferred", pa.int64()),
        ("only_city", pa.int64()),
        ("among_candidates", pa.int64()),
        ("doubtful_cells", pa.int64()),
        ("active_share_pct", pa.float64()),
        ("is_registration_park", pa.bool_()),
    ]
)
"""A row a unit. Placed: enterprises of emerging industries that count in the unit, by class of
evidence. only_city: those of which only the unit's city is certain, shared by all units of the
city. among_candidates: those without a county of which the unit is one candidate of several.
doubtful_cells: cells of its enterprises' rows that could not be read."""

_PLACED = ("exact", "derived", "inferred")


def quality_steps(workspace: Workspace, before: Sequence[Step]) -> list[Step]:
    """The step to insight/quality, where enterprises were placed and counted by evidence."""
    stages = ("indicator/evidence", "indicator/standing")
    inputs = (*classified_files(workspace), *(workspace.stage(name) for name in stages))
    made = {path for step in before for path in step.outputs}
    if not made.issuperset(inputs):
        return []
    cells = cells_path(workspace.rejected("enterprises"))
    beside = (cells,) if cells in made else ()

    def run(places: Sequence[Path]) -> None:
        table = _quality(workspace, cells if beside else None)
        pq.write_table(table.to_arrow().cast(QUALITY), places[0], compression="zstd")

    return [
        Step(
            name=STAGE,
            run=run,
            inputs=(*inputs, *beside),
            outputs=(workspace.stage(STAGE),),
            parameters={"universe": workspace.project.universe},
        )
    ]


def _quality(workspace: Workspace, cells: Path | None) -> pl.DataFrame:
    units = pl.DataFrame(directory(workspace.project.universe)).select(
        "city_code", unit="division_code"
    )
    firms = classified_rows(workspace)
    counts = [
        _placed(pl.read_parquet(workspace.stage("indicator/evidence"))),
        _among(firms),
        _doubtful(firms, cells),
        _standing(workspace),
    ]
    found = units.join(_only_city(firms), on="city_code", how="left", maintain_order="left")
    for each in counts:
        found = found.join(each, on="unit", how="left", maintain_order="left")
    whole = [name for name in QUALITY.names if QUALITY.field(name).type == pa.int64()]
    return found.with_columns(pl.col(whole).fill_null(0)).select(QUALITY.names)


def _placed(evidence: pl.DataFrame) -> pl.DataFrame:
    """Enterprises that count in 综合, by unit and class of place."""
    rows = evidence.filter(
        (pl.col("indicator") == "sei_enterprises") & (pl.col("industry") == OVERALL)
    )
    sums = [
        pl.col("quantity").filter(pl.col("place") == name).sum().alias(f"placed_{name}")
        for name in _PLACED
    ]
    return rows.group_by("unit").agg(sums)


def _homeless(firms: pl.LazyFrame) -> pl.LazyFrame:
    """Counted enterprises of emerging industries that have no county."""
    return firms.filter(
        "is_counted", pl.col("industries").list.len() > 0, pl.col("division_code").is_null()
    )


def _only_city(firms: pl.LazyFrame) -> pl.DataFrame:
    rows = _homeless(firms).filter(pl.col("place_code").is_not_null())
    counted = rows.group_by(city_code="place_code").agg(only_city=pl.len())
    return counted.collect(engine="streaming")


def _among(firms: pl.LazyFrame) -> pl.DataFrame:
    named = _homeless(firms).select(unit=pl.col("place_candidates").fill_null("").str.split("|"))
    each = named.explode("unit").filter(pl.col("unit") != "")
    counted = each.group_by("unit").agg(among_candidates=pl.len())
    return counted.collect(engine="streaming")


def _doubtful(firms: pl.LazyFrame, cells: Path | None) -> pl.DataFrame:
    """Unreadable cells of the register, by the unit of their enterprise."""
    if cells is None:
        return pl.DataFrame(schema={"unit": pl.String, "doubtful_cells": pl.Int64})
    file, line, *_ = REJECTED_HEADER
    noted = pl.scan_csv(cells, infer_schema=False).select(
        source_file=file, source_line=pl.col(line).cast(pl.Int64)
    )
    known = firms.select("source_file", "source_line", unit="division_code").drop_nulls()
    both = noted.join(known, on=["source_file", "source_line"])
    return both.group_by("unit").agg(doubtful_cells=pl.len()).collect(engine="streaming")


def _standing(workspace: Workspace) -> pl.DataFrame:
    rows = pl.read_parquet(workspace.stage("indicator/standing"))
    is_here = (pl.col("level") == "county") & (pl.col("year") == workspace.project.reference_year)
    return rows.filter(is_here).select("unit", "active_share_pct", "is_registration_park")
