"""`reli source`: help with getting one's own files in."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from reli.sources.suggest import Preview

__all__ = ["source"]

_MAP_YEAR = 2023
"""Divisions are those of a new project's map."""

source = typer.Typer(
    name="source",
    help="Get your own files in: propose a mapping of columns, write empty templates.",
    no_args_is_help=True,
)


@source.command()
def suggest(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File as you received it.")],
    table: Annotated[
        str, typer.Option("--table", help="Canonical table it belongs to; guessed by default.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Where the mapping goes; by default it is shown."),
    ] = None,
) -> None:
    """Propose a mapping of FILE's columns to ours, and show what would be rejected."""
    from reli.engine import atomic
    from reli.errors import InvalidSetting
    from reli.pipeline.place_spellings import place_spellings
    from reli.sources.suggest import suggest as propose
    from reli.sources.tables import table_named

    if out and out.exists():
        raise InvalidSetting(f"{out} is already there: remove it, or name another file")
    proposal = propose(file, table_named(table) if table else None, place_spellings(_MAP_YEAR))
    if out:
        with atomic(out) as place:
            place.write_text(proposal.mapping, encoding="utf-8")
        typer.echo(f"wrote {out}", err=True)
    else:
        sys.stdout.write(proposal.mapping)
    _show(proposal.preview, proposal.unknown)


def _show(preview: "Preview | None", unknown: Sequence[str]) -> None:
    if preview is None:
        needed = "; ".join(unknown) or "of each table something"
        typer.echo(
            f"not known yet, and needed in every row: {needed}; say it in the mapping, under "
            "[columns] or, where it is the same in all rows, under [constants]",
            err=True,
        )
        return
    typer.echo(
        f"first {preview.read:,} rows: {preview.written:,} usable, "
        f"{preview.read - preview.written:,} rejected",
        err=True,
    )
    for name, share in preview.filled.items():
        typer.echo(f"  {name:<26} {share:>6.1%} filled", err=True)
    for reason, number, places in preview.reasons:
        typer.echo(f"  {number:>8,} x {reason} ({places})", err=True)


@source.command()
def template(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to.")],
    table: Annotated[
        list[str] | None, typer.Option("--table", help="Only this table; may be repeated.")
    ] = None,
) -> None:
    """Write an empty Excel template for each canonical table, with its definitions.

    A file that is already there stays as it is, since it may have been filled in.
    """
    from reli.errors import MissingFile
    from reli.sources.tables import TABLES, table_named
    from reli.sources.templates import template_path, write_template

    if folder.exists() and not folder.is_dir():
        raise MissingFile(f"{folder} is a file: expected a folder, or one to be made")
    for each in [table_named(name) for name in table] if table else TABLES.values():
        path = template_path(each, folder)
        if path.exists():
            typer.echo(f"{path} is already there: left as it is", err=True)
        else:
            typer.echo(write_template(each, folder))
