"""Weights and aggregations on a few numbers, with the arithmetic beside it."""

import math

import numpy as np
import pytest

from reli.errors import InvalidData, MissingFile, Problems
from reli.index import aggregate as ag
from reli.index import parse_framework, parse_recipe, score
from reli.index import weight as wt
from reli.index.pairwise import read_comparisons

NAN = math.nan
HALVES = np.array([[0.5, 0.5]])


def matrix(*rows):
    return np.array(rows, float)


def test_means_by_hand():
    x, w = matrix([1, 4], [4, 4]), matrix([0.5, 0.5], [0.5, 0.5])
    assert ag.arithmetic(x, w).tolist() == [2.5, 4]
    assert ag.geometric(x, w) == pytest.approx([2, 4])
    # 1 / (1/2 + 1/8) = 1.6
    assert ag.harmonic(x, w) == pytest.approx([1.6, 4])
    # The mean of 1 and 16 is 8.5.
    assert ag.power(x, w, 2) == pytest.approx([math.sqrt(8.5), 4])
    assert ag.power(x, w, 1) == pytest.approx(ag.arithmetic(x, w))
    assert ag.power(x, w, -1) == pytest.approx(ag.harmonic(x, w))
    assert ag.power(x, w, 0) == pytest.approx(ag.geometric(x, w))


def test_power_means_of_high_powers_are_near_the_extremes():
    x, w = np.array([[1e12, 1.0], [2.0, 4.0], [0.0, 0.0]]), np.full((3, 2), 0.5)
    # The mean of two, one of which vanishes beside the other: its 2 ^ (-1 / p).
    assert ag.power(x, w, 100.0) == pytest.approx([1e12 * 2**-0.01, 4 * 2**-0.01, 0])
    assert ag.power(x[:2], w[:2], -100.0) == pytest.approx([2**0.01, 2 * 2**0.01])


@pytest.mark.parametrize(
    "method", ["arithmetic", "median", "topsis", "adjusted_mazziotta_pareto", "mazziotta_pareto"]
)
def test_where_no_unit_is_left_nothing_is_scored(method):
    values, w = ag.combine(np.zeros((0, 2)), np.array([[1.0, 1.0]]), method)
    assert values.shape == (0,) and w.shape == (0, 2)
    assert wt.benefit_of_doubt(np.zeros((0, 2))).shape == (0, 2)


def test_what_tells_nothing_has_no_weight_and_no_warning():
    # One unit has a value of the second: no spread. What goes against itself has no mean.
    assert wt.critic(np.array([[1.0, 2.0], [3.0, np.nan], [5.0, np.nan]])).tolist() == [1, 0]
    against = np.array([[1.0, -1.0], [2.0, -2.0], [5.0, -5.0]])
    assert wt.optimised(against, np.array([1.0, 1.0])) == pytest.approx([0.5, 0.5])


def test_weighted_median():
    x = matrix([1, 2, 9], [9, 2, 1], [1, 2, NAN])
    equal = ag.present_weights(x, np.ones((1, 3)))
    assert ag.median(x, equal).tolist() == [2, 2, 1.5]
    # Three quarters of the weight on the last.
    heavy = ag.present_weights(x, matrix([1, 1, 6]))
    assert ag.median(x, heavy).tolist() == [9, 1, 1.5]


def test_missing_children_leave_their_weight():
    x = matrix([1, NAN, 5], [NAN, NAN, NAN])
    values, used = ag.combine(x, matrix([1, 1, 3]), "arithmetic")
    # (1 x 1 + 3 x 5) / 4
    assert values[0] == 4 and math.isnan(values[1])
    assert used[0].tolist() == [0.25, 0, 0.75]
    values, _ = ag.combine(x, matrix([1, 1, 3]), "arithmetic", at_least=0.7)
    assert math.isnan(values[0])


def test_a_floor_lifts_what_a_geometric_mean_cannot_take():
    with pytest.raises(InvalidData, match="geometric mean needs values above 0; give the step a f"):
        ag.combine(matrix([0, 4]), np.ones((1, 2)), "geometric")
    values, _ = ag.combine(matrix([0, 4], [NAN, 4]), np.ones((1, 2)), "geometric", floor=1)
    assert values == pytest.approx([2, 4])


