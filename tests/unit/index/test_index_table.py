"""Panels of any shape; three states; what is wrong is said with place."""

import pyarrow as pa
import pytest

from reli.errors import Problems
from reli.index import parse_framework, parse_recipe, read_panel, score_table, scores_of

TREE = parse_framework(
    """
[[node]]
code = "index"
[[node]]
code = "a"
parent = "index"
[[node]]
code = "b"
parent = "index"
direction = -1
""",
    "tree",
)
RECIPE = parse_recipe(
    """
[[step]]
do = "normalise"
method = "minmax"
[[step]]
do = "aggregate"
method = "arithmetic"
""",
    "recipe",
)


def table(text):
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return pa.table(
        {name: [line[place] for line in lines[1:]] for place, name in enumerate(lines[0])}
    )


def rows(text):
    panels = read_panel(table(text), TREE, "panel.csv")
    return score_table(panels, scores_of(panels, TREE, RECIPE)).to_pylist()


def test_wide():
    found = rows(
        """
        uCode | name | a   | b
        u     | x    | 0   | 3
        v     | y    | 10  | 1
        w     | z    | NaN | NA
        """
    )
    assert [tuple(row.values()) for row in found] == [
        ("u", "index", 2, 0.0, 2),
        ("u", "a", 1, 0.0, 2),
        ("u", "b", 1, 0.0, 2),
        ("v", "index", 2, 100.0, 1),
        ("v", "a", 1, 100.0, 1),
        ("v", "b", 1, 100.0, 1),
        ("w", "index", 2, None, None),
        ("w", "a", 1, None, None),
        ("w", "b", 1, None, None),
    ]


def test_long_is_the_same_as_wide():
    wide = """
        unit | a | b
        u    | 0 | 3
        v    | 4 |
        w    | 1 | 1
        """
    long = """
        unit | indicator | value
        u    | a         | 0
        v    | a         | 4
        u    | b         | 3
        w    | b         | 1
        v    | b         |
        w    | a         | 1
        """
    assert rows(long) == rows(wide)


def test_industry_and_year_split_the_panel():
    found = rows(
        """
        unit | year | industry | a | b
        u    | 2022 | 新材料   | 0 | 1
        v    | 2022 | 新材料   | 1 | 2
        u    | 2023 | 新材料   | 5 | 1
        v    | 2023 | 新材料   | 1 | 2
        """
    )
    index = [
        (row["unit"], row["industry"], row["year"], row["value"])
        for row in found
        if row["node"] == "index"
    ]
    # Each year by itself: u of 2022 has the lowest a (0) and the better b (100).
    assert index == [
        ("u", "新材料", 2022, 50.0),
        ("v", "新材料", 2022, 50.0),
        ("u", "新材料", 2023, 100.0),
        ("v", "新材料", 2023, 0.0),
    ]
    assert list(found[0]) == ["unit", "industry", "year", "node", "level", "value", "rank"]


def test_time_of_coinr_is_a_year_where_units_repeat():
    several = read_panel(table("uCode | Time | a\nu | 2020 | 1\nu | 2021 | 2"), TREE)
    assert [dict(panel.key) for panel in several] == [{"year": 2020}, {"year": 2021}]
    one = read_panel(table("uCode | Time | a\nu | 2020 | 1\nv | 2020 | 2"), TREE)
    assert [dict(panel.key) for panel in one] == [{}]


def test_without_normalising_the_rank_follows_the_direction():
    panels = read_panel(table("unit | a | b\nu | 1 | 1\nv | 2 | 2"), TREE)
    nothing = parse_recipe('[[step]]\ndo = "impute"\nmethod = "mean"', "recipe")
    found = score_table(panels, scores_of(panels, TREE, nothing)).to_pylist()
    ranks = {(row["unit"], row["node"]): row["rank"] for row in found}
    assert ranks == {("u", "a"): 2, ("v", "a"): 1, ("u", "b"): 1, ("v", "b"): 2}


def test_all_cells_that_are_no_numbers_are_told_together_with_line_and_column():
    wrong = table(
        "unit | year | a | b\nu | 1 | x | 1\nv | 1 | 2 | inf\nu | 2 | NA | ?\n | 2 | 1 | 1"
    )
    with pytest.raises(Problems) as caught:
        read_panel(wrong, TREE, "panel.csv", lines=[2, 3, 5, 6])
    assert caught.value.problems == (
        "year 1: line 2, column a, unit 'u': 'x' is no number; expected one, empty or NA",
        "year 1: line 3, column b, unit 'v': an infinite value; expected a number",
        "year 2: line 6 has no unit",
        "year 2: line 5, column b, unit 'u': '?' is no number; expected one, empty or NA",
    )


def test_of_very_many_problems_the_first_are_told():
    wrong = table("unit | a\n" + "\n".join(f"u{row} | x" for row in range(100)))
    with pytest.raises(Problems) as caught:
        read_panel(wrong, TREE)
    assert len(caught.value.problems) == 41
    assert caught.value.problems[-1] == "and 60 more of the kind"


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("id | a\nu | 1", "no column 'unit'; the table has: id, a"),
        ("unit | c\nu | 1", "no column is an indicator of the framework"),
        ("unit | a\nu | 1\nu | 2", "unit 'u' stands several times"),
        ("unit | a\nu | 1\nv | 1\nu | 2", "row 3: unit 'u' stands several times, first in row 1"),
        ("unit | a | 年份\nu | 1 | 2020\nu | 2 | 2021", "call the column '年份' year"),
        ("unit | a\nu | 1\nv | 1,2", "column a, unit 'v': '1,2' is no number"),
        ("unit | a\nu | inf\nv | 1", "column a, unit 'u': an infinite value"),
        ("unit | a\nu | 1\nv | -1e300", "column a, unit 'v': a value beyond 1e+100"),
        ("unit | a\n | 1", "row 1 has no unit"),
        ("unit | indicator | value\nu | aa | 1", "unknown indicator 'aa'"),
        ("unit | indicator | value\nu | a | 1\nu | a | 2", "stands several times for a"),
        ("unit | a\nu | 1_000", "'1_000' is no number"),
        ("unit | year | a\nu | 2020 | x\nu | 2021 | y", "year 2020: row 1, column a"),
    ],
)
def test_what_is_wrong_with_a_panel_is_said(text, complaint):
    with pytest.raises(Problems) as caught:
        read_panel(table(text), TREE, "panel.csv")
    assert complaint in str(caught.value)
    assert str(caught.value).startswith("panel.csv: ")


def test_numbers_may_come_typed():
    typed = pa.table({"unit": [1, 2], "a": [1, 2], "b": pa.array([None, 1.5])})
    panel = read_panel(typed, TREE)[0]
    assert panel.units == ("1", "2")
    assert panel.values["a"].tolist() == [1, 2]
    assert str(panel.values["b"].tolist()) == "[nan, 1.5]"


def test_a_long_table_carries_groups():
    table = pa.table(
        {
            "unit": ["u", "u", "v", "v", "w"],
            "indicator": ["a", "b", "a", "b", "a"],
            "value": ["1", "4", "3", "", "9"],
            "group": [None, "east", "east", "east", "west"],
        }
    )
    (panel,) = read_panel(table, TREE)
    assert panel.columns == {"group": ("east", "east", "west")}
