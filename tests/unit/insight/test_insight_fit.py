"""Which industry fits next, by hand and on planted tables."""

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from reli.errors import Problems
from reli.insight.fit import CountTable, industry_fit, industry_proximity, read_counts, relate


def table_of(text):
    """A long table from lines `unit industry value [group]`."""
    rows = [line.split() for line in text.strip().splitlines()]
    names = ("unit", "industry", "value", "group")
    return pa.Table.from_pylist([dict(zip(names, row, strict=False)) for row in rows])


LONG = """
    a x 3 g
    a y 1 g
    b y 4 g
    c x 0 h
    c y 2 h
"""


def test_counts_of_a_long_table():
    found = read_counts(table_of(LONG))
    assert (found.places, found.industries, found.groups) == (
        ("a", "b", "c"),
        ("x", "y"),
        ("g", "g", "h"),
    )
    assert found.counts.tolist() == [[3, 1], [0, 4], [0, 2]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a x -1", "a, x: -1 is no count"),
        ("a x 1\na x 2", "a, x stands several times"),
        ("a x 1\na y 1,000", "a, y: '1,000' is no count"),
    ],
)
def test_tables_that_cannot_be_used(text, message):
    with pytest.raises(Problems, match=message):
        read_counts(table_of(text))


def test_a_table_without_any_is_read_as_zeros():
    assert read_counts(table_of("a x 0\nb y NA")).counts.tolist() == [[0, 0], [0, 0]]


def test_a_missing_column_is_named():
    with pytest.raises(Problems, match="no column 'value'"):
        read_counts(pa.table({"unit": ["a"], "industry": ["x"]}))


def test_larger_places_are_sums():
    table = CountTable(
        ("a", "b", "c"), ("x",), np.array([[1.0], [2.0], [4.0]]), np.array([9.0, 9, 9])
    )
    found = table.summed({"a": "p", "b": "p", "c": "q"})
    assert (found.places, found.counts.tolist()) == (("p", "q"), [[3.0], [4.0]])
    assert found.totals.tolist() == [18.0, 9.0]


def planted():
    """Industries x and y always go together, z alone; 0 has x, and not y."""
    random = np.random.default_rng(1)
    counts = random.poisson(12, (120, 4)).astype(float)
    counts[:40, :2] += 12
    counts[40:80, 2] += 12
    counts[80:, 3] += 12
    counts[0, 1] = 0.0
    return CountTable(
        tuple(f"{place:03}" for place in range(120)),
        ("x", "y", "z", "v"),
        counts,
        groups=("g",) * 60 + ("h",) * 60,
    )


def test_what_fits_is_what_goes_together_elsewhere():
    table = planted()
    found = relate(table, draws=199)
    fit = pl.DataFrame(industry_fit(table, found))
    first = {row["industry"]: row for row in fit.filter(pl.col("unit") == "000").to_dicts()}
    assert first["x"]["advice"] == "strength" and first["x"]["fit_rank"] is None
    assert first["y"]["fit_rank"] == 1 and not first["y"]["is_specialised"]
    assert first["y"]["density"] > first["z"]["density"]
    others = table.has[1:60, 1].sum()
    assert (first["y"]["group_places"], first["y"]["group_specialised"]) == (59, others)
    assert first["x"]["share_pct"] == pytest.approx(
        100 * table.counts[0, 0] / table.counts[0].sum()
    )


def test_proximities_with_what_chance_makes_of_them():
    table = planted()
    rows = industry_proximity(table, relate(table, draws=199)).to_pylist()
    by_pair = {(row["industry"], row["other"]): row for row in rows}
    assert len(rows) == 6
    together = by_pair["x", "y"]
    assert together["proximity"] > 0.7 > 0.5 > together["expected"] and together["q"] <= 0.05
    assert by_pair["x", "z"]["q"] > 0.05


def forty(planted):
    """400 places and 40 classes; if planted, each place has one of four lots of ten, less one."""
    random = np.random.default_rng(7)
    mean = np.full((400, 40), 4.0)
    lot, lacking = np.arange(400) % 4, np.arange(400) // 4 % 10
    if planted:
        for place in range(400):
            mean[place, 10 * lot[place] : 10 * lot[place] + 10] = 16.0
        mean[np.arange(400), 10 * lot + lacking] = 2.0
    counts = random.poisson(mean).astype(float)
    names = tuple(f"c{k}" for k in range(40))
    table = CountTable(tuple(f"{place:03}" for place in range(400)), names, counts)
    fit = pl.DataFrame(industry_fit(table, relate(table, draws=399)))
    fits = fit.filter(pl.col("advice") == "fits").select("unit", "industry").rows()
    wanted = {(f"{k:03}", f"c{10 * lot[k] + lacking[k]}") for k in range(400)}
    return set(fits), wanted


def test_what_was_planted_among_forty_classes_is_found():
    found, wanted = forty(planted=True)
    assert len(found & wanted) > 0.9 * len(wanted)
    # Few others: those that chance made a place lack of its own lot.
    assert len(found - wanted) < 0.1 * len(found)


def test_noise_fits_nowhere():
    found, _ = forty(planted=False)
    # The rate of false discoveries is 5% a place, and so at most one place in twenty has one.
    assert len({unit for unit, _ in found}) <= 20


def test_places_without_enterprises_are_left_out():
    table = CountTable(("a", "b"), ("x", "y"), np.array([[1.0, 1.0], [0.0, 0.0]]))
    assert set(industry_fit(table, relate(table, draws=9))["unit"].to_pylist()) == {"a"}


def test_a_table_of_nothing_gives_tables_of_nothing():
    table = CountTable((), (), np.zeros((0, 0)))
    found = relate(table, draws=3)
    assert industry_fit(table, found).num_rows == industry_proximity(table, found).num_rows == 0
