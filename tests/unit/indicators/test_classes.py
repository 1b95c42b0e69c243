"""Counts by class of evidence: what the engine is asked for them."""

import ibis.expr.operations as ops
import pytest
from tests.spec.counted import county_units, table

from reli.engine import Budget, open_engine
from reli.indicators import Period, PlaceCounts, RoadTables, read_measures
from reli.indicators.classes import counts_by_class

TABLES = {
    "enterprises": """
        enterprise_id | division_code | industries | place_confidence | rules
        a             | 330108        | chips      | exact            | class
        b             | 330122        | green      | exact            | class
    """,
    "recognitions": """
        list      | name | enterprise_id | outsider_id | host_name | notice_date | link_confidence
        high_tech | 甲   | a             |             |           | 2022-05-01  | exact
    """,
    "patents": """
        item | enterprise_id | outsider_id | is_shared | link_confidence
        p    | a             |             | no        | exact
    """,
}
MEASURES = read_measures(
    {
        "firms": {"kind": "stock"},
        "high_tech": {"kind": "recognised", "list": "high_tech"},
        "patents": {"kind": "granted", "basis": "granted_so_far"},
    }
)


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """An engine, and the tables that each of its answers was made from."""
    engine = open_engine("duckdb", tmp_path, Budget())
    answers = []

    def noting(ask):
        def note(expression):
            tables = expression.op().find(ops.UnboundTable)
            answers.append({each.name for each in tables})
            return ask(expression)

        return note

    monkeypatch.setattr(engine, "fetch", noting(engine.fetch))
    monkeypatch.setattr(engine, "keep", noting(engine.keep))
    yield engine, answers
    engine.close()


def test_what_lists_and_works_say_is_put_together_once(asked):
    """Enterprises and others ask for it; of a cluster, planning it takes longest."""
    engine, answers = asked
    tables = {name: engine.memory_table(table(text, name)) for name, text in TABLES.items()}
    names = {name: each.op().name for name, each in tables.items()}
    places = PlaceCounts(RoadTables(**tables), Period(2023), engine)
    found = counts_by_class(places, county_units(), MEASURES)
    overall = found.filter(industry="综合").select("unit", "indicator", "quantity")
    assert sorted(overall.iter_rows()) == [
        ("330108", "firms", 1), ("330108", "high_tech", 1), ("330108", "patents", 1),
        ("330122", "firms", 1),
    ]  # fmt: skip
    read = [names["patents"] in answer for answer in answers]
    assert sum(read) == 2  # Of one owner, and of several.
