"""From indicators to scores and standings."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.engine import Step, row_count
from reli.errors import InvalidData
from reli.index import Framework, Scores, ranks
from reli.index.table import Panel, read_panel, score_table, scores_of
from reli.indicators import missing_everywhere, units_of
from reli.insight.standings import SCHEMA as STANDINGS
from reli.pipeline.counts import road_counts
from reli.pipeline.framework import framework_files, project_framework, project_recipe
from reli.pipeline.indicators import indicator_file
from reli.pipeline.rulings import has_decisions
from reli.pipeline.workspace import Workspace
from reli.reference.emerging import OVERALL, in_order
from reli.reference.universes import UNNUMBERED, universe
from reli.report.standing_words import no_enterprise

__all__ = [
    "active_cells",
    "active_rows",
    "project_panels",
    "project_scores",
    "scoring_steps",
    "standings_of_year",
]


def scoring_steps(workspace: Workspace) -> list[Step]:
    """Steps from the indicators to the standings."""
    has_levels = "enterprises" in workspace.project.tables()
    levels = _SCORED_LEVELS if has_levels else ()
    return [
        _score_step(workspace),
        _standings_step(workspace),
        *(_level_step(workspace, level) for level in levels),
    ]


def _score_step(workspace: Workspace) -> Step:
    """Scores of the units, and what was fitted for them."""
    project = workspace.project

    def run(places: Sequence[Path]) -> None:
        panels, scores = project_scores(workspace)
        pq.write_table(score_table(panels, scores), places[0], compression="zstd")
        places[1].write_text(_fitted(panels, scores), encoding="utf-8")

    return Step(
        name="score/score",
        run=run,
        inputs=(workspace.stage("indicator/indicator"), *framework_files(workspace)),
        outputs=(workspace.stage("score/score"), workspace.stage("score/parameters", ".json")),
        parameters={
            "framework": project.framework,
            "recipe": project.recipe,
            "reference_year": project.reference_year,
        },
    )


def _standings_step(workspace: Workspace) -> Step:
    """Who stands where, and the method in numbers."""
    project, scored = workspace.project, workspace.stage("score/score")

    def run(places: Sequence[Path]) -> None:
        units = pl.DataFrame(universe(project.universe).units)
        standings = _standings(workspace, pq.read_table(scored), units)
        pq.write_table(standings, places[0])
        about = json.dumps(_about(workspace, pl.DataFrame(standings)), ensure_ascii=False, indent=1)
        places[1].write_text(about + "\n", encoding="utf-8")

    return Step(
        name="score/standings",
        run=run,
        inputs=(
            scored,
            workspace.stage("indicator/indicator"),
            workspace.stage("score/parameters", ".json"),
            *([workspace.stage("ruled/decisions")] if has_decisions(workspace) else []),
        ),
        outputs=(workspace.stage("score/standings"), workspace.stage("score/method", ".json")),
        parameters={"universe": project.universe, "tables": sorted(project.tables())},
    )


_SCORED_LEVELS = ("city", "province")
"""Levels that are scored as the counties are; regions overlap and are not."""


def _level_step(workspace: Workspace, level: str) -> Step:
    """Scores of whole cities or provinces, from indicators recomputed for these."""
    project = workspace.project

    def run(places: Sequence[Path]) -> None:
        panels = project_panels(workspace, level)
        scores = scores_of(panels, project_framework(workspace), project_recipe(workspace))
        table = score_table(panels, scores)
        pq.write_table(table, places[0], compression="zstd")
        pq.write_table(_standings(workspace, table, _whole_units(workspace, level)), places[1])

    return Step(
        name=f"score/{level}",
        run=run,
        inputs=(indicator_file(workspace, level), *framework_files(workspace)),
        outputs=(
            workspace.stage(f"score/{level}"),
            workspace.stage(f"score/{level}_standings"),
        ),
        parameters={
            "framework": project.framework,
            "recipe": project.recipe,
            "reference_year": project.reference_year,
        },
    )


def _whole_units(workspace: Workspace, level: str) -> pl.DataFrame:
    """Units of cities or provinces in the form of a universe's."""
    units = units_of(level, workspace.project.universe).units
    provinces = units_of("province", workspace.project.universe).units
    named = dict(provinces.select("unit", "name").iter_rows())
    nothing = pl.lit(None, pl.String)
    return units.select(
        "unit",
        county_name=nothing,
        city_name="name" if level == "city" else nothing,
        province_name=pl.col("province_code").replace(named),
        kind=pl.lit("whole"),
    )


