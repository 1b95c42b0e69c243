"""The order of a report: an edition as blocks, from preface to appendices, figures numbered.

The source's order: what is measured and how, the overall index, the eight industries, appendices.
An analyst's own paragraphs stand where their anchors are: the title of a chapter, the name of an
index, or an index and a part of it, such as 新材料/分省份 or 综合/产业集聚水平.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from reli.insight.chinese import amount, listed
from reli.reference.divisions import display_name, provinces
from reli.reference.emerging import OVERALL
from reli.report.blocks import Block, Figure, Group, Heading, Paragraph
from reli.report.figures import (
    LEADING,
    all_units_map,
    section_figures,
    sources_line,
)
from reli.report.listing import numbers, table, texts
from reli.report.method_chapter import method_sections
from reli.report.publication import IndexSection, IndicatorRow, Publication

__all__ = ["anchors", "outline"]

BY_PROVINCE, BY_CITY, END = "分省份", "分城市", "小结"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def outline(publication: Publication) -> tuple[Block, ...]:
    """All blocks of the report in their order, figures numbered."""
    return tuple(_numbered([*_body(publication), *_appendices(publication)]))


def anchors(publication: Publication) -> tuple[str, ...]:
    """Places where an analyst's own paragraphs may stand."""
    blocks = outline(replace(publication, own_texts={}))
    found = [block.anchor for block in blocks if isinstance(block, Heading) and block.anchor]
    for section in publication.indices:
        parts = [BY_PROVINCE, BY_CITY, *(each.dimension for each in section.about_dimensions), END]
        found += [f"{section.industry}/{part}" for part in parts if part]
    return tuple(dict.fromkeys(found))


def _numbered(blocks: Iterable[Block]) -> Iterator[Block]:
    """Figures bear the next number of their series."""
    last: Counter[str] = Counter()

    def next_number(figure: Figure) -> Figure:
        last[figure.series] += 1
        return replace(figure, number=last[figure.series])

    for block in blocks:
        if isinstance(block, Figure):
            yield next_number(block)
        elif isinstance(block, Group):
            yield Group(tuple(map(next_number, block.figures)))
        else:
            yield block


def _body(publication: Publication) -> Iterator[Block]:
    yield from _preface(publication)
    yield from _method(publication)
    yield from _overall(publication)
    industries = [each for each in publication.indices if each.industry != OVERALL]
    if industries:
        yield _chapter("第三章", "各产业评价")
        yield from _own(publication, "各产业评价")
    for number, section in enumerate(industries, 1):
        title = f"{section.industry}产业"
        heading = Heading(2, title, f"3.{number}", section.industry, is_new_page=True)
        yield from _index(publication, section, heading)


def _chapter(number: str, title: str) -> Heading:
    return Heading(1, title, number, title, is_new_page=True)


def _own(publication: Publication, anchor: str) -> Iterator[Paragraph]:
    yield from publication.own_texts.get(anchor, ())


def _preface(publication: Publication) -> Iterator[Block]:
    yield _chapter("", "前言")
    yield from _own(publication, "前言")
    yield Paragraph(_scope_line(publication))
    if publication.framework:
        yield Paragraph(_framework_line(publication.framework))
    yield Paragraph(_structure_line(publication))
    yield Paragraph("注：本报告的评价范围不含港澳台地区。", "small")
    if publication.findings:
        yield Heading(2, "主要发现", "", "主要发现")
        yield from publication.findings
        yield from _own(publication, "主要发现")
    yield _at_a_glance(publication)


def _at_a_glance(publication: Publication) -> Figure:
    """The first county, province and city of each index."""
    return table(
        "glance",
        f"各指数首位区县与TOP{publication.top}区县最多的省份、城市",
        (
            *texts("指数"),
            *texts("首位区县", share=1),
            *numbers("综合指数"),
            *texts("区县最多的省份", "区县最多的城市", share=1),
            *numbers("入围省份"),
        ),
        map(_glance, publication.indices),
        series="表",
        sources=sources_line(publication),
        notes=("注：括号内为入围区县数；入围省份为至少有一个区县入围的省级行政区数。",),
    )


