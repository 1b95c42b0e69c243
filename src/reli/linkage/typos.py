"""Whether two names one edit apart are one name with a slip, or two firms.

三一重工 and 三一重能 are one character apart, and two firms; 科技 and 科枝 are one word and a slip.
A slip leaves a word that is none, or a character of the same sound or look; it loses, doubles or
swaps characters. Names of siblings differ by words that both exist, by a number, by a direction, or
by characters that have nothing in common. Brands made of characters that many firms have (宏达,
鸿达) are left to a person.
"""

from typing import Literal

from reli.linkage.brands import (
    OF_THREE,
    SHORT_BRAND,
    brand_at,
    brand_end,
    brand_head,
    brand_size,
    is_all_trade,
    is_in_listed_word,
    is_in_word,
    is_trade_word,
    place_of,
    short_names,
    tail_size,
)
from reli.linkage.likeness import is_alike, is_homophone, is_look_alike
from reli.linkage.places import place_names
from reli.linkage.vocabulary import (
    ADDED,
    AUSPICIOUS,
    CLASSES,
    ENDING_ALIKE,
    KINDS,
    LISTED,
    NUMBERS,
    OF_BRANDS,
    PLACES,
    TELLING,
    USUAL,
    common_characters,
    seen_characters,
    usual_words,
)

__all__ = ["Verdict", "judge"]

Verdict = Literal["slip", "other", "unsure"]

_SHORT_PLACE = 2
"""Characters of a place in short form: 浙江."""
_MIDDLING = 4
"""Characters of a brand from which a usual character in it is more likely a slip than chosen."""
_ONE_WORD = 3
"""Characters behind a brand up to which they say little more than what many firms do."""
_COMMON_USE = b"\xd7"
"""The first part of GB 2312, the characters in common use, ends in this row."""


def judge(asked: str, found: str, *, is_same_form: bool = True) -> Verdict:
    """Whether `asked` is `found` with one slip of the pen.

    Args:
        asked: core of a name on a list, one edit (or two swapped neighbours, or a word that
            stands twice) from
        found: the core of a registered name.
        is_same_form: whether the two names had one legal form: brands that differ as well as
            forms differ twice.

    Returns:
        slip: one name. other: two firms. unsure: for a person to say.
    """
    head = _shared_head(asked, found)
    verdict = _judged(asked, found, head)
    is_twice = not is_same_form and len(place_of(found)) <= head < brand_end(found)
    return "unsure" if verdict == "slip" and is_twice else verdict


def _judged(asked: str, found: str, head: int) -> Verdict:
    wrong, right = _difference(asked, found, head)
    if (
        len(asked) > len(found) + 1
        or _is_doubled(asked, found, head)
        or _ends_in_form(asked, found, head)
    ):
        return "slip"
    if len(wrong) == len(right) and sorted(wrong) == sorted(right):
        return _swapped(asked, found, head)
    in_place = _in_place(asked, found, head)
    if in_place:
        return in_place
    if len(wrong) == len(right) == 1:
        return _wrong_character(asked, found, head)
    return _lost_or_added(asked, found, head)


def _in_place(asked: str, found: str, head: int) -> Verdict | None:
    """What a difference in the place at the head says; None where the places agree."""
    if head < _SHORT_PLACE and {asked[:2], found[:2]} <= short_names():
        return "other"
    if head < len(place_of(found)):
        return "other" if place_of(asked) else _wrong_place(asked, found, head)
    if head < len(place_of(asked)):
        return "unsure"  # 华西, 山西: what is asked begins with a place, the other with its brand.
    return None


def _wrong_place(asked: str, found: str, at: int) -> Verdict:
    """深训, 深市 are 深圳; 广汇, 平安, 长江 are no 广西, 西安, 浙江, but how firms are called."""
    is_character = len(asked) == len(found) and asked[at + 1 :] == found[at + 1 :]
    if not is_character or asked[at] == "市" or is_alike(asked[at], found[at]):
        return "slip"
    return "unsure" if asked[at] in common_characters() | TELLING else "slip"


