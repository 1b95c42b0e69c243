"""Counts by place, in steps that depend on no more than they count.

The register is counted part by part, so that a further file costs its own rows. What lists say of
its enterprises is counted of all parts at once, and so are works: a further list leaves the works
alone. All of it adds up.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from reli.engine import Engine, Step
from reli.indicators import LEVELS, Measure, Period, PlaceCounts, RoadTables, units_of
from reli.indicators.cube import COUNTED
from reli.indicators.second_level import classes_by_place
from reli.pipeline.classified import classified_files, classified_table
from reli.pipeline.counting import (
    count_parameters,
    linked_files,
    measures_at,
    outsiders_file,
    project_years,
    road_tables,
)
from reli.pipeline.framework import framework_files
from reli.pipeline.parts import counted_groups
from reli.pipeline.workspace import Workspace, database

__all__ = ["classes_files", "counted_classes", "counted_in", "counted_steps"]

_WORKS = ("patents", "software_copyrights")
_TOLD = ("recognitions", "listings", "rankings", "holdings", "patents")
"""Tables that say something of an enterprise beside its works; a patent, that it is active."""
_CLASSED = ("emerging_classes",)
_NO_SHARED = pl.DataFrame(schema={**COUNTED, "level": pl.String})
_CLASSES: dict[str, Any] = {
    "year": pl.Int32,
    "place": pl.String,
    "class_code": pl.String,
    "enterprises": pl.Int64,
}


def counted_steps(workspace: Workspace) -> list[Step]:
    """Counts of each part of the register, of what lists say of it, and of works."""
    groups = counted_groups(workspace)
    told = [_told_step(workspace)] if linked_files(workspace, *_TOLD) else []
    works = [_works_step(workspace)] if linked_files(workspace, *_WORKS) else []
    return [*(_group_step(workspace, group) for group in groups), *told, *works]


def _counted_files(workspace: Workspace) -> list[Path]:
    """Counts by place, whatever was counted."""
    groups = [workspace.stage(f"indicator/counted/{each}") for each in counted_groups(workspace)]
    told = linked_files(workspace, *_TOLD) and [workspace.stage("indicator/told")]
    works = linked_files(workspace, *_WORKS) and [workspace.stage("indicator/works")]
    return [*groups, *told, *works]


def classes_files(workspace: Workspace) -> list[Path]:
    """Enterprises by place and class of the second level."""
    groups = [workspace.stage(f"indicator/classes/{each}") for each in counted_groups(workspace)]
    return [*groups, *(linked_files(workspace, *_TOLD) and [_classes_told(workspace)])]


def counted_classes(workspace: Workspace) -> pl.DataFrame:
    """The same of all parts together: year, place, class_code, enterprises."""
    rows = pl.concat([pl.read_parquet(path) for path in classes_files(workspace)])
    keys = ("year", "place", "class_code")
    return rows.group_by(keys).agg(pl.col("enterprises").sum()).sort(keys)


def counted_in(workspace: Workspace, year: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Counts of a year by place, and works of several owners by level and unit."""
    found = pl.concat([_of_year(path, year) for path in _counted_files(workspace)])
    if not linked_files(workspace, *_WORKS):
        return found, _NO_SHARED
    return found, _of_year(_shared(workspace), year)


def _of_year(path: Path, year: int) -> pl.DataFrame:
    return pl.read_parquet(path).filter(pl.col("year") == year).drop("year")


def _classes_told(workspace: Workspace) -> Path:
    return workspace.stage("indicator/told_classes")


def _shared(workspace: Workspace) -> Path:
    """Works of several owners by level and unit, since they do not add up above their places."""
    return workspace.stage("indicator/shared")


def _group_step(workspace: Workspace, group: str) -> Step:
    """What the enterprises of a group say themselves."""
    of_group, active = counted_groups(workspace)[group], workspace.project.counted == "active"

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            firms = classified_table(engine, of_group.files, of_group.inferred)
            tables = RoadTables(enterprises=firms, industries=workspace.industries)
            counts, classes = [], []
            for counted in _years(workspace, engine, tables):
                counts.append(_dated(counted, counted.of_register(_measures(workspace, counted))))
                classed = counted.placed.firms(_CLASSED, tells_activity=False)
                classes.append(classes_by_place(classed, counted.placed, active=active))
        _write(counts, places[0])
        _write(classes, places[1])

    return _step(
        workspace,
        f"indicator/counted/{group}",
        run,
        inputs=(*of_group.files, *of_group.inferred),
        outputs=tuple(
            workspace.stage(f"indicator/{what}/{group}") for what in ("counted", "classes")
        ),
    )


