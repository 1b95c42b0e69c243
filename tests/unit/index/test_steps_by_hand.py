"""Each method of each step on a few numbers, with the arithmetic beside it."""

import math

import numpy as np
import pytest

from reli.errors import InvalidData, Problems
from reli.index import parse_framework, parse_recipe, score
from reli.index.treat import winsorise

NAN = math.nan
PAIR = """
[[node]]
code = "index"
[[node]]
code = "a"
parent = "index"
low = 1
high = 3
target = 2
denominator = "people"
[[node]]
code = "b"
parent = "index"
direction = -1
low = 1
high = 3
target = 2
"""
TREE = parse_framework(PAIR, "pair")


def recipe_of(step):
    return parse_recipe("[[step]]\n" + step.strip(), "recipe", TREE.indicators)


def run(step, a, b, **columns):
    x = {"a": np.array(a, float), "b": np.array(b, float)}
    return score(x, "uvwxyz"[: len(a)], TREE, recipe_of(step), columns)


def values(step, a, b=None, **columns):
    """What a step makes of a, and of b, of which less is better."""
    found = run(step, a, a if b is None else b, **columns)
    return found.values["a"].tolist(), found.values["b"].tolist()


def normalised(method, x, more=""):
    return values(f'do = "normalise"\nmethod = "{method}"\n{more}', x)


@pytest.mark.parametrize(
    "method, more, x, up, down",
    [
        # (x - 1) / (5 - 1): 0, 1/4, 1; negated: -1, -2, -5 between -5 and -1.
        ("minmax", "", [1, 2, 5], [0, 25, 100], [100, 75, 0]),
        ("minmax", "lower = 1\nupper = 5", [1, 2, 5], [1, 2, 5], [5, 4, 1]),
        # Mean 3, deviations -2, 0, 2, standard deviation sqrt(8 / 2) = 2.
        ("zscore", "", [1, 3, 5], [-1, 0, 1], [1, 0, -1]),
        ("zscore", "mean = 100\nsd = 10", [1, 3, 5], [90, 100, 110], [110, 100, 90]),
        ("rank", "", [7, 3, 7, 9], [2, 1, 2, 4], [2, 4, 2, 1]),
        ("borda", "", [7, 3, 7, 9], [1, 0, 1, 3], [1, 3, 1, 0]),
        ("percentile_rank", "", [7, 3, 7, 9], [1 / 3, 0, 1 / 3, 1], [1 / 3, 1, 1 / 3, 0]),
        # Negated, the best is -1: -2 / -1 = 2, as COINr has it.
        ("fraction_of_max", "", [1, 2, 4], [0.25, 0.5, 1], [1, 2, 4]),
        ("distance_to_max", "", [1, 2, 5], [0, 0.25, 1], [1, 0.75, 0]),
        # Reference v = 2: 1 - (2 - x) / (2 - 1); negated: 1 - (-2 + x) / (-2 + 5).
        ("distance_to_reference", 'unit = "v"', [1, 2, 5], [0, 1, 4], [4 / 3, 1, 0]),
        ("distance_to_reference", 'unit = "v"\ncap = true', [1, 2, 5], [0, 1, 1], [1, 1, 0]),
        # Target 2: as for the reference; negated, the target is -2.
        ("distance_to_target", "", [1, 2, 5], [0, 1, 4], [4 / 3, 1, 0]),
        ("distance_to_target", "cap = true", [1, 2, 5], [0, 1, 1], [1, 1, 0]),
        # Goalposts 1 and 3 of the framework; beyond them is cut off.
        ("goalposts", "", [0, 2, 5], [0, 50, 100], [100, 50, 0]),
        ("goalposts", "low = 0\nhigh = 4\nupper = 1", [0, 1, 5], [0, 0.25, 1], [1, 0.75, 0]),
        ("goalposts", "low = 0\nhigh = { a = 4, b = 5 }", [0, 1, 5], [0, 25, 100], [100, 80, 0]),
        ("goalposts", 'low = "min"\nhigh = "max"', [0, 1, 5], [0, 20, 100], [100, 80, 0]),
        # Not cut off, and the interval of the negated indicator is -3 to -1.
        ("scaled", "", [0, 2, 5], [-50, 50, 200], [150, 50, -100]),
        ("scaled", "low = 0\nhigh = 10\nfactor = 1", [0, 2, 5], [0, 0.2, 0.5], [1, 0.8, 0.5]),
        # Two positive values: 1/2 and 2/2 of the scale.
        ("hurdle_rank", "", [0, 0, 5, 7], [0, 0, 50, 100], [100, 100, 50, 0]),
    ],
)
def test_normalisations(method, more, x, up, down):
    found = normalised(method, x, more)
    assert found[0] == pytest.approx(up, rel=1e-14)
    assert found[1] == pytest.approx(down, rel=1e-14)


