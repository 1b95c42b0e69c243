"""A country of four firms with every table, from files to indicators; counted by hand."""

import csv
import json

import polars as pl
import pytest
from tests.flow.quick import publishing

from reli.errors import InvalidSetting, UnknownName
from reli.pipeline import run_project
from reli.pipeline.explain import explain, explain_count

SOURCES = {
    "enterprises": """
企业名称,统一社会信用代码,注册地址,登记状态,成立日期,注销日期,国民经济行业,经营范围,参保人数
杭州甲芯片有限公司,91330108MA00000001,浙江省杭州市滨江区江南大道1号,存续,2015-03-01,,3973,集成电路制造,12
杭州乙环保有限公司,91330108MA00000002,浙江省杭州市滨江区江南大道2号,存续,2021-05-01,,7722,大气污染治理,0
桐庐丙科技有限公司,91330122MA00000003,浙江省杭州市桐庐县城南街道1号,存续,2022-05-01,,3973,集成电路制造,
杭州丁贸易有限公司,91330122MA00000004,浙江省杭州市桐庐县城南街道2号,注销,2010-05-01,2022-06-30,5179,贸易,3
""",
    "recognitions": """
名单,批次,企业名称,依托单位,公告日期,级别
省级工程技术研究中心,2019年,浙江省芯片工程技术研究中心,杭州甲芯片有限公司,2019-12-01,省级
省级工程技术研究中心,2019年,浙江省模拟芯片工程技术研究中心,杭州甲芯片有限公司,2019-12-01,省级
省级工程技术研究中心,2020年,浙江省农业工程技术研究中心,杭州市滨江区农业科学研究所,2020-12-01,省级
省级工程技术研究中心,,,,2020-12-01,省级
""",
    "listings": """
上市板块,证券代码,企业名称,上市日期
科创板,990001,杭州甲芯片有限公司,2020-01-01
港股,990002,杭州甲芯片有限公司,2022-01-01
新三板,990003,杭州甲芯片有限公司,2017-01-01
""",
    "holdings": """
母公司,子公司,是否并表
杭州甲芯片有限公司,91330122MA00000003,是
""",
    "rankings": """
榜单,年份,名次,企业名称
中国企业500强,2023,7,杭州甲芯片有限公司
""",
    "patents": """
授权公告号,当前权利人,授权公告日,法律状态,失效日,当前权利人地址
CN1,杭州甲芯片有限公司,2019-01-01,有效,,
CN2,杭州甲芯片有限公司;杭州乙环保有限公司,2020-01-01,有效,,
CN3,杭州甲芯片有限公司;桐庐丙科技有限公司;张三,2023-01-01,有效,,
CN4,浙江某大学,2022-01-01,有效,,浙江省杭州市桐庐县大学路1号
CN5,杭州乙环保有限公司,2021-06-01,失效,2022-06-01,
CN6,张三,2021-06-01,有效,,
CN7,杭州甲芯片有限公司;杭州甲芯片股份有限公司,2021-01-01,有效,,
""",
    "software_copyrights": """
登记号,著作权人,登记批准日期
2020SR1,杭州甲芯片有限公司,2020-01-01
2023SR2,桐庐丙科技有限公司,2023-03-01
""",
    "county_totals": """
区划代码,年份,指标,产业,数值,状态
杭州市滨江区,2023,规模以上工业企业数量,,120,
桐庐县,2023,规模以上工业企业数量,,,保密
330122,2023,规模以下工业企业数量,,7,
330122,2023,规模以上工业企业数量,新能原,7,
330122,2023财年,规模以上工业企业数量,新能源,7,
339999,2023,规模以上工业企业,,7,
330122,2022,规模以上工业企业,新能源,-7,
330108,2023,规上企业,综合,120,
330111,2022,规上企业,生物产业,6,
""",
}
CHIPS = "新一代信息技术"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    folder = tmp_path_factory.mktemp("projects") / "hand"
    (folder / "sources").mkdir(parents=True)
    settings = 'name = "hand"\nreference_year = 2023\nfirst_year = 2022\nranges = false\n'
    settings += publishing()
    for table, text in SOURCES.items():
        (folder / "sources" / f"{table}.csv").write_text(text.lstrip(), encoding="utf-8")
        settings += f'[[sources]]\ntable = "{table}"\npath = "{table}.csv"\n'
    (folder / "reli.toml").write_text(settings, encoding="utf-8")
    return folder, run_project(folder)


