"""Options that many commands take alike."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["InProject", "IsQuiet", "ProjectFolder", "RejectedFile", "RowsOut", "RunFolder"]

IsQuiet = Annotated[bool, typer.Option("--quiet", help="Say nothing while running.")]
RejectedFile = Annotated[
    Path | None,
    typer.Option(help="Where lines that cannot be read go; by default OUT.rejected.csv."),
]
RowsOut = Annotated[Path, typer.Argument(metavar="OUT", help="Where the rows go; `-`: CSV.")]
ProjectFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Project folder, with reli.toml.")
]
RunFolder = Annotated[Path, typer.Argument(metavar="DIR", help="Project folder that has been run.")]
InProject = Annotated[
    Path, typer.Option("--project", metavar="DIR", help="Project folder, with reli.toml.")
]
