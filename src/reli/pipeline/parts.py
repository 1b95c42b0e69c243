"""The parts of the register, and where each of their tables lies.

A file of the register is a part of its own, so that a further file costs its own rows.
"""

import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from reli.pipeline.workspace import Workspace
from reli.sources.reading import SourceFile

__all__ = [
    "MOST_PARTS",
    "Part",
    "classified_parts",
    "counted_groups",
    "file_beside",
    "kept_file",
    "part_file",
    "parts_of",
    "rejected_file",
]

MOST_PARTS = 64
"""More files than these share parts, so that ten thousand small ones do not make as many."""

_MOST_GROUPS = 24
"""Each group is counted by a step of its own, and as a whole where one of its files changes."""


@dataclass(frozen=True)
class Part:
    """Some files of the register, or of a list."""

    name: str
    sources: tuple[SourceFile, ...]
    inputs: tuple[Path, ...]
    """Files and mappings."""


def parts_of(workspace: Workspace, table: str = "enterprises") -> list[Part]:
    """Parts in the order of their files: a part a file, or of many files those of one hash."""
    files: dict[str, list[tuple[SourceFile, tuple[Path, ...]]]] = {}
    found = workspace.source_files(table)
    for file in found:
        name = _name(file.label) if len(found) <= MOST_PARTS else _bucket(file.label)
        read = tuple(filter(None, (file.path, file.mapping, file.first)))
        files.setdefault(name, []).append((file, read))
    return [
        Part(name, tuple(file for file, _ in some), tuple(p for _, paths in some for p in paths))
        for name, some in files.items()
    ]


def _name(label: str) -> str:
    """A name for files made of a source; two sources never share one."""
    plain = re.sub(r"[^\w.-]", "_", label)
    return plain if plain == label else f"{plain}-{zlib.crc32(label.encode()):08x}"


def _bucket(label: str) -> str:
    return f"part-{zlib.crc32(label.encode()) % MOST_PARTS:02}"


def classified_parts(workspace: Workspace) -> tuple[Path, ...]:
    """The classified enterprises, a table a part."""
    return tuple(kept_file(workspace, "classified", part) for part in parts_of(workspace))


def counted_groups(workspace: Workspace) -> dict[str, tuple[Path, ...]]:
    """The classified parts in groups that are counted apart: a few, however many parts."""
    parts = parts_of(workspace)
    found: dict[str, list[Part]] = {}
    for part in parts:
        few = len(parts) <= _MOST_GROUPS
        name = part.name if few else f"group-{zlib.crc32(part.name.encode()) % _MOST_GROUPS}"
        found.setdefault(name, []).append(part)
    return {
        name: tuple(kept_file(workspace, "classified", part) for part in some)
        for name, some in found.items()
    }


def part_file(workspace: Workspace, stage: str, part: Part) -> Path:
    """A part as it was made, with the enterprises that another part has too.

    Keys are found while a part is cleaned, so that it is linked as it is cleaned.
    """
    made = "clean" if stage == "linked" else stage
    return workspace.stage(f"{made}/enterprises/{part.name}")


def kept_file(workspace: Workspace, stage: str, part: Part) -> Path:
    """A part without the enterprises that another part has."""
    return workspace.stage(f"{stage}/kept/{part.name}")


def file_beside(workspace: Workspace, what: str, part: Part) -> Path:
    """What belongs to a part and lies in a folder of its own (`what`), under the part's name."""
    return workspace.stage(f"{what}/{part.name}")


def rejected_file(workspace: Workspace, part: Part) -> Path:
    """The list of the rows of a part that were rejected."""
    return workspace.stage(f"clean/enterprises/{part.name}.rejected", ".csv")
