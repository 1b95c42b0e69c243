"""The evidence behind a brief, for the day its government calls."""

from collections.abc import Iterator

import polars as pl

from reli.insight.change import Change, what_if
from reli.pipeline.brief_tables import BriefTables
from reli.pipeline.brief_words import cut, number
from reli.pipeline.classified import classified_rows
from reli.pipeline.explain import explain_count
from reli.pipeline.framework import project_recipe
from reli.pipeline.planning import STOCK
from reli.pipeline.ranging import numbered
from reli.pipeline.scoring import project_panels
from reli.reference.emerging import OVERALL
from reli.report.brief import DossierPart

__all__ = ["dossier"]

LONGEST = 40
"""Rows of evidence that a dossier prints of a count."""


def dossier(tables: BriefTables, code: str) -> Iterator[DossierPart]:
    """The firms behind each count of a unit, near misses, and its rank if they were accepted."""
    yield from _Dossier(tables).parts(code)


class _Dossier:
    def __init__(self, tables: BriefTables) -> None:
        self._t = tables

    def parts(self, code: str) -> Iterator[DossierPart]:
        project = self._t.workspace.project
        if "enterprises" not in project.tables():
            yield DossierPart(
                "附：数据依据",
                note="本项目由指标表开始，指标背后的企业不在项目中。",
                page_break=True,
            )
            return
        is_first = True
        for row in self._t.profiles.get(code, []):
            if row["raw"]:
                yield self._behind(code, row["indicator"], page_break=is_first)
                is_first = False
        yield from self._near_misses(code, page_break=is_first)

    def _behind(self, code: str, indicator: str, *, page_break: bool) -> DossierPart:
        found = explain_count(self._t.workspace.folder, code, OVERALL, indicator)
        rows = found.head(LONGEST).to_dicts()
        note = f"共{found.height:,}家"
        if found.height > len(rows):
            command = f"reli explain {code} {OVERALL} --indicator {indicator}"
            note += f"，此处列前{len(rows)}家；全部见 {command}"
        return DossierPart(
            title=f"附：{self._t.name(indicator)}",
            heads=("企业", "数量", "所在地依据", "产业", "产业依据"),
            rows=tuple(
                (
                    row["name"],
                    number(row["quantity"], ""),
                    row.get("place_text") or row.get("place_method") or "",
                    "、".join((row.get("industries") or "").split("|")),
                    cut(row.get("evidence") or row.get("rules") or ""),
                )
                for row in rows
            ),
            widths=(2.6, 0.6, 1.8, 1.2, 2.2),
            sides=("left", "right", "left", "left", "left"),
            note=note + "。",
            page_break=page_break,
        )

    def _near_misses(self, code: str, *, page_break: bool) -> Iterator[DossierPart]:
        firms = classified_rows(self._t.workspace)
        city = self._t.units[code]["city_code"] or ""
        candidates = pl.col("place_candidates").fill_null("")
        is_near = (pl.col("place_code") == city) | candidates.str.contains(code, literal=True)
        near = (
            firms.filter(
                pl.col("division_code").is_null()
                & pl.col("is_counted")
                & (pl.col("industries").list.len() > 0)
                & is_near
            )
            .select("name", "place_text", "place_candidates", "industries")
            .collect()
        )
        yield DossierPart(
            title="附：未能落到区县、可能属于本地的企业",
            heads=("企业", "地址中识别的文字", "候选区划", "产业"),
            rows=tuple(
                (
                    row["name"],
                    row["place_text"] or "",
                    cut((row["place_candidates"] or "").replace("|", "、")),
                    "、".join(row["industries"]),
                )
                for row in near.head(LONGEST).to_dicts()
            ),
            widths=(2.6, 1.6, 1.6, 1.4),
            sides=("left",) * 4,
            note=self._if_accepted(code, near.height),
            page_break=page_break,
        )

    def _if_accepted(self, code: str, count: int) -> str:
        if not count:
            return "没有这样的企业：本市计入的企业都已落到区县。"
        panel = next(
            each for each in project_panels(self._t.workspace) if each.key["industry"] == OVERALL
        )
        if code not in panel.units:
            return f"共{count:,}家。"
        rows = what_if(
            panel,
            self._t.framework,
            project_recipe(self._t.workspace),
            [Change(code, STOCK, count)],
            numbered=numbered(self._t.workspace),
        ).to_pylist()
        own = next(row for row in rows if row["unit"] == code)
        if own["rank_before"] is None:
            return f"共{count:,}家。"
        return (
            f"共{count:,}家。若全部计入本地（企业数量增加{count:,}家，其他不变），"
            f"综合位次由第{own['rank_before']}位变为第{own['rank_after']}位。"
        )
