"""The cluster's stand-in on one machine: the same answers as the embedded database."""

import shutil
import sys

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from reli.engine import Budget, DuckDBEngine, parquet_writer
from reli.engine.choice import open_engine
from reli.errors import UnknownName

cloudpickle = pytest.importorskip("pyspark.cloudpickle")
if not shutil.which("java"):
    pytest.skip("needs Java 17", allow_module_level=True)


# Workers do not import tests.
cloudpickle.register_pickle_by_value(sys.modules[__name__])


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    folder = tmp_path_factory.mktemp("engines")
    spark = open_engine("spark", folder / "spill", Budget(threads=2), master="local[2]")
    yield DuckDBEngine(folder / "scratch"), spark
    spark.stop()


@pytest.fixture(scope="module")
def firms(tmp_path_factory):
    """Enterprises in two files of a folder."""
    rng = np.random.default_rng(3)
    folder = tmp_path_factory.mktemp("rows") / "firms.parquet"
    folder.mkdir()
    for part in range(2):
        industries = [
            ["新材料"] * int(n > 1) + ["新能源"] * int(n > 2) for n in rng.integers(0, 4, 500)
        ]
        table = pa.table(
            {
                "enterprise_id": [f"{part}-{n}" for n in range(500)],
                "division_code": pa.array(rng.choice(["330108", "330110", None], 500).tolist()),
                "industries": pa.array(industries, pa.list_(pa.string())),
                "founded_date": pa.array(rng.integers(0, 19_000, 500).astype("int32")).cast(
                    pa.date32()
                ),
            }
        )
        pq.write_table(table, folder / f"part-{part:05}.parquet")
    return folder


def doubled():
    """A kernel of one column, as workers make it."""

    def kernel(batch):
        twice = pc.binary_join_element_wise(batch["enterprise_id"], batch["enterprise_id"], "+")
        return pa.record_batch({"twice": twice})

    return kernel


def by_industry(engine, rows):
    """What counting does: dates, missing codes, lists taken apart, a join with a small table."""
    names = engine.memory_table(
        pa.table({"division_code": ["330108", "330110"], "unit": ["a", "b"]})
    )
    old = rows.filter(rows.founded_date + ibis.interval(years=3) < ibis.date("2010-01-01"))
    placed = old.join(names, "division_code")
    each = placed.mutate(industry=placed.industries.unnest())
    grouped = each.group_by("unit", "industry").aggregate(n=lambda t: t.count().cast("int64"))
    return grouped.order_by("unit", "industry")


def test_expressions_give_the_same(engines, firms):
    here, there = (engine.fetch(by_industry(engine, engine.table(firms))) for engine in engines)
    assert here.to_pylist() == there.to_pylist()
    assert here.num_rows == 4


def test_tables_are_written_as_folders_that_both_read(engines, firms, tmp_path):
    database, spark = engines
    old = by_industry(spark, spark.table(firms))
    assert spark.write(old, tmp_path / "old.parquet") == 4
    names = sorted(path.name for path in (tmp_path / "old.parquet").iterdir())
    assert names == [f"part-{n:05}.parquet" for n in range(len(names))]
    read = database.fetch(database.table(tmp_path / "old.parquet").order_by("unit", "industry"))
    assert (
        read.to_pylist() == database.fetch(by_industry(database, database.table(firms))).to_pylist()
    )


def test_a_filter_on_texts_that_recur_reads_a_large_dictionary(engines, tmp_path):
    # 1,000 texts of 30 bytes: packed, the dictionary is longer than what Java reads at once.
    texts = [f"杭州第{n:04}号科技有限公司" for n in range(1_000)] * 4
    batch = pa.record_batch({"owners": texts, "number": pa.array(range(4_000), pa.int64())})
    path = tmp_path / "works.parquet"
    with parquet_writer(path, batch.schema) as write:
        write(batch)
    column = pq.ParquetFile(path).metadata.row_group(0).column(0)
    assert column.has_dictionary_page and column.compression == "LZ4"
    for engine in engines:
        rows = engine.table(path)
        found = rows.filter(rows.owners == texts[7]).select("number").order_by("number")
        assert engine.fetch(found)["number"].to_pylist() == [7, 1_007, 2_007, 3_007]


def test_kernels_are_mapped_over_partitions(engines, firms, tmp_path):
    found = []
    for engine, name in zip(engines, ("a.parquet", "b.parquet"), strict=True):
        rows = engine.map(firms, doubled, tmp_path / name, columns=["enterprise_id"])
        assert rows == 1000
        found.append(sorted(pq.read_table(tmp_path / name)["twice"].to_pylist()))
    assert found[0] == found[1]
    assert found[0][0] == "0-0+0-0"


def test_an_unknown_engine_gets_the_nearest_name(tmp_path):
    with pytest.raises(UnknownName, match="did you mean 'duckdb'"):
        open_engine("duckbd", tmp_path, Budget())
