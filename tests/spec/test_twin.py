"""The engine and its slow twin agree on random tables, for every indicator."""

import datetime
from dataclasses import replace

import polars as pl
import pyarrow as pa
import pytest
from counted import KINDS, STRING
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from twin import EIGHT, Twin

from reli.frameworks import framework_text
from reli.index import parse_framework
from reli.indicators import Counting, Period, PlaceCounts, RoadTables, Units, read_measures
from reli.indicators.beside import beside
from reli.indicators.classes import by_class, cohort_counts, counts_by_class
from reli.indicators.lists import list_rules

FRAMEWORK = parse_framework(framework_text("heat-2024"), "heat-2024")
SCORED = read_measures({code: FRAMEWORK.by_code[code].measure for code in FRAMEWORK.indicators})
BESIDE = tuple(each.measure for each in beside())
EARLIER = tuple(
    replace(each, indicator=f"{each.indicator}~{back}", years_back=back)
    for each in BESIDE
    if each.basis == "yearly"
    for back in (1, 2)
)
"""Registrations of the earlier years of the window, of which peaks are told."""
MEASURES = (*SCORED, *BESIDE, *EARLIER)
CODED = tuple(each for each in BESIDE if each.by == "ipc")
assert CODED

COUNTY_UNITS = {
    "330108": "330000", "330122": "330000", "320102": "320000", "310115": "310000",
}  # fmt: skip
COUNTIES = {unit: (province, {unit}, {unit}) for unit, province in COUNTY_UNITS.items()}
CITIES = {
    "330100": ("330000", {"330108", "330122", "330100"}, {"330108", "330122"}),
    "320100": ("320000", {"320102", "320100"}, {"320102"}),
    "310000": ("310000", {"310115", "310000"}, {"310115"}),
}
IDS = [f"e{number}" for number in range(6)]
OUTSIDE = ["outside:甲大学", "outside:乙大学"]
LISTS = list(list_rules())
DAYS = [datetime.date(*day) for day in (
    (2001, 5, 1), (2019, 12, 31), (2020, 12, 1), (2021, 1, 1), (2021, 6, 1), (2022, 12, 31),
    (2023, 1, 1), (2023, 12, 31), (2024, 1, 1),
)]  # fmt: skip


def maybe(*values):
    return st.sampled_from([None, *values])


def record(**columns):
    return st.fixed_dictionaries(columns)


day = maybe(*DAYS)
FIRM = record(
    division_code=maybe(*COUNTY_UNITS, *COUNTY_UNITS),
    place_code=maybe("330100", "320100", "330000", "310000"),
    industries=st.sampled_from([[], *([each] for each in EIGHT[:3]), [*EIGHT[:2]], [EIGHT[0]]]),
    is_counted=st.sampled_from([True, True, True, False]),
    founded_date=day,
    # Most stand, so that there is something to count.
    ended_date=maybe(*[None] * 24, *DAYS),
    status=maybe("alive", "alive", "alive", "suspended", "deregistered", "moved_out"),
    insured_employees=maybe(0, 5),
)
TOTALLED = ["sei_enterprises", "sei_share", "high_tech", "invention_patents"]
PARTY = {"enterprise_id": maybe(*IDS), "outsider_id": maybe(*OUTSIDE)}
ROWS = {
    "recognitions": record(
        list=st.sampled_from(LISTS), batch=maybe("2022年", "第一批", "2021-2023年"),
        name=maybe("甲", "乙", "技术中心", "丙公司技术中心", "甲大学"),
        level=maybe("国家级", "省级", "市级", "自治区级", "上海市级"),
        notice_date=day, valid_from=maybe(None, *DAYS),
        valid_to=maybe(None, *DAYS), revoked_date=maybe(None, None, *DAYS),
        host_name=maybe("丙公司", "甲大学"), **PARTY,
    ),
    "listings": record(
        market=st.sampled_from(["a_share", "hk_mainland_entity", "us_mainland_entity", "neeq"]),
        enterprise_id=maybe(*IDS), listed_date=day, delisted_date=maybe(None, *DAYS),
    ),
    "holdings": record(
        parent_id=maybe(*IDS), child_id=maybe(*IDS), share=maybe(30.0, 60.0),
        is_consolidated=maybe(True, False), valid_from=st.none(), valid_to=st.none(),
    ),
    "rankings": record(
        list=st.sampled_from(["fortune_global_500", "china_500_cec", "china_500_fortune"]),
        year=st.sampled_from([2022, 2023]), enterprise_id=maybe(*IDS),
    ),
    "coverage": record(
        list=st.sampled_from(LISTS),
        division_code=st.sampled_from([*COUNTY_UNITS, "330100", "330000"]),
        year=maybe(2022, 2023, 2023), state=st.sampled_from(["covered", "none", "unknown"]),
    ),
    "county_totals": record(
        division_code=st.sampled_from([*COUNTY_UNITS, *COUNTY_UNITS, "330100"]),
        year=st.sampled_from([2022, 2023, 2023]), indicator=st.sampled_from(TOTALLED),
        industry=maybe(None, EIGHT[0]), value=st.sampled_from([0.0, 7.0]),
        state=maybe(None, None, None, "suppressed"),
    ),
}  # fmt: skip
WORK = record(
    parties=st.lists(st.sampled_from([*IDS, *OUTSIDE]), unique=True, max_size=3),
    granted_date=day, registered_date=day, ended_date=maybe(None, *DAYS),
    legal_status=maybe("有效", "失效", "审中"), kind=maybe("发明", "发明申请", "实用新型"),
    ipc_industries=st.none() | st.lists(st.sampled_from(EIGHT[:3]), unique=True, max_size=2),
)  # fmt: skip


