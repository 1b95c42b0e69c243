"""Since the year before: who came, who went, who moved far and why."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from reli.report.blocks import Block, Figure, Paragraph
from reli.report.listing import numbers, table, texts

__all__ = ["changes"]


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
