"""Indicators over tables small enough to count by hand."""

from datetime import date

import polars as pl
import pyarrow as pa
import pytest

from reli.engine import DuckDBEngine
from reli.indicators import Counting, Measure, Period, PlaceCounts, RoadTables, Units
from reli.indicators.second_level import classes_by_place, second_level_counts

CHIPS, GREEN = "新一代信息技术", "节能环保"
UNITS = pl.DataFrame(
    {
        "unit": ["330108", "330122", "320102"],
        "province_code": ["330000", "330000", "320000"],
    }
)
# key, place, industries, founded, ended, status
FIRMS = [
    ("a", "330108", [CHIPS], "2010-01-01", None, "alive"),
    ("b", "330108", [CHIPS, GREEN], "2022-06-01", None, "alive"),
    ("c", "330108", [], "2021-01-01", None, "alive"),
    ("d", "330122", [CHIPS], "2023-05-01", "2023-12-31", "deregistered"),
    ("e", "330122", [GREEN], "2005-01-01", None, "revoked"),
    ("f", "330122", [], "2005-01-01", None, "alive"),
    ("g", None, [CHIPS], "2005-01-01", None, "alive"),
    ("h", "320102", [GREEN], "2024-01-01", None, "alive"),
    ("i", "320102", [GREEN], None, None, "alive"),
    ("branch", "330108", [CHIPS], "2010-01-01", None, "alive"),
]


def day(text):
    return date.fromisoformat(text) if text else None


def firms():
    return pa.table(
        {
            "enterprise_id": [row[0] for row in FIRMS],
            "division_code": [row[1] for row in FIRMS],
            "industries": pa.array([row[2] for row in FIRMS], pa.list_(pa.string())),
            "founded_date": pa.array([day(row[3]) for row in FIRMS], pa.date32()),
            "ended_date": pa.array([day(row[4]) for row in FIRMS], pa.date32()),
            "status": [row[5] for row in FIRMS],
            "is_counted": [row[0] != "branch" for row in FIRMS],
        }
    )


def recognitions(*rows):
    columns = ("list", "enterprise_id", "notice_date", "valid_from", "valid_to", "revoked_date")
    types = (pa.string(), pa.string(), pa.date32(), pa.date32(), pa.date32(), pa.date32())
    return pa.table(
        {
            name: pa.array([row.get(name) for row in rows], kind)
            for name, kind in zip(columns, types, strict=True)
        }
    )


@pytest.fixture
def panel(tmp_path):
    engine = DuckDBEngine(tmp_path)

    def compute(measure, **tables):
        tables = {"enterprises": firms(), **tables}
        road = RoadTables(**{name: engine.memory_table(t) for name, t in tables.items()})
        units = Units(UNITS, UNITS.select("unit", place="unit"))
        counting = Counting(PlaceCounts(road, Period(2023), engine), units)
        rows = counting.panel([measure]).to_pylist()
        return {(row["unit"], row["industry"]): (row["value"], row["state"]) for row in rows}

    yield compute
    engine.close()


def test_stock_counts_what_stands_on_31_december(panel):
    found = panel(Measure(indicator="x", kind="stock"))
    # a and b; the branch is not counted, c has no industry.
    assert found["330108", CHIPS] == (2.0, "observed")
    assert found["330108", GREEN] == (1.0, "observed")
    assert found["330108", "综合"] == (2.0, "observed")
    # d ended on the day itself; e is dead without a date: nothing stands there.
    assert found["330122", CHIPS] == (None, "inactive")
    assert found["330122", "综合"] == (0.0, "observed")
    # h is founded later; i has no founding date and is alive.
    assert found["320102", GREEN] == (1.0, "observed")


def test_all_enterprises_scope_counts_those_without_an_industry(panel):
    found = panel(Measure(indicator="x", kind="stock", overall_scope="all_enterprises"))
    assert found["330108", "综合"] == (3.0, "observed")
    assert found["330122", "综合"] == (1.0, "observed")


def test_registrations_are_a_flow_whatever_became_of_them(panel):
    found = panel(Measure(indicator="x", kind="registrations"))
    # b (2022); c is registered in the window, without an industry; d (2023) has ended since.
    assert found["330108", "综合"] == (1.0, "observed")
    assert found["330122", "综合"] == (1.0, "observed")


def test_density_is_drawn_to_the_province(panel):
    found = panel(Measure(indicator="x", kind="share", prior_enterprises=4))
    # 330108: 2 of 3; 330122: 0 of 1 (f); the province: 2 of 4, so p = 1/2.
    assert found["330108", "综合"][0] == pytest.approx(100 * (2 + 4 * 0.5) / (3 + 4))
    assert found["330122", "综合"][0] == pytest.approx(100 * (0 + 4 * 0.5) / (1 + 4))


HIGH_TECH = Measure(indicator="x", kind="recognised", table="recognitions", list="high_tech")


