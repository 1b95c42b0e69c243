"""Thematic maps as SVG: one path a class, the conventions of published maps of China observed."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from math import ceil
from typing import Any

from reli.report.basemap import INSET, INSET_CORNER, MAIN, Basemap
from reli.report.blocks import MapClass
from reli.report.style import COLOURS, HEAT, SANS, TYPE

__all__ = [
    "ALONE",
    "BREAKS",
    "LETTERS",
    "NO_DATA",
    "REVIEW_NOTE",
    "MapClass",
    "draw_map",
    "inset_label_box",
    "legend_box",
    "legend_entries",
    "letters_for",
    "review_line",
    "strip_below",
    "top_classes",
    "value_classes",
]

REVIEW_NOTE = "未经审图，仅供内部使用；公开前须依法送审"

BREAKS = (50.0, 35.0, 20.0, 10.0)
"""Where the five classes of a map of all units part, on the scale of 0 to 100."""

NO_DATA = "url(#n)"
"""Fill of what has no data: hatched, which no class is, in colour or in grey."""

LETTERS = 16.0
"""Size of letters in units of the picture, where it is printed over the width of a page."""

ALONE = 327.0
"""Points across at which the picture of a small map can be read by itself."""

ROW = 26 / 16
"""From line to line of a legend, in letters."""

MOST_ABOVE = 24.0
"""Larger letters of the inset's name would cover land or dashes above its frame."""

DOT = 3.6
"""Radius of a dot where letters are of the usual size; both are larger where a map is small."""

MOST_DOTS = 300
"""More units than this in classes are seen as areas, not as dots."""


def review_line(review_number: str) -> str:
    """What must stand under every map: its 审图号, or that it has none."""
    return f"审图号：{review_number}" if review_number else REVIEW_NOTE


def top_classes(ranks: Mapping[str, int], top: int = 100) -> list[MapClass]:
    """Classes of the places 1 to 10, to 30, to 60 and to 100 (or as many as are asked for)."""
    bounds = [bound for bound in (10, 30, 60) if bound < top] + [top]
    firsts = [1, *(bound + 1 for bound in bounds[:-1])]
    return [
        MapClass(
            f"第{first}—{last}名",
            colour,
            tuple(code for code, rank in ranks.items() if first <= rank <= last),
        )
        for first, last, colour in zip(firsts, bounds, HEAT, strict=False)
    ]


def value_classes(
    values: Mapping[str, float | None], breaks: Sequence[float] = BREAKS
) -> list[MapClass]:
    """Five classes of positive values, then zero, then units without a value.

    Args:
        values: unit -> index; None where it has none.
        breaks: four bounds, from high to low; a value at a bound belongs above it.
    """
    highs = [float("inf"), *breaks]
    lows = [*breaks, 0.0]
    labels = [f"{breaks[0]:g}及以上"]
    labels += [f"{low:g}—{high:g}" for high, low in pairwise(breaks)]
    labels += [f"0—{breaks[-1]:g}"]
    known = {code: value for code, value in values.items() if value is not None}
    classes = [
        MapClass(
            label, colour, tuple(c for c, v in known.items() if max(low, 0) <= v < high and v > 0)
        )
        for label, colour, low, high in zip(labels, HEAT, lows, highs, strict=True)
    ]
    classes.append(MapClass("零", COLOURS.zero, tuple(c for c, v in known.items() if v <= 0)))
    classes.append(MapClass("无数据", NO_DATA, tuple(c for c in values if c not in known)))
    return classes


