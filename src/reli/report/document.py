"""The report as PDF: blocks and pictures for the Typst template, and its compilation."""

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reli.errors import InvalidData, InvalidSetting
from reli.report.basemap import Basemap
from reli.report.blocks import Bars, Block, Figure, Group, Places, Ranges, Shading, figures_of
from reli.report.charts import bars, draw, ranges
from reli.report.fitting import PAGE, End, bar_step, fitted
from reli.report.maps import (
    ALONE,
    LETTERS,
    NO_DATA,
    draw_map,
    legend_entries,
    letters_for,
    review_line,
)
from reli.report.outline import outline
from reli.report.plain import to_plain
from reli.report.publication import Publication
from reli.report.style import CHART, COLOURS, HEAT, SANS, SERIF, TINTS, TYPE

__all__ = ["document_data", "draw_figure", "write_report"]

FULL = 0.995
TOP = 68.0
"""Points above the text of a page."""
HALF_MAP = 0.8
"""Share of its half of the page that a map beside another one takes."""


def write_report(
    publication: Publication, basemap: Basemap, out: Path, *, template: Path | None = None
) -> None:
    """Make the PDF; identical input gives identical bytes.

    Args:
        publication: what to say.
        basemap: shapes for the maps.
        out: file to write.
        template: a Typst file in place of the shipped one; it reads the same data.json.

    Raises:
        InvalidSetting: there is no title, or the template cannot be compiled.
        InvalidData: a text has a letter that the fonts lack.
    """
    import typst

    if not publication.title.strip():
        raise InvalidSetting("title is empty in reli.toml: a report needs one")

    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        resources = files("reli.report")
        shipped = stack.enter_context(as_file(resources / "templates" / "report.typ"))
        fonts = stack.enter_context(as_file(resources / "assets" / "fonts"))
        shutil.copyfile(template or shipped, folder / "report.typ")
        compiler = typst.Compiler(
            folder / "report.typ",
            root=folder,
            font_paths=typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts]
            ),
            ignore_system_fonts=True,
        )
        pages = _Pages(folder, publication, basemap, compiler)
        try:
            pages.lay(fitted(outline(publication), pages.ends))
            compiler.compile(
                output=out,
                format="pdf",
                # Accessible: tagged, with words for pictures, and no letter that cannot be shown.
                pdf_standards="ua-1",
                timestamp=datetime(publication.reference_year, 12, 31, tzinfo=UTC),
            )
        except typst.TypstError as error:
            raise _explained(error, template) from error


class _Pages:
    """The folder that is compiled: pictures and data of blocks, and where their chapters end."""

    def __init__(
        self,
        folder: Path,
        publication: Publication,
        basemap: Basemap,
        compiler: Any,  # noqa: ANN401 - untyped library
    ) -> None:
        self._folder, self._publication, self._basemap = folder, publication, basemap
        self._compiler = compiler
        self._drawn: dict[tuple[str, float, float], str] = {}

    def lay(self, blocks: Sequence[Block], *, is_blank: bool = False) -> None:
        """Write what the template reads; blank pictures have the size alone."""
        for figure in figures_of(blocks):
            picture = self._picture(figure, _width(figure, blocks))
            if picture:
                shown = _blank(picture) if is_blank else picture
                (self._folder / picture_name(figure)).write_text(shown, encoding="utf-8")
        data = json.dumps(document_data(self._publication, blocks), ensure_ascii=False)
        (self._folder / "data.json").write_text(data, encoding="utf-8")

    def ends(self, blocks: Sequence[Block]) -> list[End]:
        """Where chapters end; a template of the project's own need not tell."""
        self.lay(blocks, is_blank=True)
        try:
            found = json.loads(self._compiler.query("<end>", field="value"))
        except RuntimeError:
            # What cannot be set is told when it is compiled.
            return []
        # A page that is full to its last line is full, and no page of its own.
        return [
            End(each["block"], each["page"], min((each["y"] - TOP) / PAGE, FULL)) for each in found
        ]

    def _picture(self, figure: Figure, width: float) -> str:
        step = figure.content.step if isinstance(figure.content, Bars) else 0
        key = (figure.key, width, step)
        if key not in self._drawn:
            self._drawn[key] = draw_figure(figure, self._basemap, width=width)
        return self._drawn[key]


def _blank(picture: str) -> str:
    """A picture of the same size with nothing on it."""
    return picture[: picture.index(">") + 1] + "</svg>"


