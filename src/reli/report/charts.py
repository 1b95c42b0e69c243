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


def bars(content: Bars, *, width: float = CHART.half_width, step: float = CHART.step) -> Any:  # noqa: ANN401 - untyped library
    """Horizontal bars in the order given, each with its number.

    Args:
        content: names and values; a name in 「…」 stands for several that are counted together.
        width: of the whole chart, in points.
        step: from bar to bar, in points.

    Returns:
        An Altair chart.
    """
    import altair as alt

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
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=240, domain=False)),
        # Each bar bears its number, so the axis has nothing to add.
        x=alt.X("value:Q", axis=None, scale=alt.Scale(domain=[0, highest * 1.16 or 1])),
    )
    colour = alt.condition("datum.is_crowd", alt.value(COLOURS.bar_light), alt.value(COLOURS.bar))
    return _finished(
        base.mark_bar(height={"band": min(CHART.bar_share, CHART.most_bar / step)}).encode(
            color=colour
        )
        + base.mark_text(align="left", dx=CHART.label_gap, color=COLOURS.ink).encode(text="text:N"),
        width,
        step,
    )


def ranges(
    content: Ranges, *, width: float = CHART.full_width, step: float = CHART.range_step
) -> Any:  # noqa: ANN401
    """Ranks as dots on the line of the ranks that other choices of method would give."""
    import altair as alt

    rows = [
        {"name": f"{rank}  {name}", "rank": rank, "low": low, "high": high}
        for name, rank, low, high in zip(
            content.names, content.ranks, content.lows, content.highs, strict=True
        )
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=240, domain=False))
    )
    scale = alt.Scale(domainMin=1, nice=False)
    axis = alt.Axis(orient="top", title="名次", tickCount=6, grid=True)
    return _finished(
        base.mark_rule(strokeWidth=3, color=COLOURS.bar_light).encode(
            x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q"
        )
        + base.mark_circle(size=26, color=COLOURS.accent, opacity=1).encode(x="rank:Q"),
        width,
        step,
    )


def _finished(chart: Any, width: float, step: float) -> Any:  # noqa: ANN401
    import altair as alt

    return (
        chart.properties(width=width, height=alt.Step(step))
        .properties(autosize=alt.AutoSizeParams(type="fit-x", contains="padding"), padding=0)
        .configure(**_theme())
    )


def _theme() -> dict[str, Any]:
    return {
        "font": SANS,
        "background": "transparent",
        "view": {"stroke": None},
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


def draw(chart: Any) -> str:  # noqa: ANN401 - an Altair chart
    """The chart as SVG."""
    import vl_convert

    _use_our_fonts()
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


def rasterise(svg: str, scale: float) -> bytes:
    """A chart or map as PNG, `scale` pixels a point."""
    import vl_convert

    _use_our_fonts()
    return bytes(vl_convert.svg_to_png(svg, scale=scale))
