"""`reli word`: the report as a Word document, in a client's template."""

from pathlib import Path
from typing import Annotated

import typer

from reli.cli.options import RunFolder

__all__ = ["word"]


def word(
    folder: RunFolder = Path(),
    *,
    template: Annotated[
        Path | None,
        typer.Option(help="Word document (.docx) whose styles, page and header are taken."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="File to write; DIR/out/report.docx by default.")
    ] = None,
) -> None:
    """Write the report as a Word document: headings, captions, tables and charts to be edited.

    `reli run` writes it too; this command takes another template, without a new run. A template's
    own styles named Heading 1, Caption, Body Text … are kept; what it contains is left out. To have
    it each time, set publications.word_template in reli.toml.
    """
    from reli.pipeline.formats import word_again

    typer.echo(f"wrote {word_again(folder, template, out)}", err=True)
