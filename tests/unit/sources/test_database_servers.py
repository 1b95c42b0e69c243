"""Tables of real servers, started for the test: PostgreSQL and MariaDB, which speaks as MySQL."""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import polars as pl
import pytest

from reli.errors import InvalidSetting, UnknownName
from reli.sources.files import open_table
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table

NOBODY = 65534
"""PostgreSQL refuses to run as root."""
ROWS = [
    ("甲光电有限公司", "91330110MA27XF1X3N", "2020-01-02", "1500.50", 12),
    ("乙“新”材料有限公司", None, None, None, None),
]
CREATE = (
    "create table firms (企业名称 varchar(80), 统一社会信用代码 varchar(18), 成立日期 date,"
    " `注册资本(万元)` numeric(12, 2), 参保人数 int)"
)


def program(name):
    folders = [
        os.environ["PATH"],
        "/usr/sbin",
        *map(str, Path("/usr/lib/postgresql").glob("*/bin")),
    ]
    found = shutil.which(name, path=os.pathsep.join(folders))
    return found or pytest.skip(f"needs the program {name}")


def free_port():
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def patiently(connect):
    """A server takes a moment until it answers."""
    for _ in range(150):
        with suppress(Exception):
            return connect()
        time.sleep(0.2)
    return connect()


@pytest.fixture(scope="module")
def postgres():
    psycopg = pytest.importorskip("psycopg")
    initdb, server = program("initdb"), program("postgres")
    folder, port = Path(mkdtemp(prefix="reli-")), free_port()
    me = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    if me:
        os.chown(folder, NOBODY, NOBODY)
    options = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **me}
    made = ["-D", folder / "data", "-U", "reader", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    subprocess.run([initdb, *made], check=True, **options)
    started = ["-D", folder / "data", "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"]
    process = subprocess.Popen([server, *started], **options)
    url = f"postgresql://reader:secret@127.0.0.1:{port}/postgres"
    try:
        with patiently(lambda: psycopg.connect(url)) as connection, connection.cursor() as cursor:
            cursor.execute(CREATE.replace("`", '"'))
            cursor.executemany("insert into firms values (%s, %s, %s, %s, %s)", ROWS)
        yield url
    finally:
        # At once: connections of the tests are still open.
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def mariadb():
    pymysql = pytest.importorskip("pymysql")
    server, port = program("mariadbd"), free_port()
    folder = Path(mkdtemp(prefix="reli-"))
    (folder / "data").mkdir()
    started = [
        "--no-defaults",
        f"--datadir={folder / 'data'}",
        f"--socket={folder / 'socket'}",
        f"--port={port}",
        "--bind-address=127.0.0.1",
        "--skip-grant-tables",
        *(["--user=root"] if os.getuid() == 0 else []),
    ]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([server, *started], cwd=folder, **silent)
    here = {"host": "127.0.0.1", "port": port, "user": "reader", "charset": "utf8mb4"}
    try:
        with (
            patiently(lambda: pymysql.connect(**here)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("create database register character set utf8mb4")
            cursor.execute("use register")
            cursor.execute(CREATE)
            cursor.executemany("insert into firms values (%s, %s, %s, %s, %s)", ROWS)
            connection.commit()
        yield f"mysql://reader:secret@127.0.0.1:{port}/register"
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(folder)


@pytest.mark.parametrize("server", ["postgres", "mariadb"])
@pytest.mark.parametrize("asked", ['table = "firms"', 'query = "select * from firms order by 1"'])
def test_a_register_of_a_server_is_a_source(server, asked, request, tmp_path, monkeypatch):
    url = request.getfixturevalue(server)
    monkeypatch.setenv("READING", "secret")
    path = tmp_path / "register.database.toml"
    address = url.replace("secret", "${READING}")
    path.write_text(f'url = "{address}"\n{asked}\n', encoding="utf-8")
    out, rejected = tmp_path / "o.parquet", tmp_path / "r.csv"
    counts = clean_table("enterprises", [SourceFile(path)], out, rejected)
    assert (counts.read, counts.written, counts.rejected) == (2, 2, 0)
    found = pl.read_parquet(out).sort("name")
    assert found["name"].to_list() == sorted(["乙“新”材料有限公司", "甲光电有限公司"])
    first = found.row(by_predicate=pl.col("name") == "甲光电有限公司", named=True)
    assert str(first["founded_date"]) == "2020-01-02"
    assert first["registered_capital_cny"] == 15_005_000
    assert (first["credit_code"], first["insured_employees"]) == ("91330110MA27XF1X3N", 12)
    path.write_text(f'url = "{address}"\nquery = "select firm"\n', encoding="utf-8")
    with pytest.raises(InvalidSetting, match=r"the query cannot be answered .*firm"):
        open_table(path)
    path.write_text(f'url = "{address}"\ntable = "firm"\n', encoding="utf-8")
    with pytest.raises(UnknownName, match="did you mean 'firms'"):
        open_table(path)


ODD = {
    "postgres": (
        "create type state as enum ('存续', '注销')",
        "create schema 库",
        'create table 库."企业 名单" (id uuid default gen_random_uuid(), 企业名称 text,'
        ' 登记状态 state, 曾用名 text[], 其他 jsonb, 成立日期 timestamptz, "select" point)',
        'insert into 库."企业 名单" (企业名称, 登记状态, 曾用名, 其他, 成立日期)'
        " values ('甲有限公司', '存续', array['旧甲', '老甲'], '{\"a\": 1}', '2023-01-01')",
        'create view 在册 as select * from 库."企业 名单"',
        'create materialized view 存档 as select 企业名称 from 库."企业 名单"',
    ),
    "mariadb": (
        "create table `企业 名单` (企业名称 varchar(20), 登记状态 enum('存续', '注销'), 其他 json,"
        " 曾用名 set('旧甲', '老甲'), 成立日期 date, `select` geometry, 年 year, 码 varbinary(9))",
        "insert into `企业 名单` values ('甲有限公司', '存续', '{\"a\": 1}', '旧甲,老甲',"
        " '2023-01-01', point(1, 2), 2023, '甲')",
        "create view 在册 as select * from `企业 名单`",
        "create view 存档 as select 企业名称 from `企业 名单`",
    ),
}
NAMES = {"postgres": "库.企业 名单", "mariadb": "企业 名单"}


@pytest.fixture(scope="module", params=ODD)
def odd(request):
    """A server with a table of odd name, columns and types, and views of it."""
    url = request.getfixturevalue(request.param)
    if request.param == "postgres":
        made = pytest.importorskip("psycopg").connect(url, autocommit=True)
    else:
        port = int(url.partition("127.0.0.1:")[2].partition("/")[0])
        here = {"host": "127.0.0.1", "port": port, "user": "reader", "database": "register"}
        made = pytest.importorskip("pymysql").connect(**here, charset="utf8mb4", autocommit=True)
    with made.cursor() as cursor:
        for statement in ODD[request.param]:
            cursor.execute(statement)
    return url, NAMES[request.param]


def asked_rows(tmp_path, url, asked):
    path = tmp_path / "register.database.toml"
    path.write_text(f'url = "{url}"\n{asked}\n', encoding="utf-8")
    table = open_table(path)
    return [row for part in table.rows() for row in part.batch.to_pylist()]


def test_odd_names_types_and_views_of_a_server(odd, tmp_path):
    url, name = odd
    found = asked_rows(tmp_path, url, f'table = "{name}"')
    (row,) = found
    assert (row["企业名称"], row["登记状态"]) == ("甲有限公司", "存续")
    assert sorted(row["曾用名"].replace(",", "|").split("|")) == sorted(["旧甲", "老甲"])
    assert asked_rows(tmp_path, url, 'table = "在册"') == found
    assert asked_rows(tmp_path, url, 'table = "存档"') == [{"企业名称": "甲有限公司"}]


def test_what_a_server_holds_is_not_changed(odd, tmp_path):
    url, _ = odd
    for query in ("delete from firms", "drop table firms", "update firms set 参保人数 = 1"):
        with pytest.raises(InvalidSetting, match="the query cannot be answered"):
            asked_rows(tmp_path, url, f'query = "{query}"')
    assert len(asked_rows(tmp_path, url, 'query = "select * from firms;"')) == 2


def test_a_server_that_refuses_says_why_and_no_password(odd, tmp_path):
    url, _ = odd
    with pytest.raises(InvalidSetting, match="nowhere") as error:
        asked_rows(tmp_path, url.rpartition("/")[0] + "/nowhere", 'table = "firms"')
    assert "secret" not in str(error.value)
