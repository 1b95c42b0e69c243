"""Publication: facts, sentences, report, workbook, from the standings whatever their way in."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Step
from reli.errors import MissingFile
from reli.index import Framework
from reli.insight import facts, overview
from reli.insight.dimensions import dimension_facts, leader_statements
from reli.insight.paragraphs import paragraphs
from reli.insight.regional import regions
from reli.insight.statements import Statement, read_leaders
from reli.pipeline.framework import framework_files, project_framework
from reli.pipeline.workspace import Workspace
from reli.reference.emerging import INDUSTRIES
from reli.reference.geometry import read_layer
from reli.reference.universes import universe
from reli.report import method
from reli.report.basemap import build_basemap, read_basemap, write_basemap
from reli.report.document import write_report
from reli.report.publication import IndexSection, Place, Publication
from reli.report.workbook import write_workbook
from reli.sources.files import open_table

__all__ = ["publishing_steps"]

ABOUT_CITIES = ("cities", "direct", "versatile", "breadth")
LEAD = ("top_list", "levels")


def publishing_steps(workspace: Workspace) -> list[Step]:
    """Steps from standings to the files in out/."""
    project = workspace.project
    said = workspace.stage("published/publication", ".json")
    basemap = workspace.stage("published/basemap", ".json")
    steps = [_said_step(workspace, said)]
    if project.publications.report:
        steps += [_basemap_step(workspace, basemap), _report_step(workspace, said, basemap)]
    if project.publications.workbook:
        steps.append(_workbook_step(workspace, said))
    return steps


def _said_step(workspace: Workspace, said: Path) -> Step:
    project = workspace.project
    inputs = [
        workspace.stage("score/standings"),
        *workspace.inputs_of("leaders"),
        *framework_files(workspace),
    ]
    if "score" not in project.tables():
        inputs += [workspace.stage("indicator/indicator"), workspace.stage("score/method", ".json")]

    def run(places: Sequence[Path]) -> None:
        publication, found = say(workspace)
        places[0].write_text(_json(_plain(publication)), encoding="utf-8")
        places[1].write_text(_json(found), encoding="utf-8")

    return Step(
        name="published/publication",
        run=run,
        inputs=tuple(inputs),
        outputs=(said, workspace.stage("published/facts", ".json")),
        parameters=_settings(workspace),
    )


def _settings(workspace: Workspace) -> dict[str, Any]:
    project = workspace.project
    names = (
        "title",
        "reference_year",
        "vintage",
        "universe",
        "framework",
        "top",
        "source_note",
        "review_number",
        "is_synthetic",
        "is_partial",
        "registration_years",
        "recipe",
    )
    return {name: getattr(project, name) for name in names}


def _basemap_step(workspace: Workspace, basemap: Path) -> Step:
    name = workspace.project.layer
    own = workspace.folder / name
    if name and not own.is_file():
        raise MissingFile(f"layer = {name!r} in reli.toml: {own} does not exist")

    def run(places: Sequence[Path]) -> None:
        write_basemap(build_basemap(read_layer(own) if name else None), places[0])

    inputs = (own,) if name else ()
    return Step(name="published/basemap", run=run, inputs=inputs, outputs=(basemap,))


def _report_step(workspace: Workspace, said: Path, basemap: Path) -> Step:
    def run(places: Sequence[Path]) -> None:
        write_report(read_publication(said), read_basemap(basemap), places[0])

    return Step(
        name="out/report", run=run, inputs=(said, basemap), outputs=(workspace.out("report.pdf"),)
    )


def _workbook_step(workspace: Workspace, said: Path) -> Step:
    def run(places: Sequence[Path]) -> None:
        write_workbook(read_publication(said), places[0])

    return Step(name="out/tables", run=run, inputs=(said,), outputs=(workspace.out("tables.xlsx"),))


def say(workspace: Workspace) -> tuple[Publication, dict[str, Any]]:
    """Everything that is published, and every sentence's fact."""
    project = workspace.project
    framework = project_framework(workspace)
    standings = pq.read_table(workspace.stage("score/standings"))
    statements = _statements(workspace, framework)
    sentences = overview(standings, project.top)
    told = paragraphs(statements, framework, registration_years=project.registration_years)
    counted = facts(standings, project.top)
    about = _read_json(workspace.stage("score/method", ".json"))
    missing: Mapping[str, str] = about.get("missing", {})
    sections = []
    for industry in INDUSTRIES:
        if industry not in counted:
            continue
        said = sentences[industry]
        sections.append(
            IndexSection(
                industry=industry,
                places=_places(standings, industry),
                provinces=counted[industry]["provinces"],
                cities=counted[industry]["cities"],
                lead=_joined(each for each in said if each.kind.startswith(LEAD)),
                about_provinces=_joined(
                    each for each in said if not each.kind.startswith((*LEAD, *ABOUT_CITIES))
                ),
                about_cities=_joined(each for each in said if each.kind.startswith(ABOUT_CITIES)),
                about_dimensions=tuple(each.text for each in told.get(industry, ())),
                notes=tuple(about.get("notes", {}).get(industry, ())),
            )
        )
    by_region = regions(standings, project.top)
    found = {
        industry: {
            **counted[industry],
            "regions": by_region.get(industry, {}),
            "dimensions": dimension_facts(statements).get(industry, {}),
            "sentences": [
                {"text": each.text, "fact": each.fact}
                for each in (
                    *sentences[industry],
                    *(each for group in told.get(industry, ()) for each in group.sentences),
                )
            ],
        }
        for industry in counted
    }
    publication = Publication(
        title=project.title,
        reference_year=project.reference_year,
        vintage=project.vintage,
        universe=_universe_text(project.universe),
        unit_count=universe(project.universe).units.num_rows,
        top=project.top,
        source_note=project.source_note,
        indices=tuple(sections),
        framework=method.indicator_rows(framework, missing),
        framework_name=framework.name_zh,
        method=_method(workspace, about),
        quality=method.quality_lines(about.get("counts", {})),
        is_synthetic=project.is_synthetic,
        is_partial=project.is_partial,
        review_number=project.review_number,
        notes=tuple(about.get("general_notes", ())),
    )
    return publication, found


