"""`reli run`: from a project's sources to its publications."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from reli.cli.options import IsQuiet, ProjectFolder

__all__ = ["run"]

REJECTED = 1


def run(
    folder: ProjectFolder = Path(),
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if any row was rejected.")
    ] = False,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Read every file again, not only those of new size or time."),
    ] = False,
    quiet: IsQuiet = False,
) -> None:
    """Build what has changed: clean, link, classify, count, score, publish.

    Files appear whole or not at all; a run that was stopped is completed by the next. Files are
    known again by size and time (--verify reads them all). Rejected rows stand in DIR/rejected
    with file, line and reason.
    """
    from reli.engine import Quiet, Terminal
    from reli.pipeline import run_project

    outcome = run_project(folder, Quiet() if quiet else Terminal(), is_verifying=verify)
    if not quiet:
        for line in outcome.summary:
            typer.echo(line, err=True)
    for path in outcome.publications:
        typer.echo(path)
    if strict and outcome.rejected_rows:
        sys.exit(REJECTED)