def test_copeland_counts_units_beaten():
    # u ahead of v in two of three, of w in two of three; v ties with w.
    x = matrix([3, 3, 0], [1, 1, 1], [1, 2, 0.5])
    values, _ = ag.combine(x, np.ones((1, 3)), "copeland")
    # v: 1 = 1 (half), 1 < 2, 1 > 0.5: 1.5 of 3, a tie.
    assert values.tolist() == [2, -1, -1]
    # With the third child decisive, u loses to both, and v is ahead of w.
    values, _ = ag.combine(x, matrix([1, 1, 4]), "copeland")
    assert values.tolist() == [-2, 2, 0]


def test_copeland_with_gaps_does_not_depend_on_the_order_of_units():
    rng = np.random.default_rng(5)
    x = rng.random((12, 4))
    x[rng.random(x.shape) < 0.3] = NAN
    w = matrix([1, 2, 3, 4])
    there, _ = ag.combine(x, w, "copeland")
    back, _ = ag.combine(x[::-1], w, "copeland")
    assert str(there.tolist()) == str(back[::-1].tolist())


def test_mazziotta_pareto_punishes_imbalance():
    # On the scale of mean 100, standard deviation 10: (90, 100, 110) twice, once in each order.
    x = matrix([90, 110], [100, 100], [110, 90])
    values, _ = ag.combine(x, np.ones((1, 2)), "mazziotta_pareto")
    # u: mean 100, variance 100 (over the two children): 100 - 100 / 100.
    assert values == pytest.approx([99, 100, 99])


def test_adjusted_mazziotta_pareto_rescales_to_70_130():
    x = matrix([0, 10], [5, 5], [10, 0], [10, 10])
    values, _ = ag.combine(x, np.ones((1, 2)), "adjusted_mazziotta_pareto")
    # 70 and 130: mean 100, variance 900: 100 - 9; 130 in both: 130.
    assert values == pytest.approx([91, 100, 91, 130])


def test_topsis_is_the_closeness_to_the_ideal():
    x = matrix([0, 0], [3, 4], [3, 0])
    values, _ = ag.combine(x, np.ones((1, 2)), "topsis")
    # Ideal (3, 4). w: 4 from the ideal, 3 from the worst: 3 / 7.
    assert values == pytest.approx([0, 1, 3 / 7])


def test_entropy_weights():
    # a is the same everywhere: weight 0. b: p = 0, 0, 1, entropy 0. c: p = 1/2, 1/2, 0,
    # entropy ln 2 / ln 3.
    w = wt.entropy(matrix([1, 0, 1], [1, 0, 1], [1, 5, 0]))
    c = 1 - math.log(2) / math.log(3)
    assert w == pytest.approx([0, 1 / (1 + c), c / (1 + c)])
    with pytest.raises(InvalidData, match="entropy weights need values of 0 or more"):
        wt.entropy(matrix([-1, 2]))


def test_critic_weights():
    # a and b fully correlated, c against both: conflicts 0 + 2, 0 + 2, 2 + 2; spreads 1, 2, 1.
    w = wt.critic(matrix([1, 2, 3], [2, 4, 2], [3, 6, 1]))
    assert w == pytest.approx([2 / 10, 4 / 10, 4 / 10])


def test_pca_weights_are_never_negative():
    rng = np.random.default_rng(1)
    common = rng.normal(size=200)
    x = np.column_stack([common, common, -common]) + 0.1 * rng.normal(size=(200, 3))
    w = wt.pca(x)
    assert w[2] == 0 and w[:2] == pytest.approx([0.5, 0.5], abs=0.01)


def test_optimised_weights_make_children_matter_alike():
    rng = np.random.default_rng(2)
    a, b, c = rng.normal(size=(3, 300))
    x = np.column_stack([a, a + 0.8 * b, 2 * c])
    w = wt.optimised(x, np.ones(3))
    mean = x @ w
    with_mean = [np.corrcoef(x[:, k], mean)[0, 1] for k in range(3)]
    assert w.sum() == pytest.approx(1) and (w >= 0).all()
    assert with_mean == pytest.approx([with_mean[0]] * 3, abs=1e-3)


