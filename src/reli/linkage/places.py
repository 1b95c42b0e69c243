"""Places at the head of enterprises' names: 广东省深圳市甲科技 -> 深圳, 甲科技."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

import numpy as np
import polars as pl

from reli.linkage.keys import Characters, HeadIndex
from reli.reference.divisions import Division, all_divisions

__all__ = ["is_other_kind", "place_names", "short_name", "short_place"]

_REGIONS = {
    "内蒙古自治区": "内蒙古",
    "广西壮族自治区": "广西",
    "西藏自治区": "西藏",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
    "香港特别行政区": "香港",
    "澳门特别行政区": "澳门",
}
_CORPS, _CORPS_PROVINCE = ("新疆生产建设兵团", "新疆兵团"), "650000"
_SUFFIX = re.compile("(?:省|市|地区|盟|新区|矿区|林区|区|县|旗)$")
_SHORTEST = 2
_DEEPEST = 3
_HEAD = 9
"""Characters at the head of a name in which its places stand."""


def short_name(name: str) -> str:
    """A division's name without its kind; names of two characters stay whole (和县).

    Autonomous prefectures and counties stay whole too: enterprises name them in full.
    """
    if name in _REGIONS:
        return _REGIONS[name]
    bare = _SUFFIX.sub("", name)
    return bare if len(bare) >= _SHORTEST and "自治" not in name else name


@cache
def place_names() -> dict[str, str]:
    """Names at the head of enterprises' names, each with its short form.

    Full names, the short ones of provinces and prefectures (深圳), and any name right behind its
    parent (江苏昆山, 江苏省盐城市); a county's short one alone may be a brand (长安, 汇川). The
    Production and Construction Corps stands before places only: what it is called by itself is
    no place's.
    """
    divisions = list(all_divisions())
    names: dict[str, str] = {}
    above = {division.code: division.name for division in divisions}
    for division in divisions:
        short = short_name(division.name)
        names.setdefault(division.name, short)
        if division.level != "county":
            names.setdefault(short, short)
        if division.level == "province":
            continue
        for parent in _parents(division, above):
            names.setdefault(parent + short, short)
            names.setdefault(parent + division.name, short)
    return names


def _parents(division: Division, above: Mapping[str, str]) -> set[str]:
    """What may stand before a division's name: province and city, in full and in short."""
    codes = {division.province_code, division.city_code} - {division.code}
    full = {above[code] for code in codes if code in above}
    corps = _CORPS if division.province_code == _CORPS_PROVINCE else ()
    return full | {short_name(name) for name in full} | {*corps}


@cache
def _kinds_of_one_name() -> list[str]:
    """Present places whose short names others share: 吉林省 and 吉林市, 长沙市 and 长沙县."""
    full: dict[str, set[str]] = defaultdict(set)
    for division in all_divisions():
        if division.status == "current":
            full[short_name(division.name)].add(division.name)
    return sorted(
        name for short, names in full.items() if len(names) > 1 for name in names if name != short
    )


@cache
def _ends_of_kinds() -> str:
    """A class of the characters in which these names end."""
    return f"[{''.join(sorted({name[-1] for name in _kinds_of_one_name()}))}]"


def is_other_kind(one: pl.Series, other: pl.Series) -> pl.Series:
    """Whether names stand under two places that differ in their kind alone: 吉林省甲, 吉林市甲."""
    heads = [keys.str.slice(0, _HEAD) for keys in (one, other)]
    # Few names say a kind at all; a class of characters is asked much quicker than a list of words.
    says = [keys.str.contains(_ends_of_kinds()).fill_null(False) for keys in heads]
    rows = (says[0] & says[1]).arg_true()
    kinds = [
        keys.gather(rows).str.extract_many(_kinds_of_one_name(), leftmost=True).list.last()
        for keys in heads
    ]
    is_other = (kinds[0] != kinds[1]).fill_null(False)
    return pl.repeat(False, len(one), dtype=pl.Boolean, eager=True).scatter(rows, is_other)


@cache
def _heads() -> tuple[pl.Series, HeadIndex]:
    """Short forms of the names, behind them that of none; and the names' index."""
    names = place_names()
    return pl.Series([*names.values(), ""]), HeadIndex(pl.Series(list(names)))


def short_place(names: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Place at the head of each name, in short form, and the rest.

    Of several in a row the last counts. A name that is nothing but places keeps the last one as
    its rest. Without a place the first is empty.
    """
    shorts, index = _heads()
    texts = names.cast(pl.String)
    said, rows = Characters(texts), np.arange(len(texts))
    last, sizes = np.full(len(texts), len(shorts) - 1), np.zeros(len(texts), np.int64)
    for _ in range(_DEEPEST):
        found = index.longest(said, rows, sizes[rows])
        rows = found.rows
        last[rows] = found.heads
        sizes[rows] += found.sizes
    return shorts[last], texts.str.slice(pl.Series(sizes))
