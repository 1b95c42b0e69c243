"""Method ranges, sensitivity, dominance: against the slow form, analytic values, and by hand."""

from dataclasses import replace

import numpy as np
import pytest

from reli.errors import InvalidData, Problems
from reli.index import Panel, parse_framework, parse_recipe, ranks, replicates, score_panel
from reli.index.dominance import dominance
from reli.index.replicates import RankCounts, perturbed, positions
from reli.index.robustness import leave_one_out, method_ranges, tree_of
from reli.index.sensitivity import sensitivity, sobol_indices
from reli.index.study import Study, chains, parse_study

TREE = parse_framework(
    "\n".join(
        f'[[node]]\ncode = "{code}"\nparent = "{parent}"\nweight = {weight}'
        for code, parent, weight in [
            ("i", "", 1),
            ("p", "i", 2),
            ("q", "i", 1),
            ("a", "p", 1),
            ("b", "p", 3),
            ("c", "q", 1),
            ("d", "q", 1),
        ]
    ),
    "tree",
)
MEAN = """
[[step]]
do = "normalise"
method = "minmax"
lower = 1
[[step]]
do = "aggregate"
method = {}
"""
ALTERNATIVE = """
[uncertainty]
weights = 0.2
replicates = 500
leave_out = true
[[uncertainty.alternative]]
name = "位次"
replaces = [1]
[[uncertainty.alternative.step]]
do = "normalise"
method = "rank"
"""


def recipe(method='"arithmetic"'):
    return parse_recipe(MEAN.format(method), "recipe", TREE.indicators)


def panel(n=40, gaps=0.0, seed=3):
    rng = np.random.default_rng(seed)
    values = {code: rng.random(n) for code in "abcd"}
    for x in values.values():
        x[rng.random(n) < gaps] = np.nan
    return Panel({}, tuple(f"u{k}" for k in range(n)), values)


def reweighted(weights, replicate):
    """The framework with one replicate's weights."""
    stated = {
        child: float(weights[parent][replicate, place])
        for parent, children in TREE.children.items()
        for place, child in enumerate(children)
    }
    return parse_framework(
        "\n".join(
            f'[[node]]\ncode = "{node.code}"\nparent = "{node.parent}"\n'
            f"weight = {stated.get(node.code, 1.0)!r}"
            for node in TREE.nodes
        ),
        "again",
    )


@pytest.mark.parametrize("gaps", [0.0, 0.3])
@pytest.mark.parametrize(
    "method",
    [
        '"arithmetic"',
        '"geometric"',
        '"harmonic"',
        '["arithmetic", "geometric"]',
        '["power", "arithmetic"]\np = -1',
        '"power"\np = 2',
    ],
)
def test_many_sets_of_weights_at_once_are_as_one_by_one(method, gaps):
    rows, steps = panel(gaps=gaps), recipe(method)
    nominal = score_panel(rows, TREE, steps)
    scored = np.flatnonzero(~np.isnan(nominal.values["i"]))
    tree, stated = tree_of(nominal, scored, steps)
    weights = perturbed(stated, 0.5, 7, np.random.default_rng(1))
    found = tree.scores(weights)
    for replicate in range(7):
        slow = score_panel(rows, reweighted(weights, replicate), steps).values["i"][scored]
        assert found[replicate] == pytest.approx(slow, rel=1e-5)


def test_a_tree_holds_no_missing_values():
    # They are 0 and told by `present`: products never meet a value that is no number.
    nominal = score_panel(panel(), TREE, recipe())
    tree, _ = tree_of(nominal, np.arange(40), recipe())
    with pytest.raises(AssertionError, match="not present"):
        replace(tree, values=np.full_like(tree.values, np.nan))


@pytest.mark.parametrize("n", [50, 5000])
def test_positions_are_ranks(n):
    scores = np.random.default_rng(0).normal(size=(3, n)).astype(np.float32)
    # Far enough apart to survive rounding to a millionth of the range.
    scores = np.argsort(np.argsort(scores, axis=1), axis=1).astype(np.float32)
    for row, places in zip(scores, positions(scores), strict=True):
        assert ranks(row.astype(float))[places].tolist() == list(range(1, n + 1))


def test_units_that_are_alike_share_each_rank():
    values = np.array([[1.0, 1], [0, 0], [2, 2], [0, 0]])
    counts = RankCounts(values)
    counts.add(np.array([[1, 0, 2, 0], [3, 0, 2, 0]], np.float32))
    ranks_taken, within = counts.summary([0.5, 1.0], [1, 9])
    assert ranks_taken.tolist() == [[1, 3, 1, 3], [2, 3, 2, 3]]
    assert within[1].tolist() == [0.5, 0, 0.5, 0] and within[9].tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("room", [256, 512, 10_240])
