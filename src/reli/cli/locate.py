"""`reli locate`: addresses to divisions."""

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["locate"]


def locate(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN",
            help="Table with a column address; credit_code, authority, province, city help. "
            "`-`: CSV from standard input.",
        ),
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Where the rows go; `-`: CSV.")],
    *,
    vintage: Annotated[
        int, typer.Option(help="Year at whose end (31 December) the divisions are meant.")
    ] = 2023,
    rejected: Annotated[
        Path | None,
        typer.Option(help="Where lines that cannot be read go; by default OUT.rejected.csv."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing while running.")] = False,
) -> None:
    """Place addresses in counties, with evidence; where it is not certain, say what is.

    confidence: exact (a county of the vintage is named), derived (by a successor, a town, a zone or
    a corrected slip), inferred (authority or credit code), ambiguous (see candidates), none.
    """
    from reli.classification.place import Locator
    from reli.sources.command import run_table_command

    code = run_table_command(
        source,
        out,
        Locator(vintage).locate,
        required=("address",),
        optional=("credit_code", "authority", "province", "city"),
        rejected=rejected,
        title="locate",
        quiet=quiet,
    )
    sys.exit(code)
