"""A command over a table: every row in, every row out in its place, with columns appended."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from reli.engine import Kernel, Progress, Quiet, Terminal
from reli.engine.batches import map_in_order
from reli.errors import InvalidData, Problems, no_column
from reli.sources.cells import text_column
from reli.sources.files import open_table
from reli.sources.lines import RejectedLine, Table
from reli.sources.unreadable import keep_unreadable
from reli.sources.writing import check_writable, open_writer

__all__ = ["find_columns", "run_table_command"]

_RENAMED = "input_"
_EMPTY_TEXT = pa.scalar("", pa.string())


def run_table_command(
    source: Path,
    target: Path,
    kernel: Kernel,
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    rejected: Path | None = None,
    beside: Sequence[RejectedLine] = (),
    title: str = "rows",
    quiet: bool = False,
) -> int:
    """Run a kernel over a table file and write the rows with the kernel's columns appended.

    The kernel gets the required and the optional columns as text; an optional column that the
    file lacks, and a missing value, is the empty string. It returns the new columns only. All
    columns of the file are kept, and the order of the rows. A column of the file that is called
    like a new one is renamed `input_...`, and the user told so.

    Args:
        source: `.csv` (`.csv.gz`), `.parquet`, `.xlsx`, `.xls`, `.jsonl`; `-` for standard input.
        target: `.csv`, `.csv.gz`, `.parquet`, `.xlsx`; `-` for standard output.
        kernel: from a batch of the columns named to a batch of new columns, row by row.
        required: columns the file must have.
        optional: columns the kernel uses where they are there.
        rejected: where lines that cannot be read go; by default OUT.rejected.csv.
        beside: lines that could not be read of another table that the kernel uses.
        title: what progress calls the work.
        quiet: say nothing on standard error.

    Returns:
        Exit code: 0, or 1 where lines could not be read.

    Raises:
        ReliError: what keeps the command from running at all (exit code 2).
    """
    check_writable(target)
    progress: Progress = Quiet() if quiet else Terminal()
    table = open_table(source)
    command = _Command(table, kernel, required, optional)
    if command.renamed and not quiet:
        _tell_renamed(command.renamed)
    progress.started(title)
    written = 0
    with open_writer(target, command.schema) as writer:
        for batch in map_in_order(command.batches(), command.extend):
            writer.write(batch)
            written += batch.num_rows
            progress.advanced(batch.num_rows)
    if command.read != written:
        raise InvalidData(f"{command.read:,} rows read but {written:,} written: a defect of reli")
    lines = [*beside, *table.rejected]
    progress.finished(f"{written:,} rows" + (f", {len(lines):,} rejected" if lines else ""))
    return keep_unreadable(lines, target, rejected, quiet=quiet)


def find_columns(wanted: Sequence[str], present: Sequence[str], file: str) -> dict[str, str]:
    """Name in the file of each wanted column: the same, but for case and outer spaces.

    Raises:
        Problems: columns that are missing, together.
    """
    found = _known_columns(wanted, present)
    missing = [name for name in wanted if name not in found]
    if missing:
        raise Problems(file, [no_column(name, present) for name in missing])
    return found


def _known_columns(wanted: Sequence[str], present: Sequence[str]) -> dict[str, str]:
    plain = {name.strip().casefold(): name for name in reversed(present)}
    found = {name: name if name in present else plain.get(name.casefold()) for name in wanted}
    return {name: column for name, column in found.items() if column is not None}


@dataclass
class _Command:
    """A table and a kernel that adds columns to it."""

    table: Table
    kernel: Kernel
    required: Sequence[str]
    optional: Sequence[str]
    read: int = 0
    schema: pa.Schema = field(init=False)
    renamed: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._columns = find_columns(self.required, self.table.columns, self.table.name)
        self._columns |= _known_columns(self.optional, self.table.columns)
        nothing = pa.RecordBatch.from_pylist([], schema=self.table.schema)
        added = self.kernel(self._wanted(nothing)).schema
        taken = set(self.table.columns) | set(added.names)
        self.renamed = {
            name: _free_name(name, taken) for name in self.table.columns if name in added.names
        }
        kept = [
            item.with_name(self.renamed.get(item.name, item.name)) for item in self.table.schema
        ]
        self.schema = pa.schema([*kept, *added])

    def batches(self) -> Iterator[pa.RecordBatch]:
        for rows in self.table.rows():
            self.read += rows.batch.num_rows
            yield rows.batch

    def extend(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        added = self.kernel(self._wanted(batch))
        if added.num_rows != batch.num_rows:
            raise InvalidData(
                f"{batch.num_rows:,} rows got {added.num_rows:,} answers: a defect of reli"
            )
        return pa.RecordBatch.from_arrays([*batch.columns, *added.columns], schema=self.schema)

    def _wanted(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        names = [*self.required, *self.optional]
        columns = {name: self._text(batch, name) for name in names}
        return pa.RecordBatch.from_pydict(columns)

    def _text(self, batch: pa.RecordBatch, name: str) -> pa.Array:
        if name not in self._columns:
            return pa.repeat(_EMPTY_TEXT, batch.num_rows)
        return pc.fill_null(text_column(batch.column(self._columns[name])), "")


def _free_name(name: str, taken: set[str]) -> str:
    free = _RENAMED + name
    while free in taken:
        free = _RENAMED + free
    return free


def _tell_renamed(renamed: Mapping[str, str]) -> None:
    for old, new in renamed.items():
        sys.stderr.write(f"  the input has a column {old!r} already: kept as {new!r}\n")
