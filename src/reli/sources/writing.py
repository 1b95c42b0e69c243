"""Table files, written by their extension, whole or not at all."""

import gzip
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Protocol, cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from reli.engine import atomic
from reli.errors import InvalidData, nearest
from reli.sources.cells import plain_batch
from reli.sources.files import STANDARD

__all__ = ["WRITABLE", "TableWriter", "check_writable", "open_writer", "write_table"]

WRITABLE = (".csv", ".csv.gz", ".parquet", ".xlsx")
_SHEET_ROWS = 1_048_576
_SHEET_COLUMNS = 16_384
_CELL_LENGTH = 32_767
_FIRST_YEAR = 1901
"""Sheets count days from 1900, and that year with a day too many."""
_EXACT_NUMBERS = 1e15
"""A sheet keeps fifteen digits; longer whole numbers (codes), infinity and NaN are text."""
_FIXED_DATE = datetime(2000, 1, 1)


class TableWriter(Protocol):
    """Takes batches of one schema in their order."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows."""


def _extension(path: Path) -> str:
    return "".join(path.suffixes[-2:] if path.suffix == ".gz" else path.suffixes[-1:]).lower()


def check_writable(path: Path) -> None:
    """Raise InvalidData unless a table can be written under this name."""
    if path == STANDARD:
        return
    if path.is_dir():
        raise InvalidData(f"{path} is a folder: expected the name of a file to write")
    if _extension(path) not in WRITABLE:
        hint = nearest(_extension(path), WRITABLE)
        raise InvalidData(f"cannot write {path}: its extension is not known: {hint}")


@contextmanager
def open_writer(path: Path, schema: pa.Schema) -> Iterator[TableWriter]:
    """A writer by the extension; the file appears when the block ends well. `-` is CSV.

    Raises:
        InvalidData: unknown extension, or more rows than a sheet can hold.
    """
    check_writable(path)
    if path == STANDARD:
        yield _CsvWriter(cast("IO[bytes]", sys.stdout.buffer), schema)
        sys.stdout.buffer.flush()
        return
    with atomic(path) as place:
        kind = _extension(path)
        if kind == ".parquet":
            with pq.ParquetWriter(place, schema, compression="zstd") as writer:
                yield _ParquetWriter(writer)
        elif kind == ".xlsx":
            with _open_workbook(place, schema) as sheet:
                yield sheet
        else:
            with _open_text(place, is_packed=kind == ".csv.gz") as stream:
                yield _CsvWriter(stream, schema)


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table that is in memory."""
    with open_writer(path, table.schema) as writer:
        for batch in table.to_batches():
            writer.write(batch)


@contextmanager
def _open_text(path: Path, *, is_packed: bool) -> Iterator[IO[bytes]]:
    with path.open("wb") as file:
        if not is_packed:
            yield file
            return
        # Neither name nor time in the header: the same rows give the same bytes.
        with gzip.GzipFile("", "wb", fileobj=file, mtime=0, compresslevel=6) as packed:
            yield cast("IO[bytes]", packed)


class _CsvWriter:
    """CSV: UTF-8 without mark, LF, quotation marks where needed; missing values are empty."""

    def __init__(self, stream: IO[bytes], schema: pa.Schema) -> None:
        self._stream = stream
        self._write(pa.RecordBatch.from_pylist([], schema=schema), has_header=True)

    def write(self, batch: pa.RecordBatch) -> None:
        self._write(batch, has_header=False)

    def _write(self, batch: pa.RecordBatch, *, has_header: bool) -> None:
        frame = cast("pl.DataFrame", pl.from_arrow(pa.Table.from_batches([plain_batch(batch)])))
        frame = frame.with_columns(pl.col(pl.Boolean).cast(pl.Int8))
        if frame.width > 1:
            # Empty text as nothing at all, as people write it; alone in its line it needs marks.
            value = pl.col(pl.String)
            frame = frame.with_columns(pl.when(value != "").then(value))
        text = io.BytesIO()
        frame.write_csv(text, include_header=has_header)
        self._stream.write(text.getbuffer())


class _ParquetWriter:
    def __init__(self, writer: pq.ParquetWriter) -> None:
        self._writer = writer

    def write(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(batch)


@contextmanager
def _open_workbook(path: Path, schema: pa.Schema) -> Iterator["_SheetWriter"]:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with path.open("wb") as file, xlsxwriter.Workbook(file, options) as workbook:
        workbook.set_properties({"created": _FIXED_DATE})
        yield _SheetWriter(workbook, schema)


class _SheetWriter:
    """One sheet with a frozen header; text stays text, so that codes keep their zeros."""

    def __init__(self, workbook: "xlsxwriter.Workbook", schema: pa.Schema) -> None:
        if len(schema.names) > _SHEET_COLUMNS:
            raise InvalidData(
                f"a sheet holds {_SHEET_COLUMNS:,} columns and there are {len(schema.names):,}: "
                "write .csv or .parquet instead"
            )
        self._sheet = workbook.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        self._date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._row = 1
        for column, name in enumerate(schema.names):
            self._sheet.write_string(0, column, name)

    def write(self, batch: pa.RecordBatch) -> None:
        if self._row + batch.num_rows > _SHEET_ROWS:
            raise InvalidData(
                f"a sheet holds {_SHEET_ROWS - 1:,} rows below its header and there are more: "
                "write .csv or .parquet instead"
            )
        columns = [column.to_pylist() for column in plain_batch(batch).columns]
        for row in zip(*columns, strict=True):
            for column, value in enumerate(row):
                self._cell(column, value)
            self._row += 1

    def _cell(self, column: int, value: object) -> None:
        if value is None or value == "":
            return
        if isinstance(value, date) and value.year >= _FIRST_YEAR:
            has_time = isinstance(value, datetime) and value.time() != time()
            self._sheet.write_datetime(
                self._row, column, value, self._moment if has_time else self._date
            )
        elif isinstance(value, int | float) and abs(value) < _EXACT_NUMBERS:
            self._sheet.write_number(self._row, column, value)
        else:
            self._text(column, str(value))

    def _text(self, column: int, text: str) -> None:
        if len(text) > _CELL_LENGTH:
            raise InvalidData(
                f"row {self._row + 1} has a text of {len(text):,} characters and a cell of a sheet "
                f"holds {_CELL_LENGTH:,}: write .csv or .parquet instead"
            )
        self._sheet.write_string(self._row, column, text)
