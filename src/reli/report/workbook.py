"""The tables as an Excel workbook; identical input gives identical bytes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reli.reference.divisions import provinces
from reli.report.cells import row_height
from reli.report.live_sheet import LiveIndex, write_live_sheet
from reli.report.publication import IndexSection, Publication, full_name
from reli.report.standing_words import status_text
from reli.report.style import COLOURS, SANS

__all__ = ["write_workbook"]

PLACES = (
    ("排名", 7),
    ("行政区划代码", 13),
    ("区县", 22),
    ("城市", 20),
    ("省份", 18),
    ("综合指数", 12),
    ("状态", 24),
)
COUNTS = (("省份", 18), ("城市", 20), ("入围区县数量", 14))
FRAMEWORK = (
    ("一级指标", 18),
    ("二级指标", 18),
    ("三级指标", 26),
    ("单位", 8),
    ("方向", 8),
    ("定义", 70),
    ("缺失原因", 30),
)
MOST_BARS = 31
"""Of a chart; a sheet of cities has more rows than can be read as bars."""
CHART_ROWS, ROWS_OF_CHARTS, CHART_SCALE = 25, 3, 55
"""Rows of the sheet that a chart takes, charts below each other on a page, and their scale."""
VALUE_WIDTH = 14
WIDE = 40
"""Columns wider than this hold sentences, which are wrapped."""

Row = Sequence[Any]


class _Book:
    """A workbook in writing, with its formats."""

    def __init__(
        self, out: Path, title: str, header: str, year: int, industries: Iterable[str]
    ) -> None:
        import xlsxwriter

        # XlsxWriter forgets the file of rows of a sheet that has charts alone.
        self._rows = TemporaryDirectory()
        # A name such as =1+1 or https://… must stay text.
        options = {
            "constant_memory": True,
            "tmpdir": self._rows.name,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(str(out), options)
        self.book.set_properties(
            {"title": title, "author": "reli", "created": datetime(year, 12, 31)}
        )
        font = {"font_name": SANS, "font_size": 10}
        self.barred = {"综合指数", "入围区县数量", *industries}
        self.header = header.replace("&", "&&")
        self.text = self.book.add_format({**font, "valign": "top"})
        self.index = self.book.add_format({**font, "num_format": "0.0000", "valign": "top"})
        self.count = self.book.add_format({**font, "num_format": "#,##0", "valign": "top"})
        self.number = self.book.add_format({**font, "num_format": "#,##0.00", "valign": "top"})
        self.input = self.book.add_format({**font, "bg_color": "#fff6c9", "border": 1})
        self.note = self.book.add_format({**font, "font_color": COLOURS.muted})
        self.wrap = self.book.add_format({**font, "text_wrap": True, "valign": "top"})
        self.head = self.book.add_format(
            {
                **font,
                "bold": True,
                "bottom": 1,
                "bg_color": "#f1efe9",
                "font_color": COLOURS.ink,
                "text_wrap": True,
                "valign": "vcenter",
            }
        )

    def close(self) -> None:
        """Write the file, and remove the rows that waited for it."""
        self.book.close()
        self._rows.cleanup()

    def sheet(self, name: str, columns: Sequence[tuple[str, int]], rows: Iterable[Row]) -> int:
        """A sheet with one table: frozen header, filter; returns the number of rows."""
        sheet = self.page(name)
        sheet.repeat_rows(0)
        for place, (_, width) in enumerate(columns):
            sheet.set_column(place, place, width, self.wrap if width > WIDE else self.text)
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, row_height(columns) + 4)
        for place, (header, _) in enumerate(columns):
            sheet.write_string(0, place, header, self.head)
        number = 0
        for number, row in enumerate(rows, 1):
            self._stretch(sheet, number, row, columns)
            for place, value in enumerate(row):
                self._cell(sheet, number, place, value, is_wide=columns[place][1] > WIDE)
        sheet.autofilter(0, 0, max(number, 1), len(columns) - 1)
        self._bars(sheet, columns, number)
        return number

    def _stretch(
        self,
        sheet: Any,  # noqa: ANN401 - untyped library
        number: int,
        row: Row,
        columns: Sequence[tuple[str, int]],
    ) -> None:
        """A row as high as its sentences need: not every program finds that out by itself."""
        wide = [
            (str(value), width)
            for value, (_, width) in zip(row, columns, strict=False)
            if width > WIDE and value
        ]
        height = row_height(wide)
        if height > row_height(()):
            sheet.set_row(number, height)

    def page(self, name: str, *, is_wide: bool = False) -> Any:  # noqa: ANN401 - untyped library
        """An empty sheet, set up for printing; a wide one lies on its side."""
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        if is_wide:
            sheet.set_landscape()
        sheet.set_header(f"&L{self.header}&R&A")
        sheet.set_footer("&R&P / &N")
        return sheet

    def formats(self) -> dict[str, Any]:
        """Formats by use."""
        return {
            "text": self.text,
            "head": self.head,
            "index": self.index,
            "input": self.input,
            "note": self.note,
        }

    def _cell(
        self,
        sheet: Any,  # noqa: ANN401 - untyped library
        row: int,
        column: int,
        value: Any,  # noqa: ANN401 - what cells hold
        *,
        is_wide: bool,
    ) -> None:
        if value is None or value == "":
            return
        if isinstance(value, float):
            sheet.write_number(row, column, value, self.index)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.text)
        else:
            sheet.write_string(row, column, value, self.wrap if is_wide else self.text)

    def _bars(self, sheet: Any, columns: Sequence[tuple[str, int]], rows: int) -> None:  # noqa: ANN401
        for place, (header, _) in enumerate(columns):
            if header in self.barred and rows:
                style = {
                    "type": "data_bar",
                    "bar_color": COLOURS.bar_light,
                    "bar_solid": True,
                    "min_type": "num",
                    "min_value": 0,
                }
                sheet.conditional_format(1, place, rows, place, style)


def write_workbook(publication: Publication, out: Path, live: LiveIndex | None = None) -> None:
    """Make the workbook: a sheet of notes, then per index its places, counts, and charts.

    Args:
        publication: what to write.
        out: file to write.
        live: the overall index with its indicators, for a sheet that re-ranks when a weight is
            changed, and one with the indicators' values.
    """
    header = "合成演示数据" if publication.is_synthetic else publication.title
    industries = [each.industry for each in publication.indices]
    book = _Book(out, publication.title, header, publication.reference_year, industries)
    book.sheet("说明", (("项目", 24), ("内容", 100)), _notes(publication))
    for section in publication.indices:
        book.sheet(section.industry, PLACES, _place_rows(section))
    book.sheet("省份", (("指数", 20), *COUNTS[::2]), _province_rows(publication))
    book.sheet("城市", (("指数", 20), *COUNTS), _city_rows(publication))
    names = [section.industry for section in publication.indices]
    book.sheet("各省汇总", (COUNTS[0], *((name, 15) for name in names)), _matrix_rows(publication))
    _charts(book, publication)
    book.sheet("指标体系", FRAMEWORK, _framework_rows(publication))
    if live is not None:
        _indicator_sheet(book, publication, live)
        write_live_sheet(book.page("实时调权", is_wide=True), live, book.formats())
    book.close()


def _charts(book: _Book, publication: Publication) -> None:
    """A chart per index of the counts by province and by city, drawn from their sheets."""
    sheet = book.page("图表")
    # Breaks between charts, none through one: a program that fits pages would ignore them.
    sheet.set_print_scale(CHART_SCALE)
    pages = range(ROWS_OF_CHARTS, len(publication.indices), ROWS_OF_CHARTS)
    sheet.set_h_pagebreaks([1 + place * CHART_ROWS for place in pages])
    row = {"省份": 1, "城市": 1}
    for place, section in enumerate(publication.indices):
        for side, (name, counts) in enumerate(
            (("省份", section.provinces), ("城市", section.cities))
        ):
            if not counts:
                continue
            chart = _bar_chart(book, section, name, (row[name], len(counts)))
            sheet.insert_chart(
                1 + place * CHART_ROWS, side * 9, chart, {"x_offset": 6, "y_offset": 4}
            )
            row[name] += len(counts)


def _bar_chart(book: _Book, section: IndexSection, name: str, rows: tuple[int, int]) -> Any:  # noqa: ANN401
    """Counts of one index as native bars, from its rows of a sheet."""
    first, last = rows[0], rows[0] + min(rows[1], MOST_BARS) - 1
    number = 2 if name == "省份" else 3
    chart = book.book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "categories": [name, first, number - 1, last, number - 1],
            "values": [name, first, number, last, number],
            "fill": {"color": COLOURS.bar},
            "gap": 45,
            "data_labels": {"value": True, "font": {"size": 9}},
        }
    )
    chart.set_title({"name": f"{section.industry}：入围区县数量（按{name}）",
                     "name_font": {"size": 11}})  # fmt: skip
    chart.set_legend({"none": True})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_size({"width": 560, "height": 470})
    return chart


def _indicator_sheet(book: _Book, publication: Publication, live: LiveIndex) -> None:
    """Values of the overall index's indicators before any step, heads linked to definitions."""
    sheet = book.page("指标值", is_wide=True)
    rows = {row.indicator: place for place, row in enumerate(publication.framework, 2)}
    names = {node.code: node.name for node in live.nodes}
    lead = (("行政区划代码", 13), ("区县", 24), ("省份", 18))
    for place, (head, width) in enumerate(lead):
        sheet.set_column(place, place, width, book.text)
        sheet.write_string(0, place, head, book.head)
    formats = {code: _number_format(book, values) for code, values in live.raw.items()}
    heads = [(names[code], VALUE_WIDTH) for code in live.raw]
    sheet.set_row(0, row_height(heads) + 4)
    for place, code in enumerate(live.raw, len(lead)):
        sheet.set_column(place, place, VALUE_WIDTH, formats[code])
        link = f"internal:'指标体系'!C{rows.get(names[code], 1)}"
        sheet.write_url(0, place, link, book.head, string=names[code], tip="定义")
    for row, unit in enumerate(live.units, 1):
        for place, text in enumerate((unit.code, unit.name, unit.province)):
            sheet.write_string(row, place, text, book.text)
        for place, (code, values) in enumerate(live.raw.items(), len(lead)):
            value = values[row - 1]
            if value is not None:
                sheet.write_number(row, place, value, formats[code])
    sheet.freeze_panes(1, len(lead))
    sheet.autofilter(0, 0, len(live.units), len(lead) + len(live.raw) - 1)