def project_scores(workspace: Workspace) -> tuple[list[Panel], list[Scores]]:
    """Scores of every index of a project, from its indicators."""
    panels = project_panels(workspace)
    return panels, scores_of(panels, project_framework(workspace), project_recipe(workspace))


def project_panels(workspace: Workspace, level: str = "county") -> list[Panel]:
    """Indicators of every index of a project in its reference year, of one level."""
    return active_rows(workspace, pl.col("year") == workspace.project.reference_year, level)


def active_cells(workspace: Workspace, table: pl.DataFrame) -> pl.DataFrame:
    """The cells of units that belong to their index.

    A unit that has no enterprise of an industry is no unit of its index; nor, overall, is one of
    which the sources count nothing at all: else a province's register ranks all other provinces.
    """
    active = table.filter(pl.col("state") != "inactive")
    if "enterprises" not in workspace.project.tables():
        return active
    return active.filter((pl.col("value") != 0).any().over("unit", "industry", "year"))


def active_rows(workspace: Workspace, chosen: pl.Expr, level: str = "county") -> list[Panel]:
    """Indicators of every index and year, of the rows that are chosen, of one level."""
    table = pl.DataFrame(pq.read_table(indicator_file(workspace, level)))
    active = active_cells(workspace, table.filter(chosen))
    if "enterprises" in workspace.project.tables():
        _check_counts(workspace, active)
    rows = active.drop("state", "source").to_arrow()
    return read_panel(rows, project_framework(workspace), "indicator")


def _check_counts(workspace: Workspace, active: pl.DataFrame) -> None:
    """See that there is a register, and something to score in it."""
    if not row_count(workspace.stage("classified/enterprises")):
        raise InvalidData(
            f"no row of the register can be used: {workspace.rejected('enterprises')} says why, "
            "row by row"
        )
    if active.is_empty():
        raise InvalidData(
            f"no unit has anything that counts at the end of {workspace.project.reference_year}: "
            "expected enterprises of emerging industries, or on lists, founded by then and placed "
            "in counties; see `reli check`, the folder rejected/, and reference_year in reli.toml"
        )


def _fitted(panels: Sequence[Panel], scores: Sequence[Scores]) -> str:
    record = {
        panel.key["industry"]: {"left_out": each.left_out, "fitted": each.fitted}
        for panel, each in zip(panels, scores, strict=True)
    }
    return json.dumps(record, ensure_ascii=False, indent=1, default=float) + "\n"


def standings_of_year(workspace: Workspace, year: int) -> pl.DataFrame | None:
    """Who stood where in another year that the project counts, by the bounds that years share."""
    scores = pq.read_table(workspace.stage("score/years"), filters=pc.field("year") == year)
    if not scores.num_rows:
        return None
    units = pl.DataFrame(universe(workspace.project.universe).units)
    return pl.DataFrame(_standings(workspace, scores, units))


def _standings(workspace: Workspace, table: pa.Table, units: pl.DataFrame) -> pa.Table:
    """Who stands where: every unit in every index that was scored."""
    framework = project_framework(workspace)
    scores = pl.DataFrame(table)
    heat = scores.filter(pl.col("node") == framework.top).select("unit", "industry", "value")
    industries = in_order(scores["industry"])
    grid = units.join(pl.DataFrame({"industry": industries}), how="cross")
    # Where firms are counted, a unit without a row has none; a table of indicators may lack it.
    without = "inactive" if "enterprises" in workspace.project.tables() else "not_scored"
    joined = grid.join(
        heat.with_columns(is_active=pl.lit(True)), on=["unit", "industry"], how="left"
    )
    status = (
        pl.when(pl.col("is_active").is_null())
        .then(pl.lit(without))
        .when(pl.col("value").is_null())
        .then(pl.lit("not_scored"))
        .when(pl.col("kind").is_in(UNNUMBERED))
        .then(pl.lit("unnumbered"))
        .otherwise(pl.lit("ranked"))
    )
    return _ranked(joined.with_columns(status=status))


