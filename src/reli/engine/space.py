"""Tells a full disk from a defect: each library says it in words and errors of its own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reli.errors import NoSpace

__all__ = ["is_full", "telling_a_full_disk"]

_FULL = ("No space left on device", "Disk quota exceeded", "max_temp_directory_size")
"""The last is what the database may spill: nine tenths of what was free when it was opened."""


def is_full(error: BaseException) -> bool:
    """Whether an error says, in whatever words, that there was no space to write."""
    return any(each in str(error) for each in _FULL)


@contextmanager
def telling_a_full_disk(folder: Path, step: str) -> Iterator[None]:
    """Tell a full disk in one message, whoever met it.

    Args:
        folder: where is written.
        step: what could not be written.

    Raises:
        NoSpace: the disk is full.
    """
    try:
        yield
    except Exception as error:
        if not is_full(error):
            raise
        free = shutil.disk_usage(folder).free / 1e6
        raise NoSpace(
            f"the disk of {folder} is full ({free:,.0f} MB free; step {step}): make room and run "
            "again, what is done stays done"
        ) from error
