"""The brief of a province, by its cities."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from reli.pipeline.brief_whole import Below, WholeBriefs
from reli.pipeline.brief_words import FIT_NOTE
from reli.reference.emerging import OVERALL
from reli.report.brief import Brief, KeyFigure

__all__ = ["ProvinceBriefs"]


class ProvinceBriefs(WholeBriefs):
    """Briefs of provinces, where enterprises are counted."""

    level = "province"
    said = "省份"

    def brief(self, code: str, name: str) -> Brief:
        """The brief of a province."""
        cities = [city for city in self._t.whole("city").names if city[:2] == code[:2]]
        base = self._brief(
            code,
            name,
            "",
            [self._below(city) for city in cities],
            title="三、所辖城市的位次",
            head="城市",
            note="综合和各产业栏为在全国各城市中的位次，加粗的是该城市位次最好的产业；“—”：没有位次。"
            "省、自治区直接管辖的区县不在任何城市中。",
        )
        return replace(
            base,
            figures=tuple(self._figures(code, len(cities))),
            fit_title="四、产业适配（错位发展）",
            group_head="所辖城市已有",
            fits=tuple(self._fits(code, cities)),
            fit_note=FIT_NOTE,
            quality_title="五、结构与说明",
            quality=(
                *self._structure_line(code),
                "全省的数含只能确定到本省或某市的企业，可以大于所辖城市之和。",
            ),
        )

    def _fits(self, code: str, cities: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """How industries fit the province, and how many of its cities specialise in each."""
        having = Counter(
            row["industry"]
            for city in cities
            for row in self._t.fits.get(city, [])
            if row["level"] == "city" and row["is_specialised"]
        )
        for industry, *figures, _, said in self._t.fit_rows(code, self.level):
            yield (industry, *figures, f"{having[industry]} / {len(cities)}", said)

    def _below(self, city: str) -> Below:
        cities = self._t.whole("city")
        return Below(
            name=cities.names[city],
            standings=cities.standings.get(city, {}),
            ranges={OVERALL: cities.ranges.get((city, OVERALL))},
            stock=cities.stocks.get((city, OVERALL)),
        )

    def _figures(self, code: str, cities: int) -> Iterator[KeyFigure]:
        yield from self._place(code)
        top = self._t.workspace.project.top
        units = [unit for unit in self._t.units if unit[:2] == code[:2]]
        ranks = [self._t.standings[unit].get(OVERALL, {}).get("rank") for unit in units]
        yield KeyFigure("所辖城市", f"{cities}", "个")
        within = sum(rank is not None and rank <= top for rank in ranks)
        yield KeyFigure(f"综合前{top}位区县", f"{within}", "个")
        stock = self._whole.stocks.get((code, OVERALL), 0)
        yield KeyFigure(f"{self._t.workspace.project.subject}企业", f"{stock:,.0f}", "家")