def _glance(section: IndexSection) -> tuple[str, ...]:
    first = [place for place in section.places if place.rank == 1]
    names = [display_name(each.county, each.city or None, each.province) for each in first]
    index = f"{first[0].index:.4f}" if first and first[0].index is not None else ""
    return (
        section.industry,
        listed(names),
        index,
        _most(section.provinces),
        _most(section.cities),
        str(len(section.provinces)),
    )


def _most(counts: Mapping[str, int]) -> str:
    """Those with the highest count, with it."""
    highest = max(counts.values(), default=0)
    names = [name.rpartition("/")[2] for name, count in counts.items() if count == highest]
    if not names:
        return ""
    told = listed(names) if len(names) <= 3 else f"{names[0]}等{len(names)}个"
    return f"{told}（{highest}）"


def _scope_line(publication: Publication) -> str:
    database = f"依据{publication.source_note}，" if publication.source_note else ""
    industries = [each.industry for each in publication.indices if each.industry != OVERALL]
    several = f"{amount(len(industries))}个" if len(industries) > 1 else ""
    of = f"综合与{listed(industries)}{several}产业" if industries else "综合"
    return (
        f"本报告{database}以{publication.universe}为评价对象（不含港澳台地区），"
        f"给出{of}的区域热力值评价指数及位次，说明{publication.subject}在各地的分布、强项与差距。"
        "报告中的数字、名次和计数均由数据计算得出，每一句都可以由附表复核；没有来源的内容一律从略，不以零计。"
    )


def _structure_line(publication: Publication) -> str:
    """What stands where."""
    chapters = ["第一章说明评价方法、指标定义与资料来源"]
    industries = [each.industry for each in publication.indices if each.industry != OVERALL]
    if len(industries) < len(publication.indices):
        chapters.append("第二章给出综合排名与区域分布")
    if len(industries) == 1:
        chapters.append(f"第三章评价{industries[0]}产业")
    elif industries:
        chapters.append(f"第三章逐一评价{amount(len(industries))}个产业")
    titles = [title for title, _ in _all_appendices(publication)]
    are_several = "依次" if len(titles) > 1 else ""
    return f"{'，'.join(chapters)}；附录{are_several}为{listed(titles)}。"


def _framework_line(rows: tuple[IndicatorRow, ...]) -> str:
    dimensions = list(dict.fromkeys(row.dimension for row in rows))
    below = list(dict.fromkeys((row.dimension, row.subdimension) for row in rows))
    return (
        f"指标体系分三级：一级指标{len(dimensions)}项，即{listed(dimensions)}；"
        f"二级指标{len(below)}项，三级指标{len(rows)}项，定义见第一章。"
    )


def _method(publication: Publication) -> Iterator[Block]:
    yield _chapter("第一章", "评价方法与数据")
    yield from _own(publication, "评价方法与数据")
    for number, (title, blocks) in enumerate(method_sections(publication), 1):
        yield Heading(2, title, f"1.{number}", title)
        yield from blocks
        yield from _own(publication, title)


def _overall(publication: Publication) -> Iterator[Block]:
    section = next((each for each in publication.indices if each.industry == OVERALL), None)
    if section is None:
        return
    title = f"{publication.subject}综合评价"
    yield _chapter("第二章", title)
    yield from _own(publication, title)
    figures = section_figures(publication, section)
    yield Heading(2, "综合排名", "2.1", OVERALL)
    yield from _ranking(publication, section, figures)
    yield Heading(2, "区域分布", "2.2", "区域分布")
    yield from _own(publication, "区域分布")
    yield from _spread(publication, section, figures)
    if section.about_dimensions:
        yield Heading(2, "领先区县", "2.3", "领先区县")
        yield from _own(publication, "领先区县")
    yield from _dimensions(publication, section, figures)


def _index(publication: Publication, section: IndexSection, heading: Heading) -> Iterator[Block]:
    figures = section_figures(publication, section)
    yield heading
    yield from _ranking(publication, section, figures)
    yield from _spread(publication, section, figures)
    yield from _dimensions(publication, section, figures)


