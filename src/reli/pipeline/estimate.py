"""How long a run will take and how much disk, told before it starts."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from reli.engine import Pace, Step
from reli.pipeline.asking import SAYS
from reli.pipeline.workspace import Workspace

__all__ = ["Estimate", "estimate", "rows_in"]

FEWEST_ROWS = 1_000_000
"""Smaller runs are over before anybody asks."""

_CORE_SECONDS = {"clean": 14e-6, "linked": 9e-6, "classified": 45e-6, "indicator": 12e-6}
"""Seconds a row on one core where a step has not been measured here: `python -m benchmarks`,
300,000 enterprises."""
_BYTES = {"clean": 250, "linked": 20, "classified": 50}
"""Bytes a row that a stage leaves on the disk, from such a run of 1,000,000."""
_SPILL = 1.5
"""What is spilt and half written comes on top."""
_HEAD = 1 << 20
_PACKED = {".gz": 4.0, ".zip": 4.0, ".xlsx": 6.0}
"""How much larger files are when unpacked."""
_LINE = 300
"""Bytes of a line where a file cannot be looked into."""


@dataclass(frozen=True)
class Estimate:
    """What is expected of a run; an estimate until it has run."""

    rows: int
    seconds: float
    disk: int
    """Bytes."""
    free: int
    """Bytes that the disk has."""

    def __str__(self) -> str:
        short = "" if self.disk < self.free else ": too little"
        return (
            f"about {self.rows:,} rows to read; estimated {_time(self.seconds)} and "
            f"{self.disk / 1e9:.1f} GB of disk ({self.free / 1e9:.0f} GB free{short})"
        )


def estimate(workspace: Workspace, steps: Sequence[Step], pace: Pace) -> Estimate | None:
    """Time and disk of the steps that are to run; None for a run too small to mention.

    Args:
        workspace: the project.
        steps: those that are not current.
        pace: measured before on this machine; else figures of ours stand in.
    """
    tables = workspace.project.tables()
    rows = {table: sum(map(rows_in, workspace.inputs_of(table))) for table in tables}
    register = rows.get("enterprises", 0)
    rows["asked"] = sum(rows.get(table, 0) for table in (*SAYS, "holdings"))
    rows["told"] = rows["parties"] = rows["inferred"] = rows["asked"]
    rows["works"] = rows.get("patents", 0) + rows.get("software_copyrights", 0)
    seconds, disk = 0.0, 0.0
    for step in steps:
        stage, _, table = step.name.partition("/")
        count = rows.get(table.partition("/")[0], register)
        seconds += count * (pace.of(step.name) or _default(stage, workspace))
        disk += count * _BYTES.get(stage, 0)
    read = sum(rows[table] for table in tables)
    if read < FEWEST_ROWS or not disk:
        return None
    free = shutil.disk_usage(workspace.folder).free
    return Estimate(read, seconds, int(disk * _SPILL), free)


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


def _default(stage: str, workspace: Workspace) -> float:
    return _CORE_SECONDS.get(stage, 0.0) / workspace.budget.workers


def _time(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 100 else f"{seconds:.0f} seconds"
