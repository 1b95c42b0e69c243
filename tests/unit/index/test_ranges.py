"""Rank ranges by what is varied, each kept apart; what is certain beside what is sampled."""

import numpy as np
import pyarrow.compute as pc
import pytest

from reli.index import Panel, parse_framework, parse_recipe, score_panel
from reli.index.dominance import dominance
from reli.index.margin import one_more
from reli.index.ranges import RANGES, WIDTHS, data_ranges, rank_ranges
from reli.index.robustness import leave_one_out, method_ranges, tree_of
from reli.index.sensitivity import CAUSES, sensitivity
from reli.index.study import Study, parse_study

TREE = parse_framework(
    "\n".join(
        f'[[node]]\ncode = "{code}"\nparent = "{parent}"'
        for code, parent in [
            ("i", ""), ("p", "i"), ("q", "i"), ("a", "p"), ("b", "p"), ("c", "q"), ("d", "q"),
        ]
    ),
    "tree",
)  # fmt: skip
RECIPE = """
[[step]]
do = "normalise"
method = "minmax"
lower = 1
[[step]]
do = "aggregate"
method = {method}
at_least = [0.0, 0.6]
[uncertainty]
weights = 0.2
freedom = 0.1
replicates = 400
leave_out = true
[[uncertainty.alternative]]
name = "位次"
replaces = [1]
[[uncertainty.alternative.step]]
do = "normalise"
method = "rank"
"""


def read(method='"arithmetic"'):
    text = RECIPE.format(method=method)
    recipe = parse_recipe(text, "recipe", TREE.indicators)
    return recipe, parse_study(text, "recipe", recipe, TREE.indicators)


def panel(n=30, gaps=0.2, seed=5):
    rng = np.random.default_rng(seed)
    values = {code: rng.random(n) for code in "abcd"}
    for x in values.values():
        x[rng.random(n) < gaps] = np.nan
    return Panel({}, tuple(f"u{k}" for k in range(n)), values)


def of(table, width):
    return table.filter(pc.equal(table["width"], width))


@pytest.mark.parametrize("method", ['"arithmetic"', '"geometric"', '["arithmetic", "geometric"]'])
@pytest.mark.parametrize("code", list("abcd"))
def test_a_tree_without_an_indicator_is_as_scored_without_it(method, code):
    rows, (recipe, _) = panel(), read(method)
    nominal = score_panel(rows, TREE, recipe)
    scored = np.flatnonzero(~np.isnan(nominal.values["i"]))
    tree, stated = tree_of(nominal, scored, recipe)
    ones = {parent: np.array([w], np.float32) for parent, w in stated.items()}
    found = tree.without(code, stated).scores(ones)[0]
    less = Panel({}, rows.units, {name: x for name, x in rows.values.items() if name != code})
    slow = score_panel(less, TREE, recipe).values["i"][scored]
    is_there = ~np.isnan(slow)
    assert not is_there.all()
    assert found[is_there] == pytest.approx(slow[is_there], rel=1e-5)
    # Whoever has no index without it counts as last.
    assert (found[~is_there] <= slow[is_there].min() + 1e-5).all()


def test_each_width_varies_what_it_says():
    recipe, study = read()
    rows = panel(gaps=0.0)
    found = rank_ranges(rows, TREE, recipe, study)
    assert found.table.schema.equals(RANGES)
    assert list(found.said) == ["method", "weights", "method_and_weights", "any_weights"]
    assert set(found.said) <= set(WIDTHS) and not found.left_out
    by_width = {width: of(found.table, width) for width in found.said}
    alone = method_ranges(rows, TREE, recipe, Study(weights=0.2, replicates=400))
    assert by_width["weights"]["rank_high"].to_pylist() == alone.high.tolist()
    both = method_ranges(rows, TREE, recipe, study)
    assert by_width["method_and_weights"]["rank_low"].to_pylist() == both.low.tolist()
    # Two normalisations, each with none or one of four indicators left out.
    assert "权重" not in found.said["method"] and "共计算10次" in found.said["method"]
    assert all("不是置信区间" in text for text in found.said.values())
    # Which choice moves ranks most stands beside, as asked for alone.
    assert found.causes.equals(sensitivity(rows, TREE, recipe, study).table())
    assert len(found.causes) == 3
    alone = rank_ranges(rows, TREE, recipe, Study(weights=0.2, replicates=10))
    assert len(alone.causes) == 0 and alone.causes.schema.equals(CAUSES)


