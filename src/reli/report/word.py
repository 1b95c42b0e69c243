"""The report as a Word document that clients edit: real headings, captions, tables and charts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import singledispatchmethod
from io import BytesIO
from pathlib import Path
from typing import Any

from reli.errors import InvalidSetting
from reli.report.archive import repack
from reli.report.blocks import (
    Bars,
    Block,
    Figure,
    Grid,
    Group,
    Heading,
    Paragraph,
    Places,
    Ranges,
    Shading,
)
from reli.report.maps import ALONE, review_line
from reli.report.native_charts import native_chart
from reli.report.outline import outline
from reli.report.pictures import picture_file
from reli.report.publication import Publication
from reli.report.style import TINTS
from reli.report.word_parts import (
    add_bookmark,
    add_chart,
    add_field,
    add_link,
    add_table,
    close_field,
    describe,
    open_field,
)
from reli.report.word_styles import prepare

__all__ = ["write_word"]

TEXT_WIDTH = 160.0
"""Millimetres between the margins of an A4 page."""
PLACES_COLUMNS = ("排名", "区县", "城市", "省份", "综合指数")
PLACES_WIDTHS = (18.0, 42.0, 40.0, 38.0, 22.0)


def write_word(
    publication: Publication, pictures: Path, out: Path, *, template: Path | None = None
) -> None:
    """Make the document; identical input gives identical bytes.

    Args:
        publication: what to say.
        pictures: folder that `reli.report.pictures.write_figures` has filled.
        out: file to write.
        template: a client's document (.docx) whose styles, page and header are taken; what it
            contains is left out.

    Raises:
        InvalidSetting: the template is no Word document.
    """
    document = _opened(template)
    prepare(document, publication, is_template=template is not None)
    writer = _Writer(publication, pictures, document)
    writer.title_page()
    blocks = tuple(_on_pages(outline(publication)))
    writer.contents(blocks)
    for block in blocks:
        writer.write(block)
    _date(document, publication)
    file = BytesIO()
    document.save(file)
    repack(file.getvalue(), out)


def _on_pages(blocks: Sequence[Block]) -> Iterator[Block]:
    """A section that begins a page stays below its chapter's heading, where that is just above."""
    for before, block in zip((None, *blocks), blocks, strict=False):
        if isinstance(block, Heading) and isinstance(before, Heading):
            yield replace(block, is_new_page=False)
        else:
            yield block


def _opened(template: Path | None) -> Any:
    import docx

    if template is None:
        return docx.Document()
    try:
        document = docx.Document(str(template))
    except Exception as error:
        raise InvalidSetting(
            f"{template} is no Word document (.docx): {error}; save it as .docx, not .doc or .dotx"
        ) from error
    body = document.element.body
    for element in list(body):
        if not element.tag.endswith("}sectPr"):
            body.remove(element)
    return document


def _date(document: Any, publication: Publication) -> None:
    properties = document.core_properties
    properties.title = publication.title
    properties.author = properties.last_modified_by = "reli"
    properties.comments = "合成演示数据" if publication.is_synthetic else ""
    properties.language = "zh-CN"
    properties.created = properties.modified = datetime(publication.reference_year, 12, 31)


