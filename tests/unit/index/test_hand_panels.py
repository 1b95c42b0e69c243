"""Three small panels whose scores are computed by hand in the comments."""

import math

import numpy as np
import pytest

from reli.errors import InvalidData
from reli.frameworks import framework_text, recipe_text
from reli.index import parse_framework, parse_recipe, score

NAN = float("nan")
TWO_PILLARS = """
[[node]]
code = "index"
[[node]]
code = "left"
parent = "index"
weight = 3
[[node]]
code = "right"
parent = "index"
weight = 1
[[node]]
code = "a"
parent = "left"
[[node]]
code = "b"
parent = "left"
direction = -1
[[node]]
code = "c"
parent = "right"
"""
MINMAX_MEAN = """
[[step]]
do = "normalise"
method = "minmax"
[[step]]
do = "aggregate"
method = "arithmetic"
"""


def run(panel, framework, recipe):
    tree = parse_framework(framework, "framework")
    units = tuple("uvwxyz"[: len(next(iter(panel.values())))])
    return score(
        {code: np.array(x, float) for code, x in panel.items()},
        units,
        tree,
        parse_recipe(recipe, "recipe", tree.indicators),
    )


def test_weighted_means_of_rescaled_indicators():
    found = run({"a": [0, 5, 10], "b": [1, 2, 3], "c": [10, 30, 20]}, TWO_PILLARS, MINMAX_MEAN)
    # a: 0, 50, 100. b counts downwards: 100, 50, 0. c: 0, 100, 50.
    assert found.values["b"].tolist() == [100, 50, 0]
    # left: means of a and b: 50, 50, 50. Index: (3 left + 1 right) / 4.
    assert found.values["left"].tolist() == [50, 50, 50]
    assert found.values["index"].tolist() == [37.5, 62.5, 50]
    assert found.ranks_of("index").tolist() == [3, 1, 2]
    assert found.ranks_of("left").tolist() == [1, 1, 1]


def test_a_missing_child_leaves_its_weight_to_the_others():
    found = run({"a": [0, NAN, 10], "b": [1, 2, 3], "c": [10, 30, NAN]}, TWO_PILLARS, MINMAX_MEAN)
    # v: left is b alone, 50; c is 100: (3 x 50 + 100) / 4. w: c is missing: left alone.
    assert found.values["index"].tolist() == [(3 * 50 + 0) / 4, (3 * 50 + 100) / 4, 50]
    assert found.effective_weights(1) == pytest.approx(
        {"index": 1, "left": 0.75, "right": 0.25, "a": 0, "b": 0.75, "c": 0.25}
    )


def test_a_unit_without_any_value_has_no_score_and_no_rank():
    found = run({"a": [0, 1, NAN], "b": [0, 1, NAN], "c": [0, 1, NAN]}, TWO_PILLARS, MINMAX_MEAN)
    assert math.isnan(found.values["index"][2])
    assert math.isnan(found.ranks_of("index")[2])


def test_the_default_recipe_by_hand():
    framework = framework_text("heat-2024")
    recipe = recipe_text("heat-2024")
    n = [0, 1, 3, 3, 15]
    share = [0, 10, 20, 30, 40]
    found = run({"sei_enterprises": n, "sei_share": share}, framework, recipe)
    # Positives of n: 1, 3, 3, 15; median 3. ln(1 + n/3): 0, ln 4/3, ln 2, ln 2, ln 6.
    logs = [0, math.log(4 / 3), math.log(2), math.log(2), math.log(6)]
    # 99th percentile of the positive logs, by linear interpolation (Hyndman & Fan, type 7):
    # position 0.99 x 3 = 2.97, between ln 2 and ln 6.
    cap = math.log(2) + 0.97 * (math.log(6) - math.log(2))
    expected = [100 * min(x, cap) / cap for x in logs]
    assert found.values["sei_enterprises"] == pytest.approx(expected, rel=1e-14)
    # Shares are not logged. Cap: position 2.97 of 10, 20, 30, 40 is 39.7.
    shares = [100 * min(x, 39.7) / 39.7 for x in share]
    assert found.values["sei_share"] == pytest.approx(shares, rel=1e-14)
    # Two dimensions, each with one indicator that is there: their plain mean.
    heat = [(a + b) / 2 for a, b in zip(expected, shares, strict=True)]
    assert found.values["heat"] == pytest.approx(heat, rel=1e-14)
    assert len(found.left_out) == 17


def test_the_default_recipe_scores_no_unit_with_one_dimension():
    found = run(
        {"sei_enterprises": [1, 2, 3], "sei_share": [NAN, 2, 3]},
        framework_text("heat-2024"),
        recipe_text("heat-2024"),
    )
    assert [math.isnan(x) for x in found.values["heat"]] == [True, False, False]


def test_an_indicator_that_is_the_same_everywhere_is_an_error():
    with pytest.raises(InvalidData, match=r"step 1 \(normalise, minmax\), indicator c: all units"):
        run({"a": [0, 1], "b": [0, 1], "c": [7, 7]}, TWO_PILLARS, MINMAX_MEAN)


def test_an_indicator_that_is_the_same_everywhere_may_be_left_out():
    recipe = MINMAX_MEAN.replace('"minmax"', '"minmax"\nconstant = "missing"')
    found = run({"a": [0, 1], "b": [1, 0], "c": [7, 7]}, TWO_PILLARS, recipe)
    assert found.left_out == {"c": "all units have the value 7"}
    assert found.values["index"].tolist() == [0, 100]


def test_ranks_ignore_the_noise_of_the_last_bits():
    found = run(
        {"a": [0.1 + 0.2, 0.3, 0], "b": [0, 0, 1], "c": [1, 1, 0]}, TWO_PILLARS, MINMAX_MEAN
    )
    assert found.ranks_of("index").tolist() == [1, 1, 3]
