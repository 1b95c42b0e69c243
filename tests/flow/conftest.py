"""Projects that are run once for all tests that look at them."""

import shutil
from pathlib import Path

import pytest

from reli.pipeline import run_project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """The published example, run."""
    folder = tmp_path_factory.mktemp("projects") / "published-2024"
    shutil.copytree(ROOT / "examples" / "published-2024", folder)
    run_project(folder)
    return folder


@pytest.fixture(scope="session")
def real(tmp_path_factory, shared_dir):
    """Real registrations of 1978-2004, run."""
    folder = tmp_path_factory.mktemp("projects") / "real"
    (folder / "sources").mkdir(parents=True)
    shutil.copyfile(
        shared_dir / "reference" / "register_sample.csv.gz", folder / "sources" / "register.csv.gz"
    )
    (folder / "reli.toml").write_text(
        'name = "real"\nreference_year = 2004\nregistration_years = 3\n'
        '[[sources]]\ntable = "enterprises"\npath = "register.csv.gz"\n',
        encoding="utf-8",
    )
    run_project(folder)
    return folder