def test_a_recognition_counts_for_three_years(panel):
    rows = recognitions(
        {"list": "high_tech", "enterprise_id": "a", "notice_date": date(2021, 1, 1)},
        {"list": "high_tech", "enterprise_id": "b", "notice_date": date(2020, 12, 1)},
        {"list": "high_tech", "enterprise_id": "a", "notice_date": date(2023, 1, 1)},
        {"list": "high_tech", "enterprise_id": None, "notice_date": date(2023, 1, 1)},
    )
    found = panel(HIGH_TECH, recognitions=rows)
    # a once (though twice on the list), b has run out on 2023-12-01.
    assert found["330108", "综合"] == (1.0, "observed")
    # A national list: no entry is a true zero.
    assert found["320102", "综合"] == (0.0, "observed")


def test_a_list_of_provinces_says_nothing_of_a_province_without_entries(panel):
    rows = recognitions({"list": "srdi", "enterprise_id": "a", "notice_date": date(2022, 1, 1)})
    found = panel(
        Measure(indicator="x", kind="recognised", table="recognitions", list="srdi"),
        recognitions=rows,
    )
    assert found["330122", "综合"] == (0.0, "observed")
    assert found["320102", "综合"] == (None, "not_observed")


def test_declared_coverage_turns_zero_into_missing(panel):
    rows = recognitions(
        {"list": "high_tech", "enterprise_id": "a", "notice_date": date(2022, 1, 1)}
    )
    coverage = pa.table(
        {"list": ["high_tech"], "division_code": ["330122"], "year": [2023], "state": ["none"]}
    )
    found = panel(HIGH_TECH, recognitions=rows, coverage=coverage)
    assert found["330122", "综合"] == (None, "not_observed")
    assert found["330108", "综合"] == (1.0, "observed")


def test_what_is_said_of_the_country_holds_where_nothing_nearer_is_said(panel):
    rows = recognitions({"list": "srdi", "enterprise_id": "a", "notice_date": date(2022, 1, 1)})
    codes, states = ["000000", "330000"], ["covered", "none"]
    coverage = pa.table(
        {"list": ["srdi"] * 2, "division_code": codes, "year": [2023] * 2, "state": states}
    )
    measure = Measure(indicator="x", kind="recognised", table="recognitions", list="srdi")
    found = panel(measure, recognitions=rows, coverage=coverage)
    assert found["320102", "综合"] == (0.0, "observed")
    assert found["330122", "综合"] == (None, "not_observed")


@pytest.mark.parametrize(
    "tables", [{}, {"recognitions": recognitions({"list": "srdi", "enterprise_id": "a"})}]
)
def test_an_indicator_without_a_source_is_missing_never_zero(panel, tables):
    found = panel(HIGH_TECH, **tables)
    assert found["330108", "综合"] == (None, "not_observed")
    assert {value for value, _ in found.values()} == {None}


def test_an_enterprise_listed_twice_is_one(panel):
    listings = pa.table(
        {
            "market": ["a_share", "hk_mainland_entity", "neeq"],
            "enterprise_id": ["a", "a", "b"],
            "listed_date": pa.array([date(2015, 1, 1)] * 3, pa.date32()),
            "delisted_date": pa.array([None] * 3, pa.date32()),
        }
    )
    measure = Measure(
        indicator="x", kind="listed", table="listings", markets=("a_share", "hk_mainland_entity")
    )
    assert panel(measure, listings=listings)["330108", "综合"] == (1.0, "observed")


@pytest.mark.parametrize(
    "year, active, expected",
    [
        # b belongs to two classes; branch is not counted, d and e do not stand, h comes later.
        (2023, False, {("330108", "1.2"): 2, ("330108", "7.1"): 1, ("320102", "7.1"): 1}),
        (2021, False, {("330108", "1.2"): 1, ("320102", "7.1"): 1}),
        (2023, True, {}),
    ],
)
def test_second_level_by_county_and_above(tmp_path, year, active, expected):
    engine = DuckDBEngine(tmp_path)
    codes = {CHIPS: "1.2", GREEN: "7.1"}
    classes = pa.array([[codes[name] for name in row[2]] for row in FIRMS], pa.list_(pa.string()))
    insured = pa.array([None] * len(FIRMS), pa.int64())
    firms_of = firms().append_column("emerging_classes", classes)
    firms_of = firms_of.append_column("insured_employees", insured)
    road = RoadTables(enterprises=engine.memory_table(firms_of))
    placed = PlaceCounts(road, Period(year), engine).placed
    counted = classes_by_place(placed.firms(("emerging_classes",)), placed, active=active)
    rows = pl.DataFrame(second_level_counts(counted, "units-2023"))
    engine.close()

    def at(level):
        kept = rows.filter(level=level).select("unit", "class_code", "enterprises")
        return {(unit, code): n for unit, code, n in kept.iter_rows()}

    assert at("county") == expected
    assert sum(at("province").values()) == sum(expected.values())
    if expected:
        assert at("city")["330100", "1.2"] == expected["330108", "1.2"]
        assert set(rows.filter(class_code="1.2")["class_name"]) == {"电子核心产业"}
