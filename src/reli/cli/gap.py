"""`reli gap`: the smallest change that reaches a rank."""

from pathlib import Path
from typing import Annotated

import typer

from reli.cli.answering import Industry, KeepBounds, Out, Project, answer

__all__ = ["gap"]


def gap(
    division: Annotated[str, typer.Argument(metavar="DIVISION", help="Code or name of a unit.")],
    *,
    rank: Annotated[int, typer.Option(help="The rank to reach.")],
    industry: Industry = "综合",
    indicator: Annotated[
        list[str] | None, typer.Option(help="Only this indicator; may be given repeatedly.")
    ] = None,
    spread: Annotated[
        bool, typer.Option("--spread", help="Spread the change over indicators at least cost.")
    ] = False,
    costs: Annotated[
        Path | None,
        typer.Option(
            help="Table with columns indicator and cost (of one more); implies --spread. "
            "Without it one more costs the inverse of the mean of all units."
        ),
    ] = None,
    keep_bounds: KeepBounds = False,
    project: Project,
    out: Out = None,
) -> None:
    """Show the smallest change, in one indicator or spread by a cost, that reaches a rank.

    Each change is tried with the whole index computed anew, and told beside what peers have:
    usual (at least half of them have as much), seen (some), rare (no peer, but some unit), unseen,
    out_of_reach (no value alone reaches the rank: rank_reached says how far it gets).

    Example: reli gap 330108 --rank 20 --project my-project --spread
    """
    from reli.pipeline import answers

    is_spread = spread or costs is not None
    table = answers.gap(
        project,
        division,
        industry,
        rank,
        indicators=tuple(indicator or ()),
        costs=_costs(costs) if costs else None,
        is_spread=is_spread,
        keep_bounds=keep_bounds,
    )
    columns = ["name", "value", "needed", "value_needed", "rank_reached"]
    columns += ["cost"] if is_spread else ["peers_with", "best_peer", "feasibility"]
    if is_spread and not table.num_rows:
        typer.echo(f"rank {rank} is out of reach by the indicators that may change", err=True)
    answer(table, out, f"{division}, {industry}: to reach rank {rank}", columns)


def _costs(path: Path) -> dict[str, float]:
    """Cost of one more of each indicator, of a table file."""
    import pyarrow as pa

    from reli.errors import Problems
    from reli.sources.command import find_columns
    from reli.sources.files import open_table
    from reli.sources.lines import check_header

    table = open_table(path)
    check_header(table)
    columns = find_columns(("indicator", "cost"), table.columns, table.name)
    batches = [rows.batch for rows in table.rows()]
    rows = pa.Table.from_batches(batches, schema=table.schema)
    found: dict[str, float] = {}
    problems = []
    for code, cost in zip(
        rows[columns["indicator"]].to_pylist(), rows[columns["cost"]].to_pylist(), strict=True
    ):
        if str(code) in found:
            problems.append(f"{code} stands several times")
        try:
            found[str(code)] = float(cost)
        except (TypeError, ValueError):
            found[str(code)] = float("nan")
            problems.append(f"the cost of {code} is {cost!r}: expected a number")
    if problems:
        raise Problems(str(path), problems)
    return found
