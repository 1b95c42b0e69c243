"""JSON lines: an object a line, all values as text."""

import io
import json
from collections.abc import Iterator
from typing import IO, Any

import pyarrow as pa
import pyarrow.json as pajson

from reli.errors import InvalidData
from reli.sources.cells import value_text
from reli.sources.lines import RejectedLine, Rows, readable_text

__all__ = ["JsonLinesTable"]

_BLOCK_BYTES = 8 << 20


class JsonLinesTable:
    """A file of JSON lines; its columns are the names that occur in the first block."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        """Read the first block.

        Raises:
            InvalidData: no line of it is a JSON object.
        """
        self.name = name
        self.title = ""
        self.rejected: list[RejectedLine] = []
        self._stream = stream
        self._first = self._block()
        objects = [each for each in map(_object, self._first.split(b"\n")) if each is not None]
        if not objects:
            raise InvalidData(f"{name} holds no JSON object: expected one in every line")
        names: dict[str, None] = {}
        for each in objects:
            names.update(dict.fromkeys(each))
        self.columns = self.header = tuple(names)
        self.schema = pa.schema([(column, pa.string()) for column in self.columns])

    def rows(self) -> Iterator[Rows]:
        """The rows in their order, with their physical lines."""
        line = 1
        block, self._first = self._first, b""
        while block:
            yield self._parse(block, line)
            line += block.count(b"\n")
            block = self._block()

    def _block(self) -> bytes:
        read = self._stream.read(_BLOCK_BYTES)
        read += self._stream.readline()
        return read if not read or read.endswith(b"\n") else read + b"\n"

    def _parse(self, block: bytes, first_line: int) -> Rows:
        height = block.count(b"\n")
        try:
            table = pajson.read_json(
                io.BytesIO(block), pajson.ReadOptions(block_size=len(block) + 1)
            )
            if table.num_rows == height and not any(map(_is_nested, table.schema)):
                columns = [self._column(table, name) for name in self.columns]
                batch = pa.RecordBatch.from_arrays(columns, schema=self.schema)
                return Rows(batch, pa.array(range(first_line, first_line + height)))
        except pa.ArrowInvalid:
            pass  # Some line is damaged, or a name has values of several kinds.
        return self._parse_carefully(block, first_line)

    def _column(self, table: pa.Table, name: str) -> pa.Array:
        if name not in table.column_names:
            return pa.nulls(table.num_rows, pa.string())
        return table[name].cast(pa.string()).combine_chunks()

    def _parse_carefully(self, block: bytes, first_line: int) -> Rows:
        objects: list[dict[str, Any]] = []
        lines: list[int] = []
        for line, text in enumerate(block.split(b"\n"), first_line):
            if not text.strip():
                continue
            found = _object(text)
            if found is None:
                shown = readable_text([text.decode("utf-8", "replace")], self.columns)
                self.rejected.append(RejectedLine(self.name, line, "不是有效的 JSON 对象", shown))
            else:
                objects.append(found)
                lines.append(line)
        columns = [[value_text(each.get(name)) for each in objects] for name in self.columns]
        arrays = [pa.array(column, pa.string()) for column in columns]
        return Rows(
            pa.RecordBatch.from_arrays(arrays, schema=self.schema), pa.array(lines, pa.int64())
        )


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _is_nested(item: pa.Field) -> bool:
    return bool(pa.types.is_nested(item.type))
