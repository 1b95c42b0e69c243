"""`reli explain`: from a score to the firms behind it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import polars as pl

    from reli.pipeline.explain import Explanation

__all__ = ["explain"]


def explain(
    division: Annotated[
        str,
        typer.Argument(
            metavar="DIVISION",
            help="Code of a unit, or its name if clear; of counts also of a city or region.",
        ),
    ],
    industry: Annotated[
        str, typer.Argument(metavar="INDUSTRY", help="综合, or one of the industries.")
    ] = "综合",
    *,
    year: Annotated[int | None, typer.Option(help="Any year that the project counts.")] = None,
    indicator: Annotated[
        str, typer.Option(help="Code or name of an indicator: list the firms behind its count.")
    ] = "",
    project: Annotated[Path, typer.Option(help="Project folder that has been run.")] = Path(),
    out: Annotated[
        Path | None, typer.Option(help="Write a CSV file instead of a table; `-`: to the terminal.")
    ] = None,
) -> None:
    """Show how a score comes about: values, steps, weights, contributions; and the firms.

    `low` and `high` are the bounds that an indicator was normalised by, after its treatment; the
    steps with all fitted parameters stand in the file (--out). The contributions of the indicators
    add up to the index; the firms listed for an indicator add up to its published count. Both are
    checked each time. Years before the reference year have the bounds that all years share.
    """
    import polars

    from reli.pipeline.explain import explain as explain_score
    from reli.pipeline.explain import explain_count

    if indicator:
        firms = explain_count(project, division, industry, indicator, year)
        _write(firms, out)
        return
    found = explain_score(project, division, industry, year)
    if out:
        _write(polars.DataFrame([vars(row) for row in found.rows]), out)
    else:
        _show(found)


def _write(rows: "pl.DataFrame", out: Path | None) -> None:
    import polars as pl

    from reli.engine import atomic

    rows = rows.with_columns(pl.col(pl.List(pl.String)).list.join("|"))
    if out is None or str(out) == "-":
        typer.echo(rows.write_csv(), nl=False)
        return
    with atomic(out) as place:
        rows.write_csv(place, include_bom=True)
    typer.echo(f"{rows.height:,} rows: {out}", err=True)


def _show(found: "Explanation") -> None:
    from reli.cli.tables import new_table, print_table

    numbers = ("raw", "low", "high", "value", "rank", "weight", "contribution")
    title = f"{found.name} ({found.unit}), {found.industry}, {found.year}"
    table = new_table(title, ("node", *numbers), numbers)
    for row in found.rows:
        table.add_row(
            "  " * row.depth + row.name,
            _said(row.raw, "g"),
            _said(row.low, ".4g"),
            _said(row.high, ".4g"),
            _said(row.value, ".4f"),
            "" if row.rank is None else str(row.rank),
            _said(row.weight, ".4f"),
            _said(row.contribution, ".4f"),
        )
    print_table(table)


def _said(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)
