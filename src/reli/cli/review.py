"""`reli review`: what a person should look at, and decide."""

from pathlib import Path
from typing import Annotated

import typer

from reli.cli.options import RunFolder

__all__ = ["review"]

review = typer.Typer(
    name="review",
    help="What a person should look at: a list that, filled in, is the file of decisions.",
    no_args_is_help=True,
)


@review.callback()
def _group() -> None:
    """What a person should look at: a list that, filled in, is the file of decisions."""


@review.command()
def export(
    folder: RunFolder = Path(),
    *,
    out: Annotated[
        Path | None,
        typer.Option(help="File to write, .csv or .xlsx; by default DIR/out/decisions.csv."),
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Rows at most.")] = 1_000,
) -> None:
    """Write the list (待核清单), ordered by effect on the first 200 places of any index.

    Fill in `new` (空: there is to be no value), reason and evidence; put the file below sources/
    and name it in reli.toml (table = "decisions"). Every run obeys it. Rows without `new` are left
    as they are.
    """
    from reli.config import load_project
    from reli.pipeline.review import review_list, write_review
    from reli.pipeline.workspace import Workspace

    workspace = Workspace(load_project(folder))
    target = out or workspace.out("decisions.csv")
    table = review_list(workspace, most)
    write_review(table, target)
    typer.echo(f"{table.num_rows:,} rows", err=True)
    typer.echo(target)
