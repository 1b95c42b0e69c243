"""Profiles, peers, what-if and gaps on panels that can be worked out by hand."""

import itertools
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reli.errors import InvalidData, Problems, UnknownName
from reli.index import Panel, parse_framework, parse_recipe
from reli.index.scores import score_panel
from reli.insight.change import Change, what_if
from reli.insight.gap import Gap, feasibility, milestone
from reli.insight.gaps import gap_table
from reli.insight.peers import characteristics, structural_peers
from reli.insight.profile import contributions, profile_table

TREE = parse_framework(
    """
    iCode,Parent,Direction,Weight,Level,Type
    a,one,1,1,1,Indicator
    b,one,1,3,1,Indicator
    c,two,1,1,1,Indicator
    one,top,1,1,2,Aggregate
    two,top,1,1,2,Aggregate
    top,,1,1,3,Aggregate
    """.replace(" ", "").strip(),
    "tree.csv",
)


def recipe(method="arithmetic", more=""):
    return parse_recipe(
        f"""
        [[step]]
        do = "normalise"
        method = "minmax"
        {more}
        [[step]]
        do = "aggregate"
        method = "{method}"
        """,
        "recipe.toml",
        TREE.indicators,
    )


def panel(**values):
    units = tuple(f"u{number}" for number in range(1, len(next(iter(values.values()))) + 1))
    return Panel({}, units, {code: np.array(x, dtype=float) for code, x in values.items()})


FIVE = panel(a=[0, 10, 20, 30, 40], b=[0, 1, 2, 3, 4], c=[4, 3, 2, 1, 0])
"""On 0-100: a and b 0, 25 .. 100, c the other way; one = a/4 + 3b/4, top = one/2 + c/2 = 50."""


def test_contributions_by_hand():
    scores = score_panel(FIVE, TREE, recipe())
    # Of u2: a 25 x 1/8, b 25 x 3/8, c 75 x 1/2.
    assert contributions(scores, recipe())[1] == pytest.approx([25 / 8, 75 / 8, 37.5])


@settings(max_examples=40)
@given(
    st.lists(st.tuples(*[st.one_of(st.none(), st.integers(1, 50))] * 3), min_size=3, max_size=9),
    st.sampled_from(["arithmetic", "geometric", "harmonic"]),
)
def test_contributions_sum_to_the_index(rows, method):
    rows = [*rows, (1, 1, 1), (60, 60, 60)]
    columns = np.array([[np.nan if x is None else x for x in row] for row in rows], float).T
    some = panel(**dict(zip("abc", columns, strict=True)))
    steps = recipe(method, "lower = 1\nupper = 100")
    scores = score_panel(some, TREE, steps)
    index = scores.values["top"]
    found = np.nansum(contributions(scores, steps), axis=1)
    is_scored = ~np.isnan(index)
    assert found[is_scored] == pytest.approx(index[is_scored], rel=1e-12)


def test_power_means_add_up_too():
    steps = parse_recipe(
        """
        [[step]]
        do = "normalise"
        method = "minmax"
        lower = 1
        upper = 100
        [[step]]
        do = "aggregate"
        method = "power"
        p = 2
        """,
        "recipe.toml",
        TREE.indicators,
    )
    scores = score_panel(FIVE, TREE, steps)
    found = contributions(scores, steps).sum(axis=1)
    assert found == pytest.approx(scores.values["top"], rel=1e-12)


def test_a_median_cannot_be_taken_apart():
    scores = score_panel(FIVE, TREE, recipe("median"))
    with pytest.raises(InvalidData, match="median cannot be taken apart"):
        contributions(scores, recipe("median"))


def test_profile_against_all_province_and_peers():
    scores = score_panel(FIVE, TREE, recipe())
    groups = {"u1": "p", "u2": "p", "u3": "q", "u4": "q", "u5": "q"}
    table = profile_table(scores, recipe(), groups, {"u2": ["u4", "u5"]})
    rows = {(r["unit"], r["indicator"]): r for r in table.to_pylist()}
    # a of u2 adds 25/8; all five on average 50/8; its province 12.5/8; its peers 87.5/8.
    row = rows["u2", "a"]
    assert row["ahead_of_all"] == pytest.approx(-25 / 8)
    assert row["ahead_of_province"] == pytest.approx(12.5 / 8)
    assert row["ahead_of_peers"] == pytest.approx(-62.5 / 8)
    assert (row["all_raw"], row["province_raw"], row["peers_raw"]) == (20, 5, 35)
    assert (row["raw"], row["value"], row["rank"], row["weight"]) == (10, 25, 4, 1 / 8)
    assert rows["u1", "a"]["ahead_of_peers"] is None
    # A unit's leads sum to the lead of its index: 50 less the mean of 50.
    assert sum(rows["u2", code]["ahead_of_all"] for code in "abc") == pytest.approx(0)


