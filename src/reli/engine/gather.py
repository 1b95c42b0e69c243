"""Several Parquet files put together as one table by hard links, so that nothing is copied."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from reli.engine.files import parquet_files

__all__ = ["gather", "link"]


def gather(parts: Sequence[Path], target: Path) -> None:
    """Give several Parquet tables of one schema a common name.

    Args:
        parts: the tables, in order.
        target: where the table shall be: a link to a single part, or a folder of links to the files
            of several.
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
    """Link to a Parquet table; a copy where the file system has no links."""
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
