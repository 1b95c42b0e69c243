"""`reli check`: what one's sources look like, before anything is built from them."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from reli.cli.options import IsQuiet, ProjectFolder

__all__ = ["check"]

HAS_ERRORS = 1


def check(
    folder: ProjectFolder = Path(),
    html: Annotated[
        Path | None, typer.Option("--html", help="Page to write; by default DIR/out/check.html.")
    ] = None,
    quiet: IsQuiet = False,
) -> None:
    """Look at a project's sources: rejected rows, empty columns, dates, lists, places.

    Nothing is built. The report (in Chinese) is shown and written as a page. Exit code 1 where a
    run would fail.
    """
    from reli.engine import Quiet, Terminal, atomic
    from reli.pipeline.check import by_table, check_project
    from reli.pipeline.check_page import check_page

    report = check_project(folder, Quiet() if quiet else Terminal())
    for table, findings in by_table(report.findings).items():
        typer.echo(table)
        for finding in findings:
            typer.echo(f"  [{finding.level}] {finding.text}")
            for example in finding.examples:
                typer.echo(f"         {example}")
    path = html or folder / "out" / "check.html"
    with atomic(path) as place:
        place.write_text(check_page(report), encoding="utf-8")
    if not quiet:
        typer.echo(f"wrote {path}", err=True)
    if report.has_errors:
        sys.exit(HAS_ERRORS)
