"""Charts, declared once in Vega-Lite; drawn without a browser."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from reli.report.style import COLOURS, SANS

__all__ = ["bars", "draw"]


def bars(counts: Mapping[str, int], *, width: int = 225, step: float = 15) -> Any:  # noqa: ANN401 - untyped library
    """Horizontal bars of counts, in the order given, each with its number.

    Args:
        counts: label -> number.
        width: of the whole chart, in points; two charts stand side by side on a page.
        step: from bar to bar, in points.

    Returns:
        An Altair chart.
    """
    import altair as alt

    rows = [{"name": name, "count": count} for name, count in counts.items()]
    highest = max(counts.values(), default=0)
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=200, domain=False)),
        # Each bar bears its number, so the axis has nothing to add.
        x=alt.X("count:Q", axis=None, scale=alt.Scale(domain=[0, highest * 1.12 or 1])),
    )
    return (
        (
            base.mark_bar(color=COLOURS.bar, height={"band": 0.68})
            + base.mark_text(align="left", dx=4, color=COLOURS.ink).encode(text="count:Q")
        )
        .properties(width=width, height=alt.Step(step))
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
            "labelFontSize": 9.5,
            "titleColor": COLOURS.muted,
            "titleFontSize": 9.5,
            "titleFontWeight": "normal",
            "titleAlign": "right",
            "titleAnchor": "end",
            "gridColor": "#e6e8ea",
            "domainColor": COLOURS.rule,
            "ticks": False,
        },
        "text": {"fontSize": 9.5, "font": SANS},
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
