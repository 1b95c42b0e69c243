"""Credit codes and numbers of certificates, as files have them."""

import polars as pl

from reli.codes import CREDIT_CODE_WEIGHTS
from reli.sources.canonical import Column
from reli.sources.persons import is_identity_number
from reli.sources.readers import Cells, Spelling, noted, where

__all__ = ["PLAIN_CODE", "read_credit_code", "read_number_of_work", "whole_stock_codes"]

PLAIN_CODE = "^9[0-9A-Z]{14}(?:[1-9A-Z]00|[0-9A-Z][1-9A-Z]0|[0-9A-Z]{2}[1-9A-Z])$"
"""Cells that are tidy and need no further look."""
_CODE = r"^[0-9A-Z*.+()]{6,25}$"
# Of other labels (联系电话：) what follows is no code, and not to be stored.
_LABEL = r"^[^0-9A-Za-z*::]*(?:代码|注册号|税号|编号|证号)[^0-9A-Za-z*::]{0,12}[::]"
_COPY = r"\(\d[-/]\d\)$|[\[(【]\p{Han}+[\])】]$|[.,;、。]+$"
"""Copy 1 of 1, a remark in brackets, or a sign behind a code."""
_WITH_OTHER = r"^(?:(?:[0-9]{13,15}|[0-9A-Z]{8}-?[0-9A-Z]|[-/])[/、,;|])*([0-9A-Z]{18})"
_BEHIND = r"(?:[/、,;|](?:[0-9]{13,15}|[0-9A-Z]{8}-?[0-9A-Z]|[-/]))*$"
_ROUNDED = r"^\d(?:\.\d+[Ee]\+?|[Ee]\+)\d+$|^\d{16,}\.0+$"
_LOST = r"^[1-9]\d{14}000$"
"""A spreadsheet keeps fifteen digits; of the codes of digits alone one in a thousand ends so."""
_REPEATED = "^(?:" + "|".join(f"{each}+" for each in "0123456789X") + ")$"
_ROUNDED_SO = "电子表格把代码当作数值，末几位已丢失"


def read_credit_code(text: pl.Series, _column: Column, _spelling: Spelling) -> Cells:
    """A credit code or an older registration number, without label, spaces and hyphens.

    Whether its check digits hold is not asked here: a failed checksum drops nobody.
    """
    bare = text.str.replace(_LABEL, "").str.replace_all(r"[\s']", "").str.to_uppercase()
    bare = bare.str.replace(_COPY, "").str.replace(r"^(\d{13,15})\.0+$", "${1}")
    bare = bare.str.replace(_WITH_OTHER + _BEHIND, "${1}").str.replace_all("-", "", literal=True)
    is_rounded = text.str.contains(_ROUNDED).fill_null(False) | _has_lost_digits(bare)
    is_code = bare.str.contains(_CODE) & ~bare.str.contains(_REPEATED)
    is_person = is_identity_number(bare)
    is_none = is_rounded | is_person | ~is_code.fill_null(True)
    read = noted(text, bare.set(is_none, None), "不是信用代码或注册号")
    told = [where(is_rounded, _ROUNDED_SO), where(is_person, "疑为身份证号码，不予保存")]
    return Cells(read.values, pl.select(pl.coalesce(*told, read.doubts)).to_series())


def _has_lost_digits(codes: pl.Series) -> pl.Series:
    """Codes of digits whose last three are none, and whose check character does not hold."""
    told = codes.str.contains(_LOST).fill_null(False)
    rows = told.arg_true()
    return told.scatter(rows, [not _is_checked(each) for each in codes.gather(rows)])


def _is_checked(code: str) -> bool:
    """The values of digits are they themselves."""
    weighted = zip(code, CREDIT_CODE_WEIGHTS, strict=True)
    return sum(int(each) * weight for each, weight in weighted) % 31 == 0


_PLAIN_NUMBER = r"^(?:(?:CN)?[0-9]+(?:\.[0-9X])?[A-Z]?|[0-9]{4}SR[0-9]+)$"


def read_number_of_work(text: pl.Series, _column: Column, _spelling: Spelling) -> Cells:
    """A patent's or certificate's number as all files would write it: CN101234567B."""
    rest = (~text.str.contains(_PLAIN_NUMBER)).fill_null(False).arg_true()
    doubts = pl.Series([None], dtype=pl.String).new_from_index(0, len(text))
    if rest.is_empty():
        return Cells(text, doubts)
    said = text.gather(rest)
    bare = said.str.replace_all(r"\s", "").str.to_uppercase()
    bare = bare.str.replace(r"^(?:\p{Han}+[::])?(?:NO\.)?(?:ZL)?(.)", "${1}")
    is_rounded = said.str.contains(_ROUNDED).fill_null(False)
    told = where(is_rounded, "电子表格把号码当作数值，末几位已丢失")
    return Cells(text.clone().scatter(rest, bare.set(is_rounded, None)), doubts.scatter(rest, told))


_STOCK = r"^(?:(?:SH|SZ|BJ|HK|OC|NQ)[.:]?)?(\d{1,6})(?:\.(?:SH|SS|SZ|BJ|HK|OC|NQ|XSHG|XSHE|XHKG))?$"
"""000001, also as programs write it with its exchange: 000001.SZ, SZ000001, 0700.HK."""
_DIGITS = {"a_share": 6, "neeq": 6, "hk_mainland_entity": 5}


def whole_stock_codes(codes: pl.Series, markets: pl.Series) -> pl.Series:
    """Stock codes as all files would write them, with the zeros that a sheet of numbers lost.

    Args:
        codes: as read.
        markets: those of our names, row for row: each has codes of as many digits.
    """
    bare = codes.str.to_uppercase().str.replace_all(r"\s", "").str.replace(r"^(\d+)\.0$", "${1}")
    number = bare.str.extract(_STOCK, 1).str.strip_chars_start("0")
    width = markets.replace_strict(_DIGITS, default=None, return_dtype=pl.Int64)
    frame = pl.DataFrame({"number": number, "width": width, "codes": codes})
    whole = pl.col("number").str.zfill(pl.col("width"))
    return frame.select(pl.coalesce(whole, "codes")).to_series()
