"""Seconds a row of each step in earlier runs, from which the time of the next is estimated."""

import json
from pathlib import Path

from reli.engine.files import atomic

__all__ = ["Pace"]

_FEWEST_ROWS = 10_000
"""Below this a step's set-up hides its pace."""


class Pace:
    """Seconds a row, by step, on this machine; no result, and may be lost."""

    def __init__(self, memory: Path) -> None:
        """Open what was measured before."""
        self._memory = memory
        try:
            found = json.loads(memory.read_text(encoding="utf-8"))
            self._seconds = {str(step): float(pace) for step, pace in found.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            self._seconds = {}

    def measured(self, step: str, rows: int, seconds: float) -> None:
        """Note how long a step took."""
        if rows >= _FEWEST_ROWS:
            self._seconds[step] = seconds / rows
            with atomic(self._memory) as place:
                place.write_text(json.dumps(self._seconds, sort_keys=True) + "\n", encoding="utf-8")

    def of(self, step: str) -> float | None:
        """Seconds a row of a step; None where it has not been measured."""
        return self._seconds.get(step)
