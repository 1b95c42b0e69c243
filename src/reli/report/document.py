"""The report as PDF: data and pictures for the Typst template, and its compilation."""

import json
import math
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.resources import as_file, files
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reli.errors import InvalidData, InvalidSetting
from reli.reference.divisions import provinces
from reli.reference.emerging import OVERALL
from reli.report.basemap import Basemap
from reli.report.figures import (
    Figure,
    annex_figures,
    annex_legend,
    arrange,
    captions,
    cities_note,
    section_figures,
)
from reli.report.maps import NO_DATA, review_line
from reli.report.method import directions_line, reading_lines
from reli.report.publication import IndexSection, IndicatorRow, Place, Publication
from reli.report.style import COLOURS, SANS, SERIF

__all__ = ["document_data", "write_report"]

BROKEN = {"高端装备制造": "高端装备\n制造", "新一代信息技术": "新一代\n信息技术"}
"""Names too long for a narrow column, with their break."""

LONG_NAME = 8
"""Letters that fit a column of the table of places, in smaller type than usual."""


def write_report(publication: Publication, basemap: Basemap, out: Path) -> None:
    """Make the PDF; identical input gives identical bytes.

    Args:
        publication: what to say.
        basemap: shapes for the maps.
        out: file to write.

    Raises:
        InvalidSetting: there is no title.
        InvalidData: a text has a letter that the fonts lack.
    """
    import typst

    if not publication.title.strip():
        raise InvalidSetting("title is empty in reli.toml: a report needs one")

    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        resources = files("reli.report")
        template = stack.enter_context(as_file(resources / "templates" / "report.typ"))
        fonts = stack.enter_context(as_file(resources / "assets" / "fonts"))
        shutil.copyfile(template, folder / "report.typ")
        drawn = [
            section_figures(publication, section, basemap, number)
            for number, section in enumerate(publication.indices)
        ]
        annex = list(annex_figures(publication, basemap))
        for figure in [*(each for group in drawn for each in group.values()), *annex]:
            (folder / figure.name).write_text(figure.svg, encoding="utf-8")
        data = json.dumps(document_data(publication, drawn, annex), ensure_ascii=False)
        (folder / "data.json").write_text(data, encoding="utf-8")
        compiler = typst.Compiler(
            folder / "report.typ",
            root=folder,
            font_paths=typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts]
            ),
            ignore_system_fonts=True,
        )
        try:
            compiler.compile(
                output=out,
                format="pdf",
                # Accessible: tagged, with words for pictures, and no letter that cannot be shown.
                pdf_standards="ua-1",
                timestamp=datetime(publication.reference_year, 12, 31, tzinfo=UTC),
            )
        except typst.TypstError as error:
            raise _explained(error) from error


def _explained(error: Exception) -> Exception:
    """An error of the reader's to mend, where it is one."""
    letters = re.search("the text `(.+?)` could not be displayed", str(error))
    if letters is None:
        return error
    return InvalidData(
        f"the report's fonts have no letter for {letters.group(1)}: write it with a letter of "
        "GB 2312 in reli.toml or the source, or add it to tools/subset_fonts.py and run "
        "`make assets`"
    )


def document_data(
    publication: Publication,
    drawn: Sequence[dict[str, Figure]],
    annex: Sequence[Figure] = (),
) -> dict[str, Any]:
    """All that the template reads, as JSON values.

    Args:
        publication: what to say.
        drawn: figures of each index, in order, by kind.
        annex: maps of all units.
    """
    return {
        "title": publication.title,
        "universe": publication.universe,
        "edition": f"{publication.reference_year}年数据",
        "vintage": f"行政区划截至{publication.vintage}年12月31日",
        "reference_year": publication.reference_year,
        "is_synthetic": publication.is_synthetic,
        "source_note": publication.source_note or "见“编制说明”",
        "missing_line": publication.missing_line,
        "review_line": review_line(publication.review_number),
        "notes": list(publication.notes),
        "method": list(publication.method),
        "reading": list(reading_lines(publication)),
        "quality": [list(row) for row in publication.quality],
        "directions": directions_line(publication.framework),
        "missing_reasons": _missing_reasons(publication),
        "framework": list(_framework_rows(publication.framework)),
        "colours": COLOURS._asdict(),
        "fonts": {"sans": SANS, "serif": SERIF},
        "sections": [
            _section(publication, section, figures)
            for section, figures in zip(publication.indices, drawn, strict=True)
        ],
        "annex": [_picture(figure) for figure in annex],
        "annex_legend": [
            {"label": label, "fill": "" if fill == NO_DATA else fill}
            for label, fill in annex_legend()
        ],
        "matrix": _matrix(publication),
    }


def _picture(figure: Figure) -> dict[str, str]:
    return {"path": figure.name, "caption": figure.caption, "words": figure.words}


def _matrix(publication: Publication) -> dict[str, Any]:
    """Counties among the first places by province and index, provinces in code order."""
    rows = [
        [name, *(section.provinces.get(name, 0) for section in publication.indices)]
        for name in provinces()["province_name"].to_pylist()
    ]
    return {
        "caption": f"各省各指数TOP{publication.top}区县数量",
        "columns": [
            BROKEN.get(section.industry, section.industry) for section in publication.indices
        ],
        "rows": [row for row in rows if any(row[1:])],
        "absent": "、".join(row[0] for row in rows if not any(row[1:])),
        "sums": [sum(section.provinces.values()) for section in publication.indices],
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


def _section(
    publication: Publication, section: IndexSection, figures: dict[str, Figure]
) -> dict[str, Any]:
    arranged = arrange(section)
    return {
        "title": section.industry if section.industry != OVERALL else "综合排名",
        "lead": section.lead,
        "rows": [_cells(place) for place in _shown(section, publication.top)],
        "caption": captions(publication, section)["table"],
        **{kind: _picture(figure) for kind, figure in figures.items()},
        "before_charts": list(arranged.before),
        "after_charts": list(arranged.after),
        "notes": list(section.notes),
        "row_inset": _row_inset(publication, section),
        "cities_note": cities_note(section.cities),
    }


def _row_inset(publication: Publication, section: IndexSection) -> float:
    """Space above and below a line of the table, in points, so that it fits its page.

    The page has 700 points, of which heading, caption and source take 95; text has 43 letters and
    19.4 points a line, notes have 55 letters and 11 points; a line of the table has 5.1 points of
    letters, and 8 more where a name is broken.
    """
    rows = _shown(section, publication.top)
    lines = math.ceil(max(len(rows), 1) / 2)
    broken = sum(
        any(len(name) > LONG_NAME for name in (row.county, row.city, row.province)) for row in rows
    )
    notes = sum(math.ceil(len(note) / 55) for note in section.notes)
    used = 95 + 19.4 * math.ceil((len(section.lead) + 2) / 43) + 11 * notes + 8 * broken
    return round(min(max(((700 - used) / (lines + 1) - 5.1) / 2, 1.4), 3.0), 2)


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
