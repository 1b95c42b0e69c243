"""`python -m benchmarks`: the road at several sizes of an invented country."""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.table import lines
from benchmarks.task import Measured

SIZES = (300_000, 1_000_000)
SEED = 2024


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


def measure_size(folder: Path, enterprises: int) -> dict[str, Measured]:
    """All tasks at one size, in order."""
    return {
        "synthesise": measure("synthesise", folder, enterprises, SEED),
        "read_sources": measure("read_sources", folder),
        "run": measure("run", folder),
        "again": measure("run", folder),
        "read_clean": measure("read_clean", folder),
    }


def options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--enterprises", type=int, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    parser.add_argument("--folder", type=Path, help="work here and keep it; else a temporary one")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    chosen = options()
    figures = {}
    with tempfile.TemporaryDirectory() as temporary:
        for enterprises in chosen.enterprises:
            print(f"{enterprises:,} enterprises", file=sys.stderr)
            folder = (chosen.folder or Path(temporary)) / f"synthetic-{enterprises}"
            measured = measure_size(folder, enterprises)
            figures[enterprises] = {name: asdict(one) for name, one in measured.items()}
            print("\n".join(lines(enterprises, measured)), end="\n\n", flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
