"""Simulated counts: the counts as they might be if some assignments were wrong.

Errors of place and industry are drawn for whole enterprises: one that is misplaced, or not of the
industry, takes all its entries along. Errors of links are drawn entry by entry. A draw touches only
what it finds wrong, so that it is cheap where errors are rare.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reli.pipeline.error_rates import MISSED, ErrorRates

__all__ = ["Holdings", "holdings_of", "redrawn"]

Whole = NDArray[np.int64]
Places = NDArray[np.intp]
Rates = Mapping[tuple[str, str], float]


class Picked(NamedTuple):
    """Members picked from lots: the lot of each, and its number within the lot."""

    lot: Places
    member: Places


@dataclass(frozen=True)
class Lots:
    """Groups (lots) of members that are alike; each lot belongs to one class of evidence.

    Attributes:
        kind: place, industry or link.
        names: the classes.
        order: the lots, those of one class together.
        ends: up to each lot in that order, how many members there are.
        starts: by class, how many members stand before it; one more at the end.
        size: members by lot.
    """

    kind: str
    names: tuple[str, ...]
    order: Places
    ends: Places
    starts: Places
    size: Places

    @classmethod
    def of(cls, kind: str, classes: pl.Series, size: Places) -> Self:
        """Lots with their classes and sizes."""
        names, which = _numbered(classes)
        order = np.argsort(which, kind="stable")
        ends = size[order].cumsum()
        by_class = np.bincount(which, size, len(names)).astype(np.intp)
        starts = np.concatenate([[0], by_class.cumsum()]).astype(np.intp)
        return cls(kind, names, order, ends, starts, size)

    def wrong(self, drawn: Rates, rng: np.random.Generator) -> Picked:
        """Members drawn to be wrong, independently, each with the error rate of its class."""
        found = [np.zeros(0, np.intp)]
        for place, name in enumerate(self.names):
            start, count = self.starts[place], self.starts[place + 1] - self.starts[place]
            some = rng.binomial(count, drawn[self.kind, name])
            found.append(start + rng.choice(count, some, replace=False, shuffle=False))
        return self._members(np.concatenate(found))

    def missed(self, drawn: Rates, rng: np.random.Generator) -> Places:
        """Lots that stand for what was missed, drawn from those with evidence, with replacement."""
        rate = drawn[self.kind, MISSED]
        first = self.starts[1] if self.names and not self.names[0] else 0
        count = self.starts[-1] - first
        some = rng.poisson(count * rate / (1 - rate)) if count else 0
        return self._members(first + rng.integers(0, max(count, 1), some)).lot

    def _members(self, numbers: Places) -> Picked:
        at = np.searchsorted(self.ends, numbers, side="right")
        lot = self.order[at]
        return Picked(lot, numbers - (self.ends[at] - self.size[lot]))


@dataclass(frozen=True)
class Holdings:
    """Who holds what in one index: cohorts of enterprises that are alike, and their entries.

    Attributes:
        indicators: codes.
        units: how many units there are.
        unit: by cohort, the place of its unit.
        firms: by cohort, how many enterprises.
        places, industries: the cohorts as lots of enterprises, by class.
        first: by cohort, its first entry; one more at the end.
        indicator: by entry, which.
        each: by entry, how much of it each enterprise of the cohort holds.
        links: the entries as lots of enterprises, by class of the link.
    """

    indicators: tuple[str, ...]
    units: int
    unit: Places
    firms: Places
    places: Lots
    industries: Lots
    first: Places
    indicator: Places
    each: Places
    links: Lots

    @property
    def cohort(self) -> Places:
        """By entry, whose it is."""
        return np.repeat(np.arange(len(self.firms)), np.diff(self.first))

    @property
    def counted(self) -> Whole:
        """What was counted: indicators by units."""
        cohort = self.cohort
        return self._sum(self.indicator, self.unit[cohort], self.each * self.firms[cohort])

    def held(self, cohorts: Places, units: Places) -> Whole:
        """What one enterprise of each given cohort holds, counted in the given units."""
        sizes = np.diff(self.first)[cohorts]
        entry = np.repeat(self.first[cohorts] - (sizes.cumsum() - sizes), sizes)
        entry += np.arange(len(entry))
        return self._sum(self.indicator[entry], np.repeat(units, sizes), self.each[entry])

    def entries(self, entry: Places) -> Whole:
        """The given entries, of one enterprise each, counted in their own units."""
        cohort = np.searchsorted(self.first, entry, side="right") - 1
        return self._sum(self.indicator[entry], self.unit[cohort], self.each[entry])

    def _sum(self, indicator: Places, unit: Places, number: Places) -> Whole:
        size = len(self.indicators) * self.units
        found = np.bincount(indicator * self.units + unit, number, size)
        return found.astype(np.int64).reshape(-1, self.units)


def holdings_of(cohorts: pl.DataFrame, units: Sequence[str]) -> Holdings:
    """Who holds what in one index; units in the order given, others left out.

    Args:
        cohorts: rows of COHORTS of one industry. An entry without a cohort is for itself.
        units: those of the panel.
    """
    place = pl.DataFrame({"unit": units, "row": np.arange(len(units))})
    known = cohorts.join(place, on="unit").with_row_index("own")
    alone = pl.col("cohort").is_null()
    # Numbers of cohorts are whole; those of entries for themselves follow the highest.
    number = pl.when(alone).then(pl.col("own") + pl.col("cohort").max().fill_null(0) + 1)
    known = known.with_columns(cohort=number.otherwise(pl.col("cohort")))
    known = known.sort("row", "cohort", "indicator", "link")
    starts = known.select(pl.struct("row", "cohort").rle_id().alias("at"))["at"].to_numpy()
    first = np.flatnonzero(np.diff(starts, prepend=-1))
    heads = known[first]
    firms = heads["firms"].to_numpy().astype(np.intp)
    indicators, which = _numbered(known["indicator"])
    of = firms[starts]
    return Holdings(
        indicators=indicators,
        units=len(units),
        unit=heads["row"].to_numpy().astype(np.intp),
        firms=firms,
        places=Lots.of("place", heads["place"], firms),
        industries=Lots.of("industry", heads["rule"], firms),
        first=np.append(first, len(known)).astype(np.intp),
        indicator=which,
        each=known["quantity"].to_numpy().astype(np.intp) // of,
        links=Lots.of("link", known["link"], of),
    )


def _numbered(names: pl.Series) -> tuple[tuple[str, ...], Places]:
    """The different names in order, and the number of each among them."""
    different = names.unique().sort()
    numbers = names.cast(pl.Enum(different)).to_physical()
    return tuple(different), numbers.to_numpy().astype(np.intp)


def redrawn(
    held: Holdings, pools: Places, rates: ErrorRates, rng: np.random.Generator
) -> dict[str, Whole]:
    """One draw of the true counts: by indicator, the difference from what was counted.

    An error rate is drawn for each class. With the rate of its place, an enterprise is misplaced:
    it moves with all its entries to a unit of the same pool, chosen in proportion to the units'
    enterprises. With the rate of its rule, it is not of the industry: all its entries are removed.
    An entry of the other enterprises is removed with the rate of its link. Enterprises and entries
    that were missed are added, their number drawn from a Poisson distribution.

    Args:
        held: who holds what.
        pools: number of the pool (the city) of each unit.
        rates: measured.
        rng: random numbers.
    """
    lots = (held.places, held.industries, held.links)
    names = {(each.kind, name) for each in lots for name in each.names}
    drawn = {
        (kind, name): float(rates.draw(kind, [name], rng)[0])
        for kind, name in sorted(names | {("industry", MISSED), ("link", MISSED)})
    }
    moved, none = held.places.wrong(drawn, rng), held.industries.wrong(drawn, rng)
    gone = _firms(held, none)
    is_only_gone = ~np.isin(gone, _firms(held, moved))
    outside, gone = none.lot[is_only_gone], gone[is_only_gone]
    unlinked = _still(held, held.links.wrong(drawn, rng), np.append(_firms(held, moved), gone))
    found, more = held.industries.missed(drawn, rng), held.links.missed(drawn, rng)
    change = held.held(moved.lot, _settled(held, moved.lot, pools, rng))
    change -= held.held(moved.lot, held.unit[moved.lot])
    change -= held.held(outside, held.unit[outside])
    change -= held.entries(unlinked)
    change += held.held(found, held.unit[found]) + held.entries(more)
    return dict(zip(held.indicators, change, strict=True))


def _firms(held: Holdings, picked: Picked) -> Places:
    """Numbers of enterprises among all."""
    return (held.firms.cumsum() - held.firms)[picked.lot] + picked.member


def _still(held: Holdings, wrong: Picked, others: Places) -> Places:
    """Entries with a wrong link, without those of enterprises that were moved or removed."""
    cohort = np.searchsorted(held.first, wrong.lot, side="right") - 1
    return wrong.lot[~np.isin(_firms(held, Picked(cohort, wrong.member)), others)]


def _settled(held: Holdings, moved: Places, pools: Places, rng: np.random.Generator) -> Places:
    """The true units of misplaced enterprises, drawn within each pool by number of enterprises."""
    order = np.argsort(pools, kind="stable")
    weight = np.bincount(held.unit, held.firms, held.units)[order]
    ends = np.append(0.0, weight.cumsum())
    low = np.searchsorted(pools[order], pools[held.unit[moved]], side="left")
    high = np.searchsorted(pools[order], pools[held.unit[moved]], side="right")
    mark = ends[low] + rng.random(len(moved)) * (ends[high] - ends[low])
    found: Places = order[np.searchsorted(ends, mark, side="right") - 1]
    return found
