"""What a project counts, and the tables that it counts from."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis

from reli.engine import Engine
from reli.errors import MissingFile
from reli.indicators import (
    Counting,
    Measure,
    Period,
    PlaceCounts,
    RoadTables,
    read_measures,
    units_of,
)
from reli.indicators.beside import beside
from reli.linkage.parties import owned
from reli.pipeline.asking import WORKS, codes_of, owners_of, status_of
from reli.pipeline.classified import classified_files, classified_table
from reli.pipeline.framework import project_framework
from reli.pipeline.inferring import inferred_file, parties_of
from reli.pipeline.own_lists import project_lists
from reli.pipeline.workspace import Workspace

__all__ = [
    "LISTS",
    "PARTIES",
    "PLAIN",
    "as_they_are",
    "beside_measures",
    "count_parameters",
    "counting",
    "earlier_years",
    "linked_files",
    "measures_at",
    "outsiders_file",
    "project_measures",
    "project_years",
    "road_tables",
    "works_files",
]

LISTS = ("recognitions", "listings", "rankings")
"""Tables whose rows name one enterprise each."""

PARTIES = ("holdings", "patents", "software_copyrights")
"""Tables whose rows name several."""

PLAIN = ("coverage", "county_totals")
"""Tables that are read as they are."""

_TOTALS = ("division_code", "year", "indicator", "industry", "value", "state")


def project_years(workspace: Workspace) -> range:
    """Years that are counted: up to the reference year."""
    project = workspace.project
    return range(project.first_year or project.reference_year, project.reference_year + 1)


def count_parameters(workspace: Workspace) -> dict[str, Any]:
    """Settings of a project that its counts depend on."""
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


def beside_measures(workspace: Workspace) -> tuple[Measure, ...]:
    """What is counted beside: registrations by year and survivors of whom the indicator counts."""
    measures = tuple(each.measure for each in beside())
    if workspace.project.counted != "active":
        return measures
    return tuple(
        replace(each, counted="active") if each.kind == "registrations" else each
        for each in measures
    )


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


def measures_at(workspace: Workspace, period: Period) -> list[Measure]:
    """All that is counted of a year, so that the enterprises are passed over once for all."""
    others = beside_measures(workspace)
    earlier = earlier_years(workspace, others, period)
    return [*project_measures(workspace), *others, *earlier.values()]


def earlier_years(
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


def linked_files(workspace: Workspace, *tables: str) -> list[Path]:
    """Files of the linked tables that a project has; by default of all that are counted from.

    Of works with that of their owners, of patents with what is known of their status.
    """
    asked = tables or (*LISTS, *PARTIES, *PLAIN)
    there = [each for each in asked if each in workspace.project.tables()]
    owners = [owners_of(workspace)] if set(WORKS) & set(there) else []
    status = [status_of(workspace)] if "patents" in there else []
    return [*(_file(workspace, each) for each in there), *owners, *status]


def works_files(workspace: Workspace) -> list[Path]:
    """Files of the works that a project has, which say nothing of whom their owners mean."""
    there = [each for each in WORKS if each in workspace.project.tables()]
    said = [codes_of(workspace), status_of(workspace)] if "patents" in there else []
    return [*(_file(workspace, each) for each in there), *said]


def _file(workspace: Workspace, table: str) -> Path:
    return workspace.stage(f"clean/{table}" if table in PLAIN else f"linked/{table}")


def outsiders_file(workspace: Workspace) -> Path | None:
    """Placed owners and hosts that are in no register, where any table may name such."""
    named = {"recognitions", "patents", "software_copyrights"} & workspace.project.tables()
    return workspace.stage("classified/outsiders") if named else None


def counting(
    workspace: Workspace,
    engine: Engine,
    year: int | None = None,
    *,
    tables: RoadTables | None = None,
) -> Counting:
    """The project's tables, ready to be counted by county at a year.

    Args:
        workspace: the project.
        engine: of the step.
        year: by default the reference year.
        tables: what is counted from, where several years or questions read it.
    """
    project = workspace.project
    period = Period(year or project.reference_year, project.registration_years)
    units = units_of("county", project.universe)
    places = PlaceCounts(tables or road_tables(workspace, engine), period, engine)
    return Counting(places, units, workspace.industries)


def _check_built(workspace: Workspace) -> None:
    """Raise MissingFile unless all that is counted from is there."""
    expected = [*classified_files(workspace), *linked_files(workspace)]
    outsiders = outsiders_file(workspace)
    for path in [*expected, *([outsiders] if outsiders else [])]:
        if not path.exists():
            raise MissingFile(
                f"{path} is not there: the project has not been run to the end, or was built by "
                f"an earlier version of reli; run `reli run {workspace.folder}`"
            )


def _with_names(works: ibis.Table, owners: ibis.Table) -> ibis.Table:
    """Works with their parties, and how these were linked."""
    told = ("enterprise_id", "outsider_id", "link_method", "link_confidence")
    named = owned(works, owners.select("owner", *told, owner_name="name"))
    return named.rename(owner="owner_name")


def as_they_are(works: ibis.Table, _: ibis.Table) -> ibis.Table:
    """Works that name their owners by number: whom these mean is not asked."""
    return works


def road_tables(
    workspace: Workspace,
    engine: Engine,
    *only: str,
    works: Callable[[ibis.Table, ibis.Table], ibis.Table] = _with_names,
    of_parties: bool = False,
) -> RoadTables:
    """The linked tables of a project.

    Args:
        workspace: the project.
        engine: of the step.
        only: tables that are asked of beside the enterprises; by default all.
        works: what is asked of works, made of these and of their owners; by default each work with
            each party.
        of_parties: of the enterprises those that other tables name are enough.

    Raises:
        MissingFile: it has not been run to the end.
    """
    _check_built(workspace)
    there: dict[str, Any] = {
        table: engine.table(_file(workspace, table))
        for table in only or (*LISTS, *PARTIES, *PLAIN)
        if table in workspace.project.tables()
    }
    if "patents" in there:
        there["status"] = engine.table(status_of(workspace))
    for table in set(WORKS) & set(there):
        there[table] = works(there[table], engine.table(owners_of(workspace)))
    outsiders = outsiders_file(workspace)
    if outsiders:
        there["outsiders"] = engine.table(outsiders)
    if "county_totals" in there:
        there["county_totals"] = there["county_totals"].select(*_TOTALS)
    register = workspace.stage("classified/enterprises")
    asked_of = parties_of(workspace) if of_parties else register
    enterprises = classified_table(engine, asked_of, inferred_file(workspace))
    return RoadTables(
        enterprises=enterprises,
        lists=project_lists(workspace),
        industries=workspace.industries,
        **there,
    )
