"""The stage `clean`: files of one canonical table to one Parquet file, every row accounted for."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.engine import Budget, Kernel, Progress, Quiet, Rows, parquet_writer
from reli.engine.batches import empty_batch, map_in_order
from reli.sources.aside import Aside
from reli.sources.canonical import Table
from reli.sources.clean import CleanBatch, Cleaner
from reli.sources.duplicates import (
    FORM_OF_KEYS,
    KEPT,
    ORDER,
    keys_of_rows,
    repeated_rows,
    told_rows,
)
from reli.sources.first_rows import prepared
from reli.sources.lines import RejectedLine
from reli.sources.lines import Rows as FileRows
from reli.sources.reading import OpenedSource, SourceFile, open_source
from reli.sources.tables import table_named
from reli.sources.united import NO_UNIONS, Union, Unions, unions, with_unions

__all__ = [
    "BYTES_OF_A_KEY",
    "REJECTED_HEADER",
    "CleanFiles",
    "cells_path",
    "clean_files",
    "clean_table",
    "narrow_writer",
]

REJECTED_HEADER = ("文件", "行", "列", "值", "原因")
_GROUP_ROWS = 131_072
_ASIDE_SHARE = 0.2
"""Of the memory, for rows that wait until repeated ones are known; more of them wait on disk."""
BYTES_OF_A_KEY = 60
"""Of the memory, while repeated rows are looked for: seven times its hash."""
_BYTES_OF_A_REPEATED_ROW = 800
"""Of the memory, while it is told what is repeated: its texts, and those of the row kept."""


def cells_path(rejected: Path) -> Path:
    """Where doubtful cells are listed, beside the rejected rows."""
    return rejected.with_name(rejected.name.removesuffix(".csv") + ".cells.csv")


def clean_table(
    table: str | Table,
    sources: Sequence[SourceFile],
    out: Path,
    rejected: Path,
    progress: Progress | None = None,
    *,
    cells: Path | None = None,
    budget: Budget | None = None,
    finish: Kernel | None = None,
) -> Rows:
    """Clean the files of a canonical table.

    Args:
        table: a canonical table, or its name.
        sources: its files, in the order in which later ones are newer.
        out: Parquet file to write: the table's columns, source_file, source_line.
        rejected: CSV file to write: rows that could not be used (文件, 行, 列, 值, 原因).
        progress: told of the rows read.
        cells: CSV file to write: cells that could not be read, same columns; by default beside
            `rejected` as NAME.cells.csv.
        budget: memory and threads of the process.
        finish: what is made of the clean rows as they are written; else they stay as they are.

    Returns:
        Rows read = rows written + rows rejected. Of wide indicator tables a value is a row.

    Raises:
        ReliError: a file that cannot be read, or lacks columns without which it says nothing.
    """
    declared = table_named(table) if isinstance(table, str) else table
    with (
        tempfile.TemporaryDirectory(dir=out.parent, prefix=".unfinished-") as scratch,
        _Lists(rejected, cells or cells_path(rejected)) as lists,
    ):
        limits, keys = budget or Budget(), Path(scratch) / "keys.parquet"
        room = int(limits.memory * _ASIDE_SHARE)
        with Aside(Path(scratch) / "aside.arrow", declared.schema, room) as aside:
            stage = _Stage(declared, lists, progress or Quiet(), limits)
            counts = stage.write(sources, aside, keys)
        repeated = repeated_rows(keys, limits.memory // BYTES_OF_A_KEY)
        most = limits.memory // _BYTES_OF_A_REPEATED_ROW
        with Unions(Path(scratch) / "unions.arrow") as united:
            found = unions(repeated, aside, declared, most) if declared.unites else ()
            given = _united(found, united, lists, declared)
            rows = _Published(aside, repeated[ORDER].to_numpy(), declared.unites, united)
            rows.write(out, finish, limits)
        for some in repeated.iter_slices(most):
            is_united = some[ORDER].is_in(given.implode())
            lists.reject_repeated(told_rows(some, aside, declared), is_united, declared)
    return replace(
        counts,
        written=counts.written - repeated.height,
        rejected=counts.rejected + repeated.height,
    )


@dataclass(frozen=True)
class CleanFiles:
    """What `clean_files` writes of some files of a table."""

    rows: Path
    """Parquet file as `clean_table` writes it, with the rows that repeat another."""
    keys: Path
    """Parquet file of what tells whether a row repeats another (see reli.sources.duplicates)."""
    rejected: Path
    cells: Path


def clean_files(
    table: Table,
    sources: Sequence[SourceFile],
    out: CleanFiles,
    *,
    progress: Progress,
    budget: Budget,
) -> Rows:
    """Clean some files of a table whose rows are yet to be held against those of others.

    Args:
        table: a canonical table with keys, whose rows unite no names.
        sources: the files, in the order in which later ones are newer.
        out: where to write.
        progress: told of the rows read.
        budget: memory and threads of the process.

    Returns:
        Rows read = rows written + rows rejected.
    """
    room = int(budget.memory * _ASIDE_SHARE)
    with (
        tempfile.TemporaryDirectory(dir=out.rows.parent, prefix=".unfinished-") as scratch,
        _Lists(out.rejected, out.cells) as lists,
        Aside(Path(scratch) / "aside.arrow", table.schema, room) as aside,
        Unions(Path(scratch) / "unions.arrow") as united,
    ):
        counts = _Stage(table, lists, progress, budget).write(sources, aside, out.keys)
        _Published(aside, _NONE, table.unites, united).write(out.rows, None, budget)
    return counts


def _united(found: Iterable[Union], kept: Unions, lists: "_Lists", table: Table) -> pl.Series:
    """Keep and list what rows take over; the positions of those that gave it."""
    given = [pl.Series(dtype=pl.Int64)]
    for union in found:
        kept.keep(union)
        lists.doubt_united(union.kept, table)
        given.append(union.given)
    return pl.concat(given)


class _Lists:
    """The two lists that go with a clean table."""

    def __init__(self, rejected: Path, cells: Path) -> None:
        self._paths = (rejected, cells)
        self._files: list[IO[str]] = []

    def __enter__(self) -> "_Lists":
        for path in self._paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            # With a mark, since these are opened in Excel.
            file = path.open("w", encoding="utf-8-sig", newline="")
            file.write(",".join(REJECTED_HEADER) + "\n")
            self._files.append(file)
        self._rejected, self._cells = self._files
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            file.close()

    def reject(self, file: str, frame: pl.DataFrame) -> None:
        _list(self._rejected, frame.select(pl.lit(file), pl.all()))

    def reject_lines(self, file: str, lines: Sequence[RejectedLine]) -> None:
        rows = [(file, line.line, None, line.text, line.reason) for line in lines]
        _list(self._rejected, pl.DataFrame(rows, _LISTED, orient="row"))

    def doubt(self, file: str, frame: pl.DataFrame) -> None:
        _list(self._cells, frame.select(pl.lit(file), pl.all()))

    def reject_repeated(self, repeated: pl.DataFrame, is_united: pl.Series, table: Table) -> None:
        names = "、".join(table.column(name).name_zh for name in table.unique)
        kept = pl.format("重复：与 {} 第 {} 行为同一条，保留该行", "kept_file", "kept_line")
        if table.unites:
            said = pl.lit(table.column(table.unites).name_zh)
            reason = "另一{}的行：与 {} 第 {} 行为同一件，已并入该行"
            taken = pl.format(reason, said, "kept_file", "kept_line")
            kept = pl.when(is_united).then(taken).otherwise(kept).alias("kept")
        rows = repeated.select("source_file", "source_line", pl.lit(names), "key", kept)
        _list(self._rejected, rows)

    def doubt_united(self, kept: pl.DataFrame, table: Table) -> None:
        said = pl.lit(table.column(table.unites).name_zh).alias("said")
        why = pl.format(
            "同号各行的{}合并：与 {} 第 {} 行等为同一件", said, "from_file", "from_line"
        )
        rows = kept.select("source_file", "source_line", said, "names", why.alias("why"))
        _list(self._cells, rows)


_LISTED = dict(zip(REJECTED_HEADER, (pl.String, pl.Int64, *[pl.String] * 3), strict=True))


def _list(file: IO[str], rows: pl.DataFrame) -> None:
    """Add rows to a list, cells without anything in them as nothing."""
    told = rows.with_columns(pl.col(pl.String).replace("", None))
    file.write(told.write_csv(include_header=False))


@dataclass
class _Stage:
    """Writes the clean rows of all files, before repeated ones are left out."""

    table: Table
    lists: _Lists
    progress: Progress
    budget: Budget

    def write(self, sources: Sequence[SourceFile], aside: Aside, keys: Path) -> Rows:
        total = Rows(0, 0, 0)
        with _staging(aside, keys, self.budget) as write:
            for source in sources:
                for opened in open_source(source, self.table):
                    total = self._one(opened, total, write)
        return total

    def _one(self, opened: OpenedSource, total: Rows, write: Any) -> Rows:  # noqa: ANN401
        cleaner, batches = prepared(self.table, opened)
        read, written, rejected = total.read, total.written, total.rejected
        batches = _cut(batches, self.budget.batch_rows)
        in_order: Any = map_in_order
        staged: _Staged
        for staged in in_order(
            batches, partial(_staged, cleaner, opened.label), self.budget.workers
        ):
            batch = staged.batch
            self.lists.reject(opened.label, batch.rejected)
            self.lists.doubt(opened.label, batch.doubtful)
            write(staged.rows, staged.keys)
            read += batch.read
            written += batch.written
            rejected += batch.rejected.height
            self.progress.advanced(batch.read)
        lines = opened.rows.rejected
        self.lists.reject_lines(opened.label, lines)
        facts = max(1, len(cleaner.assignment.indicators)) * len(lines)
        return Rows(read + facts, written, rejected + facts)


def _cut(rows: Iterator[FileRows], most: int) -> Iterator[FileRows]:
    """The rows, no more at a time than the memory allows."""
    for each in rows:
        for start in range(0, len(each.lines), most):
            yield FileRows(each.batch.slice(start, most), each.lines.slice(start, most))


@dataclass(frozen=True)
class _Staged:
    """What became of a batch; its clean rows as they are laid aside, and their keys."""

    batch: CleanBatch
    rows: pa.Table
    keys: pa.Table


def _staged(cleaner: Cleaner, label: str, rows: FileRows) -> _Staged:
    batch, table = cleaner(rows), cleaner.table
    cells = {
        name: each.to_arrow(table.schema.field(name).type) for name, each in batch.cells.items()
    }
    file = pa.DictionaryArray.from_arrays(np.zeros(batch.written, np.int32), [label])
    lines = batch.lines.to_arrow().cast(pa.int64())
    staged = pa.table({**cells, "source_file": file, "source_line": lines})
    if not table.unique:
        return _Staged(batch, staged, FORM_OF_KEYS.empty_table())
    return _Staged(batch, staged, keys_of_rows(batch.cells, table).to_arrow().cast(FORM_OF_KEYS))


@contextmanager
def _staging(aside: Aside, keys: Path, limits: Budget) -> Iterator[Any]:
    """A function that takes rows and lays them aside, and their keys, in groups for a kernel."""
    most = min(_GROUP_ROWS, limits.batch_rows)
    waiting: list[pa.Table] = []
    # Whether texts come as dictionaries may differ: as in the first batch.
    form: list[pa.Schema] = []
    before = 0
    with narrow_writer(keys) as keys_writer:

        def flush() -> None:
            if waiting:
                whole = pa.concat_tables(waiting).combine_chunks()
                for batch in whole.to_batches():
                    aside.write(batch)
                waiting.clear()

        def write(rows: pa.Table, told: pa.Table) -> None:
            nonlocal before
            if sum(each.num_rows for each in waiting) + rows.num_rows > most:
                flush()
            form.append(rows.schema)
            waiting.append(rows.cast(form[0]))
            order = pc.add(told[ORDER], before)
            keys_writer.write_table(told.set_column(0, FORM_OF_KEYS.field(ORDER), order))
            before += rows.num_rows

        yield write
        flush()


def narrow_writer(path: Path) -> pq.ParquetWriter:
    """A writer of keys of rows: numbers that do not recur, read once."""
    return pq.ParquetWriter(
        path, FORM_OF_KEYS, compression="lz4", use_dictionary=False, write_statistics=False
    )


@dataclass(frozen=True)
class _Published:
    """The staged rows that are not repeated, in their order."""

    aside: Aside
    left_out: np.ndarray[Any, Any]
    column: str
    """In which rows take over names."""
    united: Unions

    def write(self, out: Path, finish: Kernel | None, limits: Budget) -> None:
        kernel = partial(_finished, finish, self.column)
        empty = _Laid(empty_batch(self.aside.schema, None), _NONE, _NONE, NO_UNIONS["names"])
        schema = kernel(empty).schema
        # Left out on the threads, since this one has the writing to do.
        in_order: Any = map_in_order
        with parquet_writer(out, schema) as write:
            for batch in in_order(self.rows(), kernel, limits.workers):
                write(batch)

    def rows(self) -> Iterator["_Laid"]:
        for start, batch, union in self.united.along(self.aside.batches()):
            first, last = np.searchsorted(self.left_out, (start, start + batch.num_rows))
            grown = union[KEPT].to_numpy() - start
            yield _Laid(batch, self.left_out[first:last] - start, grown, union["names"])


@dataclass(frozen=True)
class _Laid:
    """Rows that were laid aside, which of them are left out, and which take over names."""

    batch: pa.RecordBatch
    left_out: np.ndarray[Any, Any]
    grown: np.ndarray[Any, Any]
    names: pa.ChunkedArray


_NONE = np.zeros(0, np.int64)


def _finished(finish: Kernel | None, column: str, laid: _Laid) -> pa.RecordBatch:
    rows = (
        with_unions(laid.batch, column, laid.grown, laid.names) if laid.grown.size else laid.batch
    )
    rows = _without(rows, laid.left_out)
    return finish(rows) if finish else rows


def _without(batch: pa.RecordBatch, places: np.ndarray[Any, Any]) -> pa.RecordBatch:
    if not places.size:
        return batch
    starts, ends = np.append(0, places + 1), np.append(places, batch.num_rows)
    if places.size < _FEW * batch.num_rows:
        # What stands between few rows is copied whole, in half the time.
        between = zip(starts.tolist(), ends.tolist(), strict=True)
        return pa.concat_batches([batch.slice(start, end - start) for start, end in between])
    is_kept = np.ones(batch.num_rows, dtype=bool)
    is_kept[places] = False
    return batch.filter(pa.array(is_kept))


_FEW = 0.01
"""Share of a batch's rows."""
