"""`reli brief`: two pages about a county, city or province."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from reli.cli.answering import Project
from reli.cli.options import IsQuiet

__all__ = ["brief"]


def brief(
    divisions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DIVISION]...", help="Codes or names of counties, cities and provinces."
        ),
    ] = None,
    *,
    dossier: Annotated[
        bool,
        typer.Option("--dossier", help="With the firms behind each count, and near misses."),
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Every county, city and province, by several processes.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes for --all.")] = 2,
    project: Project,
    out: Annotated[
        Path | None,
        typer.Option(help="A .pdf file, for one; else a folder. By default out/briefs."),
    ] = None,
    quiet: IsQuiet = False,
) -> None:
    """Make a PDF profile of a county, city or province, to hand over.

    Ranks with their ranges, the indicators with their sources, strengths and gaps against peers,
    what one more and a better rank would take, which industries fit, and the quality of the data.

    Example: reli brief 330108 --project my-project
    """
    from reli.errors import InvalidSetting
    from reli.pipeline.briefs import Briefs, write_briefs
    from reli.report.brief import BriefWriter

    folder = out or project / "out" / "briefs"
    if every == bool(divisions) or (every and dossier):
        raise InvalidSetting("name counties or cities, or ask for --all (without --dossier)")
    briefs = Briefs(project)
    if every:
        written = 0
        for count in write_briefs(project, briefs.codes, folder, workers=workers):
            written += count
            if not quiet:
                sys.stderr.write(f"\r  {written:,} of {len(briefs.codes):,} briefs")
        if not quiet:
            sys.stderr.write(f": {folder}\n")
        return
    codes = [briefs.code_of(division) for division in divisions or ()]
    is_file = folder.suffix == ".pdf"
    if is_file and len(codes) > 1:
        raise InvalidSetting(f"{folder} is one file: give a folder for {len(codes)} briefs")
    with BriefWriter() as writer:
        for code in codes:
            path = folder if is_file else folder / f"{code}.pdf"
            writer.write(briefs.brief(code, is_dossier=dossier), path)
            if not quiet:
                typer.echo(str(path))
