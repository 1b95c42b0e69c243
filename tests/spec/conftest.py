"""An engine, and tables written as text that it counts."""

import shutil

import pytest
from counted import county_units, table

from reli.engine import Budget, open_engine
from reli.indicators import Counting, Period, PlaceCounts, RoadTables


def pytest_generate_tests(metafunc):
    """The whole specification on the embedded database; with --spark on both engines."""
    if "engine" in metafunc.fixturenames:
        names = ["duckdb", "spark"] if metafunc.config.getoption("--spark") else ["duckdb"]
        metafunc.parametrize("engine", names, indirect=True, scope="session")


@pytest.fixture(scope="session")
def engine(request, tmp_path_factory):
    if request.param == "spark":
        yield request.getfixturevalue("spark_engine")
        return
    engine = open_engine("duckdb", tmp_path_factory.mktemp("engine"), Budget())
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def spark_engine(tmp_path_factory):
    pytest.importorskip("pyspark")
    if not shutil.which("java"):
        pytest.skip("needs Java 17")
    budget = Budget.parse("600MB", threads=2)
    engine = open_engine("spark", tmp_path_factory.mktemp("spark"), budget, master="local[2]")
    for_few_rows()
    yield engine
    engine.stop()


def for_few_rows():
    """Neither programs compiled for each query nor shuffles in parts: tables have a few rows."""
    from pyspark.sql import SparkSession

    settings = SparkSession.getActiveSession().conf
    settings.set("spark.sql.shuffle.partitions", "1")
    settings.set("spark.sql.codegen.wholeStage", "false")
    settings.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    settings.set("spark.sql.adaptive.enabled", "false")


@pytest.fixture
def counting(engine):
    """Counting over tables written as text; by county unless units are given."""

    def make(year=2023, units=None, **texts):
        tables = {name: engine.memory_table(table(text, name)) for name, text in texts.items()}
        places = PlaceCounts(RoadTables(**tables), Period(year), engine)
        return Counting(places, units or county_units())

    return make


@pytest.fixture
def panel(counting):
    """(unit, industry) -> value of one measure."""

    def make(measure, **given):
        rows = counting(**given).panel([measure]).to_pylist()
        return {(row["unit"], row["industry"]): row["value"] for row in rows}

    return make
