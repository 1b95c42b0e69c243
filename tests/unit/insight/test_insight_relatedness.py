"""Quotients, proximity and density by hand; the null model keeps what it must."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from reli.insight.relatedness import (
    false_discovery,
    location_quotient,
    proximity,
    related,
    relatedness_density,
    revealed_advantage,
    shuffled,
    surprise,
)

COUNTS = np.array([[30.0, 10.0, 0.0], [10.0, 40.0, 10.0]])
"""Two places, three industries: 40 and 60 enterprises of 100; industries 40, 50, 10."""


def test_location_quotient_by_hand():
    # (30/40) / (40/100) = 1.875; (10/40) / (50/100) = 0.5; 0.
    # (10/60) / 0.4 = 0.41667; (40/60) / 0.5 = 1.3333; (10/60) / 0.1 = 1.6667.
    expected = [[1.875, 0.5, 0.0], [5 / 12, 4 / 3, 5 / 3]]
    assert revealed_advantage(COUNTS) == pytest.approx(np.array(expected))


def test_location_quotient_against_the_whole_economy():
    # Of 200 and 300 enterprises: (30/200) / (40/500) = 1.875; (40/300) / (50/500) = 1.3333.
    found = location_quotient(COUNTS, np.array([200.0, 300.0]))
    assert found[0, 0] == pytest.approx(1.875)
    assert found[1, 1] == pytest.approx(4 / 3)


def test_a_place_without_anything_has_no_quotient():
    found = location_quotient(np.array([[1.0, 1.0], [0.0, 0.0]]))
    assert np.isnan(found[1]).all() and (found[0] == 1).all()


def test_surprise_is_the_upper_tail_of_the_binomial():
    # Share of the first industry 0.5. Two of two: 1/4; one of two or more: 3/4; none or more: 1.
    found = surprise(np.array([[2.0, 0.0], [0.0, 2.0]]))
    assert found == pytest.approx(np.array([[0.25, 1.0], [1.0, 0.25]]))
    assert surprise(np.array([[1.0, 1.0], [1.0, 1.0]]))[0, 0] == pytest.approx(0.75)
    assert np.isnan(surprise(np.zeros((2, 2)))).all()


HAS = np.array(
    [
        [True, True, False],
        [True, True, False],
        [True, False, True],
        [False, False, True],
    ]
)
"""Four places: industry 0 in three, 1 in two, 2 in two."""


def test_proximity_by_hand():
    # 0 and 1 together twice: min(2/3, 2/2) = 2/3. 0 and 2 once: min(1/3, 1/2) = 1/3. 1 and 2: 0.
    expected = [[0, 2 / 3, 1 / 3], [2 / 3, 0, 0], [1 / 3, 0, 0]]
    assert proximity(HAS) == pytest.approx(np.array(expected))


def test_density_by_hand():
    # What is near to 0: 1 by 2/3, 2 by 1/3. To 1: 0 alone. To 2: 0 alone.
    # Place 3 has only 2: for 0 it has 1/3 of 1; for 1 nothing.
    found = relatedness_density(HAS, proximity(HAS))
    assert found == pytest.approx(
        np.array([[2 / 3, 1, 1], [2 / 3, 1, 1], [1 / 3, 1, 1], [1 / 3, 0, 0]])
    )


def test_an_industry_of_nobody_is_near_to_nothing():
    has = np.column_stack([HAS, np.zeros(4, bool)])
    near = proximity(has)
    assert np.isnan(near[:3, 3]).all()
    assert np.isnan(relatedness_density(has, near)[:, 3]).all()


@settings(max_examples=30)
@given(st.integers(2, 12), st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_shuffling_keeps_both_margins(places, industries, seed):
    random = np.random.default_rng(seed)
    has = random.random((places, industries)) < 0.4
    other = shuffled(has, random)
    assert (other.sum(axis=0) == has.sum(axis=0)).all()
    assert (other.sum(axis=1) == has.sum(axis=1)).all()


def tables_with(rows, columns):
    """All tables of flags with these sums."""
    lines = list(itertools.product([0, 1], repeat=len(columns)))
    options = [[line for line in lines if sum(line) == total] for total in rows]
    found = (np.array(table, bool) for table in itertools.product(*options))
    return [table for table in found if table.sum(axis=0).tolist() == columns]


@pytest.mark.parametrize(
    ("rows", "columns", "count"),
    [
        ([1, 1, 1], [1, 1, 1], 6),
        ([2, 2, 1], [2, 1, 1, 1], 12),
        ([3, 2, 2, 1], [2, 2, 2, 1, 1], 117),
    ],
)
def test_shuffling_reaches_every_table_alike(rows, columns, count):
    every = tables_with(rows, columns)
    assert len(every) == count
    random = np.random.default_rng(1)
    table, seen = every[0], {each.tobytes(): 0 for each in every}
    for _ in range(10 * count + 600):
        # Enough exchanges that draws are independent, as the test of frequencies wants them.
        table = shuffled(table, random, 4)
        seen[np.ascontiguousarray(table).tobytes()] += 1
    assert stats.chisquare(list(seen.values())).pvalue > 0.001


def test_places_that_take_part_exchange_among_themselves():
    random = np.random.default_rng(2)
    has, part = random.random((40, 5)) < 0.4, np.arange(40) < 25
    before = has.copy()
    other = shuffled(has, random, takes_part=part)
    assert (other != has).any() and (has == before).all()
    assert (other[part].sum(axis=0) == has[part].sum(axis=0)).all()
    assert (other.sum(axis=1) == has.sum(axis=1)).all()


def test_planted_pairs_are_found_and_noise_is_not():
    random = np.random.default_rng(5)
    has = random.random((300, 6)) < 0.3
    has[:, 1] = has[:, 0] ^ (random.random(300) < 0.1)
    found = related(has, np.ones(300, bool), draws=199)
    assert found.near_p[0, 1] == 1 / 200
    others = [found.near_p[one, other] for one in range(6) for other in range(one)]
    assert sum(p < 0.02 for p in others) <= 2
    # Who has 0 has what is near to 1, more than by lot.
    with_zero = has[:, 0] & ~has[:, 1]
    without = ~has[:, 0] & ~has[:, 1]
    assert found.density[with_zero, 1].mean() > found.density[without, 1].mean() + 0.2


def test_the_seed_decides():
    one, other = (related(HAS, np.ones(4, bool), draws=19, seed=3) for _ in range(2))
    assert (one.density_p == other.density_p).all()


def test_false_discovery_by_hand():
    # Benjamini-Hochberg with m = 4: 0.01 x 4/1, 0.02 x 4/2, 0.03 x 4/3, 0.5; a NaN stays out.
    found = false_discovery(np.array([0.02, 0.01, np.nan, 0.5, 0.03]))
    assert found == pytest.approx(np.array([0.04, 0.04, np.nan, 0.5, 0.04]), nan_ok=True)
