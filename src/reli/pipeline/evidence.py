"""Counts by class of evidence: how many of the entries behind each cell rest on what, and whose."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Step
from reli.indicators.classes import by_class, cohort_counts
from reli.pipeline.classified import classified_files
from reli.pipeline.counting import LISTS, PARTIES, counting, linked_files, project_measures
from reli.pipeline.workspace import Workspace, database

__all__ = ["COHORTS", "EVIDENCE", "evidence_step"]

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

COHORTS = pa.schema([*EVIDENCE, ("cohort", pa.int64()), ("firms", pa.int64())])
"""The same by cohort: of how many enterprises that are alike in all their entries these are."""


def evidence_step(workspace: Workspace) -> Step:
    """The step from placed and linked enterprises to indicator/evidence and indicator/cohorts."""
    linked = linked_files(workspace, *LISTS, *PARTIES)

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            counted = counting(workspace, engine)
            cohorts = cohort_counts(counted.places, counted.units, project_measures(workspace))
        for found, schema, place in zip(
            (by_class(cohorts), cohorts), (EVIDENCE, COHORTS), places, strict=True
        ):
            ordered = found.select(schema.names).sort(schema.names)
            pq.write_table(ordered.to_arrow().cast(schema), place, compression="zstd")

    return Step(
        name="indicator/evidence",
        run=run,
        inputs=(
            workspace.stage("indicator/indicator"),
            *classified_files(workspace),
            *linked,
        ),
        outputs=(workspace.stage("indicator/evidence"), workspace.stage("indicator/cohorts")),
    )
