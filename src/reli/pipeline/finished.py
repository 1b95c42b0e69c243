"""Finished scores (way c): published tables by name, resolved to divisions."""

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Rows, Step
from reli.insight import read_standings
from reli.pipeline.workspace import Workspace
from reli.sources.files import open_table
from reli.sources.writing import write_table

__all__ = ["finished_steps"]


def finished_steps(workspace: Workspace) -> list[Step]:
    """From tables of scores to standings."""

    def run(places: Sequence[Path]) -> Rows:
        return _read(workspace, places)

    return [
        Step(
            name="score/standings",
            run=run,
            inputs=workspace.inputs_of("score"),
            outputs=(
                workspace.stage("score/standings"),
                workspace.stage("score/corrections", ".json"),
                workspace.rejected("score"),
            ),
            parameters={"vintage": workspace.project.vintage},
        )
    ]


def _read(workspace: Workspace, places: Sequence[Path]) -> Rows:
    tables, rejected = [], []
    for source in workspace.sources_of("score"):
        for path in workspace.files(source):
            file = open_table(path)
            batches = [rows.batch for rows in file.rows()]
            tables.append(pa.Table.from_batches(batches, schema=file.schema))
            rejected += file.rejected
    table = pa.concat_tables(tables, promote_options="default")
    standings = read_standings(table, vintage=workspace.project.vintage, where="score")
    pq.write_table(standings.table, places[0])
    corrections = json.dumps(standings.corrections, ensure_ascii=False, indent=1)
    places[1].write_text(corrections + "\n", encoding="utf-8")
    columns = {"file": "文件", "line": "行", "reason": "原因", "text": "内容"}
    cells = {zh: [getattr(line, name) for line in rejected] for name, zh in columns.items()}
    write_table(places[2], pa.table(cells))
    return Rows(table.num_rows + len(rejected), standings.table.num_rows, len(rejected))
