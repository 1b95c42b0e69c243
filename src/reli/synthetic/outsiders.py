"""Universities and institutes: they own works and host centres, and are in no register."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from reli.classification.stems import stem
from reli.synthetic.brands import brands
from reli.synthetic.draw import Ints, gather, stream
from reli.synthetic.landscape import landscape

__all__ = ["Outsiders", "outsiders"]

_COUNT = 600
_KINDS = ("大学", "理工大学", "职业技术学院", "工业研究院", "医学研究所")


@dataclass(frozen=True)
class Outsiders:
    """Invented institutions."""

    names: pl.Series
    unit: Ints

    def draw(self, rng: np.random.Generator, size: int) -> Ints:
        """Institutions, the first ones much more often."""
        return (len(self.unit) * rng.random(size) ** 2.5).astype(np.int64)

    def located(self, codes: tuple[str, ...]) -> pl.DataFrame:
        """Name of each, and the county that it lies in."""
        return pl.DataFrame({"name": self.names, "division_code": gather(codes, self.unit)})


@cache
def outsiders(seed: int) -> Outsiders:
    """The institutions of a country; half of their names say the county."""
    land, rng = landscape(seed), stream(seed, "outsiders")
    weight = land.shares.sum(axis=0) * land.pull
    unit = rng.choice(len(land.codes), _COUNT, p=weight / weight.sum())
    brand = rng.choice(brands().starts[1], _COUNT, replace=False)
    says_county = rng.random(_COUNT) < 0.5
    places = []
    for at, is_full in zip(unit.tolist(), says_county.tolist(), strict=True):
        city, county = land.cities[at], land.names[at]
        whole = county if city in ("", county) else city + county
        places.append(whole if is_full else stem(city, "city") if city else stem(county, "county"))
    kinds = gather(_KINDS, rng.integers(0, len(_KINDS), _COUNT))
    return Outsiders(pl.Series(places) + brands().named(brand) + kinds, unit)
