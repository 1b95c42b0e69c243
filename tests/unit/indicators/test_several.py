"""Works of several owners as sets of industries: more industries than one number holds."""

import polars as pl
import pyarrow as pa

from reli.engine import DuckDBEngine
from reli.indicators import Measure
from reli.indicators.cube import EVERY
from reli.indicators.several import by_industry, cells_of, counted_once

MANY = tuple(f"industry {number}" for number in range(70))
MEASURE = Measure(indicator="x", kind="granted", table="patents")


def test_industries_beyond_one_number_are_counted_like_the_first(tmp_path):
    engine = DuckDBEngine(tmp_path)
    works = pa.table(
        {
            "item": ["p1", "p1", "p2", "p2", "p3"],
            "place": ["330108", "330122", "330108", "320102", "330108"],
            "industries": pa.array(
                [[MANY[0], MANY[69]], [MANY[69]], [MANY[61]], [], [MANY[0]]], pa.list_(pa.string())
            ),
            "is_outsider": [False, False, False, True, False],
            "x": [True, True, True, True, False],
        }
    )
    provinces = pa.table(
        {
            "place": ["330108", "330122", "320102"],
            "unit": ["330000", "330000", "320000"],
        }
    )
    cells = cells_of(engine.memory_table(works), [MEASURE], MANY)
    found = pl.DataFrame(engine.fetch(counted_once(cells, engine.memory_table(provinces))))
    engine.close()
    counted = by_industry(found, MANY).group_by("place", "industry").agg(pl.col("value").sum())
    assert {(unit, industry): number for unit, industry, number in counted.iter_rows()} == {
        # p1 once, though it has owners in two counties; p3 does not count in the year.
        ("330000", MANY[0]): 1,
        ("330000", MANY[61]): 1,
        ("330000", MANY[69]): 1,
        ("330000", "综合"): 2,
        ("330000", EVERY): 2,
        # An owner outside the register is in 综合 and in no industry.
        ("320000", "综合"): 1,
        ("320000", EVERY): 1,
    }
