"""Statements about who leads: from a publication, or computed from the indicators of a run."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from reli.index import Framework
from reli.insight.dimensions import city_heat, first_counties, firsts, leader_statements
from reli.insight.fields import fields
from reli.insight.notable import notable
from reli.insight.statements import Named, Statement, read_leaders
from reli.insight.thresholds import Thresholds
from reli.insight.trends import growth, leading_firms, peaks
from reli.pipeline.moves import Compared
from reli.pipeline.workspace import Workspace
from reli.reference.emerging import is_official
from reli.sources.files import open_table

__all__ = ["CityHeat", "cities", "leading_files", "said_of_leaders"]

CityHeat = Mapping[str, Mapping[str, list[dict[str, Any]]]]
FIRST = 5


def leading_files(workspace: Workspace) -> tuple[Path, ...]:
    """Tables beside the indicators, of which something is told where they are made."""
    names = ("indicator/beside", "indicator/second_level", "score/city")
    return tuple(workspace.stage(name) for name in names)


def said_of_leaders(
    workspace: Workspace,
    framework: Framework,
    thresholds: Thresholds,
    before: Compared | None = None,
) -> tuple[Statement, ...]:
    """All statements about leaders.

    Args:
        workspace: the project.
        framework: its framework.
        thresholds: what words of degree mean.
        before: the year before; without it no county is said to have stayed first.
    """
    project = workspace.project
    if "leaders" in project.tables():
        return _published(workspace)
    if "score" in project.tables():
        return ()
    table = pq.read_table(workspace.stage("indicator/indicator"))
    year, vintage = project.reference_year, project.vintage
    leaders = leader_statements(table, framework, year=year, vintage=vintage)
    front = dict.fromkeys(framework.indicators, FIRST)
    units = {code: framework.by_code[code].unit_of_measure for code in framework.indicators}
    found = (
        *leaders,
        *notable(
            first_counties(table, framework, front, year=year, vintage=vintage),
            thresholds,
            units_of_measure=units,
            first_before=_first_before(table, year, int(thresholds["steady"]), before),
            vintage=vintage,
        ),
        *_beside(workspace, leaders, thresholds),
        *_in_fields(workspace, leaders),
        *_hot_cities(cities(workspace, framework), thresholds),
    )
    known = set(framework.children[framework.top])
    return tuple(each for each in found if not each.dimension or each.dimension in known)


Firsts = Mapping[tuple[str, str], frozenset[str]]


def _first_before(table: pa.Table, year: int, years: int, before: Compared | None) -> Firsts:
    """Counties that were first on an indicator in each of the years before that 稳居 asks for.

    Years that the run does not count are taken from the edition of the year before, as far as it
    reaches; where a year is not known, nobody was first. Who shared the first place in one of them
    did not hold it.
    """
    known = [table]
    if before is not None and before.history is not None:
        known.append(before.history.to_arrow())
    found = [_firsts_of(known, year - back) for back in range(1, years)]
    keys = set.intersection(*(set(each) for each in found)) if found else set()
    alone = [key for key in keys if all(len(each[key]) == 1 for each in found)]
    return {key: frozenset.intersection(*(each[key] for each in found)) for key in alone}


def _firsts_of(tables: Sequence[pa.Table], year: int) -> Firsts:
    """Of the first table that knows the year."""
    return next((found for table in tables if (found := firsts(table, year))), {})


def _published(workspace: Workspace) -> tuple[Statement, ...]:
    tables = []
    for source in workspace.sources_of("leaders"):
        for path in workspace.files(source):
            file = open_table(path)
            batches = [rows.batch for rows in file.rows()]
            tables.append(pa.Table.from_batches(batches, schema=file.schema))
    return read_leaders(pa.concat_tables(tables), vintage=workspace.project.vintage)


def _beside(
    workspace: Workspace, leaders: tuple[Statement, ...], thresholds: Thresholds
) -> tuple[Statement, ...]:
    path = workspace.stage("indicator/beside")
    if not path.is_file():
        return ()
    table = pq.read_table(path)
    project = workspace.project
    year, vintage = project.reference_year, project.vintage
    window = range(year - project.registration_years + 1, year + 1)
    dimension = next(
        (each.dimension for each in leaders if each.indicators == ("new_registrations",)), ""
    )
    return (
        *leading_firms(table, year=year, vintage=vintage),
        *peaks(table, leaders, thresholds, years=window),
        *(growth(table, dimension, thresholds, year=year, vintage=vintage) if dimension else ()),
    )


def _in_fields(workspace: Workspace, leaders: tuple[Statement, ...]) -> Iterator[Statement]:
    """Who has most enterprises of each second-level class."""
    path = workspace.stage("indicator/second_level")
    stock = (each.dimension for each in leaders if each.indicators == ("sei_enterprises",))
    dimension = next(stock, "")
    own = workspace.emerging
    if path.is_file() and dimension and (own is None or is_official(own)):
        project = workspace.project
        year, vintage = project.reference_year, project.vintage
        yield from fields(pq.read_table(path), dimension, year=year, vintage=vintage)


def cities(workspace: Workspace, framework: Framework) -> CityHeat:
    """Cities that lead on each dimension, by an index of whole cities; empty where not counted."""
    path = workspace.stage("score/city")
    if not path.is_file():
        return {}
    table = pq.read_table(path)
    return city_heat(table, framework, top=FIRST, vintage=workspace.project.vintage)


def _hot_cities(heat: CityHeat, thresholds: Thresholds) -> tuple[Statement, ...]:
    """Cities among the first on most dimensions."""
    found = []
    for industry, by_dimension in heat.items():
        ranks: dict[tuple[str, str], dict[str, str]] = {}
        for dimension, leaders in by_dimension.items():
            for each in leaders:
                if each["rank"] <= thresholds["front"] and each["value"] > 0:
                    key = (each["unit"], each["name"])
                    ranks.setdefault(key, {})[dimension] = str(each["rank"])
        hot = [
            (-len(parts), sum(map(int, parts.values())), unit, name, parts)
            for (unit, name), parts in ranks.items()
            if len(parts) >= thresholds["hot_dimensions"]
        ]
        places = tuple(
            Named(name, unit, "hot", None, parts=parts)
            for _, _, unit, name, parts in sorted(hot, key=lambda each: each[:3])
        )
        if places:
            found.append(Statement(industry, "", (), None, places))
    return tuple(found)
