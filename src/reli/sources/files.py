"""Any table file by its extension, read as batches."""

import gzip
import io
import sys
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as kinds

from reli.engine import parquet_reader
from reli.errors import InvalidData, MissingFile, UnknownName, likely, nearest
from reli.sources.continued import Grid
from reli.sources.csvfile import CsvTable, name_apart
from reli.sources.documents import read_document
from reli.sources.encoding import HEAD_BYTES, without_mark
from reli.sources.header import FindHeader, first_row
from reli.sources.jsonlines import JsonLinesTable
from reli.sources.lines import RejectedLine, Rows, Table, check_width
from reli.sources.page import hidden_rows
from reli.sources.regions import regions
from reli.sources.sheets import GridTable, hidden_sheets, read_sheet, sheet_names
from reli.sources.titles import within

__all__ = [
    "READABLE",
    "STANDARD",
    "TABLE_OF_SHEET",
    "check_file",
    "format_of",
    "hidden_parts",
    "open_table",
    "part_names",
    "unseen_rows",
]

STANDARD = Path("-")
"""Standard input or output in place of a file."""
TABLE_OF_SHEET = "#表"
"""Before the number of a table, behind the name of the sheet that holds several."""

READABLE = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".xlsx": "sheet",
    ".xlsm": "sheet",
    ".xls": "sheet",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".docx": "document",
    ".html": "document",
    ".htm": "document",
    ".pdf": "document",
    ".duckdb": "database",
    ".sqlite": "database",
    ".sqlite3": "database",
    ".db": "database",
}
_SAVED_OTHERWISE = {
    **dict.fromkeys((".ods", ".et", ".numbers", ".xlsb"), "save it as .xlsx"),
    **dict.fromkeys((".doc", ".wps", ".odt", ".rtf"), "save it as .docx"),
    **dict.fromkeys((".dbf", ".xml", ".sav", ".dta", ".mdb", ".accdb", ".sql"), "save it as .csv"),
    **dict.fromkeys((".mht", ".mhtml"), "open it in a browser and save it as .html"),
    ".ofd": "print it as .pdf",
    **dict.fromkeys(
        (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"),
        "a picture, whose text must be typed or recognised first",
    ),
    **dict.fromkeys((".zip", ".rar", ".7z", ".tar"), "unpack it and name the folder"),
    **dict.fromkeys((".bz2", ".xz", ".zst"), "unpack it, or pack it as .gz"),
}
"""What to do with files of analysts that are not read as they are."""
_READ_PACKED = ("csv", "json")
_SLIP = 0.7
_BATCH_ROWS = 131_072
_BYTES_OF_A_PLACE = 8
"""Of a column in a dictionary, which counts in: the most for each row."""
_GZIP = b"\x1f\x8b"


def format_of(path: Path) -> str:
    """Format that the extension names: csv, parquet, sheet, json, document or database.

    Raises:
        InvalidData: an extension that is not known.
    """
    if path == STANDARD:
        return "csv"
    if path.name.endswith(".database.toml"):
        return "database"
    suffix = _extension(path)
    found = READABLE.get(suffix)
    if found is None:
        hint = _SAVED_OTHERWISE.get(suffix) or _likely_extension(suffix)
        raise InvalidData(f"{path} has the extension {suffix!r}, which is not read: {hint}")
    if path.suffix.lower() == ".gz" and found not in _READ_PACKED:
        raise InvalidData(f"{path} is packed, which is read of CSV and JSON alone: unpack it")
    return found


def _likely_extension(suffix: str) -> str:
    """What to say of an extension: one of which it is a slip (.xslx, .cvs), or all (.md)."""
    close = likely(suffix, list(READABLE), cutoff=_SLIP)
    return f"did you mean {close!r}?" if close else f"expected one of {', '.join(READABLE)}"


def open_table(
    path: Path,
    find_header: FindHeader = first_row,
    sheet: str = "",
    *,
    is_encoded: bool = False,
    header: Sequence[str] = (),
) -> Table:
    """A table file, read as far as its header.

    CSV is UTF-8 with or without a mark, UTF-16 with one, or GB18030; `-` is standard input;
    a further `.gz` is unpacked. Values are text, but for Parquet, which keeps its types.

    Args:
        path: the file.
        find_header: finds the rows of the header.
        sheet: of a workbook, or another part of the file.
        header: of CSV, that of the file which this one continues without one.
        is_encoded: whether texts that recur may come as Arrow dictionaries, as Parquet keeps them.

    Raises:
        MissingFile: no such file.
        InvalidData: unknown extension, empty, or not of the format that its extension names.
    """
    kind = check_file(path)
    if kind == "csv":
        return _open_csv(path, find_header, header)
    if kind == "parquet":
        return _open_parquet(path, is_encoded=is_encoded)
    if kind == "json":
        return JsonLinesTable(partial(_unpacked, path), str(path))
    return _open_part(path, kind, find_header, sheet)


def check_file(path: Path) -> str:
    """Format of a file that is there.

    Raises:
        MissingFile: no such file, or a folder.
        InvalidData: unknown extension.
    """
    if path != STANDARD and (path.is_dir() or not path.exists()):
        raise MissingFile(_missing(path))
    kind = format_of(path)
    if path != STANDARD and not path.is_file():
        raise MissingFile(_missing(path))
    return kind


def _open_parquet(path: Path, *, is_encoded: bool) -> Table:
    try:
        return ParquetTable(path, is_encoded=is_encoded)
    except pa.ArrowInvalid as error:
        raise InvalidData(f"{path} cannot be read as Parquet: {error}") from error


def part_names(path: Path) -> list[str]:
    """Sheets of a workbook, numbered tables of a document, tables of a database file; else none."""
    kind = _kind_of_content(path, format_of(path))
    if kind == "sheet":
        return sheet_names(path)
    if kind == "document":
        return [str(number) for number in range(1, len(read_document(path).tables) + 1)]
    if kind == "database":
        from reli.sources.databases import database_tables

        return database_tables(path)
    return []


def hidden_parts(path: Path) -> list[str]:
    """Sheets of a workbook that are not shown; else none."""
    return hidden_sheets(path) if _kind_of_content(path, format_of(path)) == "sheet" else []


def unseen_rows(path: Path) -> int:
    """Rows of tables that a web page does not show, and that are not read; of others none."""
    found = _kind_of_content(path, format_of(path))
    return hidden_rows(path) if found == "document" and _is_page(path) else 0


def _is_page(path: Path) -> bool:
    return path.suffix.lower() not in (".docx", ".pdf")


def _kind_of_content(path: Path, kind: str) -> str:
    """Many systems export web pages and plain text under the name of a workbook."""
    if kind != "sheet":
        return kind
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or not head:
        return kind
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return "document"
    return "csv" if path.suffix.lower() == ".xls" else kind


def _open_part(path: Path, kind: str, find_header: FindHeader, part: str) -> Table:
    if kind == "database":
        from reli.sources.databases import DatabaseTable

        return DatabaseTable(path, part)
    part, _, number = part.partition(TABLE_OF_SHEET)
    found = _kind_of_content(path, kind)
    if found == "csv":
        return _open_csv(path, find_header)
    if found == "sheet":
        return _first_region(path, read_sheet(path, part), find_header, "", number)
    document = read_document(path)
    names = [str(number) for number in range(1, len(document.tables) + 1)]
    if part and part not in names:
        raise UnknownName("table", part, names, str(path))
    at = int(part or 1) - 1
    return _first_region(path, document.tables[at], find_header, document.titles[at], number)


def _first_region(
    path: Path, rows: Grid, find_header: FindHeader, above: str, number: str
) -> GridTable:
    """The first table of a sheet, which knows the others; or the one that is asked for."""
    found = [
        GridTable(str(path), each.rows, find_header, above, each.start)
        for each in regions(rows, find_header(rows).start)
    ]
    names = [str(at) for at in range(1, len(found) + 1)]
    if number:
        if number not in names:
            raise UnknownName("table of the sheet", number, names, str(path))
        return found[int(number) - 1]
    for each in found[1:]:
        each.title = within(each.title, found[0].title)
    found[0].others = tuple(found[1:])
    return found[0]


def _extension(path: Path) -> str:
    """In small letters; of a compressed file, that of what is in it."""
    name = Path(path.stem) if path.suffix.lower() == ".gz" else path
    return name.suffix.lower()


def _missing(path: Path) -> str:
    if path.is_dir():
        held = next((e.name for e in sorted(path.iterdir()) if _extension(e) in READABLE), "")
        return f"{path} is a folder: expected a file" + (f", such as {held} in it" if held else "")
    if path.is_symlink():
        return f"{path} is a link to {path.readlink()}, which does not exist: mend or remove it"
    if not path.parent.is_dir():
        return f"{path} does not exist: there is no folder {path.parent}"
    others = sorted(each.name for each in path.parent.iterdir() if _extension(each) in READABLE)
    hint = nearest(path.name, others) if others else "its folder holds no table"
    return f"{path} does not exist: {hint if len(hint) < 200 else 'look at the name again'}"


def _open_csv(path: Path, find_header: FindHeader, header: Sequence[str] = ()) -> Table:
    name = "standard input" if path == STANDARD else str(path)
    stream = _unpacked(path)
    head = stream.peek(HEAD_BYTES)[:HEAD_BYTES]
    if head.startswith(b"PAR1"):
        return ParquetTable(path if path != STANDARD else io.BytesIO(stream.read()), name)
    if head.startswith(b"PK\x03\x04"):
        raise InvalidData(f"{name} is a workbook or archive, not CSV: give it its own extension")
    return CsvTable(without_mark(stream, head), name, find_header, header)


def _unpacked(path: Path) -> "io.BufferedReader[io.RawIOBase]":
    """A file's bytes, or standard input's, after gzip."""
    raw = sys.stdin.buffer if path == STANDARD else path.open("rb")
    stream = io.BufferedReader(cast("io.RawIOBase", raw))
    if stream.peek(4).startswith(_GZIP):
        return io.BufferedReader(_Unpacked(stream, str(path)))
    return stream


class _Unpacked(io.RawIOBase):
    """What a gzip file holds; one that is damaged says so."""

    def __init__(self, packed: IO[bytes], name: str) -> None:
        self._file = gzip.GzipFile(fileobj=packed)
        self._name = name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        try:
            read = self._file.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise InvalidData(
                f"{self._name} cannot be unpacked to its end ({error}): copy it again"
            ) from error
        buffer[: len(read)] = read
        return len(read)


class ParquetTable:
    """A Parquet file; its rows are numbered from 1."""

    def __init__(
        self, source: Path | IO[bytes], name: str = "", *, is_encoded: bool = False
    ) -> None:
        self.name = name or str(source)
        self.title = ""
        self.rejected: list[RejectedLine] = []
        self._file = parquet_reader(source)
        if is_encoded and (names := _recurring(self._file)):
            self._file = parquet_reader(source, metadata=self._file.metadata, read_dictionary=names)
        schema = self._file.schema_arrow
        check_width(self.name, len(schema))
        self.header = tuple(schema.names)
        self.columns = tuple(name_apart(self.header))
        apart = zip(schema, self.columns, strict=True)
        self.schema = pa.schema([column.with_name(name) for column, name in apart])

    def rows(self) -> Iterator[Rows]:
        """The rows in their order."""
        line = 1
        batches = self._batches()
        while (batch := self._next(batches)) is not None:
            named = pa.RecordBatch.from_arrays(batch.columns, schema=self.schema)
            yield Rows(named, pa.array(np.arange(line, line + batch.num_rows)))
            line += batch.num_rows

    def _batches(self) -> Iterator[pa.RecordBatch]:
        for groups, rows in _together(self._file.metadata):
            yield from self._file.iter_batches(_even(rows), row_groups=groups)

    def _next(self, batches: Iterator[pa.RecordBatch]) -> pa.RecordBatch | None:
        try:
            return next(batches, None)
        except (pa.ArrowException, OSError) as error:
            raise InvalidData(f"{self.name} is damaged and cannot be read: {error}") from error


def _together(metadata: pq.FileMetaData) -> Iterator[tuple[list[int], int]]:
    """Row groups that are read together, and their rows: small ones as far as a batch goes.

    Across two of them a column kept as places in a dictionary would be cut, and leave small rests.
    """
    groups: list[int] = []
    rows = 0
    for at in range(metadata.num_row_groups):
        more = metadata.row_group(at).num_rows
        if rows and rows + more > _BATCH_ROWS:
            yield groups, rows
            groups, rows = [], 0
        groups.append(at)
        rows += more
    if rows:
        yield groups, rows


def _even(rows: int) -> int:
    """Rows of a batch, so that none is a small rest."""
    return -(-rows // (-(-rows // _BATCH_ROWS)))


def _recurring(file: pq.ParquetFile) -> list[str]:
    """Columns of text that the file keeps as places in a dictionary, so far as its first rows say.

    A dictionary that outgrew its page gave way to plain text: such a column takes more bytes.
    """
    schema, metadata = file.schema_arrow, file.metadata
    if not metadata.num_row_groups or metadata.num_columns != len(schema):
        return []
    first = metadata.row_group(0)
    columns = [first.column(at) for at in range(metadata.num_columns)]
    return [
        field.name
        for field, column in zip(schema, columns, strict=True)
        if (kinds.is_string(field.type) or kinds.is_large_string(field.type))
        and column.has_dictionary_page
        and column.total_uncompressed_size < _BYTES_OF_A_PLACE * column.num_values
    ]
