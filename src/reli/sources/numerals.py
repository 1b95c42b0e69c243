"""Numbers with separators (1,234) and in Chinese words: 一百二十三, 壹佰万, 3亿5千万."""

import re

import polars as pl

__all__ = ["WORD", "number_in_words", "without_separators"]

_DIGITS = {
    **{c: at for at, c in enumerate("零一二三四五六七八九")},
    **{c: at for at, c in enumerate("零壹贰叁肆伍陆柒捌玖")},
    **{"〇": 0, "两": 2},
}
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
WORD = f"[{''.join((*_DIGITS, *_PLACES))}万亿]"
"""Pattern of a character of such a number."""


def number_in_words(text: str) -> float:
    """The number that a text tells in words, figures or both; other characters are passed over."""
    return _total("".join(re.findall(rf"{WORD}|[\d.]", text)))


def _total(amount: str) -> float:
    """The sum of what stands before and behind the largest scale."""
    for scale, size in (("亿", 1e8), ("万", 1e4)):
        before, found, behind = amount.rpartition(scale)
        if found:
            return _total(before) * size + (_total(behind) if behind else 0)
    return _below_myriad(amount)


def _below_myriad(amount: str) -> float:
    total = 0.0
    for number, place in re.findall(r"(\d+(?:\.\d+)?|[^十拾百佰千仟\d])?([十拾百佰千仟])?", amount):
        # 拾万 is 壹拾万.
        size = _PLACES.get(place, 1)
        total += size * (float(_DIGITS.get(number, number)) if number else size > 1)
    return total


_SEPARATORS, _OTHERS = r"[,，'’\s]", r"['’\s]"
_PARTS_NO_THOUSANDS = r"[,，]\d{1,2}(?:\D|$)|[,，]\d{5}|\.\d*[,，]"
"""A decimal comma (1000,5; 1.000,50), or a slip: without it the number would be another."""


def without_separators(text: pl.Series) -> pl.Series:
    """Numbers without what parts their thousands; a comma that parts none stays, and spoils them.

    Args:
        text: numbers as written, of which some may have units and remarks.
    """
    bare = text.str.replace_all(_SEPARATORS, "")
    is_odd = text.str.contains(_PARTS_NO_THOUSANDS).fill_null(False)
    return bare.zip_with(~is_odd, text.str.replace_all(_OTHERS, "")) if is_odd.any() else bare
