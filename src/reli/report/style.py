"""Colours and type of everything that is published, each colour with one meaning."""

from typing import NamedTuple

__all__ = ["COLOURS", "HEAT", "SANS", "SERIF", "Palette", "lightness"]

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
    no_data: str = "#e3e6e8"
    """Ground of the hatching that means 无数据; `hatch` is its lines."""
    hatch: str = "#8d979f"
    county_line: str = "#dcd8cf"
    province_line: str = "#9aa3ab"
    border_line: str = "#4a5560"
    sea_line: str = "#4a5560"


COLOURS = Palette()

HEAT = ("#67151b", "#a8322b", "#d9683f", "#eb9a5f", "#f5cca0")
"""From hot to cool: lightness alone tells the classes apart, in grey too."""


def lightness(colour: str) -> float:
    """How light a colour looks, 0 (black) to 100: L* of CIE 1976, from sRGB at D65."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return float(116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance)
