"""The brief of a city, by its counties."""

from collections.abc import Iterator, Sequence

from reli.pipeline.brief_tables import BriefTables
from reli.pipeline.brief_words import (
    FIT_NOTE,
    Row,
    best,
    number,
    order_of,
    short,
    status,
    whole,
)
from reli.reference.emerging import OVERALL
from reli.report.brief import Brief, CountyRow, IndexRow, KeyFigure

__all__ = ["CityBriefs"]


CITY_NOTE = "城市的指标由企业按全市重新计算，不是区县的平均；位次在各城市中计算，横轴为其对数。"
RANGE_NOTE = "色带为方法区间：指标处理方法和权重在声明的范围内变动时，90%的结果所在的位次。"
INDICATOR_HEADS = ("指标", "数值", "位次", "城市中位", "来源")
INDICATOR_NOTE = "数值由企业按全市重新计算；位次在有该项数据的各城市中计算。“—”：无数据。"
COUNTY_NOTE = "综合和各产业栏为位次，加粗的是该区县位次最好的产业；“—”：没有位次。"
HEADS = {"高端装备制造": "高端装备", "新能源汽车": "新能源车", "新一代信息技术": "信息技术"}
"""Industries as narrow columns have them."""
COUNTY_HEADS = ("区县", "综合", "热力值", "方法区间", "企业")


