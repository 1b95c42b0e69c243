"""Recognitions: validity, reviews, revocations, coverage, centres; counted by hand."""

import pytest
from counted import county_units, table

from reli.indicators import Counting, Measure, Period, PlaceCounts, RoadTables

FIRMS = """
    enterprise_id | division_code | industries
    a             | 330108        | chips
    b             | 330122        | chips
    c             | 320102        | chips
    d             | 330108        |
"""


def listed(name, **given):
    given = {"indicator": "x", **given}
    return Measure(kind="recognised", table="recognitions", list=name, **given)


# list, rows of the enterprise (batch, notice, last day, revoked), years in which it counts
VALIDITY = {
    "three years from the notice": (
        "high_tech", ["|2020-12-01||"], [2020, 2021, 2022]),
    "from the first day of a year": (
        "high_tech", ["|2021-01-01||"], [2021, 2022, 2023]),
    "a stated last day is still valid": (
        "high_tech", ["|2020-12-01|2023-12-31|"], [2020, 2021, 2022, 2023]),
    "an earlier last day": (
        "high_tech", ["|2020-12-01|2021-06-30|"], [2020]),
    "revoked that day": (
        "high_tech", ["|2020-12-01||2022-03-01"], [2020, 2021]),
    "granted and revoked on one day": ("high_tech", ["|2022-03-01||2022-03-01"], []),
    "a row that states a revocation alone grants nothing": (
        "high_tech", ["|||2022-03-01"], []),
    "a later review batch extends": (
        "little_giant", ["第一批|2019-06-05||", "复核一批|2022-08-08||"],
        [2019, 2020, 2021, 2022, 2023, 2024]),
    "a revocation on another row ends what was granted before": (
        "high_tech", ["|2019-12-01||", "|||2021-03-01", "|2023-12-01||"],
        [2019, 2020, 2023, 2024, 2025]),
    "of its year: unicorn": ("unicorn", ["|2022-05-01||"], [2022]),
    "of its year: gazelle": ("gazelle", ["|2022-05-01||"], [2022]),
    "of its year: 规上": ("above_designated_size", ["|2022-05-01||"], [2022]),
    "of the year that its batch names, though published in the next": (
        "unicorn", ["2022年度|2023-03-01||"], [2022]),
    "of all years that its batch names": ("gazelle", ["2021-2023年度|2023-08-01||"],
                                          [2021, 2022, 2023]),
    "of two years in words": ("gazelle", ["2022年至2023年|||"], [2022, 2023]),
    "years of a batch say nothing of a term": ("high_tech", ["2019-2023年|||"], [2019, 2020, 2021]),
    "of the year of 规上": ("above_designated_size", ["2022|2023-02-01||"], [2022]),
    "until withdrawn": (
        "enterprise_technology_center", ["|2020-05-01||2024-02-01"], [2020, 2021, 2022, 2023]),
    "the batch tells the year": ("high_tech", ["2021年第二批|||"], [2021, 2022, 2023]),
    "nothing tells it": ("high_tech", ["第二批|||"], list(range(2019, 2026))),
}  # fmt: skip


@pytest.fixture(scope="module")
def valid_years(engine):
    """Case -> years of 2019 to 2025 in which its enterprise, alone in its county, counts."""
    counties = {case: f"33{number:04}" for number, case in enumerate(VALIDITY, 101)}
    firms = ["enterprise_id | division_code | industries"]
    firms += [f"{county} | {county} | chips" for county in counties.values()]
    rows = ["list | enterprise_id | name | batch | notice_date | valid_to | revoked_date"]
    for case, (name, several, _) in VALIDITY.items():
        rows += [f"{name} | {counties[case]} | n | {row}" for row in several]
    tables = RoadTables(
        enterprises=engine.memory_table(table("\n".join(firms), "enterprises")),
        recognitions=engine.memory_table(table("\n".join(rows), "recognitions")),
    )
    units = county_units(dict.fromkeys(counties.values(), "330000"))
    measures = [listed(name, indicator=name) for name in {each[0] for each in VALIDITY.values()}]
    found = {case: [] for case in VALIDITY}
    for year in range(2019, 2026):
        counting = Counting(PlaceCounts(tables, Period(year), engine), units)
        panel = counting.panel(measures).to_pylist()
        values = {(r["unit"], r["indicator"]): r["value"] for r in panel if r["industry"] == "综合"}
        for case, (name, _, _) in VALIDITY.items():
            found[case] += [year] * (values[counties[case], name] == 1)
    return found


