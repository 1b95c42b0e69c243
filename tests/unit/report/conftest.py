"""What the tests of publications share."""

import pytest

from reli.report.basemap import build_basemap


@pytest.fixture(scope="session")
def basemap():
    """The shipped layer, projected and drawn; about a second."""
    return build_basemap()
