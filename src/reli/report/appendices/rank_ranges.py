"""How sure ranks are: method ranges of the leading places, and which choice moves ranks most."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from reli.report.appendices.places import place_name, ranked
from reli.report.blocks import Block, Figure, Paragraph, Ranges
from reli.report.listing import numbers, table, texts
from reli.report.publication import IndexSection, Place

__all__ = ["rank_causes", "rank_ranges"]

CHARTED = 25
PLACES_OF_RANGES = 100


def rank_ranges(
    sections: Sequence[IndexSection], ranges: pl.DataFrame, said: Mapping[str, Mapping[str, str]]
) -> Iterator[Block]:
    """Method ranges of the leading places of each index, charted and listed.

    Args:
        sections: the indices.
        ranges: industry, unit, width, rank, rank_low, rank_high, top_100 …
        said: index -> width -> what was varied, in Chinese.
    """
    width = "method_and_weights"
    if ranges.filter(pl.col("width") == width).is_empty():
        width = "method"
    chosen = {
        (row["industry"], row["unit"]): row
        for row in ranges.filter(pl.col("width") == width).iter_rows(named=True)
    }
    yield Paragraph(
        "位次随计算方法而变。下列各图、各表给出在所声明的各种替代方法和权重下位次的5%至95%区间"
        "（方法区间），它说明结论在多大程度上取决于方法的选择，不是统计意义上的置信区间。"
    )
    for text in dict.fromkeys(each.get(width, "") for each in said.values()):
        if text:
            yield Paragraph(text, "small")
    for section in sections:
        rows = [
            (place, chosen[section.industry, place.division_code])
            for place in ranked(section, PLACES_OF_RANGES)
            if (section.industry, place.division_code) in chosen
        ]
        rows = [(place, row) for place, row in rows if row["rank_low"] is not None]
        if rows:
            yield _range_chart(section, rows[:CHARTED])
            yield _range_table(section, rows)


Row = tuple[Place, Mapping[str, int]]


def _range_chart(section: IndexSection, rows: Sequence[Row]) -> Figure:
    content = Ranges(
        names=tuple(place_name(place) for place, _ in rows),
        ranks=tuple(place.rank or 0 for place, _ in rows),
        lows=tuple(row["rank_low"] for _, row in rows),
        highs=tuple(row["rank_high"] for _, row in rows),
    )
    words = "；".join(
        f"{name}第{rank}名，区间{low}至{high}"
        for name, rank, low, high in zip(
            content.names, content.ranks, content.lows, content.highs, strict=True
        )
    )
    return Figure(
        key=f"{section.industry}/ranges",
        series="附图",
        number=0,
        caption=f"{section.industry}前{len(rows)}名区县的位次及其方法区间",
        content=content,
        notes=("注：圆点为本报告的位次，横线为方法区间。",),
        words=words,
    )


def _range_table(section: IndexSection, rows: Sequence[Row]) -> Figure:
    cells = [(str(place.rank), place_name(place), _span(row), _chance(row)) for place, row in rows]
    half = (len(cells) + 1) // 2
    blank = ("", "", "", "")
    right = cells[half:] + [blank] * (2 * half - len(cells))
    return table(
        f"{section.industry}/range-table",
        f"{section.industry}TOP{PLACES_OF_RANGES}区县的方法区间",
        (*numbers("名次"), *texts("区县", share=1), *numbers("区间", "进入前百")) * 2,
        ((*one, *other) for one, other in zip(cells[:half], right, strict=True)),
        notes=("注：“进入前百”为各种替代方法中位次不低于第100名的比例。",),
    )


def _span(row: Mapping[str, int]) -> str:
    return f"{row['rank_low']}—{row['rank_high']}"


def _chance(row: Mapping[str, float | None]) -> str:
    chance = row.get("top_100")
    return "" if chance is None else f"{100 * chance:.0f}%"


_FACTORS = {"indicator left out": "剔除一项指标", "weights": "权重"}
"""What the index calls a choice that is none of steps, and what a reader does."""


def rank_causes(sections: Sequence[IndexSection], causes: pl.DataFrame) -> Iterator[Block]:
    """Which choice moves ranks most: a row an index, a column a choice, shares of the variance.

    Args:
        sections: the indices.
        causes: industry, factor, first_order, total.
    """
    known = causes.drop_nulls().drop_nans()
    found = {(row["industry"], row["factor"]): row for row in known.iter_rows(named=True)}
    shown = [each.industry for each in sections if each.industry in set(known["industry"])]
    if not shown:
        return
    factors = _by_weight(known.filter(pl.col("industry").is_in(shown)))
    rows = [[found.get((industry, factor)) for factor in factors] for industry in shown]
    yield table(
        "rank-causes",
        "各项方法选择对位次变动的影响（一阶指数／总指数）",
        (*texts("指数"), *numbers(*map(_factor, factors), share=1)),
        ((industry, *map(_shares, row)) for industry, row in zip(shown, rows, strict=True)),
        tints=tuple((0, *_largest(row)) for row in rows),
        notes=(
            "注：Sobol方差分解。一阶指数为只固定该项选择时平均位次变动的方差减少的份额，"
            "总指数为只保留该项选择时剩余的份额；抽样估计，可略低于0或高于100%。"
            "底色为该指数中总指数最大的选择。",
        ),
    )


def _by_weight(causes: pl.DataFrame) -> list[str]:
    """Choices, those that move most on the average of the indices first."""
    means = causes.group_by("factor").agg(pl.col("total").mean())
    return means.sort(["total", "factor"], descending=[True, False])["factor"].to_list()


def _factor(name: str) -> str:
    """A choice as readers call it; alternatives of one step are joined as Chinese is written."""
    return _FACTORS.get(name, name.replace(" / ", "／"))


def _shares(row: Mapping[str, float] | None) -> str:
    if row is None:
        return ""
    return "／".join(_percent(row[share]) for share in ("first_order", "total"))


def _percent(share: float) -> str:
    """In whole per cent, with a minus sign and no hyphen before what is negative."""
    return f"{round(100 * share)}%".replace("-", "−")


def _largest(row: Sequence[Mapping[str, float] | None]) -> tuple[int, ...]:
    """Tint of the choice with the largest total share."""
    totals = [each["total"] if each else float("-inf") for each in row]
    return tuple(2 * (total == max(totals)) for total in totals)