def test_places_on_an_indicator_go_by_what_was_counted():
    """The cap makes u4 and u5 alike on a; c is a rate, whose zero is a value as any."""
    steps = parse_recipe(
        """
        [[step]]
        do = "treat"
        method = "clip_quantile"
        q = 0.5
        [[step]]
        do = "normalise"
        method = "minmax"
        [[step]]
        do = "aggregate"
        method = "arithmetic"
        """,
        "recipe.toml",
        TREE.indicators,
    )
    some = panel(a=[0, 10, 20, 30, 40], b=[0, 1, 2, 3, 4], c=[-2, -1, 0, 1, 2])
    scores = score_panel(some, TREE, steps)
    assert scores.ranks_of("a").tolist() == [5, 4, 3, 1, 1]

    def places(indicator, **more):
        rows = profile_table(scores, steps, {}, {}, **more).to_pylist()
        return [row["rank"] for row in rows if row["indicator"] == indicator]

    assert places("a") == [None, 4, 3, 2, 1]
    assert places("c") == [5, 4, 3, 2, 1]
    # u5 stands beside the others and holds no place.
    assert places("a", numbered={"u1", "u2", "u3", "u4"}) == [None, 3, 2, 1, None]


def test_peers_are_alike_in_structure():
    table = pl.DataFrame(
        {
            "unit": ["a", "b", "c", "d"],
            "size": [1.0, 2.0, 100.0, None],
            "share": [0.1, 0.1, 0.9, 0.5],
        }
    )
    found = structural_peers(("a", "b", "c", "d"), table, size=1).to_pylist()
    # By places of three: size 1/3, 2/3, 1; share 0.5, 0.5, 1.
    assert [(row["unit"], row["peer"]) for row in found] == [("a", "b"), ("b", "a"), ("c", "b")]
    assert found[0]["distance"] == pytest.approx(1 / 3)


def test_doubles_are_peers_of_each_other_and_nobody_of_itself():
    table = pl.DataFrame({"unit": list("abcdef"), "size": [1.0] * 5 + [2.0]})
    found = structural_peers(tuple("abcdef"), table, size=3).to_pylist()
    assert all(row["unit"] != row["peer"] for row in found)
    assert len({(row["unit"], row["peer"]) for row in found}) == len(found) == 18


def test_characteristics_of_the_census():
    rows = {row["unit"]: row for row in characteristics().to_dicts()}
    # 海淀 stands out by its graduates; 余杭 and 临平, one county in 2020, are alike.
    assert rows["110108"]["graduate_share"] > 0.3 > rows["411722"]["graduate_share"]
    assert {**rows["330110"], "unit": ""} == {**rows["330113"], "unit": ""}


def test_what_if_shows_every_rank_that_moves():
    some = panel(a=[0, 10, 20, 30, 40], b=[0, 1, 2, 3, 4], c=[0, 1, 2, 3, 4])
    # u2 to 35, 3.5, 3.5 stands between u4 (75) and u5: u4 and u3 lose a place each.
    changes = [Change("u2", "a", 35, True), Change("u2", "b", 2.5), Change("u2", "c", 2.5)]
    rows = what_if(some, TREE, recipe(), changes).to_pylist()
    assert [(r["unit"], r["rank_before"], r["rank_after"], r["places"]) for r in rows] == [
        ("u2", 4, 2, 2),
        ("u4", 2, 3, -1),
        ("u3", 3, 4, -1),
    ]
    assert rows[0]["index_after"] == pytest.approx(87.5)


def test_new_bounds_move_others_unless_they_are_kept():
    some = panel(a=[0, 10, 20, 30, 40], b=[0, 1, 2, 3, 4], c=[0, 1, 2, 3, 4])
    (row,) = what_if(some, TREE, recipe(), [Change("u5", "a", 40)]).to_pylist()
    assert row["index_after"] == pytest.approx(100)
    (row,) = what_if(some, TREE, recipe(), [Change("u5", "a", 40)], keep_bounds=True).to_pylist()
    # 80 of 40 is 200, an eighth of the index.
    assert row["index_after"] == pytest.approx(100 + 100 / 8)


