"""Kernels over row groups keep the order of the rows."""

import time

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from reli.engine import Budget, map_batches
from reli.engine.batches import ahead, map_in_order, read_batches
from reli.engine.encoded import joined


def double(batch):
    # Later batches finish first, if anything lets them.
    time.sleep(0.02 if batch.num_rows and batch["x"][0].as_py() == 0 else 0)
    return pa.record_batch({"y": pc.multiply(batch["x"], 2)})


def test_answers_come_in_the_order_of_the_batches():
    batches = [pa.record_batch({"x": [i, i + 1]}) for i in range(0, 20, 2)]
    answers = [b["y"].to_pylist() for b in map_in_order(batches, double, threads=4)]
    assert answers == [[2 * i, 2 * i + 2] for i in range(0, 20, 2)]


def test_a_file_is_mapped_row_for_row(tmp_path):
    source, target = tmp_path / "x.parquet", tmp_path / "y.parquet"
    pq.write_table(pa.table({"x": range(1000), "z": range(1000)}), source, row_group_size=100)
    assert map_batches(source, double, target, columns=["x"]) == 1000
    assert pq.read_table(target)["y"].to_pylist() == list(range(0, 2000, 2))


def test_an_empty_file_keeps_its_schema(tmp_path):
    source, target = tmp_path / "x.parquet", tmp_path / "y.parquet"
    pq.write_table(pa.table({"x": pa.array([], pa.int64())}), source)
    assert map_batches(source, double, target) == 0
    assert pq.read_schema(target).names == ["y"]


def city_of(batch):
    assert pa.types.is_dictionary(batch["city"].type)
    return pa.record_batch({"city": batch["city"], "x": batch["x"]})


def test_texts_pass_a_kernel_as_places_in_dictionaries(tmp_path):
    """Row groups of 300 have dictionaries of their own; batches are of one size all the same."""
    source, target = tmp_path / "x.parquet", tmp_path / "y.parquet"
    table = pa.table({"x": range(1000), "city": [f"市{at // 70}" for at in range(1000)]})
    pq.write_table(table, source, row_group_size=300)
    sizes = [batch.num_rows for batch in read_batches(source, 400, encoded=["city"])]
    assert sizes == [400, 400, 200]
    assert map_batches(source, city_of, target, encoded=["city"]) == 1000
    assert pq.read_table(target).equals(table.select(["city", "x"]))


def test_columns_beside_those_in_dictionaries_are_not_put_together_again(tmp_path, monkeypatch):
    """They are not cut where a dictionary changes; to join what was cut copies all of it."""
    source, put_together = tmp_path / "x.parquet", set()
    table = pa.table({"x": range(900), "city": [f"市{at // 70}" for at in range(900)]})
    pq.write_table(table, source, row_group_size=300)

    def join(pieces):
        put_together.update(name for piece in pieces[1:] for name in piece.schema.names)
        return joined(pieces)

    monkeypatch.setattr("reli.engine.batches.joined", join)
    batches = [*read_batches(source, 400, ["x", "city"], encoded=["city"])]
    assert put_together == {"city"}
    assert [batch.schema.names for batch in batches] == [["x", "city"]] * 3
    assert pa.Table.from_batches(batches)["x"].to_pylist() == [*range(900)]


def test_an_empty_file_of_texts_in_dictionaries_is_read_as_texts(tmp_path):
    source, target = tmp_path / "x.parquet", tmp_path / "y.parquet"
    pq.write_table(pa.table({"x": pa.array([], pa.int64()), "city": pa.array([], "str")}), source)
    assert map_batches(source, city_of, target, encoded=["city"]) == 0
    assert pq.read_schema(target).field("city").type == pa.string()


def test_what_is_kept_of_many_rows_is_written_in_full_batches(tmp_path):
    source, few, again = (tmp_path / f"{name}.parquet" for name in ("source", "few", "again"))
    pq.write_table(pa.table({"x": range(20_000)}), source)

    def keep(batch):
        return batch.filter(pc.not_equal(pc.bit_wise_and(batch["x"], 1), 0))

    budget = Budget(memory=1, threads=2)
    assert map_batches(source, keep, few, packed=True, budget=budget) == 10_000
    groups = pq.read_metadata(few)
    sizes = [groups.row_group(at).num_rows for at in range(groups.num_row_groups)]
    assert sizes == [budget.batch_rows, budget.batch_rows, 10_000 - 2 * budget.batch_rows]
    # Made of what was kept it is the same file.
    map_batches(few, keep, again, packed=True, budget=budget)
    assert again.read_bytes() == few.read_bytes()


def test_the_next_is_made_while_one_is_used_and_no_other():
    begun, made = [], ahead(lambda each: begun.append(each) or 2 * each, range(5))
    assert next(made) == 0
    for number in range(1, 4):
        assert next(made) == 2 * number
        # What is asked for next may have been begun, nothing behind it.
        assert begun[: number + 1] == [*range(number + 1)]
        assert len(begun) <= number + 2
    assert [*made] == [8]


def test_what_fails_ahead_fails_where_it_is_asked_for():
    made = ahead(lambda each: 1 // each, [1, 0])
    assert next(made) == 1
    with pytest.raises(ZeroDivisionError):
        next(made)