def test_counts_are_those_of_ranks_kept_one_by_one(monkeypatch, room):
    # With little room, ranks are counted before all have come.
    monkeypatch.setattr(replicates, "_ROOM", room)
    scores = np.random.default_rng(2).normal(size=(700, 150)).astype(np.float32)
    counts = RankCounts(np.arange(150.0)[:, None])
    for some in np.array_split(scores, 3):
        counts.add(some)
    taken = np.sort([ranks(row.astype(float)) for row in scores], axis=0)
    # Of 700, the 35th, the 350th and the 665th smallest rank.
    found, within = counts.summary([0.05, 0.5, 0.95], [10, 100])
    assert found.tolist() == taken[[34, 349, 664]].tolist()
    assert within[10] == pytest.approx((taken <= 10).mean(axis=0))
    assert within[100] == pytest.approx((taken <= 100).mean(axis=0))


def test_without_variation_ranges_are_the_ranks():
    found = method_ranges(panel(), TREE, recipe(), Study(weights=0.0, replicates=3))
    assert found.low.tolist() == found.median.tolist() == found.high.tolist()
    assert found.low.tolist() == found.rank.tolist()


def test_ranges_agree_with_ranks_taken_one_by_one():
    rows, steps, study = panel(n=25), recipe(), Study(weights=0.5, replicates=200, seed=9)
    found = method_ranges(rows, TREE, steps, study, against=("u3",), tops=(5,))
    _, stated = tree_of(score_panel(rows, TREE, steps), np.arange(25), steps)
    weights = perturbed(stated, 0.5, 200, np.random.default_rng(9))
    taken = np.array(
        [
            score_panel(rows, reweighted(weights, replicate), steps).ranks_of("i")
            for replicate in range(200)
        ]
    )
    ordered = np.sort(taken, axis=0)
    # The smallest rank that 5, 50 and 95 per cent of 200 do not exceed: the 10th, 100th, 190th.
    assert found.low.tolist() == ordered[9].tolist()
    assert found.median.tolist() == ordered[99].tolist()
    assert found.high.tolist() == ordered[189].tolist()
    assert found.within[5] == pytest.approx((taken <= 5).mean(axis=0))
    assert found.ahead["u3"] == pytest.approx((taken < taken[:, [3]]).mean(axis=0))


def test_the_same_seed_gives_the_same_ranges_and_bytes():
    study = parse_study(MEAN.format('"arithmetic"') + ALTERNATIVE, "r", recipe(), TREE.indicators)
    first, second = (method_ranges(panel(), TREE, recipe(), study).table() for _ in range(2))
    assert first.equals(second)
    assert first.column_names[:5] == ["unit", "rank", "rank_low", "rank_median", "rank_high"]


def test_all_combinations_are_tried():
    text = MEAN.format('"arithmetic"') + ALTERNATIVE
    study = parse_study(text, "r", recipe(), TREE.indicators)
    found = list(chains(recipe(), study, TREE.indicators))
    # Two normalisations, each with none or one of four indicators left out.
    assert len(found) == 10
    assert [chain.left_out for chain in found[:5]] == ["", "a", "b", "c", "d"]
    assert found[5].recipe.steps[0].method == "rank"
    assert study.said == (
        "方法区间：各级权重变动±20%，换用其他方法（位次），逐一剔除指标，共计算500次；不是置信区间。"
    )


def test_units_without_a_score_take_no_part():
    rows = panel(n=6)
    for x in rows.values.values():
        x[2] = np.nan
    found = method_ranges(rows, TREE, recipe(), Study(replicates=10))
    assert found.units == ("u0", "u1", "u3", "u4", "u5")
    assert found.high.max() <= 5


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("wieghts = 0.2", "unknown key 'wieghts': did you mean 'weights'?"),
        ("weights = 1.5", "weights is 1.5: expected a number from 0 to below 1"),
        ("replicates = 0", "replicates is 0: expected a whole number above 0"),
        ("[[uncertainty.alternative]]\nname = 'x'", "needs replaces: a list of numbers"),
        ("[[uncertainty.alternative]]\nreplaces = [9]", "replaces step 9: the recipe has 2 steps"),
        (
            "[[uncertainty.alternative]]\nreplaces = [1]\n[[uncertainty.alternative.step]]\n"
            "do = 'normalise'\nmethod = 'ranks'",
            "did you mean 'rank'?",
        ),
    ],
)
def test_what_is_wrong_with_a_study_is_said(text, complaint):
    with pytest.raises(Problems) as caught:
        parse_study(f"[uncertainty]\n{text}", "r.toml", recipe(), TREE.indicators)
    assert complaint in str(caught.value)


