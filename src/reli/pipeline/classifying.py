"""The classifier of a project, which several steps ask."""

from functools import lru_cache
from pathlib import Path

from reli.classification.industry import Classifier
from reli.texts import state_of

__all__ = ["classifier_of"]


def classifier_of(emerging: Path | None, ruleset: str) -> Classifier:
    """The same classifier for the same settings: to make one takes longer than a small table."""
    return _classifier(emerging, ruleset, state_of(emerging))


@lru_cache(maxsize=2)
def _classifier(emerging: Path | None, ruleset: str, _: tuple[int, ...]) -> Classifier:
    return Classifier(emerging, ruleset)
