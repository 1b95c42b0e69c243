"""Options that many commands take alike."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["IsQuiet", "RejectedFile", "RowsOut"]

IsQuiet = Annotated[bool, typer.Option("--quiet", help="Say nothing while running.")]
RejectedFile = Annotated[
    Path | None,
    typer.Option(help="Where lines that cannot be read go; by default OUT.rejected.csv."),
]
RowsOut = Annotated[Path, typer.Argument(metavar="OUT", help="Where the rows go; `-`: CSV.")]