class CityBriefs:
    """Briefs of cities."""

    def __init__(self, tables: BriefTables) -> None:
        self._t = tables

    def brief(self, code: str, members: Sequence[str]) -> Brief:
        """The brief of a city."""
        project, first = self._t.workspace.project, self._t.units[members[0]]
        placed = [self._t.standings[unit].get(OVERALL, {}) for unit in members]
        ordered = sorted(zip(members, placed, strict=True), key=lambda pair: order_of(pair[1]))
        whole_city = self._t.city_standings.get(code, {})
        industries = self._t.workspace.industries
        numbers = iter("三四五" if whole_city else "一二三")
        has_ranges = any(key[0] == code for key in self._t.city_ranges)
        return Brief(
            code=code,
            name=first["city_name"],
            above="" if first["city_name"] == first["province_name"] else first["province_name"],
            title=project.title,
            kind="城市简报",
            year=project.reference_year,
            ranked=self._t.ranked_cities if whole_city else self._t.ranked.get(OVERALL, 1),
            is_synthetic=project.is_synthetic,
            foot=self._t.foot,
            figures=tuple(self._city_figures(code, members, placed)),
            indices=tuple(self._index_row(code, row) for row in whole_city.values()),
            range_note=CITY_NOTE + (RANGE_NOTE if has_ranges else "本项目未计算方法区间。"),
            indicator_heads=INDICATOR_HEADS,
            indicator_widths=(1.8, 0.8, 0.7, 0.8, 1.75),
            indicators=tuple(self._indicators(code)) if whole_city else (),
            indicator_note=INDICATOR_NOTE,
            counties_title=f"{next(numbers)}、所辖区县的位次",
            county_heads=(*COUNTY_HEADS, *(HEADS.get(name, name) for name in industries)),
            counties=tuple(self._county_row(unit, row) for unit, row in ordered),
            county_note=COUNTY_NOTE,
            fit_title=f"{next(numbers)}、产业适配（错位发展）",
            group_head="同省城市已有",
            fits=self._t.fit_rows(code),
            fit_note=FIT_NOTE,
            quality_title=f"{next(numbers)}、结构与说明",
            quality=tuple(self._city_notes(code, members)),
        )

    def _city_figures(
        self, code: str, members: Sequence[str], placed: Sequence[Row]
    ) -> Iterator[KeyFigure]:
        overall = self._t.city_standings.get(code, {}).get(OVERALL, {})
        if overall.get("rank") is not None:
            yield KeyFigure("城市热力值", f"{overall['index']:.2f}")
            place = str(overall["rank"])
            yield KeyFigure("城市位次", place, f"/ {self._t.ranked_cities:,}", strong=True)
        top = self._t.workspace.project.top
        within = sum((row.get("rank") or top + 1) <= top for row in placed)
        yield KeyFigure("所辖区县", f"{len(members)}", "个")
        yield KeyFigure(f"综合前{top}位区县", f"{within}", "个", strong=not overall)
        stock = sum(self._t.stocks.get((unit, OVERALL), 0) for unit in members)
        yield KeyFigure(f"{self._t.workspace.project.subject}企业", f"{stock:,.0f}", "家")
        for row in self._t.concentration.get(code, []):
            if row["level"] == "city":
                yield KeyFigure("相当于均等的产业数", f"{row['effective_industries']:.1f}", "个")

    def _index_row(self, code: str, row: Row) -> IndexRow:
        """One index of the city as a whole, among the cities."""
        industry, rank = row["industry"], row["rank"]
        stock = [
            row["enterprises"]
            for row in self._t.fits.get(code, [])
            if row["industry"] == industry and row["level"] == "city"
        ]
        found = self._t.city_ranges.get((code, industry), {}) if rank else {}
        low, high, chance = (found.get(key) for key in ("rank_low", "rank_high", "top_100"))
        return IndexRow(
            industry=industry,
            enterprises=whole(stock[0]) if stock else "—",
            index="—" if row["index"] is None else f"{row['index']:.2f}",
            place=status(row) if rank is None else str(rank),
            range="—" if low is None else f"{low}–{high}",
            chance="—" if chance is None else f"{100 * chance:.0f}%",
            rank=rank,
            low=low,
            high=high,
            strong=industry == OVERALL,
        )

    def _indicators(self, code: str) -> Iterator[tuple[str, ...]]:
        """The indicators of the whole city in 综合, by framework."""
        found = self._t.city_indicators.get(code, {})
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

    def _county_row(self, unit: str, overall: Row) -> CountyRow:
        """A county's place in 综合 and in each industry."""
        index, leading = overall.get("index"), best(self._t.standings[unit])
        found = self._t.ranges.get((unit, OVERALL), {})
        low = found.get("rank_low") if overall.get("rank") else None
        stock = self._t.stocks.get((unit, OVERALL))
        first = (
            self._t.units[unit]["county_name"],
            _place(overall),
            "—" if index is None else f"{index:.2f}",
            "—" if low is None else f"{low}–{found['rank_high']}",
            "—" if stock is None else f"{stock:,.0f}",
        )
        standings, industries = self._t.standings[unit], self._t.workspace.industries
        places = (whole(standings.get(industry, {}).get("rank")) for industry in industries)
        at = len(first) + industries.index(leading["industry"]) if leading else -1
        return CountyRow((*first, *places), at)

    def _city_notes(self, code: str, members: Sequence[str]) -> Iterator[str]:
        for row in self._t.concentration.get(code, []):
            if row["level"] == "city":
                special = row["krugman"]
                yield (
                    f"产业集中度（赫芬达尔指数）{row['hhi']:.3f}，企业最多的是{row['leading_industry']}"
                    f"（占{row['leading_share_pct']:.1f}%）"
                    + (
                        "。"
                        if special is None
                        else f"；与其他城市的结构差异（克鲁格曼指数）{special:.2f}。"
                    )
                )
        hot = [
            self._t.units[unit]["county_name"]
            for unit in members
            if any(
                row["industry"] == OVERALL and row["kind"] == "hot"
                for row in self._t.clusters.get(unit, [])
            )
        ]
        if hot:
            yield f"综合指数的热点区县（本地与相邻区县均显著偏高）：{'、'.join(hot)}。"
        yield "城市数为所辖区县之和，只含能够落到区县的企业。"


def _place(overall: Row) -> str:
    """Rank as the narrow column has it: why there is none stands in the note below the table."""
    if overall.get("rank"):
        return whole(overall["rank"])
    return status(overall) if overall.get("status") == "unnumbered" else "—"
