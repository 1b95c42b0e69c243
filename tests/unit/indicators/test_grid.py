"""Cells of a panel, few enough to be read off."""

import polars as pl
import pytest

from reli.indicators.grid import PANEL_SCHEMA, Grid

OVERALL, CHIPS = "综合", "新一代信息技术"


@pytest.fixture
def grid():
    """Two industries, two units, two indicators; one cell counted, one missing."""
    grid = Grid.of((OVERALL, CHIPS), ("330108", "330122"), ("a", "b"))
    grid.value[1, 1, 0] = 3
    grid.value[0, 0, 1] = float("nan")
    grid.tell_observed()
    return grid


def lines(grid):
    table = grid.table(2023)
    assert table.schema == PANEL_SCHEMA
    return [
        (row["industry"], row["unit"], row["indicator"], row["value"], row["state"], row["source"])
        for row in table.to_pylist()
    ]


def test_cells_stand_by_industry_unit_and_indicator(grid):
    assert lines(grid) == [
        (OVERALL, "330108", "a", 0.0, "observed", "computed"),
        (OVERALL, "330108", "b", None, "not_observed", None),
        (OVERALL, "330122", "a", 0.0, "observed", "computed"),
        (OVERALL, "330122", "b", 0.0, "observed", "computed"),
        (CHIPS, "330108", "a", 0.0, "observed", "computed"),
        (CHIPS, "330108", "b", 0.0, "observed", "computed"),
        (CHIPS, "330122", "a", 3.0, "observed", "computed"),
        (CHIPS, "330122", "b", 0.0, "observed", "computed"),
    ]


def test_what_is_taken_out_and_put_back_in_any_order_changes_nothing(grid):
    before = lines(grid)
    grid.put(0, grid.cells(0).sort("value", descending=True))
    grid.put(1, grid.cells(1))
    assert lines(grid) == before


def test_inactive_cells_are_blank_unless_a_total_stands_there(grid):
    cells = grid.cells(0).with_columns(
        source=pl.when(pl.col("value") == 3).then(pl.lit("county_total")).otherwise("source")
    )
    grid.put(0, cells)
    is_inactive = grid.value[:, :, 0] > -1
    is_inactive[0] = False
    grid.blank(is_inactive)
    assert lines(grid)[4:] == [
        (CHIPS, "330108", "a", None, "inactive", None),
        (CHIPS, "330108", "b", None, "inactive", None),
        (CHIPS, "330122", "a", 3.0, "observed", "county_total"),
        (CHIPS, "330122", "b", None, "inactive", None),
    ]
