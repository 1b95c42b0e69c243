"""The enterprises as numbers: where, what, when, called how. Texts are made from these later.

The country comes in parts of a hundred thousand enterprises, each with random numbers of its own,
so that memory does not grow with the country.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reli.reference.emerging import EMERGING
from reli.synthetic.activities import Activities, activities
from reli.synthetic.brands import Brands, brands
from reli.synthetic.draw import Flags, Ints, choose, share, stream
from reli.synthetic.landscape import Landscape, landscape
from reli.synthetic.words import words

__all__ = [
    "BRANCH", "COMPANY", "COOPERATIVE", "FIRST_DAY", "INDIVIDUAL", "KINDS", "LAST_DAY", "PART",
    "SOLE", "Country", "day_number", "invent", "parts_of",
]  # fmt: skip

KINDS = ("company", "branch", "individual", "cooperative", "sole")
COMPANY, BRANCH, INDIVIDUAL, COOPERATIVE, SOLE = range(5)
_KIND_SHARES = (0.83, 0.035, 0.07, 0.02, 0.045)

FIRST_DAY = np.datetime64("1980-01-01")
LAST_DAY = np.datetime64("2023-12-31")
_FIRST_YEAR, _LAST_YEAR = 1980, 2023
_GROWTH = 1.105
"""Registrations of a year to those of the year before."""
_DAYS = int((LAST_DAY - FIRST_DAY).astype(int))

PART = 100_000
"""Enterprises of a part."""


@dataclass(frozen=True)
class Country:
    """A part of the invented country: a row an enterprise, each column an array of numbers."""

    seed: int
    part: int
    """Number of the part, which numbers all its draws."""
    first: int
    """Number of its first enterprise in the whole country."""
    land: Landscape
    work: Activities
    brands: Brands
    group: Ints
    unit: Ints
    activity: Ints
    kind: Ints
    founded: Ints
    """Days since 1 January 1980."""
    ended: Ints
    """Days since 1 January 1980; -1 where it has not ended."""
    place_form: Ints
    """Which place a name begins with; see names."""
    brand: Ints
    former_brand: Ints
    """-1 where it never had another name."""
    trade: Ints
    legal_form: Ints
    parent: Ints
    """Of branches: the company they belong to; else -1."""

    @property
    def size(self) -> int:
        """Number of enterprises."""
        return len(self.group)

    @property
    def is_counted(self) -> Flags:
        """Whether it is a legal entity that counts."""
        return np.asarray((self.kind == COMPANY) | (self.kind == COOPERATIVE))

    def stands(self, day: int) -> Flags:
        """Whether it is founded by a day and has not ended by it."""
        return np.asarray((self.founded <= day) & ((self.ended < 0) | (self.ended > day)))

    @property
    def is_emerging(self) -> Flags:
        """Whether its activity is planted in an emerging industry."""
        return self.group < len(EMERGING)


def day_number(year: int, month: int = 1, day: int = 1) -> int:
    """Days since 1 January 1980."""
    return int((np.datetime64(f"{year}-{month:02}-{day:02}") - FIRST_DAY).astype(int))


def parts_of(enterprises: int, seed: int) -> Iterator[Country]:
    """A country, part by part."""
    parts = -(-enterprises // PART)
    for part in range(parts):
        size = min(PART, enterprises - part * PART)
        yield invent(size, seed, part, parts)


def invent(enterprises: int, seed: int, part: int = 0, parts: int = 1) -> Country:
    """Draw a part of a country: the only one, or one of several."""
    rng = stream(seed, "population", part)
    land, work, names = landscape(seed), activities(), brands()
    group, unit = land.draw(rng, enterprises)
    kind = _kinds(rng, group)
    founded = _founded(rng, enterprises)
    trade = (rng.random(enterprises) * _trade_counts()[group]).astype(np.int64)
    place_form = choose(rng, (0.55, 0.25, 0.12, 0.08), enterprises)
    legal_form = choose(rng, (0.86, 0.09, 0.05), enterprises)
    same = (unit, place_form, trade + 100 * group, legal_form, kind)
    brand = names.draw_distinct(rng, same, part, parts)
    has_former = share(rng, 0.1, enterprises) & (kind == COMPANY)
    return Country(
        seed=seed,
        part=part,
        first=part * PART,
        land=land,
        work=work,
        brands=names,
        group=group,
        unit=unit,
        activity=work.draw(rng, seed, group),
        kind=kind,
        founded=founded,
        ended=_ended(rng, founded),
        place_form=place_form,
        brand=brand,
        former_brand=np.where(has_former, names.another(rng, brand), -1),
        trade=trade,
        legal_form=legal_form,
        parent=_parents(rng, kind),
    )


def _kinds(rng: np.random.Generator, group: Ints) -> Ints:
    kind = choose(rng, _KIND_SHARES, len(group))
    is_farm = group == words().groups.index("A")
    kind = np.where(is_farm & share(rng, 0.4, len(group)), COOPERATIVE, kind)
    return np.where((kind == COOPERATIVE) & ~is_farm, COMPANY, kind)


def _trade_counts() -> Ints:
    return np.array([len(words().trades[group]) for group in words().groups], np.int64)


def _founded(rng: np.random.Generator, size: int) -> Ints:
    years = _FIRST_YEAR + choose(rng, _yearly(), size)
    starts = (years - 1970).astype("datetime64[Y]").astype("datetime64[D]") - FIRST_DAY
    return starts.astype(np.int64) + (rng.random(size) * 365).astype(np.int64)


def _yearly() -> list[float]:
    return [_GROWTH**year for year in range(_LAST_YEAR - _FIRST_YEAR + 1)]


def _ended(rng: np.random.Generator, founded: Ints) -> Ints:
    """About a third has ended: each with the same chance in every year it has stood."""
    ended = founded + 30 + rng.exponential(19.0 * 365, len(founded)).astype(np.int64)
    return np.where(ended <= _DAYS, ended, -1)


def _parents(rng: np.random.Generator, kind: Ints) -> Ints:
    companies = np.flatnonzero(kind == COMPANY)
    if not len(companies):
        return np.full(len(kind), -1, np.int64)
    drawn = companies[(rng.random(len(kind)) * len(companies)).astype(np.int64)]
    return np.where(kind == BRANCH, drawn, -1)
