"""The steps that clean, identify and classify the register part by part, and put it together.

A further file costs its own rows; what was made of the others stays, and is not copied.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from reli.engine import Kernel, Progress, Rows, Step, gather, link, row_count
from reli.linkage.entities import identify
from reli.pipeline.obeying import ruled_files, ruled_values, ruling_kernel, tell_here
from reli.pipeline.parts import (
    Part,
    file_beside,
    kept_file,
    part_file,
    parts_of,
    rejected_file,
)
from reli.pipeline.repeated import FILLED_CELLS, leaving_out, repeated_step
from reli.pipeline.rulings import Rulings
from reli.pipeline.workspace import Workspace, database
from reli.sources.stage import cells_path, clean_table

__all__ = ["Classifying", "classified_steps", "part_steps"]


@dataclass(frozen=True)
class Classifying:
    """The kernel of the stage `classified`, and what it takes."""

    make: Callable[[], Kernel]
    read: Sequence[str]
    """The columns that it reads."""
    encoded: Sequence[str]
    """Those of them that it takes as dictionaries: each text once, and its number in each row."""


def part_steps(workspace: Workspace, progress: Progress, classifying: Classifying) -> list[Step]:
    """Steps from the files of the register to the linked and the parts of the classified ones.

    Args:
        workspace: the project.
        progress: told of the rows.
        classifying: the kernel of the stage `classified`.
    """
    parts = parts_of(workspace)
    return [
        *(_clean_step(workspace, part, progress) for part in parts),
        repeated_step(workspace, parts),
        *(_kept_step(workspace, part, "linked") for part in parts),
        _whole_step(workspace, parts, "linked"),
        *(_classify_step(workspace, part, progress, classifying) for part in parts),
    ]


def classified_steps(workspace: Workspace) -> list[Step]:
    """The classified parts as one."""
    parts = parts_of(workspace)
    return [
        *(_kept_step(workspace, part, "classified") for part in parts),
        _whole_step(workspace, parts, "classified"),
    ]


def _clean_step(workspace: Workspace, part: Part, progress: Progress) -> Step:
    """A part cleaned, with keys; decisions on its fields are obeyed, and which were is written."""
    rejected = rejected_file(workspace, part)
    more_in, more_out = ruled_files(workspace, f"clean/enterprises/{part.name}")

    def run(places: Sequence[Path]) -> Rows:
        rulings = Rulings.of(workspace, "enterprises", found=False) if more_out else None
        rows = clean_table(
            "enterprises",
            part.sources,
            places[0],
            places[1],
            progress,
            cells=places[2],
            budget=workspace.budget,
            finish=partial(_identified_as_ruled, rulings) if rulings else _identified,
        )
        if rulings is not None:
            rulings.write(places[3])
        return rows

    return Step(
        name=f"clean/enterprises/{part.name}",
        run=run,
        inputs=(*part.inputs, *more_in),
        outputs=(part_file(workspace, "clean", part), rejected, cells_path(rejected), *more_out),
    )


def _identified(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Clean enterprises with their keys, and with how many of their cells are filled."""
    height = batch.num_rows
    filled = np.full(height, sum(not column.null_count for column in batch.columns), np.int32)
    for column in batch.columns:
        if 0 < column.null_count < height:
            filled += column.is_valid().to_numpy(zero_copy_only=False)
    return identify(batch).append_column(FILLED_CELLS, pa.array(filled))


def _identified_as_ruled(rulings: Rulings, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The same, with the values that were decided."""
    return _identified(ruled_values(rulings, "enterprises", batch))


def _classify_step(
    workspace: Workspace, part: Part, progress: Progress, classifying: Classifying
) -> Step:
    source, project = part_file(workspace, "linked", part), workspace.project
    more_in, more_out = ruled_files(workspace, f"classified/enterprises/{part.name}")

    def run(places: Sequence[Path]) -> Rows:
        rulings = Rulings.of(workspace, "enterprises", found=True) if more_out else None
        written = _classified(workspace, source, places[0], progress, classifying, rulings=rulings)
        if rulings is not None:
            rulings.write(places[1])
        return Rows(row_count(source), written)

    return Step(
        name=f"classified/enterprises/{part.name}",
        run=run,
        inputs=(source, *filter(None, (workspace.emerging, workspace.zones)), *more_in),
        outputs=(part_file(workspace, "classified", part), *more_out),
        parameters={
            "vintage": project.vintage,
            "attribution": project.attribution,
            "ruleset": project.ruleset,
        },
    )


def _classified(
    workspace: Workspace,
    source: Path,
    place: Path,
    progress: Progress,
    classifying: Classifying,
    *,
    rulings: Rulings | None,
) -> int:
    """Classify the rows of a file, as an analyst has decided; the number of rows written."""
    make, read = classifying.make, classifying.read
    kernel = partial(ruling_kernel, make, rulings) if rulings else make
    with database(workspace) as engine:
        written = engine.map(
            source, kernel, place, columns=read, encoded=classifying.encoded, progress=progress
        )
    if rulings and workspace.project.engine != "duckdb":
        # Workers of a cluster keep what they obeyed to themselves: it is told here once more.
        tell_here(source, make, rulings, read)
    return written


def _kept_step(workspace: Workspace, part: Part, stage: str) -> Step:
    """A part as everything behind reads it: without the rows that another part has fuller."""
    source = part_file(workspace, stage, part)
    repeated = file_beside(workspace, "clean/repeated", part)

    def run(places: Sequence[Path]) -> Rows:
        without = pl.read_parquet(repeated)["enterprise_id"].to_list()
        if not without:
            link(source, places[0])
        else:
            with database(workspace) as engine:
                engine.map(source, partial(leaving_out, without), places[0])
        # The repeated rows are counted where they are found, in clean/enterprises.
        return Rows(row_count(source) - len(without), row_count(places[0]))

    return Step(
        name=f"{stage}/kept/{part.name}",
        run=run,
        inputs=(source, repeated),
        outputs=(kept_file(workspace, stage, part),),
    )


def _whole_step(workspace: Workspace, parts: Sequence[Part], stage: str) -> Step:
    """The parts under one name: of one part its file, of several a folder of them; no copies."""
    files = [kept_file(workspace, stage, part) for part in parts]

    def run(places: Sequence[Path]) -> Rows:
        gather(files, places[0])
        return Rows(sum(map(row_count, files)), row_count(places[0]))

    return Step(
        name=f"{stage}/enterprises",
        run=run,
        inputs=tuple(files),
        outputs=(workspace.stage(f"{stage}/enterprises"),),
    )
