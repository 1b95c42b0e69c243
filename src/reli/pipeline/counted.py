"""Steps that count by place, each depending only on what it counts.

The register is counted part by part by its own columns, so that a further file costs only its own
rows. What lists say, and what they let infer, is counted over all parts at once, and works in a
step of their own, which a further list does not touch. The sum of these steps is the count.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from reli.engine import Engine, Growth, Step, link, row_count
from reli.indicators import LEVELS, Period, PlaceCounts, RoadTables, units_of
from reli.indicators.cube import COUNTED
from reli.indicators.levels import Units
from reli.indicators.owners import beside_past, change, placed_owners, touched, units_twice
from reli.indicators.second_level import classes_by_place
from reli.linkage.parties import granted_to
from reli.linkage.patent_codes import CODE_SET, CODED
from reli.pipeline.asking import codes_of, granted_of, owners_of
from reli.pipeline.counting import (
    as_they_are,
    count_parameters,
    linked_files,
    measures_at,
    outsiders_file,
    project_years,
    road_tables,
    works_files,
)
from reli.pipeline.framework import framework_files
from reli.pipeline.inferring import inferred_file, parties_of
from reli.pipeline.parts import counted_groups
from reli.pipeline.workspace import Workspace, database

__all__ = ["classes_files", "counted_classes", "counted_in", "counted_steps"]

_WORKS = ("patents", "software_copyrights")
_LISTS = ("recognitions", "listings", "rankings", "holdings")
"""Tables that say something of an enterprise beside its works."""
_CLASSED = ("emerging_classes",)
_FEW = 0.1
"""Share of the owners that may lie elsewhere; of more, all works are counted anew."""
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
    told = [_told_step(workspace)] if _telling(workspace) else []
    has_works = linked_files(workspace, *_WORKS)
    works = [_owners_step(workspace), _works_step(workspace)] if has_works else []
    return [*(_group_step(workspace, group) for group in groups), *told, *works]


def _counted_files(workspace: Workspace) -> list[Path]:
    """Counts by place, whatever was counted."""
    groups = [workspace.stage(f"indicator/counted/{each}") for each in counted_groups(workspace)]
    told = _telling(workspace) and [workspace.stage("indicator/told")]
    works = linked_files(workspace, *_WORKS) and [workspace.stage("indicator/works")]
    return [*groups, *told, *works]


def classes_files(workspace: Workspace) -> list[Path]:
    """Enterprises by place and class of the second level."""
    groups = [workspace.stage(f"indicator/classes/{each}") for each in counted_groups(workspace)]
    return [*groups, *(_telling(workspace) and [_classes_told(workspace)])]


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
    files, active = counted_groups(workspace)[group], workspace.project.counted == "active"

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            firms = engine.table(files)
            tables = RoadTables(enterprises=firms, industries=workspace.industries)
            counts, classes = [], []
            for counted in _years(workspace, engine, tables):
                counts.append(
                    _dated(counted, counted.of_register(measures_at(workspace, counted.period)))
                )
                classed = counted.placed.firms(_CLASSED, tells_activity=False)
                classes.append(classes_by_place(classed, counted.placed, active=active))
        _write(counts, places[0])
        _write(classes, places[1])

    return _step(
        workspace,
        f"indicator/counted/{group}",
        run,
        inputs=files,
        outputs=tuple(
            workspace.stage(f"indicator/{what}/{group}") for what in ("counted", "classes")
        ),
    )


def _told_step(workspace: Workspace) -> Step:
    """What lists say of enterprises and hosts, and what is inferred from them."""
    active = workspace.project.counted == "active"

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            tables = _told_tables(workspace, engine)
            counts, classes = [], []
            for counted in _years(workspace, engine, tables):
                counts.append(
                    _dated(counted, counted.of_lists(measures_at(workspace, counted.period)))
                )
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
        inputs=(*_parties(workspace), *_telling(workspace)),
        outputs=(workspace.stage("indicator/told"), _classes_told(workspace)),
    )


def _telling(workspace: Workspace) -> list[Path]:
    """Files that say something of an enterprise beside its works; a patent, that it is active."""
    there = workspace.project.tables()
    granted = [granted_of(workspace), owners_of(workspace)] if "patents" in there else []
    return [*linked_files(workspace, *_LISTS), *granted]


def _told_tables(workspace: Workspace, engine: Engine) -> RoadTables:
    """The lists and whom they name, of patents to whom the first was granted."""
    tables = road_tables(workspace, engine, *_LISTS, of_parties=True)
    there, inferred = workspace.project.tables(), inferred_file(workspace)
    granted = engine.table(granted_of(workspace)) if "patents" in there else None
    return replace(
        tables,
        named=engine.keep(tables.every_party()),
        inferred=engine.table(inferred) if inferred else None,
        patents=None
        if granted is None
        else granted_to(granted, engine.table(owners_of(workspace))),
    )


def _placed(workspace: Workspace) -> Path:
    """Owners of works that are a party, where it lies."""
    return workspace.stage("indicator/owners")


def _placed_before(workspace: Workspace) -> Path:
    """The same as it was when works were counted."""
    return workspace.stage("indicator/works_owners")


def _owners_step(workspace: Workspace) -> Step:
    """Where the owners of works lie: the few of them that change change few counts."""

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            tables = road_tables(workspace, engine, *_WORKS, works=as_they_are, of_parties=True)
            placed = placed_owners(tables, engine.table(owners_of(workspace)))
            engine.write(placed, places[0], order_by=["owner"])

    return Step(
        name="indicator/owners",
        run=run,
        inputs=(*_parties(workspace), owners_of(workspace), *_own_files(workspace)),
        outputs=(_placed(workspace),),
    )


def _works_step(workspace: Workspace) -> Step:
    """Works of one owner by place; those of several by unit; and where owners lay."""
    outputs = (workspace.stage("indicator/works"), _shared(workspace), _placed_before(workspace))

    def run(places: Sequence[Path]) -> None:
        levels = {level: units_of(level, workspace.project.universe) for level in LEVELS}
        with database(workspace) as engine:
            found = _works_counted(workspace, engine, _numbered(workspace, engine), levels)
        _write_works(workspace, found, places)

    def grow(places: Sequence[Path], _: Sequence[Path]) -> None:
        with database(workspace) as engine:
            moved = _works_moved(workspace, engine)
        if moved is None:
            run(places)
            return
        old = [pl.read_parquet(path) for path in outputs[:2]]
        found = [_added([rows, more]) for rows, more in zip(old, moved, strict=True)]
        _write_works(workspace, found, places)

    step = _step(
        workspace,
        "indicator/works",
        run,
        inputs=(_placed(workspace), *works_files(workspace)),
        outputs=outputs,
    )
    return replace(step, growth=Growth(grow, may_change=(_placed(workspace),)))


def _write_works(
    workspace: Workspace, found: Sequence[pl.DataFrame], places: Sequence[Path]
) -> None:
    for rows, place in zip(found, places, strict=False):
        _write([rows], place)
    link(_placed(workspace), places[2])


def _works_moved(workspace: Workspace, engine: Engine) -> list[pl.DataFrame] | None:
    """What the works of owners that lie elsewhere now add to both counts, and take from them.

    None where these are many.
    """
    tables = _numbered(workspace, engine)
    now, then = engine.table(_placed(workspace)), engine.table(_placed_before(workspace))
    moved = engine.keep(now.difference(then).union(then.difference(now)).select("owner").distinct())
    number = engine.fetch(moved.aggregate(n=moved.count()))["n"][0].as_py()
    if number > _FEW * row_count(_placed(workspace)):
        return None
    both = beside_past(touched(tables, moved, engine.keep), then)
    universe = workspace.project.universe
    levels = {level: units_twice(units_of(level, universe)) for level in LEVELS}
    return [change(rows) for rows in _works_counted(workspace, engine, both, levels)]


def _added(several: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Counts added up by cell; those that are zero left out."""
    rows = pl.concat(several)
    keys = [name for name in rows.columns if name != "value"]
    added = rows.group_by(keys).agg(pl.col("value").sum()).filter(pl.col("value") != 0)
    return added.select(rows.columns)


