"""Which industries go together, and which would fit a place next (错位发展)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
Bits = NDArray[np.uint8]
"""Eight flags a byte."""

ROUNDS = 2
"""Partners that each place has between two draws of the null model."""

EXCHANGES = 8
"""Exchanges that each of its industries may take part in with each partner."""


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
    from scipy import stats

    # Of a country without any enterprise there is no share, and nothing is found.
    share = counts.sum(axis=0) / max(counts.sum(), 1)
    totals = counts.sum(axis=1)[:, None]
    found: Matrix = stats.binom.sf(counts - 1, totals, share)
    return np.where(totals > 0, found, np.nan)


def proximity(has: Flags) -> Matrix:
    """Proximity of industries: min(P(i | j), P(j | i)) over places that specialise in them.

    Hidalgo, Klinger, Barabási and Hausmann, Science 317 (2007), equation 1. The diagonal is 0: an
    industry tells nothing of itself. NaN where nobody specialises in an industry.
    """
    flags = has.astype(np.float64)
    together, ubiquity = flags.T @ flags, flags.sum(axis=0)
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
        found: Matrix = has.astype(np.float64) @ (known / known.sum(axis=0))
    return found


def shuffled(
    has: Flags,
    random: np.random.Generator,
    rounds: int = ROUNDS,
    takes_part: Flags | None = None,
) -> Flags:
    """Another table of specialisations with the same sums of rows and of columns.

    Two places, of which each has one of two industries that the other lacks, exchange them or do
    not, evenly: in the long run all tables are equally likely (the swaps of Gotelli, Ecology 81,
    2000). Disjoint pairs of places and of industries exchange at the same time; with `takes_part`,
    these places among themselves and the others likewise.
    """
    table = np.array(has.T, order="C")
    part = np.ones(len(has), bool) if takes_part is None else takes_part
    lots = [np.flatnonzero(part), np.flatnonzero(~part)]
    for _ in range(rounds):
        pairs = [_paired(random.permutation(lot)) for lot in lots]
        one, other = np.concatenate(pairs, axis=1)
        first, second = (np.packbits(table.take(side, axis=1), axis=1) for side in (one, other))
        exchanged = _exchanged(first, second, random)
        for side, packed in zip((one, other), exchanged, strict=True):
            table[:, side] = np.unpackbits(packed, axis=1, count=len(side)).view(bool)
    return table.T


def _paired(order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Pairs of what stands in order; an odd one out has no partner."""
    half = len(order) // 2
    return np.stack([order[:half], order[half : 2 * half]])


def _exchanged(one: Bits, other: Bits, random: np.random.Generator) -> tuple[Bits, Bits]:
    """Industries by pairs of places, a bit each, after exchanges between the two of each pair."""
    for _ in range(EXCHANGES):
        left, right = _paired(random.permutation(len(one)))
        first, second = one[left], one[right]
        may = (first ^ second) & (first ^ other[left]) & (second ^ other[right])
        coins = np.frombuffer(random.bytes(may.size), np.uint8).reshape(may.shape)
        does = may & coins
        for side in (left, right):
            one[side] ^= does
            other[side] ^= does
    return one, other


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

    The null model keeps how many industries each place specialises in, and how many places each
    industry has among those that take part and among the others; only who goes with whom is left
    to chance.

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
    table = shuffled(has, random, 20 * ROUNDS, takes_part)
    for _ in range(draws):
        table = shuffled(table, random, takes_part=takes_part)
        near_tally.add(proximity(table[takes_part]))
        density_tally.add(relatedness_density(table, near))
    return Related(
        has, near, near_tally.mean, near_tally.p, density, density_tally.mean, density_tally.p
    )


class _Tally:
    """How often draws reach what was observed, and their mean."""

    def __init__(self, observed: Matrix) -> None:
        self._observed = observed - 1e-12
        self._reached = np.zeros(observed.shape, np.int32)
        self._sum = np.zeros(observed.shape)
        self._draws = 0

    def add(self, drawn: Matrix) -> None:
        # What has no value has none in any draw: sums of columns stay.
        self._reached += drawn >= self._observed
        self._sum += drawn
        self._draws += 1

    @property
    def mean(self) -> Matrix:
        return self._sum / self._draws

    @property
    def p(self) -> Matrix:
        found: Matrix = (self._reached + 1) / (self._draws + 1)
        return np.where(np.isnan(self._observed), np.nan, found)


def false_discovery(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """P-values adjusted for their number: the rate of false discoveries up to each.

    Benjamini and Hochberg, Journal of the Royal Statistical Society B 57 (1995). Of the values
    that are no NaN.
    """
    from scipy import stats

    found = np.full(p.shape, np.nan)
    there = ~np.isnan(p)
    if there.any():
        found[there] = stats.false_discovery_control(p[there])
    return found
