"""What stands in the way of Spark is told at once, with what to do."""

import socket

import pytest

from reli.engine.choice import check_engine
from reli.errors import InvalidSetting

pytest.importorskip("pyspark")


@pytest.fixture
def java(tmp_path, monkeypatch):
    """Something called java where programs are looked for, and nothing else."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    program = tmp_path / "java"
    program.touch(mode=0o755)
    return program


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_master_that_answers_is_fine(java, port):
    check_engine("spark", master=f"spark://127.0.0.1:{port}")
    # Of several, one in charge is enough.
    check_engine("spark", master=f"spark://127.0.0.1:1,127.0.0.1:{port}")


@pytest.mark.parametrize("master", ["local[*]", "local[2]", "local-cluster[2,1,900]", "yarn"])
def test_what_has_no_address_is_left_to_spark(java, master):
    check_engine("spark", master=master)


@pytest.mark.parametrize("master", ["spark://127.0.0.1:1", "spark://127.0.0.1:99999"])
def test_nothing_answers(java, master):
    with pytest.raises(InvalidSetting, match="nothing answers there: start the master"):
        check_engine("spark", master=master)


@pytest.mark.parametrize("master", ["sparkk://host:7077", "spark://host", "", "two"])
def test_no_address_of_a_master(java, master):
    with pytest.raises(InvalidSetting, match="expected local"):
        check_engine("spark", master=master)


def test_no_java(java, monkeypatch):
    java.unlink()
    with pytest.raises(InvalidSetting, match="install Java 17"):
        check_engine("spark", master="local[2]")
    monkeypatch.setenv("JAVA_HOME", str(java.parent))
    with pytest.raises(InvalidSetting, match="install Java 17"):
        check_engine("spark", master="local[2]")


def test_the_embedded_database_needs_none_of_it(java):
    java.unlink()
    check_engine("duckdb", master="spark://127.0.0.1:1")
