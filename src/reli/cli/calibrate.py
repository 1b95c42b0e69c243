"""`reli calibrate`: what settings reproduce a published ranking, and how well they are known."""

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reli.cli.indexing import (
    FrameworkName,
    PanelFile,
    named_framework,
    named_recipe,
    read_panels,
    recipe_source,
)
from reli.cli.options import IsQuiet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from reli.index import Framework, Panel, Recipe
    from reli.index.calibrate import Calibration, Published, Residual

__all__ = ["calibrate"]

_NONE = frozenset({"", "NA", "NaN", "nan", "-", "—", "–"})
"""How a cell without a number is written."""


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
    quiet: IsQuiet = False,
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
    ranked = {each.said.removesuffix(": ") or "index": each for each in panels}
    targeted = {name: targets.get(_industry(each)) for name, each in ranked.items()}
    _say(published, list(targets), [_industry(each) for each in panels], quiet=quiet)
    found = {}
    for name, target in targeted.items():
        if target is not None:
            _say_scores(name, target, quiet=quiet)
            found[name] = [_record(one) for one in fit(ranked[name], tree, named, target)]
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    if out == STANDARD:
        sys.stdout.write(text)
        return
    with atomic(out) as path:
        path.write_text(text, encoding="utf-8", newline="\n")


def _industry(panel: "Panel") -> str:
    return str(panel.key.get("industry", ""))


def _say(path: Path, ranked: "Sequence[str]", there: "Sequence[str]", *, quiet: bool) -> None:
    """Indices that are ranked and not in the panel; an error where none is in both."""
    from reli.errors import Problems

    missing = [name for name in ranked if name not in there]
    if len(missing) == len(ranked):
        said = _named(ranked) if ranked != [""] else "one index, without a column industry"
        panel = _named(there) if any(there) else "one index, without a column industry"
        raise Problems(str(path), [f"ranks {said}; the panel has {panel}: none is in both"])
    if missing and not quiet:
        print(f"not in the panel, and passed over: {_named(missing)}", file=sys.stderr)


def _named(names: "Sequence[str]") -> str:
    some = list(dict.fromkeys(names))
    return ", ".join(repr(name) for name in some[:5]) + (" ..." if len(some) > 5 else "")


def _say_scores(name: str, target: "Published", *, quiet: bool) -> None:
    import numpy as np

    without = int(np.isnan(target.value).sum())
    if 0 < without < len(target.units) and not quiet:
        print(
            f"{name}: {without} of {len(target.units)} ranked units have no score; "
            "the order alone is used",
            file=sys.stderr,
        )


def _forms(name: str, tree: "Framework", *, quiet: bool) -> "list[tuple[str, Recipe]]":
    """What to try where no recipe is named."""
    from reli.index import parse_recipe
    from reli.index.forms import usual_forms
    from reli.index.study import parse_study

    chosen, text, folder = recipe_source(None, name, quiet=quiet)
    recipe = parse_recipe(text, chosen, tree.indicators, folder)
    study = parse_study(text, chosen, recipe, tree.indicators, folder)
    return usual_forms(tree, recipe, study)


def _record(found: "Calibration") -> dict[str, object]:
    return {
        "recipe": found.recipe,
        "reproduces": found.reproduces,
        "held_out_rank_error": found.held_out,
        "mean_residual_points": None if math.isnan(found.points) else found.points,
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
        "largest_residuals": [_residual(each) for each in found.residuals],
        "not_compared": list(found.skipped),
    }


def _residual(found: "Residual") -> dict[str, object]:
    said: dict[str, object] = {
        "unit": found.unit,
        "published": found.published,
        "fitted": found.fitted,
    }
    if not math.isnan(found.published_score):
        said["published_score"] = found.published_score
        said["fitted_score"] = found.fitted_score
    return said


def _published(path: Path, *, is_complete: bool, cap: float) -> "Mapping[str, Published]":
    import pyarrow as pa

    from reli.errors import Problems, no_column
    from reli.sources.files import open_table
    from reli.sources.lines import check_header

    source = open_table(path)
    check_header(source)
    table = pa.Table.from_batches([rows.batch for rows in source.rows()], schema=source.schema)
    names = table.column_names
    units = next((name for name in ("unit", "division_code", "uCode") if name in names), None)
    if units is None or "rank" not in names:
        missing = "unit" if units is None else "rank"
        raise Problems(source.name, [no_column(missing, names)])
    value = next((name for name in ("index", "value") if name in names), None)
    blank = [""] * table.num_rows
    industries = _texts(table, "industry") if "industry" in names else blank
    ranks = _numbers(table, "rank", source.name)
    scores = _numbers(table, value, source.name) if value else [float("nan")] * table.num_rows
    groups: dict[str, list[tuple[str, float, float]]] = {}
    rows = zip(_texts(table, units), ranks, scores, strict=True)
    for industry, row in zip(industries, rows, strict=True):
        if not math.isnan(row[1]):
            groups.setdefault(industry, []).append(row)
    if not groups:
        raise Problems(source.name, ["has no row with a rank"])
    return {
        industry: _as_published(rows, is_complete=is_complete, cap=cap)
        for industry, rows in groups.items()
    }


def _texts(table: "pa.Table", name: str) -> list[str]:
    return ["" if cell is None else str(cell).strip() for cell in table[name].to_pylist()]


def _numbers(table: "pa.Table", name: str, where: str) -> list[float]:
    """Numbers of a column, of ranks whole ones; NaN where a cell is empty, NA or a dash."""
    from reli.errors import Problems

    expected = "1, 2, 3 …" if name == "rank" else "a number"
    found, problems = [], []
    for row, cell in enumerate(_texts(table, name), 1):
        try:
            number = float("nan") if cell in _NONE else float(cell)
        except ValueError:
            number = float("inf")
        is_no_rank = name == "rank" and (number < 1 or number % 1 > 0)
        if math.isinf(number) or is_no_rank:
            problems.append(f"row {row}: {name} is {cell!r}: expected {expected}, or an empty cell")
        found.append(number)
    if problems:
        raise Problems(where, problems)
    return found


def _as_published(
    rows: "Sequence[tuple[str, float, float]]", *, is_complete: bool, cap: float
) -> "Published":
    import numpy as np

    from reli.index.calibrate import Published

    units, rank, value = zip(*rows, strict=True)
    return Published(units, np.array(rank), np.array(value), is_complete, cap)
