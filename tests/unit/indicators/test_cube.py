"""Counts as an array: few enough to be added up by hand."""

import numpy as np
import polars as pl
import pytest

from reli.indicators.cube import COUNTED, Cube, by_sets
from reli.indicators.sets import EVERY

CHIPS, CARS, OVERALL = "新一代信息技术", "新能源汽车", "综合"


def counts(*rows):
    return pl.DataFrame(rows, schema=COUNTED, orient="row")


@pytest.fixture
def cube():
    rows = counts(
        ("a", "330108", CHIPS, 2),
        ("a", "330122", CHIPS, 3),
        ("a", "330122", CHIPS, 4),
        ("b", "330100", CARS, 1),
        ("b", "330122", CARS, -1),
    )
    return Cube.of(rows, ["b", "a"], [CARS, CHIPS])


def test_cells_of_several_rows_are_added_up_and_told_in_order(cube):
    assert cube.rows().rows() == [
        ("a", "330108", CHIPS, 2),
        ("a", "330122", CHIPS, 7),
        ("b", "330100", CARS, 1),
        ("b", "330122", CARS, -1),
    ]
    assert cube.of_indicator("b").rows() == [("330100", CARS, 1), ("330122", CARS, -1)]
    assert cube.of_indicator("c").is_empty()


def test_units_have_what_lies_in_them_and_a_place_may_lie_in_several(cube):
    membership = pl.DataFrame(
        [
            ("330108", "330100"),
            ("330100", "330100"),
            ("330122", "330100"),
            ("330122", "长三角"),
            ("440305", "440300"),
        ],
        schema=["place", "unit"],
        orient="row",
    )
    by_unit = cube.by(membership, ["长三角", "330100", "440300"])
    assert by_unit.places == ("330100", "440300", "长三角")
    assert by_unit.table("a", [CHIPS, "别的"]).tolist() == [[9, 0, 7], [0, 0, 0]]
    assert by_unit.table("b", [CARS]).tolist() == [[0, 0, -1]]
    assert by_unit.table("c", [CARS]).tolist() == [[0, 0, 0]]
    assert by_unit.entries(["a", "c"]).rows() == [("a", "330100"), ("a", "长三角")]


def test_what_has_no_cell_is_left_out(cube):
    more = counts(("a", "330108", CHIPS, 5), ("c", "330108", CHIPS, 1), ("a", "330108", "别的", 1))
    elsewhere = counts(("a", "110101", CHIPS, 1))
    assert cube.plus(pl.concat([more, elsewhere])).rows().rows()[0] == ("a", "330108", CHIPS, 7)
    assert cube.plus(more).value.sum() == cube.value.sum() + 5


def test_a_set_counts_in_each_industry_that_its_number_holds():
    # 1 chips, 2 cars, 4 综合, 8 every.
    rows = pl.DataFrame(
        {"place": ["330108", "330108", "330122", "330122"], "party 0": [15, 8, 13, 12]}
    )
    found = by_sets(rows, {"a": np.array([2, 3, 5, 7]), "b": np.array([0, 1, 0, 0])}, [CHIPS, CARS])
    assert set(found.rows().rows()) == {
        ("a", "330108", CHIPS, 2),
        ("a", "330108", CARS, 2),
        ("a", "330108", OVERALL, 2),
        ("a", "330108", EVERY, 5),
        ("a", "330122", CHIPS, 5),
        ("a", "330122", OVERALL, 12),
        ("a", "330122", EVERY, 12),
        ("b", "330108", EVERY, 1),
    }


def test_sets_of_more_industries_than_one_number_holds():
    many = [f"industry {number}" for number in range(70)]
    # Words of 62 names: the last eight industries, 综合 and EVERY are in the second.
    rows = pl.DataFrame(
        {"place": ["330108", "330108"], "party 0": [1 << 61, 0], "party 1": [1 << 9, 1 << 7]}
    )
    found = by_sets(rows, {"a": np.array([2, 3])}, many)
    assert set(found.of_indicator("a").rows()) == {
        ("330108", many[61], 2),
        ("330108", EVERY, 2),
        ("330108", many[69], 3),
    }


def test_nothing_counted_is_no_rows():
    nothing = pl.DataFrame(schema={"place": pl.String, "party 0": pl.Int64})
    found = by_sets(nothing, {"a": np.array([], int)}, [CHIPS])
    assert found.rows().is_empty()
    assert found.rows().schema == pl.Schema(COUNTED)
    empty = Cube.of(pl.DataFrame(schema=COUNTED), ["a"], [CHIPS])
    membership = pl.DataFrame({"place": ["330108"], "unit": ["330100"]})
    assert empty.by(membership, ["330100"]).value.tolist() == [[[0]]]
