"""Tables that are dear to make and depend on the package alone, kept for the next process."""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import polars as pl

from reli.engine.files import LEFTOVER_PREFIX

__all__ = ["CACHE_VARIABLE", "cache_folder", "kept"]

CACHE_VARIABLE = "RELI_CACHE_DIR"
_MOST = 24
"""Kept at once: a new version of the package, or other zones, push out what was used last."""

Tables = Mapping[str, pl.DataFrame]


def cache_folder() -> Path:
    """Where tables are kept: the folder that RELI_CACHE_DIR names, else the user's own."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    users = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(users) if users else Path.home() / ".cache") / "reli"


def kept(name: str, digest: str, make: Callable[[], Tables]) -> Tables:
    """Tables made before, else made now and kept.

    Args:
        name: what they are.
        digest: hash of all that they are made from; another one, and they are made anew.
        make: makes them.

    Returns:
        Tables by name. Where nothing can be written or what is there cannot be read, they are
        made, and nothing is said.
    """
    try:
        folder = cache_folder() / f"{name}-{digest[:24]}"
    except RuntimeError:  # There is no home.
        return make()
    with suppress(OSError, pl.exceptions.PolarsError):
        if found := _read(folder):
            return found
    made = make()
    with suppress(OSError):
        _write(made, folder)
    return made


def _read(folder: Path) -> dict[str, pl.DataFrame]:
    found = {path.stem: pl.read_ipc(path) for path in sorted(folder.glob("*.arrow"))}
    with suppress(OSError):
        os.utime(folder)
    return found


def _write(tables: Tables, folder: Path) -> None:
    """All or nothing: the folder appears with all its tables."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    written = Path(tempfile.mkdtemp(prefix=LEFTOVER_PREFIX, dir=folder.parent))
    try:
        for name, table in tables.items():
            table.write_ipc(written / f"{name}.arrow", compression="zstd")
        if folder.exists():  # Of another process that was quicker, or torn.
            _remove(folder)
        written.rename(folder)
    finally:
        shutil.rmtree(written, ignore_errors=True)
    _forget(folder.parent)


def _remove(folder: Path) -> None:
    """Whole and at once, so that nobody reads half of it."""
    aside = Path(tempfile.mkdtemp(prefix=LEFTOVER_PREFIX, dir=folder.parent))
    folder.rename(aside / folder.name)
    shutil.rmtree(aside, ignore_errors=True)


def _forget(parent: Path) -> None:
    """Remove what was not used for longest."""
    folders = [each for each in parent.iterdir() if each.is_dir() and each.name[0] != "."]
    for old in sorted(folders, key=lambda each: each.stat().st_mtime)[:-_MOST]:
        _remove(old)
