"""`reli diff`: which units moved between two editions, and why."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from reli.cli.options import InProject

__all__ = ["diff"]


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="Edition, or `current`.")],
    after: Annotated[
        str, typer.Argument(metavar="B", help="Edition, or `current`: the project as it is.")
    ] = "current",
    folder: InProject = Path(),
    out: Annotated[
        Path, typer.Option(help="CSV, Parquet or Excel file; `-`: CSV on standard output.")
    ] = Path("-"),
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing beside the table.")] = False,
) -> None:
    """List units that moved beyond ten places, each with its cause.

    数据: its indicators changed, and so did the sources. 匹配: its indicators changed, the sources
    did not (placing, classifying or linking did). 方法: framework, recipe or settings changed, its
    indicators did not. 区划: the divisions changed. 他处: only others changed.
    """
    from reli.pipeline.editions import compare
    from reli.sources.files import STANDARD
    from reli.sources.writing import write_table

    moves = compare(folder, before, after)
    if out == STANDARD:
        sys.stdout.write(moves.write_csv())
    else:
        write_table(out, moves.to_arrow())
    if not quiet:
        causes = dict(moves.group_by("cause").len().sort("cause").iter_rows())
        told = ", ".join(f"{cause} {number}" for cause, number in causes.items()) or "none"
        typer.echo(f"{moves.height} moves beyond ten places: {told}", err=True)
