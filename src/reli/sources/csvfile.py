"""CSV files of any size, encoding and state of repair, as batches of text.

Whole blocks go through Arrow's parser; only blocks in which it stumbles are read record by record.
"""

import csv
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from reli.errors import InvalidData
from reli.sources.encoding import UTF8, detect_encoding
from reli.sources.header import FindHeader, first_row, header_of
from reli.sources.lines import RejectedLine, Rows, check_width, readable_text, title_of
from reli.sources.records import Record, iter_records, parse, scan_quotes

__all__ = ["CsvTable", "name_apart"]

_BLOCK_BYTES = 8 << 20
_LONGEST_OPEN = 4 << 20
_HEAD_ROWS = 30
_HEAD_BYTES = 1 << 16
_LINE_FEED = 10


class CsvTable:
    """A CSV file, read block by block."""

    def __init__(
        self,
        stream: IO[bytes],
        name: str,
        find_header: FindHeader = first_row,
        header: Sequence[str] = (),
    ) -> None:
        """Read as far as the header.

        Args:
            stream: open file, behind its byte-order mark.
            name: what the file is called in messages.
            find_header: which of the first rows are the header.
            header: that of the file which this one continues; then all its rows are data.

        Raises:
            InvalidData: the file is empty.
        """
        self.name = name
        self.rejected: list[RejectedLine] = []
        self._stream = stream
        self._waiting = b""
        self._is_over = False
        self._line = 1
        self._encoding: str | None = None
        self._delimiter = b""
        self._is_regular = True
        block = self._next_block()
        if not block.strip():
            raise InvalidData(f"{name} is empty: expected a header line and rows below it")
        self._first = self._read_header(block, find_header, header)

    def rows(self) -> Iterator[Rows]:
        """The rows in their order, with their physical lines."""
        block, self._first = self._first, b""
        while block or not self._is_over or self._waiting:
            if block:
                yield from self._parse(block)
            block = self._next_block()

    def _read_header(self, block: bytes, find_header: FindHeader, header: Sequence[str]) -> bytes:
        """Take the header off the first block."""
        encoding = self._decide(block)
        if header:
            self._name_columns(header, "")
            return block
        records: list[Record] = []
        for record in iter_records(block, self._delimiter, self._line):
            if len(records) == _HEAD_ROWS:
                break
            records.append(record)
        rows = [_parse_leniently(record, self._delimiter, encoding) for record in records]
        check_width(self.name, max(map(len, rows), default=0))
        span = find_header(rows)
        found = header_of(rows, span)
        # Of several levels the widest, which are longer than the last, tell how many there are.
        below = [found, *rows[span.stop :]]
        self._name_columns([*found, *_blank_behind(below)], title_of(rows[: span.start]))
        after = records[span[-1]].line + records[span[-1]].line_count
        rest = block
        for _ in range(after - self._line):
            rest = _after_line(rest)
        self._line = after
        return rest

    def _name_columns(self, header: Sequence[str], title: str) -> None:
        self.title = title
        self.header = tuple(cell.strip() for cell in header)
        self.columns = tuple(name_apart(self.header))
        self.schema = pa.schema([(name, pa.string()) for name in self.columns])

    def _next_block(self) -> bytes:
        """Whole records of about the size of a block; empty at the end."""
        while True:
            if not self._is_over:
                read = self._read()
                self._is_over = not read
                self._waiting += read
            self._delimiter = self._delimiter or _delimiter(self._waiting)
            cut = self._cut()
            if self._is_over:
                block, self._waiting = self._waiting, b""
                return block if not block or block.endswith(b"\n") else block + b"\n"
            if cut:
                block, self._waiting = self._waiting[:cut], self._waiting[cut:]
                return block

    def _read(self) -> bytes:
        try:
            return self._stream.read(_BLOCK_BYTES)
        except (OSError, EOFError, zlib.error) as error:
            raise InvalidData(f"{self.name} cannot be read to its end: {error}") from error

    def _cut(self) -> int:
        """How much of what waits is whole records; notes whether its quotation is regular."""
        text = self._waiting
        quotes = scan_quotes(text, self._delimiter)
        self._is_regular = not quotes.is_odd and not (quotes.is_open and self._is_over)
        if quotes.is_open and len(text) - quotes.opened_at > _LONGEST_OPEN:
            # Nobody's scope is so long: the mark is a slip, and costs its own line only.
            self._is_regular = False
            return text.find(b"\n", quotes.opened_at) + 1
        return quotes.cut

    def _decide(self, block: bytes) -> str:
        self._encoding = self._encoding or detect_encoding(block, self.name)
        return self._encoding or UTF8

    def _parse(self, block: bytes) -> Iterator[Rows]:
        encoding = self._decide(block)
        first_line, line_count = self._line, _line_count(block)
        self._line += line_count
        rows = self._parse_quickly(block, encoding, first_line, line_count)
        if rows is None:
            rows = self._parse_carefully(block, encoding, first_line)
        if rows.batch.num_rows:
            yield rows

    def _parse_quickly(
        self, block: bytes, encoding: str, first_line: int, line_count: int
    ) -> Rows | None:
        """The block through Arrow's parser; None where not every line is accounted for."""
        if not self._is_regular:
            return None
        bad: list[tuple[int, str]] = []

        def keep(row: "pacsv.InvalidRow") -> str:
            bad.append((row.number or 0, row.text))
            return "skip"

        try:
            text = block if encoding == UTF8 else block.decode(encoding).encode()
            _check_utf8(text)
            table = pacsv.read_csv(
                io.BytesIO(text),
                pacsv.ReadOptions(
                    use_threads=False,
                    column_names=[str(at) for at in range(len(self.columns))],
                    block_size=len(text) + 1,
                ),
                pacsv.ParseOptions(
                    delimiter=self._delimiter.decode(),
                    newlines_in_values=True,
                    ignore_empty_lines=True,
                    invalid_row_handler=keep,
                ),
                pacsv.ConvertOptions(
                    column_types={str(at): pa.string() for at in range(len(self.columns))},
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
        except (UnicodeDecodeError, pa.ArrowInvalid):
            return None
        return self._number(table, bad, first_line, line_count)

    def _number(
        self, table: pa.Table, bad: list[tuple[int, str]], first_line: int, line_count: int
    ) -> Rows | None:
        """Rows with their physical lines; None where blank lines or slips blur them."""
        heights = _heights(table, line_count - len(bad))
        is_bad = np.zeros(len(heights) + len(bad), bool)
        is_bad[[number - 1 for number, _ in bad]] = True
        all_heights = np.ones(len(is_bad), np.int64)
        all_heights[~is_bad] = heights
        if all_heights.sum() != line_count or any("\n" in text for _, text in bad):
            return None
        lines = first_line + np.cumsum(all_heights) - all_heights
        spoilt = [parse(text.encode(), self._delimiter, UTF8) for _, text in bad]
        width = len(self.columns)
        if any(len(cells) > width and not any(cells[width:]) for cells in spoilt):
            return None
        for line, cells in zip(lines[is_bad].tolist(), spoilt, strict=True):
            self._reject_width(line, cells)
        return Rows(self._batch(table), pa.array(lines[~is_bad]))

    def _batch(self, table: pa.Table) -> pa.RecordBatch:
        columns = [column.combine_chunks() for column in table.columns]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)

    def _parse_carefully(self, block: bytes, encoding: str, first_line: int) -> Rows:
        """The block record by record; what cannot be read costs its own line only."""
        width = len(self.columns)
        kept: list[list[str]] = []
        lines: list[int] = []
        for record in iter_records(block, self._delimiter, first_line, width):
            if record.is_blank and (width > 1 or not record.text):
                continue
            cells = self._cells(record, encoding)
            if cells is not None:
                kept.append(cells)
                lines.append(record.line)
        columns = [pa.array(column, pa.string()) for column in zip(*kept, strict=True)]
        columns = columns or [pa.array([], pa.string())] * width
        batch = pa.RecordBatch.from_arrays(columns, schema=self.schema)
        return Rows(batch, pa.array(lines, pa.int64()))

    def _cells(self, record: Record, encoding: str) -> list[str] | None:
        """Fields of a record; None where it is rejected."""
        try:
            cells = parse(record.text, self._delimiter, encoding)
        except UnicodeDecodeError:
            shown = _parse_leniently(record, self._delimiter, encoding)
            reason = f"编码错误：不是有效的 {encoding.upper()} 文本"
            self._reject(record.line, reason, shown)
            return None
        except csv.Error as error:
            self._reject(record.line, f"无法解析：{error}", [])
            return None
        if not record.is_closed:
            self._reject(record.line, "引号未闭合", cells)
            return None
        width = len(self.columns)
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            self._reject_width(record.line, cells)
            return None
        # What stands behind the last column is nothing.
        return cells[:width]

    def _reject_width(self, line: int, cells: Sequence[str]) -> None:
        if not any(cell.strip() for cell in cells):
            return
        self._reject(line, f"字段数为 {len(cells)}，应为 {len(self.columns)}", cells)

    def _reject(self, line: int, reason: str, cells: Sequence[str]) -> None:
        text = readable_text(cells, self.columns)
        self.rejected.append(RejectedLine(self.name, line, reason, text))


_DELIMITERS = (b",", b"\t", b";", b"|")
_MOST_LINES = 0.8


def _delimiter(block: bytes) -> bytes:
    """What parts the fields: what stands in the first line, a comma before others.

    But where that is a title: what parts nearly all lines below it into as many fields.
    """
    bare = re.sub(rb'"[^"]*"', b"", block[:_HEAD_BYTES]).lstrip()
    first, *others = [line for line in bare.splitlines()[:_HEAD_ROWS] if line.strip()] or [b""]
    shown = next((each for each in _DELIMITERS if each in first), b",")
    if not others or _is_regular(others, shown, first.count(shown)):
        return shown
    # Semicolons part clauses, too: of two fields in every line they are no sign.
    regular = [
        each
        for each in _DELIMITERS
        for count in (others[0].count(each),)
        if count > (0 if each == b"\t" else 1) and _is_regular(others, each, count)
    ]
    return next(iter(regular), shown)


def _blank_behind(rows: Sequence[Sequence[str]]) -> list[str]:
    """Nameless columns behind a header below which all rows end in so many empty cells."""
    header, *below = rows
    widths = {len(row) for row in below if any(cell.strip() for cell in row)}
    more = widths.pop() - len(header) if len(widths) == 1 else 0
    is_blank = more > 0 and not any(cell.strip() for row in below for cell in row[len(header) :])
    return [""] * more if is_blank else []


def _is_regular(lines: Sequence[bytes], delimiter: bytes, count: int) -> bool:
    """Whether nearly all lines have a delimiter that often."""
    alike = sum(line.count(delimiter) == count for line in lines)
    return count > 0 and alike >= _MOST_LINES * len(lines)


def name_apart(names: Sequence[str]) -> list[str]:
    """Column names, the second of a kind called `name_2`."""
    apart: dict[str, None] = {}
    times: Counter[str] = Counter()
    for name in names:
        free = name
        while free in apart:
            # From where the last of its kind left off: a sheet may have thousands without a name.
            times[name] += 1
            free = f"{name}_{times[name] + 1}"
        apart[free] = None
    return list(apart)


def _parse_leniently(record: Record, delimiter: bytes, encoding: str) -> list[str]:
    text = record.text.decode(encoding, "replace")
    return parse(text.encode(), delimiter, UTF8)


def _line_count(block: bytes) -> int:
    """Number of line ends: LF, CRLF, or CR alone."""
    count = int(np.count_nonzero(np.frombuffer(block, np.uint8) == _LINE_FEED))
    if b"\r" in block:
        count += block.count(b"\r") - block.count(b"\r\n")
    return count


def _check_utf8(text: bytes) -> None:
    """Raise ArrowInvalid unless the text is UTF-8; many times as fast as decoding it."""
    offsets = pa.py_buffer(np.array([0, len(text)], np.int32))
    whole = pa.Array.from_buffers(pa.binary(), 1, [None, offsets, pa.py_buffer(text)])
    whole.cast(pa.string())


def _after_line(block: bytes) -> bytes:
    """The block without its first line."""
    ends = [at for at in (block.find(b"\n"), block.find(b"\r")) if at >= 0]
    if not ends:
        return b""
    at = min(ends)
    return block[at + 2 :] if block[at : at + 2] == b"\r\n" else block[at + 1 :]


def _heights(table: pa.Table, expected_lines: int) -> "np.ndarray":
    """Number of physical lines of each row: more than one where a field has line ends in it."""
    heights = np.ones(table.num_rows, np.int64)
    if table.num_rows == expected_lines:
        return heights
    for column in table.columns:
        heights += pc.count_substring(column, "\n").to_numpy()
    return heights
