"""Projects that are run once for all tests that look at them."""

import shutil

import pytest
from tests.flow.quick import publishing
from tests.once import make_published, make_synthetic, run_once

from reli.pipeline import run_project


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """The published example, run."""
    return run_once(tmp_path_factory, "published-2024", make_published)


@pytest.fixture(scope="session")
def real(tmp_path_factory, shared_dir):
    """Real registrations of 1978-2004, run."""

    def make(folder):
        (folder / "sources").mkdir(parents=True)
        source = shared_dir / "reference" / "register_sample.csv.gz"
        shutil.copyfile(source, folder / "sources" / "register.csv.gz")
        (folder / "reli.toml").write_text(
            'name = "real"\nreference_year = 2004\nregistration_years = 3\n'
            '[[sources]]\ntable = "enterprises"\npath = "register.csv.gz"\n'
            + publishing("report", "workbook"),
            encoding="utf-8",
        )
        run_project(folder)

    return run_once(tmp_path_factory, "real", make)


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory):
    """A small invented country with every table, run."""
    return run_once(tmp_path_factory, "synthetic", make_synthetic)
