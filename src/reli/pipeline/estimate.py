"""How long a run will take and how much disk, told before it starts."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from reli.engine import Pace, Step
from reli.pipeline.asking import WORKS
from reli.pipeline.parts import parts_of
from reli.pipeline.workspace import Workspace

__all__ = ["Estimate", "estimate", "rows_in"]

FEWEST_ROWS = 1_000_000
"""Smaller runs are over before anybody asks."""


@dataclass(frozen=True)
class _Cost:
    """What a row costs in a step."""

    core_seconds: float
    bytes: float = 0.0
    """What it leaves on the disk."""
    of: str = ""
    """Whose rows these are, where they are not those of the step's own table or part."""


_COSTS = {
    "clean/enterprises/": _Cost(6e-6, 250),
    "clean/enterprises": _Cost(0.0),
    "clean/": _Cost(3e-6, 30),
    "classified/enterprises/": _Cost(7e-6, 80),
    "linked/asked": _Cost(3.5e-6, 30, of="enterprises"),
    "linked/patents": _Cost(2e-6, 20),
    "linked/software_copyrights": _Cost(2e-6, 20),
    "indicator/counted/": _Cost(0.7e-6),
    "indicator/told": _Cost(0.5e-6, of="enterprises"),
    "indicator/works": _Cost(1.2e-6, of="works"),
}
"""By how the names of steps begin, the longest that fits: `python -m benchmarks`, a million
enterprises. Other steps cost nothing that grows with the rows."""
_BUSY = 0.8
"""Share of the time in which each processor is at work."""
_SPILL = 1.5
"""What is spilt and half written comes on top."""
_HEAD = 1 << 20
_PACKED = {".gz": 4.0, ".zip": 4.0, ".xlsx": 6.0}
"""How much larger files are when unpacked."""
_LINE = 300
"""Bytes of a line where a file cannot be looked into."""


@dataclass(frozen=True)
class Estimate:
    """What is expected of a run up to the panel; an estimate until it has run."""

    rows: int
    seconds: float
    disk: int
    """Bytes."""
    free: int
    """Bytes that the disk has."""

    def __str__(self) -> str:
        short = "" if self.disk < self.free else ": too little"
        return (
            f"about {self.rows:,} rows to read; estimated {_time(self.seconds)} to the panel "
            f"and {self.disk / 1e9:.1f} GB of disk ({self.free / 1e9:.0f} GB free{short})"
        )


def estimate(workspace: Workspace, steps: Sequence[Step], pace: Pace) -> Estimate | None:
    """Time and disk of the steps that are to run; None for a run too small to mention.

    Args:
        workspace: the project.
        steps: those that are not current.
        pace: measured before on this machine; else figures of ours stand in.
    """
    rows = _rows(workspace)
    seconds, disk = 0.0, 0.0
    for step in steps:
        cost = _cost(step.name)
        count = rows.get(cost.of or step.name.partition("/")[2], rows["enterprises"])
        # The pace is that of the rows that a step says it has read: its own.
        measured = None if cost.of else pace.of(step.name)
        seconds += count * (measured or cost.core_seconds / (_BUSY * workspace.budget.workers))
        disk += count * cost.bytes
    read = sum(rows[table] for table in workspace.project.tables())
    if read < FEWEST_ROWS or not disk:
        return None
    free = shutil.disk_usage(workspace.folder).free
    return Estimate(read, seconds, int(disk * _SPILL), free)


def _rows(workspace: Workspace) -> dict[str, int]:
    """Rows of the sources, by table and, of the register, also by part."""
    tables = {"enterprises", *WORKS, *workspace.project.tables()}
    rows = {table: sum(map(rows_in, workspace.inputs_of(table))) for table in tables}
    for part in parts_of(workspace):
        rows[f"enterprises/{part.name}"] = sum(rows_in(source.path) for source in part.sources)
    rows["works"] = sum(rows[table] for table in WORKS)
    return rows


def _cost(step: str) -> _Cost:
    begun = [name for name in _COSTS if step == name or (name[-1] == "/" and step.startswith(name))]
    return _COSTS[max(begun, key=len)] if begun else _Cost(0.0)


def rows_in(path: Path) -> int:
    """Rows of a file, from its own count or from its size and first lines."""
    if path.suffix == ".parquet":
        return int(pq.read_metadata(path).num_rows)
    size = path.stat().st_size
    packed = _PACKED.get(path.suffix)
    if packed:
        return round(size * packed / _LINE)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    lines = head.count(b"\n")
    return lines if len(head) == size else round(size * lines / len(head))


def _time(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 100 else f"{seconds:.0f} seconds"