def test_missing_stays_missing_in_every_normalisation():
    for method, more in [
        ("minmax", ""),
        ("zscore", ""),
        ("rank", ""),
        ("percentile_rank", ""),
        ("hurdle_rank", ""),
        ("goalposts", ""),
        ("distance_to_reference", 'unit = "v"'),
    ]:
        up, down = normalised(method, [1, 2, NAN, 5], more)
        assert [math.isnan(x) for x in up] == [False, False, True, False], method
        assert [math.isnan(x) for x in down] == [False, False, True, False], method


@pytest.mark.parametrize(
    "method, more, complaint",
    [
        ("minmax", "", r"indicator a: all units have the value 2"),
        ("zscore", "", r"indicator a: all units have the value 2"),
        ("distance_to_max", "", r"indicator a: all units have the value 2"),
        ("distance_to_reference", 'unit = "z"', r"no unit 'z' to refer to"),
        (
            "distance_to_reference",
            'unit = "u"\nundefined = "error"',
            r"the reference u has the worst value",
        ),
        ("goalposts", "low = { b = 1 }\nhigh = 2", r"indicator a: low is not given"),
        ("goalposts", 'low = "floor"\nhigh = 2', r"the framework's column floor has no number"),
        ("scaled", 'low = "min"\nhigh = "max"', r"low equals high: both are 2"),
    ],
)
def test_normalisations_that_cannot_be(method, more, complaint):
    with pytest.raises(InvalidData, match=complaint):
        normalised(method, [2, 2, 2], more)


def test_a_constant_may_get_the_lower_bound():
    up, down = normalised("minmax", [2, 2, NAN], 'constant = "zero"\nlower = 5')
    assert up[:2] == down[:2] == [5, 5]
    assert math.isnan(up[2])


def test_an_undefined_indicator_is_left_out_and_said():
    found = run('do = "normalise"\nmethod = "fraction_of_max"', [1, 2], [0, 3])
    assert found.left_out == {"b": "the best value is 0, so there is no fraction of it"}
    assert found.notes == ["b is left out: the best value is 0, so there is no fraction of it"]


GAPS = [1, NAN, 3, 8, NAN]


@pytest.mark.parametrize(
    "step, filled",
    [
        ('method = "mean"', [1, 4, 3, 8, 4]),
        ('method = "median"', [1, 3, 3, 8, 3]),
        ('method = "zero"', [1, 0, 3, 8, 0]),
        # Group s: 1, 3 and a gap; t: 8; the last unit has no group.
        ('method = "group_mean"\nby = "size"', [1, 2, 3, 8, NAN]),
        ('method = "group_median"\nby = "size"', [1, 2, 3, 8, NAN]),
    ],
)
def test_imputations(step, filled):
    size = ["s", "s", "s", "t", None]
    found, _ = values(f'do = "impute"\n{step}', GAPS, [1, 2, 3, 4, 5], size=size)
    assert str(found) == str([float(x) for x in filled])


def test_a_gap_takes_the_mean_of_its_siblings_on_its_own_scale():
    # a from 0 to 10: u has 3, a share of 0.3. b from 0 to 4, less is better: u's gap is to be
    # 0.3 of the way from worst (4) to best (0): 4 - 0.3 x 4 = 2.8.
    a, b = values('do = "impute"\nmethod = "sibling_mean"', [3, 0, 10, NAN], [NAN, 0, 4, NAN])
    assert b[0] == pytest.approx(2.8)
    assert math.isnan(a[3]) and math.isnan(b[3])


def test_imputation_by_groups_needs_the_column():
    with pytest.raises(InvalidData, match="no column 'sise': did you mean 'size'"):
        values('do = "impute"\nmethod = "group_mean"\nby = "sise"', GAPS, size=list("sstts"))


