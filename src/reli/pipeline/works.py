"""Works and holdings: rows that name several parties, or parties that are in no register."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.classification.outsiders import place_outsiders
from reli.engine import Growth, Rows, Step, map_batches, row_count
from reli.indicators.works import knows_status
from reli.linkage.climbing import ASKED
from reli.linkage.outsiders import outsider_ids
from reli.linkage.parties import first_granted
from reli.linkage.patent_codes import write_patent_codes
from reli.linkage.works import number_owners
from reli.pipeline.asking import (
    SIDES,
    WORKS,
    answers_of,
    codes_of,
    granted_of,
    named_of,
    owners_of,
    parties,
    status_of,
)
from reli.pipeline.locating import locator_of
from reli.pipeline.workspace import Workspace, database
from reli.reference.ipc import industries_of_codes

__all__ = ["holding_steps", "outsider_steps", "work_steps"]


def work_steps(workspace: Workspace) -> list[Step]:
    """Works with the numbers of their owners, which the register does not change."""
    there = [table for table in WORKS if table in workspace.project.tables()]
    if not there:
        return []
    told = [_codes_step(workspace), _status_step(workspace)] if "patents" in there else []
    return [*told, *(_join_step(workspace, table) for table in there)]


def _codes_step(workspace: Workspace) -> Step:
    """Industries of the patents' codes, each distinct cell once."""
    patents, out = workspace.stage("clean/patents"), codes_of(workspace)

    def run(places: Sequence[Path]) -> None:
        classify = partial(industries_of_codes, rules=workspace.ipc_rules)
        with database(workspace) as engine:
            write_patent_codes(patents, places[0], classify, engine)

    own = (workspace.own_ipc, workspace.emerging)
    return Step(
        name="linked/ipc",
        run=run,
        inputs=(patents, *(path for path in own if path)),
        outputs=(out,),
    )


def _status_step(workspace: Workspace) -> Step:
    """Whether the legal status of patents is known, told once for all years that are counted."""
    patents = workspace.stage("clean/patents")

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            rows = engine.table(patents).rename(item=WORKS["patents"])
            engine.write(knows_status(rows), places[0])

    return Step(name="linked/status", run=run, inputs=(patents,), outputs=(status_of(workspace),))


def _join_step(workspace: Workspace, table: str) -> Step:
    works, owners = workspace.stage(f"clean/{table}"), named_of(workspace)
    is_patents = table == "patents"
    coded = codes_of(workspace) if is_patents else None
    granted = [granted_of(workspace)] if is_patents else []

    def run(places: Sequence[Path]) -> Rows:
        with database(workspace) as engine:
            key = WORKS[table]
            written = number_owners(works, owners, places[0], key, engine, coded=coded)
            for place in places[1:]:
                first = first_granted(engine.table(places[0]))
                engine.write(first, place, order_by=["owner"])
        return Rows(row_count(works), written)

    return Step(
        name=f"linked/{table}",
        run=run,
        inputs=(works, owners, *([coded] if coded else [])),
        outputs=(workspace.stage(f"linked/{table}"), *granted),
    )


def holding_steps(workspace: Workspace) -> list[Step]:
    """Both sides of each holding, linked by name or credit code."""
    if "holdings" not in workspace.project.tables():
        return []
    rows, answers = workspace.stage("clean/holdings"), answers_of(workspace)

    def link(places: Sequence[Path]) -> Rows:
        table, known = pl.read_parquet(rows), pl.scan_parquet(answers)
        ids = {f"{side}_id": _linked(parties(table[side]), known) for side in SIDES}
        pq.write_table(
            table.with_columns(**ids).to_arrow().cast(_with_ids(rows)),
            places[0],
            compression="zstd",
        )
        return Rows(table.height, row_count(places[0]))

    return [
        Step(
            name="linked/holdings",
            run=link,
            inputs=(rows, answers),
            outputs=(workspace.stage("linked/holdings"),),
        )
    ]


def _with_ids(rows: Path) -> pa.Schema:
    ids = [pa.field(f"{side}_id", pa.string()) for side in SIDES]
    return pa.schema([*pq.read_schema(rows), *ids])


def _linked(asked: pl.DataFrame, known: pl.LazyFrame) -> pl.Series:
    answers = known.select(*ASKED, "enterprise_id")
    found = asked.lazy().join(
        answers, on=ASKED, how="left", nulls_equal=True, maintain_order="left"
    )
    return found.collect(engine="streaming")["enterprise_id"]


def outsider_steps(workspace: Workspace) -> list[Step]:
    """Owners and hosts that are in no register, placed."""
    tables = workspace.project.tables()
    inputs = [owners_of(workspace)] if set(WORKS) & tables else []
    inputs += [workspace.stage("linked/recognitions")] if "recognitions" in tables else []
    if not inputs:
        return []
    project, out = workspace.project, workspace.stage("classified/outsiders")

    def place(places: Sequence[Path], known: pl.DataFrame | None = None) -> Rows:
        asked = _outside(inputs)
        new = (
            asked
            if known is None
            else asked.join(known, on=_OUTSIDER, how="anti", nulls_equal=True)
        )
        found = (
            [] if known is None else [known.join(asked, on=_OUTSIDER, how="semi", nulls_equal=True)]
        )
        if known is None or not new.is_empty():
            locator = locator_of(project.vintage, workspace.zones, project.attribution)
            found.append(pl.DataFrame(place_outsiders(new.to_arrow(), locator)))
        placed = pl.concat(found).sort("outsider_id")
        pq.write_table(placed.to_arrow(), places[0], compression="zstd")
        return Rows(asked.height, row_count(places[0]))

    def grow(places: Sequence[Path], _: Sequence[Path]) -> Rows:
        return place(places, pl.read_parquet(out))

    return [
        Step(
            name="classified/outsiders",
            run=place,
            inputs=(*inputs, *filter(None, [workspace.zones])),
            outputs=(out,),
            parameters={"vintage": project.vintage, "attribution": project.attribution},
            growth=Growth(grow, may_change=tuple(inputs)),
        )
    ]


_OUTSIDER = ["outsider_id", "name", "address"]


def _outside(paths: Sequence[Path]) -> pl.DataFrame:
    """Outsiders of linked tables, each once."""
    found = []
    for path in paths:
        rows = pl.scan_parquet(path).filter(pl.col("outsider_id").is_not_null())
        if "host_name" in rows.collect_schema():
            rows = rows.with_columns(name=pl.coalesce("host_name", "name"), address="host_address")
        found.append(rows.select(_OUTSIDER))
    once = pl.concat(found).group_by("outsider_id").agg(pl.col("name", "address").min())
    return once.sort("outsider_id").collect(engine="streaming")


def with_outsiders(linked: Path) -> None:
    """Give each recognition without an enterprise the key of its host, or of its own name."""
    place = linked.with_name(linked.name + ".outsiders")
    map_batches(linked, _with_outsider, place)
    place.replace(linked)


def _with_outsider(batch: pa.RecordBatch) -> pa.RecordBatch:
    nobody = pa.nulls(batch.num_rows, pa.string())
    name = pc.if_else(
        batch["enterprise_id"].is_valid(), nobody, pc.coalesce(batch["host_name"], batch["name"])
    )
    return batch.append_column("outsider_id", outsider_ids(name))
