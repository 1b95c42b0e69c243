"""An engine, and tables written as text that it counts."""

import pytest
from counted import county_units, table

from reli.engine import DuckDBEngine
from reli.indicators import Counting, Period, PlaceCounts, RoadTables


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    engine = DuckDBEngine(tmp_path_factory.mktemp("engine"))
    yield engine
    engine.close()


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