def _works_counted(
    workspace: Workspace, engine: Engine, tables: RoadTables, levels: Mapping[str, Units]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Works of one owner by place, and those of several by unit, of each year."""
    counts, shared = [], []
    for counted in _years(workspace, engine, tables):
        measures = counted.resolved(measures_at(workspace, counted.period))
        counts.append(_dated(counted, counted.of_works(measures)))
        shared.append(_dated(counted, counted.of_shared(measures, levels)))
    return pl.concat(counts), pl.concat(shared)


def _step(
    workspace: Workspace,
    name: str,
    run: Callable[[Sequence[Path]], None],
    *,
    inputs: Sequence[Path],
    outputs: tuple[Path, ...],
) -> Step:
    return Step(
        name=name,
        run=run,
        inputs=(*inputs, *framework_files(workspace), *_own_files(workspace)),
        outputs=outputs,
        parameters=count_parameters(workspace),
    )


def _own_files(workspace: Workspace) -> list[Path]:
    """The project's own lists and classification, where it has any."""
    return [path for path in (workspace.lists, workspace.emerging) if path]


def _parties(workspace: Workspace) -> list[Path]:
    """The classified enterprises that other tables name, and the outsiders."""
    found = (parties_of(workspace), inferred_file(workspace), outsiders_file(workspace))
    return [path for path in found if path]


def _numbered(workspace: Workspace, engine: Engine) -> RoadTables:
    """Tables of works that name their owners by number, with what the numbers mean."""
    tables = road_tables(workspace, engine, *_WORKS, works=as_they_are)
    codes = None
    if tables.patents is not None:
        rows = engine.table(codes_of(workspace))
        codes = rows.filter(rows[CODE_SET].notnull()).select(CODE_SET, CODED).distinct()
    return replace(tables, owners=engine.table(_placed(workspace)), code_sets=codes)


def _years(workspace: Workspace, engine: Engine, tables: RoadTables) -> Iterator[PlaceCounts]:
    for year in project_years(workspace):
        yield PlaceCounts(tables, Period(year, workspace.project.registration_years), engine)


def _dated(counted: PlaceCounts, counts: pl.DataFrame) -> pl.DataFrame:
    return counts.with_columns(year=pl.lit(counted.period.year, pl.Int32))


def _write(parts: Sequence[pl.DataFrame], place: Path) -> None:
    """Counts of several years, in order of all that is not counted."""
    rows = pl.concat(parts)
    keys = [name for name in rows.columns if name not in ("value", "enterprises")]
    pq.write_table(rows.sort(keys).to_arrow(), place, compression="zstd")
