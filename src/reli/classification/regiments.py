"""Regiments of the Production and Construction Corps in the forms in which addresses have them."""

import re
from collections.abc import Iterator

__all__ = ["regiment_forms"]

_REGIMENT = re.compile("兵团(?:(?:第|农)?[一二三四五六七八九十]+师)?(?P<own>.{2,})$")
_NUMBERED = re.compile("(?P<number>[零〇一二三四五六七八九十]{2,})团$")
_DIGITS = {each: str(at) for at, each in enumerate("零一二三四五六七八九")} | {"〇": "0"}


def regiment_forms(name: str) -> Iterator[str]:
    """兵团农九师一六六团 is 一六六团, 166团 and 兵团166团 too; 兵团十二师三坪农场 is 三坪农场."""
    found = _REGIMENT.match(name)
    if not found:
        return
    own = found["own"]
    numbered = _NUMBERED.match(own)
    if numbered:
        number = f"{_number(numbered['number'])}团"
        yield from (number, f"兵团{number}", f"兵团{own}")
    if numbered or own.endswith(("农场", "牧场")):
        yield own


def _number(text: str) -> str:
    """Two spellings: digit by digit (一六六), or with tens (二十五, 八十)."""
    tens, sign, ones = text.partition("十")
    if not sign:
        return "".join(_DIGITS[each] for each in text)
    return _DIGITS.get(tens, "1") + _DIGITS.get(ones, "0")
