"""Charts, declared once in Vega-Lite; drawn without a browser."""

from functools import cache
from importlib.resources import as_file, files
from typing import Any

from reli.report.blocks import Bars, Ranges
from reli.report.style import CHART, COLOURS, SANS, TYPE

__all__ = ["bars", "draw", "number_text", "ranges", "rasterise"]


def number_text(value: float, digits: int) -> str:
    """A number as a chart or table prints it."""
    return f"{value:,.{digits}f}"


Spec = dict[str, Any]
"""A Vega-Lite specification."""

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


def bars(content: Bars, *, width: float = CHART.half_width, step: float = CHART.step) -> Spec:
    """Horizontal bars in the order given, each with its number.

    Args:
        content: names and values; a name in 「…」 stands for several that are counted together.
        width: of the whole chart, in points.
        step: from bar to bar, in points.
    """
    rows = [
        {
            "name": name,
            "value": value,
            "text": number_text(value, content.digits),
            "is_crowd": name.endswith("并列"),
        }
        for name, value in zip(content.names, content.values, strict=True)
    ]
    highest = max(content.values, default=0)
    # Each bar bears its number, so the axis has nothing to add.
    x = {
        "field": "value",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, highest * 1.16 or 1]},
    }
    band = min(CHART.bar_share, CHART.most_bar / step)
    bar = {
        "mark": {"type": "bar", "height": {"band": band}},
        "encoding": {"x": x, "y": _NAMES, "color": _BAR_COLOUR},
    }
    text = {
        "mark": {"type": "text", "align": "left", "dx": CHART.label_gap, "color": COLOURS.ink},
        "encoding": {"x": x, "y": _NAMES, "text": {"field": "text", "type": "nominal"}},
    }
    return _finished(rows, [bar, text], width, step)


def ranges(
    content: Ranges, *, width: float = CHART.full_width, step: float = CHART.range_step
) -> Spec:
    """Ranks as dots on the line of the ranks that other choices of method would give."""
    rows = [
        {"name": f"{rank}  {name}", "rank": rank, "low": low, "high": high}
        for name, rank, low, high in zip(
            content.names, content.ranks, content.lows, content.highs, strict=True
        )
    ]
    low = {
        "field": "low",
        "type": "quantitative",
        "axis": {"orient": "top", "title": "名次", "tickCount": 6, "grid": True},
        "scale": {"domainMin": 1, "nice": False},
    }
    rank = {"field": "rank", "type": "quantitative"}
    # The dot of the first place stands on the axis: names keep away from it.
    names = {**_NAMES, "axis": {**_NAMES["axis"], "labelPadding": CHART.range_gap}}
    rule = {
        "mark": {"type": "rule", "strokeWidth": 3, "color": COLOURS.bar_light},
        "encoding": {"x": low, "x2": {"field": "high"}, "y": names},
    }
    dot = {
        "mark": {"type": "circle", "size": 26, "color": COLOURS.accent, "opacity": 1},
        "encoding": {"x": rank, "y": names},
    }
    return _finished(rows, [rule, dot], width, step)


_NAMES: Spec = {
    "field": "name",
    "type": "nominal",
    "sort": None,
    "title": None,
    "axis": {"labelLimit": 240, "domain": False},
}
_BAR_COLOUR = {
    "condition": {"test": "datum.is_crowd", "value": COLOURS.bar_light},
    "value": COLOURS.bar,
}


def _finished(rows: list[Spec], layers: list[Spec], width: float, step: float) -> Spec:
    return {
        "$schema": SCHEMA,
        "config": _theme(),
        "data": {"values": rows},
        "layer": layers,
        "width": width,
        "height": {"step": step},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": 0,
    }


def _theme() -> Spec:
    return {
        "font": SANS,
        "background": "transparent",
        "view": {"continuousWidth": 300, "continuousHeight": 300, "stroke": None},
        "axis": {
            "labelColor": COLOURS.ink,
            "labelFontSize": TYPE.chart,
            "titleColor": COLOURS.muted,
            "titleFontSize": TYPE.chart,
            "titleFontWeight": "normal",
            "titleAlign": "right",
            "titleAnchor": "end",
            "gridColor": "#e6e8ea",
            "domainColor": COLOURS.rule,
            "ticks": False,
        },
        "text": {"fontSize": TYPE.chart, "font": SANS},
    }


@cache
def _use_our_fonts() -> None:
    import vl_convert

    with as_file(files("reli.report") / "assets" / "fonts") as folder:
        vl_convert.register_font_directory(str(folder))


def draw(chart: Spec) -> str:
    """The chart as SVG."""
    import vl_convert

    _use_our_fonts()
    return str(vl_convert.vegalite_to_svg(chart))


def rasterise(svg: str, scale: float) -> bytes:
    """A chart or map as PNG, `scale` pixels a point."""
    import vl_convert

    _use_our_fonts()
    return bytes(vl_convert.svg_to_png(svg, scale=scale))
