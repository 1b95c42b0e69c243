"""Enterprises that stand in several parts of the register: the fullest row of each is kept.

The others are told in the list of rejected rows. The parts themselves are not written again for it:
a step of each part leaves its repeated rows out where it is read.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import ibis
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.engine import Engine, Kernel, Rows, Step, row_count
from reli.pipeline.parts import Part, file_beside, part_file, rejected_file
from reli.pipeline.workspace import Workspace, database
from reli.sources.stage import cells_path
from reli.sources.together import joined_lists, told_repeated

__all__ = ["FILLED_CELLS", "leaving_out", "repeated_step"]

_REPEATED = pa.schema(
    {
        "part": pa.string(),
        "enterprise_id": pa.string(),
        "source_file": pa.string(),
        "source_line": pa.int64(),
        "kept_file": pa.string(),
        "kept_line": pa.int64(),
    }
)
FILLED_CELLS = "filled_cells"
"""Column that says how many cells of a row are filled: the fullest row is kept."""


def repeated_step(workspace: Workspace, parts: Sequence[Part]) -> Step:
    """Enterprises that stand in several parts; and the lists of what was rejected, as one."""
    linked = [part_file(workspace, "linked", part) for part in parts]
    rejected = [rejected_file(workspace, part) for part in parts]
    cells = [cells_path(path) for path in rejected]

    def run(places: Sequence[Path]) -> Rows:
        with database(workspace) as engine:
            repeated = _repeated(engine, dict(zip((p.name for p in parts), linked, strict=True)))
        for part, place in zip(parts, places[2:], strict=True):
            of_part = repeated.filter(pl.col("part") == part.name)
            pq.write_table(of_part.to_arrow().cast(_REPEATED), place, compression="zstd")
        told = (
            told_repeated(row, "统一社会信用代码", row["enterprise_id"])
            for row in repeated.iter_rows(named=True)
        )
        lines = joined_lists(rejected, places[0], told)
        joined_lists(cells, places[1])
        rows = sum(row_count(path) for path in linked)
        return Rows(rows + lines, rows - repeated.height, lines + repeated.height)

    out = workspace.rejected("enterprises")
    return Step(
        name="clean/enterprises",
        run=run,
        inputs=(*linked, *rejected, *cells),
        outputs=(
            out,
            cells_path(out),
            *(file_beside(workspace, "clean/repeated", part) for part in parts),
        ),
    )


def _repeated(engine: Engine, parts: dict[str, Path]) -> pl.DataFrame:
    """Of each enterprise in several parts all rows but the fullest; of equals the last is kept."""
    if len(parts) < 2:
        return pl.DataFrame(_REPEATED.empty_table())
    tables = {name: engine.table(path).select("enterprise_id") for name, path in parts.items()}
    # Whoever stands in several parts stands beside the largest: a file that has come is small.
    largest = tables.pop(max(parts, key=lambda name: row_count(parts[name])))
    others = ibis.union(*tables.values())
    there = largest.semi_join(others, "enterprise_id")
    several = others.group_by("enterprise_id").having(lambda t: t.count() > 1).aggregate()
    ids = engine.fetch(ibis.union(there, several))["enterprise_id"].unique().to_pylist()
    if not ids:
        return pl.DataFrame(_REPEATED.empty_table())
    columns = ("enterprise_id", "source_file", "source_line", FILLED_CELLS)
    found = pl.concat(
        pl.DataFrame(engine.pick(path, partial(_keeping, ids), columns)).with_columns(
            part=pl.lit(name), number=pl.lit(number)
        )
        for number, (name, path) in enumerate(parts.items())
    )
    ranked = found.sort("enterprise_id", FILLED_CELLS, "number", descending=[False, True, True])
    kept = pl.col("source_file", "source_line").first().over("enterprise_id")
    told = ranked.with_columns(
        kept.name.map(lambda name: name.replace("source", "kept")),
        place=pl.int_range(pl.len()).over("enterprise_id"),
    )
    return told.filter(pl.col("place") > 0).sort("number", "source_line").select(_REPEATED.names)


def _keeping(ids: Sequence[str]) -> Kernel:
    """A kernel that keeps some enterprises; workers of a cluster make it themselves."""
    kept = pa.array(ids, pa.string())
    return lambda batch: batch.filter(pc.is_in(batch["enterprise_id"], value_set=kept))


def leaving_out(ids: Sequence[str]) -> Kernel:
    """A kernel that leaves some enterprises out."""
    left_out = pa.array(ids, pa.string())
    return lambda batch: batch.filter(
        pc.invert(pc.is_in(batch["enterprise_id"], value_set=left_out))
    )
