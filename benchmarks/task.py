"""One task in a process of its own, so that its time and peak memory are its own.

`python -m benchmarks.task NAME FOLDER [ENTERPRISES SEED]` prints what it measured as JSON.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

__all__ = ["TASKS", "Measured", "Stopwatch"]


@dataclass(frozen=True)
class Measured:
    """What a task took."""

    seconds: float
    peak_mb: float
    """Largest resident set of the process."""
    rows: int = 0
    steps: dict[str, float] = field(default_factory=dict)
    """Seconds by step, in order; empty where the task has none."""
    summaries: dict[str, str] = field(default_factory=dict)
    """What came of each step, such as its rows."""
    unchanged: tuple[str, ...] = ()
    """Steps that were current and did not run."""


class Stopwatch:
    """A progress that keeps the seconds of each step."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self.summaries: dict[str, str] = {}
        self.skipped: list[str] = []
        self._step = ""
        self._began = 0.0

    def started(self, step: str) -> None:
        """Begin a step."""
        self._step, self._began = step, time.monotonic()

    def advanced(self, rows: int) -> None:
        """Rows are not counted here."""

    def finished(self, summary: str) -> None:
        """End the step."""
        self.steps[self._step] = time.monotonic() - self._began
        self.summaries[self._step] = summary

    def noted(self, text: str) -> None:
        """Nothing is noted."""

    def unchanged(self, step: str) -> None:
        """Note a step that did not run."""
        self.skipped.append(step)


def synthesise(folder: Path, enterprises: int, seed: int) -> Measured:
    """Make the invented country."""
    from reli.synthetic import synthesise as make

    began = time.monotonic()
    make(folder, enterprises=enterprises, seed=seed)
    return Measured(time.monotonic() - began, _peak_mb(), enterprises)


def read_sources(folder: Path, *_: int) -> Measured:
    """The floor: every column of the register's files read once, by Arrow, nothing kept."""
    import pyarrow.csv as pacsv

    began, rows = time.monotonic(), 0
    # Lines of a wrong width are planted; the floor passes over them.
    lenient = pacsv.ParseOptions(invalid_row_handler=lambda _row: "skip")
    for path in sorted((folder / "sources").glob("register*.csv")):
        with pacsv.open_csv(path, parse_options=lenient, convert_options=_as_text(path)) as reader:
            rows += sum(batch.num_rows for batch in reader)
    return Measured(time.monotonic() - began, _peak_mb(), rows)


def _as_text(path: Path) -> "object":
    import pyarrow as pa
    import pyarrow.csv as pacsv

    with path.open(encoding="utf-8-sig") as file:
        header = file.readline().rstrip("\r\n").split(",")
    return pacsv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()))


def read_clean(folder: Path, *_: int) -> Measured:
    """The second floor: every column of the clean register read once from Parquet."""
    import pyarrow.parquet as pq

    began, rows = time.monotonic(), 0
    with pq.ParquetFile(folder / "build" / "clean" / "enterprises.parquet") as file:
        for group in range(file.num_row_groups):
            rows += file.read_row_group(group).num_rows
    return Measured(time.monotonic() - began, _peak_mb(), rows)


def run(folder: Path, *_: int) -> Measured:
    """The whole road, to the report; a second time, nothing is left to do."""
    from reli.pipeline import run_project

    watch = Stopwatch()
    began = time.monotonic()
    run_project(folder, watch)
    seconds = time.monotonic() - began
    return Measured(
        seconds,
        _peak_mb(),
        steps=watch.steps,
        summaries=watch.summaries,
        unchanged=tuple(watch.skipped),
    )


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts kilobytes, macOS bytes.
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


TASKS: dict[str, Callable[..., Measured]] = {
    task.__name__: task for task in (synthesise, read_sources, read_clean, run)
}

if __name__ == "__main__":
    name, folder, *numbers = sys.argv[1:]
    measured = TASKS[name](Path(folder), *map(int, numbers))
    print(json.dumps(asdict(measured)))
