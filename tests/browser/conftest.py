"""Projects whose publications are looked at as a user would: by browser, over HTTP, as files."""

import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from reli.pipeline import run_project
from reli.synthetic import synthesise

ROOT = Path(__file__).parents[2]
ENTERPRISES = 12_000


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """The published example: scores and ranks of the first hundred, nothing else."""

    def make(folder):
        shutil.copytree(ROOT / "examples" / "published-2024", folder)

    return _once(tmp_path_factory, "published-2024", make)


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory):
    """A small invented country."""
    return _once(
        tmp_path_factory,
        "synthetic",
        lambda folder: synthesise(folder, enterprises=ENTERPRISES, seed=7),
    )


def _once(tmp_path_factory, name, make):
    """A project that is run once, whatever number of processes test at the same time."""
    # Each process of pytest-xdist has a folder of its own below the common one.
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-") else base) / "web" / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "done").is_file():
            make(folder)
            settings = folder / "reli.toml"
            # What is not looked at here is not made.
            text = settings.read_text(encoding="utf-8").split("[publications]")[0]
            quick = "\n[publications]\nreport = false\nworkbook = false\n"
            settings.write_text(text + quick, encoding="utf-8")
            run_project(folder)
            (folder / "done").touch()
    return folder
