"""Spellings of cells, as registers and lists have them."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from reli.sources.canonical import Column
from reli.sources.choices import choice_answers
from reli.sources.readers import Spelling
from reli.sources.spellings import COVERAGE_STATES, STATUSES
from reli.sources.tables import TABLES
from reli.sources.values import READERS, are_parts_of_one, read_tidied, tidied, tidy

COLUMN = Column(name="c", kind="choice", name_zh="状态", definition="", choices=STATUSES)
OPEN = replace(COLUMN, kind="text", choices={})


def read(kind, text, **spelling):
    column = COLUMN if kind == "choice" else OPEN
    cells = READERS[kind](tidy(pl.Series([text]), kind), column, Spelling(**spelling))
    return cells.values[0], cells.doubts[0]


@pytest.mark.parametrize("text", ['="2004-01-05"', "'2004-01-05"])
def test_marks_that_keep_a_code_as_text_in_a_sheet_go(text):
    assert read("date", text) == (date(2004, 1, 5), None)
    assert read("text", text.replace("2004-01-05", "0012")) == ("0012", None)


def test_codes_of_a_closed_list_and_numbers_that_are_too_small():
    codes = Column(
        name="c", kind="division_code", name_zh="", definition="", choices={"330106": ()}
    )
    counts = Column(name="n", kind="number", name_zh="", definition="", least=0)
    read_codes = READERS["division_code"](pl.Series(["330106001", "330103"]), codes, Spelling())
    assert read_codes.values.to_list() == ["330106", None]
    assert read_codes.doubts.to_list() == [None, "不在采用的区划中"]
    read_counts = READERS["number"](pl.Series(["0", "-3", "x"]), counts, Spelling())
    assert read_counts.values.to_list() == [0, None, None]
    assert read_counts.doubts.to_list() == [None, "小于 0", "不是数值"]


@pytest.mark.parametrize(
    ("text", "least", "reason"),
    [
        ("50-99人", 50, "区间，按下限计"),
        ("100人以上", 100, "区间，按下限计"),
        ("12", 12, None),
        ("少于50人", None, "不是整数"),
    ],
)
def test_of_a_range_of_people_the_least(text, least, reason):
    column = replace(OPEN, kind="integer", takes_least=True)
    cells = READERS["integer"](tidy(pl.Series([text])), column, Spelling())
    assert (cells.values[0], cells.doubts[0]) == (least, reason)
    assert read("integer", text)[0] == (12 if least == 12 else None)


def test_places_of_a_ranking():
    assert read("integer", "第4名") == (4, None)


@pytest.mark.parametrize(
    ("texts", "shares"),
    [
        (["0.51", "1", "0.07"], [51, 100, 7]),
        (["0.51", "60", "7"], [0.51, 60, 7]),
        (["0.51%", "0.6"], [0.51, 0.6]),
        (["1", "1"], [1, 1]),
    ],
)
def test_percentages_of_a_sheet_may_be_parts_of_one(texts, shares):
    told = Spelling(are_parts_of_one=are_parts_of_one(pl.Series(texts)))
    column = replace(OPEN, kind="number", is_percentage=True)
    assert READERS["number"](pl.Series(texts), column, told).values.to_list() == shares


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "　Ａ公司（北京）\u200b", "A公司(北京)"),
        ("long_text", " 生产：甲；乙 ", "生产：甲；乙"),
        ("names", "甲公司；乙公司、丙公司\n丁公司", "甲公司|乙公司|丙公司|丁公司"),
        ("names", "ABC Co., Ltd", "ABC Co., Ltd"),
        ("owners", "甲大学;王某某;阿某·买某", "甲大学|个人|个人"),
        ("owners", "甲有限公司;某市乙有限公司", "甲有限公司|某市乙有限公司"),
        ("owners", "王某某", "个人"),
        ("credit_code", "统一社会信用代码：9133 0100-ma2abc12x3", "91330100MA2ABC12X3"),
        ("credit_code", "330100000012345", "330100000012345"),
        ("credit_code", "注册号：330100000012345", "330100000012345"),
        ("credit_code", "组织机构代码(统一社会信用代码)：91330100MA2ABC12X3", "91330100MA2ABC12X3"),
        ("division_code", "330106000000", "330106"),
        ("industry_code", "C3915", "3915"),
        ("industry_code", "3915.0", "3915"),
        ("industry_code", "软件开发", "软件开发"),
        ("number", "1,234.5", 1234.5),
        ("number", "51%", 51),
        ("integer", "2023年", 2023),
        ("integer", "12人", 12),
        ("integer", "3.0", 3),
        ("flag", "是", True),
        ("flag", "无", False),
        ("choice", "存续（在营、开业、在册）", "alive"),
        ("choice", "吊销，未注销", "revoked"),
        ("choice", "Deregistered", "deregistered"),
        ("choice", "吊销（未注销）", "revoked"),
        ("choice", "存续-在营", "alive"),
        ("choice", "除名", "deregistered"),
        ("choice", "拟注销", "liquidating"),
        ("text", "甲公司①", "甲公司"),
        ("text", "★甲公司*", "甲公司"),
        ("text", "*ST甲", "*ST甲"),
        ("text", "甲***公司", "甲***公司"),
        ("text", "#REF!", None),
        ("owners", "甲有限公司 乙大学", "甲有限公司|乙大学"),
        ("owners", "甲有限公司/乙有限公司[CN]", "甲有限公司|乙有限公司"),
        ("owners", "张三 李四;王小明(个人)", "个人|个人"),
        ("owners", "ABC Co., Ltd", "ABC Co., Ltd"),
        # As the register of copyrights has them: 著作权人（国籍）.
        ("owners", "甲有限公司:中国", "甲有限公司"),
        ("owners", "甲有限公司：中国；张三：中国；ABC Ltd:美国", "甲有限公司|个人|ABC Ltd"),
        ("host", "甲有限公司", "甲有限公司"),
        ("credit_code", "91330100MA2ABC12X3（1-1）", "91330100MA2ABC12X3"),
        ("credit_code", "91330100MA2ABC12X3[已注销]", "91330100MA2ABC12X3"),
        ("credit_code", "91330100MA2ABC12X3/330100000012345", "91330100MA2ABC12X3"),
        ("credit_code", "330100000012345.0", "330100000012345"),
        ("number_of_work", "CN 101234567 B", "CN101234567B"),
        ("number_of_work", "专利号：ZL 2004 1 0012345.6", "200410012345.6"),
        ("number_of_work", "2020SR0123456", "2020SR0123456"),
        ("integer", "12（2022年报）", 12),
        ("integer", "并列第3名", 3),
        ("integer", "NO.3", 3),
        ("number", "51%（认缴）", 51),
        ("flag", "2条", True),
        ("flag", "0条", False),
        ("flag", "未纳入", False),
    ],
)
def test_other_values(kind, text, value):
    assert read(kind, text) == (value, None)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("credit_code", "某市某路1号"),
        ("credit_code", "联系电话：057100000000"),
        ("division_code", "3301"),
        ("number", "约5"),
        ("number", "inf"),
        ("integer", "100-199人"),
        ("flag", "也许"),
        ("choice", "搬家"),
        # Digits that a spreadsheet lost: in Excel's way, in a program's, and shown in full.
        ("credit_code", "9.133010077E17"),
        ("credit_code", "913301007123456780.0"),
        ("credit_code", "913301007123456000"),
        ("credit_code", "000000000000000000"),
        ("credit_code", "91330100MA2ABC12X3、91330100MA2ABC12X4"),
        # GB 11643's own example of an identity number.
        ("credit_code", "11010519491231002X"),
        ("number_of_work", "2.00410012345E+11"),
    ],
)
def test_cells_that_cannot_be_read(kind, text):
    value, reason = read(kind, text)
    assert value is None
    assert reason


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("H04W 4/02; G06F16/00", "H04W4/02|G06F16/00"),
        ("Ｈ０４Ｗ　４／０２；ｇ０６ｆ１６／００", "H04W4/02|G06F16/00"),
        ("H04W4/02(2009.01)I;G06F 16/00 (2019.01)N", "H04W4/02|G06F16/00"),
        ("H04W 4/02 G06F16/00", "H04W4/02|G06F16/00"),
        ("G06F16/00H04L29/08", "G06F16/00|H04L29/08"),
        ("h04w0004/02", "H04W4/02"),
        ("Int.Cl.7: H01M 10/05", "H01M10/05"),
        ("H04W 4/02, H04W4/02", "H04W4/02"),
        ("H01M10", "H01M10"),
    ],
)
def test_codes_of_patents_however_they_are_written(text, codes):
    assert read("ipc", text) == (codes, None)


@pytest.mark.parametrize(
    ("text", "codes"), [("14-02", None), ("乱码;H04L", "H04L"), ("Y02E10/50", None), ("H4W", None)]
)
def test_what_is_no_code_of_a_patent_is_noted(text, codes):
    assert read("ipc", text) == (codes, "含有不是IPC分类号的内容")


def test_garbled_text_is_kept_and_noted():
    assert read("text", "甲\ufffd公司") == ("甲\ufffd公司", "含有乱码字符，原样保留")


@pytest.mark.parametrize(
    ("kind", "texts", "odd"),
    [
        ("text", ["甲公司", " 乙公司", None, "-", "丙\ufffd公司", "（丁）公司"], [1, 3, 4, 5]),
        ("credit_code", ["91330100MA27W3RM1X", "91330100-MA27W3RM1X", None, "代码：无"], [1, 3]),
        ("date", ["2004-01-05", "2004年1月", "暂无"], [1, 2]),
        ("long_text", ["软件开发\ufffd", " 无"], None),
    ],
)
def test_cells_that_were_not_tidy_tell_what_to_look_at_again(kind, texts, odd):
    cells = tidied(pl.Series(texts), kind)
    assert odd == (None if cells.odd is None else cells.odd.to_list())
    found = read_tidied(cells, replace(OPEN, kind=kind), Spelling())
    whole = READERS[kind](cells.texts, OPEN, Spelling())
    assert found.values.to_list() == whole.values.to_list()
    assert found.doubts.to_list() == whole.doubts.to_list()
    # What is told of a cell is said of it as it stood: reading changes none in place.
    assert cells.texts.to_list() == tidy(pl.Series(texts), kind).to_list()


def test_own_spellings_of_a_project():
    assert read("choice", "搬家", values={"搬家": "moved_out"}) == ("moved_out", None)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("none", "none"), ("None", "none"), ("无", "none"), ("不详", "unknown"),
        ("covered", "covered"), ("暂无", None), ("-", None),
    ],
)  # fmt: skip
def test_a_word_for_nothing_is_an_answer_where_the_list_has_it(text, state):
    column = replace(COLUMN, choices=COVERAGE_STATES)
    tidied = tidy(pl.Series([text]), "choice", choice_answers(column, Spelling()))
    assert READERS["choice"](tidied, column, Spelling()).values[0] == state


def test_words_for_nothing_stay_nothing_where_no_list_has_them():
    assert choice_answers(OPEN, Spelling(values={"-": "x"})) == {}
    assert read("choice", "不详") == (None, None)


@pytest.mark.parametrize(
    ("table", "column", "text", "ours"),
    [
        ("recognitions", "list", "专精特新“小巨人”", "little_giant"),
        ("recognitions", "list", "国家级专精特新「小巨人」企业", "little_giant"),
        ("recognitions", "list", "浙江省专精特新中小企业", "srdi"),
        ("recognitions", "list", "高新技术企业(国家级)", "high_tech"),
        ("recognitions", "list", "小巨人（第三批）", "little_giant"),
        # Not those of the list, but near to it.
        ("recognitions", "list", "潜在瞪羚", None),
        ("recognitions", "list", "准独角兽", None),
        ("recognitions", "list", "市级企业技术中心", None),
        ("recognitions", "list", "小巨人（未通过）", None),
        ("rankings", "list", "中国民营企业500强", None),
        ("listings", "market", "科创板(上交所)", "a_share"),
        ("listings", "market", "新三板-创新层", "neeq"),
        ("listings", "market", "A+H", None),
        ("coverage", "state", "√", "covered"),
        ("coverage", "state", "尚未开展", "none"),
    ],
)
def test_marks_and_where_it_holds_make_no_other_answer(table, column, text, ours):
    column = TABLES[table].column(column)
    assert (
        READERS["choice"](tidy(pl.Series([text]), "choice"), column, Spelling()).values[0] == ours
    )


@pytest.mark.parametrize(
    ("text", "year"),
    [("2022年报", 2022), ("2022年度报告", 2022), ("2022-12-31", 2022), ("2022年末", 2022),
     ("22", None), ("2021-2022", None)],
)  # fmt: skip
def test_years_with_their_words(text, year):
    column = TABLES["enterprises"].column("last_annual_report_year")
    assert READERS["integer"](pl.Series([text]), column, Spelling()).values[0] == year


@pytest.mark.parametrize(
    "text", ["甲有限公司、乙大学", "甲有限公司 乙大学;丙有限公司", "甲有限公司/乙大学"]
)
def test_of_several_hosts_the_first_leads_and_the_others_are_noted(text):
    value, doubt = read("host", text)
    assert value == "甲有限公司"
    assert "不止一家单位" in doubt


@pytest.mark.parametrize(("kind", "text"), [("number", "1234,5"), ("integer", "1,23")])
def test_a_comma_that_parts_no_thousands_is_not_passed_over(kind, text):
    assert read(kind, text)[0] is None


@pytest.mark.parametrize(
    ("text", "value", "why"),
    [
        ("100", 100, None),
        ("120", None, "大于 100"),
        ("-3", None, "小于 0"),
        ("约51", None, "不是数值"),
    ],
)
def test_numbers_beyond_what_they_can_be_are_none(text, value, why):
    column = replace(OPEN, kind="number", least=0, most=100)
    cells = READERS["number"](pl.Series([text]), column, Spelling())
    assert (cells.values[0], cells.doubts[0]) == (value, why)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("制造业>计算机、通信和其他电子设备制造业>计算机制造>计算机整机制造", "计算机整机制造"),
        ("制造业 / 计算机制造 / 计算机整机制造", "计算机整机制造"),
        ("制造业-计算机制造-计算机整机制造", "计算机整机制造"),
        ("C>39>391>3911", "3911"),
        ("C-39-391-3911", "3911"),
        ("C 制造业>39 计算机>3911 计算机整机制造", "3911 计算机整机制造"),
        ("制造业>计算机制造>", "计算机制造"),
        ("3911-电脑厂", "3911-电脑厂"),
        ("C3911", "3911"),
        ("计算机整机制造", "计算机整机制造"),
    ],
)
def test_of_all_levels_of_an_industry_the_finest_is_read(text, read_as):
    """Paths, as vendors export them, were of no class."""
    assert read("industry_code", text) == (read_as, None)