def _number_format(book: _Book, values: Iterable[float | None]) -> Any:  # noqa: ANN401
    """Of counts whole numbers, of shares two decimals."""
    is_count = all(value is None or float(value).is_integer() for value in values)
    return book.count if is_count else book.number


def _notes(publication: Publication) -> list[Row]:
    rows: list[Row] = []
    if publication.is_synthetic:
        rows.append(("合成演示数据", "全部企业、名单与数值均为虚构，不反映任何真实地区。"))
    rows += [
        ("标题", publication.title),
        ("数据年份", f"{publication.reference_year}年"),
        ("区划时点", f"{publication.vintage}年12月31日"),
        ("样本范围", publication.universe),
        ("资料来源", publication.source_note or "见“编制说明”"),
    ]
    rows += [("编制说明", line) for line in publication.method]
    rows += [("数据与处理", f"{what}：{number}") for what, number in publication.quality]
    rows += [("缺失指标", f"{row.indicator}：{row.missing}") for row in publication.missing]
    rows += [("注", note) for note in publication.notes]
    for section in publication.indices:
        rows.append(
            (f"工作表“{section.industry}”", full_name(section.industry, publication.subject))
        )
    for name, of in (("省份", "各省各指数"), ("城市", "各城市各指数"), ("各省汇总", "各省各指数")):
        rows.append((f"工作表“{name}”", f"{of}TOP{publication.top}区县数量"))
    if publication.missing_line:
        rows.append(("缺项", publication.missing_line))
    return rows


def _place_rows(section: IndexSection) -> Iterable[Row]:
    for place in section.places:
        yield (
            place.rank,
            place.division_code,
            place.county,
            place.city,
            place.province,
            place.index,
            status_text(place.status, section.industry),
        )


def _province_rows(publication: Publication) -> Iterable[Row]:
    for section in publication.indices:
        for province, count in section.provinces.items():
            yield section.industry, province, count


def _matrix_rows(publication: Publication) -> Iterable[Row]:
    """Counties among the first places, all provinces by code; zero is a count here."""
    for name in provinces()["province_name"].to_pylist():
        yield name, *(section.provinces.get(name, 0) for section in publication.indices)


def _city_rows(publication: Publication) -> Iterable[Row]:
    for section in publication.indices:
        for name, count in section.cities.items():
            yield section.industry, *name.split("/"), count


def _framework_rows(publication: Publication) -> Iterable[Row]:
    for row in publication.framework:
        yield (
            row.dimension,
            row.subdimension,
            row.indicator,
            row.unit_of_measure,
            "正" if row.direction > 0 else "负",
            row.definition,
            row.missing,
        )
