"""Owners that lie elsewhere than before: works are counted in both places in the same questions."""

import polars as pl
import pyarrow as pa
import pytest

from reli.engine import DuckDBEngine
from reli.indicators.levels import Units
from reli.indicators.owners import beside_past, change, units_twice
from reli.indicators.tables import RoadTables

WORKS = {"item": ["a", "a", "b"], "owner": pa.array([0, 7, None], pa.int32())}
NOW = {"owner": pa.array([0, 7], pa.int32()), "place": ["330127", "320505"]}
THEN = {"owner": pa.array([0], pa.int32()), "place": ["330122"]}


@pytest.fixture
def both(tmp_path):
    engine = DuckDBEngine(tmp_path)
    works, now, then = (engine.memory_table(pa.table(each)) for each in (WORKS, NOW, THEN))
    found = beside_past(RoadTables(enterprises=now, patents=works, owners=now), then)
    yield {name: engine.fetch(getattr(found, name)) for name in ("patents", "owners")}
    engine.close()


def rows(table):
    return sorted(zip(*table.to_pydict().values(), strict=True), key=str)


def test_the_past_has_works_owners_and_places_of_its_own(both):
    assert rows(both["owners"]) == [(-1, "past 330122"), (0, "330127"), (7, "320505")]
    past = [("past a", -1), ("past a", -8), ("past b", None)]
    assert rows(both["patents"]) == sorted([("a", 0), ("a", 7), ("b", None), *past], key=str)
    assert both["patents"].schema.field("owner").type == pa.int32()


def test_units_of_the_past_are_of_its_places_alone():
    membership = pl.DataFrame({"place": ["330122"], "unit": ["330100"]})
    found = units_twice(Units(membership.select("unit"), membership, "city")).membership
    assert found.rows() == [("330122", "330100"), ("past 330122", "past 330100")]


def test_what_was_counted_in_the_past_is_taken_away():
    counts = pl.DataFrame({"place": ["330127", "past 330122"], "value": [3, 2]})
    assert change(counts).rows() == [("330127", 3), ("330122", -2)]
