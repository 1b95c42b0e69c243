"""A deck of the key figures with native charts: per index its first ten, map, and charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from reli.report.archive import repack
from reli.report.blocks import Bars, Figure, Places, Shading, figures_of
from reli.report.maps import review_line
from reli.report.native_charts import native_chart
from reli.report.outline import outline
from reli.report.pictures import picture_file
from reli.report.publication import Publication
from reli.report.style import COLOURS

__all__ = ["write_slides"]

WIDTH, HEIGHT = 338.7, 190.5
"""Of a slide, in millimetres (16:9)."""
MARGIN, TOP = 14.0, 33.0
POINTS = 72 / 25.4
"""In a millimetre."""
FIRST = 10
"""Places that fit a slide in letters that can be read from the back."""
LONGEST = 20
"""Bars that fit a slide."""
FONT = "Microsoft YaHei"


def write_slides(publication: Publication, pictures: Path, out: Path) -> None:
    """Make the deck; identical input gives identical bytes.

    Args:
        publication: what to show.
        pictures: folder that `reli.report.pictures.write_figures` has filled.
        out: file to write.
    """
    import pptx
    from pptx.util import Mm

    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = Mm(WIDTH), Mm(HEIGHT)
    writer = _Deck(deck, publication, pictures)
    writer.title()
    for heading, figures in _indices(publication).items():
        writer.index(heading, figures)
    properties = deck.core_properties
    properties.title, properties.author = publication.title, "reli"
    properties.last_modified_by = "reli"
    properties.created = properties.modified = datetime(publication.reference_year, 12, 31)
    file = BytesIO()
    deck.save(file)
    repack(file.getvalue(), out)


def _indices(publication: Publication) -> dict[str, list[Figure]]:
    """The report's numbered figures by index."""
    found: dict[str, list[Figure]] = {}
    for figure in figures_of(outline(publication)):
        if figure.series == "图":
            found.setdefault(figure.key.split("/")[0], []).append(figure)
    return found


