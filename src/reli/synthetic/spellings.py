"""Dates, amounts and other cells in the many spellings that registers have."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from reli.synthetic.draw import Flags, Ints, Numbers, choose, gather, share
from reli.synthetic.population import FIRST_DAY

__all__ = ["BAD_DATES", "Amounts", "amounts", "dates", "days"]

BAD_DATES = ("2021-02-30", "2019-13-05", "2017-00-00", "0000-00-00", "不明", "20181340")
_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%Y-%m-%d 00:00:00")
_DATE_SHARES = (0.86, 0.05, 0.04, 0.03, 0.02)
_LAST = 16_071
_EPOCH = int((FIRST_DAY - np.datetime64("1970-01-01")).astype(int))


def days(numbers: Ints) -> pl.Series:
    """Dates from days since 1980; null where negative."""
    dates = pl.Series(numbers + _EPOCH).cast(pl.Int32).cast(pl.Date)
    return dates.set(pl.Series(numbers < 0), None)


def dates(rng: np.random.Generator, numbers: Ints) -> pl.Series:
    """Spelt dates from days since 1980; empty, `-` or N/A where negative."""
    form = choose(rng, _DATE_SHARES, len(numbers))
    text = _all_dates().gather(form * _LAST + np.maximum(numbers, 0))
    nothing = gather(("", "", "", "-", "N/A"), rng.integers(0, 5, len(numbers)))
    return text.zip_with(pl.Series(numbers >= 0), nothing)


@cache
def _all_dates() -> pl.Series:
    every = days(np.arange(_LAST))
    return pl.concat([every.dt.strftime(form) for form in _DATE_FORMATS])


_TEN_THOUSANDS = (
    3, 5, 10, 20, 30, 50, 60, 80, 100, 108, 150, 200, 300, 500, 518, 600, 800, 1000, 1088, 1200,
    1500, 2000, 3000, 5000, 5500, 6800, 8000, 10000, 12000, 20000, 50000, 100000,
)  # fmt: skip
_MOST_FREQUENT = 14
_FOREIGN = ("100万美元", "50万美元", "500万港元", "300.000000万美元", "20万欧元", "1000万日元")
_NOTHING = ("-", "", "N/A", "—", "暂无")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def _spelt(amount: int) -> tuple[str, ...]:
    """An amount of so many times 10,000 yuan, in all spellings."""
    yuan = amount * 10_000
    return (
        f"{amount}万元人民币",
        f"{amount}万人民币",
        f"{amount}.000000万元人民币",
        f"{amount:,}(万元)",
        f"{amount}万元",
        f"人民币{amount}万元",
        f"{amount}.00万元",
        f"{amount}万",
        f"{yuan}元",
        f"{yuan}.00元",
        f"{yuan:,}元",
        f"RMB{amount}万元",
        f"{amount} 万元",
        f"{amount}万元（人民币）",
        f"{amount}万元".translate(_WIDE),
        f"{amount}.0000万人民币",
        f"{amount}万元整",
        f"人民币 {amount} 万元整",
        f"{yuan}人民币",
        f"{amount / 10_000:g}亿元",
        f"¥{yuan}元",
        f"{amount}.000000万人民币元",
    )


@dataclass(frozen=True)
class Amounts:
    """A column of capital."""

    text: pl.Series
    yuan: pl.Series
    """What it means; null where it is foreign or missing."""
    is_foreign: Flags


def amounts(rng: np.random.Generator, size: int) -> Amounts:
    """Registered capital, spelt in twenty ways and more; some foreign, some missing."""
    at = _positions(rng, size)
    spelling = choose(rng, _spelling_shares(), size)
    text = _all_amounts().gather(at * _spelling_count() + spelling)
    yuan = pl.Series(np.array(_TEN_THOUSANDS, np.float64)[at] * 1e4)
    is_foreign = share(rng, 0.012, size)
    is_missing = ~is_foreign & share(rng, 0.05, size)
    foreign = gather(_FOREIGN, rng.integers(0, len(_FOREIGN), size))
    nothing = gather(_NOTHING, rng.integers(0, len(_NOTHING), size))
    text = foreign.zip_with(pl.Series(is_foreign), text)
    text = nothing.zip_with(pl.Series(is_missing), text)
    return Amounts(text, yuan.set(pl.Series(is_foreign | is_missing), None), is_foreign)


def _positions(rng: np.random.Generator, size: int) -> Ints:
    drawn = np.rint(rng.normal(_MOST_FREQUENT, 6.0, size))
    return np.clip(drawn, 0, len(_TEN_THOUSANDS) - 1).astype(np.int64)


def _spelling_count() -> int:
    return len(_spelt(1))


def _spelling_shares() -> Numbers:
    """The first spellings are the frequent ones."""
    return np.asarray(1.0 / (1.0 + np.arange(_spelling_count())))


@cache
def _all_amounts() -> pl.Series:
    return pl.Series([text for amount in _TEN_THOUSANDS for text in _spelt(amount)])
