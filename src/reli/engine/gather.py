"""Parts of a table put together: made apart, so that a new part costs itself alone."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.engine.batches import map_in_order, read_batches
from reli.engine.budget import Budget
from reli.engine.files import row_count

__all__ = ["gather"]


def gather(
    parts: Sequence[Path],
    target: Path,
    *,
    columns: Sequence[str] | None = None,
    without: Mapping[Path, pa.Array] | None = None,
    key: str = "enterprise_id",
    budget: Budget | None = None,
) -> int:
    """Write the rows of several Parquet tables of one form, one behind the other.

    Args:
        parts: the tables, in order.
        target: Parquet file to write; a single part that is taken whole becomes a second name of
            the same file.
        columns: columns to keep; all by default.
        without: of a part, values of `key` whose rows are left out.
        key: column of these values.
        budget: memory and threads.

    Returns:
        Number of rows written.
    """
    left_out = without or {}
    if len(parts) == 1 and columns is None and not left_out and parts[0].is_file():
        _link(parts[0], target)
        return row_count(target)
    limits, rows = budget or Budget(), 0
    schema = pq.read_schema(parts[0])
    schema = pa.schema([schema.field(name) for name in columns or schema.names])
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for path in parts:
            keep = partial(_kept, key, left_out.get(path), schema)
            for batch in map_in_order(_read(path, columns, key, limits), keep, limits.workers):
                writer.write_batch(batch)
                rows += batch.num_rows
    return rows


def _read(
    path: Path, columns: Sequence[str] | None, key: str, limits: Budget
) -> Iterator[pa.RecordBatch]:
    wanted = None if columns is None else list(dict.fromkeys((*columns, key)))
    yield from read_batches(path, wanted, limits)


def _kept(
    key: str, left_out: pa.Array | None, schema: pa.Schema, batch: pa.RecordBatch
) -> pa.RecordBatch:
    if left_out is not None:
        batch = batch.filter(pc.invert(pc.is_in(batch[key], value_set=left_out)))
    return batch.select(schema.names).cast(schema)


def _link(path: Path, target: Path) -> None:
    """A second name for a file; a copy where the disk knows no such thing."""
    target.unlink(missing_ok=True)
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)
