"""Publication: facts, sentences, report, workbook, from the standings whatever their way in."""

import json
from collections.abc import Sequence, Set
from pathlib import Path
from typing import Any

from reli.engine import Step
from reli.errors import MissingFile
from reli.pipeline.counting import LISTS
from reli.pipeline.formats import format_steps
from reli.pipeline.framework import framework_files
from reli.pipeline.moves import earlier_files
from reli.pipeline.own_texts import own_text_files
from reli.pipeline.saying import read_publication, say, told_tables
from reli.pipeline.workspace import Workspace
from reli.reference.geometry import read_layer
from reli.report.basemap import build_basemap, read_basemap, write_basemap
from reli.report.document import write_report
from reli.report.plain import to_plain

__all__ = ["publishing_steps", "read_publication"]


def publishing_steps(workspace: Workspace, before: Sequence[Step]) -> list[Step]:
    """Steps from standings to the files in out/.

    Args:
        workspace: the project.
        before: all steps so far; tables that they make are told of where the report knows them.
    """
    made = {path for step in before for path in step.outputs}
    project = workspace.project
    said = workspace.stage("published/publication", ".json")
    basemap = workspace.stage("published/basemap", ".json")
    steps = [_said_step(workspace, said, made)]
    if project.publications.report or project.publications.figures:
        steps.append(_basemap_step(workspace, basemap))
    if project.publications.report:
        steps.append(_report_step(workspace, said, basemap))
    return [*steps, *format_steps(workspace, said, basemap)]


def _said_step(workspace: Workspace, said: Path, made: Set[Path]) -> Step:
    project = workspace.project
    inputs = [
        workspace.stage("score/standings"),
        *workspace.inputs_of("leaders"),
        *framework_files(workspace),
    ]
    if "score" not in project.tables():
        inputs += [workspace.stage("indicator/indicator"), workspace.stage("score/method", ".json")]
        inputs += [path for path in _read_sources(workspace) if path in made and path not in inputs]
    inputs += [path for path in told_tables(workspace) if path in made and path not in inputs]
    inputs += [path for path in _own_files(workspace) if path.is_file()]
    inputs += earlier_files(workspace)

    def run(places: Sequence[Path]) -> None:
        publication, found = say(workspace)
        places[0].write_text(_json(to_plain(publication)), encoding="utf-8")
        places[1].write_text(_json(found), encoding="utf-8")

    return Step(
        name="published/publication",
        run=run,
        inputs=tuple(inputs),
        outputs=(said, workspace.stage("published/facts", ".json")),
        parameters=_settings(workspace),
    )


def _own_files(workspace: Workspace) -> tuple[Path, ...]:
    """Files of the analyst's that change what is said."""
    names = ("sources/origins.toml", "patterns.toml", "thresholds.toml", "errata.csv")
    return (*(workspace.folder / name for name in names), *own_text_files(workspace))


def _template(workspace: Workspace) -> Path | None:
    """The project's own template of the report, where it has one."""
    path = workspace.folder / "templates" / "report.typ"
    return path if path.is_file() else None


def _read_sources(workspace: Workspace) -> list[Path]:
    """Tables that tell of the sources: rows, last dates, links."""
    project = workspace.project
    found = []
    for table in sorted(project.tables()):
        is_list = table in LISTS
        found.append(workspace.stage(f"linked/{table}") if is_list else workspace.kept(table))
    return found


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
    own = _template(workspace)

    def run(places: Sequence[Path]) -> None:
        write_report(read_publication(said), read_basemap(basemap), places[0], template=own)

    return Step(
        name="out/report",
        run=run,
        inputs=(said, basemap, *([own] if own else [])),
        outputs=(workspace.publication("report"),),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
