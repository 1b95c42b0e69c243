"""One task in a process of its own, so that its time and peak memory are its own.

`python -m benchmarks.task NAME FOLDER [ENTERPRISES SEED]` prints what it measured as JSON.
"""

import argparse
import json
import resource
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from reli.polars_environment import set_polars_environment

__all__ = ["TASKS", "Measured", "Stopwatch", "main"]


@dataclass(frozen=True)
class Measured:
    """What a task took."""

    seconds: float
    peak_mb: float
    """Largest resident set of the process."""
    rows: int = 0
    cpu_seconds: float = 0.0
    """Of all processors together: what stays put when others use them too."""
    steps: dict[str, float] = field(default_factory=dict)
    """Processor seconds by step, in order; empty where the task has none."""
    summaries: dict[str, str] = field(default_factory=dict)
    """What came of each step, such as its rows."""
    panel: str = ""
    """Hash of the panel that a run made."""
    unchanged: tuple[str, ...] = ()
    """Steps that were current and did not run."""


class Stopwatch:
    """A progress that keeps the processor seconds of each step."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self.summaries: dict[str, str] = {}
        self.skipped: list[str] = []
        self._step = ""
        self._began = 0.0

    def started(self, step: str) -> None:
        """Begin a step."""
        self._step, self._began = step, time.process_time()

    def advanced(self, rows: int) -> None:
        """Rows are not counted here."""

    def finished(self, summary: str) -> None:
        """End the step."""
        self.steps[self._step] = time.process_time() - self._began
        self.summaries[self._step] = summary

    def noted(self, text: str) -> None:
        """Nothing is noted."""

    def unchanged(self, step: str) -> None:
        """Note a step that did not run."""
        self.skipped.append(step)


class Clock:
    """Time of the wall and of the processors since it was made."""

    def __init__(self) -> None:
        self._began, self._used = time.monotonic(), time.process_time()

    def measured(self, rows: int = 0) -> Measured:
        """What has been taken until now, by the whole process at its largest."""
        seconds, used = time.monotonic() - self._began, time.process_time() - self._used
        return Measured(seconds, _peak_mb(), rows, used)


def synthesise(folder: Path, enterprises: int, seed: int) -> Measured:
    """Make the invented country."""
    from reli.synthetic import synthesise as make

    clock = Clock()
    make(folder, enterprises=enterprises, seed=seed)
    return clock.measured(enterprises)


def to_parquet(folder: Path, *_: int) -> Measured:
    """The sources in their Parquet form, for the floor and the road alike; no publications."""
    import polars as pl

    clock, rows = Clock(), 0
    sources = folder / "sources"
    for path in sorted(sources.glob("*.csv")):
        # Lines of a wrong width are planted; a Parquet file cannot have them.
        frame = pl.scan_csv(path, infer_schema=False, truncate_ragged_lines=True)
        frame.sink_parquet(path.with_suffix(".parquet"), compression="zstd")
        rows += _rows(path.with_suffix(".parquet"))
        path.unlink()
    settings = folder / "reli.toml"
    text = settings.read_text(encoding="utf-8").replace('.csv"', '.parquet"')
    settings.write_text(text, encoding="utf-8")
    return clock.measured(rows)


def _rows(path: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def scan(folder: Path, *_: int) -> Measured:
    """The floor: every column of all Parquet sources read once, by all threads, nothing kept."""
    return _read(sorted((folder / "sources").glob("*.parquet")))


def scan_facts(folder: Path, *_: int) -> Measured:
    """The classified enterprises and the linked tables read once."""
    from reli.engine import parquet_files

    build = folder / "build"
    tables = [build / "classified" / "enterprises.parquet", *build.glob("linked/*.parquet")]
    # Of a register in several files the table is a folder.
    return _read([file for table in tables for file in parquet_files(table)])


def _read(paths: list[Path]) -> Measured:
    from concurrent.futures import ThreadPoolExecutor

    import pyarrow.parquet as pq

    clock = Clock()
    groups = [(path, at) for path in paths for at in range(pq.read_metadata(path).num_row_groups)]

    def one(place: tuple[Path, int]) -> int:
        with pq.ParquetFile(place[0]) as file:
            return int(file.read_row_group(place[1], use_threads=False).num_rows)

    with ThreadPoolExecutor() as pool:
        rows = sum(pool.map(one, groups))
    return clock.measured(rows)


def count_again(folder: Path, *_: int) -> Measured:
    """From the linked and classified tables to the panel, once more."""
    shutil.rmtree(folder / "build" / "indicator")
    return run(folder)


def add_file(folder: Path, *_: int) -> Measured:
    """One per cent of the register's rows, as new enterprises in a further file; then a run."""
    import polars as pl

    sources = folder / "sources"
    rows = pl.scan_parquet(sources / "register.parquet")
    some = rows.head(max(1, _rows(sources / "register.parquet") // 100)).collect()
    # Other enterprises: no code, another name.
    new = some.with_columns(
        pl.lit("").alias("统一社会信用代码"), (pl.lit("新") + pl.col("企业名称")).alias("企业名称")
    )
    new.write_parquet(sources / "register_new.parquet")
    with (folder / "reli.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[[sources]]\ntable = "enterprises"\npath = "register_new.parquet"\n')
    return run(folder)


def add_list(folder: Path, *_: int) -> Measured:
    """A further batch of a list, a tenth of its rows once more; then a run."""
    import polars as pl

    sources = folder / "sources"
    rows = pl.read_parquet(sources / "high_tech.parquet")
    some = rows.head(max(1, rows.height // 10)).with_columns(pl.lit("2023年第9批").alias("批次"))
    some.write_parquet(sources / "high_tech_new.parquet")
    with (folder / "reli.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[[sources]]\ntable = "recognitions"\npath = "high_tech_new.parquet"\n')
    return run(folder)


def run(folder: Path, *_: int) -> Measured:
    """The road to the panel: clean, locate, classify, link, count; nothing behind it.

    A second time, nothing is left to do.
    """
    from reli.config import load_project
    from reli.engine import KnownFiles, StepRunner, sha256
    from reli.pipeline.register import register_steps
    from reli.pipeline.workspace import Workspace

    watch, clock = Stopwatch(), Clock()
    workspace = Workspace(load_project(folder))
    known = KnownFiles(workspace.known)
    runner = StepRunner(workspace.folder, workspace.manifest, watch, known=known)
    runner.run(register_steps(workspace, watch))
    return replace(
        clock.measured(),
        steps=watch.steps,
        panel=sha256(folder / "build" / "indicator" / "indicator.parquet"),
        summaries=watch.summaries,
        unchanged=tuple(watch.skipped),
    )


def _peak_mb() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        # What resource tells of a process just begun may be its parent's.
        peaks = (line.split() for line in status.read_text().splitlines())
        return next(int(words[1]) / 1e3 for words in peaks if words[0] == "VmHWM:")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts kilobytes, macOS bytes.
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


TASKS: dict[str, Callable[..., Measured]] = {
    task.__name__: task
    for task in (synthesise, to_parquet, scan, scan_facts, run, count_again, add_file, add_list)
}


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.task", description="Measure one task; prints JSON."
    )
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("numbers", type=int, nargs="*", help="of synthesise: ENTERPRISES SEED")
    asked = parser.parse_args(words)
    if asked.task == "synthesise" and len(asked.numbers) != 2:
        parser.error("synthesise: expected FOLDER ENTERPRISES SEED, such as country 30000 1")
    return asked


def main(words: Sequence[str] | None = None) -> None:
    """Measure the task that the words of the command line name."""
    set_polars_environment()
    asked = _asked(words)
    measured = TASKS[asked.task](asked.folder, *asked.numbers)
    print(json.dumps(asdict(measured)))


if __name__ == "__main__":
    main()
