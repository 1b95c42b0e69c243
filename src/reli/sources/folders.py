"""Which files a source's path means: a file, a pattern, or a folder with all that is below it."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from reli.errors import InvalidData
from reli.sources.files import format_of
from reli.sources.reading import NO_DATA

__all__ = ["paths_meant"]

_LEFT_BY_SYSTEMS = ("thumbs.db", "desktop.ini")


def paths_meant(sources: Path, pattern: str) -> tuple[list[Path], list[Path]]:
    """Files of a source in the order of their paths, and those of its folders that are no table.

    What systems and office programs leave behind (`.DS_Store`, `~$list.xlsx`) is neither.

    Args:
        sources: the project's folder of sources.
        pattern: path below it; `*` stands for anything in a name, `**` for folders between.
    """
    named = sorted(path for path in _named(sources, pattern) if not _is_litter(path, sources))
    files = [path for path in named if _is_file(path)]
    passed_over: list[Path] = []
    for folder in (path for path in named if path.is_dir() and not pattern.endswith("*")):
        for path in sorted(_below(folder)):
            if _is_file(path) and not _is_litter(path, sources):
                (files if _is_table(path) else passed_over).append(path)
    return files, [path for path in passed_over if not path.name.endswith(".mapping.toml")]


def _named(sources: Path, pattern: str) -> Iterable[Path]:
    """A file's name goes before a pattern: 企业[1].csv, as browsers call what is fetched twice."""
    named = sources / pattern
    return [named] if named.exists() or named.is_symlink() else sources.glob(pattern)


def _below(folder: Path) -> Iterator[Path]:
    """All below a folder, also where a link leads; of a link that leads back nothing twice."""
    seen: set[str] = set()
    for where, folders, files in os.walk(folder, onerror=_refuse, followlinks=True):
        real = os.path.realpath(where)
        if real in seen:
            folders.clear()
            continue
        folders.sort()
        seen.add(real)
        yield from (Path(where) / each for each in files)


def _refuse(error: OSError) -> None:
    """A folder that cannot be looked into hides what is to be read."""
    raise error


def _is_file(path: Path) -> bool:
    """Whether a path is a file, or a link to what is not there, which is to be told."""
    return path.is_file() or (path.is_symlink() and not path.exists())


def _is_litter(path: Path, sources: Path) -> bool:
    names = path.relative_to(sources).parts
    return path.name.lower() in _LEFT_BY_SYSTEMS or any(
        name.startswith((".", "~$")) for name in names
    )


def _is_table(path: Path) -> bool:
    try:
        format_of(path)
    except InvalidData:
        return False
    return path.stem not in NO_DATA
