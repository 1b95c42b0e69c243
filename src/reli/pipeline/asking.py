"""What all lists say of enterprises, asked of the register once for all of them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa

from reli.engine import Growth, Rows, Step, parquet_writer, row_count
from reli.linkage.lists import ASKED, Before, link_list, said_by
from reli.pipeline.parts import register_files
from reli.pipeline.workspace import Workspace, database

__all__ = ["SAYS", "SIDES", "answers_of", "asking_steps", "linking_growth", "parties"]

SIDES = ("parent", "child")
"""Columns of a holding that name a party."""

SAYS = {
    # A centre has a name of its own; it is its host that is registered. Ministries list by
    # province; the other tables name no place.
    "recognitions": (("host_name", "name"), "credit_code", "issuer_region"),
    "listings": ("name", "credit_code", None),
    "rankings": ("name", "credit_code", None),
}
"""Columns of each list that say which enterprise is meant: name, credit code, place."""


def answers_of(workspace: Workspace) -> Path:
    """File of what the register answers to whatever lists and holdings say."""
    return workspace.stage("linked/asked")


def asking_steps(workspace: Workspace) -> list[Step]:
    """The step that asks the register, where the project has lists or holdings."""
    tables = [table for table in (*SAYS, "holdings") if table in workspace.project.tables()]
    if not tables:
        return []
    rows = {table: workspace.stage(f"clean/{table}") for table in tables}
    register, out = register_files(workspace), answers_of(workspace)

    def link(places: Sequence[Path], before: Before | None = None) -> Rows:
        workspace.scratch.mkdir(parents=True, exist_ok=True)
        said = workspace.scratch / "said.parquet"
        _write_said(rows, said)
        with database(workspace) as engine:
            link_list(said, register, places[0], engine, place="province", before=before)
        counts = Rows(row_count(said), row_count(places[0]))
        said.unlink()
        return counts

    return [
        Step(
            name="linked/asked",
            run=link,
            inputs=(*rows.values(), *register),
            outputs=(out,),
            growth=linking_growth(link, out, register, tuple(rows.values())),
        )
    ]


def linking_growth(
    link: Callable[[Sequence[Path], Before], Rows],
    linked: Path,
    register: Sequence[Path],
    rows: Sequence[Path],
) -> Growth:
    """How a linked table builds on its past: further tables of the register, or rows of lists.

    Args:
        link: links with what was answered before.
        linked: what the step wrote.
        register: tables of the register.
        rows: what is linked.
    """

    def grow(places: Sequence[Path], news: Sequence[Path]) -> Rows:
        return link(places, Before(linked, tuple(path for path in news if path not in rows)))

    return Growth(grow, may_come=(*register, *rows), may_change=tuple(rows))


def parties(side: pl.Series) -> pl.DataFrame:
    """What names a party of a holding: its credit code, or its name."""
    is_code = side.str.contains("^[0-9A-Za-z]{18}$").fill_null(False)
    nowhere = pl.Series("province", [None], dtype=pl.String).new_from_index(0, len(side))
    code, name = side.set(~is_code, None), side.set(is_code, None)
    return pl.DataFrame({"name": name, "credit_code": code, "province": nowhere})


def _write_said(rows: dict[str, Path], out: Path) -> None:
    """What the tables say of enterprises, each once, in one order."""
    found = []
    for table, path in rows.items():
        if table == "holdings":
            sides = pl.read_parquet(path, columns=list(SIDES))
            found.append(pl.concat([parties(sides[side]) for side in SIDES]).unique())
        else:
            found.append(said_by(path, *SAYS[table]))
    once = pl.concat(found).unique().sort(*ASKED)
    schema = pa.schema([(name, pa.string()) for name in ASKED])
    with parquet_writer(out, schema) as write:
        for batch in once.to_arrow().cast(schema).combine_chunks().to_batches():
            write(batch)