def test_units_without_a_place_push_nobody_down():
    some = panel(a=[0, 10, 20], b=[0, 1, 2], c=[0, 1, 2])
    rows = what_if(some, TREE, recipe(), [Change("u1", "a", 90)], numbered={"u2", "u3"}).to_pylist()
    assert [(r["unit"], r["rank_after"]) for r in rows] == [("u1", None)]


def test_changes_that_cannot_be():
    with pytest.raises(UnknownName, match="unit 'u9'"):
        what_if(FIVE, TREE, recipe(), [Change("u9", "a", 1)])
    with pytest.raises(UnknownName, match="indicator 'z'"):
        what_if(FIVE, TREE, recipe(), [Change("u1", "z", 1)])
    some = panel(a=[np.nan, 10, 20], b=[0, 1, 2], c=[0, 1, 2])
    with pytest.raises(InvalidData, match="say what it would be"):
        what_if(some, TREE, recipe(), [Change("u1", "a", 1)])


def test_a_count_cannot_become_negative_but_a_balance_can():
    some = panel(a=[0, 10, 20], b=[0.5, 1, 2], c=[-3, 1, 2])
    with pytest.raises(InvalidData, match=r"^u2: a would become -90 \(now 10\): a count cannot be"):
        what_if(some, TREE, recipe(), [Change("u2", "a", -100)])
    # Neither halves nor a balance are counted: nothing is known of their least.
    changes = [Change("u2", "b", -2), Change("u2", "c", -9), Change("u1", "b", -1, True)]
    assert what_if(some, TREE, recipe(), changes).num_rows


def test_a_share_of_what_is_counted_cannot_become_negative():
    some = panel(a=[0, 10, 20], b=[0.5, 1, 2], c=[0, 1, 2])
    b = replace(TREE.by_code["b"], measure={"count": "enterprises"})
    tree = replace(TREE, nodes=tuple(b if node.code == "b" else node for node in TREE.nodes))
    with pytest.raises(Problems, match="changes: 2 problems") as caught:
        what_if(some, tree, recipe(), [Change("u1", "b", -9), Change("u3", "a", -1, True)])
    assert "u1: b would become -8.5 (now 0.5): a share of counts cannot" in str(caught.value)
    assert "u3: a would become -1 (now 20): a count cannot" in str(caught.value)


def test_mistakes_of_one_question_are_told_together():
    with pytest.raises(Problems) as caught:
        what_if(FIVE, TREE, recipe(), [Change("u1", "y", 1), Change("u9", "z", 1)])
    assert len(caught.value.problems) == 3
    some = random_panel(3)
    with pytest.raises(Problems, match=r"(?s)unknown indicator 'z'.*the cost of a is -1"):
        Gap(some, TREE, recipe(), some.units[0], 1).spread({"z": 1, "a": -1})
    with pytest.raises(Problems, match=r"(?s)unknown indicator 'y'.*unknown indicator 'z'"):
        Gap(some, TREE, recipe(), some.units[0], 1).alone(["y", "z"])


def random_panel(seed, size=40):
    random = np.random.default_rng(seed)
    return panel(**{code: random.poisson(6, size) for code in "abc"})


@pytest.mark.parametrize(("seed", "keep"), list(itertools.product(range(3), (True, False))))
def test_the_smallest_change_is_the_smallest(seed, keep):
    some, steps = random_panel(seed), recipe()
    scores = score_panel(some, TREE, steps)
    order = np.argsort(-scores.values["top"], kind="stable")
    unit = some.units[order[20]]
    gap = Gap(some, TREE, steps, unit, 12, keep_bounds=keep)
    for row in gap.alone().to_pylist():
        if row["needed"] is None:
            assert row["rank_reached"] > 12 and row["feasibility"] == "out_of_reach"
            continue
        # One by one, as a planner would try it.
        tried = (
            what_if_rank(some, steps, unit, row["indicator"], amount, keep)
            for amount in range(1, 90)
        )
        first = next(amount for amount, rank in enumerate(tried, 1) if rank <= 12)
        assert row["needed"] == first and row["rank_reached"] <= 12


def what_if_rank(some, steps, unit, code, amount, keep):
    rows = what_if(some, TREE, steps, [Change(unit, code, amount)], keep_bounds=keep).to_pylist()
    return next(row["rank_after"] for row in rows if row["unit"] == unit)


