"""`reli what-if`: every rank that moves when values change."""

from typing import Annotated

import typer

from reli.cli.answering import Industry, KeepBounds, Out, Project, answer

__all__ = ["what_if"]


def what_if(
    division: Annotated[str, typer.Argument(metavar="DIVISION", help="Code or name of a unit.")],
    *,
    change: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="INDICATOR=VALUE",
            help="high_tech=+50 adds, high_tech=120 sets; may be given repeatedly.",
        ),
    ],
    industry: Industry = "综合",
    keep_bounds: KeepBounds = False,
    project: Project,
    out: Out = None,
) -> None:
    """Show every rank that moves when values of a unit are changed.

    The whole index is computed anew from the changed table, as if that had been published. For a
    change of another unit too, write it as CODE:INDICATOR=VALUE.

    Example: reli what-if 330108 --set high_tech=+50 --set listed=+2 --project my-project
    """
    from reli.errors import InvalidData, together
    from reli.pipeline.answers import Wish, what_if_changed

    wishes, errors = [], []
    for text in change:
        place, _, rest = text.rpartition(":")
        try:
            wishes.append(Wish.parse(place or division, rest))
        except InvalidData as error:
            errors.append(error)
    if errors:
        raise together("changes", errors)
    table = what_if_changed(project, wishes, industry, keep_bounds=keep_bounds)
    columns = (
        "unit",
        "county",
        "city",
        "rank_before",
        "rank_after",
        "places",
        "index_before",
        "index_after",
    )
    answer(table, out, f"{industry}: {', '.join(change)}", columns)
