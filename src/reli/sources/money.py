"""Sums of money: yuan, in whatever unit, words or currency they are written."""

import polars as pl

from reli.sources.canonical import Column
from reli.sources.numerals import WORD, number_in_words, without_separators
from reli.sources.readers import Cells, Spelling

__all__ = ["in_currency", "in_unit", "read_money"]

_RENMINBI = (
    r"(?i)^[#(]*(?P<sign>(?:人民币元?|RMB|CNY)¥?|¥)?[:)]*(?P<number>-?\d+(?:\.\d+)?(?:E\+?\d+)?)\(?"
    r"(?P<scale>万亿|亿|千万|百万|万|千|W)?(?P<yuan>元|圆|人民币|RMB|CNY)?[整正]?[()]*"
    r"(?:人民币|RMB|CNY)?元?[)]*$"
)
_SCALES = {"万亿": 1e12, "亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "千": 1e3}
_FOREIGN = (
    r"(?i)[美港欧日韩英澳加台瑞新泰卢越]|外币|外汇|法郎|马克|克朗|林吉特|令吉|卢比|比索|铢|盾|兰特"
    r"|第纳尔|里亚尔|雷亚尔|USD|HKD|EUR|JPY|GBP|AUD|CAD|KRW|TWD|SGD|CHF|MOP|\$|€|£"
)
_NO_AMOUNT = r"(?i)^[#()万亿千百元圆人民币美港欧日本香澳台新加坡英镑瑞士法郎:RMBCNYUSDHK]*$"
_REMARK = r"\((?:认缴|实缴|认缴制|注册|约)[^()]*\)$"


def read_money(text: pl.Series, _column: Column, spelling: Spelling) -> Cells:
    """Yuan. Foreign currencies are not converted; a number of unknown unit is not guessed."""
    # Few sums are many firms' capital: each spelling is read once.
    distinct = text.unique().rename("text")
    read = _amounts(distinct, spelling).with_columns(distinct)
    found = (
        text.rename("text")
        .to_frame()
        .join(read, on="text", how="left", nulls_equal=True, maintain_order="left")
    )
    return Cells(found["value"], found["reason"])


def in_unit(amounts: pl.Series, units: pl.Series) -> pl.Series:
    """Amounts with the unit that a column beside them names (1000, 万元), where they tell none."""
    frame = pl.DataFrame({"amount": amounts, "unit": units})
    is_bare = pl.col("amount").str.contains(_BARE) & pl.col("unit").str.contains(_TELLS_UNIT)
    told = pl.when(is_bare).then(pl.col("amount") + pl.col("unit")).otherwise("amount")
    return frame.select(told.alias("amount")).to_series()


def in_currency(amounts: pl.Series, currencies: pl.Series) -> pl.Series:
    """Amounts with the name of the foreign currency that a column beside them tells."""
    frame = pl.DataFrame({"amount": amounts, "currency": currencies})
    is_own = pl.col("currency").str.contains(r"(?i)人民币|RMB|CNY|^元$|^156$")
    is_foreign = pl.col("currency").is_not_null() & ~is_own
    named = pl.format("{}(外币{})", "amount", "currency")
    told = pl.when(is_foreign).then(named).otherwise("amount")
    return frame.select(told.alias("amount")).to_series()


_BARE = r"^[-\d,，.'’\s]+$"
_TELLS_UNIT = "(?i)[元圆万亿千]|人民币|RMB|CNY|USD|HKD|EUR|JPY"


def _amounts(text: pl.Series, spelling: Spelling) -> pl.DataFrame:
    frame = (
        _compact(text)
        .to_frame()
        .with_columns(pl.col("text").str.extract_groups(_RENMINBI).alias("parts"))
        .unnest("parts")
    )
    scale = pl.col("scale").str.replace("(?i)w", "万")
    said = scale.replace_strict(_SCALES, default=None, return_dtype=pl.Float64)
    told = pl.lit(spelling.unit, pl.Float64)
    # ¥ and CNY say which money it is, and the header in which unit.
    bare = pl.when(pl.col("sign").is_not_null()).then(pl.coalesce(told, 1.0)).otherwise(told)
    plain = pl.when(pl.col("yuan").is_not_null()).then(1.0).otherwise(bare)
    number = pl.col("number").cast(pl.Float64)
    # Nothing is nothing in any unit.
    amount = number * pl.coalesce(said, plain, pl.when(number == 0).then(1.0))
    is_negative = pl.col("number").str.starts_with("-").fill_null(False) & (amount != 0)
    # To the fen: 55601.9956 x 10000 is not exact in binary.
    return frame.select(
        value=pl.when(~is_negative.fill_null(False)).then(amount.round(2)),
        reason=pl.when(is_negative)
        .then(pl.lit("金额为负"))
        .when(pl.col("text").is_null() | amount.is_not_null())
        .then(None)
        .when(pl.col("number").is_not_null())
        .then(pl.lit("金额单位不明"))
        .when(pl.col("text").str.contains(_FOREIGN) & (pl.col("text").str.len_chars() < 40))
        .then(pl.lit("外币，未折算"))
        .otherwise(pl.lit("无法识别的金额")),
    )


_IN_BRACKETS = r"^\((\d+(?:\.\d+)?)\)$"
"""As accountants write what is below zero."""


def _compact(text: pl.Series) -> pl.Series:
    """Amounts without separators and remarks, those in words or in several scales in yuan."""
    bare = without_separators(text).str.replace(_REMARK, "")
    bare = bare.str.replace(r"([万亿])\(元\)", "${1}元").str.replace(_IN_BRACKETS, "-${1}")
    bare = bare.set(bare.str.contains(_NO_AMOUNT).fill_null(False), None)
    rows = bare.str.contains(_IN_WORDS).fill_null(False).arg_true()
    if rows.is_empty():
        return bare.rename("text")
    yuan = pl.Series([_in_yuan(each) for each in bare.gather(rows)], dtype=pl.String)
    return bare.scatter(rows, yuan).rename("text")


_IN_WORDS = (
    rf"^(?:人民币)?(?:{WORD}+[元圆]|\d+(?:\.\d+)?[亿万](?:\d+(?:\.\d+)?[千百]?[万千]?)+[元圆]?)"
    r"(?:人民币)?[整正]?$"
)
"""壹佰万元整, 一千万元; 1亿2000万元, 3亿5千万元."""


def _in_yuan(text: str) -> str:
    return f"{number_in_words(text):.2f}元"
