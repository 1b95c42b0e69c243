"""Slips in recipes, frameworks and panels that would turn ranks round or lose scores unseen."""

import numpy as np
import pyarrow as pa
import pytest

from reli.errors import InvalidData, Problems
from reli.index import Panel, parse_framework, parse_recipe, read_panel, score, score_panel
from reli.index.aggregate import combine

TREE = """
[[node]]
code = "index"
[[node]]
code = "patents"
parent = "index"
weight = {weight}
[[node]]
code = "firms"
parent = "index"
weight = {weight}
"""
RISING = np.array([2.0, 3.0, 5.0, 9.0])


def tree(weight=1):
    return parse_framework(TREE.format(weight=weight), "tree.toml")


def recipe(*steps):
    return parse_recipe("".join(f"[[step]]\n{step}\n" for step in steps), "recipe.toml")


def panel(**values):
    return Panel({}, ("u", "v", "w", "x"), values)


MINMAX = 'do = "normalise"\nmethod = "minmax"'
MEAN = 'do = "aggregate"\nmethod = "arithmetic"'


@pytest.mark.parametrize("method", ["minmax", 'goalposts"\nlow = 0\nhigh = "max'])
@pytest.mark.parametrize("span", ["lower = 100\nupper = 0", "lower = 100", "upper = 0"])
def test_a_scale_that_runs_backwards_is_refused(method, span):
    with pytest.raises(Problems, match=r"lower is \d+, not below upper, \d+.*direction -1"):
        recipe(f'do = "normalise"\nmethod = "{method}"\n{span}')


@pytest.mark.parametrize("method", ["goalposts", "scaled"])
def test_bounds_that_run_backwards_are_refused(method):
    steps = recipe(f'do = "normalise"\nmethod = "{method}"\nlow = 9\nhigh = 2')
    with pytest.raises(InvalidData, match="indicator patents: low is 9, above high, 2"):
        score({"patents": RISING, "firms": RISING}, "uvwx", tree(), steps)


@pytest.mark.parametrize("method", ["goalposts", "scaled"])
@pytest.mark.parametrize(
    ("bounds", "complaint"),
    [
        ("low = 5\nhigh = 5", "low equals high: both are 5"),
        ("low = { patents = 1, firms = 3 }\nhigh = 3", "low equals high of firms: both are 3"),
        ("low = { patens = 1, firms = 2 }\nhigh = 9", "low: unknown indicator 'patens'.*'patents'"),
        ("low = 0\nhigh = { firm = 1 }", "high: unknown indicator 'firm'.*'firms'"),
    ],
)
def test_bounds_that_cannot_be_meant_are_told_when_they_are_read(method, bounds, complaint):
    text = f'[[step]]\ndo = "normalise"\nmethod = "{method}"\n{bounds}'
    with pytest.raises(Problems, match=complaint):
        parse_recipe(text, "recipe.toml", tree().indicators)


@pytest.mark.parametrize("bounds", ['low = "min"\nhigh = 2', "low = 'one'\nhigh = 'other'"])
def test_bounds_that_meet_by_the_numbers_are_told_as_such(bounds):
    # The values differ, or the framework says so: no matter of a constant indicator.
    text = TREE.format(weight=1).replace(
        'code = "patents"', 'code = "patents"\nnumbers = { one = 7, other = 7 }'
    )
    step = f'do = "normalise"\nmethod = "goalposts"\nconstant = "zero"\n{bounds}'
    with pytest.raises(InvalidData, match=r"indicator patents: low equals high: both are [27]"):
        known = parse_framework(text, "tree.toml")
        score({"patents": RISING, "firms": RISING}, "uvwx", known, recipe(step))


def test_a_constant_indicator_is_still_one_under_bounds_that_follow_it():
    step = 'do = "normalise"\nmethod = "goalposts"\nlow = 0\nhigh = "max"\nconstant = "zero"'
    found = score({"patents": RISING * 0, "firms": RISING}, "uvwx", tree(), recipe(step))
    assert found.values["patents"].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (["unit", "patents", "patents"], "column 'patents' stands 2 times"),
        (["unit", "patens", "firmes"], "'patens': did you mean 'patents'?; 'firmes': did you mean"),
    ],
)
def test_headers_of_a_panel_that_are_slips_are_told(names, complaint):
    table = pa.Table.from_arrays([pa.array(["1", "2"])] * 3, names=names)
    with pytest.raises(Problems) as caught:
        read_panel(table, tree())
    assert complaint in str(caught.value)


def test_children_without_weight_are_told_instead_of_losing_every_score():
    with pytest.raises(InvalidData, match=r"node index: all its children \(patents, firms\) have"):
        score({"patents": RISING, "firms": RISING}, "uvwx", tree(0), recipe(MINMAX, MEAN))


def test_equal_weights_need_none_in_the_framework():
    steps = recipe(MINMAX, 'do = "weight"\nmethod = "equal"', MEAN)
    found = score({"patents": RISING, "firms": RISING}, "uvwx", tree(0), steps)
    assert found.ranks_of("index").tolist() == [4, 3, 2, 1]


@pytest.mark.parametrize(
    "treatment", ['method = "log_ct"', 'method = "box_cox"\nlambda = 0.5', 'method = "log1p"']
)
def test_a_year_below_what_a_logarithm_was_fitted_on_is_told(treatment):
    steps = recipe(f'do = "treat"\n{treatment}', MINMAX, MEAN)
    base = score_panel(panel(patents=RISING, firms=RISING), tree(), steps)
    later = panel(patents=RISING, firms=RISING - 7)
    with pytest.raises(InvalidData, match=r"step 1 .*indicator firms: the lowest value is -5, so"):
        score_panel(later, tree(), steps, base.fit)


def test_gaps_are_no_reason_to_refuse_a_year():
    steps = recipe('do = "treat"\nmethod = "log_ct"', MINMAX, MEAN)
    base = score_panel(panel(patents=RISING, firms=RISING), tree(), steps)
    gap = np.array([np.nan, 3.0, 5.0, 9.0])
    found = score_panel(panel(patents=gap, firms=gap), tree(), steps, base.fit)
    assert np.isnan(found.values["index"]).tolist() == [True, False, False, False]


def test_a_column_of_nearly_the_name_of_an_indicator_is_named():
    columns = {"firmss": (1, 2, 3, 4)}
    given = Panel({}, ("u", "v", "w", "x"), {"patents": RISING}, columns)
    found = score_panel(given, tree(), recipe(MINMAX, MEAN))
    assert found.notes == ["firms is left out: not in the panel, which has a column 'firmss'"]


def test_all_indicators_that_a_step_cannot_do_are_told():
    same = np.full(4, 2.0)
    with pytest.raises(InvalidData) as caught:
        score({"patents": same, "firms": same}, "uvwx", tree(), recipe(MINMAX, MEAN))
    assert str(caught.value).startswith("step 1 (normalise, minmax), indicators: 2 problems\n")
    for code in ("patents", "firms"):
        assert f"\n  - indicator {code}: all units have the value 2" in str(caught.value)


def test_no_unit_is_beyond_the_frontier():
    # Own weights as a solver leaves them, its tolerance above what they were solved under.
    weights = np.array([[0.7, 0.3 + 1e-9], [0.4, 0.6]])
    found, used = combine(np.array([[100.0, 100.0], [50.0, 0.0]]), weights, "arithmetic")
    assert found.tolist() == [100.0, 20.0]
    assert used.tolist() == weights.tolist()
