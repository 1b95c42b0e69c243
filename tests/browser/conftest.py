"""Projects whose publications are looked at as a user would: by browser, over HTTP, as files."""

import pytest
from tests.once import make_published, make_synthetic, run_once


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """The published example: scores and ranks of the first hundred, nothing else."""
    return run_once(tmp_path_factory, "published-2024", make_published)


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory):
    """A small invented country."""
    return run_once(tmp_path_factory, "synthetic", make_synthetic)
