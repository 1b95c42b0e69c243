"""Invented brands of two and three characters; those that somebody bears are left out."""

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
    """All brands: the short ones first."""

    texts: pl.Series
    short: int
    """Number of brands of two characters."""

    def draw_distinct(self, rng: np.random.Generator, same: tuple[Ints, ...]) -> Ints:
        """A brand for each enterprise; those alike in all columns of `same` get different ones."""
        size = len(same[0])
        brand = self._draw(rng, size)
        repeated = _repeated(brand, same)
        while len(repeated):
            brand[repeated] = self.short + self._some(rng, len(repeated), self._long)
            repeated = _repeated(brand, same)
        return brand

    def another(self, rng: np.random.Generator, brand: Ints) -> Ints:
        """A brand that is not the given one, of the same length."""
        is_short = brand < self.short
        low = np.where(is_short, 0, self.short)
        span = np.where(is_short, self.short, self._long)
        step = 1 + (rng.random(len(brand)) * (span - 1)).astype(np.int64)
        return np.asarray(low + (brand - low + step) % span)

    @property
    def _long(self) -> int:
        return len(self.texts) - self.short

    def _draw(self, rng: np.random.Generator, size: int) -> Ints:
        short = self._some(rng, size, self.short)
        long = self.short + self._some(rng, size, self._long)
        return np.where(share(rng, _SHORT_SHARE, size), short, long)

    def _some(self, rng: np.random.Generator, size: int, of: int) -> Ints:
        return (rng.random(size) * of).astype(np.int64)


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
        pl.DataFrame({name: list(dict.fromkeys(characters))})
        for name, characters in (
            ("first", words().brand_first),
            ("second", words().brand_second),
            ("third", words().brand_third),
        )
    )
    pairs = first.join(second, how="cross").filter(pl.col("first") != pl.col("second"))
    short = pairs.select(pl.concat_str("first", "second")).to_series()
    short = short.filter(~short.is_in(list(words().stoplist)))
    long = short.rename("first").to_frame().join(third, how="cross")
    texts = pl.concat([short, long.select(pl.concat_str("first", "third")).to_series()])
    return Brands(texts.rename("brand"), len(short))
