"""Which industries go together, and which would fit a place next (错位发展)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = [
    "Related",
    "false_discovery",
    "location_quotient",
    "proximity",
    "related",
    "relatedness_density",
    "revealed_advantage",
    "shuffled",
    "surprise",
]

Matrix = NDArray[np.float64]
"""Places by industries."""

Flags = NDArray[np.bool_]

ROUNDS = 6
"""Exchanges that each place takes part in between two draws of the null model."""


def location_quotient(counts: Matrix, totals: NDArray[np.float64] | None = None) -> Matrix:
    """Share of an industry in a place over its share in all places: (x_pi / x_p) / (x_i / x).

    Above 1 the place has more of the industry than its size leads to expect (Isard, Methods of
    Regional Analysis, 1960, ch. 7).

    Args:
        counts: enterprises, places by industries.
        totals: all enterprises of each place, whatever their industry; without them, the sum over
            the industries given.

    Returns:
        A quotient a cell; NaN in places without any enterprise and in industries without any.
    """
    whole = counts.sum(axis=1) if totals is None else totals
    with np.errstate(divide="ignore", invalid="ignore"):
        here = counts / whole[:, None]
        everywhere = counts.sum(axis=0) / whole.sum()
        found: Matrix = np.where(whole[:, None] > 0, here / everywhere, np.nan)
    return found


def revealed_advantage(counts: Matrix) -> Matrix:
    """Revealed comparative advantage: the location quotient within the industries given.

    Balassa, The Manchester School 33 (1965); here of enterprises instead of exports.
    """
    return location_quotient(counts)


def surprise(counts: Matrix) -> Matrix:
    """Chance of as many enterprises or more, were each drawn by the national shares alone.

    Upper tail of the binomial with the place's total and the industry's national share: what a
    quotient of 4 from two enterprises is worth.
    """
    share = counts.sum(axis=0) / counts.sum()
    totals = counts.sum(axis=1)[:, None]
    found: Matrix = stats.binom.sf(counts - 1, totals, share)
    return np.where(totals > 0, found, np.nan)


def proximity(has: Flags) -> Matrix:
    """Proximity of industries: min(P(i | j), P(j | i)) over places that specialise in them.

    Hidalgo, Klinger, Barabási and Hausmann, Science 317 (2007), equation 1. The diagonal is 0: an
    industry tells nothing of itself. NaN where nobody specialises in an industry.
    """
    together = has.T.astype(np.float64) @ has
    ubiquity = has.sum(axis=0).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Matrix = together / np.maximum(ubiquity[:, None], ubiquity[None, :])
    found[:, ubiquity == 0] = np.nan
    found[ubiquity == 0, :] = np.nan
    np.fill_diagonal(found, 0.0)
    return found


def relatedness_density(has: Flags, near: Matrix) -> Matrix:
    """Share of what is near to an industry that the place has: sum_j M_pj phi_ij / sum_j phi_ij.

    Hidalgo et al. (2007), equation 2, over all other industries. 0 to 1; NaN where nothing is
    near.
    """
    known = np.nan_to_num(near)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Matrix = (has @ known) / known.sum(axis=0)
    return found


def shuffled(has: Flags, random: np.random.Generator, rounds: int = ROUNDS) -> Flags:
    """Another table of specialisations with the same sums of rows and of columns.

    Curveball exchange (Strona et al., Nature Communications 5, 2014): two places put together what
    only one of them has and deal it out anew. Disjoint pairs exchange at the same time.
    """
    table = has.copy()
    half = len(table) // 2
    for _ in range(rounds):
        order = random.permutation(len(table))
        one, other = order[:half], order[half : 2 * half]
        differ = table[one] ^ table[other]
        keep = (table[one] & differ).sum(axis=1)
        # What differs is dealt by lot: the `keep` lowest lots go to the first place.
        lots = np.where(differ, random.random(differ.shape), 2.0)
        last = np.take_along_axis(np.sort(lots, axis=1), keep[:, None] - 1, axis=1)
        dealt = differ & (lots <= np.where(keep[:, None] > 0, last, -1.0))
        both = table[one] & table[other]
        table[one], table[other] = both | dealt, both | (differ & ~dealt)
    return table


@dataclass(frozen=True)
class Related:
    """Specialisations, proximities and densities with what the null model makes of them."""

    has: Flags
    near: Matrix
    near_expected: Matrix
    near_p: Matrix
    """Chance of a proximity as high in the null model, one-sided."""
    density: Matrix
    density_expected: Matrix
    density_p: Matrix


def related(has: Flags, takes_part: Flags, *, draws: int = 499, seed: int = 1) -> Related:
    """Proximities and densities, beside those of shuffled specialisations.

    The null model keeps how many industries each place specialises in and how many places each
    industry has; only who goes with whom is left to chance.

    Args:
        has: whether a place specialises in an industry.
        takes_part: places that the proximities are learnt from; the others have a density only.
        draws: tables drawn from the null model; p-values are multiples of 1 / (draws + 1).
        seed: the same seed gives the same p-values.
    """
    random = np.random.default_rng(seed)
    chosen = has[takes_part]
    near = proximity(chosen)
    density = relatedness_density(has, near)
    near_tally, density_tally = _Tally(near), _Tally(density)
    learnt, table = shuffled(chosen, random, 10 * ROUNDS), shuffled(has, random, 10 * ROUNDS)
    for _ in range(draws):
        learnt, table = shuffled(learnt, random), shuffled(table, random)
        near_tally.add(proximity(learnt))
        density_tally.add(relatedness_density(table, near))
    return Related(
        has, near, near_tally.mean, near_tally.p, density, density_tally.mean, density_tally.p
    )


class _Tally:
    """How often draws reach what was observed, and their mean."""

    def __init__(self, observed: Matrix) -> None:
        self._observed = observed - 1e-12
        self._reached = np.zeros(observed.shape)
        self._sum, self._defined = np.zeros(observed.shape), np.zeros(observed.shape)
        self._draws = 0

    def add(self, drawn: Matrix) -> None:
        self._reached += drawn >= self._observed
        self._sum += np.nan_to_num(drawn)
        self._defined += ~np.isnan(drawn)
        self._draws += 1

    @property
    def mean(self) -> Matrix:
        with np.errstate(invalid="ignore"):
            found: Matrix = self._sum / self._defined
        return found

    @property
    def p(self) -> Matrix:
        found: Matrix = (self._reached + 1) / (self._draws + 1)
        return np.where(np.isnan(self._observed), np.nan, found)


def false_discovery(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """P-values adjusted for their number: the rate of false discoveries up to each.

    Benjamini and Hochberg, Journal of the Royal Statistical Society B 57 (1995). Of the values
    that are no NaN.
    """
    found = np.full(p.shape, np.nan)
    there = ~np.isnan(p)
    if there.any():
        found[there] = stats.false_discovery_control(p[there])
    return found
