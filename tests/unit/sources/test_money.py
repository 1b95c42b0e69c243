"""Sums of money, as registers write them."""

import polars as pl
import pytest

from reli.sources.canonical import Column
from reli.sources.money import read_money
from reli.sources.readers import Spelling
from reli.sources.values import tidy

CAPITAL = Column(name="c", kind="money", name_zh="注册资本", definition="")


def read(text, **spelling):
    cells = read_money(tidy(pl.Series([text]), "money"), CAPITAL, Spelling(**spelling))
    return cells.values[0], cells.doubts[0]


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
        ("CNY 10,000,000", 10_000_000),
        ("RMB ¥5,000.00", 5_000),
        ("人民币5000", 5_000),
        ("壹佰万元整", 1_000_000),
        ("人民币伍佰万元整", 5_000_000),
        ("贰仟零捌拾万元", 20_800_000),
        ("拾万元", 100_000),
        ("叁亿元", 300_000_000),
        ("壹仟贰佰叁拾肆万伍仟陆佰元整", 12_345_600),
        ("一千万元", 10_000_000),
        ("十万元整", 100_000),
        ("3亿5千万元", 350_000_000),
        ("1000万元人民币（认缴）", 10_000_000),
        ("1000（万元）人民币", 10_000_000),
        ("人民币元1000万", 10_000_000),
        ("1000W", 10_000_000),
        ("1'000万元", 10_000_000),
        ("1.0E7元", 10_000_000),
        ("￥1,000,000.00", 1_000_000),
    ],
)
def test_capital(text, yuan):
    assert read(text) == (yuan, None)


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
        ("约1000万元", "无法识别的金额"),
        ("1000万元,实缴500万", "无法识别的金额"),
        ("1000万丹麦克朗", "外币，未折算"),
        ("1000万林吉特", "外币，未折算"),
        ("-100万元", "金额为负"),
    ],
)
def test_capital_that_cannot_be_told_in_yuan(text, reason):
    assert read(text) == (None, reason)


@pytest.mark.parametrize("text", ["", "()", "#万人民币", "(万港币)", "万元"])
def test_capital_without_amount(text):
    assert read(text) == (None, None)


def test_bare_capital_has_the_unit_of_the_mapping():
    assert read("1,234.5", unit=1e4) == (12_345_000, None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        # A decimal comma, or a slip: 10,005 yuan and 100 million are none of what is meant.
        ("1.000,50", "无法识别的金额"),
        ("1000,5", "无法识别的金额"),
        ("1,000,50", "无法识别的金额"),
        ("(1,000)", "金额为负"),
    ],
)
def test_what_is_no_amount_is_not_made_one(text, why):
    assert read(text, unit=1e4) == (None, why)


@pytest.mark.parametrize(
    ("text", "yuan"), [("1,000", 1e7), ("1,0000", 1e8), ("1,234,567.5", 12345675e3)]
)
def test_thousands_and_myriads_are_parted(text, yuan):
    assert read(text, unit=1e4) == (yuan, None)


def test_nothing_is_nothing_in_any_unit():
    assert read("0") == (0.0, None)
    assert read("0.00") == (0.0, None)
    assert read("5") == (None, "金额单位不明")
