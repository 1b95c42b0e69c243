"""Parquet files read and written batch by batch, each column as cheaply as its values allow."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as kinds

__all__ = ["fewest_values", "is_brief", "parquet_reader", "parquet_writer"]

_SAMPLE = 4_096
"""Rows that decide: no batch is smaller by its memory, so that a file does not depend on it."""
_MOST_VALUES = 20_000
"""A dictionary pays for so many values; of more it would outgrow its page."""

_BRIEF = 80
"""Bytes; a business scope has some 170."""


def parquet_reader(source: Path | IO[bytes], **how: Any) -> pq.ParquetFile:  # noqa: ANN401
    """A file to be read in batches, whose memory does not grow with what was read of it.

    By itself pyarrow keeps the packed bytes of all row groups until the file is closed.

    Args:
        source: the file.
        how: further options of pyarrow's ParquetFile.
    """
    return pq.ParquetFile(source, pre_buffer=False, **how)


@contextmanager
def parquet_writer(path: Path, schema: pa.Schema) -> Iterator[Callable[[pa.RecordBatch], None]]:
    """A function that takes batches of a schema, each a row group.

    Columns whose values hardly recur get no dictionary, which would be tried in vain on every
    page (whole numbers, such as lines, are told by their differences), and texts no bounds, which
    nothing asks for. Packing is quick rather than tight: such tables are read again at once. Short
    texts that hardly recur (names, codes, addresses) are not packed: they shrink by half at most,
    and take longer to pack than to write. Texts that come as Arrow dictionaries are written as they
    are, and read as texts.
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
    recurring = {field.name for field in schema if _recurs(first.column(field.name))}
    numbers = [field.name for field in schema if kinds.is_integer(field.type)]
    brief = {field.name for field in schema if is_brief(first.column(field.name))} - recurring
    return pq.ParquetWriter(
        path,
        schema,
        store_schema=not any(kinds.is_dictionary(field.type) for field in schema),
        compression={_leaf(field): "none" if field.name in brief else "lz4" for field in schema},
        use_dictionary=[_leaf(field) for field in schema if field.name in recurring],
        write_statistics=[field.name for field in schema if not _is_wordy(field.type)],
        column_encoding={name: "DELTA_BINARY_PACKED" for name in numbers if name not in recurring},
    )


def _is_wordy(kind: pa.DataType) -> bool:
    return any(test(kind) for test in (kinds.is_string, kinds.is_nested, kinds.is_dictionary))


def _leaf(field: pa.Field) -> str:
    """How Parquet calls the column, or the values in its lists."""
    return f"{field.name}.list.element" if kinds.is_list(field.type) else field.name


def _recurs(column: pa.Array) -> bool:
    """Whether the column has few values; those of other types are small whichever way."""
    if not (kinds.is_string(column.type) or kinds.is_integer(column.type)):
        return True
    return fewest_values(column.slice(0, _SAMPLE).drop_null()) <= _MOST_VALUES


def is_brief(column: pa.Array) -> bool:
    """Whether the column's texts are of some words only, by those that it begins with."""
    if not kinds.is_string(column.type):
        return False
    mean = pc.mean(pc.binary_length(column.slice(0, _SAMPLE))).as_py()
    return bool((mean or 0) <= _BRIEF)


def fewest_values(sample: pa.Array) -> float:
    """How many values a column has at least, by how many of a sample stand in it once and twice.

    Chao (1984), Scandinavian Journal of Statistics 11, in its form corrected for bias.
    """
    times = pc.value_counts(sample).field("counts")
    once, twice = (pc.sum(pc.equal(times, count)).as_py() or 0 for count in (1, 2))
    return len(times) + float(once * (once - 1) / (2 * (twice + 1)))