def test_an_indicator_without_any_value_is_never_filled():
    for method in ("mean", "zero", "sibling_mean"):
        found, _ = values(f'do = "impute"\nmethod = "{method}"', [NAN, NAN], [1, 2])
        assert all(math.isnan(x) for x in found), method


def test_denominators():
    found, same = values('do = "denominate"', [6, 6, 6], people=["2", "0", None])
    # By nobody, or by an unknown number, there is no share.
    assert found[0] == 3 and math.isnan(found[1]) and math.isnan(found[2])
    assert same == [6, 6, 6]
    with pytest.raises(InvalidData, match="no column 'people'"):
        values('do = "denominate"', [1, 2])


def test_screening_leaves_units_out_of_everything_after():
    recipe = """
    do = "screen"
    at_least = 0.6
    [[step]]
    do = "impute"
    method = "zero"
    [[step]]
    do = "normalise"
    method = "minmax"
    [[step]]
    do = "aggregate"
    method = "arithmetic"
    """
    found = run(recipe, [1, 100, 3, NAN], [0, NAN, 1, NAN])
    # v has one of two values, z none: out, and 100 does not set the scale.
    assert found.screened == ("v", "x")
    assert str(found.values["a"].tolist()) == "[0.0, nan, 100.0, nan]"
    assert str(found.values["index"].tolist()) == "[50.0, nan, 50.0, nan]"
    assert found.notes == ["2 units are screened out: v, x"]


def test_screening_by_zeros_too():
    step = 'do = "screen"\nby = "missing_and_zeros"\nat_least = 0.5\nnonzero_at_least = 0.5'
    found = run(step, [0, 0, 1, 2], [0, 1, 1, 1])
    assert found.screened == ("u",)


def treated(step, x):
    return values(f'do = "treat"\n{step}\nonly = ["a"]', x, [1] * len(x))[0]


def test_treatments():
    # ln(1 + x / 2): the median of the positives 1, 2, 4 is 2.
    assert treated('method = "log1p"', [0, 1, 2, 4]) == pytest.approx(
        [0, math.log(1.5), math.log(2), math.log(3)]
    )
    assert treated('method = "log1p"\nscale = 1', [0, 1]) == [0, math.log(2)]
    # ln(x - 1 + 0.01 x 4)
    assert treated('method = "log_ct"', [1, 3, 5]) == pytest.approx(
        [math.log(0.04), math.log(2.04), math.log(4.04)]
    )
    # z = x - 1 + 1 = x; (x^2 - 1) / 2; ln x for lambda 0.
    assert treated('method = "box_cox"\nlambda = 2', [1, 2, 3]) == [0, 1.5, 4]
    assert treated('method = "box_cox"\nlambda = 0', [2, 3]) == [0, math.log(2)]
    # Quartiles of 1, 2, 3, 4 (type 7): position 0.75 x 3 = 2.25: 3.25.
    assert treated('method = "clip_quantile"\nq = 0.75', [0, 1, 2, 3, 4]) == [0, 1, 2, 3, 3.25]
    # Of all five values: position 3: 3.
    of_all = 'method = "clip_quantile"\nq = 0.75\nof = "all"'
    assert treated(of_all, [0, 1, 2, 3, 4]) == [0, 1, 2, 3, 3]


def test_a_logarithm_that_is_undefined_is_said():
    with pytest.raises(InvalidData, match=r"indicator a: the lowest value is -2"):
        treated('method = "log1p"\nscale = 1', [-2, 1])


def test_a_power_that_is_too_large_to_compute_with_is_said():
    with pytest.raises(InvalidData, match="indicator a: the highest value becomes inf"):
        treated('method = "box_cox"\nlambda = 100', [1.0, 1e12, 5.0])


def test_shares_are_not_logged_where_excepted():
    step = 'do = "treat"\nmethod = "log1p"\nscale = 1\nexcept = ["b"]'
    a, b = values(step, [0, 1])
    assert (a, b) == ([0, math.log(2)], [0, 1])


BY_TWO = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100]


def test_winsorising_stops_when_the_distribution_passes():
    # COINr's vignette on treatment: one point is enough for these twelve numbers.
    x = run('do = "treat"\nmethod = "winsorise"\nmax_points = 2', BY_TWO[-6:], [1] * 6)
    assert x.values["a"].tolist() == [7, 8, 9, 10, 30, 30]


