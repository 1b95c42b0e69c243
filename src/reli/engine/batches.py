"""Kernels over row groups: text work that is a pure function of a batch."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine.budget import Budget
from reli.engine.encoded import encoded_fields, joined
from reli.engine.files import parquet_files
from reli.engine.parquet import parquet_reader, parquet_writer
from reli.engine.progress import Progress, Quiet

__all__ = [
    "Kernel",
    "ahead",
    "empty_batch",
    "map_batches",
    "map_in_order",
    "of_size",
    "pick_rows",
    "read_batches",
]

Kernel = Callable[[pa.RecordBatch], pa.RecordBatch]
"""Pure: the same batch gives the same answer, row for row, on any thread or machine."""

Asked = TypeVar("Asked")
Made = TypeVar("Made")


def map_in_order(
    batches: Iterable[pa.RecordBatch], kernel: Kernel, threads: int | None = None
) -> Iterator[pa.RecordBatch]:
    """The kernel's answers in the order of the batches; a few batches are in work at a time."""
    workers = threads or Budget().workers
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[pa.RecordBatch]] = deque()
        for batch in batches:
            waiting.append(pool.submit(kernel, batch))
            if len(waiting) > workers + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def ahead(make: Callable[[Asked], Made], asked: Iterable[Asked]) -> Iterator[Made]:
    """What a function makes of each, in their order; while one is used the next is made.

    No more than these two are in memory.
    """
    with ThreadPoolExecutor(1) as pool:
        waiting: deque[Future[Made]] = deque()
        for each in asked:
            waiting.append(pool.submit(make, each))
            if len(waiting) > 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def map_batches(
    source: Path,
    kernel: Kernel,
    target: Path,
    *,
    columns: Sequence[str] | None = None,
    encoded: Sequence[str] = (),
    packed: bool = False,
    progress: Progress | None = None,
    budget: Budget | None = None,
) -> int:
    """Run a kernel over a Parquet file into another; memory does not grow with the rows.

    Answers may be dictionary-encoded; in the file they are texts like others.

    Args:
        source: Parquet file or folder to read.
        kernel: what turns a batch of `columns` into a batch of answers.
        target: Parquet file to write; use within a step, which makes it appear whole.
        columns: columns the kernel needs; all by default.
        encoded: columns of text that the kernel takes dictionary-encoded.
        packed: whether rows are written in full batches, so that the file is the same whichever
            batches they came in; for kernels that keep few.
        progress: told of the rows done.
        budget: how many threads there are, and how large their batches may be.

    Returns:
        Number of rows written.
    """
    told, limits = progress or Quiet(), budget or Budget()
    rows = 0
    files = parquet_files(source)
    # What a writer noted in the file it wrote (Spark notes its columns) is no longer true.
    read = encoded_fields(pq.read_schema(files[0]), encoded)
    schema = kernel(empty_batch(read, columns)).schema.remove_metadata()
    batches = read_batches(source, limits.batch_rows, columns, encoded)
    with parquet_writer(target, schema) as write:
        answers = map_in_order(batches, kernel, limits.workers)
        for answer in of_size(answers, limits.batch_rows) if packed else answers:
            write(answer.cast(schema))
            rows += answer.num_rows
            told.advanced(answer.num_rows)
    return rows


def pick_rows(
    source: Path, kernel: Kernel, columns: Sequence[str], budget: Budget | None = None
) -> pa.Table:
    """Run a kernel that keeps few rows over a Parquet file or folder; what it keeps, in memory.

    Args:
        source: Parquet file or folder to read.
        kernel: what turns a batch of `columns` into its few rows.
        columns: columns the kernel needs.
        budget: how many threads there are, and how large their batches may be.
    """
    limits = budget or Budget()
    empty = kernel(empty_batch(pq.read_schema(parquet_files(source)[0]), columns))
    found = map_in_order(read_batches(source, limits.batch_rows, columns), kernel, limits.workers)
    return pa.Table.from_batches([each for each in found if each.num_rows], schema=empty.schema)


def read_batches(
    path: Path, rows: int, columns: Sequence[str] | None = None, encoded: Sequence[str] = ()
) -> Iterator[pa.RecordBatch]:
    """Rows of a Parquet file or folder, so many at a time.

    Args:
        path: file or folder.
        rows: of a batch; a file's last one may have fewer.
        columns: all by default.
        encoded: columns of text to be read dictionary-encoded.
    """
    for one in parquet_files(path):
        with parquet_reader(one, read_dictionary=list(encoded) or None) as file:
            names = [*(columns or file.schema_arrow.names)]
            kinds = [
                [name for name in names if (name in encoded) is kind] for kind in (True, False)
            ]
            # Where the dictionary of a column changes its batch is cut. The other columns are read
            # apart: to put them together again would copy all of their texts.
            streams = [
                of_size(file.iter_batches(rows, columns=some), rows) for some in kinds if some
            ]
            yield from (_beside(parts).select(names) for parts in zip(*streams, strict=True))


def _beside(parts: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """Columns of the same rows as one batch."""
    schema = pa.schema([field for part in parts for field in part.schema])
    return pa.record_batch([column for part in parts for column in part.columns], schema=schema)


def of_size(pieces: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """Batches of a size: where the dictionary of a column changes, they were cut."""
    waiting: list[pa.RecordBatch] = []
    room = rows
    for piece in pieces:
        begin = 0
        while piece.num_rows - begin >= room:
            yield joined([*waiting, piece.slice(begin, room)])
            begin, room, waiting = begin + room, rows, []
        if begin < piece.num_rows:
            waiting.append(piece.slice(begin))
            room -= piece.num_rows - begin
    if waiting:
        yield joined(waiting)


def empty_batch(schema: pa.Schema, columns: Sequence[str] | None) -> pa.RecordBatch:
    """A batch without rows, by which a kernel tells the form of its answers."""
    kept = schema if columns is None else pa.schema([schema.field(name) for name in columns])
    return pa.RecordBatch.from_pylist([], schema=kept)
