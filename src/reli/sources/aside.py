"""Rows laid aside until all of them are known: in memory as far as they fit, the rest in a file."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import pyarrow as pa

__all__ = ["Aside"]


class Aside:
    """Takes batches of one schema, and gives them back in their order, as often as is asked."""

    def __init__(self, path: Path, schema: pa.Schema, most: int) -> None:
        """Nothing laid aside yet.

        Args:
            path: Arrow file for what does not fit; written only if something does not.
            schema: of the batches.
            most: bytes that may stay in memory.
        """
        self._path, self._schema, self._room = path, schema, most
        self._batches: list[pa.RecordBatch] = []
        self._writer: pa.ipc.RecordBatchFileWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """No more batches."""
        if self._writer is not None:
            self._writer.close()

    def write(self, batch: pa.RecordBatch) -> None:
        """Lay a batch aside; from the first that does not fit on, all go to the file."""
        if self._writer is None and batch.nbytes <= self._room:
            self._room -= batch.nbytes
            self._batches.append(batch)
            return
        if self._writer is None:
            # Read by this process alone: packed lightly.
            packed = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
            self._writer = pa.ipc.new_file(str(self._path), self._schema, options=packed)
        self._writer.write(batch)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """All batches, or some columns of them, after the last was laid aside."""
        names = list(columns or self._schema.names)
        yield from (batch.select(names) for batch in self._batches)
        if self._writer is not None:
            yield from self._read(names)

    def form(self, columns: Sequence[str]) -> pa.Schema:
        """Schema of some columns."""
        return pa.schema([self._schema.field(name) for name in columns])

    def _read(self, names: list[str]) -> Iterator[pa.RecordBatch]:
        fields = sorted(map(self._schema.get_field_index, names))
        options = pa.ipc.IpcReadOptions(included_fields=fields, use_threads=False)
        with (
            # Not mapped, since the pages of a map count as the process's own.
            pa.OSFile(str(self._path)) as file,
            pa.ipc.open_file(file, options=options) as reader,
        ):
            for number in range(reader.num_record_batches):
                yield reader.get_batch(number).select(names)
