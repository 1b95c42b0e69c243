"""Any table file by its extension, read as batches."""

import gzip
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import pyarrow as pa
import pyarrow.json as pajson
import pyarrow.parquet as pq

from reli.errors import InvalidData, MissingFile, nearest
from reli.sources.csvfile import CsvTable, FindHeader, first_row
from reli.sources.encoding import without_mark
from reli.sources.lines import RejectedLine, Rows, Table
from reli.sources.sheets import SheetTable

__all__ = ["READABLE", "STANDARD", "format_of", "open_table"]

STANDARD = Path("-")
"""Standard input or output in place of a file."""

READABLE = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".xlsx": "sheet",
    ".xlsm": "sheet",
    ".xls": "sheet",
    ".jsonl": "json",
    ".ndjson": "json",
}
_BATCH_ROWS = 65_536
_GZIP = b"\x1f\x8b"


def format_of(path: Path) -> str:
    """Format that the extension names: csv, parquet, sheet or json.

    Raises:
        InvalidData: an extension that is not known.
    """
    if path == STANDARD:
        return "csv"
    suffix = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    found = READABLE.get(suffix.lower())
    if found is None:
        hint = nearest(suffix.lower(), list(READABLE))
        raise InvalidData(f"{path} has the extension {suffix!r}, which is not known: {hint}")
    return found


def open_table(path: Path, find_header: FindHeader = first_row, sheet: str = "") -> Table:
    """A table file, read as far as its header.

    CSV is UTF-8 with or without a mark, UTF-16 with one, or GB18030; `-` is standard input;
    a further `.gz` is unpacked. Values are text, but for Parquet, which keeps its types.

    Raises:
        MissingFile: no such file.
        InvalidData: unknown extension, empty, or not of the format that its extension names.
    """
    kind = format_of(path)
    if path != STANDARD and not path.is_file():
        raise MissingFile(_missing(path))
    if kind == "sheet":
        return SheetTable(path, find_header, sheet)
    if kind == "csv":
        return _open_csv(path, find_header)
    try:
        return ParquetTable(path) if kind == "parquet" else JsonTable(path)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise InvalidData(f"{path} cannot be read as {kind}: {error}") from error


def _missing(path: Path) -> str:
    if path.is_dir():
        return f"{path} is a folder: expected a file"
    if not path.parent.is_dir():
        return f"{path} does not exist: there is no folder {path.parent}"
    others = sorted(each.name for each in path.parent.iterdir() if each.is_file())
    hint = nearest(path.name, others) if others else "its folder is empty"
    return f"{path} does not exist: {hint if len(hint) < 200 else 'look at the name again'}"


def _open_csv(path: Path, find_header: FindHeader) -> Table:
    if path == STANDARD:
        name, raw = "standard input", cast("IO[bytes]", sys.stdin.buffer)
    else:
        name, raw = str(path), cast("IO[bytes]", path.open("rb"))
    stream = io.BufferedReader(cast("io.RawIOBase", raw))
    head = stream.peek(4)[:4]
    if head.startswith(_GZIP):
        stream = io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=stream)))
        head = stream.peek(4)[:4]
    if head == b"PAR1":
        return ParquetTable(path if path != STANDARD else io.BytesIO(stream.read()), name)
    if head.startswith(b"PK\x03\x04"):
        raise InvalidData(f"{name} is a workbook or archive, not CSV: give it its own extension")
    return CsvTable(without_mark(stream, head), name, find_header)


class ParquetTable:
    """A Parquet file; its rows are numbered from 1."""

    def __init__(self, source: Path | IO[bytes], name: str = "") -> None:
        self.name = name or str(source)
        self.rejected: list[RejectedLine] = []
        self._file = pq.ParquetFile(source)
        self.schema = self._file.schema_arrow
        self.columns = tuple(self.schema.names)

    def rows(self) -> Iterator[Rows]:
        """The rows in their order."""
        line = 1
        for batch in self._file.iter_batches(_BATCH_ROWS):
            yield Rows(batch, pa.array(range(line, line + batch.num_rows), pa.int64()))
            line += batch.num_rows


class JsonTable:
    """JSON lines: an object a line; all values as text."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.rejected: list[RejectedLine] = []
        self._table = pajson.read_json(path)
        self.columns = tuple(self._table.column_names)
        self.schema = pa.schema([(name, pa.string()) for name in self.columns])

    def rows(self) -> Iterator[Rows]:
        """The rows in their order."""
        line = 1
        for batch in self._table.to_batches(_BATCH_ROWS):
            yield Rows(batch, pa.array(range(line, line + batch.num_rows), pa.int64()))
            line += batch.num_rows
