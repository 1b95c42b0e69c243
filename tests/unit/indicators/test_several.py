"""Works of several owners as sets of industries, several of which share a number."""

import polars as pl
import pyarrow as pa
import pytest

from reli.engine import DuckDBEngine
from reli.indicators import Measure
from reli.indicators.sets import EVERY, set_columns, sets_of
from reli.indicators.several import by_industry, cells_of, counted_once

MANY = tuple(f"industry {number}" for number in range(70))
MEASURES = [Measure(indicator=name, kind="granted", table="patents") for name in "xyz"]


@pytest.fixture
def engine(tmp_path):
    opened = DuckDBEngine(tmp_path)
    yield opened
    opened.close()


def works(*rows):
    """Works with their owners: item, place, industries, whether the owner is an outsider, marks."""
    item, place, industries, outside, marks = zip(*rows, strict=True)
    columns = {
        "item": item,
        "place": place,
        "industries": pa.array(industries, pa.list_(pa.string())),
        "is_outsider": outside,
    }
    names = [each.indicator for each in MEASURES]
    return pa.table(
        columns | {name: pa.array([name in each for each in marks], pa.bool_()) for name in names}
    )


def counted(engine, table, measures, industries, membership):
    rows = engine.memory_table(table)
    sets = sets_of(rows.industries, industries, rows.is_outsider)
    rows = rows.mutate(**dict(zip(set_columns(industries), sets, strict=True)))
    cells = cells_of(rows, measures, industries)
    found = pl.DataFrame(engine.fetch(counted_once(cells, engine.memory_table(membership))))
    return {
        (indicator, unit, industry): number
        for indicator, unit, industry, number in by_industry(
            found, measures, industries
        ).iter_rows()
    }


PROVINCES = pa.table(
    {"place": ["330108", "330122", "320102"], "unit": ["330000", "330000", "320000"]}
)


def test_industries_beyond_one_number_are_counted_like_the_first(engine):
    table = works(
        ("p1", "330108", [MANY[0], MANY[69]], False, "x"),
        ("p1", "330122", [MANY[69]], False, "x"),
        ("p2", "330108", [MANY[61]], False, "x"),
        ("p2", "320102", [], True, "x"),
        ("p3", "330108", [MANY[0]], False, ""),
    )
    assert counted(engine, table, MEASURES[:1], MANY, PROVINCES) == {
        # p1 once, though it has owners in two counties; p3 does not count in the year.
        ("x", "330000", MANY[0]): 1,
        ("x", "330000", MANY[61]): 1,
        ("x", "330000", MANY[69]): 1,
        ("x", "330000", "综合"): 2,
        ("x", "330000", EVERY): 2,
        # An owner outside the register is in 综合 and in no industry.
        ("x", "320000", "综合"): 1,
        ("x", "320000", EVERY): 1,
    }


@pytest.mark.parametrize("size", [2, 6, 20, 60, 70])
def test_measures_that_share_a_number_are_told_apart(engine, size):
    # With 2 industries a number holds 15 measures, with 60 one, with 70 not even one.
    industries = MANY[:size]
    last = industries[-1]
    table = works(
        ("p1", "330108", [MANY[0]], False, "xz"),
        ("p1", "330122", [last], False, "z"),
        ("p2", "330108", [last], False, "y"),
        ("p2", "320102", [MANY[0]], False, "y"),
    )
    assert counted(engine, table, MEASURES, industries, PROVINCES) == {
        ("x", "330000", MANY[0]): 1,
        ("x", "330000", "综合"): 1,
        ("x", "330000", EVERY): 1,
        ("y", "330000", last): 1,
        ("y", "330000", "综合"): 1,
        ("y", "330000", EVERY): 1,
        ("y", "320000", MANY[0]): 1,
        ("y", "320000", "综合"): 1,
        ("y", "320000", EVERY): 1,
        ("z", "330000", MANY[0]): 1,
        ("z", "330000", last): 1,
        ("z", "330000", "综合"): 1,
        ("z", "330000", EVERY): 1,
    }
