"""`reli fit`: which industry fits a place next."""

from pathlib import Path
from typing import Annotated

import typer

from reli.cli.answering import Out, Project, answer

__all__ = ["fit"]


def fit(
    division: Annotated[
        str,
        typer.Argument(metavar="DIVISION", help="Code or name of a county or city; all if none."),
    ] = "",
    *,
    counts: Annotated[
        Path | None,
        typer.Option(
            help="A table of your own instead of a project: unit, industry, value; group optional."
        ),
    ] = None,
    classes: Annotated[
        bool,
        typer.Option("--classes", help="The 40 second-level classes instead of the industries."),
    ] = False,
    project: Project = Path(),
    out: Out = None,
) -> None:
    """Show how industries stand in a county or city, and which fits it next (错位发展).

    Places that specialise in some industries tend to have others too: `density` is the share of
    what goes with an industry that the place has already, `density_q` the chance of as much were
    specialisations dealt at random. `advice`: strength, present (may be chance), fits, open.
    `group_specialised` says how many other counties of the city specialise in it already.

    Example: reli fit 330108 --project my-project
    """
    from reli.pipeline import answers

    table = _own(counts, division) if counts else answers.fit(project, division, of_classes=classes)
    columns = ["industry", "enterprises", "lq", "rca", "rca_q", "density", "density_q"]
    columns += ["group_specialised", "fit_rank", "advice"]
    if not division:
        columns = ["unit", *columns]
    answer(table, out, f"Industries of {division or 'all places'}", columns)


def _own(path: Path, division: str) -> "pa.Table":  # type: ignore[name-defined] # noqa: F821
    import pyarrow as pa
    import pyarrow.compute as pc

    from reli.errors import InvalidData, UnknownName
    from reli.insight.fit import industry_fit, read_counts, relate
    from reli.sources.files import open_table
    from reli.sources.lines import check_header

    table = open_table(path)
    check_header(table)
    batches = [rows.batch for rows in table.rows()]
    counts = read_counts(pa.Table.from_batches(batches, schema=table.schema), table.name)
    if not counts.counts.any():
        raise InvalidData(f"{table.name}: all counts are 0: no industry is anywhere")
    if division and division not in counts.places:
        raise UnknownName("unit", division, counts.places, table.name)
    found = industry_fit(counts, relate(counts))
    return found.filter(pc.equal(found["unit"], division)) if division else found
