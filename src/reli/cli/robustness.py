"""`reli robustness`: how far ranks depend on choices of method."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reli.cli.indexing import (
    FrameworkName,
    PanelFile,
    joined,
    named_framework,
    read_panels,
    recipe_source,
)
from reli.cli.options import IsQuiet, RejectedFile

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["robustness"]


def robustness(
    panel: PanelFile,
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="Rank ranges: .csv, .parquet, .xlsx or `-`.")
    ],
    *,
    framework: FrameworkName,
    recipe: Annotated[
        str | None,
        typer.Option(help="TOML file of steps; [uncertainty] in it says what is varied."),
    ] = None,
    against: Annotated[
        list[str] | None, typer.Option(help="Unit to compare all with; may be given repeatedly.")
    ] = None,
    widths: Annotated[
        bool,
        typer.Option(
            "--widths", help="A row a unit and kind of width: method, weights, both, any weights."
        ),
    ] = False,
    causes: Annotated[
        Path | None, typer.Option(help="Also write here which choice moves ranks most.")
    ] = None,
    removals: Annotated[
        Path | None,
        typer.Option(help="Also write here how ranks shift when each indicator is left out."),
    ] = None,
    rejected: RejectedFile = None,
    quiet: IsQuiet = False,
) -> None:
    """Rank ranges (5% to 95%), median ranks, chances of the top 10, 50 and 100.

    They are method ranges (方法区间), not confidence intervals: alternatives to steps, weights and
    indicators left out are varied, errors of the data are not.
    """
    from reli.index import parse_recipe
    from reli.index.ranges import rank_ranges
    from reli.index.robustness import leave_one_out, method_ranges
    from reli.index.sensitivity import sensitivity
    from reli.index.study import parse_study
    from reli.sources.unreadable import keep_unreadable
    from reli.sources.writing import check_writable, write_table

    for path in (out, causes, removals):
        if path:
            check_writable(path)
    tree = named_framework(framework)
    name, text, folder = recipe_source(recipe, framework, quiet=quiet)
    steps = parse_recipe(text, name, tree.indicators, folder)
    study = parse_study(text, name, steps, tree.indicators, folder)
    panels, lines = read_panels(panel, tree)
    notes: list[str] = []
    if widths:
        found = [rank_ranges(each, tree, steps, study) for each in panels]
        tables = [each.table for each in found]
        notes = [
            f"{each.said}no rows of {', '.join(kinds)}: {reason}"
            for each, ranges in zip(panels, found, strict=True)
            for reason, kinds in _by_reason(ranges.left_out).items()
        ]
    else:
        drawn = (method_ranges(each, tree, steps, study, against=against or ()) for each in panels)
        tables = [each.table() for each in drawn]
    write_table(out, joined(panels, tables))
    if causes:
        tables = [sensitivity(each, tree, steps, study).table() for each in panels]
        write_table(causes, joined(panels, tables))
    if removals:
        tables = [leave_one_out(each, tree, steps) for each in panels]
        write_table(removals, joined(panels, tables))
    if not quiet:
        sys.stderr.writelines(f"  {said}\n" for said in (study.described, *notes))
    sys.exit(keep_unreadable(lines, out, rejected, quiet=quiet))


def _by_reason(left_out: "Mapping[str, str]") -> dict[str, list[str]]:
    """Widths that could not be had, by why."""
    found: dict[str, list[str]] = {}
    for width, reason in left_out.items():
        found.setdefault(reason, []).append(width)
    return found
