"""From the linked and classified tables of a project to its indicators, at every level and year."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Engine, Step
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
from reli.indicators.works import PATENT_BASES
from reli.pipeline.framework import framework_files, project_framework
from reli.pipeline.own_lists import project_lists
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


def indicator_steps(workspace: Workspace) -> list[Step]:
    """The panel of every level, and what is counted beside it."""
    project = workspace.project
    tables = [table for table in (*LISTS, *PARTIES, *PLAIN) if table in project.tables()]
    inputs = [workspace.stage("classified/enterprises"), *(_file(workspace, t) for t in tables)]
    inputs += [path for path in [_outsiders(workspace)] if path]

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            _write(workspace, engine, places)

    return [
        Step(
            name="indicator/indicator",
            run=run,
            inputs=(
                *inputs,
                *framework_files(workspace),
                *(own for own in (workspace.lists, workspace.emerging) if own),
            ),
            outputs=(
                *(indicator_file(workspace, level) for level in LEVELS),
                workspace.stage("indicator/beside"),
                workspace.stage("indicator/standing"),
                workspace.stage("indicator/basis", ".json"),
            ),
            parameters={
                "framework": project.framework,
                "first_year": project.first_year,
                "reference_year": project.reference_year,
                "registration_years": project.registration_years,
                "counted": project.counted,
                "universe": project.universe,
            },
        ),
        _second_level_step(workspace, inputs),
    ]


def _second_level_step(workspace: Workspace, inputs: Sequence[Path]) -> Step:
    """Enterprises by the second level of the emerging industries, beside the panel."""
    project = workspace.project

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


def _write(workspace: Workspace, engine: Engine, places: Sequence[Path]) -> None:
    measures = project_measures(workspace)
    others = [each.measure for each in beside()]
    panels: dict[str, list[pa.Table]] = {level: [] for level in LEVELS}
    besides, standings = [], []
    for counted in _years(workspace, engine):
        earlier = _earlier_years(workspace, others, counted.places.period)
        for level in LEVELS:
            there = counted.at(units_of(level, workspace.project.universe))
            # Together, so that the enterprises are passed over once for all.
            every = pl.DataFrame(there.panel([*measures, *others, *earlier.values()]))
            is_scored = pl.col("indicator").is_in([each.indicator for each in measures])
            panels[level].append(_panel(every.filter(is_scored)))
            besides.append(_at(level, _panel(_dated(every.filter(~is_scored), earlier))))
            standings.append(_at(level, there.standing()))
    tables = [*(pa.concat_tables(panels[level]) for level in LEVELS),
              pa.concat_tables(besides), pa.concat_tables(standings)]  # fmt: skip
    for table, place in zip(tables, places, strict=False):
        pq.write_table(table, place, compression="zstd")
    basis = json.dumps(_basis(counted, measures), ensure_ascii=False, indent=1)
    places[len(tables)].write_text(basis + "\n", encoding="utf-8")


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


def _dated(rows: pl.DataFrame, earlier: Mapping[str, Measure]) -> pl.DataFrame:
    """Registrations of earlier years under their indicator and year."""
    back = {code: each.years_back for code, each in earlier.items()}
    years = pl.col("indicator").replace_strict(back, default=0, return_dtype=pl.Int32)
    return rows.with_columns(
        pl.col("year") - years, pl.col("indicator").str.replace("~[0-9]+$", "")
    )


def _panel(rows: pl.DataFrame) -> pa.Table:
    return rows.to_arrow().cast(PANEL_SCHEMA)


def _at(level: str, table: pa.Table) -> pa.Table:
    return table.add_column(0, "level", pa.array([level] * table.num_rows, pa.string()))


def _basis(counted: Counting, measures: Sequence[Measure]) -> dict[str, dict[str, str]]:
    """Which measure of patents was scored, with its label."""
    found = {}
    for measure in measures:
        basis = counted.places.basis_of(measure)
        if basis in PATENT_BASES:
            found[measure.indicator] = {"basis": basis, "label": PATENT_BASES[basis]}
    return found


def project_measures(workspace: Workspace) -> tuple[Measure, ...]:
    """Measures of the project's framework."""
    framework = project_framework(workspace)
    nodes = {code: dict(framework.by_code[code].measure) for code in framework.indicators}
    if workspace.project.counted == "active":
        for raw in nodes.values():
            if raw.get("kind") in ("stock", "share", "registrations"):
                raw.setdefault("counted", "active")
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


def _tables(workspace: Workspace, engine: Engine) -> RoadTables:
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
    return RoadTables(enterprises=enterprises, lists=project_lists(workspace), **there)