def _universe_text(name: str) -> str:
    size = universe(name).units.num_rows
    texts = {
        "units-2023": f"全国{size:,}个评价单元（2,844个县级区划和4个不设区县的地级市）",
        "counties-2023": f"全国{size:,}个县级区划",
        "districts-2021": f"全国{size:,}个区县",
    }
    return texts[name]


def _method(workspace: Workspace, about: Mapping[str, Any]) -> tuple[str, ...]:
    project = workspace.project
    if project.is_partial:
        return method.partial_lines(project.top)
    return method.method_lines(
        reference_year=project.reference_year,
        registration_years=project.registration_years,
        universe=_universe_text(project.universe),
        is_default_recipe=not project.recipe,
    ) + tuple(about.get("remarks", ()))


def _statements(workspace: Workspace, framework: Framework) -> tuple[Statement, ...]:
    project = workspace.project
    if "leaders" in project.tables():
        tables = []
        for source in workspace.sources_of("leaders"):
            for path in workspace.files(source):
                file = open_table(path)
                batches = [rows.batch for rows in file.rows()]
                tables.append(pa.Table.from_batches(batches, schema=file.schema))
        return read_leaders(pa.concat_tables(tables), vintage=project.vintage)
    panel = workspace.stage("indicator/indicator")
    if "score" in project.tables():
        return ()
    table = pq.read_table(panel)
    return leader_statements(table, framework, year=project.reference_year, vintage=project.vintage)


def _places(standings: pa.Table, industry: str) -> tuple[Place, ...]:
    chosen = standings.filter(pa.compute.equal(standings["industry"], industry))
    return tuple(
        Place(
            rank=row["rank"],
            division_code=row["division_code"],
            county=row["county"],
            city=row["city"] or "",
            province=row["province"],
            index=row["index"],
            status=row["status"],
        )
        for row in chosen.to_pylist()
    )


def _joined(sentences: Iterable[Any]) -> str:
    return "".join(each.text for each in sentences)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _read_json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _plain(publication: Publication) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(publication)


def read_publication(path: Path) -> Publication:
    """A publication as the step `published/publication` kept it."""
    from reli.report.publication import IndicatorRow

    raw = _read_json(path)
    indices = tuple(
        IndexSection(
            **{
                **section,
                "places": tuple(Place(**place) for place in section["places"]),
                "about_dimensions": tuple(section["about_dimensions"]),
                "notes": tuple(section["notes"]),
            }
        )
        for section in raw.pop("indices")
    )
    framework = tuple(IndicatorRow(**row) for row in raw.pop("framework"))
    quality = tuple((what, number) for what, number in raw.pop("quality"))
    return Publication(indices=indices, framework=framework, quality=quality, **raw)