@pytest.mark.parametrize("method", ["copeland", "median", "topsis"])
def test_what_cannot_be_replicated_is_said(method):
    with pytest.raises(InvalidData, match=f"{method} cannot be replicated: expected arithmetic"):
        method_ranges(panel(), TREE, recipe(f'"{method}"'), Study(replicates=5))


def test_leaving_an_indicator_out_by_hand():
    rows = Panel(
        {},
        ("u", "v", "w"),
        {
            "a": np.array([0.0, 1, 2]),
            "b": np.array([0.0, 1, 2]),
            "c": np.array([9.0, 5, 1]),
            "d": np.array([2.0, 1, 0]),
        },
    )
    found = {row["indicator"]: row for row in leave_one_out(rows, TREE, recipe()).to_pylist()}
    # p counts double, so that w leads u; without a or b, p is as it was; likewise q.
    assert [found[code]["largest_shift"] for code in "abcd"] == [0, 0, 0, 0]


def test_sobol_indices_of_the_ishigami_function():
    """Ishigami & Homma (1990): sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1; analytic values."""

    def f(u):
        x = np.pi * (2 * u - 1)
        return (np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))[
            :, None
        ]

    from SALib.sample.sobol import sample

    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0.0, 1.0]] * 3}
    points = sample(problem, 2**13, calc_second_order=False, seed=1)
    first, total = sobol_indices(np.hstack([f(points), np.ones((len(points), 1))]), 3)
    # What never moves has no cause.
    assert np.isnan(first[1]).all() and np.isnan(total[1]).all()
    assert first[0] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.01)
    assert total[0] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)


def test_the_choice_that_matters_has_the_largest_index():
    text = ALTERNATIVE.replace("leave_out = true", "leave_out = false")
    study = parse_study(text, "r", recipe(), TREE.indicators)
    rows = panel(n=60)
    rows.values["b"][:] = np.exp(20 * rows.values["b"])
    found = sensitivity(rows, TREE, recipe(), study, samples=128)
    assert found.factors == ("位次", "weights")
    assert found.rows == 128 * 4
    assert found.total[0] > 0.8 > found.total[1]
    assert found.table().column_names[:2] == ["factor", "first_order"]
    assert (found.total_error < 0.3).all()
    # Not told how many, it takes as many as 2,000 rows allow: 256 for each of four.
    assert sensitivity(rows, TREE, recipe(), study).rows == 1024 <= 2000


def test_ranks_that_never_move_have_no_cause():
    rows = panel(n=60)
    # Far apart on every indicator: no choice changes the order.
    for x in rows.values.values():
        x[:] = np.arange(60.0)
    text = ALTERNATIVE.replace("leave_out = true", "leave_out = false")
    study = parse_study(text, "r", recipe(), TREE.indicators)
    found = sensitivity(rows, TREE, recipe(), study, samples=16)
    assert np.isnan(found.total).all() and np.isnan(found.first_error).all()


def test_nothing_to_be_sensitive_to():
    with pytest.raises(InvalidData, match="varies nothing"):
        sensitivity(panel(), TREE, recipe(), Study(weights=0.0))


def test_dominance_by_hand():
    rows = Panel(
        {},
        ("u", "v", "w"),
        {
            code: np.array(x, float)
            for code, x in zip("abcd", [[3, 1, 2]] * 3 + [[0, 1, 2]], strict=True)
        },
    )
    scores = score_panel(rows, TREE, recipe())
    # Any weights: w is ahead of v in all four; u leads in three and is last in d.
    found = dominance(scores, 1.0)
    assert found.ahead.tolist() == [0, 0, 1]
    assert found.best.tolist() == [1, 2, 1]
    assert found.worst.tolist() == [3, 3, 2]
    # The stated weights alone: a full order.
    assert dominance(scores, 0.0).best.tolist() == dominance(scores, 0.0).worst.tolist()


FLAT = """
[uncertainty]
replicates = 20
[[uncertainty.alternative]]
name = "prank"
replaces = [1]
[[uncertainty.alternative.step]]
do = "normalise"
method = "percentile_rank"
[[uncertainty.alternative]]
name = "geo"
replaces = [2]
[[uncertainty.alternative.step]]
do = "aggregate"
method = "geometric"
floor = {}
"""


