"""Repeated rows, found among the hashes of their keys."""

from dataclasses import replace

import polars as pl
import pyarrow as pa
import pytest

from reli.sources.aside import Aside
from reli.sources.canonical import Column, Table
from reli.sources.distinct import Distinct
from reli.sources.duplicates import (
    FORM_OF_KEYS,
    KEPT,
    ORDER,
    keys_of_rows,
    repeated_rows,
    told_rows,
)


def column(name):
    return Column(name=name, kind="text", name_zh=name, definition="")


FIRMS = Table(
    name="firms",
    name_zh="企业",
    definition="",
    columns=tuple(map(column, ("code", "name", "city"))),
    needs=(("name", "city"),),
    unique=("code",),
)
CLEAN = [
    # Code, name, city, line; of the first two rows with a code the fuller is kept.
    ("1", "甲", None, 1),
    ("1", "甲", "杭州", 2),
    (None, "乙", "宁波", 3),
    ("2", "乙", "宁波", 4),
    ("1", "丙", "温州", 5),  # As full as line 2, and later.
    (None, "乙", "宁波", 6),  # In everything as line 3, and later.
    (None, "乙", None, 7),
    ("3", "乙", "宁波", 8),
]


@pytest.fixture(params=[0, 150, 10_000], ids=["on disk", "both", "in memory"])
def staged(request, tmp_path):
    """Keys of the rows as Parquet, and the rows laid aside in batches of three."""
    rows = pl.DataFrame(CLEAN, ["code", "name", "city", "source_line"], orient="row").with_columns(
        pl.lit("a.csv").alias("source_file")
    )
    cells = {column.name: Distinct(rows[column.name]) for column in FIRMS.columns}
    keys = keys_of_rows(cells, FIRMS)
    assert keys.to_arrow().schema.names == FORM_OF_KEYS.names
    keys.write_parquet(tmp_path / "keys.parquet")
    table = rows.select(FIRMS.schema.names).to_arrow().cast(FIRMS.schema)
    path = tmp_path / "rows.arrow"
    with Aside(path, FIRMS.schema, request.param) as rows:
        for batch in table.to_batches(max_chunksize=3):
            rows.write(batch)
    assert path.exists() == (request.param < table.nbytes)
    assert pa.Table.from_batches(rows.batches()).equals(table)
    return tmp_path / "keys.parquet", rows


@pytest.mark.parametrize("most", [1, 2, 3, 100])
def test_repeated_rows_are_the_same_however_few_are_asked_at_a_time(staged, most):
    keys, rows = staged
    repeated = repeated_rows(keys, most)
    told = told_rows(repeated, rows, FIRMS)
    assert told.rows() == [
        ("a.csv", 1, "1", "a.csv", 5),
        ("a.csv", 2, "1", "a.csv", 5),
        ("a.csv", 3, "乙 宁波", "a.csv", 6),
    ]
    assert repeated[ORDER].to_list() == [0, 1, 2]


def test_rows_of_one_key_are_apart_where_they_name_others(tmp_path):
    centres = replace(FIRMS, unique=("name",), apart=("code", "city"))
    rows = [
        ("1", "技术中心", "甲公司"),
        (None, "技术中心", "乙公司"),
        ("1", "技术中心", "丙公司"),
        (None, "技术中心", "乙公司"),  # As the second.
    ]
    table = pl.DataFrame(rows, ["code", "name", "city"], orient="row")
    cells = {column.name: Distinct(table[column.name]) for column in centres.columns}
    keys_of_rows(cells, centres).write_parquet(tmp_path / "keys.parquet")
    assert repeated_rows(tmp_path / "keys.parquet", 10)[ORDER].to_list() == [1]


def test_rows_of_one_key_that_tell_other_days_are_facts_of_their_own(tmp_path):
    listed = replace(FIRMS, unique=("code",), dated=("name", "city"))
    rows = [
        ("第一批", "2019-12-02", None),
        ("第一批", "2022-12-19", None),
        ("第一批", None, None),  # Tells no day: as the fifth, the last of the fullest.
        ("第一批", "2019-12-02", None),  # As the first, and later.
        ("第一批", None, "2023-05-01"),
        ("第二批", None, None),
    ]
    table = pl.DataFrame(rows, ["code", "name", "city"], orient="row")
    cells = {column.name: Distinct(table[column.name]) for column in listed.columns}
    keys_of_rows(cells, listed).write_parquet(tmp_path / "keys.parquet")
    repeated = repeated_rows(tmp_path / "keys.parquet", 10)
    assert dict(repeated.select(ORDER, KEPT).iter_rows()) == {0: 3, 2: 4}


def test_without_rows_none_is_repeated(tmp_path):
    pl.DataFrame(FORM_OF_KEYS.empty_table()).write_parquet(tmp_path / "keys.parquet")
    repeated = repeated_rows(tmp_path / "keys.parquet", 10)
    with Aside(tmp_path / "rows.arrow", FIRMS.schema, 0) as rows:
        pass
    assert told_rows(repeated, rows, FIRMS).is_empty()


@pytest.mark.parametrize("most", [0, 2_000, 1_000_000], ids=["on disk", "both", "in memory"])
def test_dictionaries_and_long_texts_come_back_as_they_were_laid_aside(most, tmp_path):
    """Each batch has a dictionary of its own."""
    batches = [
        pa.record_batch(
            {
                "code": [f"{number}{at}" for at in range(4)],
                "city": pa.array([f"城{number}", None, "杭州", "杭州"]).dictionary_encode(),
                "name": ["软件开发；" * 30] * 4,
            }
        )
        for number in range(3)
    ]
    with Aside(tmp_path / "rows.arrow", FIRMS.schema, most) as rows:
        for batch in batches:
            rows.write(batch)
    assert rows.schema == batches[0].schema
    assert list(rows.batches()) == batches
    for names in (["name"], ["city", "code"], ["name", "city"]):
        assert list(rows.batches(names)) == [batch.select(names) for batch in batches]
    assert len(list(tmp_path.iterdir())) == (2 if most < 10_000 else 0)
