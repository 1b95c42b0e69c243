"""Invented brands of two to four characters; those that somebody bears are left out."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from reli.synthetic.draw import Ints, share
from reli.synthetic.words import words

__all__ = ["Brands", "brands"]

_SHORT_SHARE = 0.6


@dataclass(frozen=True)
class Brands:
    """All brands: those of two characters, then of three, then of four."""

    texts: pl.Series
    """Brands of two and three characters."""
    ends: pl.Series
    """What makes four of three."""
    starts: tuple[int, int, int, int]
    """Where the brands of two, three and four characters begin, and where they end."""

    def named(self, brand: Ints) -> pl.Series:
        """The brands as text."""
        kept = len(self.texts)
        longest = np.maximum(brand - kept, 0)
        short = self.starts[1]
        stem = np.where(brand < kept, brand, short + longest // len(self.ends))
        end = self.ends.gather(longest % len(self.ends))
        return self.texts.gather(stem) + end.set(pl.Series(brand < kept), "")

    def draw_distinct(
        self, rng: np.random.Generator, same: tuple[Ints, ...], part: int = 0, parts: int = 1
    ) -> Ints:
        """A brand for each enterprise; those alike in all columns of `same` get different ones.

        Each of several parts of a country has brands of its own (every so manieth), so that names
        differ between parts too without any part knowing another.
        """
        size = len(same[0])
        levels = [self._of_part(level, part, parts) for level in range(3)]
        brand = np.where(
            share(rng, _SHORT_SHARE, size),
            _some(rng, size, levels[0]),
            _some(rng, size, levels[1]),
        )
        repeated, tries = _repeated(brand, same), 0
        while len(repeated):
            # Longer brands as the shorter ones run out.
            brand[repeated] = _some(rng, len(repeated), levels[1 if tries < 2 else 2])
            repeated, tries = _repeated(brand, same), tries + 1
        return brand

    def another(self, rng: np.random.Generator, brand: Ints) -> Ints:
        """A brand that is not the given one, of the same length."""
        level = np.searchsorted(self.starts[1:3], brand, side="right")
        low = np.array(self.starts)[level]
        span = np.diff(self.starts)[level]
        step = 1 + (rng.random(len(brand)) * (span - 1)).astype(np.int64)
        return np.asarray(low + (brand - low + step) % span)

    def _of_part(self, level: int, part: int, parts: int) -> Ints:
        low, high = self.starts[level : level + 2]
        own = np.arange(low + part % (high - low), high, parts, dtype=np.int64)
        return own if len(own) else np.array([high - 1], np.int64)


def _some(rng: np.random.Generator, size: int, of: Ints) -> Ints:
    return of[(rng.random(size) * len(of)).astype(np.int64)]


def _repeated(brand: Ints, same: tuple[Ints, ...]) -> Ints:
    """Positions of rows that are alike an earlier one."""
    key = brand.copy()
    for column in same:
        key = key * (int(column.max(initial=0)) + 1) + column
    first = np.unique(key, return_index=True)[1]
    is_first = np.zeros(len(key), np.bool_)
    is_first[first] = True
    return np.flatnonzero(~is_first)


@cache
def brands() -> Brands:
    """The brands that the words allow."""
    first, second, third = (
        list(dict.fromkeys(characters))
        for characters in (words().brand_first, words().brand_second, words().brand_third)
    )
    pairs = pl.Series([a + b for a in first for b in second if a != b], dtype=pl.String)
    short = pairs.filter(~pairs.is_in(list(words().stoplist)))
    long = _longer(short, third)
    texts = pl.concat([short, long]).rename("brand")
    counts = (len(short), len(long), len(long) * len(third))
    ends = np.cumsum([0, *counts]).tolist()
    return Brands(texts, pl.Series(third, dtype=pl.String), (ends[0], ends[1], ends[2], ends[3]))


def _longer(texts: pl.Series, ends: list[str]) -> pl.Series:
    """Each text with each end."""
    with_ends = texts.rename("text").to_frame().join(pl.DataFrame({"end": ends}), how="cross")
    return with_ends.select(pl.concat_str("text", "end")).to_series()
