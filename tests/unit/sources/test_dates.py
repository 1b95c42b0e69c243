"""Days, as registers, programs and spreadsheets write them."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from reli.sources import dates
from reli.sources.canonical import Column
from reli.sources.dates import read_date
from reli.sources.readers import Spelling
from reli.sources.usual_days import usual_days
from reli.sources.values import tidy

DAY = Column(name="c", kind="date", name_zh="日期", definition="")


def read(text):
    cells = read_date(tidy(pl.Series([text]), "date"), DAY, Spelling())
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
        # With hour, minute and second behind the day.
        "20040105083000",
        "200401050830",
        "2004010508",
        "20040105 08:30:00",
        "2004年01月05日08:30:00",
        "2004年1月5日8时30分",
        "2004-1-5 上午12:00:00",
        "2004-01-05 下午 3:00",
        "2004年1月5号",
        "2004年元月5日",
        "二00四年元月五日",
        "贰零零肆年壹月伍日",
        "2004年1月5日 星期一",
        "2004-01-05(周一)",
        "2004—01—05",
        "2004–1–5",
        "2004、1、5",
        "2004。1。5",
        "2004\\1\\5",
        "2004_1_5",
        "2004 01 05",
        "公元2004年1月5日",
        "自2004-01-05起",
        "2004-01-05 (含)",
        "Jan 5, 2004",
        "5-Jan-2004",
        "05-JAN-04",
        "January 5 2004",
        "Mon Jan 05 00:00:00 CST 2004",
    ],
)
def test_dates(text):
    assert read(text) == (date(2004, 1, 5), None)


@pytest.mark.parametrize(
    "text", ["2004-01-31", "2004-04-30", "2004-02-29", "1900-01-02", "2100-12-31"]
)
def test_last_days_of_months_and_first_and_last_of_all(text):
    assert read(text) == (date.fromisoformat(text), None)


def test_the_days_of_all_months_and_no_others():
    years, months, days = range(1900, 2101), range(1, 14), range(1, 33)
    texts = [f"{year}-{month:02}-{day:02}" for year in years for month in months for day in days]
    found = read_date(pl.Series(texts[1:]), DAY, Spelling()).values
    assert found.to_list() == [day_of(text) for text in texts[1:]]


FORMS = ("{}-{}-{}", "{}/{}/{}", "{}.{}.{}", "{}/{}-{}", "{}{}{}", "{}年{}月{}日")
NO_FORMS = ("{}-{}-{} ", "{}x{}-{}", "{}年{}日{}月", "{}-{}", "a{}-{}-{}", "{}:{}:{}", "{}；{}；{}")


def test_the_usual_forms_are_read_by_their_bytes_and_no_others():
    """Beside missing cells, and in a slice of a column, whose bytes begin elsewhere."""
    days = [("2004", "02", "29"), ("2003", "02", "29"), ("0999", "01", "01"), ("2x03", "01", "01")]
    texts = [form.format(*day) for form in (*FORMS, *NO_FORMS) for day in days]
    column = pl.Series([*texts, None, "", "20040229"])[1:]
    expected = [date(2004, 2, 29) if at % len(days) == 0 else None for at in range(len(texts))]
    expected[len(FORMS) * len(days) :] = [None] * len(NO_FORMS) * len(days)
    assert usual_days(column).to_list() == [*expected[1:], None, None, date(2004, 2, 29)]
    assert usual_days(pl.Series([None], dtype=pl.String)).to_list() == [None]


def day_of(text):
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@pytest.mark.parametrize(
    "text", ["2003-02-29", "2003/02/29", "20030229", "2003年02月29日", "soon", "2003-02-29 10:00"]
)
def test_what_is_a_day_in_no_form_is_looked_for_in_none(text, monkeypatch):
    monkeypatch.setattr(dates, "_other_dates", None)
    assert read(text) == (None, "不是有效日期")


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
    assert read(text) == (day, None)


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
    assert read(text) == (day, None if day else "不是有效日期")


@pytest.mark.parametrize(
    "text",
    ["2022.12.30-2025.12.29", "2022年12月30日至2025年12月29日", "2025-12-29",
     "自2022-12-30起至2025-12-29", "2022-12-30—2025-12-29", "20221230-20251229"],
)  # fmt: skip
def test_of_a_period_the_last_day(text):
    last = replace(DAY, takes_last=True)
    cells = read_date(tidy(pl.Series([text])), last, Spelling())
    assert cells.values.to_list() == [date(2025, 12, 29)]


def test_dates_without_a_day_begin_the_month():
    assert read("2004年1月") == (date(2004, 1, 1), None)
    for text in ("2004年", "2004", "200401", "2004.1", "2004年度"):
        assert read(text) == (date(2004, 1, 1), None)


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
        ("2022-2025", date(2025, 12, 31)),
        ("202512", date(2025, 12, 31)),
        ("至2025年12月31日止", date(2025, 12, 31)),
    ],
)
def test_what_lasts_to_a_month_lasts_to_its_end(text, last):
    column = replace(DAY, takes_last=True)
    cells = read_date(tidy(pl.Series([text])), column, Spelling())
    assert cells.values.to_list() == [last]


@pytest.mark.parametrize("text", ["三年", "3年", "五年有效"])
def test_a_term_is_no_date_and_says_so(text):
    assert read(text) == (None, "只有年限，没有日期")


@pytest.mark.parametrize(
    "text",
    [
        "2004-04-31",
        "2003-02-29",
        "1899-12-29",
        "2101-01-01",
        "2004-13-45",
        "2004-02-30",
        "0204-01-05",
        "soon",
        "123",
    ],
)
def test_bad_dates_are_missing_and_noted(text):
    assert read(text) == (None, "不是有效日期")


@pytest.mark.parametrize("text", ["", "-", "N/A", "长期", "9999-12-31", "无固定期限"])
def test_no_date_is_no_bad_date(text):
    assert read(text) == (None, None)


def test_a_bad_date_does_not_spoil_its_neighbours():
    text = tidy(pl.Series(["2004-01-05", "2004-13-45", None, "2004/2/6", "2005-03-07"]))
    cells = read_date(text, DAY, Spelling())
    found = [date(2004, 1, 5), None, None, date(2004, 2, 6), date(2005, 3, 7)]
    assert cells.values.to_list() == found


@pytest.mark.parametrize(
    "text", ["1900-01-01", "1900/1/1", "1900-01-00", "1899-12-30", "0000-00-00", "0001-01-01"]
)
def test_what_stands_where_no_day_is_known_is_no_day(text):
    assert read(text) == (None, "占位日期，按缺失计")


def test_day_numbers_of_a_macintosh_begin_in_1904():
    # Day 36,529 from 1904-01-01 is day 37,991 from 1899-12-30.
    cells = read_date(pl.Series(["36529", "2004-01-05"]), DAY, Spelling(counts_from_1904=True))
    assert cells.values.to_list() == [date(2004, 1, 5)] * 2


def test_seconds_since_1970():
    assert read("1425398400") == (date(2015, 3, 4), None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("01/05/2004", "年在末尾，日月次序不明或不符（可在映射文件中以 day_order 指明）"),
        ("5/1/2004", "年在末尾，日月次序不明或不符（可在映射文件中以 day_order 指明）"),
        ("04-01-05", "不是有效日期"),
        ("2004年第一季度", "不是有效日期"),
        ("2004年底", "不是有效日期"),
        ("民国93年", "不是有效日期"),
    ],
)
def test_a_day_that_may_be_several_is_none(text, why):
    assert read(text) == (None, why)
