"""Files that appear whole or not at all."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq

__all__ = [
    "LEFTOVER_PREFIX",
    "appear",
    "atomic",
    "parquet_files",
    "publish",
    "remove_leftovers",
    "row_count",
    "sha256",
    "store",
    "unfinished",
]

LEFTOVER_PREFIX = ".unfinished-"
"""How a file is called while it is being written; whatever bears the name may be removed."""


def unfinished(path: Path) -> Path:
    """Where to write what will become `path`: beside it, so that a rename is atomic."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(LEFTOVER_PREFIX + path.name)


def publish(written: Path, path: Path) -> None:
    """Let what was written appear under its name, in one step that survives a power cut.

    Args:
        written: a file, or a folder of files that have appeared.
        path: its name.
    """
    store(written)
    appear(written, path)


def store(written: Path, meanwhile: Callable[[Path], object] | None = None) -> None:
    """Wait until a file has gone to the disk; the files of a folder have already.

    Args:
        written: the file.
        meanwhile: reads it while it goes.
    """
    if written.is_dir():
        return
    with written.open("rb+") as file, ThreadPoolExecutor(1) as beside:
        stored = beside.submit(os.fsync, file.fileno())
        if meanwhile:
            meanwhile(written)
        stored.result()


def appear(written: Path, path: Path) -> None:
    """Give what was written its name, in one step."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    elif written.is_dir():
        path.unlink(missing_ok=True)
    written.replace(path)
    if written.is_file():
        # Two names of one file: to replace one by the other does nothing.
        written.unlink()


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """A path to write to; when the block ends well, what was written appears as `path`."""
    written = unfinished(path)
    try:
        yield written
        publish(written, path)
    finally:
        written.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what a killed run left half written below `folder`."""
    for path in folder.rglob(LEFTOVER_PREFIX + "*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def parquet_files(path: Path) -> list[Path]:
    """The files of a Parquet table: itself, or those of a folder in their order."""
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]


def row_count(path: Path) -> int:
    """Number of rows of a Parquet file or folder."""
    return sum(int(pq.read_metadata(each).num_rows) for each in parquet_files(path))


def sha256(path: Path) -> str:
    """SHA-256 of a file, or of the names and contents of a folder, as hexadecimal digits."""
    if path.is_dir():
        whole = hashlib.sha256()
        for inner in sorted(path.rglob("*")):
            if inner.is_file():
                whole.update(f"{inner.relative_to(path).as_posix()} {sha256(inner)}\n".encode())
        return whole.hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
