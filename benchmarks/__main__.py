"""`python -m benchmarks`: the road at several sizes of an invented country."""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.table import between_sizes, lines, whole_country
from benchmarks.task import Measured
from reli.config import Publications

SIZES = (300_000, 1_000_000, 2_000_000, 20_000_000)
SEED = 2024
MILLION_MB = 700
"""Disk for a million enterprises: the country as CSV, later its Parquet form and what a run makes
of it."""
LEAST_TOLD = 1_000_000
"""A smaller size lets expect nothing of the whole country."""
MILLION_MINUTES = 2
"""All tasks of a million enterprises, two processors."""


def measure(task: str, folder: Path, *numbers: int) -> Measured:
    """A task in a process of its own.

    Raises:
        SystemExit: the task failed; what it said is on standard error.
    """
    command = [sys.executable, "-m", "benchmarks.task", task, str(folder), *map(str, numbers)]
    print(f"  {task} ...", file=sys.stderr, flush=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"benchmarks: {task} failed with exit code {done.returncode}")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def measure_size(folder: Path, enterprises: int, memory: str) -> dict[str, Measured]:
    """All tasks at one size, in order."""
    found = {
        "synthesise": measure("synthesise", folder, enterprises, SEED),
        "to_parquet": measure("to_parquet", folder),
    }
    set_up(folder, memory)
    found["scan"] = measure_floor(folder)
    found["run"] = replace(measure("run", folder), rows=found["scan"].rows)
    found["count_again"] = measure("count_again", folder)
    found["again"] = measure("run", folder)
    found["add_file"] = measure("add_file", folder)
    found["add_list"] = measure("add_list", folder)
    return found


def measure_floor(folder: Path) -> Measured:
    """The middle of three scans by processor time: a single one may take several times as long."""
    scans = [measure("scan", folder) for _ in range(3)]
    return sorted(scans, key=lambda scan: scan.cpu_seconds)[1]


def measure_tight(folder: Path, enterprises: int, peak_mb: float) -> Measured:
    """The road with a quarter of the memory that it took."""
    measure("synthesise", folder, enterprises, SEED)
    measure("to_parquet", folder)
    set_up(folder, f"{max(200, round(peak_mb / 4))}MB")
    return measure("run", folder)


def set_up(folder: Path, memory: str) -> None:
    """Set the memory, and leave the publications out: they do not grow with the register."""
    path = folder / "reli.toml"
    head, mark, sources = path.read_text(encoding="utf-8").partition("[[sources]]")
    forms = sorted(name for name, is_made in vars(Publications()).items() if is_made is True)
    off = "\n".join(f"{name} = false" for name in forms)
    path.write_text(
        f'{head}memory = "{memory}"\n\n[publications]\n{off}\n\n{mark}{sources}', encoding="utf-8"
    )


def same_panel(folder: Path, enterprises: int, road: Measured) -> Measured:
    """The road at a quarter of the memory that it took.

    Raises:
        SystemExit: it makes another panel.
    """
    other = folder.with_name(folder.name + "-tight")
    found = measure_tight(other, enterprises, road.peak_mb)
    if found.panel != road.panel:
        raise SystemExit("benchmarks: a quarter of the memory makes another panel")
    shutil.rmtree(other, ignore_errors=True)
    return found


def conclude(roads: dict[int, Measured]) -> None:
    """What several sizes say together."""
    if len(roads) > 1:
        sizes = sorted(roads)
        print(between_sizes(roads[sizes[-2]], roads[sizes[-1]]))
    # Of smaller sizes most is what every run costs, whatever its size.
    if max(roads, default=0) >= LEAST_TOLD:
        largest = max(roads)
        print(whole_country(largest, roads[largest]))


def announce(sizes: Sequence[int], place: Path, *, is_tight: bool, is_kept: bool) -> None:
    """What is to come: time, and disk where there is enough of it.

    Raises:
        SystemExit: there is not.
    """
    at_once = sum(sizes) if is_kept else max(sizes)
    disk = at_once / 1e6 * MILLION_MB * (2 if is_tight else 1) / 1e3
    minutes = sum(sizes) / 1e6 * MILLION_MINUTES * (1.5 if is_tight else 1) + 1
    free = shutil.disk_usage(place).free / 1e9
    told = f"some {minutes:,.0f} minutes on two cores and {disk:,.1f} GB in {place}"
    print(f"{told}, which has {free:,.0f} GB free; an estimate", file=sys.stderr, flush=True)
    if disk > free:
        raise SystemExit("benchmarks: too little disk; name another place with --folder")


def options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    sizes = f"one after the other; by default {', '.join(f'{size:,}' for size in SIZES)}"
    parser.add_argument(
        "--enterprises", type=int, nargs="+", default=SIZES, metavar="N", help=sizes
    )
    parser.add_argument("--memory", default="2GB", help="the setting of the projects")
    parser.add_argument("--tight", action="store_true", help="again at a quarter of the memory")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    parser.add_argument("--folder", type=Path, help="work here and keep it; else a temporary one")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    chosen = options()
    figures, roads = {}, {}
    place = chosen.folder or Path(tempfile.gettempdir())
    place.mkdir(parents=True, exist_ok=True)
    announce(chosen.enterprises, place, is_tight=chosen.tight, is_kept=bool(chosen.folder))
    with tempfile.TemporaryDirectory() as temporary:
        for enterprises in chosen.enterprises:
            print(f"{enterprises:,} enterprises", file=sys.stderr)
            folder = (chosen.folder or Path(temporary)) / f"synthetic-{enterprises}"
            measured = measure_size(folder, enterprises, chosen.memory)
            if chosen.tight:
                measured["tight"] = same_panel(folder, enterprises, measured["run"])
            roads[enterprises] = measured["run"]
            figures[enterprises] = {name: asdict(one) for name, one in measured.items()}
            print("\n".join(lines(enterprises, measured)), end="\n\n", flush=True)
            if not chosen.folder:
                shutil.rmtree(folder, ignore_errors=True)
    conclude(roads)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
