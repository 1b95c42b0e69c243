"""Planted truth: what can be recovered is, and what cannot is said."""

import numpy as np
import pytest

from reli.errors import InvalidData
from reli.index import Panel, Recipe, parse_framework, parse_recipe, ranks, score_panel
from reli.index.calibrate import Published, calibrate
from reli.index.forms import usual_forms
from reli.index.study import parse_study

CODES = ("a", "b", "c", "d")
TREE = parse_framework(
    '[[node]]\ncode = "i"\n'
    + "\n".join(f'[[node]]\ncode = "{code}"\nparent = "i"' for code in CODES),
    "tree",
)
LOGS = """
[[step]]
do = "treat"
method = "log1p"
[[step]]
do = "normalise"
method = "minmax"
"""
PLAIN = '[[step]]\ndo = "normalise"\nmethod = "minmax"'
RECIPES = [("plain", parse_recipe(PLAIN, "p")), ("logs", parse_recipe(LOGS, "l"))]
PLANTED = np.array([0.5, 0.3, 0.15, 0.05])


def country(n=600, seed=7):
    rng = np.random.default_rng(seed)
    common = rng.normal(size=n)
    values = {code: np.floor(np.exp(1.5 * common + rng.normal(size=n))) for code in CODES}
    return Panel({}, tuple(f"u{k}" for k in range(n)), values)


def planted(panel, noise=0.0, top=100, cap=np.inf):
    """The first places under the planted weights, logs and minmax."""
    z = score_panel(panel, TREE, Recipe(RECIPES[1][1].steps)).values
    y = np.column_stack([z[code] for code in CODES]) @ PLANTED
    y = np.minimum(y * 1.3 + noise * np.random.default_rng(1).normal(size=len(y)), cap)
    rank = ranks(y)
    first = np.flatnonzero(rank <= top)
    return Published(tuple(panel.units[place] for place in first), rank[first], y[first], cap=cap)


def best(panel, published):
    return calibrate(panel, TREE, RECIPES, published)[0]


def test_scores_of_the_first_hundred_give_the_weights_back():
    panel = country()
    found = best(panel, planted(panel))
    assert found.recipe == "logs"
    assert list(found.weights.values()) == pytest.approx(PLANTED, abs=1e-6)
    assert found.kendall == pytest.approx(1) and found.overlap == {10: 1, 50: 1, 100: 1}
    assert all(found.identified.values())


def test_capped_scores_are_at_least():
    panel = country()
    whole = planted(panel)
    cap = float(np.sort(whole.value)[-4])
    found = best(panel, planted(panel, cap=cap))
    assert found.recipe == "logs"
    assert list(found.weights.values()) == pytest.approx(PLANTED, abs=1e-6)


def test_the_order_alone_gives_the_weights_nearly_back():
    panel = country()
    given = planted(panel)
    order = Published(given.units, given.rank, np.full(len(given.units), np.nan))
    found = best(panel, order)
    assert found.recipe == "logs"
    assert list(found.weights.values()) == pytest.approx(PLANTED, abs=0.03)
    for code, weight in zip(CODES, PLANTED, strict=True):
        assert found.lowest[code] - 0.01 <= weight <= found.highest[code] + 0.01


def test_units_of_one_rank_are_not_told_apart():
    # The first ten share the first place, as at a cap; the others are in order.
    panel = country()
    given = planted(panel)
    rank = np.where(given.rank <= 10, 1, given.rank)
    order = Published(given.units, rank, np.full(len(given.units), np.nan))
    found = best(panel, order)
    assert found.recipe == "logs"
    assert list(found.weights.values()) == pytest.approx(PLANTED, abs=0.03)
    # tau-b: of 100 units 45 pairs are tied in one of the orders, and no pair is the other way.
    pairs = 100 * 99 / 2
    assert found.kendall == pytest.approx((pairs - 45) / np.sqrt(pairs * (pairs - 45)), abs=0.002)
    # Whichever of the ten places one of them is fitted to is no residual.
    assert found.reproduces and not found.residuals
    same = Published(given.units, np.ones(len(given.units)), order.value, is_complete=True)
    with pytest.raises(InvalidData, match="share one rank"):
        best(panel, same)


def test_noise_is_said_to_leave_less_identified():
    panel = country()
    clear, noisy = best(panel, planted(panel)), best(panel, planted(panel, noise=5.0))
    assert noisy.held_out > clear.held_out
    assert noisy.kendall < 1 and noisy.residuals
    width = [noisy.highest[code] - noisy.lowest[code] for code in CODES]
    assert max(width) > 0.02


def test_twins_cannot_be_told_apart():
    panel = country()
    twins = Panel({}, panel.units, {**panel.values, "b": panel.values["a"].copy()})
    found = best(twins, planted(twins))
    assert found.kendall == pytest.approx(1)
    assert not found.identified["a"] and not found.identified["b"]
    assert found.weights["a"] + found.weights["b"] == pytest.approx(0.8, abs=1e-4)
    assert found.identified["c"]


def test_units_that_cannot_be_compared_are_named():
    panel = country()
    given = planted(panel)
    first = given.units[int(np.argmin(given.rank))]
    panel.values["c"][panel.units.index(first)] = np.nan
    assert best(panel, given).skipped == (first,)
    few = Published(given.units[:3], given.rank[:3], given.value[:3])
    with pytest.raises(InvalidData, match="expected more units than indicators"):
        calibrate(panel, TREE, RECIPES, few)