@pytest.fixture(scope="module")
def values(outcome):
    """level -> (unit, industry, year, indicator) -> value."""
    folder, _ = outcome

    def read(name):
        rows = pl.read_parquet(folder / "build" / "indicator" / f"{name}.parquet")
        return {
            tuple(row[key] for key in ("unit", "industry", "year", "indicator")): row["value"]
            for row in rows.to_dicts()
        }

    return {name: read(name) for name in ("indicator", "city", "province", "region", "beside")}


@pytest.mark.parametrize(
    ("indicator", "binjiang", "tonglu", "hangzhou"),
    [
        ("sei_enterprises", 2, 1, 3),
        ("new_registrations", 1, 1, 2),
        ("listed", 1, 0, 1),
        ("china_500", 1, 0, 1),
        ("fortune_global_500", None, None, None),
        ("engineering_centres", 3, 0, 3),
        # CN1, CN2, CN3, CN7 (two spellings of one firm); CN3, CN4; CN3 once in the city.
        ("invention_patents", 4, 2, 5),
        ("software_copyrights", 1, 1, 2),
        ("industrial_above_size", 120, None, None),
        ("high_tech", None, None, None),
    ],
)
def test_the_panel_of_the_reference_year(values, indicator, binjiang, tonglu, hangzhou):
    found = values["indicator"]
    assert found["330108", "综合", 2023, indicator] == binjiang
    assert found["330122", "综合", 2023, indicator] == tonglu
    assert values["city"]["330100", "综合", 2023, indicator] == hangzhou
    assert values["province"]["330000", "综合", 2023, indicator] == hangzhou
    assert values["region"]["长三角", "综合", 2023, indicator] == hangzhou


def test_an_earlier_year_counts_what_stood_then(values):
    found = values["indicator"]
    assert found["330122", "综合", 2022, "invention_patents"] == 1  # CN4; CN3 came in 2023
    assert found["330122", CHIPS, 2022, "software_copyrights"] == 0
    assert found["330108", "综合", 2022, "china_500"] is None  # no ranking of 2022


def test_breakdowns_and_other_measures_stand_beside(values):
    found = values["beside"]
    expected = {
        "leading_a_share": 1, "leading_neeq": 0, "leading_hk_mainland_entity": 1,
        "leading_definition_entries": 3, "leading_definition_firms": 1,
        "invention_patents_granted_so_far": 5, "invention_patents_granted_in_year": 1,
        "new_registrations_yearly": 0, "sei_enterprises_active": 2,
    }  # fmt: skip
    assert {code: found["330108", "综合", 2023, code] for code in expected} == expected
    assert found["330122", "综合", 2023, "leading_a_share_subsidiary"] == 1


def test_every_table_is_accounted_for(outcome):
    _, ran = outcome
    said = [line for line in ran.summary if "kept" in line]
    assert "recognitions: 4 rows read = 3 kept + 1 rejected" in said
    assert "patents: 7 rows read = 7 kept + 0 rejected" in said
    assert len(said) == len(SOURCES)
    named = next(line for line in ran.summary if line.startswith("recognitions: 3 = "))
    # A research institute hosts a centre; that nobody else is named is said too.
    assert named.startswith("recognitions: 3 = 2 of enterprises + 1 of others")
    assert named.endswith("0 of branches and sole traders, which are not counted + 0 of nobody in "
                          "the register")  # fmt: skip
    assert (
        "patents: 7 = 5 of enterprises alone or together + 1 of others alone + 1 of persons, "
        "or of enterprises that the register lacks" in ran.summary
    )


def test_the_firms_behind_a_count_of_shared_works(outcome):
    folder, _ = outcome
    firms = explain_count(folder, "330108", "综合", "invention_patents")
    assert dict(firms.select("name", "quantity").iter_rows()) == {"杭州甲芯片有限公司": 4}
    city = explain_count(folder, "330122", "综合", "invention_patents")
    # The university is none of the register, and stands there by its key.
    assert sorted(city["enterprise_id"]) == ["91330122MA00000003", "outside:浙江某大学"]


def test_only_rows_that_count_stand_behind_a_count(outcome):
    folder, _ = outcome
    # Of 乙 CN2 is in force; CN5 has lapsed, and had not at the end of 2021.
    (row,) = explain_count(folder, "330108", "节能环保", "invention_patents").to_dicts()
    assert (row["quantity"], row["list_row"]) == (1, "patents.csv:3")
    granted = explain_count(folder, "330108", "节能环保", "invention_patents_granted_so_far")
    assert granted["list_row"].to_list() == ["patents.csv:3|patents.csv:6"]
    listed = explain_count(folder, "滨江区", CHIPS, "listed")
    # The third board, left for an exchange, is none of the markets.
    assert listed["list_row"].to_list() == ["listings.csv:2|listings.csv:3"]


