"""How an index fills its pages: an estimate, to choose between two ways of setting its charts.

The first page of an index holds its table; what follows flows. Two charts of leading counties
stand side by side or one above the other, whichever leaves the last page better filled.
"""

import math
from collections.abc import Mapping

from reli.report.blocks import Bars, Figure
from reli.report.publication import IndexSection
from reli.report.style import CHART

__all__ = ["are_stacked", "fill_of_last_page"]

PAGE, LINE, LETTERS = 708, 16.7, 44.4
"""Height of the text of a page and of a line in points, and letters a line; as measured on pages
of reports that were made."""
MAP, CAPTION, LEADING_CAPTION = 490, 55, 30
WELL_FILLED = 0.45
FULL = 0.98


def are_stacked(section: IndexSection, figures: Mapping[str, Figure]) -> bool:
    """Whether the charts of leading counties stand one above the other."""
    beside, stacked = (
        _usable(fill_of_last_page(section, figures, is_stacked=way)) for way in (False, True)
    )
    return beside < WELL_FILLED and stacked > beside


def _usable(fill: float) -> float:
    """A page that is estimated full may run over: then the next one holds next to nothing."""
    return fill if fill < FULL else 0.0


def fill_of_last_page(
    section: IndexSection, figures: Mapping[str, Figure], *, is_stacked: bool
) -> float:
    """Share of the last page of an index that is filled, from 0 to 1."""
    counted = [_height(figures[kind]) for kind in ("provinces", "cities") if kind in figures]
    leading = [_height(each, LEADING_CAPTION) for kind, each in figures.items() if kind not in FOUR]
    texts = (
        section.about_provinces,
        section.about_cities,
        *(each.text for each in section.about_dimensions),
    )
    height = MAP + max(counted, default=0) + LINE * sum(map(_lines, texts))
    height += sum(leading) if is_stacked else max(leading, default=0)
    return (height % PAGE) / PAGE


FOUR = ("table", "map", "provinces", "cities")


def _height(figure: Figure, caption: float = CAPTION) -> float:
    content = figure.content
    rows = len(content.names) if isinstance(content, Bars) else 0
    return rows * CHART.step + caption


def _lines(text: str) -> int:
    return math.ceil((_width(text) + 2) / LETTERS)


def _width(text: str) -> float:
    """Width in Chinese letters; figures and Latin letters take about half."""
    return sum(0.55 if letter.isascii() else 1 for letter in text)
