"""How briefs put numbers and states into words."""

from collections.abc import Mapping
from typing import Any

from reli.reference.emerging import OVERALL
from reli.reference.emerging import order_of as place_of
from reli.report.brief import IndexRow

__all__ = [
    "ADVICE",
    "FEASIBILITY",
    "FIT_NOTE",
    "PLACED",
    "Row",
    "above",
    "advice",
    "best",
    "cut",
    "index_row",
    "number",
    "order_of",
    "points",
    "ratio",
    "short",
    "status",
    "whole",
]

Row = Mapping[str, Any]

FEASIBILITY = {
    "usual": "同类常见",
    "seen": "同类已有",
    "rare": "同类无，全国有",
    "unseen": "全国尚无",
    "out_of_reach": "单项达不到",
}
ADVICE = {
    "strength": "优势产业",
    "present": "已有基础，或属偶然",
    "fits": "关联较强，可培育",
    "open": "未见明显关联",
}
PLACED = {
    "exact": "地址写明区县",
    "derived": "由沿革、乡镇或功能区推得",
    "inferred": "由登记机关或信用代码推断",
    "ambiguous": "地址有歧义",
}

FIT_NOTE = (
    "区位商：产业占本地企业的比重与全国比重之比；比较优势：只在这些产业内比较，大于1为具有优势；关联密度：与该产业"
    "相关的产业中本地已具优势的份额（0至1）。判断以随机分配的零模型检验，“未见明显关联”不等于不宜发展。"
)


def above(row: Row) -> str:
    """Province and city above a unit."""
    city = row["city_name"] or ""
    names = [
        row["province_name"],
        city if city not in (row["province_name"], row["county_name"]) else "",
    ]
    return "　".join(name for name in names if name)


def status(row: Row) -> str:
    """Why a unit has no place, in a word."""
    short = {"unnumbered": "单列", "inactive": "未列入", "not_scored": "未评分"}
    return short.get(str(row.get("status")), "—")


def best(standings: Mapping[str, Row]) -> Row | None:
    """The industry in which a unit stands best."""
    ranked = [
        row
        for industry, row in standings.items()
        if industry != OVERALL and row["rank"] is not None
    ]
    return min(ranked, key=lambda row: (row["rank"], place_of(row["industry"])), default=None)


def order_of(row: Row) -> tuple[bool, float]:
    """Ranked units first, by rank."""
    return row.get("rank") is None, row.get("rank") or -(row.get("index") or 0)


def advice(row: Row) -> str:
    """How an industry stands, in words."""
    said = ADVICE[row["advice"]]
    return f"{said}（第{row['fit_rank']}）" if row["fit_rank"] else said


def short(name: str) -> str:
    """Name of an indicator as narrow columns have it."""
    return name.removesuffix("数量")


def cut(text: str, length: int = 40) -> str:
    """A text that fits its cell."""
    return text if len(text) <= length else text[: length - 1] + "…"


def number(value: float | None, unit: str) -> str:
    """A number with its unit; a dash where there is none."""
    if value is None:
        return "—"
    said = f"{value:,.0f}" if value == int(value) and unit != "%" else f"{value:,.2f}"
    return f"{said} {unit}" if unit else said


def ratio(value: float | None) -> str:
    """A ratio to two digits."""
    return "—" if value is None else f"{value:.2f}"


def points(value: float | None) -> str:
    """Points of the index."""
    return "—" if value is None else f"{value:.2f}"


def whole(value: float | None) -> str:
    """A whole number."""
    return "—" if value is None else f"{value:,.0f}"


def index_row(row: Row, stock: float | None, ranges: Row) -> IndexRow:
    """One index of a place: its standing, its enterprises, and the ranges of its rank if any."""
    rank = row["rank"]
    keys = ("rank_low", "rank_high", "top_100")
    low, high, chance = (ranges.get(key) if rank else None for key in keys)
    return IndexRow(
        industry=row["industry"],
        enterprises=whole(stock),
        index=points(row["index"]),
        place=status(row) if rank is None else str(rank),
        range="—" if low is None else f"{low}–{high}",
        chance="—" if chance is None else f"{100 * chance:.0f}%",
        rank=rank,
        low=low,
        high=high,
        strong=row["industry"] == OVERALL,
    )
