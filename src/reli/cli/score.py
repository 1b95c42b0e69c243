"""`reli score`: an indicator table to index values and ranks."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reli.index import Framework, Recipe, Scores
    from reli.index.panel import Panel
    from reli.sources.lines import RejectedLine

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
    from reli.index.table import score_table, scores_of
    from reli.sources.command import SOME_UNREADABLE
    from reli.sources.writing import check_writable, write_table

    check_writable(out)
    tree = _framework(framework)
    steps = _recipe(recipe, framework, tree, quiet=quiet)
    panels, lines = _panels(panel, tree)
    scores = scores_of(panels, tree, steps)
    write_table(out, score_table(panels, scores))
    if not quiet:
        _tell(panels, scores)
    if lines:
        _keep(lines, out, rejected, quiet=quiet)
        sys.exit(SOME_UNREADABLE)


def _framework(name: str) -> "Framework":
    from reli.frameworks import framework_text
    from reli.index import parse_framework

    return parse_framework(framework_text(name), name)


def _recipe(name: str | None, framework: str, tree: "Framework", *, quiet: bool) -> "Recipe":
    from reli.frameworks import default_recipe, recipe_text
    from reli.index import parse_recipe

    chosen = name or default_recipe(framework)
    if not name and not quiet:
        sys.stderr.write(f"  recipe: {chosen}\n")
    folder = Path(chosen).parent if Path(chosen).is_file() else Path()
    return parse_recipe(recipe_text(chosen), chosen, tree.indicators, folder)


def _panels(source: Path, tree: "Framework") -> "tuple[list[Panel], Sequence[RejectedLine]]":
    import pyarrow as pa

    from reli.index.table import read_panel
    from reli.sources.files import open_table

    table = open_table(source)
    batches = [rows.batch for rows in table.rows()]
    rows = pa.Table.from_batches(batches, schema=table.schema)
    return read_panel(rows, tree, table.name), table.rejected


def _tell(panels: "Sequence[Panel]", scores: "Sequence[Scores]") -> None:
    for panel, found in zip(panels, scores, strict=True):
        for note in found.notes:
            sys.stderr.write(f"  {panel.said}{note}\n")


def _keep(lines: "Sequence[RejectedLine]", out: Path, given: Path | None, *, quiet: bool) -> None:
    import pyarrow as pa

    from reli.sources.command import rejected_path
    from reli.sources.writing import write_table

    path = rejected_path(out, given)
    if path:
        columns = ("file", "line", "reason", "text")
        cells = {name: [getattr(line, name) for line in lines] for name in columns}
        write_table(path, pa.table(cells))
    if not quiet:
        where = f": see {path}" if path else "; name a file for them with --rejected"
        sys.stderr.write(f"  {len(lines):,} lines could not be read{where}\n")
