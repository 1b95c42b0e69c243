"""Scores of the leading places on dimensions and subdimensions, as heat maps."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from reli.reference.emerging import OVERALL
from reli.report.appendices.places import place_name, ranked
from reli.report.blocks import Block, Figure, Paragraph
from reli.report.listing import numbers, table, texts
from reli.report.publication import IndexSection, Place

__all__ = ["leaders_by_dimension"]

LEADERS, OVERALL_LEADERS = 20, 30
"""Places shown of an industry and overall: one page of the index, then two industries a page."""
TINT_BOUNDS = (20, 40, 60, 80)


def leaders_by_dimension(
    sections: Sequence[IndexSection], scores: pl.DataFrame, nodes: Mapping[str, str]
) -> Iterator[Block]:
    """Scores of the leaders on each dimension and subdimension, as a heat map for each index.

    Args:
        sections: the indices.
        scores: unit, industry, node, value.
        nodes: code -> name of the nodes shown, in order.
    """
    yield Paragraph(
        "下列各表以底色表示各指数领先区县在一级指标和二级指标上的得分（0至100分），"
        "由浅至深以20、40、60、80分为界；空格表示该项缺失。"
    )
    values = {
        (row[0], row[1], row[2]): row[3]
        for row in scores.filter(pl.col("node").is_in(list(nodes)))
        .select("industry", "unit", "node", "value")
        .iter_rows()
    }
    for section in sections:
        last = OVERALL_LEADERS if section.industry == OVERALL else LEADERS
        places = ranked(section, last)[:last]
        found = [
            [values.get((section.industry, place.division_code, code)) for code in nodes]
            for place in places
        ]
        if any(score is not None for row in found for score in row):
            yield _heat(section, places, found, tuple(nodes.values()))


def _heat(
    section: IndexSection,
    places: Sequence[Place],
    scores: Sequence[Sequence[float | None]],
    names: tuple[str, ...],
) -> Figure:
    return table(
        f"{section.industry}/heat",
        f"{section.industry}前{len(places)}名区县在各维度上的得分",
        (*numbers("名次"), *texts("区县"), *numbers(*names, share=1.0)),
        (
            (str(place.rank), place_name(place), *map(_score, row))
            for place, row in zip(places, scores, strict=True)
        ),
        tints=tuple((0, 0, *map(_tint, row)) for row in scores),
    )


def _score(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def _tint(value: float | None) -> int:
    return 0 if value is None else sum(value >= bound for bound in TINT_BOUNDS)