def draw_map(
    basemap: Basemap,
    classes: Sequence[MapClass],
    *,
    title: str,
    other_label: str = "",
    letters: float = LETTERS,
    has_legend: bool = True,
) -> str:
    """A map of China by classes.

    Args:
        basemap: shapes and lines.
        classes: coloured classes; what is in none is drawn as `other_label`.
        title: text for readers who cannot see the map.
        other_label: legend of the units in no class, such as 未公布; empty where there are none.
        letters: size of letters; larger where it is printed small.
        has_legend: False where the legend stands beside the picture.

    Returns:
        SVG, 1000 units wide.
    """
    height = MAIN.height + strip_below(letters)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {MAIN.width:g} {height:.0f}" '
        f'font-family="{SANS}" role="img"><title>{escape(title)}</title>',
        _definitions(),
        '<g clip-path="url(#m)">',
        *_layers(basemap, classes, is_inset=False),
        *_dots(basemap, classes, DOT * letters / LETTERS),
        "</g>",
        _inset(basemap, classes, letters),
        _legend(legend_entries(classes, other_label), letters) if has_legend else "",
        "</svg>",
    ]
    return "".join(parts)


def letters_for(width: float) -> float:
    """Size of letters that can be read where a map is printed so many points wide."""
    return max(LETTERS, ceil(MAIN.width * TYPE.least / width))


def strip_below(letters: float) -> float:
    """Height of the strip below a map that bears the name of its inset, if it stands there."""
    return 0.0 if letters <= MOST_ABOVE else letters - 3


def _definitions() -> str:
    return (
        f'<defs><clipPath id="m"><path d="M0 0h{MAIN.width:g}v{MAIN.height:.0f}h{-MAIN.width:g}z"/>'
        f'</clipPath><clipPath id="i"><path d="{_box(INSET.width, INSET.height)}"/></clipPath>'
        '<pattern id="n" width="5" height="5" patternUnits="userSpaceOnUse">'
        f'<path d="{_box(5, 5)}" fill="{COLOURS.no_data}"/>'
        f'<path d="M-1 6L6 -1M-1 1L1 -1M4 6L6 4" stroke="{COLOURS.hatch}" stroke-width="0.7"/>'
        "</pattern></defs>"
    )


def _box(width: float, height: float) -> str:
    return f"M0 0h{width:g}v{height:.4g}h{-width:g}z"


def _layers(basemap: Basemap, classes: Sequence[MapClass], *, is_inset: bool) -> list[str]:
    shapes = basemap.inset_counties if is_inset else basemap.counties
    land = basemap.inset_provinces if is_inset else basemap.provinces
    beyond = basemap.inset_beyond if is_inset else basemap.beyond
    thin = 0.6 if is_inset else 1.0
    return [
        _area(land, COLOURS.land),
        _area(beyond, NO_DATA),
        *(
            _area("".join(shapes.get(code, "") for code in each.codes), each.colour, "#fff", 0.3)
            for each in classes
        ),
        *_lines(basemap, thin, is_inset=is_inset),
    ]


def _dots(basemap: Basemap, classes: Sequence[MapClass], radius: float) -> list[str]:
    """Dots for small counties, the first class on top; a map full of classes needs none."""
    if sum(len(each.codes) for each in classes) > MOST_DOTS:
        return []
    return [
        f'<circle cx="{basemap.dots[code][0]:g}" cy="{basemap.dots[code][1]:g}" r="{radius:g}" '
        f'fill="{each.colour}" stroke="{COLOURS.paper}" stroke-width="0.6"/>'
        for each in reversed(classes)
        for code in each.codes
        if code in basemap.dots
    ]


def _lines(basemap: Basemap, thin: float, *, is_inset: bool) -> list[str]:
    def of(name: str) -> Any:  # noqa: ANN401 - path data or points
        return getattr(basemap, f"inset_{name}" if is_inset else name)

    drawn = [
        _line(of("provinces"), COLOURS.province_line, 0.6 * thin),
        _line(of("province_waters"), COLOURS.province_line, 0.6 * thin, "4 3"),
        _line(of("islands"), COLOURS.border_line, 0.3 * thin),
        _line(of("border"), COLOURS.border_line, 0.9 * thin),
        _line(of("dashes"), COLOURS.sea_line, 1.8 * thin),
        *(
            f'<circle cx="{x:g}" cy="{y:g}" r="{1.3 * thin:g}" fill="{COLOURS.border_line}"/>'
            for x, y in of("markers")
        ),
    ]
    if not is_inset:
        drawn += [
            _line(basemap.region_waters, COLOURS.province_line, 0.4, "1.5 1.5"),
            _line(basemap.undefined_border, COLOURS.paper, 1.3, "3 3"),
        ]
    return drawn


