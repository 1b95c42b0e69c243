"""Kernels over row groups: text work that is a pure function of a batch."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine.progress import Progress, Quiet

__all__ = ["BATCH_ROWS", "Kernel", "map_batches", "map_in_order"]

Kernel = Callable[[pa.RecordBatch], pa.RecordBatch]
"""Pure: the same batch gives the same answer, row for row, on any thread or machine."""

BATCH_ROWS = 131_072


def map_in_order(
    batches: Iterable[pa.RecordBatch], kernel: Kernel, threads: int | None = None
) -> Iterator[pa.RecordBatch]:
    """The kernel's answers in the order of the batches; a few batches are in work at a time."""
    workers = threads or os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[pa.RecordBatch]] = deque()
        for batch in batches:
            waiting.append(pool.submit(kernel, batch))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def map_batches(
    source: Path,
    kernel: Kernel,
    target: Path,
    *,
    columns: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> int:
    """Run a kernel over a Parquet file into another; memory does not grow with the rows.

    Args:
        source: Parquet file to read.
        kernel: what turns a batch of `columns` into a batch of answers.
        target: Parquet file to write; use within a step, which makes it appear whole.
        columns: columns the kernel needs; all by default.
        progress: told of the rows done.

    Returns:
        Number of rows written.
    """
    told = progress or Quiet()
    rows = 0
    with pq.ParquetFile(source) as file:
        batches = file.iter_batches(BATCH_ROWS, columns=list(columns) if columns else None)
        schema = kernel(_empty(file.schema_arrow, columns)).schema
        with pq.ParquetWriter(target, schema, compression="zstd") as writer:
            for answer in map_in_order(batches, kernel):
                writer.write_batch(answer.cast(schema))
                rows += answer.num_rows
                told.advanced(answer.num_rows)
    return rows


def _empty(schema: pa.Schema, columns: Sequence[str] | None) -> pa.RecordBatch:
    kept = schema if columns is None else pa.schema([schema.field(name) for name in columns])
    return pa.RecordBatch.from_pylist([], schema=kept)