@dataclass
class _Deck:
    """Writes one slide after the other."""

    deck: Any
    publication: Publication
    pictures: Path

    def title(self) -> None:
        """What it is, of when, from whom."""
        publication = self.publication
        slide = self._slide()
        self._text(slide, publication.title, (MARGIN, 60, WIDTH - 2 * MARGIN, 30), 34, is_bold=True)
        lines = [
            publication.edition.name or f"{publication.reference_year}年数据",
            f"{publication.universe}；不含港澳台地区",
            f"资料来源：{publication.source_note}" if publication.source_note else "",
            publication.missing_line,
        ]
        text = "\n".join(filter(None, lines))
        self._text(slide, text, (MARGIN, 98, WIDTH - 2 * MARGIN, 50), 16, colour=COLOURS.muted)

    def index(self, title: str, figures: Sequence[Figure]) -> None:
        """Slides of one index."""
        tables = [each for each in figures if isinstance(each.content, Places)]
        maps = [each for each in figures if isinstance(each.content, Shading)]
        if tables and maps:
            self._first_places(title, tables[0], maps[0])
        charts = [each for each in figures if isinstance(each.content, Bars)]
        for start in range(0, len(charts), 2):
            self._charts(title, charts[start : start + 2])

    def _first_places(self, title: str, table: Figure, china: Figure) -> None:
        from pptx.util import Mm

        slide = self._slide(f"{title}：前{FIRST}名与TOP{self.publication.top}分布")
        content = table.content
        assert isinstance(content, Places)
        rows = [(rank, city + county, index) for rank, county, city, _, index in
                content.rows[:FIRST]]  # fmt: skip
        self._table(slide, ("排名", "区县", "综合指数"), rows)
        png = str(self.pictures / picture_file(china, "png"))
        picture = slide.shapes.add_picture(png, Mm(150), Mm(TOP - 4), height=Mm(132))
        picture._element.nvPicPr.cNvPr.set("descr", china.words or china.caption)
        review = review_line(self.publication.review_number)
        self._sources(slide, [*_notes(table), review])

    def _charts(self, title: str, figures: Sequence[Figure]) -> None:
        slide = self._slide(title)
        width = (WIDTH - 2 * MARGIN - 8) / 2
        for place, figure in enumerate(figures):
            left = MARGIN + place * (width + 8)
            self._text(slide, figure.caption, (left, TOP - 6, width, 12), 13, is_bold=True)
            self._chart(slide, figure, (left, TOP + 7, width, HEIGHT - TOP - 30))
        notes = dict.fromkeys(note for figure in figures for note in _notes(figure))
        self._sources(slide, list(notes))

    def _chart(self, slide: Any, figure: Figure, frame: Sequence[float]) -> None:
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE
        from pptx.util import Mm

        content = figure.content
        assert isinstance(content, Bars)
        shown = Bars(
            content.names[:LONGEST],
            content.values[:LONGEST],
            content.unit_of_measure,
            content.digits,
        )
        drawn = native_chart(shown, self.publication.reference_year, frame[3] * POINTS)
        data = CategoryChartData()
        data.categories = shown.names
        data.add_series("", shown.values)
        left, top, width, height = (Mm(side) for side in frame)
        holder = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, left, top, width, height, data)
        holder._element.nvGraphicFramePr.cNvPr.set("descr", figure.words or figure.caption)
        part = holder.chart.part
        part.chart_workbook.xlsx_part._blob = drawn.sheet
        external = part._element.find(
            "{http://schemas.openxmlformats.org/drawingml/2006/chart}externalData"
        )
        drawn.chart._chartSpace.append(external)
        part._element = drawn.chart._chartSpace

    def _slide(self, title: str = "") -> Any:
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[6])
        if title:
            self._text(slide, title, (MARGIN, 9, WIDTH - 2 * MARGIN, 14), 24, is_bold=True)
        if self.publication.is_synthetic:
            place = (WIDTH - MARGIN - 60, 4, 60, 8)
            self._text(slide, "合成演示数据", place, 12, colour=COLOURS.accent, is_bold=True)
        return slide

    def _sources(self, slide: Any, lines: Sequence[str]) -> None:
        text = "　".join(line for line in lines if line)
        place = (MARGIN, HEIGHT - 17, WIDTH - 2 * MARGIN, 12)
        self._text(slide, text, place, 10, colour=COLOURS.muted)

    @staticmethod
    def _text(
        slide: Any,
        text: str,
        frame: Sequence[float],
        size: float,
        *,
        colour: str = COLOURS.ink,
        is_bold: bool = False,
    ) -> None:
        from pptx.dml.color import RGBColor
        from pptx.util import Mm, Pt

        box = slide.shapes.add_textbox(*(Mm(side) for side in frame)).text_frame
        box.word_wrap = True
        box.text = text
        for paragraph in box.paragraphs:
            paragraph.font.size, paragraph.font.bold, paragraph.font.name = Pt(size), is_bold, FONT
            paragraph.font.color.rgb = RGBColor.from_string(colour[1:].upper())

    @staticmethod
    def _table(slide: Any, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        from pptx.util import Mm, Pt

        widths = (16, 76, 34)
        shape = slide.shapes.add_table(
            len(rows) + 1, len(head), Mm(MARGIN), Mm(TOP), Mm(sum(widths)), Mm(9 * (len(rows) + 1))
        )
        for place, width in enumerate(widths):
            shape.table.columns[place].width = Mm(width)
        for row, cells in enumerate([head, *rows]):
            for place, cell in enumerate(cells):
                paragraph = _cell(shape.table, row, place)
                paragraph.text = cell
                paragraph.font.size, paragraph.font.name = Pt(13), FONT


def _cell(table: Any, row: int, column: int) -> Any:
    """The paragraph of a cell, coloured by our palette in place of the library's blue."""
    from pptx.dml.color import RGBColor

    cell = table.cell(row, column)
    cell.fill.solid()
    ground = COLOURS.band if row % 2 == 0 else COLOURS.paper
    cell.fill.fore_color.rgb = RGBColor.from_string(ground[1:].upper())
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.font.bold = row == 0
    ink = COLOURS.muted if row == 0 else COLOURS.ink
    paragraph.font.color.rgb = RGBColor.from_string(ink[1:].upper())
    return paragraph


def _notes(figure: Figure) -> list[str]:
    return [line for line in (figure.sources, *figure.notes) if line]
