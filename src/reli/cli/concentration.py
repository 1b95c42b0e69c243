"""`reli concentration`: how concentrated places and industries are."""

from typing import Annotated

import typer

from reli.cli.answering import Out, Project, answer

__all__ = ["concentration"]


def concentration(
    *,
    level: Annotated[str, typer.Option(help="county, city or province.")] = "city",
    industries: Annotated[
        bool,
        typer.Option("--industries", help="Industries over the places, not places by industries."),
    ] = False,
    project: Project,
    out: Out = None,
) -> None:
    """Show how concentrated places are in industries, or industries in places.

    `hhi` is the sum of squared shares (1 / n to 1) and `effective_industries` its reciprocal;
    `krugman` compares a place's shares with those of all others (0 alike, 2 nothing in common).

    Example: reli concentration --level province --project my-project
    """
    from reli.pipeline import answers

    table = answers.concentration(project, level, of_industries=industries)
    columns = ["division_code", "place", "enterprises", "hhi", "effective_industries", "krugman"]
    columns += ["leading_industry", "leading_share_pct"]
    if industries:
        columns = ["industry", "places", "enterprises", "hhi", "effective_places"]
        columns += ["leading_place", "place", "leading_share_pct"]
    answer(table, out, f"Concentration by {level}", columns)
