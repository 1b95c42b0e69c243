"""What a user sees of long work, on standard error."""

import sys
import time
from typing import Protocol

__all__ = ["Progress", "Quiet", "Terminal"]


class Progress(Protocol):
    """Told of every step and of the rows it has got through."""

    def started(self, step: str) -> None:
        """Say that a step begins."""

    def advanced(self, rows: int) -> None:
        """Say that the running step has got through so many rows more."""

    def finished(self, summary: str) -> None:
        """Say that the running step is done, and what came of it."""

    def unchanged(self, step: str) -> None:
        """Say that a step is skipped, since nothing it reads has changed."""

    def noted(self, text: str) -> None:
        """Say something about the whole run."""


class Quiet:
    """Says nothing."""

    def noted(self, text: str) -> None:
        """Say nothing."""

    def started(self, step: str) -> None:
        """Say nothing."""

    def advanced(self, rows: int) -> None:
        """Say nothing."""

    def finished(self, summary: str) -> None:
        """Say nothing."""

    def unchanged(self, step: str) -> None:
        """Say nothing."""


class Terminal:
    """A line for each step; on a terminal the running step counts its rows."""

    def __init__(self) -> None:
        self._is_live = sys.stderr.isatty()
        self._step = ""
        self._rows = 0
        self._began = self._shown = time.monotonic()

    def started(self, step: str) -> None:
        """Begin a line."""
        self._step, self._rows = step, 0
        self._began = self._shown = time.monotonic()
        if self._is_live:
            self._rewrite(f"  {step} ...")

    def advanced(self, rows: int) -> None:
        """Count on, at most ten times a second."""
        self._rows += rows
        now = time.monotonic()
        if self._is_live and now - self._shown > 0.1:
            self._shown = now
            self._rewrite(f"  {self._step} ... {self._rows:,} rows")

    def finished(self, summary: str) -> None:
        """End the line with what came of the step and the time it took."""
        seconds = time.monotonic() - self._began
        self._rewrite(f"  {self._step:<28} {summary}  ({seconds:.1f} s)\n")

    def unchanged(self, step: str) -> None:
        """Write a line for a step that need not run."""
        self._rewrite(f"  {step:<28} unchanged\n")

    def noted(self, text: str) -> None:
        """Write a line."""
        self._rewrite(f"  {text}\n")

    def _rewrite(self, text: str) -> None:
        start = "\r\x1b[K" if self._is_live else ""
        sys.stderr.write(start + text)
        sys.stderr.flush()
