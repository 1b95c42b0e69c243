"""Tables of databases as sources."""

import re
import sqlite3

import ibis
import polars as pl
import pytest

from reli.errors import InvalidData, InvalidSetting, MissingFile, Problems, UnknownName
from reli.sources.files import open_table
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table


@pytest.fixture
def firms(tmp_path):
    path = tmp_path / "firms.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("create table 企业 (企业名称 text, 成立日期 text, 参保人数 integer)")
        rows = [("乙", "2020-01-02", 3), ("甲", "2020/1/3", None)]
        connection.executemany("insert into 企业 values (?, ?, ?)", rows)
    return path


def rows(table):
    return [tuple(row.values()) for part in table.rows() for row in part.batch.to_pylist()]


def test_a_file_of_sqlite(firms, tmp_path):
    assert rows(open_table(firms)) == [("乙", "2020-01-02", "3"), ("甲", "2020/1/3", None)]
    out = tmp_path / "o.parquet"
    counts = clean_table("enterprises", [SourceFile(firms)], out, tmp_path / "r.csv")
    assert (counts.read, counts.written) == (2, 2)


def test_a_file_of_duckdb(tmp_path):
    path = tmp_path / "firms.duckdb"
    connection = ibis.duckdb.connect(str(path))
    connection.raw_sql("create table firms as select unnest(['b', 'a']) as name")
    connection.raw_sql("create table others as select 1 as x")
    connection.disconnect()
    assert rows(open_table(path, sheet="firms")) == [("a",), ("b",)]
    with pytest.raises(UnknownName, match="did you mean 'firms'"):
        open_table(path, sheet="firm")
    with pytest.raises(InvalidData, match="firms, others"):
        open_table(path)


def test_lists_and_records_in_columns_of_duckdb(tmp_path):
    path = tmp_path / "firms.duckdb"
    connection = ibis.duckdb.connect(str(path))
    connection.raw_sql(
        "create table firms as select '甲公司' as 企业名称, ['a公司', 'b公司'] as 曾用名, "
        "{'x': 1} as 备注, 'x'::blob as 附件"
    )
    connection.disconnect()
    out = tmp_path / "o.parquet"
    clean_table("enterprises", [SourceFile(path)], out, tmp_path / "r.csv")
    assert pl.read_parquet(out)["former_names"].to_list() == ["a公司|b公司"]


def test_any_value_in_any_column_of_sqlite(firms, tmp_path):
    with sqlite3.connect(firms) as connection:
        connection.execute("insert into 企业 values ('丙', 43833, '约50')")
        connection.execute("create view 在册 as select * from 企业")
    out, rejected = tmp_path / "o.parquet", tmp_path / "r.csv"
    # The view shows the table's rows once more; it is read where it is named.
    assert clean_table("enterprises", [SourceFile(firms)], out, rejected).read == 3
    assert ",约50,不是整数" in (tmp_path / "r.cells.csv").read_text(encoding="utf-8-sig")
    assert len(rows(open_table(firms, sheet="在册"))) == 3


def test_views_schemas_and_queries_of_duckdb(tmp_path):
    path = tmp_path / "firms.duckdb"
    connection = ibis.duckdb.connect(str(path))
    connection.raw_sql("create table firms as select 'a' as name")
    connection.raw_sql("create view seen as select name as 企业名称 from firms")
    connection.raw_sql("create schema old")
    connection.raw_sql("create table old.\"fir ms\" as select 'b' as name")
    connection.disconnect()
    assert rows(open_table(path, sheet="seen")) == [("a",)]
    assert rows(open_table(path, sheet="old.fir ms")) == [("b",)]
    asked = tmp_path / "x.database.toml"
    asked.write_text(f'url = "duckdb://{path}"\nquery = "select 1 as x, 2 as x"\n', "utf-8")
    table = open_table(asked)
    assert (table.header, table.columns) == (("x", "x"), ("x", "x_2"))
    assert rows(table) == [(1, 2)]


@pytest.mark.parametrize("query", ["select nothing from 企业", "delete from 企业", "selec"])
@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_query_reads_and_does_nothing_else(query, kind, tmp_path):
    path = tmp_path / f"firms.{kind}"
    connection = getattr(ibis, kind).connect(str(path))
    connection.raw_sql("create table 企业 as select '甲' as 企业名称")
    connection.disconnect()
    asked = tmp_path / "x.database.toml"
    asked.write_text(f'url = "{kind}://{path}"\nquery = "{query}"\n', encoding="utf-8")
    with pytest.raises(InvalidSetting, match="the query cannot be answered"):
        open_table(asked)
    assert rows(open_table(path)) == [("甲",)]


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_database_that_is_not_there_is_not_made(kind, tmp_path):
    asked, path = tmp_path / "x.database.toml", tmp_path / f"none.{kind}"
    asked.write_text(f'url = "{kind}://{path}"\ntable = "t"\n', encoding="utf-8")
    with pytest.raises(MissingFile, match="expected a database file"):
        open_table(asked)
    assert not path.exists()


def test_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(InvalidSetting, match="not a database"):
        open_table(path)


def test_a_server_by_its_address(firms, tmp_path, monkeypatch):
    monkeypatch.setenv("FIRMS", str(firms))
    path = tmp_path / "register.database.toml"
    query = "select 企业名称 as name from 企业 order by 参保人数 desc"
    path.write_text(f'url = "sqlite://${{FIRMS}}"\nquery = "{query}"\n', encoding="utf-8")
    assert rows(open_table(path)) == [("乙",), ("甲",)]
    monkeypatch.delenv("FIRMS")
    with pytest.raises(InvalidSetting, match="FIRMS, which is not set"):
        open_table(path)


def test_what_is_wrong_with_the_settings(tmp_path):
    path = tmp_path / "x.database.toml"
    path.write_text('adress = "x"\n', encoding="utf-8")
    with pytest.raises(Problems) as error:
        open_table(path)
    for part in ("unknown key 'adress'", "lacks url", "either query or table"):
        assert part in str(error.value)


def test_passwords_stay_out_of_messages(tmp_path):
    path = tmp_path / "x.database.toml"
    path.write_text('url = "nosuch://me:secret@host/x"\ntable = "t"\n', encoding="utf-8")
    with pytest.raises(InvalidSetting) as error:
        open_table(path)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "package"),
    [
        ("postgresql://db.example/register", "reli[databases]"),
        ("mysql://db.example/register", "reli[databases]"),
        ("mssql://db.example/register", "ibis-framework[mssql]"),
    ],
)
def test_a_driver_that_is_lacking_is_named_with_its_package(url, package, tmp_path, monkeypatch):
    def fail(address):
        backend = address.partition(":")[0]
        raise ImportError(f"Failed to import the {backend} backend: ibis-framework[{backend}]")

    monkeypatch.setattr(ibis, "connect", fail)
    path = tmp_path / "firms.database.toml"
    path.write_text(f'url = "{url}"\ntable = "firms"\n', encoding="utf-8")
    with pytest.raises(InvalidSetting, match=re.escape(f'pip install "{package}"')):
        open_table(path)
