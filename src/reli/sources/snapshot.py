"""The stage `snapshot`: what the files in sources/ are; they are read, never changed or copied."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa

from reli.engine import sha256
from reli.errors import MissingFile

__all__ = ["SNAPSHOT_SCHEMA", "snapshot"]

_COLUMNS: dict[str, pa.DataType] = {
    "path": pa.string(),
    "bytes": pa.int64(),
    "sha256": pa.string(),
}
SNAPSHOT_SCHEMA = pa.schema(_COLUMNS)


def snapshot(
    files: Sequence[Path], base: Path | None = None, hash_of: Callable[[Path], str] = sha256
) -> pa.Table:
    """Path, size and hash of files, in the order of their paths.

    Args:
        files: files as received.
        base: folder to which paths are told relative, so that a project may move.
        hash_of: tells the hash of a file, where it is known already.

    Raises:
        MissingFile: a file that is not there.
    """
    rows = []
    for path in sorted(set(files)):
        if not path.is_file():
            raise MissingFile(f"{path} does not exist: it was a source a moment ago")
        shown = path.relative_to(base) if base and path.is_relative_to(base) else path
        rows.append(
            {"path": shown.as_posix(), "bytes": path.stat().st_size, "sha256": hash_of(path)}
        )
    return pa.Table.from_pylist(rows, schema=SNAPSHOT_SCHEMA)
