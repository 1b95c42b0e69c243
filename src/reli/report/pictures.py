"""Single figures for slides and other documents: SVG, PNG (twice the size), data as CSV."""

import csv
import json
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from reli.report.basemap import Basemap
from reli.report.blocks import Bars, Figure, Grid, Places, Ranges, Shading, figures_of
from reli.report.charts import rasterise
from reli.report.document import draw_figure
from reli.report.outline import outline
from reli.report.publication import Publication

__all__ = ["figure_rows", "picture_file", "write_figures"]

SCALE = 2.0
"""PNG pixels a printed point."""


def picture_file(figure: Figure, kind: str) -> str:
    """Name of a figure's file: its label and what it shows."""
    return f"{figure.label}-{figure.key.replace('/', '-')}.{kind}"


def write_figures(publication: Publication, basemap: Basemap, folder: Path) -> None:
    """Every figure of the report as files of its own, named by its label.

    Args:
        publication: what to show.
        basemap: shapes for the maps.
        folder: folder to write to; charts and maps as SVG and PNG, all with their data as CSV, and
            `figures.json` with captions, sources, notes and words for those who cannot see.
    """
    folder.mkdir(parents=True, exist_ok=True)
    listed = []
    for figure in figures_of(outline(publication)):
        (folder / picture_file(figure, "csv")).write_text(_csv(figure), encoding="utf-8-sig")
        svg = draw_figure(figure, basemap)
        if svg:
            (folder / picture_file(figure, "svg")).write_text(svg, encoding="utf-8")
            (folder / picture_file(figure, "png")).write_bytes(rasterise(svg, _scale(figure)))
        listed.append(_described(figure, is_picture=bool(svg)))
    text = json.dumps(listed, ensure_ascii=False, indent=1) + "\n"
    (folder / "figures.json").write_text(text, encoding="utf-8")


def _scale(figure: Figure) -> float:
    """Pixels a point of the drawing; a small map is printed half as large as it is drawn."""
    is_small = isinstance(figure.content, Shading) and figure.content.is_small
    return SCALE / 2 if is_small else SCALE


def _described(figure: Figure, *, is_picture: bool) -> dict[str, object]:
    kinds = ("svg", "png", "csv") if is_picture else ("csv",)
    return {
        "label": figure.label,
        "caption": figure.caption,
        "files": [picture_file(figure, kind) for kind in kinds],
        "sources": figure.sources,
        "notes": list(figure.notes),
        "words": figure.words,
    }


def _csv(figure: Figure) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(figure_rows(figure))
    return text.getvalue()


def figure_rows(figure: Figure) -> Iterator[Sequence[object]]:
    """The numbers of a figure, the header first."""
    content = figure.content
    if isinstance(content, Places):
        yield "排名", "区县", "城市", "省份", "综合指数"
        yield from content.rows
    elif isinstance(content, Bars):
        yield "名称", f"数量（{content.unit_of_measure}）" if content.unit_of_measure else "数量"
        yield from zip(content.names, content.values, strict=True)
    elif isinstance(content, Ranges):
        yield "名称", "名次", "区间下限", "区间上限"
        yield from zip(content.names, content.ranks, content.lows, content.highs, strict=True)
    elif isinstance(content, Shading):
        yield "行政区划代码", "分级"
        for each in content.classes:
            yield from ((code, each.label) for code in each.codes)
    else:
        yield from _grid_rows(content)


def _grid_rows(content: Grid) -> Iterator[Sequence[object]]:
    yield [name.replace("\n", "") for name in content.columns]
    yield from content.rows
