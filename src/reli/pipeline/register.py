"""A register and its lists (way a): snapshot, clean, linked, classified, indicator."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.classification.industry import Classifier
from reli.classification.place import Locator
from reli.engine import DuckDBEngine, KnownFiles, Progress, Rows, Step, map_batches
from reli.indicators import Counting, Measure, Period, RoadTables, Units, read_measures
from reli.linkage.entities import identify
from reli.linkage.lists import link_list
from reli.pipeline.framework import project_framework
from reli.pipeline.workspace import Workspace
from reli.reference.universes import universe
from reli.sources.reading import SourceFile
from reli.sources.snapshot import snapshot
from reli.sources.stage import cells_path, clean_table

__all__ = [
    "LISTS",
    "clean_step",
    "counting",
    "database",
    "project_measures",
    "register_steps",
    "snapshot_step",
]

LISTS = ("recognitions", "listings", "rankings")
"""Tables whose rows name one enterprise each."""

PLAIN = ("coverage",)
"""Tables that are read as they are."""

_CLASSIFIED = (
    "enterprise_id",
    "name",
    "is_counted",
    "founded_date",
    "ended_date",
    "status",
    "gb4754_code",
    "source_file",
    "source_line",
)
_READ = (
    *_CLASSIFIED,
    "credit_code",
    "address",
    "authority",
    "province",
    "city",
    "business_scope",
)


def register_steps(workspace: Workspace, progress: Progress) -> list[Step]:
    """Steps from the files of a register to the indicators."""
    tables = workspace.project.tables()
    lists = [table for table in LISTS if table in tables]
    plain = [table for table in PLAIN if table in tables]
    return [
        snapshot_step(workspace),
        *(clean_step(workspace, table, progress) for table in ("enterprises", *lists, *plain)),
        _identify_step(workspace, progress),
        *(_link_step(workspace, table) for table in lists),
        _classify_step(workspace, progress),
        _indicator_step(workspace),
    ]


def snapshot_step(workspace: Workspace) -> Step:
    """What files there are, and their hashes."""
    files = sorted(
        {path for source in workspace.project.sources for path in workspace.files(source)}
    )

    def run(places: Sequence[Path]) -> None:
        known = KnownFiles(workspace.known)
        pq.write_table(snapshot(files, workspace.folder, known.hash), places[0])

    return Step(
        name="snapshot/snapshot",
        run=run,
        inputs=tuple(files),
        outputs=(workspace.stage("snapshot/snapshot"),),
    )


def clean_step(workspace: Workspace, table: str, progress: Progress) -> Step:
    """Files of one canonical table, made canonical."""
    rejected = workspace.rejected(table)
    base = workspace.folder / "sources"
    sources = [
        SourceFile(path, workspace.mapping(source), path.relative_to(base).as_posix())
        for source in workspace.sources_of(table)
        for path in workspace.files(source)
    ]

    def run(places: Sequence[Path]) -> Rows:
        return clean_table(
            table,
            sources,
            places[0],
            places[1],
            progress,
            cells=places[2],
            budget=workspace.budget,
        )

    return Step(
        name=f"clean/{table}",
        run=run,
        inputs=workspace.inputs_of(table),
        outputs=(workspace.stage(f"clean/{table}"), rejected, cells_path(rejected)),
    )


def _identify_step(workspace: Workspace, progress: Progress) -> Step:
    source = workspace.stage("clean/enterprises")

    def run(places: Sequence[Path]) -> Rows:
        written = map_batches(
            source, identify, places[0], progress=progress, budget=workspace.budget
        )
        return Rows(pq.read_metadata(source).num_rows, written)

    return Step(
        name="linked/enterprises",
        run=run,
        inputs=(source,),
        outputs=(workspace.stage("linked/enterprises"),),
    )


def _link_step(workspace: Workspace, table: str) -> Step:
    rows, register = workspace.stage(f"clean/{table}"), workspace.stage("linked/enterprises")
    # Ministries list by province; the other tables name no place.
    place = "issuer_region" if table == "recognitions" else None

    def run(places: Sequence[Path]) -> Rows:
        with database(workspace) as engine:
            read, _ = link_list(rows, register, places[0], engine, place=place)
        return Rows(read, pq.read_metadata(places[0]).num_rows)

    return Step(
        name=f"linked/{table}",
        run=run,
        inputs=(rows, register),
        outputs=(workspace.stage(f"linked/{table}"),),
    )


@contextmanager
def database(workspace: Workspace) -> Iterator[DuckDBEngine]:
    """A database for one step."""
    engine = DuckDBEngine(workspace.scratch, workspace.budget)
    try:
        yield engine
    finally:
        engine.close()


def _classify_step(workspace: Workspace, progress: Progress) -> Step:
    source = workspace.stage("linked/enterprises")

    def run(places: Sequence[Path]) -> Rows:
        written = map_batches(
            source,
            _classifying(workspace),
            places[0],
            columns=_READ,
            progress=progress,
            budget=workspace.budget,
        )
        return Rows(pq.read_metadata(source).num_rows, written)

    return Step(
        name="classified/enterprises",
        run=run,
        inputs=(source, *([workspace.emerging] if workspace.emerging else [])),
        outputs=(workspace.stage("classified/enterprises"),),
        parameters={
            "vintage": workspace.project.vintage,
            "ruleset": workspace.project.ruleset,
        },
    )


def _classifying(workspace: Workspace) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    locator = Locator(workspace.project.vintage)
    classifier = Classifier(workspace.emerging, workspace.project.ruleset)
    return partial(_classified, locator, classifier, _whole_units())


@cache
def _whole_units() -> pa.Array:
    units = universe("units-2023").units
    return units.filter(pc.equal(units["kind"], "city"))["unit"].combine_chunks()


def _classified(
    locator: Locator, classifier: Classifier, whole: pa.Array, batch: pa.RecordBatch
) -> pa.RecordBatch:
    """Place and industries of enterprises, with the evidence of each."""
    place = locator.locate(batch)
    industry = classifier.classify(batch)
    certain = pc.is_in(place["confidence"], value_set=pa.array(["exact", "derived", "inferred"]))
    is_unit = pc.or_(
        pc.equal(place["division_level"], "county"), pc.is_in(place["division_code"], whole)
    )
    nowhere = pa.scalar(None, pa.string())
    columns = {name: batch[name] for name in _CLASSIFIED}
    columns["division_code"] = pc.if_else(
        pc.and_(certain, is_unit), place["division_code"], nowhere
    )
    columns["industries"] = _listed(industry["industries"])
    columns["emerging_classes"] = _listed(industry["emerging_classes"])
    columns |= {f"place_{name}": place[column] for name, column in _PLACE.items()}
    columns |= {name: industry[name] for name in ("rules", "evidence", "ruleset")}
    columns["inferred_gb4754_code"] = industry["inferred_gb4754_code"]
    return pa.record_batch(columns)


def _listed(joined: pa.Array) -> pa.Array:
    """Texts joined by `|` as lists; of an empty text an empty one."""
    lists = pl.Series(joined).cast(pl.String).str.split("|")
    frame = pl.DataFrame({"each": lists}).with_columns(
        pl.col("each").list.eval(pl.element().filter(pl.element() != ""))
    )
    array: pa.Array = frame["each"].to_arrow().cast(pa.list_(pa.string()))
    return array


_PLACE = {
    "code": "division_code",
    "level": "division_level",
    "confidence": "confidence",
    "method": "method",
    "text": "matched_text",
    "candidates": "candidates",
}


def _indicator_step(workspace: Workspace) -> Step:
    project = workspace.project
    lists = [table for table in (*LISTS, *PLAIN) if table in project.tables()]
    inputs = [workspace.stage("classified/enterprises"), *(_table(workspace, t) for t in lists)]

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            panel = counting(workspace, engine).panel(project_measures(workspace))
            pq.write_table(panel, places[0], compression="zstd")

    return Step(
        name="indicator/indicator",
        run=run,
        inputs=tuple(inputs),
        outputs=(workspace.stage("indicator/indicator"),),
        parameters={
            "framework": project.framework,
            "reference_year": project.reference_year,
            "registration_years": project.registration_years,
            "universe": project.universe,
        },
    )


def project_measures(workspace: Workspace) -> tuple[Measure, ...]:
    """Measures of the project's framework."""
    framework = project_framework(workspace)
    return read_measures({code: framework.by_code[code].measure for code in framework.indicators})


def _table(workspace: Workspace, table: str) -> Path:
    return workspace.stage(f"clean/{table}" if table in PLAIN else f"linked/{table}")


def counting(workspace: Workspace, engine: DuckDBEngine) -> Counting:
    """The project's tables, ready to be counted."""
    project = workspace.project
    there = {
        table: engine.table(_table(workspace, table))
        for table in (*LISTS, *PLAIN)
        if table in project.tables()
    }
    enterprises = engine.table(workspace.stage("classified/enterprises"))
    units = universe(project.universe).units
    frame = pl.DataFrame(units.select(["unit", "province_code"]))
    membership = pa.table({"division_code": units["unit"], "unit": units["unit"]})
    return Counting(
        RoadTables(enterprises=enterprises, **there),
        Units(frame, engine.memory_table(membership)),
        Period(project.reference_year, project.registration_years),
        engine,
    )