def test_what_is_divided_or_divides_has_no_common_gap_and_the_others_have():
    some = random_panel(7)
    some = replace(some, columns={"a": tuple(some.values["a"])})
    b = replace(TREE.by_code["b"], denominator="a")
    tree = replace(TREE, nodes=tuple(b if node.code == "b" else node for node in TREE.nodes))
    steps = parse_recipe(
        """
        [[step]]
        do = "denominate"
        [[step]]
        do = "normalise"
        method = "minmax"
        [[step]]
        do = "aggregate"
        method = "arithmetic"
        """,
        "recipe.toml",
    )
    rows = gap_table(some, tree, steps, {}).to_pylist()
    assert {row["indicator"] for row in rows} == {"c"}
    found = [row for row in rows if row["needed"] is not None]
    assert found
    for row in found[::5]:
        gap = Gap(some, tree, steps, row["unit"], row["target_rank"], keep_bounds=True)
        single = {each["indicator"]: each for each in gap.alone().to_pylist()}
        assert row["needed"] == single["c"]["needed"]


@pytest.mark.parametrize("direction", [1, -1])
def test_gaps_of_all_are_those_of_each(direction):
    some, steps = random_panel(7), recipe()
    c = replace(TREE.by_code["c"], direction=direction)
    tree = replace(TREE, nodes=tuple(c if node.code == "c" else node for node in TREE.nodes))
    peers = {unit: [u for u in some.units[:10] if u != unit] for unit in some.units}
    table = gap_table(some, tree, steps, peers)
    assert table.num_rows
    by_unit = pl.DataFrame(table).partition_by("unit", as_dict=True)
    for (unit,), rows in list(by_unit.items())[::4]:
        target = rows["target_rank"][0]
        own = tuple(peers[unit])
        gap = Gap(some, tree, steps, unit, target, peers=own, keep_bounds=True)
        single = {row["indicator"]: row for row in gap.alone().to_pylist()}
        for row in rows.to_dicts():
            other = single[row["indicator"]]
            if row["needed"] is None:
                # The table tries no more than some unit has.
                sign = tree.by_code[row["indicator"]].direction
                best = (sign * some.values[row["indicator"]]).max()
                assert other["needed"] is None or sign * other["value_needed"] > best
                continue
            for name in ("needed", "peers", "peers_with", "best_peer", "units_with", "feasibility"):
                assert row[name] == other[name], (unit, row["indicator"], name)


def test_a_change_spread_over_several_reaches_the_rank_and_nothing_of_it_is_too_much():
    some, steps = random_panel(3), recipe()
    scores = score_panel(some, TREE, steps)
    unit = some.units[np.argsort(-scores.values["top"], kind="stable")[30]]
    gap = Gap(some, TREE, steps, unit, 10)
    rows = gap.spread({"a": 1.0, "b": 1.0, "c": 5.0}).to_pylist()
    amounts = {row["indicator"]: row["needed"] for row in rows}
    assert gap.rank_with(amounts) <= 10
    for code, amount in amounts.items():
        assert gap.rank_with({**amounts, code: amount - 1}) > 10
    # Little cheaper is possible: all combinations of whole changes tried.
    prices = {"a": 1.0, "b": 1.0, "c": 5.0}
    cost = sum(prices[code] * amount for code, amount in amounts.items())
    costs = [
        x + y + 5 * z
        for x, y, z in itertools.product(range(16), range(16), range(6))
        if x + y + 5 * z < cost and gap.rank_with({"a": x, "b": y, "c": z}) <= 10
    ]
    least = min(costs, default=cost)
    assert cost <= 1.25 * least


def test_gaps_that_cannot_be_asked_for():
    steps = recipe()
    some = panel(a=[0, 10, 20], b=[0, 1, 2], c=[0, 1, 2])
    with pytest.raises(InvalidData, match="stands at rank 1 already"):
        Gap(some, TREE, steps, "u3", 1).alone()
    with pytest.raises(UnknownName, match="unit 'x'"):
        Gap(some, TREE, steps, "x", 1).alone()
    with pytest.raises(UnknownName, match="indicator 'z'"):
        Gap(some, TREE, steps, "u1", 1).alone(["z"])
    with pytest.raises(InvalidData, match="cost of a is 0"):
        Gap(some, TREE, steps, "u1", 1).spread({"a": 0})


def test_feasibility_by_what_peers_have():
    peers, others = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 9.0])
    said = [feasibility(needed, peers, others) for needed in (3, 4, 5, 10, np.nan)]
    assert said == ["usual", "seen", "rare", "unseen", "out_of_reach"]


def test_milestones():
    assert [milestone(rank) for rank in (1, 2, 44, 100, 101)] == [None, 1, 30, 70, 100]