def test_what_is_certain_contains_what_is_sampled():
    """Weights +-2% at two levels keep (0.98 / 1.02)^2 > 0.9 of what is stated."""
    recipe, _ = read()
    rows = panel(gaps=0.0)
    study = Study(weights=0.02, freedom=0.1, replicates=2000)
    table = rank_ranges(rows, TREE, recipe, study).table
    sampled = of(table, "weights").to_pylist()
    certain = of(table, "any_weights").to_pylist()
    for one, other in zip(sampled, certain, strict=True):
        assert other["rank_low"] <= one["rank_low"] <= one["rank"] <= one["rank_high"]
        assert one["rank_high"] <= other["rank_high"]
        assert other["top_10"] in (1.0, 0.0, None) and other["rank_median"] is None


def test_units_without_a_number_bound_but_take_no_place():
    recipe, study = read()
    rows = panel(n=6, gaps=0.0)
    numbered = [unit for unit in rows.units if unit != "u2"]
    found = rank_ranges(rows, TREE, recipe, study, numbered).table
    assert "u2" not in found["unit"].to_pylist()
    assert max(found["rank_high"].to_pylist()) == 5
    # Scores stay those of all six; ranks are among five.
    scores = score_panel(rows, TREE, recipe).values["i"]
    order = [rows.units[k] for k in np.argsort(-scores) if rows.units[k] != "u2"]
    first = of(found, "weights").to_pylist()
    assert {row["unit"]: row["rank"] for row in first} == {u: k for k, u in enumerate(order, 1)}


def test_data_that_leave_no_unit_a_score_tell_no_order():
    recipe, _ = read()
    rows = panel(n=4, gaps=0.0)
    nothing = {code: np.full(4, np.nan) for code in "abcd"}
    found = data_ranges(rows, TREE, recipe, [nothing]).to_pylist()
    assert sorted(row["rank"] for row in found) == [1, 2, 3, 4]
    assert all(row["rank_low"] == row["rank"] == row["rank_high"] for row in found)


def test_an_indicator_that_a_unit_lacks_counts_as_its_index():
    recipe, _ = read()
    rows = panel(n=9, gaps=0.0)
    rows.values["a"][4] = rows.values["d"][7] = np.nan
    scores = score_panel(rows, TREE, recipe)
    nominal = dominance(scores, 0.0)
    # All that have an index are compared; with no freedom their order is that of the index.
    assert nominal.units == rows.units
    assert nominal.best.tolist() == nominal.worst.tolist() == scores.ranks_of("i").tolist()
    # One by one: 0.8 of the lead in the index, and 0.2 of the least lead of any indicator.
    z = np.column_stack([scores.values[code] for code in "abcd"])
    z = np.where(np.isnan(z), scores.values["i"][:, None], z)
    ahead = [
        sum(
            0.8 * (scores.values["i"][one] - scores.values["i"][other])
            + 0.2 * (z[one] - z[other]).min()
            > 0
            for other in range(9)
        )
        for one in range(9)
    ]
    assert dominance(scores, 0.2).ahead.tolist() == ahead


def test_a_recipe_that_cannot_be_varied_says_why():
    recipe, study = read('"copeland"')
    found = rank_ranges(panel(), TREE, recipe, study)
    assert found.table.num_rows == 0 and not found.said
    assert "copeland cannot be replicated" in found.left_out["weights"]
    assert "arithmetic means" in found.left_out["any_weights"]


def test_places_are_gained_among_the_numbered():
    recipe, _ = read()
    rows = Panel({}, ("u", "v", "w"), {code: np.array([0.0, 2.0, 4.0]) for code in "abcd"})
    # Two more of a: 2 / 4 of 99 points, a quarter of the index; u then stands at 12.4, v at 49.5.
    table = one_more(rows, TREE, recipe, amount=2.0, numbered=("u", "v"))
    found = {(row["unit"], row["indicator"]): row for row in table.to_pylist()}
    assert found["u", "a"]["points"] == pytest.approx(99 / 8)
    assert found["u", "a"]["places"] == 0
    assert found["v", "a"]["places"] == 0 and found["w", "a"]["places"] is None


def test_leaving_out_says_how_ranks_shift():
    recipe, _ = read()
    table = leave_one_out(panel(gaps=0.0), TREE, recipe)
    assert table["indicator"].to_pylist() == list("abcd")
    assert all(0 < shift < 30 for shift in table["mean_shift"].to_pylist())
