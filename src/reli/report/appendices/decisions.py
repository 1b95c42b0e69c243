"""Rulings of analysts, counted."""

from collections.abc import Iterator, Mapping

import polars as pl

from reli.report.blocks import Block, Paragraph
from reli.report.listing import numbers, table, texts

__all__ = ["decisions"]


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
