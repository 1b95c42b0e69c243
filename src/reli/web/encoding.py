"""Columns and numbers as short text, for scripts that browsers load."""

from collections.abc import Iterable, Sequence

__all__ = ["column", "signed_numbers"]

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def column(cells: Iterable[object]) -> str:
    """Cells joined by commas; whole numbers without a fraction; None is empty."""
    return ",".join(_cell(each) for each in cells)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def signed_numbers(numbers: Sequence[int]) -> str:
    """Whole numbers in base 64, small ones in one letter (VLQ, as source maps have it).

    The lowest bit is the sign, the sixth of each letter says that more follow.
    """
    return "".join(_letters(each) for each in numbers)


def _letters(number: int) -> str:
    rest = (-number << 1 | 1) if number < 0 else number << 1
    letters = ""
    while True:
        digit, rest = rest & 31, rest >> 5
        letters += _DIGITS[digit | (32 if rest else 0)]
        if not rest:
            return letters
