"""Works and holdings: rows that name several parties, or parties that are in no register."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.classification.outsiders import place_outsiders
from reli.classification.place import Locator
from reli.engine import Rows, Step
from reli.linkage.lists import link_list
from reli.linkage.outsiders import outsider_ids
from reli.linkage.owners import join_works, link_owners
from reli.pipeline.workspace import Workspace, database

__all__ = ["WORKS", "holding_steps", "outsider_steps", "work_steps"]

WORKS = {"patents": "grant_number", "software_copyrights": "registration_number"}
"""Tables of works, with the column that names a work."""


def work_steps(workspace: Workspace) -> list[Step]:
    """Owners linked once, then joined to their works."""
    there = [table for table in WORKS if table in workspace.project.tables()]
    if not there:
        return []
    return [_owners_step(workspace, there), *(_join_step(workspace, table) for table in there)]


def _owners_step(workspace: Workspace, tables: Sequence[str]) -> Step:
    works = [workspace.stage(f"clean/{table}") for table in tables]
    register = workspace.stage("linked/enterprises")

    def run(places: Sequence[Path]) -> Rows:
        with database(workspace) as engine:
            read, _ = link_owners(works, register, places[0], engine, workspace.scratch)
        return Rows(read, pq.read_metadata(places[0]).num_rows)

    return Step(
        name="linked/owners",
        run=run,
        inputs=(*works, register),
        outputs=(workspace.stage("linked/owners"),),
    )


def _join_step(workspace: Workspace, table: str) -> Step:
    works, owners = workspace.stage(f"clean/{table}"), workspace.stage("linked/owners")

    def run(places: Sequence[Path]) -> Rows:
        with database(workspace) as engine:
            written = join_works(works, owners, places[0], WORKS[table], engine)
        return Rows(pq.read_metadata(works).num_rows, written)

    return Step(
        name=f"linked/{table}",
        run=run,
        inputs=(works, owners),
        outputs=(workspace.stage(f"linked/{table}"),),
    )


def holding_steps(workspace: Workspace) -> list[Step]:
    """Both sides of each holding, linked by name or credit code."""
    if "holdings" not in workspace.project.tables():
        return []
    rows, register = workspace.stage("clean/holdings"), workspace.stage("linked/enterprises")

    def run(places: Sequence[Path]) -> Rows:
        table = pq.read_table(rows)
        asked, answered = (workspace.scratch / f"holdings-{name}.parquet" for name in "ab")
        for side in ("parent", "child"):
            workspace.scratch.mkdir(parents=True, exist_ok=True)
            pq.write_table(_asked(table[side]), asked)
            with database(workspace) as engine:
                link_list(asked, register, answered, engine)
            found = pq.read_table(answered, columns=["enterprise_id"])["enterprise_id"]
            table = table.append_column(f"{side}_id", found)
        asked.unlink()
        answered.unlink()
        pq.write_table(table, places[0], compression="zstd")
        return Rows(pq.read_metadata(rows).num_rows, table.num_rows)

    return [
        Step(
            name="linked/holdings",
            run=run,
            inputs=(rows, register),
            outputs=(workspace.stage("linked/holdings"),),
        )
    ]


def _asked(side: pa.ChunkedArray) -> pa.Table:
    """What names a party: its credit code, or its name."""
    text = pl.Series("name", side.cast(pa.large_string()), dtype=pl.String)
    is_code = text.str.contains("^[0-9A-Za-z]{18}$").fill_null(False)
    columns = {"name": text.set(is_code, None), "credit_code": text.set(~is_code, None)}
    return (
        pl.DataFrame(columns)
        .to_arrow()
        .cast(pa.schema([("name", pa.string()), ("credit_code", pa.string())]))
    )


def outsider_steps(workspace: Workspace) -> list[Step]:
    """Owners and hosts that are in no register, placed."""
    tables = workspace.project.tables()
    inputs = [workspace.stage("linked/owners")] if set(WORKS) & tables else []
    inputs += [workspace.stage("linked/recognitions")] if "recognitions" in tables else []
    if not inputs:
        return []
    vintage = workspace.project.vintage

    def run(places: Sequence[Path]) -> Rows:
        found = pl.concat([_outside(path) for path in inputs])
        once = found.group_by("outsider_id").agg(pl.col("name", "address").drop_nulls().min())
        asked = once.sort("outsider_id").to_arrow()
        pq.write_table(place_outsiders(asked, Locator(vintage)), places[0], compression="zstd")
        return Rows(asked.num_rows, pq.read_metadata(places[0]).num_rows)

    return [
        Step(
            name="classified/outsiders",
            run=run,
            inputs=tuple(inputs),
            outputs=(workspace.stage("classified/outsiders"),),
            parameters={"vintage": vintage},
        )
    ]


def _outside(path: Path) -> pl.DataFrame:
    """Outsiders of a linked table: outsider_id, name, address."""
    rows = pl.scan_parquet(path).filter(pl.col("outsider_id").is_not_null())
    if "host_name" in rows.collect_schema():
        rows = rows.with_columns(name=pl.coalesce("host_name", "name"), address="host_address")
    return rows.select("outsider_id", "name", "address").collect()


def with_outsiders(linked: Path) -> None:
    """Give each recognition without an enterprise the key of its host, or of its own name."""
    table = pq.read_table(linked)
    frame = pl.DataFrame(table.select(["host_name", "name", "enterprise_id"]))
    named = frame.select(pl.coalesce("host_name", "name")).to_series()
    keys = pl.Series(outsider_ids(named.to_arrow().cast(pa.string())), dtype=pl.String)
    is_linked = frame["enterprise_id"].is_not_null()
    column = keys.set(is_linked, None).to_arrow().cast(pa.string())
    pq.write_table(table.append_column("outsider_id", column), linked, compression="zstd")
