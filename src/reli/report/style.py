"""Colours and type of everything that is published, each colour with one meaning."""

from typing import NamedTuple

__all__ = ["COLOURS", "HEAT", "SANS", "SERIF", "Palette"]

SANS = "Noto Sans SC"
SERIF = "Noto Serif SC"


class Palette(NamedTuple):
    """Colours by meaning, as hexadecimal."""

    ink: str = "#1f2933"
    muted: str = "#5f6b76"
    rule: str = "#c9cfd4"
    paper: str = "#ffffff"
    accent: str = "#9c2f2f"
    bar: str = "#b5523b"
    bar_light: str = "#e3b9a6"
    land: str = "#f1efe9"
    """On a map: not among those shown (未公布, or beyond the places shown)."""
    zero: str = "#ffffff"
    no_data: str = "#d3d7da"
    county_line: str = "#dcd8cf"
    province_line: str = "#9aa3ab"
    border_line: str = "#4a5560"
    sea_line: str = "#4a5560"


COLOURS = Palette()

HEAT = ("#67151b", "#b03a2e", "#e07b4f", "#f6c08f", "#fbe6cf")
"""From hot to cool: lightness alone tells the classes apart, in grey too."""
