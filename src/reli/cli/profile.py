"""`reli profile`: what makes a unit's index, its strengths and gaps, its peers."""

from typing import Annotated

import typer

from reli.cli.answering import Industry, Out, Project, answer

__all__ = ["profile"]


def profile(
    division: Annotated[str, typer.Argument(metavar="DIVISION", help="Code or name of a unit.")],
    *,
    industry: Industry = "综合",
    against: Annotated[
        str, typer.Option(help="Strengths and gaps against: peers, province or all.")
    ] = "peers",
    peers: Annotated[
        bool, typer.Option("--peers", help="Show the peers themselves instead.")
    ] = False,
    project: Project,
    out: Out = None,
) -> None:
    """Show what each indicator adds to the index of a unit, and where it leads or lags.

    `contribution` is in points of the index and sums to it; `ahead_of_peers` is the contribution
    less that of the peers on average, and sums to the lead of the index over theirs. Peers are the
    20 units most alike in size, people and economy by the census, whatever their score.

    Example: reli profile 330108 --project my-project --against province
    """
    from reli.pipeline import answers

    if peers:
        table = answers.peers(project, division)
        shown = ("place", "peer", "county", "city", "province", "distance")
        answer(table, out, f"Peers of {division}", shown)
        return
    table = answers.profile(project, division, industry, against)
    columns = (
        "name",
        "raw",
        f"{against}_raw",
        "rank",
        "value",
        "contribution",
        f"ahead_of_{against}",
        "standing",
    )
    title = f"{division}, {industry}: points of the index, against {against}"
    if out is None:
        # Indicators without a value would only fill the screen; files have them.
        table = table.filter(table["raw"].is_valid())
    answer(table, out, title, columns)
