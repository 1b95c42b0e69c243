"""Projects that are run once, whatever number of processes test at the same time."""

import shutil
from pathlib import Path

from filelock import FileLock

from reli.pipeline import run_project

__all__ = ["make_published", "run_once"]

EXAMPLE = Path(__file__).parents[1] / "examples" / "published-2024"


def make_published(folder):
    """The published example, run."""
    shutil.copytree(EXAMPLE, folder)
    run_project(folder)


def run_once(tmp_path_factory, name, make):
    """Folder that `make` has filled, by the first process that asks for it; not to be changed."""
    # Each process of pytest-xdist has a folder of its own below the common one.
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-") else base) / "once" / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.with_suffix(".done").is_file():
            make(folder)
            folder.with_suffix(".done").touch()
    return folder
