"""Thematic maps as SVG: one path a class, the conventions of published maps of China observed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from reli.report.basemap import INSET, MAIN, Basemap
from reli.report.style import COLOURS, HEAT, SANS

__all__ = ["REVIEW_NOTE", "MapClass", "draw_map", "review_line", "top_classes"]

REVIEW_NOTE = "未经审图，仅供内部使用；公开前须依法送审"


@dataclass(frozen=True)
class MapClass:
    """A class of units: how it is called in the legend, its colour, its members."""

    label: str
    colour: str
    codes: Sequence[str]


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
            [code for code, rank in ranks.items() if first <= rank <= last],
        )
        for first, last, colour in zip(firsts, bounds, HEAT, strict=False)
    ]


def draw_map(basemap: Basemap, classes: Sequence[MapClass], *, other_label: str, title: str) -> str:
    """A map of China by classes.

    Args:
        basemap: shapes and lines.
        classes: coloured classes; other counties are drawn as `other_label`.
        other_label: legend of the counties in no class, such as 未公布.
        title: text for readers who cannot see the map.

    Returns:
        SVG, 1000 units wide.
    """
    height = MAIN.height
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {MAIN.width:g} {height:.0f}" '
        f'font-family="{SANS}" role="img"><title>{escape(title)}</title>',
        f'<defs><clipPath id="m"><path d="M0 0h{MAIN.width:g}v{height:.0f}h{-MAIN.width:g}z"/>'
        f'</clipPath><clipPath id="i"><path d="M0 0h{INSET.width:g}v{INSET.height:.1f}'
        f'h{-INSET.width:g}z"/></clipPath></defs>',
        '<g clip-path="url(#m)">',
        *_layers(basemap, classes, is_inset=False),
        "</g>",
        _inset(basemap, classes),
        _legend(classes, other_label),
        "</svg>",
    ]
    return "".join(parts)


def _layers(basemap: Basemap, classes: Sequence[MapClass], *, is_inset: bool) -> list[str]:
    shapes = basemap.inset_counties if is_inset else basemap.counties
    land = basemap.inset_provinces if is_inset else basemap.provinces
    beyond = basemap.inset_beyond if is_inset else basemap.beyond
    thin = 0.6 if is_inset else 1.0
    layers = [
        _area(land, COLOURS.land, "none", 0),
        _area(beyond, COLOURS.no_data, COLOURS.province_line, 0.6 * thin),
        *(
            _area("".join(shapes.get(code, "") for code in each.codes), each.colour, "#fff", 0.3)
            for each in classes
        ),
    ]
    layers += _lines(basemap, thin, is_inset=is_inset)
    return layers if is_inset else layers + _dots(basemap, classes)


def _dots(basemap: Basemap, classes: Sequence[MapClass]) -> list[str]:
    """Dots for small counties, the first class on top."""
    return [
        f'<circle cx="{basemap.dots[code][0]:g}" cy="{basemap.dots[code][1]:g}" r="3.4" '
        f'fill="{each.colour}" stroke="#fff" stroke-width="0.5"/>'
        for each in reversed(classes)
        for code in each.codes
        if code in basemap.dots
    ]


def _lines(basemap: Basemap, thin: float, *, is_inset: bool) -> list[str]:
    provinces = basemap.inset_provinces if is_inset else basemap.provinces
    border = basemap.inset_border if is_inset else basemap.border
    dashes = basemap.inset_dashes if is_inset else basemap.dashes
    markers = basemap.inset_markers if is_inset else basemap.markers
    drawn = [
        _line(provinces, COLOURS.province_line, 0.6 * thin),
        _line(border, COLOURS.border_line, 1.1 * thin),
        _line(dashes, COLOURS.sea_line, 1.8 * thin),
        *(
            f'<circle cx="{x:g}" cy="{y:g}" r="{0.9 * thin:g}" fill="{COLOURS.border_line}"/>'
            for x, y in markers
        ),
    ]
    if not is_inset:
        drawn += [
            _line(basemap.other_lines, COLOURS.province_line, 0.5, "2 2"),
            _line(basemap.undefined_border, COLOURS.paper, 1.3, "3 3"),
        ]
    return drawn


def _area(path: str, fill: str, stroke: str, width: float) -> str:
    if not path:
        return ""
    return (
        f'<path d="{path}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}" '
        'fill-rule="evenodd" stroke-linejoin="round"/>'
    )


def _line(path: str, stroke: str, width: float, dash: str = "") -> str:
    if not path:
        return ""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="{width:g}" '
        f'stroke-linejoin="round" stroke-linecap="round"{dashed}/>'
    )


def _inset(basemap: Basemap, classes: Sequence[MapClass]) -> str:
    x, y = MAIN.width - INSET.width - 6, MAIN.height - INSET.height - 6
    frame = f"M0 0h{INSET.width:g}v{INSET.height:.1f}h{-INSET.width:g}z"
    return (
        f'<g transform="translate({x:g} {y:.1f})"><path d="{frame}" fill="{COLOURS.paper}"/>'
        f'<g clip-path="url(#i)">{"".join(_layers(basemap, classes, is_inset=True))}</g>'
        f'<path d="{frame}" fill="none" stroke="{COLOURS.border_line}" stroke-width="0.8"/>'
        f'<text x="{INSET.width - 6:g}" y="{INSET.height - 7:.1f}" text-anchor="end" '
        f'font-size="13" fill="{COLOURS.ink}">南海诸岛</text></g>'
    )


def _legend(classes: Sequence[MapClass], other_label: str) -> str:
    entries = [(each.label, each.colour) for each in classes]
    entries += [(other_label, COLOURS.land), ("无数据", COLOURS.no_data)]
    top = MAIN.height - 26 * len(entries) - 8
    rows = [
        f'<rect x="14" y="{top + 26 * place:.0f}" width="30" height="17" fill="{colour}" '
        f'stroke="{COLOURS.rule}" stroke-width="0.8"/>'
        f'<text x="53" y="{top + 26 * place + 14:.0f}" font-size="16" '
        f'fill="{COLOURS.ink}">{escape(label)}</text>'
        for place, (label, colour) in enumerate(entries)
    ]
    return "".join(rows)
