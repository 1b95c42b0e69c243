"""Counts by class of evidence: how many of the entries behind each cell rest on what."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Step
from reli.indicators.classes import counts_by_class
from reli.pipeline.indicators import LISTS, PARTIES, counting, project_measures
from reli.pipeline.workspace import Workspace, database

__all__ = ["EVIDENCE", "evidence_step"]

EVIDENCE = pa.schema(
    [
        ("unit", pa.string()),
        ("industry", pa.string()),
        ("indicator", pa.string()),
        ("place", pa.string()),
        ("rule", pa.string()),
        ("link", pa.string()),
        ("quantity", pa.int64()),
    ]
)
"""A row a cell and combination of classes; an empty class: nothing was assigned."""


def evidence_step(workspace: Workspace) -> Step:
    """The step from placed and linked enterprises to indicator/evidence."""
    there = [table for table in (*LISTS, *PARTIES) if table in workspace.project.tables()]
    linked = [workspace.stage(f"linked/{table}") for table in there]

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            counted = counting(workspace, engine)
            found = counts_by_class(counted.places, counted.units, project_measures(workspace))
        ordered = found.select(EVIDENCE.names).sort(EVIDENCE.names[:-1])
        pq.write_table(ordered.to_arrow().cast(EVIDENCE), places[0], compression="zstd")

    return Step(
        name="indicator/evidence",
        run=run,
        inputs=(
            workspace.stage("indicator/indicator"),
            workspace.stage("classified/enterprises"),
            *linked,
        ),
        outputs=(workspace.stage("indicator/evidence"),),
    )