def test_the_form_is_found_among_the_usual_ones():
    panel = country()
    text = PLAIN + (
        '\n[[uncertainty.alternative]]\nname = "位次"\nreplaces = [1]\n'
        '[[uncertainty.alternative.step]]\ndo = "normalise"\nmethod = "rank"'
    )
    own = parse_recipe(text, "p")
    forms = usual_forms(TREE, own, parse_study(text, "p", own))
    names = [name for name, _ in forms]
    assert names[:2] == ["own", "位次"] and len(set(names)) == len(names) == 10
    found = calibrate(panel, TREE, forms, planted(panel))
    assert found[0].recipe == "log1p, minmax"
    assert list(found[0].weights.values()) == pytest.approx(PLANTED, abs=1e-6)
    # The others are told too, each with its own error on places held out.
    assert [each.standing for each in found] == sorted(each.standing for each in found)
    assert found[-1].held_out > found[0].held_out


ONE = parse_framework('[[node]]\ncode = "i"\n[[node]]\ncode = "a"\nparent = "i"', "one")


ROOT = 2**0.5
STEPS = Panel({}, tuple("stuv"), {"a": np.array([0.0, ROOT - 1, 1, 2 * ROOT - 1])})
"""Logarithms of 1 + a / median, 1, √2, 2, 2√2, are even steps; the median of the positive is 1."""


def even(cap=np.inf):
    """Scores in even steps."""
    ranks, scores = np.arange(1.0, 5), np.array([30.0, 20, 10, 0])
    return Published(tuple("vuts"), ranks, scores, is_complete=True, cap=cap)


def test_forms_of_one_order_are_told_apart_by_scores():
    """A line of least absolute differences has two of the points on it.

    Of the six that through t and v leaves least: 10√2 - 10 = 4.14 at s and 30 - 20√2 = 1.72 at u,
    together 5.86 (the others 6.80, 7.07, 8.28, 10.86, 18.28).
    """
    first, second = calibrate(STEPS, ONE, RECIPES, even())
    assert (first.recipe, second.recipe) == ("logs", "plain")
    assert first.held_out == second.held_out == 0 and first.reproduces and second.reproduces
    assert first.points == pytest.approx(0, abs=1e-9) and not first.residuals
    assert second.points == pytest.approx((20 - 10 * ROOT) / 4)
    s, u = second.residuals
    assert (s.unit, s.published, s.fitted, s.published_score) == ("s", 4, 4, 0.0)
    assert s.fitted_score == pytest.approx(10 * ROOT - 10)
    assert (u.unit, u.published_score) == ("u", 20.0)
    assert u.fitted_score == pytest.approx(20 * ROOT - 10)


def test_of_a_score_at_the_cap_only_what_is_lacking_counts():
    """With v at 30 or more, the line through s and u leaves 30 - 20√2 at t, and v at 36.6."""
    (plain,) = calibrate(STEPS, ONE, RECIPES[:1], even(cap=30.0))
    assert plain.points == pytest.approx((30 - 20 * ROOT) / 4)
    assert [each.unit for each in plain.residuals] == ["t"]


@pytest.mark.parametrize("seed", [4, 9, 20])
def test_a_form_that_reproduces_the_order_goes_before_one_that_does_not(seed):
    # Thirty places say little of places held out: a wrong form has the smaller error there.
    rng = np.random.default_rng(seed)
    common = rng.normal(size=120)
    values = {c: np.floor(40 * np.exp(0.5 * common + 0.3 * rng.normal(size=120))) for c in CODES}
    panel = Panel({}, tuple(f"u{k}" for k in range(120)), values)
    given = planted(panel, top=30)
    order = Published(given.units, given.rank, np.full(30, np.nan))
    first, second = calibrate(panel, TREE, RECIPES, order)
    assert (first.recipe, second.recipe) == ("logs", "plain")
    assert second.held_out < first.held_out
    assert first.reproduces and first.kendall == pytest.approx(1) and not first.residuals
    assert not second.reproduces and second.residuals and second.kendall < 0.98
    assert np.isnan(first.points)


def test_a_form_that_cannot_be_applied_is_passed_over():
    panel = country()
    panel.values["d"][0] = -5.0
    hurdle = ("hurdle", parse_recipe('[[step]]\ndo = "normalise"\nmethod = "hurdle_rank"', "h"))
    found = calibrate(panel, TREE, [hurdle, RECIPES[0]], planted(country()))
    assert [each.recipe for each in found] == ["plain"]
    with pytest.raises(InvalidData, match="hurdle_rank is for counts"):
        calibrate(panel, TREE, [hurdle], planted(country()))


def test_a_little_noise_in_the_order_of_the_first_hundred_of_two_thousand():
    panel = country(n=2000, seed=11)
    given = planted(panel, noise=0.5)
    order = Published(given.units, given.rank, np.full(len(given.units), np.nan))
    found = best(panel, order)
    assert found.recipe == "logs"
    assert list(found.weights.values()) == pytest.approx(PLANTED, abs=0.02)
    assert found.overlap[100] > 0.9 and 0.9 < found.spearman < 1
    assert found.held_out > 0
