"""A cache on disk: tables and texts that take long to make, found again by a hash of their inputs.

It holds no results. Where it cannot be read or written, everything is made anew, without a word.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import polars as pl

from reli.engine.files import LEFTOVER_PREFIX

__all__ = ["CACHE_VARIABLE", "cache_folder", "kept", "kept_text"]

CACHE_VARIABLE = "RELI_CACHE_DIR"
_MOST = 24
"""Folders that are kept; when there are more, the one that was unused for longest is removed."""

_MOST_TEXTS = 2_000
"""Texts of one kind that are kept; when there are more, the oldest are removed."""

Tables = Mapping[str, pl.DataFrame]


def cache_folder() -> Path:
    """Folder of the cache: the one that RELI_CACHE_DIR names, else the user's own."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    users = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(users) if users else Path.home() / ".cache") / "reli"


def kept(name: str, digest: str, make: Callable[[], Tables]) -> Tables:
    """Tables from the cache; where it lacks them they are made, and kept.

    Args:
        name: what they are.
        digest: hash of all that they are made from; under another hash they are made anew.
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


def kept_text(kind: str, version: str, digest: str, make: Callable[[], str]) -> str:
    """A text from the cache; where it lacks it, it is made, and kept.

    Args:
        kind: what it is.
        version: of what makes such texts; texts of older versions are removed in time.
        digest: hash of all that it is made from.
        make: makes it.
    """
    try:
        folder = cache_folder() / f"{kind}-{version}"
    except RuntimeError:  # There is no home.
        return make()
    with suppress(OSError, UnicodeDecodeError):
        if (found := _read_text(folder / digest)) is not None:
            return found
    made = make()
    with suppress(OSError):
        _write_text(made, folder / digest)
    return made


def _read_text(place: Path) -> str | None:
    """The text of a file; None where a crash has left it incomplete."""
    check, _, text = place.read_text(encoding="utf-8").partition("\n")
    with suppress(OSError):
        os.utime(place.parent)
    return text if check == _check(text) else None


def _write_text(text: str, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    written = place.with_name(f"{LEFTOVER_PREFIX}{place.name}-{os.getpid()}")
    written.write_text(f"{_check(text)}\n{text}", encoding="utf-8")
    written.replace(place)
    _forget_texts(place.parent)


def _check(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _forget_texts(folder: Path) -> None:
    texts = sorted(folder.iterdir(), key=lambda each: each.stat().st_mtime)
    for old in texts[:-_MOST_TEXTS]:
        old.unlink(missing_ok=True)


def _read(folder: Path) -> dict[str, pl.DataFrame]:
    found = {path.stem: pl.read_ipc(path) for path in sorted(folder.glob("*.arrow"))}
    with suppress(OSError):
        os.utime(folder)
    return found


def _write(tables: Tables, folder: Path) -> None:
    """Write all tables into a folder that appears complete or not at all."""
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
    """Remove a folder in one step, so that no other process reads half of it."""
    aside = Path(tempfile.mkdtemp(prefix=LEFTOVER_PREFIX, dir=folder.parent))
    folder.rename(aside / folder.name)
    shutil.rmtree(aside, ignore_errors=True)


def _forget(parent: Path) -> None:
    """Remove the folders that were unused for longest."""
    folders = [each for each in parent.iterdir() if each.is_dir() and each.name[0] != "."]
    for old in sorted(folders, key=lambda each: each.stat().st_mtime)[:-_MOST]:
        _remove(old)