def test_benefit_of_the_doubt_is_each_units_own_best():
    x = matrix([10, 0], [0, 10], [5, 5], [2, 4], [0, 0])
    w = wt.benefit_of_doubt(x)
    scores = (w * x).sum(axis=1)
    # The frontier runs from (10, 0) to (0, 10); (2, 4) is best judged at 6 of 10.
    assert scores == pytest.approx([1, 1, 1, 0.6, 0])
    # Half of each: 2 w1 = 4 w2, with 10 w1 <= 1: 2 x 0.1 + 4 x 0.05.
    w = wt.benefit_of_doubt(x, 0.5, 0.5)
    assert (w[3] * x[3]).sum() == pytest.approx(0.4)


def test_benefit_of_the_doubt_as_a_step():
    tree = parse_framework(
        '[[node]]\ncode="i"\n[[node]]\ncode="a"\nparent="i"\n[[node]]\ncode="b"\nparent="i"', "t"
    )
    text = '[[step]]\ndo="weight"\nmethod="benefit_of_doubt"\n[[step]]\ndo="aggregate"\nmethod="{}"'
    x = {"a": np.array([10.0, 2, NAN]), "b": np.array([0.0, 4, 4])}
    found = score(x, "uvw", tree, parse_recipe(text.format("arithmetic"), "r"))
    # v: 4 of 4 in b. w has b alone, and is as good.
    assert found.values["i"] == pytest.approx([100, 100, 100])
    with pytest.raises(InvalidData, match="not with median"):
        score(x, "uvw", tree, parse_recipe(text.format("median"), "r"))


PILLARS = """
[[node]]
code = "i"
[[node]]
code = "a"
parent = "i"
weight = 3
[[node]]
code = "b"
parent = "i"
"""


def run(step, tmp_path=None):
    tree = parse_framework(PILLARS, "t")
    text = f'[[step]]\ndo="weight"\n{step}\n[[step]]\ndo="aggregate"\nmethod="arithmetic"'
    x = {"a": np.array([0.0, 100]), "b": np.array([100.0, 0])}
    recipe = parse_recipe(text, "r", tree.indicators, tmp_path)
    return score(x, "uv", tree, recipe).values["i"].tolist()


def test_stated_and_equal_weights():
    assert run('method="framework"') == [25, 75]
    assert run('method="equal"') == [50, 50]


def test_comparisons_in_pairs(tmp_path):
    (tmp_path / "pairs.csv").write_text(",b,a\nb,1,1/4\na,4,1\n", encoding="utf-8")
    assert run('method="ahp"\nmatrix="pairs.csv"', tmp_path) == pytest.approx([20, 80])


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("", "is empty"),
        (",a,b\nb,1,2\na,1,1\n", "rows are b, a, but columns are a, b"),
        (",a,b\na,1,2\nb,2,1\n", "a against b is 2, but b against a is 2: expected its recip"),
        (",a,b\na,1,x\nb,2,1\n", "a against b: expected a number above 0"),
        (",a,b\na,1\nb,2,1\n", "row 'a' has 1 values: expected 2"),
    ],
)
def test_what_is_wrong_with_comparisons_is_said(tmp_path, text, complaint):
    path = tmp_path / "pairs.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problems) as caught:
        read_comparisons(path)
    assert complaint in str(caught.value)


def test_comparisons_that_contradict_themselves_or_are_not_there(tmp_path):
    text = ",a,b,c\na,1,9,1/9\nb,1/9,1,9\nc,9,1/9,1\n"
    (tmp_path / "pairs.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidData, match="contradict themselves: consistency ratio"):
        run('method="ahp"\nmatrix="pairs.csv"', tmp_path)
    (tmp_path / "pairs.csv").write_text(",a,c\na,1,1\nc,1,1\n", encoding="utf-8")
    with pytest.raises(InvalidData, match="expected all children of some node"):
        run('method="ahp"\nmatrix="pairs.csv"', tmp_path)
    with pytest.raises(MissingFile, match="named as matrix"):
        run('method="ahp"\nmatrix="others.csv"', tmp_path)
