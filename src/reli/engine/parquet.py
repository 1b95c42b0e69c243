"""Parquet files written batch by batch, each column as cheaply as its values allow."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as kinds

__all__ = ["parquet_writer"]

_SAMPLE = 4_096
"""Rows that decide: no batch is smaller by its memory, so that a file does not depend on it."""
_TIMES = 4
"""A dictionary pays where a value stands for so many rows."""


@contextmanager
def parquet_writer(path: Path, schema: pa.Schema) -> Iterator[Callable[[pa.RecordBatch], None]]:
    """A function that takes batches of a schema, each a row group.

    Columns whose texts hardly recur get no dictionary, which would be tried in vain on every
    page, and texts no bounds, which nothing asks for.
    """
    writers: list[pq.ParquetWriter] = []

    def write(batch: pa.RecordBatch) -> None:
        if not writers:
            writers.append(_open(path, schema, batch))
        writers[0].write_batch(batch)

    try:
        yield write
        if not writers:
            writers.append(_open(path, schema, pa.RecordBatch.from_pylist([], schema=schema)))
    finally:
        for writer in writers:
            writer.close()


def _open(path: Path, schema: pa.Schema, first: pa.RecordBatch) -> pq.ParquetWriter:
    recurring = [_leaf(field) for field in schema if _recurs(first.column(field.name))]
    bounded = [field.name for field in schema if not _is_wordy(field.type)]
    return pq.ParquetWriter(
        path, schema, compression="zstd", use_dictionary=recurring, write_statistics=bounded
    )


def _is_wordy(kind: pa.DataType) -> bool:
    return bool(kinds.is_string(kind) or kinds.is_nested(kind))


def _leaf(field: pa.Field) -> str:
    """How Parquet calls the column, or the values in its lists."""
    return f"{field.name}.list.element" if kinds.is_list(field.type) else field.name


def _recurs(column: pa.Array) -> bool:
    """Whether texts recur; values of fixed width are small whichever way they are written."""
    if not kinds.is_string(column.type):
        return True
    some = column.slice(0, _SAMPLE).drop_null()
    return bool(_TIMES * pc.count_distinct(some).as_py() <= len(some))
