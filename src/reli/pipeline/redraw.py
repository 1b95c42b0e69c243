"""Counts drawn anew from what the evidence leaves open: places, industries, links.

What is drawn is enterprises: one that is misplaced, or not of the industry, takes all its entries
along. Only what is drawn to be wrong is touched, so that a draw costs as little as errors are rare.
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
    """Some of the members of lots: which lot, and which of its members."""

    lot: Places
    member: Places


@dataclass(frozen=True)
class Lots:
    """Lots of members that are alike, each lot of one class.

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
        """Members that are wrong, each with the rate of its class, apart from each other."""
        found = [np.zeros(0, np.intp)]
        for place, name in enumerate(self.names):
            start, count = self.starts[place], self.starts[place + 1] - self.starts[place]
            some = rng.binomial(count, drawn[self.kind, name])
            found.append(start + rng.choice(count, some, replace=False, shuffle=False))
        return self._members(np.concatenate(found))

    def missed(self, drawn: Rates, rng: np.random.Generator) -> Places:
        """Lots like those that were missed; any that rests on something may be like it, again."""
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
        """All that one enterprise of each of these cohorts holds, put into these units."""
        sizes = np.diff(self.first)[cohorts]
        entry = np.repeat(self.first[cohorts] - (sizes.cumsum() - sizes), sizes)
        entry += np.arange(len(entry))
        return self._sum(self.indicator[entry], np.repeat(units, sizes), self.each[entry])

    def entries(self, entry: Places) -> Whole:
        """Entries of one enterprise each, in their own units."""
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
    """One draw of what the counts might be in truth: by indicator, what it adds to the counted.

    For each class a rate is drawn. Each enterprise is misplaced with the rate of its place, and
    then belongs, with all its entries, to a unit of the same pool, in proportion to the enterprises
    that these have; or is not of the industry, with the rate of its rule, and all its entries go.
    Of the others, each entry is none with the rate of its link. Enterprises and entries that were
    missed come beside, Poisson, like those that were found.

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
    """Entries with a wrong link, but for those of enterprises that went with all they hold."""
    cohort = np.searchsorted(held.first, wrong.lot, side="right") - 1
    return wrong.lot[~np.isin(_firms(held, Picked(cohort, wrong.member)), others)]


def _settled(held: Holdings, moved: Places, pools: Places, rng: np.random.Generator) -> Places:
    """Units to which misplaced enterprises belong: of their pool, by how many these have."""
    order = np.argsort(pools, kind="stable")
    weight = np.bincount(held.unit, held.firms, held.units)[order]
    ends = np.append(0.0, weight.cumsum())
    low = np.searchsorted(pools[order], pools[held.unit[moved]], side="left")
    high = np.searchsorted(pools[order], pools[held.unit[moved]], side="right")
    mark = ends[low] + rng.random(len(moved)) * (ends[high] - ends[low])
    found: Places = order[np.searchsorted(ends, mark, side="right") - 1]
    return found
