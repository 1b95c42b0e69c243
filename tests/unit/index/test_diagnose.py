"""Diagnosis of indicators and structure on numbers that can be checked by hand."""

import math

import numpy as np
import pytest

from reli.index import Panel, parse_framework, parse_recipe, score_panel
from reli.index import diagnose as dx

TREE = parse_framework(
    "\n".join(
        f'[[node]]\ncode = "{code}"\nparent = "{parent}"'
        for code, parent in [("i", ""), ("a", "i"), ("b", "i"), ("c", "i"), ("d", "i")]
    ),
    "tree",
)
PANEL = Panel(
    {},
    tuple("uvwx"),
    {
        "a": np.array([1.0, 2, 3, 4]),
        "b": np.array([2.0, 4, 6, 8]),
        "c": np.array([0.0, 0, 0, np.nan]),
    },
)
RECIPE = parse_recipe(
    '[[step]]\ndo="normalise"\nmethod="minmax"\nconstant="missing"\n'
    '[[step]]\ndo="aggregate"\nmethod="arithmetic"',
    "recipe",
)


def test_indicators_that_tell_nothing_are_named():
    found = {row.indicator: row for row in dx.indicator_statistics(PANEL, TREE)}
    assert found["c"].flags == "never discriminates: the same for all units"
    assert found["d"].flags == "no value for any unit"
    assert (found["a"].mean, found["a"].median, found["a"].distinct) == (2.5, 2.5, 4)
    assert (found["c"].missing, found["c"].zeros, found["c"].positives) == (1, 3, 0)


def test_alpha_and_first_component_of_twins():
    x = np.array([[1.0, 1], [2, 2], [4, 4]])
    # Variance of the sum is four times that of one: 2 (1 - 2/4) = 1.
    assert dx.cronbach_alpha(x) == pytest.approx(1)
    assert dx.explained_by_first(x) == pytest.approx(1)
    assert math.isnan(dx.cronbach_alpha(x[:, :1]))


def test_alpha_by_hand():
    # Columns 1, 2, 3 and 1, 3, 2: variances 1 and 1; sums 2, 5, 5 with variance 3.
    x = np.array([[1.0, 1], [2, 3], [3, 2]])
    assert dx.cronbach_alpha(x) == pytest.approx(2 * (1 - 2 / 3))


def test_coherence_and_influence():
    scores = score_panel(PANEL, TREE, RECIPE)
    (row,) = dx.coherence(scores)
    assert (row.node, row.children) == ("i", 2)
    assert row.flags == "a and b say the same (r = 1.00)"
    found = {row.node: row for row in dx.influence(scores)}
    assert found["a"].stated == pytest.approx(0.5)
    assert found["a"].share == pytest.approx(0.5)
    assert dx.pairs(scores) == [("a", "b", pytest.approx(1))]


def test_as_a_table():
    table = dx.diagnosis_table(dx.indicator_statistics(PANEL, TREE))
    assert table.num_rows == 4
    assert table["mean"].to_pylist()[3] is None


def test_outliers_lie_beyond_the_fences():
    # Quartiles 2 and 4: fences at -1 and 7.
    rows = Panel({}, tuple("uvwxy"), {"a": np.array([1.0, 2, 3, 4, 8])})
    found = dx.indicator_statistics(rows, TREE)[0]
    assert (found.low_outliers, found.high_outliers) == (0, 1)


def test_components_of_two_pairs_of_twins():
    x = np.array([[1.0, 1, 5, 5], [2, 2, 1, 1], [3, 3, 5, 5], [4, 4, 1, 1.0]])
    shares = dx.component_shares(x)
    assert shares.sum() == pytest.approx(1)
    assert (shares > 1e-9).sum() == 2


def test_the_whole_diagnosis_as_tables_and_as_one():
    scores = score_panel(PANEL, TREE, RECIPE)
    tables = dx.diagnosis(PANEL, scores)
    assert list(tables) == ["indicators", "nodes", "weights", "correlations"]
    related = {(row["node"], row["other"]): row for row in tables["correlations"].to_pylist()}
    assert related["a", "b"]["relation"] == "sibling"
    assert related["a", "i"]["correlation"] == pytest.approx(1)
    table = dx.long_diagnosis(PANEL, scores).to_pylist()
    found = {(row["subject"], row["measure"]): row for row in table}
    assert found["c", "flags"]["text"].startswith("never discriminates")
    assert found["a", "mean"]["value"] == 2.5
    assert found["a", "correlation (ancestor)"]["other"] == "i"


def test_a_recipe_without_an_index_still_has_statistics():
    steps = parse_recipe('[[step]]\ndo="impute"\nmethod="mean"', "r")
    tables = dx.diagnosis(PANEL, score_panel(PANEL, TREE, steps))
    assert "indicators" in tables and "weights" not in tables
