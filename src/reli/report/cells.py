"""How much room the text of a cell needs: lines by its width, a Chinese character counting two."""

from collections.abc import Iterable
from math import ceil

__all__ = ["LINE", "lines", "row_height"]

LINE = 14.0
"""Points of a line of ten-point text."""
SPARE = 1.1
"""Programs break lines a little before a column is full."""


def lines(text: str, width: float) -> int:
    """Lines that a text takes in a column so many digits wide."""
    letters = sum(2 if ord(letter) > 0x2000 else 1 for letter in text)
    return max(1, ceil(SPARE * letters / width))


def row_height(cells: Iterable[tuple[str, float]]) -> float:
    """Points of a row whose texts stand in columns of these widths."""
    return LINE * max((lines(text, width) for text, width in cells), default=1) + 2
