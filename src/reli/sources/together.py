"""Cleaned files of a canonical table put together: rows that repeat one of another file left out.

A further file costs its own rows, the reading of the keys of the others, and the writing of all.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.engine import (
    Budget,
    Rows,
    of_size,
    parquet_files,
    parquet_writer,
    read_batches,
    row_count,
)
from reli.sources.canonical import Table
from reli.sources.duplicates import FORM_OF_KEYS, ORDER, repeated_rows, told_rows
from reli.sources.stage import BYTES_OF_A_KEY, REJECTED_HEADER, CleanFiles, narrow_writer

__all__ = ["joined_lists", "put_together", "told_repeated"]

_BATCH = 100_000


def put_together(
    table: Table,
    parts: Sequence[CleanFiles],
    out: Path,
    *,
    rejected: Path,
    cells: Path,
    budget: Budget,
) -> Rows:
    """Put parts of a clean table together.

    Args:
        table: a canonical table with keys.
        parts: in the order in which later ones are newer.
        out: Parquet file to write: the rows of all parts that repeat no other.
        rejected: CSV file to write: the lists of the parts, and the repeated rows.
        cells: CSV file to write: doubtful cells of all parts.
        budget: memory of the process.

    Returns:
        Rows of all parts, rejected ones included.
    """
    whole = _Parts([part.rows for part in parts])
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".unfinished-") as scratch:
        keys = Path(scratch) / "keys.parquet"
        _write_keys([part.keys for part in parts], whole.starts, keys)
        repeated = repeated_rows(keys, budget.memory // BYTES_OF_A_KEY)
    _write(whole.without(repeated[ORDER].to_numpy()), parts[0].rows, out)
    names = "、".join(table.column(name).name_zh for name in table.unique)
    told = told_rows(repeated, whole, table).iter_rows(named=True)
    more = (told_repeated(row, names, row["key"]) for row in told)
    lines = joined_lists([part.rejected for part in parts], rejected, more)
    joined_lists([part.cells for part in parts], cells)
    written = whole.starts[-1] - repeated.height
    return Rows(whole.starts[-1] + lines, written, lines + repeated.height)


class _Parts:
    """Parts of a clean table as one, with the number of rows before each and of all."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self.starts = [0, *np.cumsum([row_count(path) for path in paths]).tolist()]

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for path in self._paths:
            yield from read_batches(path, _BATCH, columns)

    def without(self, left_out: np.ndarray) -> Iterator[pa.RecordBatch]:
        """The rows without those at some places, which are in order."""
        start = 0
        for path in self._paths:
            for batch in read_batches(path, _BATCH):
                end = start + batch.num_rows
                first, last = np.searchsorted(left_out, (start, end))
                stays = np.isin(np.arange(start, end), left_out[first:last], invert=True)
                yield batch if first == last else batch.filter(pa.array(stays))
                start = end


def _write(rows: Iterable[pa.RecordBatch], like: Path, out: Path) -> None:
    """Write rows in the form of a table."""
    schema = pq.read_schema(parquet_files(like)[0]).remove_metadata()
    with parquet_writer(out, schema) as write:
        for batch in of_size(rows, _BATCH):
            write(batch)


def _write_keys(parts: Sequence[Path], starts: Sequence[int], out: Path) -> None:
    """Keys of the rows of all parts, with their order among all."""
    place = FORM_OF_KEYS.get_field_index(ORDER)
    with narrow_writer(out) as writer:
        for path, start in zip(parts, starts, strict=False):
            for batch in read_batches(path, _BATCH):
                order = pc.add(batch[ORDER], start)
                writer.write_batch(batch.set_column(place, FORM_OF_KEYS.field(ORDER), order))


def told_repeated(row: dict[str, object], names: str, key: object) -> Sequence[object]:
    """The line of a list that says of a row which one it repeats.

    Args:
        row: source_file, source_line, kept_file, kept_line.
        names: of the columns in which the two agree.
        key: what stands there.
    """
    told = f"重复：与 {row['kept_file']} 第 {row['kept_line']} 行为同一条，保留该行"
    return row["source_file"], row["source_line"], names, key, told


def joined_lists(lists: Sequence[Path], out: Path, more: Iterable[Sequence[object]] = ()) -> int:
    """Lists of one form as one, with further lines; the number of lines of the lists."""
    count = 0
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(REJECTED_HEADER)
        for path in lists:
            with path.open(encoding="utf-8-sig", newline="") as one:
                lines = csv.reader(one)
                next(lines)
                for line in lines:
                    writer.writerow(line)
                    count += 1
        writer.writerows(more)
    return count
