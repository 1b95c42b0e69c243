"""The appendix that looks at an index before it is believed."""

import numpy as np
import polars as pl
import pytest

from reli.index import Panel, parse_framework, parse_recipe, score_panel
from reli.index.diagnose import long_diagnosis
from reli.report.diagnosis import diagnosis

TREE = parse_framework(
    "\n".join(
        f'[[node]]\ncode = "{code}"\nparent = "{parent}"'
        for code, parent in [("i", ""), ("p", "i"), ("q", "i"), ("a", "p"), ("b", "p"), ("c", "q")]
    ),
    "tree",
)
RECIPE = """
[[step]]
do = "normalise"
method = "minmax"
constant = "zero"
[[step]]
do = "aggregate"
method = "arithmetic"
"""


def blocks_of(units):
    x = np.arange(float(units))
    few = np.where(x > 50, x, 0.0)
    panel = Panel({}, tuple(map(str, range(units))), {"a": x, "b": x[::-1].copy(), "c": few})
    scores = score_panel(panel, TREE, parse_recipe(RECIPE, "r"))
    rows = pl.DataFrame(long_diagnosis(panel, scores))
    names = {code: code.upper() for code in "ipqabc"}
    return list(diagnosis(rows, names, {"p": "P", "q": "Q"}))


@pytest.fixture(scope="module")
def figures():
    text, *figures = blocks_of(60)
    assert "不改变得分" in text.text
    return [figure.content.rows for figure in figures]


def test_indicators_are_told_with_what_is_conspicuous(figures):
    assert [row[0] for row in figures[0]] == ["A", "B", "C"]
    # 51 of 60 are zero, and nine are not.
    assert figures[0][2][1:3] == ("60", "9") and figures[0][2][-1] == "过半为零、非零较少"
    assert figures[0][0][-1] == ""


def test_nodes_are_told_with_the_pair_that_goes_together_least(figures):
    by_node = {row[0]: row for row in figures[1]}
    # A and B are each other's mirror.
    assert by_node["P"][4:] == ("-1.00", "A — B") and by_node["P"][1] == "2"
    assert "Q" not in by_node


def test_stated_weights_stand_beside_what_they_do(figures):
    rows = {row[0]: row[1:] for row in figures[2]}
    assert rows["P"][0] == "50.0%" and rows["A"][0] == "25.0%" and rows["C"][0] == "50.0%"
    # A and B cancel: nearly nothing of the index comes from P, whatever its weight.
    assert rows["Q"][:2] == ("50.0%", "1.00") and float(rows["Q"][2][:-1]) > 95


def test_of_one_or_two_counties_nothing_is_diagnosed():
    assert blocks_of(3)
    assert blocks_of(2) == blocks_of(1) == []


def test_without_figures_there_is_no_appendix():
    empty = pl.DataFrame(
        schema=dict.fromkeys(("aspect", "subject", "measure", "text"), pl.String)
    ).with_columns(value=pl.lit(None, pl.Float64))
    assert list(diagnosis(empty, {}, {})) == []
