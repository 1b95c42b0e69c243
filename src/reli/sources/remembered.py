"""What was made of texts that recur from batch to batch, so that each is read once a file."""

from collections.abc import Callable
from threading import Lock

import polars as pl

__all__ = ["Remembered"]

_MOST = 1 << 16
"""Texts that are remembered; of more all are forgotten and read anew."""


class Remembered:
    """A function of texts, each by itself, that keeps its answers."""

    def __init__(self, make: Callable[[pl.Series], pl.DataFrame]) -> None:
        """Nothing asked yet.

        Args:
            make: of texts a row each.
        """
        self._make, self._places, self._lock = make, dict[str | None, int](), Lock()
        self._made = make(pl.Series(dtype=pl.String))

    def __call__(self, texts: pl.Series) -> pl.DataFrame:
        """What is made of the texts, row for row."""
        told = texts.to_list()
        with self._lock:
            if len(self._places) + len(told) > _MOST:
                self._places, self._made = {}, self._made.clear()
            if new := [each for each in dict.fromkeys(told) if each not in self._places]:
                self._made = self._made.vstack(self._make(pl.Series(new, dtype=pl.String)))
                self._places |= zip(new, range(len(self._places), self._made.height), strict=True)
            places, made = [self._places[each] for each in told], self._made
        return made[pl.Series(places, dtype=pl.UInt32)]
