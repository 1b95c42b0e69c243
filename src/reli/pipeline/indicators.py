"""From the linked and classified tables of a project to its indicators, at every level and year."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Engine, Step
from reli.indicators import LEVELS, Counting, Measure, units_of
from reli.indicators.second_level import second_level_counts
from reli.indicators.works import BY_IPC, PATENT_BASES
from reli.pipeline.counted import classes_files, counted_classes, counted_in, counted_steps
from reli.pipeline.counting import (
    as_they_are,
    beside_measures,
    count_parameters,
    counting,
    earlier_years,
    linked_files,
    measures_at,
    project_measures,
    project_years,
    road_tables,
)
from reli.pipeline.framework import framework_files
from reli.pipeline.workspace import Workspace, database

__all__ = ["indicator_file", "indicator_steps"]


def indicator_file(workspace: Workspace, level: str) -> Path:
    """Panel of a level: indicator/indicator for counties, indicator/city and so on for others."""
    return workspace.stage(f"indicator/{'indicator' if level == 'county' else level}")


def indicator_steps(workspace: Workspace) -> list[Step]:
    """What is counted, and of it the panel of every level and what stands beside it."""
    counted = counted_steps(workspace)
    own = [path for path in (workspace.lists, workspace.emerging) if path]

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
                *linked_files(workspace),
                *framework_files(workspace),
                *own,
            ),
            outputs=(
                *(indicator_file(workspace, level) for level in LEVELS),
                workspace.stage("indicator/beside"),
                workspace.stage("indicator/standing"),
                workspace.stage("indicator/basis", ".json"),
            ),
            parameters=count_parameters(workspace),
        ),
        _second_level_step(workspace),
    ]


def _second_level_step(workspace: Workspace) -> Step:
    """Enterprises by the second level of the emerging industries, beside the panel."""
    universe = workspace.project.universe

    def run(places: Sequence[Path]) -> None:
        table = second_level_counts(counted_classes(workspace), universe)
        pq.write_table(table, places[0], compression="zstd")

    return Step(
        name="indicator/second_level",
        run=run,
        inputs=tuple(classes_files(workspace)),
        outputs=(workspace.stage("indicator/second_level"),),
        parameters={"universe": universe},
    )


def _write(workspace: Workspace, engine: Engine, places: Sequence[Path]) -> None:
    *tables, basis = places
    with _appending(tables) as append:
        for counted in _years(workspace, engine):
            _write_year(workspace, counted, append)
    told = _basis(counted, project_measures(workspace))
    text = json.dumps(told, ensure_ascii=False, indent=1)
    basis.write_text(text + "\n", encoding="utf-8")


def _write_year(
    workspace: Workspace, counted: Counting, append: Callable[[int, pa.Table], None]
) -> None:
    """A year of the panels of all levels, of what stands beside them, and of the standing."""
    scored = [each.indicator for each in project_measures(workspace)]
    period = counted.places.period
    measures = measures_at(workspace, period)
    earlier = earlier_years(workspace, beside_measures(workspace), period)
    back = {code: (code.partition("~")[0], each.years_back) for code, each in earlier.items()}
    counted.places.remember(counted.places.resolved(measures), *counted_in(workspace, period.year))
    for at, level in enumerate(LEVELS):
        there = counted.at(units_of(level, workspace.project.universe))
        grid = there.grid(measures)
        append(at, grid.encoded(period.year, scored))
        rest = [code for code in grid.indicators if code not in scored]
        append(len(LEVELS), _at(level, grid.encoded(period.year, rest, back)))
        append(len(LEVELS) + 1, _at(level, there.standing()))


def _years(workspace: Workspace, engine: Engine) -> Iterator[Counting]:
    # All is counted already: of the tables it is asked what there is, not whom they mean.
    tables = road_tables(workspace, engine, works=as_they_are)
    for year in project_years(workspace):
        yield counting(workspace, engine, year, tables=tables)


@contextmanager
def _appending(places: Sequence[Path]) -> Iterator[Callable[[int, pa.Table], None]]:
    """A function that adds rows to one of several files, so that few are in memory at a time."""
    with ExitStack() as opened:
        writers: dict[int, pq.ParquetWriter] = {}

        def append(at: int, table: pa.Table) -> None:
            if at not in writers:
                # Without a note of the schema, texts are texts to whoever reads. A group of rows
                # holds a year with all that there is of the other columns.
                writer = pq.ParquetWriter(
                    places[at],
                    table.schema,
                    compression="zstd",
                    store_schema=False,
                    write_statistics=["year"],
                )
                writers[at] = opened.enter_context(writer)
            writers[at].write_table(table)

        yield append


def _at(level: str, table: pa.Table) -> pa.Table:
    numbers = pa.array(np.zeros(table.num_rows, np.int32))
    return table.add_column(0, "level", pa.DictionaryArray.from_arrays(numbers, [level]))


def _basis(counted: Counting, measures: Sequence[Measure]) -> dict[str, dict[str, str]]:
    """Which measure of patents was scored, with its label."""
    found = {}
    for measure in measures:
        basis = counted.places.basis_of(measure)
        if basis in PATENT_BASES:
            label = PATENT_BASES[basis] + (BY_IPC if measure.by == "ipc" else "")
            found[measure.indicator] = {"basis": basis, "label": label}
    return found
