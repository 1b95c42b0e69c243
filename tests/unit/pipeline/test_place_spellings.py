"""Divisions by their names in tables of totals and of coverage."""

import csv

import polars as pl
import pytest

from reli.pipeline.place_spellings import COUNTRY, place_spellings
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table
from reli.sources.tables import TABLES, with_choices


@pytest.fixture
def totals(tmp_path):
    table = with_choices(TABLES["county_totals"], {"division_code": place_spellings(2023)})

    def make(text):
        path = tmp_path / "t.csv"
        path.write_text(text, encoding="utf-8")
        rejected = tmp_path / "r.csv"
        clean_table(table, [SourceFile(path)], tmp_path / "o.parquet", rejected)
        with rejected.open(encoding="utf-8-sig") as file:
            why = {row["行"]: (row["值"], row["原因"]) for row in csv.DictReader(file)}
        return pl.read_parquet(tmp_path / "o.parquet")["division_code"].to_list(), why

    return make


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("330108", "330108"),
        ("滨江区", "330108"),
        ("杭州市西湖区", "330106"),
        ("浙江省 杭州市 西湖区", "330106"),
        ("浙江杭州西湖区", "330106"),
        ("北京市朝阳区", "110105"),
        ("湖北省仙桃市", "429004"),
        ("东莞市", "441900"),
        ("吉林市", "220200"),
        ("吉林省", "220000"),
        ("新疆", "650000"),
        # Made districts, as they were, in 2017 and 2020; the code in Excel's form, too.
        ("370282", "370215"),
        ("370282.0", "370215"),
        ("青岛市即墨市", "370215"),
        ("海门市", "320614"),
        # From 九江县 to 柴桑区; 富阳县 became a city first.
        ("360421", "360404"),
        ("330123", "330111"),
    ],
)
def test_a_division_may_be_named(totals, name, code):
    found, _ = totals(f"区县,年份,指标,数值\n{name},2023,high_tech,1\n")
    assert found == [code]


def test_a_name_that_several_bear_is_told_by_the_columns_beside_it(totals):
    text = """省份,城市,县（市、区）,年份,指标,数值
浙江省,杭州市,西湖区,2023,high_tech,1
江西,南昌,西湖区,2023,high_tech,1
浙江省,杭州市,杭州市西湖区,2022,high_tech,1
北京市,市辖区,朝阳区,2023,high_tech,1
湖北省,,仙桃市,2023,high_tech,1
,,西湖区,2023,high_tech,1
,,乌有区,2023,high_tech,1
,,339999,2023,high_tech,1
"""
    found, why = totals(text)
    assert found == ["330106", "360103", "330106", "110105", "429004"]
    untold = "区划代码无法识别：没有叫这个名称的区划，或不止一处：请写明省、市，或填代码"
    assert why == {
        "7": ("西湖区", untold),
        "8": ("乌有区", untold),
        "9": ("339999", "区划代码无法识别：不在采用的区划中"),
    }


@pytest.mark.parametrize(
    "place",
    [
        # 下城区 and 拱墅区 are one since 2021, 江干区 went to three, 余杭市 became 余杭区, which
        # was divided: a total of theirs is that of no county today.
        "330103", "下城区", "330104", "330184", "余杭市",
    ],
)  # fmt: skip
def test_what_is_said_of_a_merged_or_divided_county_holds_of_none(totals, place):
    found, why = totals(f"区县,年份,指标,数值\n{place},2023,high_tech,1\n滨江区,2023,high_tech,1\n")
    assert found == ["330108"]
    assert list(why) == ["2"]


def test_names_are_those_of_the_project_s_map():
    # 萧山市 became 萧山区 in 2001, a part of which is 钱塘区 since 2021.
    assert "萧山市" in place_spellings(2000)["330181"]
    assert {"330181", "萧山市"} <= set(place_spellings(2020)["330109"])
    assert not any({"330181", "萧山市"} & {code, *names}
                   for code, names in place_spellings(2023).items())  # fmt: skip


def test_a_former_name_that_means_another_county_today_is_none():
    spelt = [(code, name) for code, names in place_spellings(2023).items() for name in names]
    assert len({name for _, name in spelt}) == len(spelt)
    # 通州市 is 通州区 of 南通 since 2009; the name alone means neither it nor that of 北京.
    assert not {name for _, name in spelt} & {"通州区"}
    assert ("320612", "南通市通州市") in spelt


def test_the_country_and_the_corps_in_coverage(tmp_path):
    names = ["全国", "兵团第八师石河子市", "新疆生产建设兵团", "第八师"]
    path, out, rejected = tmp_path / "c.csv", tmp_path / "o.parquet", tmp_path / "r.csv"
    lines = [f"unicorn,{name},2023,有" for name in names]
    path.write_text("名单,区划,年份,状态\n" + "\n".join(lines), encoding="utf-8")
    places = {"division_code": {**place_spellings(2023), **COUNTRY}}
    clean_table(with_choices(TABLES["coverage"], places), [SourceFile(path)], out, rejected)
    assert pl.read_parquet(out)["division_code"].to_list() == ["000000", "659001"]
    with rejected.open(encoding="utf-8-sig") as file:
        why = [row["原因"] for row in csv.DictReader(file)]
    assert why == ["区划代码无法识别：兵团和师不是区划：请逐一填写其所在的市（如石河子市）"] * 2
