"""The truth of the indicators: what the planted enterprises, lists and works add up to.

Counted from the numbers that the country is made of, never from its texts.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
import polars as pl

from reli.reference.emerging import EMERGING, INDUSTRIES
from reli.synthetic.activities import activities
from reli.synthetic.draw import Flags, Ints
from reli.synthetic.population import Country, day_number

__all__ = ["YEARS", "Planted", "industry_flags", "year_end"]

YEARS = (2019, 2020, 2021, 2022, 2023)
"""Years of which the truth is told; lists reach back as far as these years need."""
WINDOW = 3
"""Years of new registrations."""
PRIOR = 50
"""Enterprises that a province's share of emerging industries weighs in a county's."""


def year_end(year: int) -> int:
    """31 December as days since 1980."""
    return day_number(year, 12, 31)


@cache
def industry_flags() -> Flags:
    """Activity by emerging industry: what each plants."""
    return np.array([[name in row.industries for name in EMERGING] for row in activities().rows])


class Planted:
    """Counts by indicator, year, industry (综合 first) and unit."""

    def __init__(self, units: tuple[str, ...]) -> None:
        self._units = units
        self._counts: dict[tuple[str, int], Ints] = {}

    def of(self, indicator: str, year: int) -> Ints:
        """Counts of an indicator in a year: industry by unit, to be added to."""
        shape = (1 + len(EMERGING), len(self._units))
        return self._counts.setdefault((indicator, year), np.zeros(shape, np.int64))

    def add(
        self,
        indicator: str,
        year: int,
        country: Country,
        chosen: Ints,
        *,
        quantity: Ints | None = None,
        is_all: bool = False,
    ) -> None:
        """Add enterprises, each as often as `quantity` says.

        With `is_all` 综合 counts enterprises of any class, else those of the emerging industries.
        """
        counts = self.of(indicator, year)
        flags = industry_flags()[country.activity[chosen]]
        overall = np.ones(len(chosen), np.bool_) if is_all else flags.any(axis=1)
        unit = country.unit[chosen]
        times = np.ones(len(chosen), np.int64) if quantity is None else quantity
        for place, is_in in enumerate((overall, *flags.T)):
            counts[place] += _total(unit[is_in], times[is_in], len(self._units))

    def add_enterprises(self, country: Country) -> None:
        """Count the enterprises themselves: those that stand, and those newly registered."""
        counted = country.is_counted
        for year in YEARS:
            standing = np.flatnonzero(counted & country.stands(year_end(year)))
            self.add("sei_enterprises", year, country, standing)
            self.add("all", year, country, standing, is_all=True)
            first = day_number(year - WINDOW + 1)
            is_new = (country.founded >= first) & (country.founded <= year_end(year))
            self.add("new_registrations", year, country, np.flatnonzero(counted & is_new))

    def add_works(
        self,
        indicator: str,
        year: int,
        *,
        work: Ints,
        unit: Ints,
        flags: Flags,
        outside: Flags,
    ) -> None:
        """Add works by owner: once in each unit, and there once in each industry.

        Args:
            indicator: whose counts.
            year: of the counts.
            work: which work each owner has a part of.
            unit: where the owner is.
            flags: owner by emerging industry.
            outside: owners that are no enterprises; they count in 综合.
        """
        counts = self.of(indicator, year)
        overall = flags.any(axis=1) | outside
        for place, is_in in enumerate((overall, *flags.T)):
            pairs = np.unique(work[is_in] * len(self._units) + unit[is_in])
            counts[place] += np.bincount(pairs % len(self._units), minlength=len(self._units))

    def tables(self) -> Iterator[pl.DataFrame]:
        """unit, industry, year, indicator, value: what the panel would say if nothing went wrong.

        Zeros are told too. A share is told where there are enterprises.
        """
        for (indicator, year), counts in sorted(self._counts.items()):
            if indicator != "all":
                yield self._frame(indicator, year, counts.astype(np.float64))
        for year in YEARS:
            yield self._frame("sei_share", year, self._shares(year))

    def _frame(self, indicator: str, year: int, values: np.ndarray) -> pl.DataFrame:
        industries, units = pl.Series(INDUSTRIES), pl.Series(self._units)
        size = len(self._units)
        return pl.DataFrame(
            {
                "unit": pl.concat([units] * len(industries)),
                "industry": industries.gather(np.repeat(range(len(industries)), size)),
                "year": pl.Series([year], dtype=pl.Int32).new_from_index(0, size * len(industries)),
                "indicator": pl.Series([indicator]).new_from_index(0, size * len(industries)),
                "value": pl.Series(values.ravel(), nan_to_null=True),
            }
        )

    def _shares(self, year: int) -> np.ndarray:
        """100 (s + k p) / (n + k): drawn to the province's share p where enterprises are few."""
        part, whole = self.of("sei_enterprises", year), self.of("all", year)[0]
        province = np.unique([code[:2] for code in self._units], return_inverse=True)[1]
        of_province = np.array([np.bincount(province, row) for row in (*part, whole)])
        with np.errstate(invalid="ignore", divide="ignore"):
            share = (of_province[:-1] / of_province[-1])[:, province]
            found = 100 * (part + PRIOR * share) / (whole + PRIOR)
        return np.where(whole > 0, found, np.nan)


def _total(unit: Ints, times: Ints, size: int) -> Ints:
    return np.bincount(unit, times, minlength=size).astype(np.int64)