def test_what_stands_beside_an_indicator_is_explained_too(outcome):
    folder, _ = outcome
    for asked in ("leading_a_share_subsidiary", "A股子公司"):
        firms = explain_count(folder, "330122", "综合", asked)
        assert firms["name"].to_list() == ["桐庐丙科技有限公司"]
        assert firms["list_row"].to_list() == ["holdings.csv:2"]
    entries = explain_count(folder, "330100", "综合", "leading_definition_entries")
    assert dict(entries.select("name", "quantity").iter_rows()) == {"杭州甲芯片有限公司": 3}
    # The third board, left for an exchange, is no entry.
    told = "listings.csv:2|listings.csv:3|rankings.csv:2"
    assert entries["list_row"].to_list() == [told]


def test_no_enterprises_are_named_for_a_total(outcome):
    folder, _ = outcome
    for unit, said in (("330108", "120 is a total"), ("330122", "a withheld value is a total")):
        with pytest.raises(InvalidSetting, match=said):
            explain_count(folder, unit, "综合", "industrial_above_size")


def test_registrations_by_year_reach_back_over_the_window(values):
    found = values["beside"]
    by_year = {y: found["330100", "综合", y, "new_registrations_yearly"] for y in range(2020, 2024)}
    assert by_year == {2020: 0, 2021: 1, 2022: 1, 2023: 0}


def test_cities_and_provinces_are_scored_from_their_own_counts(outcome):
    folder, _ = outcome
    city = pl.read_parquet(folder / "build/score/city.parquet")
    patents = city.filter(
        pl.col("unit") == "330100",
        pl.col("industry") == "综合",
        pl.col("node") == "invention_patents",
    )
    assert patents["rank"].to_list() == [1]
    standings = pl.read_parquet(folder / "build/score/city_standings.parquet")
    first = standings.filter(pl.col("industry") == "综合").row(0, named=True)
    assert (first["city"], first["county"], first["rank"]) == ("杭州市", None, 1)
    provinces = pl.read_parquet(folder / "build/score/province_standings.parquet")
    first = provinces.filter(pl.col("industry") == "综合").row(0, named=True)
    assert (first["province"], first["city"], first["status"]) == ("浙江省", None, "ranked")


def test_the_method_says_how_patents_were_counted(outcome):
    folder, _ = outcome
    method = json.loads((folder / "build/score/method.json").read_text(encoding="utf-8"))
    notes = method["notes"]["综合"]
    assert "授权发明专利数量按年末有效的授权发明专利数计。" in notes
    assert "采用区县合计数的指标：规模以上工业企业数量。" in notes


def test_an_industry_may_be_called_as_in_the_classification(values):
    assert values["indicator"]["330111", "生物医药", 2022, "industrial_above_size"] == 6


def test_totals_that_speak_of_nothing_known_are_rejected_and_the_run_goes_on(outcome):
    folder, _ = outcome
    with (folder / "rejected/county_totals.csv").open(encoding="utf-8-sig") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    assert rows == [
        (
            "county_totals.csv",
            "4",
            "指标",
            "规模以下工业企业数量",
            "指标无法识别：不是“指标”的取值",
        ),
        ("county_totals.csv", "5", "产业", "新能原", "产业无法识别：不是“产业”的取值"),
        ("county_totals.csv", "6", "年份", "2023财年", "年份无法识别：不是四位年份"),
        (
            "county_totals.csv",
            "7",
            "区划代码",
            "339999",
            "区划代码无法识别：不在采用的区划中",
        ),
        ("county_totals.csv", "8", "数值、状态", "-7", "数值、状态无法识别：小于 0"),
        # An empty industry is 综合: lines 2 and 9 are one total.
        (
            "county_totals.csv",
            "2",
            "区划代码、年份、指标、产业",
            "330108 2023 industrial_above_size",
            "重复：与 county_totals.csv 第 9 行为同一条，保留该行",
        ),
    ]


def test_any_year_of_the_run_can_be_explained(outcome):
    folder, _ = outcome
    firms = explain_count(folder, "330122", "综合", "invention_patents", 2022)
    assert firms["quantity"].sum() == 1  # CN4; CN3 came in 2023
    published = pl.read_parquet(folder / "build/score/years.parquet").filter(
        node="heat", year=2022, industry="综合", unit="330108"
    )
    top = explain(folder, "滨江区", "综合", 2022).rows[0]
    assert (top.value, top.rank) == (published["value"].item(), published["rank"].item())
    assert explain(folder, "滨江区", "综合").year == 2023
    with pytest.raises(UnknownName, match="unknown year '2021'"):
        explain(folder, "滨江区", "综合", 2021)