@pytest.mark.parametrize("case", VALIDITY)
def test_how_long_a_recognition_counts(valid_years, case):
    assert valid_years[case] == VALIDITY[case][2]


def test_a_list_outlives_some_of_its_firms(panel):
    firms = """
        enterprise_id | division_code | industries | ended_date | status
        a             | 330108        | chips      | 2022-01-01 | deregistered
        d             | 330108        | chips      |            | alive
    """
    rows = "list|enterprise_id|notice_date\nhigh_tech|a|2021-05-01\nhigh_tech|d|2021-05-01"
    found = panel(listed("high_tech"), enterprises=firms, recognitions=rows)
    assert found["330108", "综合"] == 1


CENTRES = """
    list                          | name   | enterprise_id | outsider_id | level  | notice_date
    provincial_engineering_center | 中心一 | a             |             | 省级   | 2020-01-01
    provincial_engineering_center | 中心二 | a             |             | 省级   | 2020-01-01
    provincial_engineering_center | 中心二 | a             |             | 省级   | 2021-01-01
    provincial_engineering_center | 中心三 | a             |             | 市级   | 2020-01-01
    provincial_engineering_center | 中心四 |               | outside:大学 | 国家级 | 2020-01-01
    provincial_engineering_center | 中心五 | d             |             |        | 2020-01-01
"""
OUTSIDERS = """
    outsider_id  | place_code
    outside:大学 | 330122
"""


def test_centres_are_counted_one_by_one_at_their_host(panel):
    centres = listed("provincial_engineering_center", counts="rows", levels=("国家", "省"))
    tables = {"enterprises": FIRMS, "recognitions": CENTRES, "outsiders": OUTSIDERS}
    found = panel(centres, **tables)
    # Two centres of a, listed again or not; not the city's; d's, in no industry, is not of the
    # union. A university's stands in its county's 综合 alone.
    assert found["330108", "综合"] == 2
    assert found["330122", "综合"] == 1
    assert found["330122", "新一代信息技术"] == 0
    everyone = listed(
        "provincial_engineering_center", counts="rows", levels=("国家", "省"),
        overall_scope="all_enterprises",
    )  # fmt: skip
    assert panel(everyone, **tables)["330108", "综合"] == 3


LEVELS = {
    # Of 上海, 广西, 浙江: does a centre of this level count?
    "国家级": "yes yes yes", "国家认定": "yes yes yes", "": "yes yes yes", "省级": "yes yes yes",
    "浙江省级": "yes yes yes", "自治区级": "yes yes yes", "广西壮族自治区级": "yes yes yes",
    "直辖市级": "yes yes yes", "上海市级": "yes yes yes", "兵团级": "yes yes yes",
    "市级": "yes no no", "市认定": "yes no no",
    "副省级市": "no no no", "区级": "no no no", "杭州市级": "no no no", "区（县）级": "no no no",
}  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
def test_what_a_province_calls_its_own_level(panel, level):
    firms = """
        enterprise_id | division_code | industries
        a             | 310115        | chips
        b             | 450103        | chips
        c             | 330108        | chips
    """
    rows = "list | enterprise_id | level | name\n" + "\n".join(
        f"enterprise_technology_center | {each} | {level} | 中心" for each in "abc"
    )
    centres = listed("enterprise_technology_center", counts="rows", levels=("国家", "省"))
    units = county_units({"310115": "310000", "450103": "450000", "330108": "330000"})
    found = panel(centres, units=units, enterprises=firms, recognitions=rows)
    values = [found[unit, "综合"] for unit in ("310115", "450103", "330108")]
    assert ["yes" if value == 1 else "no" for value in values] == LEVELS[level].split()


