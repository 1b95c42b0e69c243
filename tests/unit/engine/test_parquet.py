"""Files written batch by batch: dictionaries where texts recur, and the same rows."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import parquet_reader, parquet_writer

SCHEMA = pa.schema(
    {"name": pa.string(), "city": pa.string(), "tags": pa.list_(pa.string()), "year": pa.int32()}
)
ROWS = 5_000
BATCH = pa.record_batch(
    {
        "name": [f"甲{number}" for number in range(ROWS)],
        "city": ["杭州", None] * (ROWS // 2),
        "tags": [["新材料", "新能源"]] * ROWS,
        "year": [2023] * ROWS,
    },
    schema=SCHEMA,
)


def written(path, *batches):
    with parquet_writer(path, SCHEMA) as write:
        for batch in batches:
            write(batch)
    return path


def test_what_is_read_is_what_was_written(tmp_path):
    path = written(tmp_path / "t.parquet", BATCH, BATCH.slice(0, 7))
    found = pq.read_table(path)
    assert found.equals(pa.Table.from_batches([BATCH, BATCH.slice(0, 7)]))
    assert pq.read_metadata(path).num_row_groups == 2


def test_texts_that_recur_have_a_dictionary_and_names_none(tmp_path):
    group = pq.read_metadata(written(tmp_path / "t.parquet", BATCH)).row_group(0)
    columns = {group.column(at).path_in_schema: group.column(at) for at in range(4)}
    has_dictionary = {name: each.has_dictionary_page for name, each in columns.items()}
    expected = {"name": False, "city": True, "tags.list.element": True, "year": True}
    assert has_dictionary == expected
    assert not columns["name"].is_stats_set
    assert columns["year"].statistics.max == 2023
    packed = {name: each.compression for name, each in columns.items()}
    assert packed == dict.fromkeys(columns, "LZ4") | {"name": "UNCOMPRESSED"}


def test_long_texts_are_packed_though_each_is_another(tmp_path):
    rows = 5_000
    texts = [f"许可项目：第{number}类货物的道路运输；仓储服务。" * 4 for number in range(rows)]
    batch = pa.record_batch({"scope": texts})
    path = tmp_path / "t.parquet"
    with parquet_writer(path, batch.schema) as write:
        write(batch)
    assert pq.read_metadata(path).row_group(0).column(0).compression == "LZ4"
    assert path.stat().st_size < sum(len(text.encode()) for text in texts) / 2


def test_codes_of_thousands_of_places_have_a_dictionary_and_lines_are_told_apart(tmp_path):
    """Of 3,000 codes most stand in few rows of a sample, yet all will come again."""
    schema = pa.schema({"code": pa.string(), "line": pa.int64()})
    rows = 6_000
    # 1,999 has no factor in common with 3,000, so that the codes come in a scattered order.
    codes = [f"{330_000 + number * 1_999 % 3_000}" for number in range(rows)]
    batch = pa.record_batch({"code": codes, "line": range(rows)}, schema=schema)
    path = tmp_path / "t.parquet"
    with parquet_writer(path, schema) as write:
        write(batch)
    group = pq.read_metadata(path).row_group(0)
    assert group.column(0).has_dictionary_page
    assert "DELTA_BINARY_PACKED" in group.column(1).encodings
    assert pq.read_table(path).equals(pa.Table.from_batches([batch]))


def test_a_table_without_rows_keeps_its_form(tmp_path):
    found = pq.read_table(written(tmp_path / "t.parquet"))
    assert found.num_rows == 0
    assert found.schema == SCHEMA


def test_memory_does_not_grow_with_what_was_read(tmp_path):
    noise = np.random.default_rng(1).integers(0, 2**62, (20, 50_000))
    path = tmp_path / "numbers.parquet"
    with parquet_writer(path, pa.schema({"number": pa.int64()})) as write:
        for each in noise:
            write(pa.record_batch({"number": each}))
    before = pa.total_allocated_bytes()
    with parquet_reader(path) as file:
        held = [pa.total_allocated_bytes() - before for _ in file.iter_batches(50_000)]
    assert len(held) == 20
    assert max(held) < path.stat().st_size / 4


def test_texts_in_dictionaries_are_written_as_they_are_and_read_as_texts(tmp_path):
    """Each batch has its own; the second is of another order, with a text that no row has."""
    cities = [pa.array(["杭州", None, "宁波"]).dictionary_encode()]
    other = pa.array(["宁波", "温州", "杭州"])
    cities.append(pa.DictionaryArray.from_arrays(pa.array([2, 0], pa.int32()), other))
    batches = [pa.record_batch({"city": each, "year": [2023] * len(each)}) for each in cities]
    path = tmp_path / "t.parquet"
    with parquet_writer(path, batches[0].schema) as write:
        for batch in batches:
            write(batch)
    found = pq.read_table(path)
    assert found.schema.field("city").type == pa.string()
    assert found["city"].to_pylist() == ["杭州", None, "宁波", "杭州", "宁波"]
    group = pq.read_metadata(path).row_group(1)
    assert group.column(0).has_dictionary_page
    assert not group.column(0).is_stats_set