def _explained(error: Exception, template: Path | None) -> Exception:
    """An error of the reader's to mend, where it is one."""
    letters = re.search("the text `(.+?)` could not be displayed", str(error))
    if letters is not None:
        return InvalidData(
            f"the report's fonts have no letter for {letters.group(1)}: write it with a letter of "
            "GB 2312 in reli.toml or the source, or add it to tools/subset_fonts.py and run "
            "`make assets`"
        )
    if template is not None:
        return InvalidSetting(f"{template} cannot be compiled: {error}")
    return error


def picture_name(figure: Figure) -> str:
    """File of a figure's picture."""
    return figure.key.replace("/", "-") + ".svg"


def draw_figure(figure: Figure, basemap: Basemap, *, width: float | None = None) -> str:
    """A figure as SVG; empty for tables, which are set as text.

    Args:
        figure: what to draw.
        basemap: shapes for the maps.
        width: points across in the report, which sets the legend of a small map below it; None for
            a picture of its own.
    """
    content = figure.content
    if isinstance(content, Shading):
        is_alone = width is None or not content.is_small
        return draw_map(
            basemap,
            content.classes,
            other_label=content.other_label,
            title=figure.caption,
            letters=letters_for(width or ALONE) if content.is_small else LETTERS,
            has_legend=is_alone,
        )
    across = width or CHART.full_width
    if isinstance(content, Bars):
        return draw(bars(content, width=across, step=content.step or bar_step(content)))
    if isinstance(content, Ranges):
        return draw(ranges(content, width=across))
    return ""


def _width(figure: Figure, blocks: Sequence[Block]) -> float:
    """Points across that a figure has in the report."""
    is_half = _is_half(figure, blocks)
    width = CHART.half_width if is_half else CHART.full_width
    if isinstance(figure.content, Shading):
        return width * (HALF_MAP if is_half else figure.content.share)
    return width


def _is_half(figure: Figure, blocks: Sequence[Block]) -> bool:
    groups = [block for block in blocks if isinstance(block, Group) and len(block.figures) > 1]
    return any(figure in group.figures for group in groups)


def document_data(publication: Publication, blocks: Sequence[Block] = ()) -> dict[str, Any]:
    """All that the template reads, as JSON values."""
    edition = publication.edition
    return {
        "title": publication.title,
        "universe": publication.universe,
        "edition": edition.name or f"{publication.reference_year}年数据",
        "edition_lines": list(_edition_lines(publication)),
        "watermark": edition.watermark,
        "vintage": f"行政区划截至{publication.vintage}年12月31日",
        "reference_year": publication.reference_year,
        "is_synthetic": publication.is_synthetic,
        "source_note": publication.source_note or "见第一章",
        "missing_line": publication.missing_line,
        "review_line": review_line(publication.review_number),
        "notes": list(publication.notes),
        "colours": COLOURS._asdict(),
        "heat": list(HEAT),
        "tints": list(TINTS),
        "type": TYPE._asdict(),
        "fonts": {"sans": SANS, "serif": SERIF},
        "blocks": [_block(block) for block in blocks or outline(publication)],
    }


def _edition_lines(publication: Publication) -> Iterator[str]:
    edition = publication.edition
    if edition.signed_by:
        yield f"签发：{edition.signed_by}（{edition.signed_on}）"
    if edition.embargo:
        yield f"{edition.embargo}前不得公开"
    if edition.hash:
        yield f"数据校验码：{edition.hash[:16]}"


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Figure):
        return _figure(block)
    if isinstance(block, Group):
        return {"kind": "group", "figures": [_figure(each) for each in block.figures]}
    plain: dict[str, Any] = to_plain(block)
    return plain


def _figure(figure: Figure) -> dict[str, Any]:
    content = figure.content
    common = {
        "kind": "figure",
        "form": content.kind,
        "series": figure.series,
        "number": figure.number,
        "caption": figure.caption,
        "notes": [line for line in (figure.sources, *figure.notes) if line],
        "words": figure.words or figure.caption,
    }
    if isinstance(content, Places):
        return {**common, "rows": content.rows}
    if isinstance(content, Shading):
        legend = legend_entries(content.classes, content.other_label) if content.is_small else []
        return {
            **common,
            "path": picture_name(figure),
            "share": content.share,
            "half_share": HALF_MAP,
            "legend": [
                {"label": label, "fill": "" if fill == NO_DATA else fill} for label, fill in legend
            ],
        }
    if isinstance(content, Bars | Ranges):
        return {**common, "path": picture_name(figure)}
    return {**common, **to_plain(content), "kind": "figure"}
