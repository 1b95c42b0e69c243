"""What must hold of scores whatever the numbers."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reli.index import parse_framework, parse_recipe, ranks, score
from reli.index.aggregate import arithmetic, combine
from reli.index.normalise import hurdle_rank, minmax, percentile_rank, rank_ascending
from reli.index.treat import is_acceptable, log1p_scaled, quantile, winsorise

TREE = parse_framework(
    """
[[node]]
code = "index"
[[node]]
code = "p"
parent = "index"
weight = 2
[[node]]
code = "q"
parent = "index"
[[node]]
code = "a"
parent = "p"
[[node]]
code = "b"
parent = "p"
direction = -1
[[node]]
code = "c"
parent = "q"
weight = 3
""",
    "tree",
)
UNITS = tuple("abcdefg")
NUMBERS = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
VECTORS = arrays(float, len(UNITS), elements=NUMBERS, unique=True)
GAPPY = arrays(float, len(UNITS), elements=NUMBERS | st.just(float("nan")))
COUNTS = arrays(float, len(UNITS), elements=st.integers(0, 1000).map(float))
MATRICES = arrays(float, (6, 3), elements=st.floats(0.5, 100).map(lambda x: round(x, 2)))
WEIGHTS = arrays(float, 3, elements=st.floats(0.1, 10))
MEANS = ("arithmetic", "geometric", "harmonic", "median")
RECIPES = [
    f'[[step]]\ndo = "normalise"\nmethod = "{normalise}"\n'
    f'[[step]]\ndo = "aggregate"\nmethod = "{aggregate}"'
    for normalise in ("minmax", "zscore", "rank")
    for aggregate in ("arithmetic", "median", "copeland", "topsis")
]


def run(panel, recipe=RECIPES[0], units=UNITS, tree=TREE):
    return score(panel, units, tree, parse_recipe(recipe, "recipe"))


@given(VECTORS)
def test_normalising_keeps_the_order(x):
    order = np.argsort(x)
    for y in (minmax(x, x.min(), x.max()), rank_ascending(x), percentile_rank(x)):
        assert (np.diff(y[order]) >= 0).all()


@given(arrays(float, 9, elements=st.integers(0, 4).map(float) | st.just(float("nan"))))
def test_ranks_are_one_more_than_the_number_of_lower_values(x):
    plain = [np.nan if np.isnan(each) else 1.0 + (x < each).sum() for each in x]
    assert np.array_equal(rank_ascending(x), plain, equal_nan=True)


@given(VECTORS, st.floats(0, 1))
def test_quantiles_are_those_of_numpy(x, share):
    assert quantile(np.sort(x), share) == pytest.approx(np.quantile(x, share), rel=1e-12, abs=1e-9)


@given(st.permutations([1e16, 1.0, -1e16, 3.0, 0.1]))
def test_sums_lose_nothing_to_rounding(numbers):
    # Added one after the other, the small ones vanish beside 1e16.
    x = np.array([numbers])
    assert arithmetic(x, np.ones_like(x))[0] == pytest.approx(math.fsum(numbers), rel=1e-15)


@given(COUNTS)
def test_hurdle_ranks_and_logs_keep_the_order_and_zero(x):
    assume(x.any())
    order = np.argsort(x, kind="stable")
    logs = log1p_scaled(x, float(np.median(x[x > 0])))
    for y in (hurdle_rank(x), logs):
        assert (np.diff(y[order]) >= 0).all()
        assert (y[x == 0] == 0).all()
        assert (y[x > 0] > 0).all()


@given(GAPPY)
def test_ranks_run_from_one_and_skip_after_ties(x):
    found = ranks(x)
    assert (np.isnan(found) == np.isnan(x)).all()
    there = found[~np.isnan(found)]
    if there.size:
        assert there.min() == 1
    # A rank is one more than the number of units ahead.
    assert all(rank == 1 + (there < rank).sum() for rank in there)


@given(MATRICES, WEIGHTS)
def test_means_lie_between_the_children_and_in_their_order(x, w):
    found = {name: combine(x, w[None, :], name)[0] for name in MEANS}
    for name, values in found.items():
        assert (values >= x.min(axis=1) - 1e-9).all(), name
        assert (values <= x.max(axis=1) + 1e-9).all(), name
    assert (found["harmonic"] <= found["geometric"] + 1e-9).all()
    assert (found["geometric"] <= found["arithmetic"] + 1e-9).all()


@given(MATRICES, WEIGHTS, st.floats(0.01, 100))
def test_the_scale_of_weights_does_not_matter(x, w, factor):
    for name in (*MEANS, "copeland", "topsis"):
        a = combine(x, w[None, :], name)[0]
        b = combine(x, factor * w[None, :], name)[0]
        assert a == pytest.approx(b, rel=1e-9, abs=1e-12), name


@given(MATRICES, WEIGHTS, st.integers(0, 5), st.integers(0, 2), st.floats(0.5, 50))
def test_more_of_anything_never_lowers_a_score(x, w, unit, child, more):
    better = x.copy()
    better[unit, child] += more
    for name in (*MEANS, "copeland"):
        before = combine(x, w[None, :], name)[0][unit]
        after = combine(better, w[None, :], name)[0][unit]
        assert after >= before - 1e-9, name


@settings(max_examples=30)
@given(VECTORS, VECTORS, VECTORS, st.randoms())
@pytest.mark.parametrize("recipe", RECIPES)
def test_the_order_of_units_does_not_matter(recipe, a, b, c, random):
    places = list(range(len(UNITS)))
    random.shuffle(places)
    straight = run({"a": a, "b": b, "c": c}, recipe)
    mixed = run(
        {"a": a[places], "b": b[places], "c": c[places]}, recipe, [UNITS[p] for p in places]
    )
    for node in ("index", "p", "q"):
        assert mixed.values[node] == pytest.approx(
            straight.values[node][places], rel=1e-9, abs=1e-9
        )


@settings(max_examples=30)
@given(VECTORS, VECTORS, VECTORS, st.floats(0.01, 100), st.floats(-100, 100))
def test_the_unit_of_measure_does_not_matter(a, b, c, factor, shift):
    assume(min(np.diff(np.sort(x)).min() for x in (a, b, c)) > 0.01)
    for recipe in RECIPES[:4]:
        plain = run({"a": a, "b": b, "c": c}, recipe)
        other = run({"a": a * factor + shift, "b": b, "c": c}, recipe)
        assert other.values["index"] == pytest.approx(plain.values["index"], rel=1e-6, abs=1e-6)


@given(GAPPY, GAPPY, GAPPY)
def test_contributions_add_up_and_weights_sum_to_one(a, b, c):
    recipe = RECIPES[0].replace('"minmax"', '"minmax"\nconstant = "zero"')
    found = run({"a": a, "b": b, "c": c}, recipe)
    for unit in range(len(UNITS)):
        index = found.values["index"][unit]
        weights = found.effective_weights(unit)
        leaves = [
            (weights[code], found.values[code][unit])
            for code in "abc"
            if not np.isnan(found.values[code][unit])
        ]
        if np.isnan(index):
            assert not leaves
        else:
            assert sum(w for w, _ in leaves) == pytest.approx(1)
            assert sum(w * x for w, x in leaves) == pytest.approx(index, rel=1e-12, abs=1e-9)


def winsorise_plainly(values, max_points):
    """The rule step by step on a list, as its text says it."""
    x, high, low = list(values), [], []
    while not is_acceptable(np.array(x)) and len(high) + len(low) < max_points:
        third = sum((each - sum(x) / len(x)) ** 3 for each in x)
        if third >= 0:
            high = [k for k, each in enumerate(x) if each == max(x)]
            rest = [each for k, each in enumerate(x) if k not in high]
            x = [max(rest) if k in high else each for k, each in enumerate(x)]
        else:
            low = [k for k, each in enumerate(x) if each == min(x)]
            rest = [each for k, each in enumerate(x) if k not in low]
            x = [min(rest) if k in low else each for k, each in enumerate(x)]
        if len(set(x)) == 1:
            break
    return x


@given(
    st.lists(st.integers(0, 50).map(float), min_size=8, max_size=20),
    st.lists(st.sampled_from([300.0, 400.0, 9000.0, -700.0]), max_size=4),
    st.integers(1, 6),
)
def test_winsorising_is_what_its_plain_form_does(body, tail, max_points):
    x = np.array([*body, *tail])
    assume(len(set(x.tolist())) > 2)
    found = winsorise(x, 2.0, 3.5, max_points)
    assert found.tolist() == winsorise_plainly(x.tolist(), max_points)


def copeland_plainly(x, w):
    """Pair by pair."""
    n = len(x)
    won = [0] * n
    for i in range(n):
        for j in range(n):
            share = sum(
                weight * ((x[i][k] > x[j][k]) + (x[i][k] == x[j][k]) / 2)
                for k, weight in enumerate(w)
            ) / sum(w)
            if i != j and abs(share - 0.5) > 1e-9:
                won[i] += 1 if share > 0.5 else -1
    return won


@given(arrays(float, (6, 3), elements=st.integers(0, 4).map(float)), WEIGHTS)
def test_copeland_is_what_its_plain_form_does(x, w):
    found, _ = combine(x, w[None, :], "copeland")
    assert found.tolist() == copeland_plainly(x.tolist(), w.tolist())
