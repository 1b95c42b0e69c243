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
