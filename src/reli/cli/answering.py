"""What the commands for planners share: a table on the terminal, or into a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reli.errors import InvalidData

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

__all__ = ["Industry", "KeepBounds", "Out", "Project", "answer"]

Project = Annotated[
    Path, typer.Option("--project", metavar="DIR", help="Project folder that has been run.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        help="Write all columns here: .csv, .parquet, .xlsx, .json; `-`: CSV to the terminal."
    ),
]
KeepBounds = Annotated[
    bool, typer.Option("--keep-bounds", help="Keep the fitted bounds; by default all is refitted.")
]
Industry = Annotated[str, typer.Option(help="综合, or one of the eight industries.")]

ROWS = 60
"""Rows that a terminal shows; files have all."""


def answer(table: "pa.Table", out: Path | None, title: str, columns: "Sequence[str]") -> None:
    """Show the columns named, or write the whole table.

    Raises:
        InvalidData: a file cannot be written under this name.
    """
    if out is None:
        _show(table, title, columns)
        return
    if out.suffix == ".json":
        _write_json(table, out)
    else:
        from reli.sources.writing import write_table

        write_table(out, table)
    if str(out) != "-":
        typer.echo(f"{table.num_rows:,} rows: {out}", err=True)


def _write_json(table: "pa.Table", out: Path) -> None:
    import json

    from reli.engine import atomic

    if out.is_dir():
        raise InvalidData(f"{out} is a folder: expected the name of a file to write")
    text = json.dumps(table.to_pylist(), ensure_ascii=False, indent=1)
    with atomic(out) as place:
        place.write_text(text + "\n", encoding="utf-8")


def _show(table: "pa.Table", title: str, columns: "Sequence[str]") -> None:
    from reli.cli.tables import new_table, print_table

    numbers = {field.name for field in table.schema if "string" not in str(field.type)}
    shown = new_table(title, columns, numbers)
    for row in table.slice(0, ROWS).to_pylist():
        shown.add_row(*(_said(row[name]) for name in columns))
    print_table(shown)
    if table.num_rows > ROWS:
        typer.echo(f"… {table.num_rows - ROWS:,} more rows: see them with --out FILE")


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) else f"{value:.4g}"
    return str(value)
