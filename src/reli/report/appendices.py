"""Appendices made of tables beside the scores: each from frames to blocks, none where they lack.

Figures are numbered later, among all appendices.
"""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from reli.report.blocks import Block, Figure, Group, MapClass, Paragraph, Ranges, Shading
from reli.report.listing import numbers, share, table, texts
from reli.report.publication import IndexSection, Place
from reli.report.style import COLOURS, HEAT

__all__ = [
    "activity",
    "changes",
    "data_quality",
    "decisions",
    "hot_spots",
    "industry_fit",
    "leaders_by_dimension",
    "rank_causes",
    "rank_ranges",
    "zones",
]

CHARTED = 25
PLACES_OF_RANGES = 100
LEADERS = 20
TINT_BOUNDS = (20, 40, 60, 80)


def place_name(place: Place) -> str:
    """City and county, or province and county where no city stands between."""
    above = place.city if place.city and place.city != place.county else place.province
    return f"{above}{place.county}"


def _ranked(section: IndexSection, last: int) -> list[Place]:
    return [place for place in section.places if place.rank and place.rank <= last]


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
            for place in _ranked(section, PLACES_OF_RANGES)
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
    """Which choice moves ranks most, by index: a table of shares of the variance.

    Args:
        sections: the indices.
        causes: industry, factor, first_order, total.
    """
    industries = [section.industry for section in sections]
    cells = [
        (industry, _FACTORS.get(factor, factor), f"{round(100 * first)}%", f"{round(100 * total)}%")
        for industry in industries
        for factor, first, total in causes.filter(pl.col("industry") == industry)
        .drop_nulls()
        .drop_nans()
        .sort("total", descending=True)
        .select("factor", "first_order", "total")
        .iter_rows()
    ]
    if cells:
        yield table(
            "rank-causes",
            "各项方法选择对位次变动的影响",
            (*texts("指数"), *texts("选择", share=1), *numbers("一阶指数", "总指数")),
            cells,
            notes=(
                "注：Sobol方差分解。一阶指数为只固定该项选择时平均位次变动的方差减少的份额，"
                "总指数为只保留该项选择时剩余的份额；抽样估计，可略低于0或高于100%。",
            ),
        )


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
        places = _ranked(section, LEADERS)[:LEADERS]
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


KINDS = {
    "hot": ("热点（高值被高值包围）", HEAT[1]),
    "high_among_low": ("孤立高值", HEAT[3]),
    "low_among_high": ("热点边缘的低值", COLOURS.cool_light),
    "cold": ("冷点（低值被低值包围）", COLOURS.cool),
}