@dataclass
class _Writer:
    """Writes one block after the other."""

    publication: Publication
    pictures: Path
    document: Any
    marks: dict[int, str] = field(default_factory=dict)
    """Bookmarks of headings, by the heading's identity."""

    def title_page(self) -> None:
        """Title, edition, and what a reader must know at once."""
        publication = self.publication
        self._say(publication.title, "Title")
        self._say(publication.edition.name or f"{publication.reference_year}年数据", "Subtitle")
        lines = [
            publication.universe,
            f"行政区划截至{publication.vintage}年12月31日",
            "不含港澳台地区",
            f"资料来源：{publication.source_note}" if publication.source_note else "",
            publication.edition.watermark,
            "合成演示数据：全部企业、名单与数值均为虚构。" if publication.is_synthetic else "",
            publication.missing_line,
        ]
        for line in filter(None, lines):
            self._say(line, "ReliNote")

    def contents(self, blocks: tuple[Block, ...]) -> None:
        """A list of contents that is there before any field is updated."""
        self._say("目录", "ReliContentsHead").paragraph_format.page_break_before = True
        headings = [each for each in blocks if isinstance(each, Heading) and each.level <= 2]
        last = None
        for number, heading in enumerate(headings, 1):
            mark = f"_Toc{number:06d}"
            self.marks[id(heading)] = mark
            last = self.document.add_paragraph(style=f"TOC {heading.level}")
            if number == 1:
                open_field(last, r'TOC \o "1-2" \h \z \u')
            add_link(last, _title(heading), mark)
        if last is not None:
            close_field(last)

    @singledispatchmethod
    def write(self, block: Any) -> None:
        """Write one block."""
        raise NotImplementedError(type(block).__name__)

    @write.register
    def _(self, block: Heading) -> None:
        paragraph = self._say(_title(block), f"Heading {block.level}")
        paragraph.paragraph_format.page_break_before = block.level == 1 or block.is_new_page
        if id(block) in self.marks:
            mark = self.marks[id(block)]
            add_bookmark(paragraph, mark, int(mark[4:]))

    @write.register
    def _(self, block: Paragraph) -> None:
        self._say(block.text, "ReliNote" if block.voice == "small" else "Body Text")
        if block.sources:
            self._say("数据来源：" + "；".join(block.sources), "ReliNote")

    @write.register
    def _(self, block: Group) -> None:
        for figure in block.figures:
            self.write(figure)

    @write.register
    def _(self, block: Figure) -> None:
        content = block.content
        is_table = isinstance(content, Places | Grid)
        if is_table:
            self._caption(block).paragraph_format.keep_with_next = True
        self._content(content, block)
        if not is_table:
            self._caption(block)
        notes = [block.sources, *block.notes]
        if isinstance(content, Shading):
            notes.append(review_line(self.publication.review_number))
        for note in filter(None, notes):
            self._say(note, "ReliNote")

    def _content(self, content: Any, figure: Figure) -> None:
        if isinstance(content, Places):
            numeric = (True, False, False, False, True)
            self._table(PLACES_COLUMNS, content.rows, PLACES_WIDTHS, numeric)
        elif isinstance(content, Grid):
            self._grid(content)
        elif isinstance(content, Shading):
            self._map(figure, content)
        else:
            self._chart(figure, content)

    def _grid(self, content: Grid) -> None:
        fills = tuple(
            tuple(TINTS[level - 1][1:].upper() if level else "" for level in row)
            for row in content.tints
        )
        self._table(content.columns, content.rows, _widths(content), content.numeric, fills)

    def _table(self, columns: Any, rows: Any, widths: Any, numeric: Any, fills: Any = ()) -> None:
        flat = [tuple(name.replace("\n", "") for name in columns), rows]
        add_table(self.document, *flat, widths=widths, numeric=numeric, fills=fills)

    def _map(self, figure: Figure, content: Shading) -> None:
        from docx.shared import Mm

        width = ALONE * 25.4 / 72 if content.is_small else TEXT_WIDTH
        paragraph = self._say("", "ReliFigure")
        png = str(self.pictures / picture_file(figure, "png"))
        shape = paragraph.add_run().add_picture(png, width=Mm(width))
        describe(shape, figure.caption, figure.words)

    def _chart(self, figure: Figure, content: Bars | Ranges) -> None:
        paragraph = self._say("", "ReliFigure")
        height = min(14 + 5.6 * len(content.names), 215.0)
        drawn = native_chart(content, self.publication.reference_year)
        inline = add_chart(self.document, paragraph, drawn, (TEXT_WIDTH * 0.85, height))
        describe(inline, figure.caption, figure.words)

    def _caption(self, figure: Figure) -> Any:
        paragraph = self._say(f"{figure.series} ", "Caption")
        add_field(paragraph, f"SEQ {figure.series} \\* ARABIC", str(figure.number))
        paragraph.add_run(f"  {figure.caption}")
        return paragraph

    def _say(self, text: str, style: str) -> Any:
        return self.document.add_paragraph(text, style=style)


def _title(heading: Heading) -> str:
    return f"{heading.number}　{heading.title}" if heading.number else heading.title


def _widths(content: Grid) -> list[float]:
    """Columns by their declared share; those without one by their longest text."""
    texts = [content.columns, *content.rows]
    longest = [
        max((_letters(row[place]) for row in texts), default=1.0)
        for place in range(len(content.columns))
    ]
    fixed = [
        min(3.0 * n + 5, 45.0) if share == 0 else 0.0
        for n, share in zip(longest, content.widths, strict=True)
    ]
    rest = max(TEXT_WIDTH - sum(fixed), 30.0)
    shares = sum(content.widths)
    if not shares:
        return [width * TEXT_WIDTH / sum(fixed) for width in fixed]
    found = [
        width or rest * share / shares for width, share in zip(fixed, content.widths, strict=True)
    ]
    return [width * TEXT_WIDTH / sum(found) for width in found]


def _letters(text: str) -> float:
    """Width in Chinese letters."""
    return max(
        (sum(0.55 if c.isascii() else 1 for c in line) for line in text.split("\n")), default=0.0
    )
