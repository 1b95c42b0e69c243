"""Counts drawn anew from what the evidence leaves open: places, industries, links."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reli.pipeline.error_rates import KINDS, MISSED, ErrorRates

__all__ = ["Counts", "counts_of", "redrawn"]

Whole = NDArray[np.int64]
Places = NDArray[np.intp]
_CLASSES = {"place": "place", "industry": "rule", "link": "link"}


@dataclass(frozen=True)
class Counts:
    """Entries of one indicator in one index: a number for each unit and combination of classes.

    Attributes:
        unit: place of the unit of each number.
        quantity: how many entries.
        classes: by kind (place, industry, link), the classes that there are.
        which: by kind, the place of each number's class among them.
        units: how many units there are.
    """

    unit: Places
    quantity: Whole
    classes: Mapping[str, tuple[str, ...]]
    which: Mapping[str, Places]
    units: int

    def by_unit(self, numbers: Whole) -> Whole:
        """Sums of numbers, one for each combination, by unit."""
        return np.bincount(self.unit, numbers, self.units).astype(np.int64)

    @cached_property
    def total(self) -> Whole:
        """What was counted, by unit."""
        return self.by_unit(self.quantity)


def counts_of(evidence: pl.DataFrame, units: tuple[str, ...]) -> dict[str, Counts]:
    """Counts by indicator of one index; units in the order given, others left out.

    Args:
        evidence: rows of EVIDENCE of one industry.
        units: those of the panel.
    """
    place = pl.DataFrame({"unit": units, "row": np.arange(len(units))})
    known = evidence.join(place, on="unit").sort("indicator", "row", *_CLASSES.values())
    parts = known.group_by("indicator", maintain_order=True)
    return {str(code): _counts(part, len(units)) for (code,), part in parts}


def _counts(part: pl.DataFrame, units: int) -> Counts:
    classes, which = {}, {}
    for kind, name in _CLASSES.items():
        names, places = np.unique(part[name].to_numpy(), return_inverse=True)
        classes[kind], which[kind] = tuple(map(str, names)), places.astype(np.intp)
    row, quantity = (part[name].to_numpy() for name in ("row", "quantity"))
    return Counts(row.astype(np.intp), quantity.astype(np.int64), classes, which, units)


def redrawn(
    counts: Mapping[str, Counts],
    pools: Places,
    rates: ErrorRates,
    rng: np.random.Generator,
) -> Iterator[tuple[str, Whole]]:
    """One draw of what the counts of each indicator might be in truth.

    For each class a rate is drawn; each entry is misplaced with the rate of its place and then
    belongs to another unit of the same pool, in proportion to what these have; it is no entry at
    all with the rates of its industry and link; and entries that were missed are added, Poisson.
    Each indicator is drawn by itself.

    Args:
        counts: by indicator.
        pools: number of the pool (the city) of each unit.
        rates: measured.
        rng: random numbers.
    """
    drawn: dict[tuple[str, str], float] = {}
    names = {
        (kind, name) for each in counts.values() for kind in KINDS for name in each.classes[kind]
    }
    for kind, name in sorted(names | {(kind, MISSED) for kind in ("industry", "link")}):
        drawn[kind, name] = float(rates.draw(kind, [name], rng)[0])
    for indicator, each in counts.items():
        yield indicator, _one(each, pools, drawn, rng)


def _one(
    counts: Counts,
    pools: Places,
    drawn: Mapping[tuple[str, str], float],
    rng: np.random.Generator,
) -> Whole:
    place, industry, link = (
        np.array([drawn[kind, name] for name in counts.classes[kind]])[counts.which[kind]]
        for kind in KINDS
    )
    leaving = rng.binomial(counts.quantity, place)
    staying = rng.binomial(counts.quantity - leaving, (1 - industry) * (1 - link))
    found = counts.by_unit(staying)
    found += _settled(counts.by_unit(leaving), counts.total, pools, rng)
    kinds = [kind for kind in ("industry", "link") if any(counts.classes[kind])]
    missed = sum(drawn[kind, MISSED] / (1 - drawn[kind, MISSED]) for kind in kinds)
    some = np.flatnonzero(found)
    found[some] += rng.poisson(found[some] * missed)
    return found


def _settled(leaving: Whole, total: Whole, pools: Places, rng: np.random.Generator) -> Whole:
    """Where misplaced entries belong: in their pool, in proportion to what its units have."""
    arriving = np.zeros_like(leaving)
    for pool in np.unique(pools[leaving > 0]):
        members = np.flatnonzero(pools == pool)
        share = total[members] / total[members].sum()
        arriving[members] = rng.multinomial(int(leaving[members].sum()), share)
    return arriving
