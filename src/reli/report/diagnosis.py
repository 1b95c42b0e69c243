"""The appendix that looks at an index before it is believed: indicators, nodes, weights."""

from collections.abc import Iterator, Mapping

import polars as pl

from reli.report.blocks import Block, Figure, Paragraph
from reli.report.listing import numbers, table, texts

__all__ = ["diagnosis"]

MOSTLY_ZERO = 0.5
FEW_POSITIVE = 30
LEAST_UNITS = 3
"""Of fewer units neither distributions nor correlations say anything."""
SKEWNESS, KURTOSIS = 2.0, 3.5

Row = Mapping[str, float]


def diagnosis(
    rows: pl.DataFrame, names: Mapping[str, str], dimensions: Mapping[str, str]
) -> Iterator[Block]:
    """Statistics of the indicators, coherence of the nodes, and what weights really do.

    Args:
        rows: aspect, subject, measure, value, text of one index.
        names: code -> name of the nodes in order.
        dimensions: the same of the dimensions alone.
    """
    by_aspect = {
        str(aspect): _wide(part)
        for (aspect,), part in rows.filter(pl.col("value").is_not_null()).group_by("aspect")
    }
    lowest = dict(
        rows.filter(pl.col("measure") == "lowest_pair").select("subject", "text").iter_rows()
    )
    indicators, weights = by_aspect.get("indicators", {}), by_aspect.get("weights", {})
    if max((row["units"] for row in indicators.values()), default=0) < LEAST_UNITS:
        return
    yield Paragraph(
        "下列各表是对综合指数的统计诊断：各指标的分布是否宜于比较，同一指标下的各项是否相互协调，"
        "名义权重与实际影响相差多少。诊断只提示应当留意之处，不改变得分。"
    )
    yield _indicators(indicators, names)
    if nodes := by_aspect.get("nodes", {}):
        yield _nodes(nodes, names, lowest)
    if weights:
        yield _weights(weights, {**dimensions, **{c: names[c] for c in names if c in indicators}})


def _wide(part: pl.DataFrame) -> Mapping[str, Row]:
    found: dict[str, dict[str, float]] = {}
    for subject, measure, value in part.select("subject", "measure", "value").iter_rows():
        found.setdefault(subject, {})[measure] = value
    return found


def _indicators(rows: Mapping[str, Row], names: Mapping[str, str]) -> Figure:
    cells = []
    for code in names:
        if code in rows and rows[code]["units"] > rows[code]["missing"]:
            row = rows[code]
            there = row["units"] - row["missing"]
            cells.append(
                (
                    names[code],
                    f"{there:,.0f}",
                    f"{there - row['zeros']:,.0f}",
                    f"{row['median']:,.4g}",
                    f"{row['highest']:,.0f}",
                    _figure(row.get("skewness")),
                    "、".join(_hints(row, there)),
                )
            )
    return table(
        "diagnosis/indicators",
        "综合指数各指标的分布",
        (
            *texts("指标", share=1.4),
            *numbers("有值区县", "其中非零", "中位数", "最大值", "偏度"),
            *texts("提示", share=1),
        ),
        cells,
        notes=(
            f"注：“长尾”指偏度绝对值超过{SKEWNESS:g}且峰度超过{KURTOSIS:g}；"
            f"“非零较少”指不足{FEW_POSITIVE}个区县大于零。",
        ),
    )


def _hints(row: Row, there: float) -> Iterator[str]:
    if row["distinct"] == 1:
        yield "各区县相同，不起区分作用"
        return
    if row["zeros"] / there > MOSTLY_ZERO:
        yield "过半为零"
    if 0 < row["positives"] < FEW_POSITIVE:
        yield "非零较少"
    if abs(row.get("skewness", 0)) >= SKEWNESS and row.get("kurtosis", 0) >= KURTOSIS:
        yield "长尾"


def _nodes(rows: Mapping[str, Row], names: Mapping[str, str], lowest: Mapping[str, str]) -> Figure:
    cells = [
        (
            names[code],
            f"{rows[code]['children']:.0f}",
            _figure(rows[code].get("alpha")),
            f"{100 * rows[code].get('explained', 0):.0f}%",
            _figure(rows[code].get("lowest_correlation")),
            " — ".join(names.get(each, each) for each in lowest.get(code, "").split(", ")),
        )
        for code in names
        if code in rows
    ]
    return table(
        "diagnosis/nodes",
        "各级指标内部的一致性",
        (
            *texts("指标", share=1),
            *numbers("下级项数", "α系数", "第一主成分", "最低相关"),
            *texts("相关最低的两项", share=1.6),
        ),
        cells,
        notes=(
            "注：α为克朗巴赫系数；第一主成分为其解释的方差份额；最低相关为负时，下级各项彼此抵消。",
        ),
    )


def _weights(rows: Mapping[str, Row], names: Mapping[str, str]) -> Figure:
    cells = [
        (
            names[code],
            f"{100 * rows[code].get('stated', 0):.1f}%",
            _figure(rows[code].get("correlation")),
            f"{100 * rows[code].get('share', 0):.1f}%",
        )
        for code in names
        if code in rows
    ]
    return table(
        "diagnosis/weights",
        "名义权重与实际影响",
        (*texts("指标", share=1), *numbers("名义权重", "与综合指数的相关系数", "实际影响")),
        cells,
        notes=(
            "注：名义权重为各区县实际所用权重的平均：某项缺失的区县，其权重由同级其余各项分担。",
            "实际影响为该项与综合指数相关系数的平方在同级各项中所占的份额。",
        ),
    )


def _figure(value: float | None) -> str:
    # Adding 0 leaves no minus before what rounds to 0.
    return "" if value is None else f"{round(value, 2) + 0.0:.2f}"
