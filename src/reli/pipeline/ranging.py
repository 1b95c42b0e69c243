"""From indicators to rank ranges, and to what one more firm is worth."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from reli.engine import Step
from reli.errors import InvalidData
from reli.index.margin import MARGINS, one_more
from reli.index.panel import Vector
from reli.index.ranges import RANGES, WIDTHS, Ranges, data_ranges, range_table, rank_ranges
from reli.index.robustness import method_ranges
from reli.index.sensitivity import CAUSES
from reli.index.study import Study
from reli.index.table import Panel
from reli.pipeline.counting import project_measures
from reli.pipeline.error_rates import read_error_rates
from reli.pipeline.evidence import evidence_step
from reli.pipeline.framework import (
    framework_files,
    project_framework,
    project_recipe,
    project_study,
)
from reli.pipeline.indicators import indicator_file
from reli.pipeline.redraw import Whole, holdings_of, redrawn
from reli.pipeline.scoring import project_panels
from reli.pipeline.workspace import Workspace
from reli.reference.universes import UNNUMBERED, universe

__all__ = ["numbered", "ranging_steps"]

WHOLES = ("city", "province")
"""Levels whose places are ranked as wholes."""

_DATA = "数据区间：地点、行业、匹配按各置信等级的实测差错率重抽，共{:,}次；不是置信区间。"


def ranging_steps(workspace: Workspace) -> list[Step]:
    """Steps from the indicators to ranges of counties, cities, provinces, and to score/margins."""
    if not workspace.project.ranges:
        return []
    # A finished table of indicators does not say what its figures rest on.
    has_evidence = "enterprises" in workspace.project.tables()
    evidence = [evidence_step(workspace)] if has_evidence else []
    return [
        *evidence,
        _ranges_step(workspace, [path for step in evidence for path in step.outputs]),
        _margins_step(workspace),
        *(_whole_step(workspace, level) for _ in evidence for level in WHOLES),
    ]


def _parameters(workspace: Workspace) -> dict[str, object]:
    """Settings that ranges depend on."""
    names = ("framework", "recipe", "reference_year", "universe")
    return {name: getattr(workspace.project, name) for name in names}


def _ranges_step(workspace: Workspace, evidence: Sequence[Path]) -> Step:
    """Ranges by method and weights, of the data where their evidence is known, and their causes."""
    own_rates = workspace.project.error_rates
    rates = [workspace.folder / own_rates] if own_rates else []

    def vary(places: Sequence[Path]) -> None:
        panels = project_panels(workspace)
        found = _ranges(workspace, panels)
        if evidence:
            found = [_with_data(workspace, *each) for each in zip(panels, found, strict=True)]
        pq.write_table(_keyed(panels, [each.table for each in found], RANGES), places[0])
        places[1].write_text(_said(panels, found), encoding="utf-8")
        pq.write_table(_keyed(panels, [each.causes for each in found], CAUSES), places[2])

    return Step(
        name="score/ranges",
        run=vary,
        inputs=(
            workspace.stage("indicator/indicator"),
            *framework_files(workspace),
            *evidence,
            *rates,
        ),
        outputs=(
            workspace.stage("score/ranges"),
            workspace.stage("score/ranges", ".json"),
            workspace.stage("score/causes"),
        ),
        parameters=_parameters(workspace),
    )


def _margins_step(workspace: Workspace) -> Step:
    """What one more of each indicator is worth."""

    def add_one(places: Sequence[Path]) -> None:
        panels = project_panels(workspace)
        pq.write_table(_keyed(panels, _margins(workspace, panels), MARGINS), places[0])

    return Step(
        name="score/margins",
        run=add_one,
        inputs=(workspace.stage("indicator/indicator"), *framework_files(workspace)),
        outputs=(workspace.stage("score/margins"),),
        parameters=_parameters(workspace),
    )


def _whole_step(workspace: Workspace, level: str) -> Step:
    """Ranges of cities, or of provinces, as wholes."""

    def vary(places: Sequence[Path]) -> None:
        panels = project_panels(workspace, level)
        found = list(_whole_ranges(workspace, panels))
        pq.write_table(_keyed(panels, found, RANGES), places[0])

    return Step(
        name=f"score/{level}_ranges",
        run=vary,
        inputs=(indicator_file(workspace, level), *framework_files(workspace)),
        outputs=(workspace.stage(f"score/{level}_ranges"),),
        parameters=_parameters(workspace),
    )


def numbered(workspace: Workspace) -> frozenset[str]:
    """Units that hold a place in the rankings: cities without counties and zones hold none."""
    units = universe(workspace.project.universe).units
    kinds = zip(units["unit"].to_pylist(), units["kind"].to_pylist(), strict=True)
    return frozenset(unit for unit, kind in kinds if kind not in UNNUMBERED)


def _ranges(workspace: Workspace, panels: Sequence[Panel]) -> list[Ranges]:
    framework, recipe = project_framework(workspace), project_recipe(workspace)
    study, holders = project_study(workspace), numbered(workspace)
    return [rank_ranges(panel, framework, recipe, study, holders) for panel in panels]


def _whole_ranges(workspace: Workspace, panels: Sequence[Panel]) -> Iterator[pa.Table]:
    """Ranges of units that all hold a place, such as cities as wholes; by method and weights."""
    framework, recipe = project_framework(workspace), project_recipe(workspace)
    study = project_study(workspace)
    for panel in panels:
        try:
            found = method_ranges(panel, framework, recipe, study)
        except InvalidData:
            # Too few cities to tell ranks apart, or nothing that is varied.
            yield RANGES.empty_table()
        else:
            yield range_table(found, "method_and_weights")


def _with_data(workspace: Workspace, panel: Panel, found: Ranges) -> Ranges:
    """The ranges with those of the data beside, drawn from what the counts rest on."""
    study = project_study(workspace)
    if not study.data_replicates:
        return found
    try:
        table = data_ranges(
            panel,
            project_framework(workspace),
            project_recipe(workspace),
            _draws(workspace, panel, study),
            numbered(workspace),
        )
    except InvalidData as error:
        return replace(found, left_out={**found.left_out, "data": str(error)})
    said = {**found.said, "data": _DATA.format(study.data_replicates)}
    return replace(found, table=pa.concat_tables([found.table, table]), said=said)


def _draws(workspace: Workspace, panel: Panel, study: Study) -> Iterator[dict[str, Vector]]:
    rows = pl.scan_parquet(workspace.stage("indicator/cohorts")).filter(
        (pl.col("industry") == panel.key["industry"])
        & pl.col("indicator").is_in(list(panel.values))
    )
    held = holdings_of(rows.collect(), panel.units)
    counted = dict(zip(held.indicators, held.counted, strict=True))
    shares = {m.indicator for m in project_measures(workspace) if m.kind == "share"}
    own = workspace.project.error_rates
    rates = read_error_rates(workspace.folder / own if own else None)
    rng = np.random.default_rng(study.seed)
    pools = _pools(workspace, panel.units)
    for _ in range(study.data_replicates):
        yield {
            code: _value(panel.values[code], counted[code], change, is_share=code in shares)
            for code, change in redrawn(held, pools, rates, rng).items()
        }


def _pools(workspace: Workspace, units: Sequence[str]) -> NDArray[np.intp]:
    """A number for each unit's city; counties run by a province share the province."""
    table = universe(workspace.project.universe).units
    cells = (table[name].to_pylist() for name in ("unit", "city_code", "province_code"))
    pool = {unit: city or province for unit, city, province in zip(*cells, strict=True)}
    _, found = np.unique([pool.get(unit, unit) for unit in units], return_inverse=True)
    return found.astype(np.intp)


def _value(value: Vector, counted: Whole, change: Whole, *, is_share: bool) -> Vector:
    """The indicator with the drawn count in place of the counted one; a gap stays a gap."""
    if not is_share:
        more: Vector = np.maximum(value + change, 0.0)
        return more
    ratio = np.divide(counted + change, counted, out=np.ones(len(value)), where=counted > 0)
    share: Vector = np.clip(value * ratio, 0.0, 100.0)
    return share


def _margins(workspace: Workspace, panels: Sequence[Panel]) -> list[pa.Table]:
    framework, recipe = project_framework(workspace), project_recipe(workspace)
    holders = numbered(workspace)
    try:
        return [one_more(panel, framework, recipe, numbered=holders) for panel in panels]
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
