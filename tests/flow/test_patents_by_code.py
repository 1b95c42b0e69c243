"""Patents in the industries of their own codes, from files to the panel; counted by hand."""

import csv
import json

import polars as pl
import pytest
from tests.flow.quick import publishing

from reli.errors import UnknownName
from reli.pipeline import run_project
from reli.pipeline.explain import explain_count

ENTERPRISES = """
企业名称,统一社会信用代码,注册地址,登记状态,成立日期,国民经济行业,经营范围
杭州甲芯片有限公司,91330108MA00000001,浙江省杭州市滨江区江南大道1号,存续,2015-03-01,3973,集成电路制造
杭州乙环保有限公司,91330108MA00000002,浙江省杭州市滨江区江南大道2号,存续,2015-05-01,7722,大气污染治理
桐庐丙科技有限公司,91330122MA00000003,浙江省杭州市桐庐县城南街道1号,存续,2015-05-01,3973,集成电路制造
"""
PATENTS = """
授权公告号,当前权利人,授权公告日,法律状态,IPC分类号,当前权利人地址
CN1,杭州甲芯片有限公司,2019-01-01,有效,H04W 4/02(2009.01)I; g06f16/00,
CN2,杭州甲芯片有限公司;杭州乙环保有限公司,2020-01-01,有效,C02F9/00,
CN3,杭州甲芯片有限公司;桐庐丙科技有限公司,2020-01-01,有效,Ｈ０１Ｍ　１０／０５２５,
CN4,浙江某大学,2022-01-01,有效,C02F1/00,浙江省杭州市桐庐县大学路1号
CN5,杭州甲芯片有限公司,2021-06-01,有效,A47B96/00,
CN6,杭州甲芯片有限公司,2021-06-01,有效,,
CN7,杭州乙环保有限公司,2021-01-01,有效,14-02;H04L9/32,
"""
RULES = "ipc,class_code\nA47B,7.2\nC02F1,\n"
"""A symbol more, and one that takes a group out."""
CHIPS, GREEN, CARS = "新一代信息技术", "节能环保", "新能源汽车"
KEYS = ("unit", "industry", "indicator")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    folder = tmp_path_factory.mktemp("projects") / "codes"
    (folder / "sources").mkdir(parents=True)
    (folder / "ipc.csv").write_text(RULES, encoding="utf-8")
    settings = 'name = "codes"\nreference_year = 2023\npatents = "ipc"\nipc_rules = "ipc.csv"\n'
    settings += "ranges = false\n" + publishing()
    for table, text in (("enterprises", ENTERPRISES), ("patents", PATENTS)):
        (folder / "sources" / f"{table}.csv").write_text(text.lstrip(), encoding="utf-8")
        settings += f'[[sources]]\ntable = "{table}"\npath = "{table}.csv"\n'
    (folder / "reli.toml").write_text(settings, encoding="utf-8")
    return folder, run_project(folder)


def values(folder, name):
    rows = pl.read_parquet(folder / f"build/indicator/{name}.parquet").to_dicts()
    return {tuple(row[key] for key in KEYS): row["value"] for row in rows}


def test_the_scored_indicator_counts_patents_by_their_codes(outcome):
    found = values(outcome[0], "indicator")
    by_industry = {
        (unit, industry): found[unit, industry, "invention_patents"]
        for unit in ("330108", "330122")
        for industry in ("综合", CHIPS, GREEN, CARS)
    }
    assert by_industry == {
        ("330108", "综合"): 5,  # CN1, CN2, CN3, CN5, CN7
        ("330108", CHIPS): 3,  # CN1, CN3, CN7
        ("330108", GREEN): 2,  # CN2, CN5
        ("330108", CARS): None,  # no enterprise of the industry there
        ("330122", "综合"): 1,  # CN3; CN4's group was taken out
        ("330122", CHIPS): 1,
        ("330122", GREEN): None,
        ("330122", CARS): None,
    }
    city = values(outcome[0], "city")
    assert city["330100", "综合", "invention_patents"] == 5


def test_both_ways_of_counting_stand_beside(outcome):
    found = values(outcome[0], "beside")
    assert found["330108", "综合", "invention_patents_by_ipc"] == 5
    assert found["330108", "综合", "invention_patents_in_force"] == 6  # CN6 too
    assert found["330108", CHIPS, "invention_patents_in_force"] == 5  # all of the chip maker's
    assert found["330122", "综合", "invention_patents_in_force"] == 2  # CN3, CN4


def test_codes_that_cannot_be_read_and_patents_without_one_are_told(outcome):
    folder, ran = outcome
    assert any("patents: 1 of 7 have no code (IPC)" in line for line in ran.summary)
    with (folder / "rejected/patents.cells.csv").open(encoding="utf-8-sig") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    assert [(row[1], row[-1].split("：")[-1]) for row in rows] == [("8", "含有不是IPC分类号的内容")]
    method = json.loads((folder / "build/score/method.json").read_text(encoding="utf-8"))
    said = "授权发明专利数量按年末有效的授权发明专利数（产业依专利的IPC分类号）计。"
    assert said in method["notes"]["综合"]
    assert method["counts"]["patents_without_code"] == 1


def test_the_firms_behind_a_count_by_codes(outcome):
    found = explain_count(outcome[0], "330108", CHIPS, "invention_patents")
    # CN1 and, with the first of its owners there, CN3; CN7 is of the other firm.
    expected = {"杭州甲芯片有限公司": 2, "杭州乙环保有限公司": 1}
    assert dict(found.select("name", "quantity").iter_rows()) == expected


@pytest.mark.parametrize("division", ["330100", "杭州市", "330000", "浙江省", "长三角"])
def test_the_firms_behind_the_count_of_a_city_province_or_region(outcome, division):
    found = explain_count(outcome[0], division, "综合", "invention_patents")
    # CN1, CN2, CN3 and CN5 stand with 甲, the first of their owners, CN7 with 乙: once each, though
    # the counties have six together.
    expected = {"杭州甲芯片有限公司": 4, "杭州乙环保有限公司": 1}
    assert dict(found.select("name", "quantity").iter_rows()) == expected


def test_a_place_that_does_not_exist_is_told(outcome):
    with pytest.raises(UnknownName, match="339900"):
        explain_count(outcome[0], "339900", "综合", "invention_patents")
