"""What all tests share."""

import os
from pathlib import Path

import pytest

SHARED_VARIABLE = "RELI_SHARED_DIR"


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Folder of material that is not in the repository; tests that need it skip without it."""
    folder = os.environ.get(SHARED_VARIABLE)
    if not folder or not Path(folder).is_dir():
        pytest.skip(f"needs the folder named by {SHARED_VARIABLE}")
    return Path(folder)


def pytest_terminal_summary(terminalreporter):
    skipped = terminalreporter.stats.get("skipped", [])
    waiting = [report for report in skipped if SHARED_VARIABLE in str(report.longrepr)]
    if waiting:
        terminalreporter.write_line(
            f"{len(waiting)} tests skipped for want of the folder named by {SHARED_VARIABLE}"
        )
