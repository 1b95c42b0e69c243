"""`reli credit-code`: whether unified social credit codes are right."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from reli.cli.options import IsQuiet, RejectedFile, RowsOut

__all__ = ["credit_code"]


def credit_code(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN", help="Table with a column credit_code. `-`: CSV from standard input."
        ),
    ],
    out: RowsOut,
    *,
    rejected: RejectedFile = None,
    quiet: IsQuiet = False,
) -> None:
    """Check credit codes (GB 32100-2015) as written and tidied, with the reason where one is wrong.

    Tidied is: without a label, spaces and hyphens, in capitals of usual width. Nothing is guessed:
    the letter O stays a letter, masked characters stay unknown.
    """
    from reli.linkage.credit_codes import check_credit_codes
    from reli.sources.command import run_table_command

    code = run_table_command(
        source,
        out,
        check_credit_codes,
        required=("credit_code",),
        rejected=rejected,
        title="credit-code",
        quiet=quiet,
    )
    sys.exit(code)
