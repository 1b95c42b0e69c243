"""`reli score`: an indicator table to index values and ranks."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reli.cli.indexing import keep_rejected, named_framework, named_recipe, read_panels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reli.index import Panel, Scores

__all__ = ["score"]


def score(
    panel: Annotated[
        Path,
        typer.Argument(
            metavar="PANEL",
            help="Indicators: wide (unit or uCode, then a column each) or long (unit, indicator, "
            "value). Columns industry and year split it. `-`: CSV from standard input.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Argument(
            metavar="OUT", help="Values and ranks of every node; .csv, .parquet, .xlsx or `-`."
        ),
    ],
    *,
    framework: Annotated[
        str,
        typer.Option(help="Name of a shipped framework, or a file: TOML, or CSV as COINr's iMeta."),
    ],
    recipe: Annotated[
        str | None,
        typer.Option(
            help="TOML file of steps, or name of a shipped recipe; by default the framework's own."
        ),
    ] = None,
    bounds: Annotated[
        str,
        typer.Option(
            help="Fit the steps on each year by itself, on all years together, or on one year "
            "for all: each, all, or a year. Only the last two make years comparable."
        ),
    ] = "each",
    changes: Annotated[
        Path | None,
        typer.Option(
            help="Also write here what each change of the index from year to year is made of, by "
            "indicator, exactly; with --bounds all or a year."
        ),
    ] = None,
    rejected: Annotated[
        Path | None,
        typer.Option(help="Where lines that cannot be read go; by default OUT.rejected.csv."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing while running.")] = False,
) -> None:
    """Score units by a framework (tree of indicators) and a recipe (steps).

    Empty, NA and NaN are missing, and missing is never 0: a unit that cannot be scored has an
    empty value. Rank 1 is best; ties share the smaller rank.
    """
    from reli.index import score_table, scores_of
    from reli.index.time import changes_table, scores_over_years
    from reli.sources.command import SOME_UNREADABLE
    from reli.sources.writing import check_writable, write_table

    check_writable(out)
    if changes:
        check_writable(changes)
    tree = named_framework(framework)
    steps = named_recipe(recipe, framework, tree, quiet=quiet)
    panels, lines = read_panels(panel, tree)
    if bounds == "each":
        scores = scores_of(panels, tree, steps)
    else:
        scores = scores_over_years(panels, tree, steps, bounds)
    made_of = changes_table(panels, scores, bounds) if changes else None
    write_table(out, score_table(panels, scores))
    if changes and made_of is not None:
        write_table(changes, made_of)
    if not quiet:
        _tell(panels, scores)
    if lines:
        keep_rejected(lines, out, rejected, quiet=quiet)
        sys.exit(SOME_UNREADABLE)


def _tell(panels: "Sequence[Panel]", scores: "Sequence[Scores]") -> None:
    for panel, found in zip(panels, scores, strict=True):
        for note in found.notes:
            sys.stderr.write(f"  {panel.said}{note}\n")
