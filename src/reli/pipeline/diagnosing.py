"""From the scores of a project to what they should be looked at for before they are believed."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Step
from reli.index.diagnose import LONG_DIAGNOSIS, long_diagnosis
from reli.pipeline.framework import framework_files
from reli.pipeline.scoring import project_scores
from reli.pipeline.workspace import Workspace

__all__ = ["diagnosis_step"]

_SCHEMA = pa.schema([("industry", pa.string()), *LONG_DIAGNOSIS])


def diagnosis_step(workspace: Workspace) -> Step:
    """The step from the indicators to score/diagnosis: a row a figure, of every index."""
    project = workspace.project

    def run(places: Sequence[Path]) -> None:
        found = [_SCHEMA.empty_table()]
        for panel, scores in zip(*project_scores(workspace), strict=True):
            table = long_diagnosis(panel, scores)
            industry = pa.array([str(panel.key["industry"])] * len(table), pa.string())
            found.append(table.add_column(0, _SCHEMA.field("industry"), industry))
        pq.write_table(pa.concat_tables(found), places[0], compression="zstd")

    return Step(
        name="score/diagnosis",
        run=run,
        inputs=(workspace.stage("indicator/indicator"), *framework_files(workspace)),
        outputs=(workspace.stage("score/diagnosis"),),
        parameters={
            "framework": project.framework,
            "recipe": project.recipe,
            "reference_year": project.reference_year,
        },
    )
