"""`reli diagnose`: what there is to know of an index before believing it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from reli.cli.indexing import (
    FrameworkName,
    PanelFile,
    joined,
    named_framework,
    named_recipe,
    read_panels,
)
from reli.cli.options import IsQuiet, RejectedFile

__all__ = ["diagnose"]


def diagnose(
    panel: PanelFile,
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="What was found: .csv, .parquet, .xlsx or `-`.")
    ],
    *,
    framework: FrameworkName,
    recipe: Annotated[
        str | None,
        typer.Option(help="TOML file of steps; by default the framework's own recipe."),
    ] = None,
    rejected: RejectedFile = None,
    quiet: IsQuiet = False,
) -> None:
    """Statistics and outliers of indicators, coherence of nodes, what weights really do.

    One row a figure: aspect (indicators, nodes, weights, correlations), subject, measure, and its
    value, or a text where there is something to look at: indicators that never discriminate,
    children against each other, two that say the same.
    """
    from reli.index.diagnose import long_diagnosis
    from reli.index.scores import score_panel
    from reli.sources.unreadable import keep_unreadable
    from reli.sources.writing import check_writable, write_table

    check_writable(out)
    tree = named_framework(framework)
    steps = named_recipe(recipe, framework, tree, quiet=quiet)
    panels, lines = read_panels(panel, tree)
    tables = [long_diagnosis(each, score_panel(each, tree, steps)) for each in panels]
    write_table(out, joined(panels, tables))
    if not quiet:
        for each, table in zip(panels, tables, strict=True):
            for row in table.to_pylist():
                if row["text"] and row["measure"] == "flags":
                    sys.stderr.write(f"  {each.said}{row['subject']}: {row['text']}\n")
    sys.exit(keep_unreadable(lines, out, rejected, quiet=quiet))
