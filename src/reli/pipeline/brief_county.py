"""The brief of a county."""

from collections.abc import Callable, Iterator, Sequence

from reli.pipeline.brief_tables import BriefTables
from reli.pipeline.brief_words import (
    FEASIBILITY,
    FIT_NOTE,
    PLACED,
    Row,
    above,
    best,
    index_row,
    number,
    points,
    short,
    status,
    whole,
)
from reli.pipeline.dossier import dossier
from reli.reference.emerging import OVERALL
from reli.report.brief import Brief, IndexRow, KeyFigure, Lead
from reli.report.standing_words import status_text

__all__ = ["CountyBriefs"]

SHORTEST = 0.05
"""A lead of fewer points is none."""

INDICATOR_HEADS = ("指标", "数值", "位次", "同类中位", "贡献（分）", "多一：分", "位", "来源")

SIDE = 6
"""Strengths and gaps that a brief shows at most."""


class CountyBriefs:
    """Briefs of counties, and of cities without counties."""

    def __init__(self, tables: BriefTables) -> None:
        self._t = tables

    def brief(self, code: str, *, is_dossier: bool = False) -> Brief:
        """The brief of a unit."""
        project, row = self._t.workspace.project, self._t.units[code]
        overall = self._t.standings[code].get(OVERALL, {})
        gaps = self._t.gaps.get(code, [])
        fits = self._t.fit_rows(code)
        target = gaps[0]["target_rank"] if gaps else None
        return Brief(
            code=code,
            name=row["county_name"],
            above=above(row),
            title=project.title,
            kind="区县简报",
            year=project.reference_year,
            ranked=self._t.ranked.get(OVERALL, 1),
            is_synthetic=project.is_synthetic,
            foot=self._t.foot(),
            figures=tuple(self._figures(code, overall)),
            indices=tuple(self._indices(code)),
            range_note=self._range_note,
            indicator_heads=INDICATOR_HEADS,
            indicator_widths=(1.8, 0.75, 0.65, 0.85, 0.9, 0.75, 0.45, 1.75),
            indicators=tuple(self._indicators(code)),
            indicator_note="位次：按数值排，零值不排位。贡献：该项指标在综合指数中的得分，各项之和等于综合"
            "热力值。多一：该项指标增加一个单位、其他不变时，热力值增加的分数和位次上升的名次。“—”：无数据，"
            "或不适用。",
            leads=tuple(self._leads(code)),
            peers=tuple(self._peer_rows(code)),
            peer_note="同类区县：人口、城镇化、学历、专业人员和就业结构（2020年人口普查）最相近的20个区县，"
            "不看得分；此处列前10个。各指标领先（落后）之分数相加，等于热力值与同类均值之差。",
            gap_title=f"四、升至第{target}位需要什么" if target else "",
            gaps=tuple(_gap_rows(gaps, self._t.name)),
            gap_note="按已拟合的上下限、其他区县不变计算；“同类中已有”为有该项数据的同类区县中已达到所需数值的个数。",
            fit_title="五、产业适配（错位发展）" if fits else "",
            group_head="本市已有",
            fits=fits,
            fit_note=FIT_NOTE,
            quality_title="六、数据质量" if fits else "五、数据质量",
            quality=tuple(self._quality(code, overall)),
            dossier=tuple(dossier(self._t, code)) if is_dossier else (),
        )

    @property
    def _range_note(self) -> str:
        if not self._t.ranges:
            return "本项目未计算方法区间。"
        return (
            "圆点为位次，色带为方法区间：指标处理方法和权重在声明的范围内变动时，90%的结果所在的位次；"
            "横轴为位次的对数。进入前100：其中进入前100位的比例。"
        )

    def _figures(self, code: str, overall: Row) -> Iterator[KeyFigure]:
        index, rank = overall.get("index"), overall.get("rank")
        yield KeyFigure("综合热力值", "未评分" if index is None else f"{index:.2f}")
        of = self._t.ranked.get(OVERALL, 0)
        place = status(overall) if rank is None else str(rank)
        yield KeyFigure("综合位次", place, "" if rank is None else f"/ {of:,}", strong=True)
        found = self._t.ranges.get((code, OVERALL))
        if found and found["rank_low"] is not None and rank is not None:
            yield KeyFigure("方法区间", f"{found['rank_low']}–{found['rank_high']}")
        stock = self._t.stocks.get((code, OVERALL))
        if stock is not None:
            yield KeyFigure(f"{self._t.workspace.project.subject}企业", f"{stock:,.0f}", "家")
        leading = best(self._t.standings[code])
        if leading:
            place = f"第{leading['rank']}位"
            yield KeyFigure("位次最好的产业", str(leading["industry"]), place)

    def _indices(self, code: str) -> Iterator[IndexRow]:
        for industry in (OVERALL, *self._t.workspace.industries):
            row = self._t.standings[code].get(industry)
            if row is None:
                continue
            key = (code, industry)
            yield index_row(row, self._t.stocks.get(key), self._t.ranges.get(key, {}))

    def _indicators(self, code: str) -> Iterator[tuple[str, ...]]:
        for row in self._t.profiles.get(code, []):
            node = self._t.framework.by_code[row["indicator"]]
            more = self._t.margins.get((code, row["indicator"]), {})
            yield (
                short(self._t.name(row["indicator"])),
                number(row["raw"], node.unit_of_measure),
                whole(row["rank"]) if row["raw"] is not None else "—",
                number(row["peers_raw"], ""),
                points(row["contribution"]),
                points(more.get("points")),
                whole(more.get("places")),
                self._t.source(row["indicator"], row["raw"]),
            )

    def _leads(self, code: str) -> Iterator[Lead]:
        rows = [
            row
            for row in self._t.profiles.get(code, [])
            if abs(row["ahead_of_peers"] or 0) >= SHORTEST
        ]
        rows.sort(key=lambda row: -row["ahead_of_peers"])
        # The farthest on either side, where there are more than a page has room for.
        for row in rows if len(rows) <= 2 * SIDE else (*rows[:SIDE], *rows[-SIDE:]):
            points = float(row["ahead_of_peers"])
            yield Lead(short(self._t.name(row["indicator"])), points, f"{points:+.2f}")

    def _peer_rows(self, code: str) -> Iterator[tuple[str, ...]]:
        for row in self._t.peers.get(code, [])[:10]:
            unit, standing = row["peer"], self._t.standings.get(row["peer"], {}).get(OVERALL, {})
            index = standing.get("index")
            names = self._t.units[unit]
            yield (
                f"{names['city_name'] or names['province_name']}{names['county_name']}",
                whole(standing.get("rank")),
                "—" if index is None else f"{index:.2f}",
            )

    def _quality(self, code: str, overall: Row) -> Iterator[str]:
        placed = {row["place"]: row["quantity"] for row in self._t.evidence.get(code, [])}
        if placed:
            parts = [f"{said}{placed[key]:,}家" for key, said in PLACED.items() if placed.get(key)]
            total = sum(placed.values())
            subject = self._t.workspace.project.subject
            yield f"计入的{subject}企业{total:,}家，所在地依据：{'，'.join(parts)}。"
        rows = self._t.profiles.get(code, [])
        missing = [self._t.name(row["indicator"]) for row in rows if row["raw"] is None]
        if missing:
            yield (
                f"{len(rows)}项指标中有{len(missing)}项无数据，未参与合成，其余指标的权重相应提高："
                f"{'、'.join(missing)}。"
            )
        reason = status_text(str(overall.get("status")), OVERALL)
        if reason and overall["status"] != "ranked":
            yield f"综合指数：{reason}。"
        hot = [row["industry"] for row in self._t.clusters.get(code, []) if row["kind"] == "hot"]
        if hot:
            yield f"空间上属于热点（本地与相邻区县热力值均显著偏高）的指数：{'、'.join(hot)}。"


def _gap_rows(rows: Sequence[Row], name: Callable[[str], str]) -> Iterator[tuple[str, ...]]:
    order = list(FEASIBILITY)
    ordered = sorted(
        rows, key=lambda row: (order.index(row["feasibility"]), -(row["peers_with"] or 0))
    )
    for row in ordered[:8]:
        yield (
            short(name(row["indicator"])),
            number(row["value"], ""),
            "—" if row["needed"] is None else f"+{number(row['needed'], '')}",
            number(row["value_needed"], ""),
            "—" if row["peers_with"] is None else f"{row['peers_with']} / {row['peers']}",
            number(row["best_peer"], ""),
            FEASIBILITY[row["feasibility"]],
        )
