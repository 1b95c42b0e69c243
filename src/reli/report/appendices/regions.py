"""Beyond single counties: where heat clusters, and which industries fit leading cities."""

from collections.abc import Iterator, Sequence

import polars as pl

from reli.report.blocks import Block, Figure, Group, MapClass, Paragraph, Shading
from reli.report.listing import numbers, table, texts
from reli.report.publication import IndexSection
from reli.report.style import COLOURS, HEAT

__all__ = ["hot_spots", "industry_fit"]


KINDS = {
    "hot": ("热点", HEAT[1]),
    "high_among_low": ("孤立高值", HEAT[3]),
    "low_among_high": ("边缘低值", COLOURS.cool_light),
    "cold": ("冷点", COLOURS.cool),
}


def hot_spots(sections: Sequence[IndexSection], clusters: pl.DataFrame) -> Iterator[Block]:
    """Maps of local spatial association (LISA), one an index."""
    yield Paragraph(
        "下列各图以局部莫兰指数（LISA）识别热力值在空间上的集聚。热点是自身与相邻区县均高的区县，"
        "冷点则均低；孤立高值自身高而相邻区县低，边缘低值自身低而相邻区县高。"
        "只标出在5%错误发现率下显著的区县，其余为不显著。"
    )
    figures = []
    for section in sections:
        rows = clusters.filter(pl.col("industry") == section.industry)
        classes = tuple(
            MapClass(
                label, colour, tuple(sorted(rows.filter(pl.col("kind") == kind)["unit"].to_list()))
            )
            for kind, (label, colour) in KINDS.items()
        )
        if not any(each.codes for each in classes):
            continue
        words = "，".join(f"{each.label}{len(each.codes)}个" for each in classes)
        figures.append(
            Figure(
                key=f"{section.industry}/clusters",
                series="附图",
                number=0,
                caption=f"{section.industry}热力值的空间集聚",
                content=Shading(classes, "不显著", is_small=True, share=0.7),
                words=f"中国地图，{words}",
            )
        )
    yield from figures[:1]
    for place in range(1, len(figures), 2):
        yield Group(tuple(figures[place : place + 2]))


ADVICE = {"strength": 4, "present": 2, "fits": 1, "open": 0}


def industry_fit(
    cities: Sequence[tuple[str, str]], fit: pl.DataFrame, industries: Sequence[str]
) -> Iterator[Block]:
    """Location quotients and fit of industries in the leading cities.

    Args:
        cities: code and name.
        fit: unit, industry, lq, advice; of cities.
        industries: in the order of the columns.
    """
    found = {
        (row[0], row[1]): (row[2], row[3])
        for row in fit.select("unit", "industry", "lq", "advice").iter_rows()
    }
    rows, tints = [], []
    for code, name in cities:
        cells = [found.get((code, industry), (None, None)) for industry in industries]
        rows.append((name, *("" if lq is None else f"{lq:.2f}" for lq, _ in cells)))
        tints.append((0, *(ADVICE.get(advice or "", 0) for _, advice in cells)))
    yield Paragraph(
        "区位商为一地某产业企业占其各产业企业的比重与全国比重之比，大于1表示专业化程度高于全国。"
        "底色由深至浅：显著的优势产业、已具规模的产业、与现有产业关联紧密而适合培育的产业。"
    )
    yield table(
        "fit",
        f"入围区县最多的{len(rows)}个城市的产业区位商与产业适配",
        (*texts("城市"), *numbers(*industries, share=1.0)),
        rows,
        tints=tuple(tints),
    )