def test_winsorising_that_fails_takes_the_logarithm_of_the_original():
    x = [0] * 30 + [1, 1000]
    tree = parse_framework('[[node]]\ncode="i"\n[[node]]\ncode="a"\nparent="i"', "one")
    units = tuple(f"u{n}" for n in range(32))
    for then, last in (("none", 1), ("log_ct", math.log(1000 + 10))):
        text = f'[[step]]\ndo="treat"\nmethod="winsorise"\nmax_points=1\nthen="{then}"'
        found = score({"a": np.array(x, float)}, units, tree, parse_recipe(text, "r"))
        assert found.values["a"][-1] == pytest.approx(last), then


def test_the_share_of_points_is_of_the_positive_values():
    from reli.index.treat import _max_points

    x = np.array([0.0] * 900 + [1.0] * 300)
    assert _max_points(x, "1%") == 3
    assert _max_points(x[:910], "1%") == 1
    assert _max_points(x, 7) == 7


def test_the_bounds_of_a_base_year_serve_another():
    from reli.index import Panel, score_panel

    recipe = parse_recipe(
        '[[step]]\ndo="normalise"\nmethod="minmax"\n[[step]]\ndo="aggregate"\nmethod="arithmetic"',
        "r",
    )
    base = Panel({}, ("u", "v"), {"a": np.array([0.0, 10.0]), "b": np.array([1.0, 3.0])})
    later = Panel({}, ("u", "v"), {"a": np.array([5.0, 20.0]), "b": np.array([1.0, 2.0])})
    fitted = score_panel(base, TREE, recipe).fit
    found = score_panel(later, TREE, recipe, fitted)
    assert found.values["a"].tolist() == [50, 200]
    assert found.values["b"].tolist() == [100, 50]


def test_a_list_must_have_an_entry_for_each_level():
    text = 'do="aggregate"\nmethod=["arithmetic", "median"]'
    with pytest.raises(InvalidData, match="method has 2 entries: expected one, or 1"):
        run(text, [1, 2], [1, 2])


@pytest.mark.parametrize(
    "text, complaint",
    [
        ('do = "impute"', "impute needs a method: expected one of mean, median"),
        ('do = "screen"\nmethod = "x"', "screen has no methods"),
        ('do = "impute"\nmethod = "group_mean"', "needs by: a column of the panel"),
        ('do = "treat"\nmethod = "box_cox"', "needs lambda: a number"),
        ('do = "aggregate"\nmethod = "power"', "needs p: a number"),
        ('do = "screen"\nat_least = 65', "at_least is 65: expected a number from 0 to 1"),
        ('do = "treat"\nmethod = "winsorise"\nmax_points = "many"', "max_points is 'many'"),
        ('do = "treat"\nmethod = "winsorise"\nthen = "log"', "then is 'log': expected one of"),
        ('do = "normalise"\nmethod = "minmax"\nlower = "0"', "lower is '0': expected a number"),
        ('do = "normalise"\nmethod = ["rank", "borda"]', "only aggregate takes a list"),
        ('do = "weight"\nmethod = "equal"\nonly = ["a"]', "unknown parameter 'only'"),
        (
            'do = "aggregate"\nmethod = "median"\n[[step]]\ndo = "impute"\nmethod = "zero"',
            "impute stands after aggregate",
        ),
        (
            'do = "weight"\nmethod = "equal"\n[[step]]\ndo = "weight"\nmethod = "equal"',
            "weight stands 2 times",
        ),
    ],
)
def test_what_is_wrong_with_a_step_is_said(text, complaint):
    with pytest.raises(Problems) as caught:
        recipe_of(text)
    assert complaint in str(caught.value)


def test_every_method_and_parameter_stands_in_the_documentation():
    from pathlib import Path

    from reli.index.methods import METHODS

    text = Path(__file__).parents[3].joinpath("docs/methodology-index.md").read_text("utf-8")
    names = {name for methods in METHODS.values() for name in methods if name}
    parameters = {key for methods in METHODS.values() for each in methods.values() for key in each}
    assert [name for name in sorted(names) if name not in text] == []
    assert [key for key in sorted(parameters) if f"`{key}`" not in text] == []


def test_of_two_values_none_is_an_outlier():
    # Skewness of type 2 needs three values: two are left as they are, not made equal.
    assert winsorise(np.array([2.0, 30.0]), 2.0, 3.5, 5).tolist() == [2.0, 30.0]
