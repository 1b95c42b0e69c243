"""What a report consists of, in order: headings, paragraphs and figures, whatever their form.

Declared once by `reli.report.outline`; the PDF and the Word document print the same blocks.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = [
    "Bars",
    "Block",
    "Content",
    "Figure",
    "Grid",
    "Group",
    "Heading",
    "MapClass",
    "Paragraph",
    "Places",
    "Ranges",
    "Shading",
    "figures_of",
]


@dataclass(frozen=True)
class Heading:
    """A heading; chapters and appendices have level 1."""

    level: int
    title: str
    number: str = ""
    """As printed before the title: 第一章, 2.1, 附录A; empty for the preface."""
    anchor: str = ""
    """Name by which a project's own text finds it."""
    is_new_page: bool = False
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `voice` says whose: computed, the analyst's own, or small explanations."""

    text: str
    voice: Literal["computed", "analyst", "small"] = "computed"
    sources: tuple[str, ...] = ()
    """Where the numbers in an analyst's paragraph come from."""
    fact: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """What a computed paragraph of an appendix states, to be counted again."""
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Places:
    """A table of places from first to last: rank, county, city, province, index as printed."""

    rows: tuple[tuple[str, str, str, str, str], ...]
    kind: Literal["places"] = "places"


@dataclass(frozen=True)
class Bars:
    """Horizontal bars: names and values, each bar with its number."""

    names: tuple[str, ...]
    values: tuple[float, ...]
    unit_of_measure: str
    digits: int = 0
    step: float = 0
    """Points from bar to bar; 0 for the usual distance."""
    kind: Literal["bars"] = "bars"


@dataclass(frozen=True)
class MapClass:
    """A class of units: how it is called in the legend, its colour, its members."""

    label: str
    colour: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Shading:
    """A map of China by classes."""

    classes: tuple[MapClass, ...]
    other_label: str
    """How units in no class are called; empty where there are none."""
    is_small: bool = False
    """To be printed small: larger letters, the legend below."""
    share: float = 0.98
    """Of the width of the page."""
    kind: Literal["map"] = "map"


@dataclass(frozen=True)
class Grid:
    """A table of texts; with `tints`, cells are tinted from 0 (none) to 4 (darkest)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    """Shares of the width; 0 for as wide as the content."""
    numeric: tuple[bool, ...]
    """Columns set to the right."""
    tints: tuple[tuple[int, ...], ...] = ()
    totals: int = 0
    """How many of the last rows sum up the others."""
    inset: float = 0
    """Points above and below the text of a cell; 0 for the usual ones."""
    kind: Literal["grid"] = "grid"


@dataclass(frozen=True)
class Ranges:
    """Ranks with the range that they keep under other choices of method."""

    names: tuple[str, ...]
    ranks: tuple[int, ...]
    lows: tuple[int, ...]
    highs: tuple[int, ...]
    kind: Literal["ranges"] = "ranges"


Content = Places | Bars | Shading | Grid | Ranges


@dataclass(frozen=True)
class Figure:
    """A numbered figure: 图 of the report proper, 附图 and 附表 of the appendices."""

    key: str
    """Name of the figure for files and tests, such as `高端装备制造/map`."""
    series: Literal["图", "附图", "附表", "表"]
    number: int
    caption: str
    content: Content
    sources: str = ""
    notes: tuple[str, ...] = ()
    words: str = ""
    """The content in words, for readers who cannot see it."""
    kind: Literal["figure"] = "figure"

    @property
    def label(self) -> str:
        """As printed before the caption: 图1."""
        return f"{self.series}{self.number}"


@dataclass(frozen=True)
class Group:
    """Figures side by side."""

    figures: tuple[Figure, ...]
    kind: Literal["group"] = "group"


Block = Heading | Paragraph | Figure | Group


def figures_of(blocks: Iterable[Block]) -> Iterator[Figure]:
    """All figures in their order."""
    for block in blocks:
        if isinstance(block, Figure):
            yield block
        elif isinstance(block, Group):
            yield from block.figures
