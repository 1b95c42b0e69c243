"""Queries known again, and none taken for another."""

import os
import subprocess
import sys

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reli.engine import DuckDBEngine, queries
from reli.engine.kept import CACHE_VARIABLE

COLUMNS = {"code": "string", "n": "int64"}


@ibis.udf.agg.builtin(name="bit_or")
def together(bits: int) -> int:
    """Union of sets."""


@ibis.udf.agg.builtin(name="bit_and")
def common(bits: int) -> int:
    """What sets share."""


def rows(name="rows_0", **columns):
    return ibis.table(COLUMNS | columns, name)


def counted(table, least=3, measure="n"):
    chosen = table.filter(table.n > least)
    return chosen.group_by("code").aggregate(total=chosen[measure].sum())


OTHERS = {
    "another bound": lambda: counted(rows(), least=4),
    "another kind of bound": lambda: counted(rows(), least=3.0),
    "another table": lambda: counted(rows("rows_1")),
    "another type": lambda: counted(rows(n="int32")),
    "another column": lambda: counted(rows(m="int64"), measure="m"),
    "further columns": lambda: counted(rows(m="int64")),
    "in an order": lambda: counted(rows()).order_by("code"),
    "a function": lambda: rows().aggregate(total=together(rows().n)),
    "another function": lambda: rows().aggregate(total=common(rows().n)),
    "one value of a list": lambda: rows().filter(rows().code.isin(["a", "b"])),
    "another value of a list": lambda: rows().filter(rows().code.isin(["a", "c"])),
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))


def test_what_was_asked_before_is_not_put_into_words_again(monkeypatch):
    first = queries.sql_of(counted(rows()))
    monkeypatch.setattr(queries, "_compiled", lambda _: pytest.fail("put into words again"))
    assert queries.sql_of(counted(rows())) == first
    assert '"n" > 3' in first


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_another_question_is_another_query(other):
    for each in (counted(rows()), *(make() for make in OTHERS.values())):
        queries.sql_of(each)
    found = queries.sql_of(other())
    assert found == str(ibis.to_sql(other(), dialect="duckdb", pretty=False))
    assert queries._digest(other()) != queries._digest(counted(rows()))


def test_questions_have_digests_of_their_own():
    digests = [queries._digest(make()) for make in OTHERS.values()]
    assert len(set(digests)) == len(OTHERS)


SAY = """
from tests.unit.engine.test_queries import OTHERS
from reli.engine.queries import _digest
print(*(_digest(make()) for make in OTHERS.values()))
"""


def test_a_question_is_known_again_in_every_process():
    """Whatever the seed by which Python orders its sets."""
    told = [
        subprocess.run(
            [sys.executable, "-c", SAY],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for seed in ("1", "2")
    ]
    assert told[0] == told[1] == [queries._digest(make()) for make in OTHERS.values()]


def test_the_same_question_of_other_files_is_asked_of_these(tmp_path):
    for name, number in (("one's", 4), ("other", 5)):
        pq.write_table(pa.table({"code": ["a"], "n": [number]}), tmp_path / f"{name}.parquet")
        engine = DuckDBEngine(tmp_path / "spill")
        found = engine.fetch(counted(engine.table(tmp_path / f"{name}.parquet")))
        engine.close()
        assert found.to_pylist() == [{"code": "a", "total": number}]


def test_tables_of_all_kinds_are_read_together(tmp_path):
    pq.write_table(pa.table({"code": ["a", "b"], "n": [4, 5]}), tmp_path / "rows.parquet")
    engine = DuckDBEngine(tmp_path / "spill")
    names = engine.memory_table(pa.table({"code": ["a"], "name": ["甲"]}))
    kept = engine.keep(engine.table(tmp_path / "rows.parquet").inner_join(names, "code"))
    both = engine.table([tmp_path / "rows.parquet", tmp_path / "rows.parquet"])
    written = both.inner_join(kept.select("code", "name"), "code").select("n", "name")
    assert engine.write(written, tmp_path / "out's.parquet", order_by=["n"]) == 2
    assert engine.fetch(kept).to_pylist() == [{"code": "a", "n": 4, "name": "甲"}]
    engine.close()
    assert pq.read_table(tmp_path / "out's.parquet").to_pylist() == [{"n": 4, "name": "甲"}] * 2


def test_sums_are_whole_numbers(tmp_path):
    """The database adds numbers of 64 bits up in 128, for which Arrow has decimals only."""
    engine = DuckDBEngine(tmp_path / "spill")
    found = engine.fetch(counted(engine.memory_table(pa.table({"code": ["a"] * 2, "n": [4, 5]}))))
    engine.close()
    assert found == pa.table({"code": ["a"], "total": pa.array([9], pa.int64())})


def test_a_column_that_never_lacks_a_value_may_stand_beside_one_that_does(tmp_path):
    engine = DuckDBEngine(tmp_path)
    schema = pa.schema([pa.field("one", pa.int64(), nullable=False)])
    pq.write_table(pa.table({"one": [1, 2]}, schema=schema), tmp_path / "full.parquet")
    read = engine.table(tmp_path / "full.parquet")
    found = engine.fetch(read.union(read.mutate(one=ibis.null(read.one.type()))))
    engine.close()
    assert found["one"].null_count == 2


def test_a_file_does_not_tell_by_which_way_its_rows_were_found(tmp_path):
    engine = DuckDBEngine(tmp_path)
    rows = engine.memory_table(pa.table({"n": [2, 1], "one": ["b", "a"]}))
    joined = rows.select("n").left_join(rows, "n").select("n", "one")
    ways = [rows, joined, rows.filter(rows.n == 1).union(rows.filter(rows.n == 2))]
    for at, way in enumerate(ways):
        engine.write(way, tmp_path / f"{at}.parquet", order_by=["n"])
    engine.close()
    assert len({(tmp_path / f"{at}.parquet").read_bytes() for at in range(len(ways))}) == 1
    assert pq.read_table(tmp_path / "0.parquet").to_pylist() == [
        {"n": 1, "one": "a"},
        {"n": 2, "one": "b"},
    ]
