"""JSON lines: an object a line, all values as text; or one document of JSON (`jsondocument`).

Objects within an object are columns of their own, `outer.inner`.
"""

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.json as pajson
import pyarrow.types as kinds

from reli.errors import InvalidData
from reli.sources.cells import value_text
from reli.sources.encoding import HEAD_BYTES, UTF8, detect_encoding, without_mark
from reli.sources.jsondocument import lines_of_document
from reli.sources.lines import RejectedLine, Rows, check_width, readable_text

__all__ = ["JsonLinesTable"]

_BLOCK_BYTES = 8 << 20

Pairs = Sequence[tuple[str, Any]]


class JsonLinesTable:
    """A file of JSON lines; its columns are the names that occur in any of them."""

    def __init__(self, opened: Callable[[], "io.BufferedReader[io.RawIOBase]"], name: str) -> None:
        """Look through the file for names; one of a single block is read once.

        Args:
            opened: opens the file at its beginning.
            name: what it is called in messages.

        Raises:
            InvalidData: no line of it is a JSON object, or they have more names than a table.
        """
        self.name, self.title = name, ""
        self.rejected: list[RejectedLine] = []
        self._blocks = _blocks(opened(), name)
        self._first = next(self._blocks, b"")
        names = _names(self._first)
        second = next(self._blocks, None)
        if second is not None:
            for block in _blocks(opened(), name):
                names |= _names(block)
            self._blocks = _blocks(opened(), name)
            self._first = next(self._blocks)
        if not names:
            raise InvalidData(f"{name} holds no JSON object: expected one in every line")
        check_width(name, len(names))
        self.columns = self.header = tuple(names)
        self.schema = pa.schema([(column, pa.string()) for column in self.columns])

    def rows(self) -> Iterator[Rows]:
        """The rows in their order, with their physical lines, or their numbers in the list."""
        line = 1
        block: bytes | None = self._first
        while block:
            yield self._parse(block, line)
            line += block.count(b"\n")
            block = next(self._blocks, None)

    def _parse(self, block: bytes, first_line: int) -> Rows:
        height = block.count(b"\n")
        table = _quickly(block)
        if table is not None and table.num_rows == height:
            columns = [self._column(table, name) for name in self.columns]
            batch = pa.RecordBatch.from_arrays(columns, schema=self.schema)
            return Rows(batch, pa.array(range(first_line, first_line + height)))
        return self._parse_carefully(block, first_line)

    def _column(self, table: pa.Table, name: str) -> pa.Array:
        if name not in table.column_names:
            return pa.nulls(table.num_rows, pa.string())
        return table[name].cast(pa.string()).combine_chunks()

    def _parse_carefully(self, block: bytes, first_line: int) -> Rows:
        objects: list[Mapping[str, Any]] = []
        lines: list[int] = []
        for line, text in enumerate(block.split(b"\n"), first_line):
            if not text.strip():
                continue
            found, reason = _object(text)
            if found is None:
                shown = readable_text([text.decode("utf-8", "replace")], self.columns)
                self.rejected.append(RejectedLine(self.name, line, reason, shown))
            else:
                objects.append(found)
                lines.append(line)
        columns = [[value_text(each.get(name)) for each in objects] for name in self.columns]
        arrays = [pa.array(column, pa.string()) for column in columns]
        return Rows(
            pa.RecordBatch.from_arrays(arrays, schema=self.schema), pa.array(lines, pa.int64())
        )


def _blocks(stream: "io.BufferedReader[io.RawIOBase]", name: str) -> Iterator[bytes]:
    """Whole lines in UTF-8, some megabytes at a time."""
    opened = without_mark(stream, stream.peek(HEAD_BYTES)[:HEAD_BYTES])
    encoding, is_first = None, True
    while read := opened.read(_BLOCK_BYTES):
        read += opened.readline()
        if is_first and _is_document(read):
            read = _lines_of_document(read + opened.read(), name)
        is_first = False
        block = read if read.endswith(b"\n") else read + b"\n"
        encoding = encoding or detect_encoding(block, name)
        yield block if encoding in (None, UTF8) else block.decode(encoding, "replace").encode()


def _is_document(block: bytes) -> bool:
    """Whether a file that begins so is one JSON value, or several over many lines, and no lines."""
    first, _, others = block.lstrip().partition(b"\n")
    if not first.startswith(b"{"):
        return first.startswith(b"[")
    # A line that is damaged mostly closes its object all the same.
    return not others.strip() or not first.rstrip().endswith(b"}")


def _lines_of_document(raw: bytes, name: str) -> bytes:
    """The records of a JSON document, a line each."""
    try:
        lines = lines_of_document(raw.decode(detect_encoding(raw, name) or UTF8))
    except ValueError as error:
        if not raw.lstrip().startswith(b"["):
            # Lines, of which the first is damaged.
            return raw
        raise InvalidData(
            f"{name} begins as a JSON list and is none ({error}): expected a list of objects, "
            "or an object in every line"
        ) from error
    return b"".join(line.encode() + b"\n" for line in lines)


def _quickly(block: bytes) -> pa.Table | None:
    """The block through Arrow's parser; None where a line is damaged, or values are nested."""
    options = pajson.ReadOptions(block_size=len(block) + 1)
    try:
        table = pajson.read_json(io.BytesIO(block), options)
        if _is_too_odd(table.schema):
            return None
        # Dates in words stay as they are written.
        moments = [(each.name, pa.string()) for each in table.schema if _is_moment(each.type)]
        if moments:
            said = pajson.ParseOptions(explicit_schema=pa.schema(moments))
            table = pajson.read_json(io.BytesIO(block), options, said)
    except pa.ArrowInvalid:
        return None  # Some line is damaged, or a name has values of several kinds.
    while any(kinds.is_struct(each.type) for each in table.schema):
        table = table.flatten()
    return table if len(set(table.column_names)) == len(table.column_names) else None


def _is_too_odd(schema: pa.Schema, *, is_within: bool = False) -> bool:
    """Whether something is a list, or within an object a moment, which would not stay in words."""
    for each in schema:
        if kinds.is_struct(each.type):
            if _is_too_odd(pa.schema(list(each.type)), is_within=True):
                return True
        elif kinds.is_nested(each.type) or (is_within and _is_moment(each.type)):
            return True
    return False


def _is_moment(kind: pa.DataType) -> bool:
    return bool(kinds.is_timestamp(kind) or kinds.is_date(kind) or kinds.is_time(kind))


def _names(block: bytes) -> dict[str, None]:
    """Names of the objects of a block, in the order in which they come."""
    table = _quickly(block)
    if table is not None:
        return dict.fromkeys(table.column_names)
    names: dict[str, None] = {}
    for line in block.split(b"\n"):
        names |= dict.fromkeys(_object(line)[0] or ())
    return names


def _object(line: bytes) -> tuple[Mapping[str, Any] | None, str]:
    """The object of a line; else None and why there is none."""
    try:
        found = json.loads(line, object_pairs_hook=_unambiguous)
    except _NameTwiceError as error:
        return None, f"同一行中“{error}”出现两次，值不同"
    except ValueError:
        return None, "不是有效的 JSON 对象"
    if not isinstance(found, dict):
        return None, "不是有效的 JSON 对象"
    return dict(_flat(found)), ""


def _flat(found: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    """What objects within an object hold, as `outer.inner`."""
    for name, value in found.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{within}{name}.")
        else:
            yield within + name, value


class _NameTwiceError(Exception):
    """A name that stands twice in an object, with different values."""


def _unambiguous(pairs: Pairs) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found and found[name] != value:
            raise _NameTwiceError(name)
        found[name] = value
    return found
