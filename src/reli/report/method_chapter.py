"""The first chapter of a report: what is measured, how, out of what, and what is missing."""

from collections.abc import Iterator
from itertools import groupby

from reli.insight.chinese import amount, listed
from reli.report.blocks import Block, Figure, Paragraph
from reli.report.figures import FIGURES, LEADING, absent_figures
from reli.report.listing import numbers, share, table, texts
from reli.report.meanings import MEANINGS
from reli.report.method import directions_line, reading_lines
from reli.report.publication import IndicatorRow, Publication, Source

__all__ = ["method_sections"]


def method_sections(publication: Publication) -> Iterator[tuple[str, list[Block]]]:
    """Title and blocks of each section of the chapter; one with nothing to say is left out."""
    sections = (
        ("评价对象与方法", _how(publication)),
        ("指标体系与定义", _indicators(publication)),
        ("资料来源与数据质量", _sources(publication)),
        ("用语与阈值", _words_of_degree(publication)),
        ("本版所缺", _missing(publication)),
        ("图表阅读说明", (Paragraph(line, "small") for line in reading_lines(publication))),
    )
    for title, blocks in sections:
        if said := list(blocks):
            yield title, said


def _how(publication: Publication) -> Iterator[Block]:
    for line in publication.method:
        yield Paragraph(line)
    for note in publication.notes:
        yield Paragraph(note, "small")


def _indicators(publication: Publication) -> Iterator[Block]:
    if not publication.framework:
        return
    for dimension, rows in groupby(publication.framework, key=lambda row: row.dimension):
        yield Paragraph(_dimension_line(dimension, list(rows)))
    yield table(
        "method/indicators",
        "三级指标的定义",
        (*texts("一级指标", "二级指标", "三级指标", "单位"), *texts("定义", share=1)),
        _indicator_cells(publication.framework),
        series="表",
        notes=(directions_line(publication.framework),),
    )
    if meanings := [row for row in publication.framework if row.code in MEANINGS]:
        yield _meanings(meanings)
    if publication.concordance:
        yield Paragraph("二级指标与所依据的公布口径对照如下；名称不同的，以本报告的定义为准。")
        yield table(
            "method/concordance",
            "二级指标名称对照",
            (*texts("公布口径", "本报告", share=1), *texts("说明", share=1.4)),
            publication.concordance,
            series="表",
        )


def _meanings(rows: list[IndicatorRow]) -> Figure:
    """What each indicator tells of, and who is counted for it."""
    return table(
        "method/meanings",
        "三级指标反映的内容与所计对象",
        (*texts("三级指标"), *texts("反映的内容", share=0.7), *texts("所计对象", share=1.6)),
        ((row.indicator, *MEANINGS[row.code]) for row in rows),
        series="表",
        notes=("注：所计对象一栏空白的，名称即含义；是否计入以表中所列的认定名单为准。",),
    )


def _dimension_line(dimension: str, rows: list[IndicatorRow]) -> str:
    """What a dimension is made of."""
    groups = {
        name: [row.indicator for row in members]
        for name, members in groupby(rows, key=lambda row: row.subdimension)
    }
    parts = "；".join(
        f"{name}含{listed(names)}" + (f"{amount(len(names))}项" if len(names) > 1 else "")
        for name, names in groups.items()
    )
    return f"{dimension}由{len(groups)}项二级指标、{len(rows)}项三级指标构成：{parts}。"


def _indicator_cells(rows: tuple[IndicatorRow, ...]) -> Iterator[tuple[str, ...]]:
    above = ("", "")
    for row in rows:
        here = (row.dimension, row.subdimension)
        yield (
            row.dimension if here[0] != above[0] else "",
            row.subdimension if here != above else "",
            row.indicator + ("（缺）" if row.missing else ""),
            row.unit_of_measure,
            row.definition,
        )
        above = here


def _sources(publication: Publication) -> Iterator[Block]:
    if publication.sources:
        yield table(
            "method/sources",
            "资料来源、截止日期与匹配情况",
            (
                *texts("资料"),
                *texts("来源", share=1),
                *texts("截至"),
                *numbers("行数", "对应到企业"),
            ),
            map(_source_cells, publication.sources),
            series="表",
            notes=(
                "注：“对应到企业”为名单行中能与登记企业唯一对应的比例，未能对应的不计入任何区县。",
            ),
        )
    if publication.quality:
        yield table(
            "method/quality",
            "数据处理各环节的行数",
            (*texts("环节", share=1), *numbers("行数", share=0.4)),
            publication.quality,
            series="表",
            notes=("注：读入行数等于归入区县、只能确定到省市、无法确定所在地与剔除的行数之和。",),
        )


def _source_cells(each: Source) -> tuple[str, ...]:
    return (
        each.name,
        each.origin,
        each.until or "—",
        f"{each.rows:,}" if each.rows else "—",
        "—" if each.linked is None else share(each.linked, each.rows),
    )


def _words_of_degree(publication: Publication) -> Iterator[Block]:
    if not publication.thresholds:
        return
    yield Paragraph(
        "正文中表示程度的词语按下列阈值使用；条件不满足或没有历史数据的，不使用该词语。"
    )
    yield table(
        "method/thresholds",
        "程度用语的阈值",
        (*texts("用语", share=0.25), *texts("含义", share=1)),
        publication.thresholds,
        series="表",
    )


def _missing(publication: Publication) -> Iterator[Block]:
    absent = list(absent_figures(publication))
    reasons: dict[str, list[str]] = {}
    for row in publication.missing:
        reasons.setdefault(row.missing, []).append(row.indicator)
    for reason, names in reasons.items():
        yield Paragraph(f"缺{len(names)}项指标（{reason}）：{listed(names)}。缺失指标不以零计。")
    if absent:
        expected = 4 + (4 + len(LEADING)) * (len(publication.indices) - 1)
        whole = FIGURES if len(publication.indices) == 9 else expected
        yield Paragraph(
            f"数据齐备时正文有{whole}幅图，本版有{whole - len(absent)}幅；"
            f"缺{len(absent)}幅，逐一列明如下，不以估计值代替。"
        )
        for reason, group in groupby(absent, key=lambda each: each[1]):
            captions = "；".join(caption for caption, _ in group)
            yield Paragraph(f"{reason}：{captions}。", "small")
    if publication.left_out:
        yield Paragraph(f"以下内容没有数据，本版从略：{'；'.join(publication.left_out)}。")
