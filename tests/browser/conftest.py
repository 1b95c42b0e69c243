"""Projects whose publications are looked at as a user would: by browser, over HTTP, as files."""

import pytest
from tests.flow.quick import publishing
from tests.once import make_published, run_once

from reli.pipeline import run_project
from reli.synthetic import synthesise

ENTERPRISES = 12_000


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """The published example: scores and ranks of the first hundred, nothing else."""
    return run_once(tmp_path_factory, "published-2024", make_published)


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory):
    """A small invented country."""

    def make(folder):
        synthesise(folder, enterprises=ENTERPRISES, seed=7)
        settings = folder / "reli.toml"
        text = settings.read_text(encoding="utf-8").split("[publications]")[0]
        settings.write_text(text + publishing("datapackage", "site"), encoding="utf-8")
        run_project(folder)

    return run_once(tmp_path_factory, "synthetic", make)