def test_a_centre_of_two_levels_is_one_in_a_municipality_too(panel):
    rows = """
        list                         | enterprise_id | name   | level
        enterprise_technology_center | a             | 中心一 | 市级
        enterprise_technology_center | a             | 中心一 | 国家级
        enterprise_technology_center | a             | 中心二 | 市级
    """
    firms = "enterprise_id | division_code | industries\na | 310115 | chips"
    centres = listed("enterprise_technology_center", counts="rows", levels=("国家", "省"))
    units = county_units({"310115": "310000"})
    found = panel(centres, units=units, enterprises=firms, recognitions=rows)
    assert found["310115", "综合"] == 2


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        # As the national list, a province's and another's name the one centre of a host.
        ("甲一药业有限公司 企业技术中心 技术中心 甲一药业有限公司企业技术中心", 1),
        ("甲一药业集团 甲一药业集团技术中心 省级企业技术中心 国家认定企业技术中心", 1),
        ("甲一药业有限公司 甲一药业有限公司上海技术中心", 2),
        ("浙江省智能导航工程技术研究中心 浙江省智能飞行工程技术研究中心", 2),
    ],
)
def test_what_every_centre_is_called_names_no_other_one(panel, names, expected):
    rows = "list | enterprise_id | level | name\n" + "\n".join(
        f"enterprise_technology_center | a | 省级 | {name}" for name in names.split()
    )
    centres = listed("enterprise_technology_center", counts="rows", levels=("国家", "省"))
    found = panel(centres, enterprises=FIRMS, recognitions=rows)
    assert found["330108", "综合"] == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("甲一大学 甲一大学技术中心 企业技术中心", 1),
        ("甲一大学 甲一大学附属医院技术中心", 2),
    ],
)
def test_a_host_that_is_no_enterprise_names_no_other_centre_either(panel, names, expected):
    rows = "list | enterprise_id | outsider_id | host_name | level | name\n" + "\n".join(
        f"enterprise_technology_center | | outside:大学 | 甲一大学 | 省级 | {name}"
        for name in names.split()
    )
    centres = listed("enterprise_technology_center", counts="rows", levels=("国家", "省"))
    found = panel(centres, enterprises=FIRMS, recognitions=rows, outsiders=OUTSIDERS)
    assert found["330122", "综合"] == expected


def test_a_level_is_how_its_name_begins_and_no_pattern(panel):
    centres = listed("provincial_engineering_center", counts="rows", levels=("省.", "国家(级"))
    found = panel(centres, enterprises=FIRMS, recognitions=CENTRES, outsiders=OUTSIDERS)
    # 省级 does not begin with 省., nor 国家级 with 国家(级: no enterprise of an industry is left.
    assert found["330108", "综合"] == 0


@pytest.mark.parametrize(
    ("revoked", "expected"),
    [
        ("中心二 | 甲公司 | 2022-03-01", 1),  # the one alone
        ("中心四 | 甲公司 | 2022-03-01", 2),  # another one, never granted here
        ("       | 甲公司 | 2022-03-01", 0),  # whatever the host has
        ("中心二 | 甲公司 | 2024-03-01", 2),  # not yet
    ],
)
def test_a_revoked_centre_leaves_the_others_of_its_host(panel, revoked, expected):
    rows = f"""
        list              | enterprise_id | name   | host_name | revoked_date | notice_date
        technology_center | a             | 中心一 | 甲公司    |              | 2020-01-01
        technology_center | a             | 中心二 | 甲公司    |              | 2020-01-01
        technology_center | a             | {revoked} |
    """
    centres = listed("enterprise_technology_center", counts="rows")
    rows = rows.replace("technology", "enterprise_technology")
    found = panel(centres, enterprises=FIRMS, recognitions=rows)
    assert (found["330108", "综合"] or 0) == expected