def owned(works):
    """Works as the road has them: a row a work and party."""
    rows = []
    for number, work in enumerate(works):
        for party in work["parties"] or [None]:
            is_outside = party in OUTSIDE
            rows.append({
                **{name: work[name] for name in work if name != "parties"},
                "item": f"w{number}",
                "enterprise_id": None if is_outside else party,
                "outsider_id": party if is_outside else None,
                "is_shared": len(work["parties"]) > 1,
            })  # fmt: skip
    return rows


@st.composite
def countries(draw, *, has_all=False):
    absent = st.nothing() if has_all else st.none()
    firms = draw(st.lists(FIRM, min_size=4, max_size=len(IDS)))
    tables = {
        "enterprises": [{"enterprise_id": n, **f} for n, f in zip(IDS, firms, strict=False)],
        "outsiders": [
            {"outsider_id": name, "place_code": draw(maybe(*COUNTY_UNITS))} for name in OUTSIDE
        ],
    }
    for name, rows in ROWS.items():
        tables[name] = draw(absent | st.lists(rows, min_size=6, max_size=14))
    for name in ("patents", "software_copyrights"):
        works = draw(absent | st.lists(WORK, min_size=1, max_size=5))
        tables[name] = works and owned(works)
    for name, key in KEYS.items():
        seen = {tuple(row[each] for each in key): row for row in tables[name] or ()}
        tables[name] = list(seen.values()) or None
    return tables


KEYS = {
    "coverage": ("list", "division_code", "year"),
    "county_totals": ("division_code", "year", "indicator", "industry"),
}
"""What stands in a table once."""


def arrow(rows):
    return pa.table(
        {name: pa.array([r[name] for r in rows], KINDS.get(name, STRING)) for name in rows[0]}
    )


def as_units(units):
    frame = pl.DataFrame(
        {"unit": list(units), "province_code": [each[0] for each in units.values()]}
    )
    pairs = [(place, unit) for unit, each in units.items() for place in sorted(each[1])]
    return Units(frame, pl.DataFrame(pairs, schema=["place", "unit"], orient="row"))


def check(tables, engine):
    there = {
        name: engine.memory_table(arrow(rows)) for name, rows in tables.items() if rows is not None
    }
    counting = Counting(PlaceCounts(RoadTables(**there), Period(2023), engine), as_units(COUNTIES))
    twin = Twin(tables, 2023, list_rules())
    for units in (COUNTIES, CITIES):
        rows = counting.at(as_units(units)).panel(MEASURES).to_pylist()
        found = {(r["unit"], r["industry"], r["indicator"]): r["value"] for r in rows}
        expected = twin.panel(MEASURES, units)
        wrong = {
            key: (found[key], value)
            for key, value in expected.items()
            if found[key] != (value if value is None else pytest.approx(value))
        }
        assert not wrong


@settings(max_examples=24, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(countries())
def test_the_engine_agrees_with_its_twin(engine, tables):
    check(tables, engine)


@settings(max_examples=1, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(countries(has_all=True))
def test_spark_agrees_with_the_twin(spark_engine, tables):
    check(tables, spark_engine)


@settings(max_examples=4, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(countries())
def test_counts_by_class_of_evidence_add_up_to_the_twins_counts(engine, tables):
    there = {
        name: engine.memory_table(arrow(rows)) for name, rows in tables.items() if rows is not None
    }
    places = PlaceCounts(RoadTables(**there), Period(2023), engine)
    twin = Twin(tables, 2023, list_rules())
    for units in (COUNTIES, CITIES):
        rows = counts_by_class(places, as_units(units), (*SCORED, *CODED))
        cohorts = cohort_counts(places, as_units(units), (*SCORED, *CODED))
        assert (
            by_class(cohorts)
            .select(rows.columns)
            .sort(rows.columns)
            .equals(rows.sort(rows.columns))
        )
        # The enterprises of a cohort are alike: each holds as much.
        assert (cohorts["quantity"] % cohorts["firms"] == 0).all()
        cells = rows.group_by("unit", "industry", "indicator").agg(pl.col("quantity").sum())
        found = {tuple(row[:3]): row[3] for row in cells.iter_rows()}
        assert found == {
            (unit, industry, measure.indicator): number
            for measure in (*SCORED, *CODED)
            for unit, (_, places_of, _) in units.items()
            for industry in ("综合", *EIGHT)
            if (number := twin.count(measure, places_of, industry))
        }
