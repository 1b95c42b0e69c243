"""`reli evaluate`: trial sets scored kind by kind."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from reli.evaluation import Result

__all__ = ["evaluate"]

_FOLDER = Path("tests/data")
_MISSED = 1


class Task(StrEnum):
    """What is tried."""

    locate = "locate"
    classify = "classify"
    match = "match"
    credit_code = "credit-code"


def evaluate(
    task: Annotated[Task | None, typer.Argument(help="What to try; without it, all.")] = None,
    *,
    cases: Annotated[
        Path | None,
        typer.Option(help="A trial set of your own, in the format of the task's; needs a task."),
    ] = None,
    folder: Annotated[Path, typer.Option(help="Folder of the trial sets.")] = _FOLDER,
    markdown: Annotated[
        Path | None, typer.Option(help="Write the table for the documentation here too.")
    ] = None,
    misses: Annotated[
        Path | None,
        typer.Option(help="Write the cases that are not right here, with the answer given."),
    ] = None,
) -> None:
    """Score trial sets: how many cases of each kind are right, abstained and wrong.

    Exit code 1 where a mark is missed. For example:

        reli evaluate

        reli evaluate locate --misses misses.csv

        reli evaluate locate --cases my_addresses.csv
    """
    from reli.errors import InvalidSetting
    from reli.evaluation import TASKS, document, run_trial

    if cases and not task:
        raise InvalidSetting("--cases needs a task: reli evaluate locate --cases FILE")
    trials = [TASKS[task.value]] if task else list(TASKS.values())
    results = [run_trial(trial, cases or folder / trial.file) for trial in trials]
    for result in results:
        typer.echo(_printed(result))
    if markdown:
        markdown.write_text(document(results), encoding="utf-8")
    if misses:
        _write_misses(results, misses)
    sys.exit(0 if all(result.is_met for result in results) else _MISSED)


def _printed(result: "Result") -> str:
    head = (
        f"{result.trial.task:<20}{'cases':>7}{'right':>7}{'abstained':>11}{'wrong':>7}{'share':>9}"
    )
    lines = [
        f"{each.kind:<20}{each.cases:>7}{each.right:>7}{each.abstained:>11}{each.wrong:>7}"
        f"{each.share:>9.1%}" + ("" if each.is_met else f"  below {each.mark:.1%}")
        for each in result.scores
    ]
    figures = [
        f"{each.name}: {each.value:.1%}" + ("" if each.is_met else "  mark missed")
        for each in result.figures
    ]
    return "\n".join([head, *lines, *figures, ""])


def _write_misses(results: "list[Result]", path: Path) -> None:
    import pyarrow as pa

    from reli.sources.writing import write_table

    rows = [{"task": result.trial.task, **miss} for result in results for miss in result.misses()]
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name, "") for row in rows] for name in names or ["task"]}
    write_table(path, pa.table(columns))
