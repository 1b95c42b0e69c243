"""`reli classify`: enterprises to emerging industries."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from reli.cli.options import IsQuiet, RejectedFile, RowsOut

__all__ = ["classify"]


def classify(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN",
            help="Table with name, gb4754_code (may be empty; 2 to 4 digits or a Chinese name), "
            "business_scope. `-`: CSV from standard input.",
        ),
    ],
    out: RowsOut,
    *,
    emerging: Annotated[
        Path | None,
        typer.Option(
            help="Table that `reli reference import-sei` wrote, or a classification of your own, "
            "in place of the shipped one."
        ),
    ] = None,
    ruleset: Annotated[
        str,
        typer.Option(
            help="sei2018-1: listed products and usual words for them; -listed: listed products "
            "alone; -own: none beside the firm's own class; -class: unstarred classes alone."
        ),
    ] = "sei2018-1",
    rejected: RejectedFile = None,
    quiet: IsQuiet = False,
) -> None:
    """Assign emerging industries by class and by products in production clauses.

    Rules: unstarred_class (the class belongs whole), class_product (a listed product of a starred
    class is made), scope_product (no class is given, a product is made), further_product (a product
    of another industry is made). Trade, leasing and consulting clauses never count. Behind the
    industries, emerging_classes has their second level (1.2, 7.1 ...).
    """
    from reli.classification.industry import Classifier
    from reli.sources.command import run_table_command

    code = run_table_command(
        source,
        out,
        Classifier(emerging, ruleset).classify,
        required=("name", "gb4754_code", "business_scope"),
        rejected=rejected,
        title="classify",
        quiet=quiet,
    )
    sys.exit(code)
