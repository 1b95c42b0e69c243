"""Texts as places in dictionaries say the same as the texts themselves."""

import polars as pl
import pyarrow as pa
import pytest

from reli.engine.encoded import among, as_encoded, encoded_fields, joined, plain, spread

CITIES = pa.array(["杭州", None, "宁波", "杭州"])


def test_each_row_has_the_texts_of_its_row_of_a_table():
    table = pl.DataFrame({"city": ["杭州", "宁波", "杭州"], "method": ["name", "name", "town"]})
    found = spread(table, pl.Series([0, 1, 2, 0]))
    assert found["city"].to_pylist() == ["杭州", "宁波", "杭州", "杭州"]
    assert found["method"].to_pylist() == ["name", "name", "town", "name"]
    assert found["city"].dictionary.to_pylist() == ["杭州", "宁波"]


@pytest.mark.parametrize("column", [CITIES, CITIES.dictionary_encode()])
def test_whether_a_text_is_one_of_some_is_asked_of_either_form(column):
    found = among(column, pa.array(["宁波", "温州"])).to_pylist()
    assert [bool(each) for each in found] == [False, False, True, False]
    assert as_encoded(column).to_pylist() == CITIES.to_pylist()


def test_batches_become_one_with_one_dictionary():
    parts = [pa.record_batch({"city": CITIES.slice(at, 2).dictionary_encode()}) for at in (0, 2)]
    whole = joined(parts)
    assert whole["city"].to_pylist() == CITIES.to_pylist()
    assert whole["city"].dictionary.to_pylist() == ["杭州", "宁波"]


def test_plain_rows_have_the_texts():
    schema = encoded_fields(pa.schema({"city": pa.string(), "year": pa.int32()}), ["city"])
    batch = pa.record_batch(
        [CITIES.dictionary_encode(), pa.array([1, 2, 3, 4], pa.int32())], schema
    )
    assert plain(batch).to_pydict() == {"city": CITIES.to_pylist(), "year": [1, 2, 3, 4]}
    assert plain(batch).schema.field("city").type == pa.string()