def _swapped(asked: str, found: str, at: int) -> Verdict:
    """Two neighbours swapped: two firms where both readings are words (机电, 电机) or numbers."""
    wrong, right = asked[at : at + 2], found[at : at + 2]
    if at < len(place_of(found)):
        return "slip"
    if {wrong, right} <= LISTED or {*wrong} <= NUMBERS:
        return "other"
    # 恒泰, 泰恒: brands of their own; of longer brands the half is none.
    is_short = brand_size(found) <= SHORT_BRAND
    is_brand = is_short and at == len(place_of(found)) and {*wrong} <= USUAL
    return "unsure" if is_brand else "slip"


def _ends_in_form(asked: str, found: str, head: int) -> bool:
    """Whether half of 股份 is all that differs: 甲股有限公司 lost the other half."""
    return head == min(len(asked), len(found)) and max(asked, found, key=len)[-1] in "股份"


def _is_doubled(asked: str, found: str, head: int) -> bool:
    """A character written twice: the shared head ends with it."""
    return len(asked) > len(found) and head > 0 and asked[head] == asked[head - 1]


def _shared_head(one: str, other: str) -> int:
    size = 0
    for mine, its in zip(one, other, strict=False):
        if mine != its:
            break
        size += 1
    return size


def _difference(asked: str, found: str, head: int) -> tuple[str, str]:
    tail = _shared_head(asked[head:][::-1], found[head:][::-1])
    return asked[head : len(asked) - tail], found[head : len(found) - tail]


def _wrong_character(asked: str, found: str, at: int) -> Verdict:
    written, meant = asked[at], found[at]
    if _is_told(written, meant) or _names_places(asked, found, at):
        return "other"
    if is_in_word(found, at):
        return _in_trade(asked, found, at)
    if is_alike(written, meant):
        return _alike_in_brand(asked, found, at)
    if is_in_word(asked, at) or TELLING & {written, meant}:
        return "other"
    return "slip" if _is_odd(written, found) else "unsure"


def _is_told(written: str, meant: str) -> bool:
    """Whether both are of one class, such as numbers; 榕 and 蓉, of one sound, are no places."""
    if {written, meant} <= PLACES:
        return not is_homophone(written, meant)
    return {written, meant} <= TELLING and any(
        written in each and meant in each for each in CLASSES
    )


def _names_places(asked: str, found: str, at: int) -> bool:
    """Whether the characters belong to two places, wherever they stand: 甲（苏州）, 甲（徐州）."""
    names = place_names()
    windows = [slice(start, start + _SHORT_PLACE) for start in (max(at - 1, 0), at)]
    return any(asked[each] in names and found[each] in names for each in windows)


def _in_trade(asked: str, found: str, at: int) -> Verdict:
    """The character belongs to a word: 科枝 is none, 电气 is another than 电子."""
    written, meant = asked[at], found[at]
    is_brand = at < len(place_of(found)) + SHORT_BRAND
    is_kept = not is_alike(written, meant) or is_in_listed_word(asked, at)
    if is_brand and (is_kept or (_has_more(found) and _is_chosen(asked, found, at))):
        return "unsure"  # 通用, 通达: a word that is the brand.
    is_word = is_in_word(asked, at) and not _spoils_listed(asked, found, at)
    return "other" if is_word else "slip"


def _has_more(core: str) -> bool:
    """Whether more than a place and one word is there: of 江西铜业 the word is the trade."""
    return len(core) > len(place_of(core)) + SHORT_BRAND