def test_alternatives_that_make_all_units_alike_are_refused():
    text = MEAN.format('"arithmetic"')
    nominal = recipe()
    flat, fine = (
        parse_study(text + FLAT.format(floor), "r", nominal, TREE.indicators) for floor in (1, 0.01)
    )
    # Percentile ranks lie from 0 to 1: raised to 1, all are 1.
    for run in (method_ranges, sensitivity):
        with pytest.raises(InvalidData, match=r"with prank \+ geo no two of the 40 ranked units"):
            run(panel(), TREE, nominal, flat)
    assert method_ranges(panel(), TREE, nominal, fine).replicates == 20
    # Units that are alike by the recipe as it is may be so by all others.
    same = Panel({}, ("u", "v"), {code: np.array([3.0, 3.0]) for code in "abcd"})
    alike = parse_recipe(text.replace("lower = 1", 'lower = 1\nconstant = "zero"'), "r", "abcd")
    found = method_ranges(same, TREE, alike, replace(flat, alternatives=flat.alternatives[:1]))
    assert found.rank.tolist() == [1, 1]


def test_a_few_units_may_tie_by_ranks():
    """Ranks 1 and 2 of three units in turn: all have a mean of 1, and are told apart in parts."""
    text = (
        '[[step]]\ndo = "normalise"\nmethod = "minmax"\n'
        '[[step]]\ndo = "aggregate"\nmethod = "arithmetic"\n' + FLAT.format(0.01)
    )
    tree = parse_framework(
        '[[node]]\ncode = "i"\n'
        + "\n".join(f'[[node]]\ncode = "{code}"\nparent = "i"' for code in "abc"),
        "three",
    )
    values = {"a": [1.0, 2, 9], "b": [2.0, 9, 1], "c": [8.5, 1, 2]}
    rows = Panel({}, tuple("uvw"), {code: np.array(x) for code, x in values.items()})
    nominal = parse_recipe(text, "r", tree.indicators)
    study = parse_study(text, "r", nominal, tree.indicators)
    assert len(method_ranges(rows, tree, nominal, study).units) == 3


def test_bounds_of_a_rank_need_not_be_attained():
    """Of w and 1 - w, w from 0.05 to 0.95, B has 100 w, C 100 (1 - w): one of them 50 or more."""
    codes = "ab"
    tree = parse_framework(
        "\n".join(
            f'[[node]]\ncode = "{code}"\nparent = "{parent}"'
            for code, parent in [("i", ""), ("a", "i"), ("b", "i")]
        ),
        "two",
    )
    values = {"a": np.array([45.0, 100, 0, 0]), "b": np.array([45.0, 0, 100, 0])}
    rows = Panel({}, tuple("ABCD"), values)
    mean = parse_recipe('[[step]]\ndo = "aggregate"\nmethod = "arithmetic"', "r", codes)
    found = dominance(score_panel(rows, tree, mean), 0.9)
    # Exact: D is behind all others, and no other is always ahead of another.
    assert found.ahead.tolist() == [1, 1, 1, 0] and found.behind.tolist() == [0, 0, 0, 3]
    z = np.column_stack([values["a"], values["b"]])
    ranked = np.array([ranks(z @ [w, 1 - w]) for w in np.linspace(0.05, 0.95, 91)])
    # Ties share the better rank (B and C at w = 0.5).
    assert ranked.min(axis=0).tolist() == [2, 1, 1, 4]
    assert found.best.tolist() == [1, 1, 1, 4]
    assert ranked.max(axis=0).tolist() == found.worst.tolist() == [3, 3, 3, 4]


def test_dominance_holds_for_every_weighting_tried():
    scores = score_panel(panel(n=30), TREE, recipe())
    found = dominance(scores, 0.3)
    z = np.column_stack([scores.values[code] for code in "abcd"])
    stated = scores.effective_weights(0)
    w = np.array([stated[code] for code in "abcd"])
    rng = np.random.default_rng(4)
    for v in [*np.eye(4), *rng.dirichlet(np.ones(4), 200)]:
        rank = ranks(z @ (0.7 * w + 0.3 * v))
        assert (rank >= found.best).all() and (rank <= found.worst).all()


def test_dominance_needs_means_that_add():
    with pytest.raises(InvalidData, match="arithmetic means at every level"):
        dominance(score_panel(panel(), TREE, recipe('"geometric"')), 0.2)
