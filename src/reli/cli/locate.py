"""`reli locate`: addresses to divisions."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from reli.cli.options import IsQuiet, RejectedFile, RowsOut

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
    out: RowsOut,
    *,
    vintage: Annotated[
        int, typer.Option(help="Year at whose end (31 December) the divisions are meant.")
    ] = 2023,
    zones: Annotated[
        Path | None,
        typer.Option(help="Table of zones whose rows replace or extend those that come along."),
    ] = None,
    attribution: Annotated[
        str,
        typer.Option(
            help="territory, or administration: a zone that administers its own area is the "
            "answer, of level zone, in place of the county it lies in."
        ),
    ] = "territory",
    rejected: RejectedFile = None,
    quiet: IsQuiet = False,
) -> None:
    r"""Place addresses in counties, with evidence; where it is not certain, say what is.

    Appended: division_code, division_level, province_name, city_name, county_name, confidence,
    method, matched_text, candidates. A code that ends in 00 is the city or province that is
    certain; candidates are the counties that remain.

    confidence: exact (a county of the vintage is named), derived (by a successor, a town, a zone or
    a corrected slip, see method), inferred (authority or credit code), ambiguous, none.

    For example:

        reli locate firms.csv placed.csv

        reli locate firms.xlsx placed.parquet --vintage 2020

        echo -e 'address\n杭州市崇贤街道' | reli locate - - --quiet
    """
    from reli.classification.place import Locator
    from reli.errors import UnknownName
    from reli.reference.zone_units import ATTRIBUTIONS
    from reli.sources.command import run_table_command

    if attribution not in ATTRIBUTIONS:
        raise UnknownName("attribution", attribution, ATTRIBUTIONS)
    code = run_table_command(
        source,
        out,
        Locator(vintage, zones, attribution).locate,
        required=("address",),
        optional=("credit_code", "authority", "province", "city"),
        rejected=rejected,
        title="locate",
        quiet=quiet,
    )
    sys.exit(code)
