"""`reli calibrate`: what settings reproduce a published ranking, and how well they are known."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reli.cli.indexing import (
    FrameworkName,
    PanelFile,
    Quiet,
    named_framework,
    named_recipe,
    read_panels,
    recipe_source,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from reli.index import Framework, Recipe
    from reli.index.calibrate import Calibration, Published

__all__ = ["calibrate"]


def calibrate(
    panel: PanelFile,
    published: Annotated[
        Path,
        typer.Argument(
            metavar="PUBLISHED",
            help="Table of unit (or division_code) and rank; index or value, industry if known.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Argument(metavar="OUT.json", help="What was found; by default standard output."),
    ] = Path("-"),
    *,
    framework: FrameworkName,
    recipe: Annotated[
        list[str] | None,
        typer.Option(
            help="Recipe to try; may be given repeatedly. By default the framework's own, its "
            "declared alternatives, and the usual forms of published indices."
        ),
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="Units not published were not ranked (not: behind).")
    ] = False,
    cap: Annotated[float, typer.Option(help="Scores of this and above are capped.")] = 100.0,
    quiet: Quiet = False,
) -> None:
    """Fit weights to a published ranking: for each recipe, best fit, agreement, and intervals.

    Needs the indicator values behind the ranking. The published report of 2024 gives none, so its
    weights cannot be recovered from it.
    """
    import json

    from reli.engine import atomic
    from reli.index.calibrate import calibrate as fit
    from reli.sources.files import STANDARD

    tree = named_framework(framework)
    named = [(name, named_recipe(name, framework, tree, quiet=True)) for name in recipe or []]
    named = named or _forms(framework, tree, quiet=quiet)
    panels, _ = read_panels(panel, tree)
    targets = _published(published, is_complete=complete, cap=cap)
    found = {}
    for each in panels:
        industry = str(each.key.get("industry", ""))
        target = targets.get(industry)
        if target is not None:
            name = each.said.removesuffix(": ") or "index"
            found[name] = [_record(one) for one in fit(each, tree, named, target)]
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    if out == STANDARD:
        sys.stdout.write(text)
        return
    with atomic(out) as path:
        path.write_text(text, encoding="utf-8", newline="\n")


def _forms(name: str, tree: "Framework", *, quiet: bool) -> "list[tuple[str, Recipe]]":
    """What to try where no recipe is named."""
    from reli.index import parse_recipe
    from reli.index.calibrate import usual_forms
    from reli.index.study import parse_study

    chosen, text, folder = recipe_source(None, name, quiet=quiet)
    recipe = parse_recipe(text, chosen, tree.indicators, folder)
    study = parse_study(text, chosen, recipe, tree.indicators, folder)
    return usual_forms(tree, recipe, study)


def _record(found: "Calibration") -> dict[str, object]:
    return {
        "recipe": found.recipe,
        "held_out_rank_error": found.held_out,
        "kendall": found.kendall,
        "spearman": found.spearman,
        "overlap": {f"top_{top}": share for top, share in found.overlap.items()},
        "weights": {
            code: {
                "best": weight,
                "lowest": found.lowest[code],
                "highest": found.highest[code],
                "identified": found.identified[code],
            }
            for code, weight in found.weights.items()
        },
        "largest_residuals": [
            {"unit": unit, "published": rank, "fitted": fitted}
            for unit, rank, fitted in found.residuals
        ],
        "not_compared": list(found.skipped),
    }


def _published(path: Path, *, is_complete: bool, cap: float) -> "Mapping[str, Published]":
    import pyarrow as pa

    from reli.errors import Problems, no_column
    from reli.sources.files import open_table

    source = open_table(path)
    table = pa.Table.from_batches([rows.batch for rows in source.rows()], schema=source.schema)
    names = table.column_names
    units = next((name for name in ("unit", "division_code", "uCode") if name in names), None)
    if units is None or "rank" not in names:
        missing = "unit" if units is None else "rank"
        raise Problems(source.name, [no_column(missing, names)])
    value = next((name for name in ("index", "value") if name in names), None)
    groups: dict[str, list[tuple[str, float, float]]] = {}
    industries = _texts(table, "industry") if "industry" in names else [""] * table.num_rows
    cells = [_texts(table, units), _texts(table, "rank")]
    cells.append(_texts(table, value) if value else [""] * table.num_rows)
    for industry, unit, rank, score in zip(industries, *cells, strict=True):
        if rank:
            groups.setdefault(industry, []).append((unit, float(rank), float(score or "nan")))
    return {
        industry: _as_published(rows, is_complete=is_complete, cap=cap)
        for industry, rows in groups.items()
    }


def _texts(table: "pa.Table", name: str) -> list[str]:
    return ["" if cell is None else str(cell).strip() for cell in table[name].to_pylist()]


def _as_published(
    rows: "Sequence[tuple[str, float, float]]", *, is_complete: bool, cap: float
) -> "Published":
    import numpy as np

    from reli.index.calibrate import Published

    units, rank, value = zip(*rows, strict=True)
    return Published(units, np.array(rank), np.array(value), is_complete, cap)
