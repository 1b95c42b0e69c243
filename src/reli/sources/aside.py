"""Rows laid aside until all of them are known: in memory as far as they fit, the rest in files."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.types as kinds

from reli.engine import is_brief

__all__ = ["Aside"]


class Aside:
    """Takes batches of one schema, and gives them back in their order, as often as is asked."""

    def __init__(self, path: Path, schema: pa.Schema, most: int) -> None:
        """Nothing laid aside yet.

        Args:
            path: Arrow file for what does not fit, one for long texts beside it; written only if
                something does not.
            schema: of the batches, unless the first has texts in dictionaries: then its own.
            most: bytes that may stay in memory.
        """
        self.schema = schema
        self._path, self._room = path, most
        self._batches: list[pa.RecordBatch] = []
        self._spilt: list[_Spilt] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """No more batches."""
        for each in self._spilt:
            each.writer.close()

    def write(self, batch: pa.RecordBatch) -> None:
        """Lay a batch aside; from the first that does not fit on, all go to the files."""
        if not self._batches and not self._spilt:
            self.schema = batch.schema
        if not self._spilt and batch.nbytes <= self._room:
            self._room -= batch.nbytes
            self._batches.append(batch)
            return
        self._spilt = self._spilt or self._files(batch)
        for each in self._spilt:
            each.writer.write(batch.select(each.names))

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """All batches, or some columns of them, after the last was laid aside."""
        names = list(columns or self.schema.names)
        yield from (batch.select(names) for batch in self._batches)
        if self._spilt:
            yield from self._read(names)

    def _files(self, batch: pa.RecordBatch) -> "list[_Spilt]":
        """Long texts shrink to a sixth; to pack the others takes longer than to write them."""
        long = [
            field.name
            for field in self.schema
            if kinds.is_string(field.type) and not is_brief(batch[field.name])
        ]
        others = [name for name in self.schema.names if name not in long]
        files = [_Spilt(self._path, self.schema, others, None)]
        packed = self._path.with_suffix(".long")
        return [*files, _Spilt(packed, self.schema, long, "lz4")] if long else files

    def _read(self, names: list[str]) -> Iterator[pa.RecordBatch]:
        schema = pa.schema([self.schema.field(name) for name in names])
        with ExitStack() as opened:
            asked = [each for each in self._spilt if set(each.names) & set(names)]
            for parts in zip(*(each.read(names, opened) for each in asked), strict=True):
                there = {name: part[name] for part in parts for name in part.schema.names}
                yield pa.record_batch([there[name] for name in names], schema)


class _Spilt:
    """Some columns in a file, which is read by this process alone."""

    def __init__(
        self, path: Path, schema: pa.Schema, names: list[str], packing: str | None
    ) -> None:
        self.names, self._path = names, path
        options = pa.ipc.IpcWriteOptions(compression=packing, use_threads=False)
        form = pa.schema([schema.field(name) for name in names])
        # A stream, since each batch has dictionaries of its own.
        self.writer = pa.ipc.new_stream(str(path), form, options=options)

    def read(self, names: Sequence[str], opened: ExitStack) -> pa.ipc.RecordBatchStreamReader:
        fields = [at for at, name in enumerate(self.names) if name in names]
        options = pa.ipc.IpcReadOptions(included_fields=fields, use_threads=False)
        # Not mapped, since the pages of a map count as the process's own.
        file = opened.enter_context(pa.OSFile(str(self._path)))
        return opened.enter_context(pa.ipc.open_stream(file, options=options))