def _ranked(rows: pl.DataFrame) -> pa.Table:
    """Ranks among the numbered units of each industry, in the order of publication."""
    parts = []
    for industry in in_order(rows["industry"]):
        part = rows.filter(pl.col("industry") == industry)
        value = part["value"].to_numpy()
        is_ranked = (part["status"] == "ranked").to_numpy()
        numbered = value.astype(float).copy()
        numbered[~is_ranked] = float("nan")
        rank = pl.Series("rank", ranks(numbered), nan_to_null=True).cast(pl.Int32)
        parts.append(
            part.with_columns(rank).sort(
                "value", "rank", "unit", descending=[True, False, False], nulls_last=True
            )
        )
    table = pl.concat(parts).select(
        "industry",
        "rank",
        division_code="unit",
        county="county_name",
        city="city_name",
        province="province_name",
        index="value",
        status="status",
    )
    return table.to_arrow().cast(STANDINGS)


def _about(workspace: Workspace, standings: pl.DataFrame) -> dict[str, Any]:
    """What the method chapter and the notes must say of this run."""
    framework = project_framework(workspace)
    years = pl.read_parquet(workspace.stage("indicator/indicator"))
    panel = years.filter(pl.col("year") == workspace.project.reference_year).to_arrow()
    parameters = json.loads(
        workspace.stage("score/parameters", ".json").read_text(encoding="utf-8")
    )
    missing = set(missing_everywhere(panel))
    return {
        "missing": {
            code: _why_missing(workspace, framework, code)
            for code in framework.indicators
            if code in missing
        },
        "notes": _notes(framework, standings, parameters, missing, _counted(workspace)),
        "counts": road_counts(workspace),
    }


def _counted(workspace: Workspace) -> list[str]:
    """What readers must know of how enterprises and works were counted."""
    basis, standing = (
        workspace.stage("indicator/basis", ".json"),
        workspace.stage("indicator/standing"),
    )
    if "enterprises" not in workspace.project.tables():
        return []
    nodes = project_framework(workspace).by_code
    found = json.loads(basis.read_text(encoding="utf-8"))
    # The measure of patents is of interest where there are any.
    has_patents = "patents" in workspace.project.tables()
    bases = found.items() if has_patents else ()
    said = [f"{nodes[code].name_zh}按{each['label']}计。" for code, each in bases]
    of_year = pl.col("year") == workspace.project.reference_year
    parks = pl.scan_parquet(standing).filter(
        of_year & (pl.col("level") == "county") & pl.col("is_registration_park")
    )
    number = parks.select(pl.len()).collect().item()
    if number:
        said.append(
            f"注册集中的区县{number:,}个：活跃企业占比不到本省中位数的一半，企业数含大量注册地企业。"
        )
    totals = pl.scan_parquet(workspace.stage("indicator/indicator")).filter(
        of_year & (pl.col("source") == "county_total")
    )
    names = totals.select(pl.col("indicator").unique().sort()).collect()["indicator"].to_list()
    if names:
        shown = "、".join(nodes[code].name_zh or code for code in names)
        said.append(f"采用区县合计数的指标：{shown}。")
    return said


def _why_missing(workspace: Workspace, framework: Framework, code: str) -> str:
    measure = framework.by_code[code].measure
    table = measure.get("table", "enterprises")
    if "enterprises" not in workspace.project.tables():
        return "指标表中没有该项"
    is_by_code = "ipc" in (workspace.project.patents, measure.get("by"))
    if table == "patents" and table in workspace.project.tables() and is_by_code:
        return "专利没有IPC分类号"
    return "没有数据来源" if table not in workspace.project.tables() else "名单中没有该类记录"


def _notes(
    framework: Framework,
    standings: pl.DataFrame,
    parameters: Mapping[str, Any],
    missing: set[str],
    further: list[str],
) -> dict[str, list[str]]:
    notes: dict[str, list[str]] = {}
    for industry in in_order(standings["industry"]):
        part = standings.filter(pl.col("industry") == industry)
        counted = dict(part.group_by("status").len().iter_rows())
        said = [f"注：列入排名{counted.get('ranked', 0):,}个"]
        for status, text in (
            ("unnumbered", "单列不占位次{}个"),
            ("inactive", no_enterprise(industry) + "、未列入排名{}个"),
            ("not_scored", "数据不足未评分{}个"),
        ):
            if counted.get(status):
                said.append(text.format(f"{counted[status]:,}"))
        lines = ["；".join(said) + "。"]
        left_out = [
            framework.by_code[code].name_zh or code
            for code in parameters.get(industry, {}).get("left_out", {})
            if code not in missing
        ]
        if left_out:
            lines.append(f"以下指标在各区县取值相同，未参与合成：{'、'.join(left_out)}。")
        notes[industry] = [*lines, *(further if industry == OVERALL else [])]
    return notes
