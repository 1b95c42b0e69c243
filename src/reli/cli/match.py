"""`reli match`: names on lists to enterprises of a register."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from reli.cli.options import IsQuiet, RejectedFile, RowsOut

__all__ = ["match"]


def match(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN",
            help="Table with name; credit_code, province, city help. `-`: CSV from standard input.",
        ),
    ],
    out: RowsOut,
    *,
    register: Annotated[
        Path,
        typer.Option(
            help="Table with name, credit_code; former_names (joined by |), province, city, status."
        ),
    ],
    rejected: RejectedFile = None,
    quiet: IsQuiet = False,
) -> None:
    """Find the enterprise that each name on a list means, with evidence.

    Rungs: credit code, name, former name, legal form, branch's parent, one edit in the same place.
    Where several remain, none is chosen: see candidates.
    """
    import pyarrow as pa

    from reli.errors import InvalidSetting
    from reli.linkage.match import Matcher
    from reli.sources.command import find_columns, run_table_command
    from reli.sources.files import STANDARD, open_table

    if source == register == STANDARD:
        raise InvalidSetting("IN and --register are both -: only one can be standard input")
    table = open_table(register)
    find_columns(("name", "credit_code"), table.columns, str(register))
    rows = pa.Table.from_batches([part.batch for part in table.rows()], schema=table.schema)
    matcher = Matcher(rows)
    code = run_table_command(
        source,
        out,
        matcher.match,
        required=("name",),
        optional=("credit_code", "province", "city"),
        rejected=rejected,
        beside=table.rejected,
        title="match",
        quiet=quiet,
    )
    sys.exit(code)
