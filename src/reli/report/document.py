"""The report as PDF: data and pictures for the Typst template, and its compilation."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.resources import as_file, files
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reli.reference.emerging import OVERALL
from reli.report.basemap import Basemap
from reli.report.charts import bars, draw
from reli.report.maps import draw_map, review_line, top_classes
from reli.report.publication import IndexSection, IndicatorRow, Place, Publication, full_name
from reli.report.style import COLOURS, SANS, SERIF

__all__ = ["TOP_CITIES", "document_data", "top_cities", "write_report"]

TOP_CITIES = 10


def write_report(publication: Publication, basemap: Basemap, out: Path) -> None:
    """Make the PDF; identical input gives identical bytes.

    Args:
        publication: what to say.
        basemap: shapes for the maps.
        out: file to write.
    """
    import typst

    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        resources = files("reli.report")
        template = stack.enter_context(as_file(resources / "templates" / "report.typ"))
        fonts = stack.enter_context(as_file(resources / "assets" / "fonts"))
        shutil.copyfile(template, folder / "report.typ")
        for number, section in enumerate(publication.indices):
            for path, svg in _pictures(publication, section, basemap, number):
                (folder / path).write_text(svg, encoding="utf-8")
        data = json.dumps(document_data(publication), ensure_ascii=False)
        (folder / "data.json").write_text(data, encoding="utf-8")
        compiler = typst.Compiler(
            folder / "report.typ",
            root=folder,
            font_paths=typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts]
            ),
            ignore_system_fonts=True,
        )
        compiler.compile(
            output=out,
            format="pdf",
            timestamp=datetime(publication.reference_year, 12, 31, tzinfo=UTC),
        )


def _pictures(
    publication: Publication, section: IndexSection, basemap: Basemap, number: int
) -> Iterator[tuple[str, str]]:
    ranks = {place.division_code: place.rank or 0 for place in section.top(publication.top)}
    other = "未公布" if publication.is_partial else f"第{publication.top}名以后"
    caption = _captions(publication, section)["map"]
    drawn = draw_map(basemap, top_classes(ranks, publication.top), other_label=other, title=caption)
    yield _picture("map", number), drawn
    yield _picture("provinces", number), draw(bars(section.provinces))
    yield _picture("cities", number), draw(bars(_city_labels(top_cities(section.cities))))


def _picture(kind: str, number: int) -> str:
    return f"{kind}-{number}.svg"


def top_cities(cities: Mapping[str, int], wanted: int = TOP_CITIES) -> dict[str, int]:
    """The first cities by number, and all that are tied with the last of them."""
    numbers = sorted(cities.values(), reverse=True)
    least = numbers[wanted - 1] if len(numbers) >= wanted else 0
    return {name: number for name, number in cities.items() if number >= least}


def _city_labels(cities: Mapping[str, int]) -> dict[str, int]:
    return {name.rsplit("/", 1)[-1]: number for name, number in cities.items()}


def _captions(publication: Publication, section: IndexSection) -> dict[str, str]:
    name, top = full_name(section.industry), f"TOP{publication.top}"
    shown = len(top_cities(section.cities))
    cities = f"前{shown}城市" if shown > TOP_CITIES else f"前{TOP_CITIES}城市"
    if shown < TOP_CITIES:
        cities = "城市分布"
    return {
        "table": f"{name}{top}区县" if section.industry == OVERALL else f"{name}{top}",
        "map": f"{name}{top}区县分布",
        "provinces": f"各省{name}{top}区县数量",
        "cities": f"{name}{top}区县数量{cities}",
    }


def document_data(publication: Publication) -> dict[str, Any]:
    """All that the template reads, as JSON values."""
    return {
        "title": publication.title,
        "subtitle": f"{publication.reference_year}年数据  ·  {publication.universe}",
        "edition": f"{publication.reference_year}年版",
        "reference_year": publication.reference_year,
        "is_synthetic": publication.is_synthetic,
        "source_note": publication.source_note or "见“编制说明”",
        "missing_line": publication.missing_line,
        "review_line": review_line(publication.review_number),
        "notes": list(publication.notes),
        "method": list(publication.method),
        "quality": [list(row) for row in publication.quality],
        "missing_reasons": _missing_reasons(publication),
        "framework": list(_framework_rows(publication.framework)),
        "colours": COLOURS._asdict(),
        "fonts": {"sans": SANS, "serif": SERIF},
        "sections": [
            _section(publication, section, number)
            for number, section in enumerate(publication.indices)
        ],
    }


def _missing_reasons(publication: Publication) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for row in publication.missing:
        reasons.setdefault(row.missing, []).append(row.indicator)
    return [f"缺（{reason}）：{'、'.join(names)}。" for reason, names in reasons.items()]


def _framework_rows(rows: tuple[IndicatorRow, ...]) -> Iterator[dict[str, Any]]:
    for dimension, of_dimension in groupby(rows, key=lambda row: row.dimension):
        group = list(of_dimension)
        first = [{"text": dimension, "rows": len(group)}]
        for subdimension, of_subdimension in groupby(group, key=lambda row: row.subdimension):
            members = list(of_subdimension)
            spans = [*first, {"text": subdimension, "rows": len(members)}]
            for row in members:
                yield {
                    "spans": spans,
                    "indicator": row.indicator,
                    "unit": row.unit_of_measure,
                    "definition": row.definition,
                    "missing": row.missing,
                }
                first, spans = [], []


def _section(publication: Publication, section: IndexSection, number: int) -> dict[str, Any]:
    return {
        "title": section.industry if section.industry != OVERALL else "综合排名",
        "lead": section.lead,
        "rows": [_cells(place) for place in _shown(section, publication.top)],
        "captions": _captions(publication, section),
        "map": _picture("map", number),
        "provinces_chart": _picture("provinces", number),
        "cities_chart": _picture("cities", number),
        "about_provinces": section.about_provinces,
        "about_cities": section.about_cities,
        "about_dimensions": list(section.about_dimensions),
        "notes": list(section.notes),
    }


def _shown(section: IndexSection, top: int) -> list[Place]:
    """Ranked places up to the last, and the unnumbered ones that would stand among them."""
    last = max(
        (i for i, place in enumerate(section.places) if place.rank and place.rank <= top),
        default=-1,
    )
    return list(section.places[: last + 1])


def _cells(place: Place) -> list[str]:
    return [
        str(place.rank) if place.rank else "—",
        place.county,
        place.city,
        place.province,
        "" if place.index is None else f"{place.index:.4f}",
    ]