def _ranking(
    publication: Publication, section: IndexSection, figures: dict[str, Figure]
) -> Iterator[Block]:
    yield from _own(publication, section.industry)
    if section.lead:
        yield Paragraph(section.lead)
    yield figures["table"]
    yield figures["map"]


def _spread(
    publication: Publication, section: IndexSection, figures: dict[str, Figure]
) -> Iterator[Block]:
    if section.about_provinces:
        yield Paragraph(section.about_provinces)
    if section.about_regions:
        yield Paragraph(section.about_regions)
    yield from _own(publication, f"{section.industry}/{BY_PROVINCE}")
    if section.about_cities:
        yield Paragraph(section.about_cities)
    yield from _own(publication, f"{section.industry}/{BY_CITY}")
    if spread := tuple(figures[kind] for kind in ("provinces", "cities") if kind in figures):
        yield Group(spread)


def _dimensions(
    publication: Publication, section: IndexSection, figures: dict[str, Figure]
) -> Iterator[Block]:
    leading = [figures[code] for code in LEADING if code in figures]
    charts = [Group(tuple(leading))] if leading else []
    first = next((i for i, each in enumerate(section.about_dimensions) if each.dimension), -1)
    for place, each in enumerate(section.about_dimensions):
        yield Paragraph(each.text)
        if each.dimension:
            yield from _own(publication, f"{section.industry}/{each.dimension}")
        if place == first:
            yield from charts
    if first < 0:
        yield from charts
    yield from _own(publication, f"{section.industry}/{END}")


def _appendices(publication: Publication) -> Iterator[Block]:
    for letter, (title, blocks) in zip(LETTERS, _all_appendices(publication), strict=False):
        yield _chapter(f"附录{letter}", title)
        yield from _own(publication, title)
        yield from blocks


def _all_appendices(publication: Publication) -> Iterator[tuple[str, Iterable[Block]]]:
    yield "各省各指数入围区县数量", (_matrix(publication),)
    if not publication.is_partial:
        maps = [all_units_map(publication, section) for section in publication.indices]
        yield "全部评价单元的热力值分布", (*maps[:1], *_in_pairs(maps[1:]))
    for appendix in publication.appendices:
        sources = sources_line(publication, *appendix.tables)
        yield appendix.title, [_sourced(block, sources) for block in appendix.blocks]
    if publication.edition.errata:
        yield "勘误", (Paragraph(line) for line in publication.edition.errata)


def _sourced(block: Block, sources: str) -> Block:
    """The same block; figures without sources of their own have these."""
    if isinstance(block, Group):
        return Group(
            tuple(replace(each, sources=each.sources or sources) for each in block.figures)
        )
    if isinstance(block, Figure):
        return replace(block, sources=block.sources or sources)
    return block


def _in_pairs(figures: list[Figure]) -> Iterator[Group]:
    for place in range(0, len(figures), 2):
        yield Group(tuple(figures[place : place + 2]))


def _matrix(publication: Publication) -> Figure:
    """Counties among the first places by province and index, provinces in code order."""
    counts = {
        name: [section.provinces.get(name, 0) for section in publication.indices]
        for name in provinces()["province_name"].to_pylist()
    }
    there = {name: counted for name, counted in counts.items() if any(counted)}
    absent = [name for name in counts if name not in there]
    sums = [sum(section.provinces.values()) for section in publication.indices]
    notes = ["注：底色由浅至深为1—2、3—5、6—10、11个及以上。"]
    if absent:
        notes.append(f"各指数均无区县入围的省级行政区：{listed(absent)}。")
    rows = [(name, *map(str, counted)) for name, counted in there.items()]
    return table(
        "matrix",
        f"各省各指数TOP{publication.top}区县数量",
        (
            *texts("省份"),
            *numbers(*(section.industry for section in publication.indices), share=1.0),
        ),
        (*rows, ("合计", *map(str, sums))),
        tints=tuple((0, *map(_tint, counted)) for counted in there.values()),
        totals=1,
        sources=sources_line(publication),
        notes=tuple(notes),
    )


def _tint(count: int) -> int:
    return sum(count >= least for least in (1, 3, 6, 11))
