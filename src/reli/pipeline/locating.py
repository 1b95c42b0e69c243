"""The locator of a project, which several steps ask."""

from functools import lru_cache
from pathlib import Path

from reli.classification.place import Locator

__all__ = ["locator_of"]


@lru_cache(maxsize=2)
def locator_of(vintage: int, zones: Path | None, attribution: str) -> Locator:
    """The same locator for the same settings: to make one takes longer than most questions."""
    return Locator(vintage, zones, attribution, expects_many=False)
