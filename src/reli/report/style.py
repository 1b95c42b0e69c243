"""Colours and type of everything that is published, each colour with one meaning.

The one chart grammar of PDF, Word, slides and site: bars lie, longest first, each bears its
number; there is no axis, grid or legend where labels say the same; one colour for counts, the heat
scale for classes by place or value, hatching for what has no data.
"""

from typing import NamedTuple

__all__ = [
    "CHART",
    "COLOURS",
    "HEAT",
    "SANS",
    "SERIF",
    "TINTS",
    "TYPE",
    "ChartGrammar",
    "Palette",
    "TypeScale",
    "lightness",
]

SANS = "Noto Sans SC"
SERIF = "Noto Serif SC"


class Palette(NamedTuple):
    """Colours by meaning, as hexadecimal."""

    ink: str = "#1f2933"
    muted: str = "#5f6b76"
    rule: str = "#c9cfd4"
    paper: str = "#ffffff"
    band: str = "#f6f5f2"
    """Every second row of a table."""
    accent: str = "#9c2f2f"
    bar: str = "#b5523b"
    bar_light: str = "#e3b9a6"
    """What is counted together: several that share a place."""
    land: str = "#f1efe9"
    """On a map: not among those shown (未公布, or beyond the places shown)."""
    zero: str = "#ffffff"
    no_data: str = "#e3e6e8"
    """Ground of the hatching that means 无数据; `hatch` is its lines."""
    hatch: str = "#8d979f"
    cool: str = "#3f6f8f"
    """On a map of neighbourhoods: low among low; the opposite of the hot end."""
    cool_light: str = "#b9cfdc"
    county_line: str = "#dcd8cf"
    province_line: str = "#9aa3ab"
    border_line: str = "#4a5560"
    sea_line: str = "#4a5560"


COLOURS = Palette()

HEAT = ("#67151b", "#a8322b", "#d9683f", "#eb9a5f", "#f5cca0")
"""From hot to cool: lightness alone tells the classes apart, in grey too."""

TINTS = ("#fbead9", "#f5cca0", "#eb9a5f", "#dd7a4b")
"""Grounds of cells from little to much; text on them stays legible."""


class TypeScale(NamedTuple):
    """Sizes of letters in points; nothing is smaller than `least`."""

    title: float = 27
    chapter: float = 19
    section: float = 14
    subsection: float = 11.5
    body: float = 10.5
    small: float = 9
    """Explanations and lists of chapters on method."""
    caption: float = 9
    chart: float = 9
    table: float = 7.8
    note: float = 7.8
    least: float = 7


TYPE = TypeScale()


class ChartGrammar(NamedTuple):
    """How bars are drawn, in points unless said."""

    bar_share: float = 0.66
    """Thickness of a bar as a share of the distance from bar to bar."""
    most_bar: float = 10.5
    """A bar is no thicker, however far bars are apart."""
    step: float = 14.5
    least_step: float = 12
    label_gap: float = 4
    half_width: float = 225
    full_width: float = 470
    range_step: float = 10.5
    range_gap: float = 8
    """Between a name and the axis on which the dot of the first place stands."""


CHART = ChartGrammar()


def lightness(colour: str) -> float:
    """How light a colour looks, 0 (black) to 100: L* of CIE 1976, from sRGB at D65."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return float(116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance)
