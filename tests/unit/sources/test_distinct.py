"""Columns by their distinct texts: nothing is changed by it, row for row."""

import polars as pl
import pyarrow as pa
import pytest

from reli.sources.distinct import Distinct, distinct

ROWS = 4_000


def test_few_texts_are_kept_once_and_spread_again():
    column = pa.array(["杭州", None, "宁波", "杭州"] * (ROWS // 4))
    found = distinct(column, "text")
    assert found.texts.to_list() == ["杭州", "宁波"]
    assert found.spread(found.texts).to_list() == column.to_pylist()
    assert found.spread(pl.Series([1, 2])).to_list() == [1, None, 2, 1] * (ROWS // 4)


def test_owners_that_seldom_recur_at_the_beginning_are_kept_once_where_few_come_in_all():
    """Of 4,000 rows 1,000 owners, most of which stand once among the first thousand."""
    owners = [f"甲{number * number % 997 + number % 4}公司" for number in range(ROWS)]
    found = distinct(pa.array(owners), "owners")
    assert len(found.texts) < ROWS / 3
    assert found.rows.to_list() == owners


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        ([f"甲{number}公司" for number in range(ROWS)], "text"),
        ([str(number) for number in range(ROWS)], "money"),
        (["91330100MA27W3RM1X"] * ROWS, "credit_code"),
        (["杭州"] * 10, "text"),
    ],
)
def test_where_it_does_not_pay_texts_are_the_rows(texts, kind):
    found = distinct(pa.array(texts), kind)
    assert found.places is None
    assert found.texts.to_list() == texts


def test_numbers_are_spread_as_they_are():
    column = pa.array([2023, None] * (ROWS // 2), pa.int32())
    found = distinct(column, "integer")
    assert found.spread(found.texts).to_list() == column.to_pylist()


@pytest.mark.parametrize(("rows", "pays"), [(ROWS, True), (10, False)])
def test_a_dictionary_is_taken_as_it_is_where_it_pays(rows, pays):
    texts = ["杭州", None, "宁波", "杭州"] * rows
    column = pa.array(texts[:rows]).dictionary_encode()
    found = distinct(column, "text")
    assert (found.places is not None) == pays
    assert found.spread(found.texts).to_list() == texts[:rows]


def test_what_was_found_of_texts_is_a_dictionary_of_what_differs():
    """Of 在业, - and 存续 are found alive, nothing and alive."""
    found = Distinct(
        pl.Series(["alive", None, "alive"]), pl.Series([2, 1, None, 0], dtype=pl.UInt32)
    )
    array = found.to_arrow(pa.string())
    assert array.dictionary.to_pylist() == ["alive"]
    assert array.to_pylist() == ["alive", None, None, "alive"]
    assert found.is_filled.to_list() == [True, False, False, True]
    assert found.at(pl.Series([3, 1])).rows.to_list() == ["alive", None]
    assert found.at(pl.Series([3, 1])).to_arrow(pa.string()).to_pylist() == ["alive", None]


def test_numbers_and_rows_are_arrays_of_their_type():
    places = pl.Series([0, 0], dtype=pl.UInt32)
    assert (
        Distinct(pl.Series([2023]), places)
        .to_arrow(pa.int32())
        .equals(pa.array([2023, 2023], pa.int32()))
    )
    assert Distinct(pl.Series(["甲"])).to_arrow(pa.string()).equals(pa.array(["甲"]))


@pytest.mark.parametrize(
    ("texts", "places", "missing"),
    [
        (["甲", None, "乙"], None, 1),
        (["甲", "乙"], [1, None, 0, 0], 1),
        (["甲", None], [1, None, 0, 1], 3),
    ],
)
def test_rows_without_a_text_are_counted(texts, places, missing):
    found = Distinct(pl.Series(texts), places and pl.Series(places, dtype=pl.UInt32))
    assert found.missing == missing == found.rows.null_count()
