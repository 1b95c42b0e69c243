"""Tables of databases as sources."""

import sqlite3

import ibis
import pytest

from reli.errors import InvalidData, InvalidSetting, Problems, UnknownName
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
    assert rows(open_table(firms)) == [("乙", "2020-01-02", 3), ("甲", "2020/1/3", None)]
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
