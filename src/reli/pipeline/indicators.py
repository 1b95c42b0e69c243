"""From the linked and classified tables of a project to its indicators, at every level and year."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Engine, Step, parquet_files
from reli.errors import MissingFile
from reli.indicators import (
    LEVELS,
    PANEL_SCHEMA,
    Counting,
    Measure,
    Period,
    PlaceCounts,
    RoadTables,
    read_measures,
    units_of,
)
from reli.indicators.beside import beside
from reli.indicators.second_level import second_level_counts
from reli.indicators.works import BY_IPC, PATENT_BASES
from reli.pipeline.framework import framework_files, project_framework
from reli.pipeline.own_lists import project_lists
from reli.pipeline.parts import counted_groups
from reli.pipeline.workspace import Workspace, database

__all__ = [
    "LISTS",
    "PARTIES",
    "PLAIN",
    "counting",
    "indicator_file",
    "indicator_steps",
    "project_measures",
    "project_years",
]

LISTS = ("recognitions", "listings", "rankings")
"""Tables whose rows name one enterprise each."""

PARTIES = ("holdings", "patents", "software_copyrights")
"""Tables whose rows name several."""

PLAIN = ("coverage", "county_totals")
"""Tables that are read as they are."""


_TOTALS = ("division_code", "year", "indicator", "industry", "value", "state")


def indicator_file(workspace: Workspace, level: str) -> Path:
    """Panel of a level: indicator/indicator for counties, indicator/city and so on for others."""
    return workspace.stage(f"indicator/{'indicator' if level == 'county' else level}")


def project_years(workspace: Workspace) -> range:
    """Years that are counted: up to the reference year."""
    project = workspace.project
    return range(project.first_year or project.reference_year, project.reference_year + 1)


def counted_file(workspace: Workspace, group: str, what: str = "counted") -> Path:
    """Counts by place of a group of enterprises, or (`shared`) its part in works of several."""
    return workspace.stage(f"indicator/{what}/{group}")


def indicator_steps(workspace: Workspace) -> list[Step]:
    """Counts of each group of the register; the panel of every level, and what stands beside it."""
    groups = counted_groups(workspace)
    tables = [each for each in (*LISTS, *PARTIES, *PLAIN) if each in workspace.project.tables()]
    linked = [_file(workspace, table) for table in tables]
    own = [path for path in (workspace.lists, workspace.emerging) if path]
    counted = [_counted_step(workspace, name, linked, own, is_first=not at)
               for at, name in enumerate(groups)]  # fmt: skip

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            _write(workspace, engine, places)

    return [
        *counted,
        Step(
            name="indicator/indicator",
            run=run,
            inputs=(
                *(path for step in counted for path in step.outputs),
                *linked,
                *framework_files(workspace),
                *own,
            ),
            outputs=(
                *(indicator_file(workspace, level) for level in LEVELS),
                workspace.stage("indicator/beside"),
                workspace.stage("indicator/standing"),
                workspace.stage("indicator/basis", ".json"),
            ),
            parameters=_parameters(workspace),
        ),
        _second_level_step(workspace, linked),
    ]


def _second_level_step(workspace: Workspace, linked: Sequence[Path]) -> Step:
    """Enterprises by the second level of the emerging industries, beside the panel."""
    project = workspace.project
    outsiders = _outsiders(workspace)
    inputs = [workspace.stage("classified/enterprises"), *linked]
    inputs += [outsiders] if outsiders else []

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            years = (counted.places.placed for counted in _years(workspace, engine))
            table = second_level_counts(years, project.universe, active=project.counted == "active")
        pq.write_table(table, places[0], compression="zstd")

    return Step(
        name="indicator/second_level",
        run=run,
        inputs=tuple(inputs),
        outputs=(workspace.stage("indicator/second_level"),),
        parameters={
            "first_year": project.first_year,
            "reference_year": project.reference_year,
            "counted": project.counted,
            "universe": project.universe,
        },
    )


def _parameters(workspace: Workspace) -> dict[str, Any]:
    project = workspace.project
    return {
        "framework": project.framework,
        "first_year": project.first_year,
        "reference_year": project.reference_year,
        "registration_years": project.registration_years,
        "counted": project.counted,
        "patents": project.patents,
        "universe": project.universe,
    }


def _counted_step(
    workspace: Workspace, group: str, linked: Sequence[Path], own: Sequence[Path], *, is_first: bool
) -> Step:
    """Counts by place of some enterprises; the first group has the outsiders as well."""
    outsiders = _outsiders(workspace) if is_first else None

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            found, shared = [], []
            tables = _of_group(workspace, engine, group, outsiders)
            for year in project_years(workspace):
                period = Period(year, workspace.project.registration_years)
                counts = PlaceCounts(tables, period, engine)
                measures = counts.resolved(_measures_at(workspace, counts.period))
                found.append(counts.by_place(measures).with_columns(year=pl.lit(year, pl.Int32)))
                several = counts.shared_by_place(measures)
                shared += [] if several is None else [several.mutate(year=ibis.literal(year))]
            ordered = pl.concat(found).sort("year", "indicator", "place", "industry")
            pq.write_table(ordered.to_arrow(), places[0], compression="zstd")
            if shared:
                every = ibis.union(*shared) if len(shared) > 1 else shared[0]
                engine.write(every, places[1], order_by=["year", "item", "place"])
            else:
                pq.write_table(pa.table({}), places[1])

    return Step(
        name=f"indicator/counted/{group}",
        run=run,
        inputs=(
            *counted_groups(workspace)[group],
            *linked,
            *([outsiders] if outsiders else []),
            *framework_files(workspace),
            *own,
        ),
        outputs=tuple(counted_file(workspace, group, what) for what in ("counted", "shared")),
        parameters=_parameters(workspace),
    )


def _of_group(
    workspace: Workspace, engine: Engine, group: str, outsiders: Path | None
) -> RoadTables:
    tables = replace(
        _tables(workspace, engine),
        enterprises=engine.table(counted_groups(workspace)[group]),
        outsiders=engine.table(outsiders) if outsiders else None,
    )
    owners = workspace.stage("linked/owners")
    has_works = tables.patents is not None or tables.software_copyrights is not None
    return tables.keeping_named(engine.keep, engine.table(owners) if has_works else None)


def _measures_at(workspace: Workspace, period: Period) -> list[Measure]:
    """All that is counted of a year, so that the enterprises are passed over once for all."""
    others = [each.measure for each in beside()]
    earlier = _earlier_years(workspace, others, period)
    return [*project_measures(workspace), *others, *earlier.values()]


def _write(workspace: Workspace, engine: Engine, places: Sequence[Path]) -> None:
    *tables, basis = places
    with _appending(tables) as append:
        for counted in _years(workspace, engine):
            _write_year(workspace, engine, counted, append)
    told = _basis(counted, project_measures(workspace))
    text = json.dumps(told, ensure_ascii=False, indent=1)
    basis.write_text(text + "\n", encoding="utf-8")


def _write_year(
    workspace: Workspace, engine: Engine, counted: Counting, append: Callable[[int, pa.Table], None]
) -> None:
    """A year of the panels of all levels, of what stands beside them, and of the standing."""
    scored = [each.indicator for each in project_measures(workspace)]
    period = counted.places.period
    measures = _measures_at(workspace, period)
    earlier = _earlier_years(workspace, [each.measure for each in beside()], period)
    counted.places.remember(
        counted.places.resolved(measures), *_of_all_groups(workspace, engine, period.year)
    )
    for at, level in enumerate(LEVELS):
        there = counted.at(units_of(level, workspace.project.universe))
        grid = there.grid(measures)
        append(at, grid.table(period.year, scored))
        rest = [code for code in grid.indicators if code not in scored]
        append(len(LEVELS), _at(level, _dated(grid.table(period.year, rest), earlier)))
        append(len(LEVELS) + 1, _at(level, there.standing()))


@contextmanager
def _appending(places: Sequence[Path]) -> Iterator[Callable[[int, pa.Table], None]]:
    """A function that adds rows to one of several files, so that few are in memory at a time."""
    with ExitStack() as opened:
        writers: dict[int, pq.ParquetWriter] = {}

        def append(at: int, table: pa.Table) -> None:
            if at not in writers:
                writer = pq.ParquetWriter(places[at], table.schema, compression="zstd")
                writers[at] = opened.enter_context(writer)
            writers[at].write_table(table)

        yield append


def _of_all_groups(
    workspace: Workspace, engine: Engine, year: int
) -> tuple[pl.DataFrame, ibis.Table | None]:
    """Counts by place and works of several owners, of all groups together."""
    groups = counted_groups(workspace)
    rows = pl.read_parquet([counted_file(workspace, group) for group in groups])
    keys = ("indicator", "place", "industry")
    added = rows.filter(pl.col("year") == year).group_by(keys).agg(pl.col("value").sum())
    files = [counted_file(workspace, group, "shared") for group in groups]
    if not pq.read_schema(parquet_files(files[0])[0]).names:
        return added, None
    shared = engine.table(files)
    return added, shared.filter(shared.year == year).drop("year")


def _earlier_years(
    workspace: Workspace, measures: Sequence[Measure], period: Period
) -> dict[str, Measure]:
    """Registrations of the earlier years of the window, for peaks, where these are not counted."""
    yearly = [each for each in measures if each.basis == "yearly"]
    first = project_years(workspace)[0]
    found = [
        replace(each, indicator=f"{each.indicator}~{back}", years_back=back)
        for each in yearly
        for back in range(1, period.registration_years)
        if period.year == first
    ]
    return {each.indicator: each for each in found}


def _dated(table: pa.Table, earlier: Mapping[str, Measure]) -> pa.Table:
    """Registrations of earlier years under their indicator and year."""
    if not earlier:
        return table
    rows = pl.DataFrame(table)
    back = {code: each.years_back for code, each in earlier.items()}
    years = pl.col("indicator").replace_strict(back, default=0, return_dtype=pl.Int32)
    dated = rows.with_columns(
        pl.col("year") - years, pl.col("indicator").str.replace("~[0-9]+$", "")
    )
    return dated.to_arrow().cast(PANEL_SCHEMA)


def _at(level: str, table: pa.Table) -> pa.Table:
    return table.add_column(0, "level", pa.array([level] * table.num_rows, pa.string()))


def _basis(counted: Counting, measures: Sequence[Measure]) -> dict[str, dict[str, str]]:
    """Which measure of patents was scored, with its label."""
    found = {}
    for measure in measures:
        basis = counted.places.basis_of(measure)
        if basis in PATENT_BASES:
            label = PATENT_BASES[basis] + (BY_IPC if measure.by == "ipc" else "")
            found[measure.indicator] = {"basis": basis, "label": label}
    return found


def project_measures(workspace: Workspace) -> tuple[Measure, ...]:
    """Measures of the project's framework."""
    framework = project_framework(workspace)
    nodes = {code: dict(framework.by_code[code].measure) for code in framework.indicators}
    if workspace.project.counted == "active":
        for raw in nodes.values():
            if raw.get("kind") in ("stock", "share", "registrations"):
                raw.setdefault("counted", "active")
    if workspace.project.patents == "ipc":
        for raw in nodes.values():
            if raw.get("kind") == "granted":
                raw.setdefault("by", "ipc")
    return read_measures(nodes, project_lists(workspace))


