"""Canonical tables beside the register, cleaned: lists file by file."""

from collections.abc import Sequence
from pathlib import Path

from reli.engine import Progress, Rows, Step
from reli.pipeline.counting import LISTS, PLAIN
from reli.pipeline.obeying import rule_values, ruled_files
from reli.pipeline.own_lists import project_table
from reli.pipeline.parts import MOST_PARTS, Part, parts_of
from reli.pipeline.rulings import has_decisions
from reli.pipeline.workspace import Workspace
from reli.sources.stage import CleanFiles, cells_path, clean_files, clean_table
from reli.sources.together import put_together

__all__ = ["clean_step", "clean_steps"]


def clean_steps(workspace: Workspace, table: str, progress: Progress) -> list[Step]:
    """A canonical table made canonical; of a list each file by itself.

    Decisions are obeyed by the whole table, and more files than MOST_PARTS are cleaned together.
    """
    files = workspace.source_files(table) if table in LISTS else []
    if not 0 < len(files) <= MOST_PARTS or has_decisions(workspace):
        return [clean_step(workspace, table, progress)]
    parts = parts_of(workspace, table)
    steps = [_part_step(workspace, table, part, progress) for part in parts]
    return [*steps, _together_step(workspace, table, parts)]


def clean_step(workspace: Workspace, table: str, progress: Progress) -> Step:
    """Files of one canonical table, made canonical."""
    rejected = workspace.rejected(table)
    sources = workspace.source_files(table)

    more_in, more_out = ruled_files(workspace, f"clean/{table}")

    def run(places: Sequence[Path]) -> Rows:
        rows = clean_table(
            project_table(workspace, table),
            sources,
            places[0],
            places[1],
            progress,
            cells=places[2],
            budget=workspace.budget,
        )
        if more_out:
            rule_values(workspace, table, places[0], places[3])
        return rows

    return Step(
        name=f"clean/{table}",
        run=run,
        inputs=(*workspace.inputs_of(table), *more_in),
        outputs=(workspace.stage(f"clean/{table}"), rejected, cells_path(rejected), *more_out),
        # What they may name depends on the map and on the framework.
        parameters={"vintage": workspace.project.vintage, "framework": workspace.project.framework}
        if table in PLAIN
        else {},
    )


def _part_step(workspace: Workspace, table: str, part: Part, progress: Progress) -> Step:
    """Some files of a list, their repeated rows included."""
    lists = [workspace.lists] if workspace.lists and table == "recognitions" else []

    def run(places: Sequence[Path]) -> Rows:
        return clean_files(
            project_table(workspace, table),
            part.sources,
            CleanFiles(*places),
            progress=progress,
            budget=workspace.budget,
        )

    made = _made(workspace, table, part)
    return Step(
        name=f"clean/{table}/{part.name}",
        run=run,
        inputs=(*part.inputs, *lists),
        outputs=(made.rows, made.keys, made.rejected, made.cells),
    )


def _made(workspace: Workspace, table: str, part: Part) -> CleanFiles:
    name = f"clean/{table}/{part.name}"
    rejected = workspace.stage(f"{name}.rejected", ".csv")
    rows, keys = workspace.stage(name), workspace.stage(f"{name}.keys")
    return CleanFiles(rows, keys, rejected, cells_path(rejected))


def _together_step(workspace: Workspace, table: str, parts: Sequence[Part]) -> Step:
    """All files of a list, without the rows that repeat one of any of them."""
    made, rejected = [_made(workspace, table, part) for part in parts], workspace.rejected(table)

    def run(places: Sequence[Path]) -> Rows:
        out, *lists = places
        return put_together(
            project_table(workspace, table),
            made,
            out,
            rejected=lists[0],
            cells=lists[1],
            budget=workspace.budget,
        )

    return Step(
        name=f"clean/{table}",
        run=run,
        inputs=tuple(
            path for each in made for path in (each.rows, each.keys, each.rejected, each.cells)
        ),
        outputs=(workspace.stage(f"clean/{table}"), rejected, cells_path(rejected)),
    )