def _told_step(workspace: Workspace) -> Step:
    """What lists say of enterprises and hosts."""
    active = workspace.project.counted == "active"

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            tables = _named(workspace, engine, road_tables(workspace, engine, *_TOLD))
            counts, classes = [], []
            for counted in _years(workspace, engine, tables):
                counts.append(_dated(counted, counted.of_lists(_measures(workspace, counted))))
                if (
                    active
                    and (shown := counted.placed.shown_active(("emerging_classes",))) is not None
                ):
                    classes.append(classes_by_place(shown, counted.placed))
        _write(counts, places[0])
        _write([pl.DataFrame(schema=_CLASSES), *classes], places[1])

    return _step(
        workspace,
        "indicator/told",
        run,
        inputs=(*_enterprises(workspace), *linked_files(workspace, *_TOLD)),
        outputs=(workspace.stage("indicator/told"), _classes_told(workspace)),
    )


def _works_step(workspace: Workspace) -> Step:
    """Works of one owner by place; those of several by unit."""
    levels = {level: units_of(level, workspace.project.universe) for level in LEVELS}

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            tables = _named(workspace, engine, road_tables(workspace, engine, *_WORKS))
            counts, shared = [], []
            for counted in _years(workspace, engine, tables):
                measures = _measures(workspace, counted)
                counts.append(_dated(counted, counted.of_works(measures)))
                shared.append(_dated(counted, counted.of_shared(measures, levels)))
        _write(counts, places[0])
        _write(shared, places[1])

    return _step(
        workspace,
        "indicator/works",
        run,
        inputs=(*_enterprises(workspace), *linked_files(workspace, *_WORKS)),
        outputs=(workspace.stage("indicator/works"), _shared(workspace)),
    )


def _step(
    workspace: Workspace,
    name: str,
    run: Callable[[Sequence[Path]], None],
    *,
    inputs: Sequence[Path],
    outputs: tuple[Path, ...],
) -> Step:
    own = [path for path in (workspace.lists, workspace.emerging) if path]
    return Step(
        name=name,
        run=run,
        inputs=(*inputs, *framework_files(workspace), *own),
        outputs=outputs,
        parameters=count_parameters(workspace),
    )


def _enterprises(workspace: Workspace) -> list[Path]:
    """The classified register and the outsiders."""
    outsiders = outsiders_file(workspace)
    return [*classified_files(workspace), *([outsiders] if outsiders else [])]


def _named(workspace: Workspace, engine: Engine, tables: RoadTables) -> RoadTables:
    """Tables with the enterprises that they name found once for all that is asked of them."""
    owners = engine.table(workspace.stage("linked/owners")) if _has_works(tables) else None
    return tables.keeping_named(engine.keep, owners)


def _has_works(tables: RoadTables) -> bool:
    return tables.patents is not None or tables.software_copyrights is not None


def _years(workspace: Workspace, engine: Engine, tables: RoadTables) -> Iterator[PlaceCounts]:
    for year in project_years(workspace):
        yield PlaceCounts(tables, Period(year, workspace.project.registration_years), engine)


def _measures(workspace: Workspace, counted: PlaceCounts) -> tuple[Measure, ...]:
    """All that is counted of a year, so that everything is passed over once for all."""
    return counted.resolved(measures_at(workspace, counted.period))


def _dated(counted: PlaceCounts, counts: pl.DataFrame) -> pl.DataFrame:
    return counts.with_columns(year=pl.lit(counted.period.year, pl.Int32))


def _write(parts: Sequence[pl.DataFrame], place: Path) -> None:
    """Counts of several years, in order of all that is not counted."""
    rows = pl.concat(parts)
    keys = [name for name in rows.columns if name not in ("value", "enterprises")]
    pq.write_table(rows.sort(keys).to_arrow(), place, compression="zstd")
