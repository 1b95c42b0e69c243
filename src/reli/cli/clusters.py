"""`reli clusters`: where heat clusters in space."""

from typing import Annotated

import typer

from reli.cli.answering import Out, Project, answer

__all__ = ["clusters"]

SHOWN = {
    "centres": ("industry", "centre", "units", "in_top", "mean", "place", "regions", "cities"),
    "units": ("industry", "unit", "place", "value", "lag", "local_i", "q", "kind", "centre"),
    "whole": ("industry", "variable", "units", "moran_i", "z", "p", "hot", "cold", "centres"),
}


def clusters(
    *,
    industry: Annotated[str, typer.Option(help="Only this index; all by default.")] = "",
    table: Annotated[
        str, typer.Option(help="centres, units (each unit's part), whole (each index).")
    ] = "centres",
    project: Project,
    out: Out = None,
) -> None:
    """Show where heat clusters: Moran's I of each index, hot and cold counties, centres.

    A county is hot if it is high among high neighbours, beyond chance and corrected for the number
    of counties; three hot counties or more that hang together by borders are a centre.

    Example: reli clusters --industry 综合 --project my-project
    """
    from reli.pipeline import answers

    found = answers.clusters(project, industry, table)
    answer(found, out, f"Clusters of heat: {table}", SHOWN[table])