def test_enterprises_of_a_list_are_counted_once_and_never_outside_the_register(panel):
    rows = CENTRES.replace("provincial_engineering_center", "high_tech")
    found = panel(listed("high_tech"), year=2020, enterprises=FIRMS, recognitions=rows,
                  outsiders=OUTSIDERS)  # fmt: skip
    assert found["330108", "综合"] == 1
    assert found["330122", "综合"] == 0


SRDI = """
    list | enterprise_id | notice_date
    srdi | a             | 2022-01-01
"""
HIGH = SRDI.replace("srdi", "high_tech")


@pytest.mark.parametrize(
    ("name", "coverage", "expected"),
    [
        # 330108 has one; 330122 lies in the same province, 320102 in another.
        ("high_tech", "", [1, 0, 0]),  # national: zero is zero
        ("srdi", "", [1, 0, None]),  # kept by provinces: only where there is an entry
        ("high_tech", "330122 | 2023 | none", [1, None, 0]),
        ("high_tech", "330122 | 2022 | none", [1, 0, 0]),  # of another year
        ("high_tech", "330122 |  | unknown", [1, None, 0]),  # of every year
        ("high_tech", "330000 | 2023 | none", [1, None, 0]),  # of the province; an entry stands
        ("high_tech", "330000 | 2023 | none\n330122 | 2023 | covered", [1, 0, 0]),
        ("srdi", "320000 | 2023 | covered", [1, 0, 0]),
        # Rows that contradict each other, in either order: the less sure one.
        ("high_tech", "330122 | 2023 | covered\n330122 | 2023 | none", [1, None, 0]),
        ("high_tech", "330122 | 2023 | none\n330122 | 2023 | covered", [1, None, 0]),
    ],
)
def test_zero_only_where_the_programme_covers_the_county(panel, name, coverage, expected):
    tables = {"recognitions": SRDI if name == "srdi" else HIGH}
    if coverage:
        rows = "\n".join(f"{name} | {line}" for line in coverage.splitlines())
        tables["coverage"] = f"list | division_code | year | state\n{rows}"
    found = panel(listed(name), enterprises=FIRMS, **tables)
    assert [found[unit, "综合"] for unit in ("330108", "330122", "320102")] == expected


@pytest.mark.parametrize(
    ("name", "row", "years"),
    [
        # A list of a year says nothing of others, an earlier year nothing of a later list.
        ("unicorn", "2022 | 2022-05-01", {2021: None, 2022: 0, 2023: None}),
        ("above_designated_size", "2022 | 2023-03-01", {2021: None, 2022: 0, 2023: None}),
        ("gazelle", "2021-2022年度 |", {2020: None, 2023: None}),
        ("high_tech", "第一批 | 2021-05-01", {2020: None, 2021: 0, 2023: 0}),
        # All have run out: the list was there.
        ("high_tech", "第一批 | 2018-05-01", {2017: None, 2020: 0, 2023: 0}),
        ("high_tech", "第一批 |", {2010: 0}),
    ],
)
def test_a_year_of_which_a_list_says_nothing_is_missing(panel, name, row, years):
    rows = f"list | enterprise_id | batch | notice_date\n{name} | a | {row}"
    found = {
        year: panel(listed(name), year=year, enterprises=FIRMS, recognitions=rows)["320102", "综合"]
        for year in years
    }
    assert found == years


def test_a_list_that_is_not_there_is_missing(panel):
    found = panel(listed("srdi"), enterprises=FIRMS, recognitions=HIGH)
    assert set(found.values()) == {None}
