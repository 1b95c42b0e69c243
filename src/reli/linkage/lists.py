"""What the rows of lists say of enterprises, and the answers to it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.engine import parquet_files, parquet_writer, read_batches
from reli.linkage.answers import Answers
from reli.linkage.climbing import ASKED, LINK

__all__ = ["answer_list", "said_by"]

_SLICE = 200_000
_NOTHING_SAID = pl.DataFrame(schema=dict.fromkeys(ASKED, pl.String))


def answer_list(
    rows: Path,
    answers: Path,
    out: Path,
    *,
    name: str | Sequence[str] = "name",
    code: str | None = "credit_code",
    place: str | None = None,
    told: Sequence[str] = LINK,
) -> tuple[int, int]:
    """Give the rows of a list the answers that were found to what it says.

    Args:
        rows: Parquet table of the list.
        answers: answers (see reli.linkage.questions) to all that the list says (see `said_by`).
        out: Parquet file to write: the rows with what is told.
        name: column of the list with the enterprise's name; of several the first with a value.
        code: column of the list with its credit code, if it has one.
        place: column of the list with a province or city, if it has one.
        told: columns of the answers that the rows shall have.

    Returns:
        Rows, and rows linked.
    """
    read, linked = 0, 0
    known = Answers(answers, told)
    with _writer(rows, out, told) as write:
        for table in _slices(rows):
            at = known.find(_said(table, name, code, place))
            found = known.told.take(pa.array(at))
            write(_beside(table, found))
            read += table.num_rows
            linked += table.num_rows - found["enterprise_id"].null_count
    return read, linked


def said_by(
    rows: Path, name: str | Sequence[str], code: str | None, place: str | None
) -> pl.DataFrame:
    """What a list says of enterprises, each once: ASKED."""
    there = pq.read_schema(parquet_files(rows)[0]).names
    wanted = [name] if isinstance(name, str) else [*name]
    columns = [each for each in (*wanted, code, place) if each is not None and each in there]
    found = [_said(table, name, code, place) for table in _slices(rows, columns)]
    return pl.concat([_NOTHING_SAID, *found]).unique()


def _slices(rows: Path, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """A list in pieces that fit into memory."""
    for batch in read_batches(rows, _SLICE, columns):
        yield pa.Table.from_batches([batch])


def _beside(table: pa.Table, more: pa.Table) -> pa.Table:
    columns = [*table.columns, *more.columns]
    return pa.table(columns, names=[*table.column_names, *more.column_names])


@contextmanager
def _writer(rows: Path, out: Path, told: Sequence[str]) -> Iterator[Callable[[pa.Table], None]]:
    schema = pq.read_schema(parquet_files(rows)[0]).remove_metadata()
    for column in told:
        schema = schema.append(pa.field(column, pa.string()))
    with parquet_writer(out, schema) as write:
        yield lambda table: write(table.cast(schema).combine_chunks().to_batches()[0])


def _said(
    table: pa.Table, name: str | Sequence[str], code: str | None, place: str | None
) -> pl.DataFrame:
    """What a list says of each enterprise: name, credit_code, province."""
    empty = pa.nulls(table.num_rows, pa.string())
    columns = table.column_names
    wanted = [name] if isinstance(name, str) else name
    found = [table[each].combine_chunks() for each in wanted if each in columns]
    names = pc.coalesce(*found) if found else empty
    others = [table[each] if each in columns else empty for each in (code, place)]
    said = dict(zip(ASKED, (names, *others), strict=True))
    return pl.DataFrame(pa.table(said), schema=dict.fromkeys(ASKED, pl.String))
