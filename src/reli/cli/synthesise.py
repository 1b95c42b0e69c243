"""`reli synthesise`: an invented country to try everything on."""

from pathlib import Path
from typing import Annotated

import typer

from reli.cli.options import IsQuiet

__all__ = ["synthesise"]


def synthesise(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Project folder to make.")],
    *,
    enterprises: Annotated[
        int, typer.Option("--enterprises", help="How many enterprises are invented.")
    ] = 100_000,
    seed: Annotated[int, typer.Option("--seed", help="Chooses the country.")] = 1,
    quiet: IsQuiet = False,
) -> None:
    """Make a project folder of an invented country (合成演示数据), with its truth in truth/.

    The same number and seed give the same files. Nothing that is there already is overwritten.
    """
    from reli.engine import Quiet, Terminal
    from reli.synthetic import synthesise as write

    write(folder, enterprises=enterprises, seed=seed, progress=Quiet() if quiet else Terminal())
    if not quiet:
        typer.echo(f"made {folder}; then: reli run {folder}", err=True)
