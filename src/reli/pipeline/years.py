"""Scores that compare across years, and what each change of an index is made of."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Step
from reli.errors import InvalidData
from reli.index import Panel, Scores, score_table
from reli.index.time import ALL_YEARS, CHANGES, changes_table, scores_over_years
from reli.pipeline.framework import framework_files, project_framework, project_recipe
from reli.pipeline.scoring import active_rows, project_scores
from reli.pipeline.workspace import Workspace

__all__ = ["scores_of_year", "years_step"]


def years_step(workspace: Workspace) -> Step:
    """The step from the indicators of all years to score/years and score/changes."""
    project = workspace.project
    bounds = project.bounds or str(project.reference_year)

    def run(places: Sequence[Path]) -> None:
        panels = _comparable(active_rows(workspace, pl.lit(True)), bounds)
        framework, recipe = project_framework(workspace), project_recipe(workspace)
        scores = scores_over_years(panels, framework, recipe, bounds)
        pq.write_table(score_table(panels, scores), places[0], compression="zstd")
        pq.write_table(_changes(panels, scores, bounds), places[1], compression="zstd")

    return Step(
        name="score/years",
        run=run,
        inputs=(workspace.stage("indicator/indicator"), *framework_files(workspace)),
        outputs=(workspace.stage("score/years"), workspace.stage("score/changes")),
        parameters={
            "framework": project.framework,
            "recipe": project.recipe,
            "bounds": bounds,
        },
    )


def scores_of_year(workspace: Workspace, year: int) -> tuple[list[Panel], list[Scores]]:
    """Scores of every index in one year, as published.

    Those of the reference year have its own bounds, others those of all years (score/years).
    """
    project = workspace.project
    if year == project.reference_year:
        return project_scores(workspace)
    bounds = project.bounds or str(project.reference_year)
    panels = _comparable(active_rows(workspace, pl.lit(True)), bounds)
    scores = scores_over_years(
        panels, project_framework(workspace), project_recipe(workspace), bounds
    )
    chosen = [at for at, panel in enumerate(panels) if str(panel.key["year"]) == str(year)]
    return [panels[at] for at in chosen], [scores[at] for at in chosen]


def _comparable(panels: Sequence[Panel], bounds: str) -> list[Panel]:
    """Panels of the industries that have the year whose bounds hold."""
    if bounds == ALL_YEARS:
        return list(panels)
    known = {panel.key["industry"] for panel in panels if str(panel.key["year"]) == bounds}
    return [panel for panel in panels if panel.key["industry"] in known]


def _changes(panels: Sequence[Panel], scores: Sequence[Scores], bounds: str) -> pa.Table:
    try:
        return changes_table(panels, scores, bounds).cast(CHANGES)
    except InvalidData:
        # One year alone, or means that do not add up: there is nothing to take apart.
        return CHANGES.empty_table()