def _file(workspace: Workspace, table: str) -> Path:
    return workspace.stage(f"clean/{table}" if table in PLAIN else f"linked/{table}")


def _outsiders(workspace: Workspace) -> Path | None:
    named = {"recognitions", "patents", "software_copyrights"} & workspace.project.tables()
    return workspace.stage("classified/outsiders") if named else None


def counting(workspace: Workspace, engine: Engine, year: int | None = None) -> Counting:
    """The project's tables, ready to be counted by county at a year; the reference year's."""
    project = workspace.project
    period = Period(year or project.reference_year, project.registration_years)
    units = units_of("county", project.universe)
    places = PlaceCounts(_tables(workspace, engine), period, engine)
    return Counting(places, units, workspace.industries)


def _years(workspace: Workspace, engine: Engine) -> Iterator[Counting]:
    for year in project_years(workspace):
        yield counting(workspace, engine, year)


def _check_built(workspace: Workspace) -> None:
    """Raise MissingFile unless all that is counted from is there."""
    tables = [each for each in (*LISTS, *PARTIES, *PLAIN) if each in workspace.project.tables()]
    expected = [workspace.stage("classified/enterprises"), *(_file(workspace, t) for t in tables)]
    outsiders = _outsiders(workspace)
    for path in [*expected, *([outsiders] if outsiders else [])]:
        if not path.exists():
            raise MissingFile(
                f"{path} is not there: the project has not been run to the end, or was built by "
                f"an earlier version of reli; run `reli run {workspace.folder}`"
            )


def _tables(workspace: Workspace, engine: Engine) -> RoadTables:
    _check_built(workspace)
    there: dict[str, Any] = {
        table: engine.table(_file(workspace, table))
        for table in (*LISTS, *PARTIES, *PLAIN)
        if table in workspace.project.tables()
    }
    outsiders = _outsiders(workspace)
    if outsiders:
        there["outsiders"] = engine.table(outsiders)
    if "county_totals" in there:
        there["county_totals"] = there["county_totals"].select(*_TOTALS)
    enterprises = engine.table(workspace.stage("classified/enterprises"))
    return RoadTables(
        enterprises=enterprises,
        lists=project_lists(workspace),
        industries=workspace.industries,
        **there,
    )
