"""Numbers and lists in running Chinese text, to GB/T 15834 (punctuation) and 15835 (numerals)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import NamedTuple

__all__ = ["Ranked", "amount", "cardinal", "decimal", "in_order", "listed", "ordinal"]

DIGITS = "零一二三四五六七八九"


class Ranked(NamedTuple):
    """A name in a list that has an order."""

    name: str
    rank: int
    is_tied: bool


def cardinal(number: int) -> str:
    """A number below 100 in Chinese numerals (前十, 第二十一); others in digits."""
    if not 0 <= number < 100:
        return str(number)
    tens, units = divmod(number, 10)
    if tens == 0:
        return DIGITS[units]
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[units] if units else "")


def amount(number: int) -> str:
    """A number before a measure word: 前两位, 前十位."""
    return "两" if number == 2 else cardinal(number)


def ordinal(number: int) -> str:
    """A place: 第一, 第十一, 第100."""
    return f"第{cardinal(number)}"


def decimal(value: float, places: int = 2) -> str:
    """A number with fixed decimals, halves rounded up as readers do."""
    unit = Decimal(1).scaleb(-places)
    return str(Decimal(repr(value)).quantize(unit, rounding=ROUND_HALF_UP))


def listed(names: Sequence[str]) -> str:
    """甲; 甲和乙; 甲、乙和丙."""
    if len(names) < 2:
        return "".join(names)
    return "、".join(names[:-1]) + "和" + names[-1]


def in_order(items: Sequence[Ranked]) -> str:
    """A list from first to last, those that share a place together: 甲和乙，丙和丁并列第三."""
    if not any(item.is_tied for item in items):
        return listed([item.name for item in items])
    parts = []
    for rank, group in groupby(items, key=lambda item: item.rank if item.is_tied else 0):
        names = [item.name for item in group]
        parts.append(listed(names) + (f"并列{ordinal(rank)}" if rank else ""))
    return "，".join(parts)
