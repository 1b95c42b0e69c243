"""The locator of a project, which several steps ask."""

from functools import lru_cache
from pathlib import Path

from reli.classification.place import Locator
from reli.texts import state_of

__all__ = ["locator_of"]


def locator_of(vintage: int, zones: Path | None, attribution: str) -> Locator:
    """The same locator for the same settings: to make one takes longer than most questions."""
    return _locator(vintage, zones, attribution, state_of(zones))


@lru_cache(maxsize=2)
def _locator(vintage: int, zones: Path | None, attribution: str, _: tuple[int, ...]) -> Locator:
    return Locator(vintage, zones, attribution)
