"""`reli score`: an indicator table to index values and ranks."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reli.cli.indexing import (
    FrameworkName,
    named_framework,
    named_recipe,
    read_panels,
)
from reli.cli.options import IsQuiet, RejectedFile

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
    framework: FrameworkName,
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
    rejected: RejectedFile = None,
    quiet: IsQuiet = False,
) -> None:
    """Score units by a framework (tree of indicators) and a recipe (steps).

    Empty, NA and NaN are missing, and missing is never 0: a unit that cannot be scored has an
    empty value. Rank 1 is best; ties share the smaller rank.
    """
    from reli.index import score_table, scores_of
    from reli.index.time import changes_table, scores_over_years
    from reli.sources.unreadable import keep_unreadable
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
    sys.exit(keep_unreadable(lines, out, rejected, quiet=quiet))


def _tell(panels: "Sequence[Panel]", scores: "Sequence[Scores]") -> None:
    for panel, found in zip(panels, scores, strict=True):
        for note in found.notes:
            sys.stderr.write(f"  {panel.said}{note}\n")