def hot_spots(sections: Sequence[IndexSection], clusters: pl.DataFrame) -> Iterator[Block]:
    """Maps of local spatial association (LISA), one an index."""
    yield Paragraph(
        "下列各图以局部莫兰指数（LISA）识别热力值在空间上的集聚：热点是自身与相邻区县均高的区县，"
        "冷点则均低；只标出在5%错误发现率下显著的区县。"
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
                content=Shading(classes, "不显著", is_small=True, share=0.8),
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


def activity(standing: pl.DataFrame, names: Mapping[str, str]) -> Iterator[Block]:
    """Registered against active enterprises: counties flagged as registration parks.

    Args:
        standing: unit, standing, active, active_share_pct, is_registration_park; of counties.
        names: unit -> name.
    """
    known = standing.drop_nulls("active_share_pct")
    flagged = known.filter(pl.col("is_registration_park")).sort("standing", descending=True)
    found = (
        f"有{flagged.height:,}个的活跃企业占比不到本省中位数的一半，提示注册集中，其数量类指标宜结合活跃口径阅读。"
        if flagged.height
        else "活跃企业占比都不低于本省中位数的一半。"
    )
    yield Paragraph(
        "企业按登记住所归入区县，登记地不一定是经营地。"
        f"全国{known.height:,}个有活跃信息的评价单元中，{found}",
        fact={"kind": "activity", "units": known.height, "flagged": sorted(flagged["unit"])},
    )
    shown = flagged.head(30)
    if shown.height:
        rows = tuple(
            (
                names.get(row["unit"], row["unit"]),
                f"{row['standing']:,}",
                f"{row['active']:,}",
                f"{row['active_share_pct']:.1f}%",
            )
            for row in shown.iter_rows(named=True)
        )
        yield table(
            "activity",
            f"注册集中的区县（按存续企业数，前{len(rows)}个）",
            (*texts("区县", share=1.4), *numbers("存续企业", "活跃企业", "活跃占比", share=1)),
            rows,
        )


def zones(placed: pl.DataFrame, names: Mapping[str, str]) -> Iterator[Block]:
    """Firms that a rule on zones placed, by county; `placed`: division_code, firms."""
    total = int(placed["firms"].sum())
    yield Paragraph(
        f"登记住所只写功能区（开发区、高新区、新区等）而未写区县的企业有{total:,}家，"
        "按功能区所在区县归入；依据依次为乡镇街道、道路、公布的主要所在地和城市。",
        fact={"kind": "zones", "firms": total, "units": placed.height},
    )
    shown = placed.sort(["firms", "division_code"], descending=[True, False]).head(30)
    yield table(
        "zones",
        f"按功能区规则归入的企业最多的{shown.height}个区县",
        (*texts("区县", share=1.4), *numbers("企业数", "占全部此类企业", share=1)),
        (
            (names.get(code, code), f"{firms:,}", share(firms, total))
            for code, firms in shown.select("division_code", "firms").iter_rows()
        ),
    )


CONFIDENCE = {
    "exact": "确切（住所写明区县）",
    "derived": "派生（由沿革、乡镇或功能区得出）",
    "inferred": "推断（由登记机关或代码得出）",
    "ambiguous": "有歧义（只能确定到上级）",
    "none": "无法确定",
}


def data_quality(
    places: Mapping[str, int], links: Sequence[tuple[str, int, int]], doubtful: int
) -> Iterator[Block]:
    """Confidence of places, and rows of lists that were joined.

    Args:
        places: class of confidence -> enterprises.
        links: list, rows, rows joined to an enterprise.
        doubtful: enterprises whose authority or credit code names another county than the address.
    """
    total = sum(places.values()) or 1
    yield table(
        "quality/places",
        "企业所在地的置信等级",
        (*texts("置信等级", share=1.6), *numbers("企业数", "占比", share=1)),
        (
            (name, f"{places.get(code, 0):,}", f"{100 * places.get(code, 0) / total:.2f}%")
            for code, name in CONFIDENCE.items()
        ),
        notes=(
            "注：有歧义和无法确定的企业不计入任何区县。",
            f"登记机关或信用代码指向另一区县的企业 {doubtful:,} 家，按住所计入，矛盾逐家记录。",
        ),
    )
    if links:
        yield table(
            "quality/links",
            "名单与登记企业的对应情况",
            (*texts("名单", share=1.6), *numbers("行数", "已对应", "未对应", "对应率", share=1)),
            (
                (name, f"{rows:,}", f"{linked:,}", f"{rows - linked:,}", share(linked, rows))
                for name, rows, linked in links
            ),
        )


NAMED_AT_MOST = 12
"""Counties that came or went are named up to so many; more are only counted."""
LISTED_AT_MOST = 120


def changes(
    moves: pl.DataFrame, turnover: Mapping[str, Mapping[str, Sequence[str]]], before: str, top: int
) -> Iterator[Block]:
    """Counties that came, went, and moved most since the year before.

    Args:
        moves: industry, place, rank_before, rank_after, moved, cause; of all that moved far.
        turnover: industry -> kept, entered, left -> names of counties.
        before: how the earlier standings are called: 2022版, 2022年.
        top: last rank that is counted.
    """
    yield Paragraph(
        f"本附录与{before}比较。变动的原因按该区县自身的数据判断：数据（指标值与来源或年份均有变化）、"
        "匹配（来源未变而归类或对应有变化）、方法（指标体系、方案或设置有变化）、区划（行政区划调整），"
        "以及他处（自身未变，因其他区县变化而移动）。"
    )
    for industry, found in turnover.items():
        yield _turnover_line(industry, found, before, top)
    is_near = (pl.col("rank_before") <= top) | (pl.col("rank_after") <= top)
    near = moves.filter(is_near)
    yield _moves_line(near, before, top)
    shown = near.head(LISTED_AT_MOST)
    if shown.height:
        yield _moves_table(shown, near.height, top)


def _turnover_line(
    industry: str, found: Mapping[str, Sequence[str]], before: str, top: int
) -> Paragraph:
    kept, entered, left = (len(found[kind]) for kind in ("kept", "entered", "left"))
    text = f"{industry}前{top}名的区县中，{kept}个在{before}也在前{top}名；"
    if entered or left:
        text += (
            f"新进入{entered}个{_named(found['entered'])}，退出{left}个{_named(found['left'])}。"
        )
    else:
        text += "没有新进入和退出的区县。"
    fact = {"kind": "turnover", "industry": industry, "before": before, "top": top, **found}
    return Paragraph(text, fact=fact)


def _named(names: Sequence[str]) -> str:
    return f"（{'、'.join(names)}）" if 0 < len(names) <= NAMED_AT_MOST else ""


def _moves_line(near: pl.DataFrame, before: str, top: int) -> Paragraph:
    causes = dict(near.group_by("cause").len().sort("len", "cause", descending=True).iter_rows())
    rows = near.select("industry", "division_code", "rank_before", "rank_after", "cause").rows()
    fact = {"kind": "moves", "before": before, "top": top, "causes": causes, "moves": rows}
    if not causes:
        text = f"变动前或变动后列入前{top}名的区县中，没有位次变动超过10位的。"
    else:
        counted = "、".join(f"{cause}{number}个" for cause, number in causes.items())
        text = (
            f"变动前或变动后列入前{top}名、位次变动超过10位的区县（按各指数分别计）共{near.height}个，"
            f"原因为：{counted}。"
        )
    return Paragraph(text, fact=fact)


def _moves_table(shown: pl.DataFrame, number: int, top: int) -> Figure:
    part = "" if shown.height == number else f"，列出前{shown.height}个"
    return table(
        "changes",
        f"位次变动超过10位的区县（共{number}个{part}）",
        (
            *texts("指数"),
            *texts("区县", share=1),
            *numbers("变动前", "变动后", "变动"),
            *texts("原因"),
        ),
        (
            (
                row["industry"],
                row["place"],
                str(row["rank_before"]),
                str(row["rank_after"]),
                f"{row['moved']:+d}".replace("-", "−"),
                row["cause"],
            )
            for row in shown.iter_rows(named=True)
        ),
        notes=(f"注：变动前或变动后列入前{top}名的区县；变动为正表示位次上升。",),
    )


RULED = {
    "division_code": "所在地",
    "industries": "所属产业",
    "enterprise_id": "名单对应的企业",
}
"""What decisions are about, by field; others are values of the source."""
OTHER_RULED = "来源中的其他字段"


def decisions(
    ruled: pl.DataFrame, tables: Mapping[str, str], states: Mapping[str, str]
) -> Iterator[Block]:
    """Rulings by what they are about and what became of them.

    Args:
        ruled: table, field, state.
        tables: table -> its name in Chinese.
        states: state -> what it means, in Chinese.
    """
    is_found = pl.col("field").is_in(list(RULED))
    about = pl.when(is_found).then("field").otherwise(pl.lit("other")).alias("about")
    kinds = ruled.group_by("table", about, "state").len("number").sort("table", "about", "state")
    obeyed = ruled.filter(pl.col("state").is_in(["obeyed", "agreed", "contradicted"])).height
    fact = {"kind": "decisions", "number": ruled.height, "obeyed": obeyed, "kinds": kinds.rows()}
    yield Paragraph(
        f"本版共有人工裁定{ruled.height:,}条，其中{obeyed:,}条已执行。"
        "每条裁定都记有依据、裁定人和日期，逐条的执行情况随数据一并留存。",
        fact=fact,
    )
    yield table(
        "decisions",
        "人工裁定的对象与执行情况",
        (
            *texts("资料", "裁定内容", share=1),
            *texts("执行情况", share=1.6),
            *numbers("条数"),
        ),
        (
            (
                tables.get(row["table"], row["table"]),
                RULED.get(row["about"], OTHER_RULED),
                states.get(row["state"], row["state"]),
                f"{row['number']:,}",
            )
            for row in kinds.iter_rows(named=True)
        ),
    )