def _alike_in_brand(asked: str, found: str, at: int) -> Verdict:
    """潍柴 written 维柴 is a slip; 宏达 and 鸿达 are brands of which there are many.

    So are 汇川 and 汇传, of one sound alone: a brand may well be called so.
    """
    if is_in_listed_word(asked, at):
        return "unsure"
    size, behind = brand_size(found), at - len(place_of(found))
    if behind >= max(SHORT_BRAND, min(size, _MIDDLING)):
        return "slip"
    written, meant = asked[at], found[at]
    is_first = behind < SHORT_BRAND and size != OF_THREE
    is_usual = {*brand_head(asked), *brand_head(found)} <= USUAL or {written, meant} <= TELLING
    is_chosen = size <= _MIDDLING and _is_chosen(asked, found, at)
    return "unsure" if (is_first and is_usual) or is_chosen else "slip"


def _is_chosen(asked: str, found: str, at: int) -> bool:
    """Whether the name asked, of one sound with the other, may be what a firm chose as its brand.

    All characters of it (of four, the two with the difference) are such as brands are made of, and
    what is behind says little; or all of both brands are. A rare character meant is missed where
    an input offers the usual one.
    """
    written, meant = asked[at], found[at]
    if not is_homophone(written, meant) or is_look_alike(written, meant):
        return False
    brands = [brand_at(name, at, brand_size(found)) for name in (asked, found)]
    if len(brands[0]) <= SHORT_BRAND and {*"".join(brands)} <= AUSPICIOUS:
        return True
    return {*brands[0]} <= OF_BRANDS and not _is_rare(meant) and tail_size(found) <= _ONE_WORD


def _is_rare(character: str) -> bool:
    """Whether neither brands nor common texts have the character."""
    row = character.encode("gb2312", "ignore")[:1]
    return not b"" < row <= _COMMON_USE and character not in OF_BRANDS


def _spoils_listed(asked: str, found: str, at: int) -> bool:
    """制药 written 治药: a word of the trade, and what only a boundary of words gives (物治)."""
    is_spoilt = is_in_listed_word(found, at) and not is_in_listed_word(asked, at)
    return is_spoilt and is_homophone(asked[at], found[at])


def _lost_or_added(asked: str, found: str, at: int) -> Verdict:
    """A character lost or added leaves no sibling's name, unless it is a word more or less."""
    if _is_half_brand(asked, found, at):
        return "slip"
    longer = max(asked, found, key=len)
    if longer[at] in ADDED and longer[max(at - 1, 0) : at + 1] not in ENDING_ALIKE:
        return "other"
    if at == len(longer) - 1 and longer[at] in KINDS and is_trade_word(longer[at - 2 : at]):
        return "other"  # 制药厂, 制药
    is_open = _is_whole(asked, found, at) or _is_shorter_brand(asked, found, at)
    return "unsure" if is_open else "slip"


def _is_half_brand(asked: str, found: str, at: int) -> bool:
    """Whether one character is all that is left of a brand of two: 日丰电缆 written 日电缆.

    It is none where what is left makes a brand with the next: 美瑞新材料, 美新材料.
    """
    start, end = len(place_of(found)), brand_end(found)
    is_lost = len(asked) < len(found) and start <= at < end == start + SHORT_BRAND
    behind = asked[start + 1 :]
    is_trade = behind in LISTED or not behind  # 威工业: no brand 威工
    return is_lost and (is_trade or not is_all_trade(behind[1:]))


def _is_shorter_brand(asked: str, found: str, at: int) -> bool:
    """Whether the character was left out of a brand of three: 新宙邦, 新邦, both may be chosen."""
    short = brand_head(asked)
    is_brand = at < brand_end(found) <= len(place_of(found)) + len(short) + 1
    return len(asked) < len(found) and is_brand and {*short} <= OF_BRANDS


def _is_whole(asked: str, found: str, at: int) -> bool:
    """Whether what is asked reads as words where the character is more or less."""
    if len(asked) > len(found):
        return is_in_word(asked, at)
    return at > 0 and asked[at - 1 : at + 1] in usual_words() and is_all_trade(asked[at + 1 :])


def _is_odd(character: str, core: str) -> bool:
    """Whether a brand with the character, unlike the one meant, is hardly a sibling's."""
    return character not in seen_characters() and brand_size(core) > SHORT_BRAND
