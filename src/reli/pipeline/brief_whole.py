"""What briefs of cities and of provinces share: places that are counted and ranked as wholes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reli.pipeline.brief_tables import BriefTables, WholeTables
from reli.pipeline.brief_words import Row, best, index_row, number, order_of, short, status, whole
from reli.reference.emerging import OVERALL
from reli.report.brief import Brief, CountyRow, IndexRow, KeyFigure

__all__ = ["RANGE_NOTE", "Below", "WholeBriefs"]

RANGE_NOTE = "色带为方法区间：指标处理方法和权重在声明的范围内变动时，90%的结果所在的位次。"
NO_RANGE_NOTE = "未计算方法区间。"
HEADS = {"高端装备制造": "高端装备", "新能源汽车": "新能源车", "新一代信息技术": "信息技术"}
"""Industries as narrow columns have them."""


@dataclass(frozen=True)
class Below:
    """A place below another one, as a row of its table."""

    name: str
    standings: Mapping[str, Row]
    ranges: Mapping[str, Row | None]
    stock: float | None


class WholeBriefs:
    """Parts of a brief of a place of one level, such as a city."""

    level: str
    said: str
    """The level in a word: 城市."""

    def __init__(self, tables: BriefTables) -> None:
        self._t = tables
        self._whole: WholeTables = tables.whole(self.level)

    def _brief(self, code: str, name: str, above: str, below: list[Below], **parts: str) -> Brief:
        """The head, the indices, the indicators and the table of what lies below."""
        project, tables = self._t.workspace.project, self._whole
        own = tables.standings.get(code, {})
        has_ranges = any(unit == code for unit, _ in tables.ranges)
        industries = self._t.workspace.industries
        return Brief(
            code=code,
            name=name,
            above=above,
            title=project.title,
            kind=f"{self.said}简报",
            year=project.reference_year,
            ranked=tables.ranked if own else self._t.ranked.get(OVERALL, 1),
            is_synthetic=project.is_synthetic,
            foot=self._t.foot(self.said if own else "区县"),
            indices=tuple(self._index_row(code, row) for row in own.values()),
            range_note=f"指标由企业按全域重新计算，不是下级的平均；位次在各{self.said}中计算，横轴为其对数。"
            + (RANGE_NOTE if has_ranges else NO_RANGE_NOTE),
            indicator_heads=("指标", "数值", "位次", f"{self.said}中位", "来源"),
            indicator_widths=(1.8, 0.8, 0.7, 0.8, 1.75),
            indicators=tuple(self._indicators(code)) if own else (),
            indicator_note=f"数值由企业按全域重新计算；位次在有该项数据的各{self.said}中计算。“—”：无数据。",
            counties_title=parts["title"],
            county_heads=(
                *(parts["head"], "综合", "热力值", "方法区间", "企业"),
                *(HEADS.get(industry, industry) for industry in industries),
            ),
            counties=tuple(
                self._row(each)
                for each in sorted(
                    below, key=lambda each: order_of(each.standings.get(OVERALL, {}))
                )
            ),
            county_note=parts["note"],
        )

    def _place(self, code: str) -> Iterator[KeyFigure]:
        """Index and rank of the place as a whole, where it is counted."""
        overall = self._whole.standings.get(code, {}).get(OVERALL, {})
        if overall.get("rank") is not None:
            yield KeyFigure(f"{self.said}热力值", f"{overall['index']:.2f}")
            place, of = str(overall["rank"]), f"/ {self._whole.ranked:,}"
            yield KeyFigure(f"{self.said}位次", place, of, strong=True)

    def _structure(self, code: str) -> Row | None:
        """How the industries of the place are spread."""
        rows = self._t.concentration.get(code, [])
        return next((row for row in rows if row["level"] == self.level), None)

    def _index_row(self, code: str, row: Row) -> IndexRow:
        """One index of the place as a whole."""
        key = (code, row["industry"])
        return index_row(row, self._whole.stocks.get(key), self._whole.ranges.get(key, {}))

    def _indicators(self, code: str) -> Iterator[tuple[str, ...]]:
        """The indicators of the whole place in 综合, by framework."""
        found = self._whole.indicators.get(code, {})
        for indicator in self._t.framework.indicators:
            row = found.get(indicator, {})
            node, value = self._t.framework.by_code[indicator], row.get("value")
            yield (
                short(self._t.name(indicator)),
                number(value, node.unit_of_measure),
                whole(row.get("rank") if value is not None else None),
                number(row.get("median"), ""),
                self._t.source(indicator, value),
            )

    def _row(self, below: Below) -> CountyRow:
        """The place in 综合 and in each industry of what lies below."""
        overall, leading = below.standings.get(OVERALL, {}), best(below.standings)
        index, found = overall.get("index"), below.ranges.get(OVERALL) or {}
        low = found.get("rank_low") if overall.get("rank") else None
        first = (
            below.name,
            _place(overall),
            "—" if index is None else f"{index:.2f}",
            "—" if low is None else f"{low}–{found['rank_high']}",
            whole(below.stock),
        )
        industries = self._t.workspace.industries
        places = (whole(below.standings.get(industry, {}).get("rank")) for industry in industries)
        at = len(first) + industries.index(leading["industry"]) if leading else -1
        return CountyRow((*first, *places), at)

    def _structure_line(self, code: str) -> Iterator[str]:
        row = self._structure(code)
        if row is not None:
            special = row["krugman"]
            other = (
                "。"
                if special is None
                else f"；与其他{self.said}的结构差异（克鲁格曼指数）{special:.2f}。"
            )
            yield (
                f"产业集中度（赫芬达尔指数）{row['hhi']:.3f}，企业最多的是{row['leading_industry']}"
                f"（占{row['leading_share_pct']:.1f}%）{other}"
            )


def _place(overall: Row) -> str:
    """Rank as the narrow column has it: why there is none stands in the note below the table."""
    if overall.get("rank"):
        return whole(overall["rank"])
    return status(overall) if overall.get("status") == "unnumbered" else "—"
