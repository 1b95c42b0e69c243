"""Spellings of cells, as registers and lists have them."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from reli.sources.canonical import Column
from reli.sources.spellings import COVERAGE_STATES, STATUSES
from reli.sources.values import (
    READERS,
    Spelling,
    choice_answers,
    read_tidied,
    tidied,
    tidy,
)

COLUMN = Column(name="c", kind="choice", name_zh="状态", definition="", choices=STATUSES)
OPEN = replace(COLUMN, kind="text", choices={})


def read(kind, text, **spelling):
    column = COLUMN if kind == "choice" else OPEN
    cells = READERS[kind](tidy(pl.Series([text]), kind), column, Spelling(**spelling))
    return cells.values[0], cells.doubts[0]


@pytest.mark.parametrize(
    "text",
    [
        "2004-01-05",
        "2004/1/5",
        "2004.1.5",
        "2004年1月5日",
        "二〇〇四年一月五日",
        "二○○四年一月五日",
        "2004 年 1 月 5 日",
        "20040105",
        "２００４－０１－０５",
        "2004-01-05 00:00:00",
        "2004-01-05T08:30:00Z",
        " 2004-01-05\t",
        # Days since 1899-12-30, as Excel stores them; milliseconds since 1970 in China's time.
        "37991",
        "37991.5",
        "1073232000000",
    ],
)
def test_dates(text):
    assert read("date", text) == (date(2004, 1, 5), None)


@pytest.mark.parametrize(
    "text", ["2004-01-31", "2004-04-30", "2004-02-29", "1900-01-01", "2100-12-31"]
)
def test_last_days_of_months_and_first_and_last_of_all(text):
    assert read("date", text) == (date.fromisoformat(text), None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        # New Year's Day began at 16:00 of the day before by Greenwich.
        ("2022-12-31T16:00:00.000Z", date(2023, 1, 1)),
        ("2022-12-31 15:59:59+0000", date(2022, 12, 31)),
        ("2022-12-31 23:59:59+08:00", date(2022, 12, 31)),
        ("2023-01-01 00:00:00+08", date(2023, 1, 1)),
        # Five and a half hours behind Greenwich: 16:00 there.
        ("2022-12-31T10:30-05:30", date(2023, 1, 1)),
        ("2022-12-31 16:00:00", date(2022, 12, 31)),
    ],
)
def test_a_moment_that_tells_its_zone_is_a_day_in_china(text, day):
    assert read("date", text) == (day, None)


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
    ("text", "day"),
    [
        ("二〇二三年十二月三十一日", date(2023, 12, 31)),
        ("二零二〇年十月二十日", date(2020, 10, 20)),
        ("二〇一九年二月二十九日", None),
        ("二〇二一年十一月", date(2021, 11, 1)),
    ],
)
def test_dates_in_characters(text, day):
    assert read("date", text) == (day, None if day else "不是有效日期")


@pytest.mark.parametrize(
    "text",
    ["2022.12.30-2025.12.29", "2022年12月30日至2025年12月29日", "2025-12-29",
     "自2022-12-30起至2025-12-29", "2022-12-30—2025-12-29", "20221230-20251229"],
)  # fmt: skip
def test_of_a_period_the_last_day(text):
    last = replace(OPEN, kind="date", takes_last=True)
    cells = READERS["date"](tidy(pl.Series([text])), last, Spelling())
    assert cells.values.to_list() == [date(2025, 12, 29)]


def test_dates_without_a_day_begin_the_month():
    assert read("date", "2004年1月") == (date(2004, 1, 1), None)
    assert read("date", "2004年") == (date(2004, 1, 1), None)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2023年12月", date(2023, 12, 31)),
        ("2024-02", date(2024, 2, 29)),
        ("二〇二五年六月", date(2025, 6, 30)),
        ("2025年", date(2025, 12, 31)),
        ("2022.12-2025.11", date(2025, 11, 30)),
        ("2022年-2025年", date(2025, 12, 31)),
        ("2025年6月1日", date(2025, 6, 1)),
    ],
)
def test_what_lasts_to_a_month_lasts_to_its_end(text, last):
    column = replace(OPEN, kind="date", takes_last=True)
    cells = READERS["date"](tidy(pl.Series([text])), column, Spelling())
    assert cells.values.to_list() == [last]


@pytest.mark.parametrize("text", ["三年", "3年", "五年有效"])
def test_a_term_is_no_date_and_says_so(text):
    assert read("date", text) == (None, "只有年限，没有日期")


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
    column = replace(OPEN, kind="number", is_percentage=True)
    assert READERS["number"](pl.Series(texts), column, Spelling()).values.to_list() == shares


@pytest.mark.parametrize(
    "text",
    [
        "2004-04-31",
        "2003-02-29",
        "1899-12-31",
        "2101-01-01",
        "2004-13-45",
        "2004-02-30",
        "0204-01-05",
        "soon",
        "5/1/2004",
        "2004",
        "123",
    ],
)
def test_bad_dates_are_missing_and_noted(text):
    assert read("date", text) == (None, "不是有效日期")


@pytest.mark.parametrize("text", ["", "-", "N/A", "长期", "9999-12-31", "无固定期限"])
def test_no_date_is_no_bad_date(text):
    assert read("date", text) == (None, None)


def test_a_bad_date_does_not_spoil_its_neighbours():
    text = tidy(pl.Series(["2004-01-05", "2004-13-45", None, "2004/2/6", "2005-03-07"]))
    cells = READERS["date"](text, COLUMN, Spelling())
    found = [date(2004, 1, 5), None, None, date(2004, 2, 6), date(2005, 3, 7)]
    assert cells.values.to_list() == found


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("41.0725(万元人民币)", 410_725),
        ("37（万元）", 370_000),
        ("50(万)", 500_000),
        ("37万人民币", 370_000),
        ("37(万人民币元)", 370_000),
        ("50万元", 500_000),
        ("37(万元(人民币))", 370_000),
        ("人民币50万元整", 500_000),
        ("50( 万人民币 )", 500_000),
        ("3,146(万元人民币)", 31_460_000),
        ("48,702.1234(万元人民币)", 487_021_234),
        ("1.5亿元", 150_000_000),
        ("5000元", 5_000),
        ("5000人民币元", 5_000),
        ("５０万元", 500_000),
        ("100万(元)人民币", 1_000_000),
        ("1亿2000万元", 120_000_000),
        ("1亿500万元人民币", 105_000_000),
        ("壹佰万元整", 1_000_000),
        ("人民币伍佰万元整", 5_000_000),
        ("贰仟零捌拾万元", 20_800_000),
        ("拾万元", 100_000),
        ("叁亿元", 300_000_000),
    ],
)
def test_capital(text, yuan):
    assert read("money", text) == (yuan, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("100万美元", "外币，未折算"),
        ("100(万元(港币))", "外币，未折算"),
        ("100(万瑞士法郎)", "外币，未折算"),
        ("50", "金额单位不明"),
        ("50()", "金额单位不明"),
        ("壹佰万", "无法识别的金额"),
        ("10万-50万元", "无法识别的金额"),
    ],
)
def test_capital_that_cannot_be_told_in_yuan(text, reason):
    assert read("money", text) == (None, reason)


@pytest.mark.parametrize("text", ["", "()", "#万人民币", "(万港币)", "万元"])
def test_capital_without_amount(text):
    assert read("money", text) == (None, None)


def test_bare_capital_has_the_unit_of_the_mapping():
    assert read("money", "1,234.5", unit=1e4) == (12_345_000, None)


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
