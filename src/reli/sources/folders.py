"""Which files a source's path means: a file, a pattern, or a folder with all that is below it."""

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
    named = sorted(path for path in sources.glob(pattern) if not _is_litter(path, sources))
    files = [path for path in named if path.is_file()]
    passed_over: list[Path] = []
    for folder in (path for path in named if path.is_dir() and not pattern.endswith("*")):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not _is_litter(path, sources):
                (files if _is_table(path) else passed_over).append(path)
    return files, [path for path in passed_over if not path.name.endswith(".mapping.toml")]


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