def _area(path: str, fill: str, stroke: str = "none", width: float = 0) -> str:
    if not path:
        return ""
    outline = f' stroke="{stroke}" stroke-width="{width:g}" stroke-linejoin="round"'
    return f'<path d="{path}" fill="{fill}" fill-rule="evenodd"{outline if width else ""}/>'


def _line(path: str, stroke: str, width: float, dash: str = "") -> str:
    if not path:
        return ""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="{width:g}" '
        f'stroke-linejoin="round" stroke-linecap="round"{dashed}/>'
    )


def _inset(basemap: Basemap, classes: Sequence[MapClass], letters: float) -> str:
    x, y = INSET_CORNER
    frame = _box(INSET.width, INSET.height)
    return (
        f'<g transform="translate({x:g} {y:.1f})"><path d="{frame}" fill="{COLOURS.paper}"/>'
        f'<g clip-path="url(#i)">{"".join(_layers(basemap, classes, is_inset=True))}</g>'
        f'<path d="{frame}" fill="none" stroke="{COLOURS.border_line}" stroke-width="0.8"/>'
        f"{_inset_label(letters)}</g>"
    )


def inset_label_box(letters: float) -> tuple[float, float, float, float]:
    """Where the inset's name stands in the inset: left, top, right, bottom.

    Within the frame letters that can be read would cover 曾母暗沙: they stand above it, and below
    it where they are large.
    """
    bottom = -6.0 if letters <= MOST_ABOVE else INSET.height + letters + 3
    return (INSET.width - 6 - 4 * letters, bottom - letters, INSET.width - 6, bottom)


def _inset_label(letters: float) -> str:
    _, _, right, bottom = inset_label_box(letters)
    return (
        f'<text x="{right:g}" y="{bottom - 1:.1f}" text-anchor="end" '
        f'font-size="{letters:g}" fill="{COLOURS.ink}">南海诸岛</text>'
    )


def legend_entries(classes: Sequence[MapClass], other_label: str) -> list[tuple[str, str]]:
    """Labels and fills of a legend: the classes, what is in none of them, what has no data."""
    entries = [(each.label, each.colour) for each in classes if each.codes or each.colour in HEAT]
    if other_label:
        entries.append((other_label, COLOURS.land))
    # Taiwan, Hong Kong and Macau are always without data.
    return [entry for entry in entries if entry[1] != NO_DATA] + [("无数据", NO_DATA)]


def legend_box(entries: int, letters: float = LETTERS) -> tuple[float, float, float, float]:
    """Where a legend of so many entries stands: left, top, right, bottom in the picture."""
    row = letters * ROW
    return (14.0, MAIN.height - row * entries - 8, 14 + 10.4 * letters, MAIN.height - 8)


def _legend(entries: Sequence[tuple[str, str]], letters: float) -> str:
    left, top, _, _ = legend_box(len(entries), letters)
    row, scale = letters * ROW, letters / LETTERS
    rows = [
        f'<rect x="{left:g}" y="{top + row * place:.0f}" width="{30 * scale:g}" '
        f'height="{17 * scale:g}" fill="{colour}" stroke="{COLOURS.rule}" stroke-width="0.8"/>'
        f'<text x="{left + 39 * scale:g}" y="{top + row * place + 14 * scale:.0f}" '
        f'font-size="{letters:g}" fill="{COLOURS.ink}">{escape(label)}</text>'
        for place, (label, colour) in enumerate(entries)
    ]
    return "".join(rows)
