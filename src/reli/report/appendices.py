"""Appendices made of tables beside the scores: each from frames to blocks, none where they lack.

Figures are numbered later, among all appendices.
"""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from reli.report.blocks import Block, Figure, Grid, Group, MapClass, Paragraph, Ranges, Shading
from reli.report.publication import IndexSection, Place
from reli.report.style import COLOURS, HEAT

__all__ = [
    "activity",
    "changes",
    "data_quality",
    "hot_spots",
    "industry_fit",
    "leaders_by_dimension",
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
    return Figure(
        key=f"{section.industry}/range-table",
        series="附表",
        number=0,
        caption=f"{section.industry}TOP{PLACES_OF_RANGES}区县的方法区间",
        content=Grid(
            ("名次", "区县", "区间", "进入前百") * 2,
            tuple((*one, *other) for one, other in zip(cells[:half], right, strict=True)),
            (0, 1, 0, 0) * 2,
            (True, False, True, True) * 2,
        ),
        notes=("注：“进入前百”为各种替代方法中位次不低于第100名的比例。",),
    )


def _span(row: Mapping[str, int]) -> str:
    return f"{row['rank_low']}—{row['rank_high']}"


def _chance(row: Mapping[str, float | None]) -> str:
    chance = row.get("top_100")
    return "" if chance is None else f"{100 * chance:.0f}%"


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
        numbers = [
            [values.get((section.industry, place.division_code, code)) for code in nodes]
            for place in places
        ]
        if any(number is not None for row in numbers for number in row):
            yield _heat(section, places, numbers, tuple(nodes.values()))


def _heat(
    section: IndexSection,
    places: Sequence[Place],
    numbers: Sequence[Sequence[float | None]],
    names: tuple[str, ...],
) -> Figure:
    return Figure(
        key=f"{section.industry}/heat",
        series="附表",
        number=0,
        caption=f"{section.industry}前{len(places)}名区县在各维度上的得分",
        content=Grid(
            ("名次", "区县", *names),
            tuple(
                (str(place.rank), place_name(place), *map(_score, row))
                for place, row in zip(places, numbers, strict=True)
            ),
            (0, 0, *(1.0 for _ in names)),
            (True, False, *(True for _ in names)),
            tints=tuple((0, 0, *map(_tint, row)) for row in numbers),
        ),
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
        "区位商为一地某产业企业占其战略性新兴产业企业的比重与全国比重之比，大于1表示专业化程度高于全国。"
        "底色由深至浅：显著的优势产业、已具规模的产业、与现有产业关联紧密而适合培育的产业。"
    )
    yield Figure(
        key="fit",
        series="附表",
        number=0,
        caption=f"入围区县最多的{len(rows)}个城市的产业区位商与产业适配",
        content=Grid(
            ("城市", *industries),
            tuple(rows),
            (0, *(1.0 for _ in industries)),
            (False, *(True for _ in industries)),
            tints=tuple(tints),
        ),
    )


def activity(standing: pl.DataFrame, names: Mapping[str, str]) -> Iterator[Block]:
    """Registered against active enterprises: counties flagged as registration parks.

    Args:
        standing: unit, standing, active, active_share_pct, is_registration_park; of counties.
        names: unit -> name.
    """
    known = standing.drop_nulls("active_share_pct")
    flagged = known.filter(pl.col("is_registration_park")).sort("standing", descending=True)
    yield Paragraph(
        f"企业按登记住所归入区县，登记地不一定是经营地。全国{known.height:,}个有活跃信息的评价单元中，"
        f"有{flagged.height:,}个的活跃企业占比不到本省中位数的一半，提示注册集中，其数量类指标宜结合活跃口径阅读。"
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
        yield Figure(
            key="activity",
            series="附表",
            number=0,
            caption=f"注册集中的区县（按存续企业数，前{len(rows)}个）",
            content=Grid(
                ("区县", "存续企业", "活跃企业", "活跃占比"),
                rows,
                (1.4, 1, 1, 1),
                (False, True, True, True),
            ),
        )


def zones(placed: pl.DataFrame, names: Mapping[str, str]) -> Iterator[Block]:
    """Firms that a rule on zones placed, by county; `placed`: division_code, firms."""
    total = int(placed["firms"].sum())
    yield Paragraph(
        f"登记住所只写功能区（开发区、高新区、新区等）而未写区县的企业有{total:,}家，"
        "按功能区所在区县归入；依据依次为乡镇街道、道路、公布的主要所在地和城市。"
    )
    shown = placed.sort(["firms", "division_code"], descending=[True, False]).head(30)
    yield Figure(
        key="zones",
        series="附表",
        number=0,
        caption=f"按功能区规则归入的企业最多的{shown.height}个区县",
        content=Grid(
            ("区县", "企业数", "占全部此类企业"),
            tuple(
                (names.get(code, code), f"{firms:,}", f"{100 * firms / total:.1f}%")
                for code, firms in shown.select("division_code", "firms").iter_rows()
            ),
            (1.4, 1, 1),
            (False, True, True),
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
    places: Mapping[str, int], links: Sequence[tuple[str, int, int]]
) -> Iterator[Block]:
    """Confidence of places, and rows of lists that were joined.

    Args:
        places: class of confidence -> enterprises.
        links: list, rows, rows joined to an enterprise.
    """
    total = sum(places.values()) or 1
    yield Figure(
        key="quality/places",
        series="附表",
        number=0,
        caption="企业所在地的置信等级",
        content=Grid(
            ("置信等级", "企业数", "占比"),
            tuple(
                (name, f"{places.get(code, 0):,}", f"{100 * places.get(code, 0) / total:.2f}%")
                for code, name in CONFIDENCE.items()
            ),
            (1.6, 1, 1),
            (False, True, True),
        ),
        notes=("注：有歧义和无法确定的企业不计入任何区县。",),
    )
    if links:
        yield Figure(
            key="quality/links",
            series="附表",
            number=0,
            caption="名单与登记企业的对应情况",
            content=Grid(
                ("名单", "行数", "已对应", "未对应", "对应率"),
                tuple(
                    (name, f"{rows:,}", f"{linked:,}", f"{rows - linked:,}", _share(linked, rows))
                    for name, rows, linked in links
                ),
                (1.6, 1, 1, 1, 1),
                (False, True, True, True, True),
            ),
        )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "—"


def changes(moves: pl.DataFrame, before: str, names: Mapping[str, str]) -> Iterator[Block]:
    """Counties that moved most since an earlier edition.

    Args:
        moves: industry, division_code, rank_before, rank_after, cause.
        before: name of the earlier edition.
        names: unit -> name.
    """
    yield Paragraph(
        f"与“{before}”相比，位次变动超过10位、且变动前或变动后列入前100名的区县如下；"
        "原因分为数据（来源变化）、匹配（来源未变而归类或对应变化）、方法和区划调整。"
    )
    shown = moves.filter((pl.col("rank_before") <= 100) | (pl.col("rank_after") <= 100)).head(120)
    yield Figure(
        key="changes",
        series="附表",
        number=0,
        caption=f"位次变动超过10位的区县（共{moves.height:,}个，列出{shown.height}个）",
        content=Grid(
            ("指数", "区县", "上一版", "本版", "变动", "原因"),
            tuple(
                (
                    row["industry"],
                    names.get(row["division_code"], row["division_code"]),
                    str(row["rank_before"]),
                    str(row["rank_after"]),
                    f"{row['rank_before'] - row['rank_after']:+d}".replace("-", "−"),
                    row["cause"],
                )
                for row in shown.iter_rows(named=True)
            ),
            (0, 1, 0, 0, 0, 0),
            (False, False, True, True, True, False),
        ),
    )
