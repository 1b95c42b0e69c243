"""The main job: the published example and a synthetic country, from files to reports.

Run by `make demo`. A second run does only what has changed.
"""

import shutil
import sys
import time
from pathlib import Path

from reli.engine import Terminal
from reli.pipeline import Outcome, run_project
from reli.synthetic import synthesise

HERE = Path(__file__).resolve().parent.parent
DEMO = HERE / "demo"
ENTERPRISES = 300_000
SEED = 2024


def copy_published() -> Path:
    """The example's sources and settings; copied only where they differ, to keep what is built."""
    source, target = HERE / "examples" / "published-2024", DEMO / "published-2024"
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_file() and not (copy.is_file() and copy.read_bytes() == path.read_bytes()):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    return target


def make_synthetic() -> Path:
    """The invented country; made anew only if it is not there whole."""
    target = DEMO / "synthetic"
    if not (target / "reli.toml").is_file():
        synthesise(target, enterprises=ENTERPRISES, seed=SEED, progress=Terminal())
    return target


def run(folder: Path) -> Outcome:
    print(f"\n{folder.relative_to(HERE)}", file=sys.stderr)
    return run_project(folder, Terminal())


def main() -> None:
    began = time.monotonic()
    outcomes = [run(copy_published()), run(make_synthetic())]
    print(f"\nDone in {time.monotonic() - began:.0f} s. Open:")
    for outcome in outcomes:
        for path in outcome.publications:
            print(f"  {path.relative_to(HERE)}")


if __name__ == "__main__":
    main()
