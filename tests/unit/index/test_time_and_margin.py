"""Years that compare, changes that add up, and what one more is worth: by hand."""

import numpy as np
import pytest

from reli.errors import InvalidData, UnknownName
from reli.index import Panel, parse_framework, parse_recipe, score_panel, scores_of
from reli.index.margin import one_more
from reli.index.time import change, changes_table, common_fit, scores_over_years

TREE = parse_framework(
    "\n".join(
        f'[[node]]\ncode = "{code}"\nparent = "{parent}"\nweight = {weight}'
        for code, parent, weight in [("i", "", 1), ("a", "i", 3), ("b", "i", 1)]
    ),
    "tree",
)
MINMAX = parse_recipe(
    '[[step]]\ndo="normalise"\nmethod="minmax"\n[[step]]\ndo="aggregate"\nmethod="arithmetic"', "r"
)
NAN = float("nan")


def panel(year, a, b):
    return Panel({"year": year}, ("u", "v"), {"a": np.array(a, float), "b": np.array(b, float)})


YEARS = [panel(2022, [0, 10], [0, 4]), panel(2023, [5, 20], [2, 2])]


def test_bounds_of_a_base_year():
    fit = common_fit(YEARS, TREE, MINMAX, "2022")
    first, second = scores_of(YEARS, TREE, MINMAX, fit)
    assert first.values["i"].tolist() == [0, 100]
    # a: 50 and 200; b: 50 and 50; weights 3 and 1.
    assert second.values["i"].tolist() == [50, 162.5]


def test_bounds_of_all_years():
    fit = common_fit(YEARS, TREE, MINMAX, "all")
    first, second = scores_of(YEARS, TREE, MINMAX, fit)
    # a from 0 to 20, b from 0 to 4.
    assert first.values["a"].tolist() == [0, 50]
    assert second.values["i"].tolist() == [(3 * 25 + 50) / 4, (3 * 100 + 50) / 4]


def test_a_year_that_is_not_there():
    with pytest.raises(UnknownName, match="unknown year '2021'"):
        common_fit(YEARS, TREE, MINMAX, "2021")


def test_the_parts_of_a_change_add_up_to_it():
    fit = common_fit(YEARS, TREE, MINMAX, "2022")
    first, second = scores_of(YEARS, TREE, MINMAX, fit)
    parts = change(first, second).to_pylist()
    # u: a rises by 50 with three quarters, b by 50 with a quarter.
    assert [(row["from_value"], row["from_weight"]) for row in parts[:2]] == [(37.5, 0), (12.5, 0)]
    for place, unit in enumerate(("u", "v")):
        total = sum(row["from_value"] + row["from_weight"] for row in parts if row["unit"] == unit)
        assert total == pytest.approx(second.values["i"][place] - first.values["i"][place])


def test_a_value_that_goes_missing_is_a_change_of_weights():
    fit = common_fit(YEARS, TREE, MINMAX, "2022")
    first = score_panel(YEARS[0], TREE, MINMAX, fit)
    second = score_panel(panel(2023, [5, 20], [NAN, 2]), TREE, MINMAX, fit)
    parts = [row for row in change(first, second).to_pylist() if row["unit"] == "u"]
    # From 0 (weights 3/4, 1/4) to 50 (a alone): (3/4 + 1)/2 x 50 and (0 + 50)/2 x 1/4.
    assert parts[0]["from_value"] == pytest.approx(43.75)
    assert parts[0]["from_weight"] == pytest.approx(6.25)
    assert parts[1]["from_value"] == parts[1]["from_weight"] == 0


def test_years_that_have_no_unit_in_common_change_nothing():
    lone = panel(2021, [NAN, 0], [NAN, 4]), panel(2022, [3, NAN], [1, NAN])
    scores = scores_of([*lone, YEARS[1]], TREE, MINMAX, common_fit(YEARS, TREE, MINMAX, "all"))
    assert len(change(*scores[:2])) == 0
    table = changes_table([*lone, YEARS[1]], scores, "all")
    # From 2022 to 2023 u alone is in both.
    assert {(r["from_year"], r["unit"]) for r in table.to_pylist()} == {(2022, "u")}


def test_one_more_in_points_and_places():
    rows = Panel(
        {},
        ("u", "v", "w"),
        {"a": np.array([0.0, 1, 4]), "b": np.array([1.0, 0, 2])},
    )
    found = {
        (row["unit"], row["indicator"]): (row["points"], row["places"])
        for row in one_more(rows, TREE, MINMAX).to_pylist()
    }
    # Scores: u (0, 50): 12.5; v (25, 0): 18.75; w 100. One more of a is 25 x 3/4 points.
    assert found["u", "a"] == (18.75, 1)
    assert found["v", "a"] == (18.75, 0)
    # One more of b is 50 / 4 points: u passes v, v stays behind w.
    assert found["u", "b"] == (12.5, 1)
    assert found["w", "b"] == (12.5, 0)


def test_one_more_of_an_index_whose_indicators_are_all_left_out_is_worth_nothing():
    """As in an industry of one county under `constant = "missing"`."""
    lenient = parse_recipe(
        '[[step]]\ndo="normalise"\nmethod="minmax"\nconstant="missing"\n'
        '[[step]]\ndo="aggregate"\nmethod="arithmetic"',
        "r",
    )
    assert one_more(panel(2023, [3, 3], [NAN, NAN]), TREE, lenient).num_rows == 0


def test_one_more_has_no_worth_of_its_own_among_ranks():
    ranking = parse_recipe(
        '[[step]]\ndo="normalise"\nmethod="rank"\n[[step]]\ndo="aggregate"\nmethod="arithmetic"',
        "r",
    )
    with pytest.raises(InvalidData, match=r"step 1 \(normalise, rank\) depends on the other units"):
        one_more(YEARS[0], TREE, ranking)


def test_changes_of_several_years_and_industries():
    industries = [
        Panel({"industry": name, "year": year}, ("u", "v"), each.values)
        for name in ("综合", "新材料")
        for year, each in ((2022, YEARS[0]), (2023, YEARS[1]), (2021, YEARS[1]))
    ]
    scores = scores_over_years(industries, TREE, MINMAX, "2022")
    table = changes_table(industries, scores, "2022").to_pylist()
    assert [row["from_year"] for row in table[::4]] == [2021, 2022, 2021, 2022]
    # What is gained from 2022 to 2023 was lost from 2021 to 2022.
    assert [row["change"] for row in table[:4]] == [-row["change"] for row in table[4:8]]
    assert table[4]["industry"] == "综合" and table[4]["change"] == 37.5


def test_years_that_do_not_compare_are_not_taken_apart():
    scores = scores_over_years(YEARS, TREE, MINMAX, "all")
    with pytest.raises(InvalidData, match="do not compare"):
        changes_table(YEARS, scores, "each")
    with pytest.raises(InvalidData, match="fewer than two years"):
        changes_table(YEARS[:1], scores[:1], "all")


def test_what_is_missing_in_one_year_counts_as_weight():
    later = [YEARS[0], panel(2023, [5, 20], [NAN, 2])]
    first, second = scores_over_years(later, TREE, MINMAX, "2022")
    parts = {(row["unit"], row["indicator"]): row for row in change(first, second).to_pylist()}
    # u: a keeps 3/4 of the weight and gets the whole; b leaves with its quarter.
    total = sum(row["from_value"] + row["from_weight"] for (u, _), row in parts.items() if u == "u")
    assert total == pytest.approx(second.values["i"][0] - first.values["i"][0])
    assert parts["u", "a"]["from_weight"] == pytest.approx((0 + 50) / 2 * 0.25)
