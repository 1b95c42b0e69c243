"""Charts that stay editable in Word and PowerPoint: their parts, drawn from the same blocks."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from reli.report.blocks import Bars, Ranges
from reli.report.style import CHART, COLOURS

__all__ = ["NativeChart", "native_chart"]

FONT = "Microsoft YaHei"
"""On readers' machines; a chart's letters cannot be embedded."""
MOST_BAR, MOST_GAP = 18.0, 500
"""Points that a bar is thick at most, and the widest space that programs know, in per cent."""
LETTERS = 9
"""Size of a chart's letters in points."""


@dataclass(frozen=True)
class NativeChart:
    """A chart as Office keeps it: its drawing (XML), and the sheet with its numbers."""

    chart: Any
    """python-pptx's Chart, styled."""
    sheet: bytes
    """Workbook (.xlsx) that opens when a reader edits the data."""


@dataclass(frozen=True)
class _Table:
    """Categories and series, the first category lowest in the picture."""

    names: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    number_format: str


def native_chart(content: Bars | Ranges, year: int, height: float = 0.0) -> NativeChart:
    """The chart of a block.

    Args:
        content: bars, or ranges of ranks.
        year: of the edition; dates the sheet, so that identical input gives identical bytes.
        height: of the chart in points where that does not follow from the number of bars: a few
            bars then stand apart instead of growing thick.
    """
    table = _bars_table(content) if isinstance(content, Bars) else _ranges_table(content)
    chart = _drawn(table, is_stacked=isinstance(content, Ranges))
    _set_type(chart, table)
    if isinstance(content, Bars):
        _style_bars(chart, content, height)
    else:
        _style_ranges(chart)
    return NativeChart(chart, _sheet(table, year))


def _bars_table(content: Bars) -> _Table:
    form = "#,##0" + ("." + "0" * content.digits if content.digits else "")
    label = f"数量（{content.unit_of_measure}）" if content.unit_of_measure else "数量"
    return _Table(content.names, ((label, content.values),), form)


def _ranges_table(content: Ranges) -> _Table:
    names = tuple(f"{rank} {name}" for rank, name in zip(content.ranks, content.names, strict=True))
    spans = tuple(float(high - low) for low, high in zip(content.lows, content.highs, strict=True))
    lows = tuple(float(low) for low in content.lows)
    return _Table(names, (("区间下限", lows), ("区间宽度", spans)), "0")


def _drawn(table: _Table, *, is_stacked: bool) -> Any:
    from pptx.chart.chart import Chart
    from pptx.chart.data import CategoryChartData
    from pptx.chart.xmlwriter import ChartXmlWriter
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.oxml import parse_xml

    data = CategoryChartData(number_format=table.number_format)
    data.categories = table.names
    for name, values in table.series:
        data.add_series(name, values)
    kind = XL_CHART_TYPE.BAR_STACKED if is_stacked else XL_CHART_TYPE.BAR_CLUSTERED
    return Chart(parse_xml(ChartXmlWriter(kind, data).xml.encode()), None)


def _set_type(chart: Any, table: _Table) -> None:
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK
    from pptx.util import Pt

    chart.has_legend = False
    chart.has_title = False
    chart.font.size = Pt(LETTERS)
    chart.font.name = FONT
    chart.font.color.rgb = _colour(COLOURS.ink)
    names = chart.category_axis
    # The first name stands on top.
    names.reverse_order = True
    names.major_tick_mark = XL_TICK_MARK.NONE
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.format.line.fill.background()
    values = chart.value_axis
    values.has_major_gridlines = False
    values.minimum_scale = 0
    values.tick_labels.number_format = table.number_format
    values.tick_labels.number_format_is_linked = False


def _gap(bars: int, height: float) -> int:
    """Space between bars in per cent of a bar."""
    usual = 100 * (1 - CHART.bar_share) / CHART.bar_share
    apart = 100 * (height / max(bars, 1) / MOST_BAR - 1)
    return round(min(max(usual, apart), MOST_GAP))


def _style_bars(chart: Any, content: Bars, height: float) -> None:
    from pptx.enum.chart import XL_LABEL_POSITION
    from pptx.util import Pt

    plot = chart.plots[0]
    plot.gap_width = _gap(len(content.names), height)
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.show_value = True
    labels.position = XL_LABEL_POSITION.OUTSIDE_END
    labels.font.size = Pt(LETTERS)
    # Each bar bears its number: the axis has nothing to add.
    chart.value_axis.visible = False
    (series,) = plot.series
    _fill(series.format, COLOURS.bar)
    for place, name in enumerate(content.names):
        if name.endswith("并列"):
            _fill(series.points[place].format, COLOURS.bar_light)


def _style_ranges(chart: Any) -> None:
    plot = chart.plots[0]
    plot.gap_width = 60
    plot.overlap = 100
    below, span = plot.series
    below.format.fill.background()
    _fill(span.format, COLOURS.bar)


def _fill(form: Any, colour: str) -> None:
    form.fill.solid()
    form.fill.fore_color.rgb = _colour(colour)


def _colour(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.removeprefix("#").upper())


def _sheet(table: _Table, year: int) -> bytes:
    """The numbers where the drawing's formulas look for them: names in A, series from B on."""
    import xlsxwriter

    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"created": datetime(year, 12, 31)})
    sheet = book.add_worksheet("Sheet1")
    number = book.add_format({"num_format": table.number_format})
    sheet.write_column(1, 0, table.names)
    for place, (name, values) in enumerate(table.series, 1):
        sheet.write_string(0, place, name)
        sheet.write_column(1, place, values, number)
    book.close()
    return file.getvalue()
