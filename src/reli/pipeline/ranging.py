"""From indicators to rank ranges, and to what one more firm is worth."""

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Step
from reli.errors import InvalidData
from reli.index.margin import MARGINS, one_more
from reli.index.ranges import RANGES, WIDTHS, Ranges, rank_ranges
from reli.index.table import Panel
from reli.pipeline.framework import (
    framework_files,
    project_framework,
    project_recipe,
    project_study,
)
from reli.pipeline.scoring import project_panels
from reli.pipeline.workspace import Workspace
from reli.reference.universes import universe

__all__ = ["ranging_steps"]


def ranging_steps(workspace: Workspace) -> list[Step]:
    """Steps from the indicators to score/ranges and score/margins; none where not asked for."""
    project = workspace.project
    if not project.ranges:
        return []

    def vary(places: Sequence[Path]) -> None:
        panels = project_panels(workspace)
        found = _ranges(workspace, panels)
        pq.write_table(_keyed(panels, [each.table for each in found], RANGES), places[0])
        places[1].write_text(_said(panels, found), encoding="utf-8")

    def add_one(places: Sequence[Path]) -> None:
        panels = project_panels(workspace)
        pq.write_table(_keyed(panels, _margins(workspace, panels), MARGINS), places[0])

    inputs = (workspace.stage("indicator/indicator"), *framework_files(workspace))
    parameters = {
        "framework": project.framework,
        "recipe": project.recipe,
        "reference_year": project.reference_year,
        "universe": project.universe,
    }
    return [
        Step(
            name="score/ranges",
            run=vary,
            inputs=inputs,
            outputs=(workspace.stage("score/ranges"), workspace.stage("score/ranges", ".json")),
            parameters=parameters,
        ),
        Step(
            name="score/margins",
            run=add_one,
            inputs=inputs,
            outputs=(workspace.stage("score/margins"),),
            parameters=parameters,
        ),
    ]


def _numbered(workspace: Workspace) -> frozenset[str]:
    """Units that hold a place in the rankings: cities without counties hold none."""
    units = universe(workspace.project.universe).units
    kinds = zip(units["unit"].to_pylist(), units["kind"].to_pylist(), strict=True)
    return frozenset(unit for unit, kind in kinds if kind != "city")


def _ranges(workspace: Workspace, panels: Sequence[Panel]) -> list[Ranges]:
    framework, recipe = project_framework(workspace), project_recipe(workspace)
    study, numbered = project_study(workspace), _numbered(workspace)
    return [rank_ranges(panel, framework, recipe, study, numbered) for panel in panels]


def _margins(workspace: Workspace, panels: Sequence[Panel]) -> list[pa.Table]:
    framework, recipe = project_framework(workspace), project_recipe(workspace)
    numbered = _numbered(workspace)
    try:
        return [one_more(panel, framework, recipe, numbered=numbered) for panel in panels]
    except InvalidData:
        # Under such a recipe one unit cannot be changed alone: there is nothing to tell.
        return [MARGINS.empty_table() for _ in panels]


def _keyed(panels: Sequence[Panel], tables: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    """Tables of all indices as one, the industry first."""
    key = pa.field("industry", pa.string())
    keyed = [
        table.add_column(0, key, [pa.array([str(panel.key["industry"])] * len(table), pa.string())])
        for panel, table in zip(panels, tables, strict=True)
    ]
    return pa.concat_tables([pa.schema([key, *schema]).empty_table(), *keyed])


def _said(panels: Sequence[Panel], found: Sequence[Ranges]) -> str:
    """By index and width, what was varied, or why there is none."""
    record = {
        "widths": dict(WIDTHS),
        "indices": {
            str(panel.key["industry"]): {"said": dict(each.said), "left_out": dict(each.left_out)}
            for panel, each in zip(panels, found, strict=True)
        },
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"
