"""What commands over an index share: options, framework, recipe, panels, lines unreadable."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from reli.index import Framework, Panel, Recipe
    from reli.sources.lines import RejectedLine

__all__ = [
    "FrameworkName",
    "PanelFile",
    "joined",
    "named_framework",
    "named_recipe",
    "read_panels",
    "recipe_source",
]

PanelFile = Annotated[
    Path, typer.Argument(metavar="PANEL", help="Indicators, as for reli score; `-`: CSV.")
]
FrameworkName = Annotated[
    str, typer.Option(help="Name of a shipped framework, or a file: TOML, or CSV as COINr's iMeta.")
]


def named_framework(name: str) -> "Framework":
    """A shipped framework, or a file."""
    from reli.frameworks import framework_text
    from reli.index import parse_framework

    return parse_framework(framework_text(name), name)


def recipe_source(name: str | None, framework: str, *, quiet: bool) -> tuple[str, str, Path]:
    """Name, text and folder of a recipe; without a name, the framework's own, and that is said."""
    from reli.frameworks import default_recipe, recipe_text

    chosen = name or default_recipe(framework)
    if not name and not quiet:
        sys.stderr.write(f"  recipe: {chosen}\n")
    folder = Path(chosen).parent if Path(chosen).is_file() else Path()
    return chosen, recipe_text(chosen), folder


def named_recipe(name: str | None, framework: str, tree: "Framework", *, quiet: bool) -> "Recipe":
    """A shipped recipe, or a file."""
    from reli.index import parse_recipe

    chosen, text, folder = recipe_source(name, framework, quiet=quiet)
    return parse_recipe(text, chosen, tree.indicators, folder)


def read_panels(source: Path, tree: "Framework") -> "tuple[list[Panel], Sequence[RejectedLine]]":
    """Panels of a table file, and the lines that could not be read."""
    import pyarrow as pa

    from reli.index import read_panel
    from reli.sources.files import open_table
    from reli.sources.lines import check_header

    table = open_table(source)
    check_header(table)
    read = list(table.rows())
    rows = pa.Table.from_batches([each.batch for each in read], schema=table.schema)
    lines = [line for each in read for line in each.lines.to_pylist()]
    return read_panel(rows, tree, table.name, lines), table.rejected


def joined(panels: "Sequence[Panel]", tables: "Sequence[pa.Table]") -> "pa.Table":
    """Tables of several indices as one, industry and year first."""
    import pyarrow as pa

    keyed = []
    for panel, table in zip(panels, tables, strict=True):
        key = {name: pa.array([value] * table.num_rows) for name, value in panel.key.items()}
        keyed.append(pa.table({**key, **{name: table[name] for name in table.column_names}}))
    return pa.concat_tables(keyed)
