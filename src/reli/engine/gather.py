"""Parts of a table put together without a copy, so that a new part costs itself alone."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from reli.engine.files import parquet_files

__all__ = ["gather", "link"]


def gather(parts: Sequence[Path], target: Path) -> None:
    """Several Parquet tables of one form under one name.

    Args:
        parts: the tables, in order.
        target: where the table shall be: of a single part a second name of it, of several a folder
            with second names of their files.
    """
    if len(parts) == 1:
        link(parts[0], target)
        return
    _remove(target)
    target.mkdir()
    files = [file for part in parts for file in parquet_files(part)]
    for number, file in enumerate(files):
        _link_file(file, target / f"part-{number:05}.parquet")


def link(path: Path, target: Path) -> None:
    """A second name for a Parquet table; a copy where the disk knows no such thing."""
    _remove(target)
    if not path.is_dir():
        _link_file(path, target)
        return
    target.mkdir()
    for file in parquet_files(path):
        _link_file(file, target / file.name)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _link_file(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)
