"""The data package and the site: what is published for other programs and for browsers."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Step
from reli.engine.files import sha256
from reli.index import Framework
from reli.insight.standings import SCHEMA as STANDINGS
from reli.pipeline.framework import framework_files, project_framework, project_recipe
from reli.pipeline.members import EXTRAS, extra_members
from reli.pipeline.moves import released_editions
from reli.pipeline.ranging import numbered
from reli.pipeline.scoring import active_cells
from reli.pipeline.told_sources import indicator_sources
from reli.pipeline.workspace import Workspace
from reli.reference.directory import directory
from reli.reference.emerging import in_order
from reli.reference.geometry import read_layer
from reli.report.datapackage import About, Member, write_datapackage
from reli.report.maps import review_line
from reli.report.sdmx import sdmx
from reli.report.topology import (
    Topology,
    build_topology,
    features,
    read_topology,
    write_topology,
)
from reli.web.publish import write_site

__all__ = ["packaging_steps"]

SETTINGS = (
    *("name", "title", "reference_year", "vintage", "universe", "framework", "recipe", "top"),
    *("licence", "source_note", "review_number", "registration_years"),
    *("is_synthetic", "is_partial"),
)
"""Settings that the package tells or depends on."""


def packaging_steps(workspace: Workspace, before: Sequence[Step]) -> list[Step]:
    """Steps from the published tables to the data package and the site.

    Args:
        workspace: the project.
        before: all steps of the road so far; what they make is packed where it is known here.
    """
    made = {path for step in before for path in step.outputs}
    inputs = [path for path in _tables(workspace) if path in made]
    project = workspace.project
    if not project.publications.datapackage:
        return []

    topology = workspace.stage("published/topology", ".json")
    layer = workspace.folder / project.layer if project.layer else None

    def draw(places: Sequence[Path]) -> None:
        write_topology(build_topology(read_layer(layer) if layer else None), places[0])

    def pack(places: Sequence[Path]) -> None:
        _pack(workspace, set(inputs), read_topology(topology), places[0])

    drawing = Step(
        name="published/topology",
        run=draw,
        inputs=(layer,) if layer else (),
        outputs=(topology,),
    )
    packing = Step(
        name="out/datapackage",
        run=pack,
        inputs=(topology, *inputs, *_source_files(workspace), *framework_files(workspace)),
        outputs=(workspace.publication("datapackage"),),
        parameters={name: getattr(project, name) for name in SETTINGS},
    )
    return [drawing, packing, *(_site_steps(workspace) if project.publications.site else [])]


def _site_steps(workspace: Workspace) -> list[Step]:
    package, topology = (
        workspace.publication("datapackage"),
        workspace.stage("published/topology", ".json"),
    )

    editions = released_editions(workspace)

    def write(places: Sequence[Path]) -> None:
        write_site(package, read_topology(topology), places[0], editions)

    return [
        Step(
            name="out/site",
            run=write,
            inputs=(package, topology),
            outputs=(workspace.publication("site"),),
            parameters={"editions": editions},
        )
    ]


def _tables(workspace: Workspace) -> tuple[Path, ...]:
    """What is packed where a project makes it."""
    return (
        workspace.stage("score/standings"),
        workspace.stage("score/score"),
        workspace.stage("indicator/indicator"),
        workspace.stage("score/parameters", ".json"),
        workspace.stage("score/method", ".json"),
        workspace.stage("published/publication", ".json"),
        workspace.stage("published/facts", ".json"),
        *(workspace.stage(extra.stage) for extra in EXTRAS),
    )


def _pack(workspace: Workspace, inputs: set[Path], topology: Topology, folder: Path) -> None:
    method = _read_json(workspace.stage("score/method", ".json"), inputs)
    about = _about(workspace, _documents(workspace, inputs, topology, method))
    write_datapackage(_members(workspace, inputs, method), about, folder)


def _members(workspace: Workspace, inputs: set[Path], method: Mapping[str, Any]) -> list[Member]:
    """The tables of the package."""
    framework = project_framework(workspace)
    standings = _all_standings(workspace)
    sources = indicator_sources(workspace, framework)
    return [
        Member(
            name="divisions",
            title="评价单元",
            description="The units that are ranked together, with their names",
            table=directory(workspace.project.universe),
            key=("division_code",),
        ),
        Member(
            name="framework",
            title="指标体系",
            description="Nodes of the framework: index, dimensions, subdimensions, indicators",
            table=_framework_table(framework, method.get("missing", {}), sources),
            key=("code",),
        ),
        Member(
            name="ranks",
            title="榜单",
            description="Index, rank and status of every unit in every index",
            table=standings,
            key=("industry", "division_code"),
        ),
        *_scored(workspace, framework, standings, inputs),
        *extra_members(workspace, inputs),
    ]


def _documents(
    workspace: Workspace, inputs: set[Path], topology: Topology, method: Mapping[str, Any]
) -> dict[str, Any]:
    """What is no table, by the name of its file; what the project does not have is left out."""
    documents = {
        "facts.json": _read_json(workspace.stage("published/facts", ".json"), inputs),
        "method.json": method,
        "parameters.json": _read_json(workspace.stage("score/parameters", ".json"), inputs),
        "publication.json": _said(workspace, inputs),
        "units.geojson": _shapes(workspace, topology),
        "recipe.json": _recipe(workspace) if method else [],
    }
    return {name: document for name, document in documents.items() if document}


def _about(workspace: Workspace, documents: dict[str, Any]) -> About:
    project = workspace.project
    return About(
        name=_slug(project.name),
        title=project.title,
        description=_description(workspace),
        licence=project.licence or ("CC0-1.0" if project.is_synthetic else ""),
        sources=_sources(workspace),
        documents=documents,
        extra={
            "keywords": [project.subject, "热力值", "区县", "composite index"],
            "reference_year": project.reference_year,
            "vintage": project.vintage,
            "universe": project.universe,
            "top": project.top,
            "source_note": project.source_note,
            "review_number": project.review_number,
            "registration_years": project.registration_years,
            "is_synthetic": project.is_synthetic,
            "is_partial": project.is_partial,
        },
    )


def _placed(scores: pl.DataFrame, holders: Collection[str]) -> pl.DataFrame:
    """Scores with ranks among the units that hold places: cities without counties hold none."""
    held = pl.when(pl.col("unit").is_in(list(holders))).then(pl.col("rank"))
    key = ["industry", "year", "node"]
    return scores.with_columns(held.rank("min").over(key).cast(pl.Int32).alias("rank")).rename(
        {"unit": "division_code", "value": "score"}
    )


def _scored(
    workspace: Workspace, framework: Framework, standings: pa.Table, inputs: set[Path]
) -> list[Member]:
    """Indicators and scores where the project has them; the index alone where it does not."""
    panel, scores = workspace.stage("indicator/indicator"), workspace.stage("score/score")
    members = [_indicators(workspace, panel)] if panel in inputs else []
    found = None
    if scores in inputs:
        table = pl.DataFrame(pq.read_table(scores))
        found = _placed(table, numbered(workspace)).to_arrow()
        members.append(
            Member(
                name="scores",
                title="得分",
                description="Score of every node of the framework for every scored unit",
                table=found,
                key=("division_code", "industry", "year", "node"),
            )
        )
    members.append(
        Member(
            name="scores.sdmx",
            title="得分（SDMX-CSV）",
            description="Scores of the index and its aggregates as SDMX-CSV 2.0",
            table=sdmx(standings, found, framework, workspace.project.reference_year),
            has_parquet=False,
        )
    )
    return members


def _indicators(workspace: Workspace, panel: Path) -> Member:
    rows = active_cells(workspace, pl.DataFrame(pq.read_table(panel)))
    return Member(
        name="indicators",
        title="指标数值",
        description="Value and state of each indicator; a unit without rows in an "
        "industry has no enterprise of it",
        table=rows.rename({"unit": "division_code"}).to_arrow(),
        key=("division_code", "industry", "year", "indicator"),
    )


def _all_standings(workspace: Workspace) -> pa.Table:
    """Standings with a row for every unit in every index; those left out are 未公布."""
    standings = pl.DataFrame(pq.read_table(workspace.stage("score/standings")))
    units = pl.DataFrame(directory(workspace.project.universe)).select(
        "division_code", "county", "city", "province"
    )
    industries = in_order(standings["industry"])
    grid = pl.DataFrame({"industry": industries}).join(units, how="cross")
    others = grid.join(standings, on=["industry", "division_code"], how="anti").with_columns(
        rank=pl.lit(None, pl.Int32),
        index=pl.lit(None, pl.Float64),
        status=pl.lit("unpublished" if workspace.project.is_partial else "not_scored"),
    )
    both = pl.concat([standings, others.select(standings.columns)])
    parts = [both.filter(pl.col("industry") == each) for each in industries]
    return pl.concat(parts).to_arrow().cast(STANDINGS)


_FRAMEWORK = pa.schema(
    {
        "code": pa.string(),
        "parent": pa.string(),
        "level": pa.int32(),
        "direction": pa.int32(),
        "weight": pa.float64(),
        "name_zh": pa.string(),
        "name_en": pa.string(),
        "unit_of_measure": pa.string(),
        "definition_zh": pa.string(),
        "definition_en": pa.string(),
        "data_source": pa.string(),
        "missing": pa.string(),
    }
)


def _framework_table(
    framework: Framework, missing: Mapping[str, str], sources: Mapping[str, str]
) -> pa.Table:
    """A row a node; where it has no parent, unit or definition, null."""
    rows = [
        {
            "code": node.code,
            "parent": node.parent or None,
            "level": framework.levels[node.code],
            "direction": node.direction,
            "weight": node.weight,
            "name_zh": node.name_zh,
            "name_en": node.name_en,
            "unit_of_measure": node.unit_of_measure or None,
            "definition_zh": node.definition_zh or None,
            "definition_en": node.definition_en or None,
            "data_source": sources.get(node.code),
            "missing": missing.get(node.code),
        }
        for node in framework.nodes
    ]
    return pa.Table.from_pylist(rows, _FRAMEWORK)


def _shapes(workspace: Workspace, topology: Topology) -> dict[str, Any]:
    """Shapes of the units, with the line that must stand under every map."""
    codes = directory(workspace.project.universe)["division_code"].to_pylist()
    note = review_line(workspace.project.review_number)
    return {"type": "FeatureCollection", "note": note, "features": features(topology, codes)}


def _recipe(workspace: Workspace) -> list[dict[str, Any]]:
    """The steps as plain values."""
    steps = [asdict(step) for step in project_recipe(workspace).steps]
    plain: list[dict[str, Any]] = json.loads(json.dumps(steps, default=list))
    return plain


def _said(workspace: Workspace, inputs: set[Path]) -> dict[str, Any]:
    """The publication's text without its places, which the table of ranks has."""
    said = _read_json(workspace.stage("published/publication", ".json"), inputs)
    for section in said.get("indices", ()):
        section.pop("places", None)
    return said


def _description(workspace: Workspace) -> str:
    project = workspace.project
    begin = "合成演示数据，其中没有真实企业。" if project.is_synthetic else ""
    partial = f"只有各指数前{project.top}名，其余未公布。" if project.is_partial else ""
    return (
        f"{begin}{partial}{project.reference_year}年全国区县{project.subject}区域热力值："
        "指标、得分、位次与文字所据的事实，不含港澳台地区。"
    )


def _sources(workspace: Workspace) -> list[dict[str, str]]:
    note = workspace.project.source_note
    begin = [{"title": note}] if note else []
    return begin + [
        {"title": f"{path.name} (sha256:{sha256(path)[:16]})"} for path in _source_files(workspace)
    ]


def _source_files(workspace: Workspace) -> tuple[Path, ...]:
    found = [
        path for each in workspace.project.sources if each.path for path in workspace.files(each)
    ]
    return tuple(dict.fromkeys(found))


def _slug(name: str) -> str:
    kept = "".join(each if each.isascii() and each.isalnum() else "-" for each in name.lower())
    return "-".join(part for part in kept.split("-") if part) or "reli"


def _read_json(path: Path, inputs: set[Path]) -> dict[str, Any]:
    if path not in inputs:
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
