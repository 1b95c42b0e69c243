"""The brief of a city, by its counties."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reli.pipeline.brief_whole import Below, WholeBriefs
from reli.pipeline.brief_words import FIT_NOTE, Row
from reli.reference.emerging import OVERALL
from reli.report.brief import Brief, KeyFigure

__all__ = ["CityBriefs"]


class CityBriefs(WholeBriefs):
    """Briefs of cities."""

    level = "city"
    said = "城市"

    def brief(self, code: str, members: Sequence[str]) -> Brief:
        """The brief of a city."""
        first = self._t.units[members[0]]
        numbers = iter("三四五" if code in self._whole.standings else "一二三")
        base = self._brief(
            code,
            first["city_name"],
            "" if first["city_name"] == first["province_name"] else first["province_name"],
            [self._below(unit) for unit in members],
            title=f"{next(numbers)}、所辖区县的位次",
            head="区县",
            note="综合和各产业栏为在全国各区县中的位次，加粗的是该区县位次最好的产业；“—”：没有位次。",
        )
        return replace(
            base,
            figures=tuple(self._figures(code, members)),
            fit_title=f"{next(numbers)}、产业适配（错位发展）",
            group_head="同省城市已有",
            fits=self._t.fit_rows(code),
            fit_note=FIT_NOTE,
            quality_title=f"{next(numbers)}、结构与说明",
            quality=tuple(self._notes(code, members)),
        )

    def _below(self, unit: str) -> Below:
        standings = self._t.standings[unit]
        return Below(
            name=self._t.units[unit]["county_name"],
            standings=standings,
            ranges={OVERALL: self._t.ranges.get((unit, OVERALL))},
            stock=self._t.stocks.get((unit, OVERALL)),
        )

    def _figures(self, code: str, members: Sequence[str]) -> Iterator[KeyFigure]:
        yield from self._place(code)
        top = self._t.workspace.project.top
        placed: list[Row] = [self._t.standings[unit].get(OVERALL, {}) for unit in members]
        within = sum((row.get("rank") or top + 1) <= top for row in placed)
        is_counted = code in self._whole.standings
        yield KeyFigure("所辖区县", f"{len(members)}", "个")
        yield KeyFigure(f"综合前{top}位区县", f"{within}", "个", strong=not is_counted)
        known = self._whole.stocks.get((code, OVERALL))
        stock = sum(self._t.stocks.get((unit, OVERALL), 0) for unit in members)
        count = stock if known is None else known
        yield KeyFigure(f"{self._t.workspace.project.subject}企业", f"{count:,.0f}", "家")
        structure = self._structure(code)
        if structure is not None:
            number = f"{structure['effective_industries']:.1f}"
            yield KeyFigure("相当于均等的产业数", number, "个")

    def _notes(self, code: str, members: Sequence[str]) -> Iterator[str]:
        yield from self._structure_line(code)
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
        if code in self._whole.standings:
            yield "全市的数含只能确定到本市的企业，可以大于所辖区县之和。"
        else:
            yield "城市数为所辖区县之和，只含能够落到区县的企业。"
