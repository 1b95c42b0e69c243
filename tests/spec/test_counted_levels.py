"""Cities, provinces, regions and county totals, counted by hand."""

import pytest

from reli.indicators import Measure, units_of

FIRMS = """
    enterprise_id | division_code | place_code | industries
    a             | 330108        | 330108     | chips
    b             | 330122        | 330122     | chips
    city          |               | 330100     | chips
    province      |               | 330000     | chips
    direct        | 419001        | 419001     | chips
    nowhere       |               |            | chips
    alone         | 441900        | 441900     | chips
"""
STOCK = Measure(indicator="x", kind="stock")


@pytest.fixture
def at(counting):
    def make(level, measure=STOCK, **tables):
        counted = counting(units=units_of(level), **{"enterprises": FIRMS, **tables})
        rows = counted.panel([measure]).to_pylist()
        return {(row["unit"], row["industry"]): row for row in rows}

    return make


def test_who_is_known_only_to_the_city_counts_there_and_in_no_county(at):
    values = {level: at(level) for level in ("county", "city", "province", "region")}
    assert sum(row["value"] for key, row in values["county"].items() if key[1] == "综合") == 4
    assert values["city"]["330100", "综合"]["value"] == 3
    assert values["city"]["441900", "综合"]["value"] == 1
    assert values["province"]["330000", "综合"]["value"] == 4
    assert values["province"]["410000", "综合"]["value"] == 1  # 济源 is run by its province
    assert ("419001", "综合") not in values["city"]
    # Regions overlap: 珠三角 and 东部 both hold 东莞.
    assert values["region"]["珠三角", "综合"]["value"] == 1
    assert values["region"]["东部", "综合"]["value"] == 5
    assert values["region"]["中部", "综合"]["value"] == 1


def test_a_city_without_an_enterprise_of_an_industry_is_inactive(at):
    assert at("city")["330100", "节能环保"]["state"] == "inactive"
    assert at("city")["330100", "新一代信息技术"]["state"] == "observed"


def test_a_city_is_covered_where_all_its_counties_are(at):
    measure = Measure(indicator="x", kind="recognised", table="recognitions", list="high_tech")
    rows = "list|enterprise_id|notice_date\nhigh_tech|direct|2022-01-01"
    gap = "list|division_code|year|state\nhigh_tech|330122|2023|none"
    found = at("city", measure, recognitions=rows, coverage=gap)
    assert found["330100", "综合"]["state"] == "not_observed"
    assert found["330200", "综合"]["value"] == 0


TOTALS = """
    division_code | year | indicator | industry | value | state
    330108        | 2023 | x         |          | 40    |
    330122        | 2023 | x         |          |       | suppressed
    330110        | 2023 | x         | chips    | 5     |
    330111        | 2022 | x         |          | 9     |
"""


def test_county_totals_replace_what_was_computed_and_are_marked(at):
    found = at("county", county_totals=TOTALS)
    cells = {
        key: (found[key]["value"], found[key]["state"], found[key]["source"])
        for key in [("330108", "综合"), ("330122", "综合"), ("330110", "新一代信息技术"),
                    ("330111", "综合"), ("330108", "新一代信息技术")]
    }  # fmt: skip
    assert cells == {
        ("330108", "综合"): (40, "observed", "county_total"),
        ("330122", "综合"): (None, "suppressed", "county_total"),
        ("330110", "新一代信息技术"): (5, "observed", "county_total"),
        ("330111", "综合"): (0, "observed", "computed"),  # of another year
        ("330108", "新一代信息技术"): (1, "observed", "computed"),
    }


def test_a_unit_has_enterprises_of_an_industry_where_a_total_says_so(counting):
    totals = "division_code | year | indicator | industry | value\n320102 | 2023 | x | chips | 4"
    listed = Measure(indicator="y", kind="recognised", table="recognitions", list="high_tech")
    rows = "list|enterprise_id|notice_date\nhigh_tech|a|2022-01-01"
    counted = counting(enterprises=FIRMS, county_totals=totals, recognitions=rows)
    cells = {
        (row["unit"], row["industry"], row["indicator"]): (row["value"], row["state"])
        for row in counted.panel([STOCK, listed]).to_pylist()
    }
    # The four have no 高新技术企业, and are ranked; of another industry there are none.
    assert cells["320102", "新一代信息技术", "y"] == (0, "observed")
    assert cells["320102", "节能环保", "y"] == (None, "inactive")


def test_a_city_takes_over_its_counties_totals(at):
    found = at("city", county_totals=TOTALS)
    # Computed 3 with one of 330108; its total is 40: 3 - 1 + 40.
    assert found["330100", "综合"]["value"] == 42
    assert found["330100", "综合"]["source"] == "partly_county_total"
    assert found["330200", "综合"]["source"] == "computed"
    own = TOTALS + "    330100 | 2023 | x | | 77 |\n"
    assert at("city", county_totals=own)["330100", "综合"]["value"] == 77


def test_a_total_of_works_replaces_all_that_its_county_has_those_of_several_owners_too(at):
    patents = """
        item | enterprise_id | is_shared
        own  | a             | no
        both | a             | yes
        both | b             | yes
        city | city          | no
    """
    works = Measure(indicator="x", kind="granted", table="patents", counts="rows")
    assert at("city", works, patents=patents)["330100", "综合"]["value"] == 3
    totals = "division_code|year|indicator|value\n330108|2023|x|40"
    found = at("city", works, patents=patents, county_totals=totals)
    # 330108 has two of the three.
    assert found["330100", "综合"]["value"] == 3 - 2 + 40
