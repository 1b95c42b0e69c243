"""The parts of a core: the place at its head, the brand, and the words of the trade behind it.

Of 杭州 海康威视 数字 技术 the place is 杭州 and the brand 海康威视. Nothing in a name marks where
the brand ends: it is what is left once usual words have been taken from the end.
"""

from functools import cache, lru_cache

from reli.linkage.places import place_names
from reli.linkage.vocabulary import (
    ENDS,
    LISTED,
    LONG_WORDS,
    TELLING,
    USUAL,
    usual_words,
)

__all__ = [
    "OF_THREE",
    "SHORT_BRAND",
    "brand_at",
    "brand_end",
    "brand_head",
    "brand_size",
    "is_all_trade",
    "is_in_listed_word",
    "is_in_word",
    "is_trade_word",
    "is_usual_brand",
    "place_of",
    "short_names",
    "tail_size",
]

SHORT_BRAND, OF_THREE = 2, 3
"""Lengths of a brand, in characters."""
_SOME = 4_096
"""Names remembered: each is read several times, and asked of several others."""


@lru_cache(_SOME)
def place_of(core: str) -> str:
    """The place at the head of a core, in full or short form; empty where there is none."""
    names = place_names()
    for size in (4, 3, 2):
        if core[:size] in names:
            return core[:size]
    return ""


@cache
def short_names() -> frozenset[str]:
    """Places as they stand at the head of cores; counties too, though some are brands as well."""
    return frozenset(place_names()) | frozenset(place_names().values())


def is_in_word(name: str, at: int) -> bool:
    """Whether the character is part of a word: with its left neighbour, or else its right one.

    A right neighbour that belongs to a word behind is not asked (材科技术: 科 is alone).
    """
    words = usual_words()
    left = at > 0 and name[at - 1 : at + 1] in words
    right = name[at : at + 2] in words and name[at + 1 : at + 3] not in LISTED
    return left or right


def brand_at(core: str, at: int, size: int) -> str:
    """The part of a brand in which the character is: three stay together, four are two and two."""
    start = len(place_of(core))
    if size == OF_THREE:
        return core[start : start + size]
    start += (at - start) // SHORT_BRAND * SHORT_BRAND
    return core[start : start + SHORT_BRAND]


def tail_size(core: str) -> int:
    """Length of what stands behind the brand."""
    return len(core) - len(place_of(core)) - brand_size(core)


def brand_head(core: str) -> str:
    """The two characters behind the place: what is behind them may be a word of the trade."""
    start = len(place_of(core))
    return core[start : start + SHORT_BRAND]


def is_usual_brand(core: str) -> bool:
    """Whether strangers in several places may have made the name: 华东医药, 恒通物流."""
    brand = brand_head(core)
    return brand in place_names() or {*brand} <= USUAL | TELLING


def is_in_listed_word(name: str, at: int) -> bool:
    """Whether the character, with a neighbour, makes a word that stands behind brands."""
    return name[at : at + 2] in LISTED or (at > 0 and name[at - 1 : at + 1] in LISTED)


def is_all_trade(text: str) -> bool:
    """Whether a text consists of words that stand behind brands, and of nothing else."""
    while size := _end_size(text[-OF_THREE:]):
        text = text[:-size]
    return not text


@lru_cache(_SOME)
def brand_size(core: str) -> int:
    """Length of the brand: of a core without its place and the usual words at its end."""
    brand = core[len(place_of(core)) :]
    while size := _end_size(brand[-OF_THREE:]):
        brand = brand[:-size]
    return len(brand)


def brand_end(core: str) -> int:
    """How many characters of a core lie before the end of its brand."""
    return len(place_of(core)) + brand_size(core)


@lru_cache(_SOME)
def _end_size(end: str) -> int:
    """Characters of the usual word in which the last three of a brand end; 0 for none."""
    if end in LONG_WORDS:
        return OF_THREE
    if is_trade_word(end[-2:]):
        return len(end[-2:])
    return int(end[-1:] in ENDS)


def is_trade_word(pair: str) -> bool:
    """Whether a pair of characters stands behind brands: a word, or a place once in brackets."""
    return pair in usual_words() or pair in place_names()
