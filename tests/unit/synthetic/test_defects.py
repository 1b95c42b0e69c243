"""Defective rows: copies of right ones with the cells that the table of defects says."""

import numpy as np
import polars as pl
import pytest

from reli.synthetic.defects import DEFECTS, with_defects


def of_patents(count):
    numbers = [f"CN{at}B" for at in range(count)]
    return pl.DataFrame({"授权公告号": numbers, "专利权人": "甲", "IPC分类号": "A61K31/00"})


@pytest.fixture(scope="module")
def flawed():
    return with_defects(np.random.default_rng(1), "patents", of_patents(20_000))


def test_right_rows_are_where_they_are_said_to_be(flawed):
    assert flawed.rows[flawed.place].equals(of_patents(20_000))
    stands = {*flawed.place.tolist(), *flawed.defects["row"].to_list()}
    assert stands == set(range(20_040))
    assert flawed.rows.height == 20_040


def test_a_defective_row_differs_from_a_right_one_in_the_cells_of_its_defect_alone(flawed):
    assert set(flawed.defects["defect"]) == set(DEFECTS["patents"])
    right = flawed.rows[flawed.place]
    for row, defect in flawed.defects.iter_rows():
        cells = {name: to for name, to in DEFECTS["patents"][defect].items() if name in right}
        assert bool(cells) == (defect != "repeated")
        defective = flawed.rows[row]
        assert defective.select(cells.keys()).equals(pl.DataFrame(cells or None))
        rest = [name for name in right.columns if name not in cells]
        assert not right.join(defective, on=rest, how="semi").is_empty()


def test_of_two_equal_rows_the_first_is_the_defective_one(flawed):
    again = flawed.defects.filter(defect="repeated")["row"].to_list()
    for row in again:
        same = flawed.rows.with_row_index().join(flawed.rows[row], on=flawed.rows.columns)
        assert same["index"].to_list() == [row, same["index"].max()]
        assert same["index"].max() in flawed.place


@pytest.mark.parametrize("count", [0, 1, 19])
def test_a_handful_of_rows_has_none(count):
    flawed = with_defects(np.random.default_rng(1), "patents", of_patents(count))
    assert flawed.rows.equals(of_patents(count))
    assert flawed.place.tolist() == list(range(count))
    assert flawed.defects.is_empty()
