"""`reli facts`: what the scores say, counted."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reli.cli.options import IsQuiet

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["facts"]


def facts(
    scores: Annotated[
        Path,
        typer.Argument(
            metavar="SCORES",
            help="Table of industry, rank, county, city, province, index; or what `reli score` "
            "wrote, with division codes as units; or the folder of a project that has been run. "
            "`-` reads CSV from standard input.",
        ),
    ],
    out: Annotated[
        Path, typer.Argument(metavar="OUT.json", help="Where the facts go; `-`: standard output.")
    ],
    *,
    top: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Last rank that is counted; ties at it are all in. By default 100, or the "
            "project's own.",
        ),
    ] = None,
    vintage: Annotated[
        int, typer.Option(help="Year whose divisions (at 31 December) the counties are.")
    ] = 2023,
    emerging: Annotated[
        Path | None,
        typer.Option(
            help="Table of a classification of your own, whose industries the scores are of; a "
            "project has its own."
        ),
    ] = None,
    rejected: Annotated[
        Path | None,
        typer.Option(help="Where lines that cannot be read go; by default OUT.json.rejected.csv."),
    ] = None,
    quiet: IsQuiet = False,
) -> None:
    """Count what scores say: top ten, counties by province and city, absent provinces.

    A county run directly by its province counts for the province and for no city. Place names
    with a slip that leaves no doubt (济宁市梁山区 for 梁山县) are read as meant, and reported.

    Of a project: also counts by region, the cities and counties that lead on each dimension and
    indicator, and every sentence of the report with its fact.
    """
    if scores.is_dir():
        from reli.pipeline.saying import project_facts

        _write(project_facts(scores, top), out)
        return
    import pyarrow as pa

    from reli.insight import facts as count_facts
    from reli.insight import read_standings
    from reli.reference.emerging import industries_of
    from reli.sources.files import open_table
    from reli.sources.unreadable import keep_unreadable

    source = open_table(scores)
    batches = [rows.batch for rows in source.rows()]
    table = pa.Table.from_batches(batches, schema=source.schema)
    standings = read_standings(
        table, vintage=vintage, industries=industries_of(emerging), where=source.name
    )
    _write(count_facts(standings.table, 100 if top is None else top), out)
    if not quiet:
        for correction in standings.corrections:
            sys.stderr.write(f"  {correction}\n")
    sys.exit(keep_unreadable(source.rejected, out, rejected, quiet=quiet))


def _write(found: "Mapping[str, Any]", out: Path) -> None:
    """Write facts as JSON."""
    import json

    from reli.engine import atomic
    from reli.sources.files import STANDARD

    written = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    if out == STANDARD:
        sys.stdout.write(written)
    else:
        with atomic(out) as path:
            path.write_text(written, encoding="utf-8", newline="\n")
