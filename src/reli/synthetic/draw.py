"""Seeded draws over whole columns; every table and part has a stream of its own."""

import zlib
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["Flags", "Ints", "Numbers", "Ragged", "choose", "gather", "share", "stream"]

Ints = NDArray[np.int64]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


def stream(seed: int, name: str, part: int = 0) -> np.random.Generator:
    """Random numbers for one table; the same whatever else is drawn before or beside it."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode()), part]))


def choose(rng: np.random.Generator, weights: Sequence[float] | Numbers, size: int) -> Ints:
    """Positions drawn with probabilities proportional to weights."""
    cumulated = np.cumsum(np.asarray(weights, np.float64))
    drawn = np.searchsorted(cumulated, rng.random(size) * cumulated[-1], side="right")
    return np.asarray(np.minimum(drawn, len(cumulated) - 1), np.int64)


def share(rng: np.random.Generator, part: float, size: int) -> Flags:
    """True for about this part of the rows."""
    return np.asarray(rng.random(size) < part)


def gather(texts: Sequence[str] | pl.Series, positions: Ints) -> pl.Series:
    """The text at each position."""
    series = texts if isinstance(texts, pl.Series) else pl.Series("text", texts, pl.String)
    return series.gather(positions)


class Ragged:
    """Lists of different lengths, such as the towns of each county, drawn from by position."""

    def __init__(self, lists: Sequence[Sequence[int]]) -> None:
        self.counts: Ints = np.array([len(each) for each in lists], np.int64)
        self._starts: Ints = np.cumsum(self.counts) - self.counts
        # One more, so that a row of an empty list can be read, and then left aside.
        self._values: Ints = np.array([*(at for each in lists for at in each), 0], np.int64)

    def draw(self, rng: np.random.Generator, rows: Ints) -> Ints:
        """A random element of the list of each row; -1 where the list is empty."""
        steps = (rng.random(len(rows)) * self.counts[rows]).astype(np.int64)
        values = self._values[self._starts[rows] + steps]
        return np.where(self.counts[rows] > 0, values, -1)
