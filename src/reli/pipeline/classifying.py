"""The classifier of a project, which several steps ask."""

from functools import lru_cache
from pathlib import Path

from reli.classification.industry import Classifier

__all__ = ["classifier_of"]


@lru_cache(maxsize=2)
def classifier_of(emerging: Path | None, ruleset: str) -> Classifier:
    """The same classifier for the same settings: to make one takes longer than a small table."""
    return Classifier(emerging, ruleset)
