"""All tables that briefs read, once."""

import json
from functools import cached_property
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from reli.config import load_project
from reli.errors import InvalidSetting, MissingFile
from reli.pipeline.brief_words import Row, advice, ratio
from reli.pipeline.explain import find_unit
from reli.pipeline.framework import project_framework
from reli.pipeline.planning import STOCK
from reli.pipeline.told_sources import indicator_sources
from reli.pipeline.workspace import Workspace
from reli.reference.emerging import OVERALL
from reli.reference.universes import universe

__all__ = ["BriefTables", "WholeTables"]

WIDTH = "method_and_weights"
"""Which of the widths of ranks a brief shows."""

FOOT = "位次在列入排名的{}中计算；方法区间不是置信区间。"


class BriefTables:
    """The tables of one project, each by what a brief asks for."""

    def __init__(self, folder: Path) -> None:
        """Open a project folder.

        Raises:
            MissingFile: it has not been run.
            InvalidSetting: it has finished scores, behind which nothing is known.
        """
        self.workspace = Workspace(load_project(folder))
        if "score" in self.workspace.project.tables():
            raise InvalidSetting("the project has finished scores: a brief needs what is behind")
        if not self.workspace.stage("insight/profile").is_file():
            raise MissingFile(f"{folder} has not been run: reli run {folder}")
        self.framework = project_framework(self.workspace)
        self._wholes: dict[str, WholeTables] = {}
        self.units = {
            row["unit"]: row for row in universe(self.workspace.project.universe).units.to_pylist()
        }

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all units, of the cities above them, and of provinces that are counted whole."""
        cities = {row["city_code"] for row in self.units.values()} - {None} - set(self.units)
        return (*sorted(self.units), *sorted(cities), *sorted(set(self.provinces) - cities))

    @cached_property
    def provinces(self) -> dict[str, str]:
        """Code and name of each province that is counted as a whole."""
        return self.whole("province").names

    def code_of(self, division: str) -> str:
        """Code of a unit or city, by code or by a name that is clear.

        Raises:
            UnknownName: no such place.
            InvalidData: the name fits several.
        """
        if division in self.codes:
            return division
        named = {
            row["city_code"] for row in self.units.values() if row["city_name"] == division
        } - {None}
        named |= {code for code, name in self.provinces.items() if name == division}
        return named.pop() if len(named) == 1 else find_unit(self.workspace, division)[0]

    def _table(self, name: str) -> pl.DataFrame:
        return _read(self.workspace, name)

    @cached_property
    def standings(self) -> dict[str, dict[str, Row]]:
        """Standings of each unit by industry."""
        return _by_industry(self._table("score/standings"))

    def whole(self, level: str) -> "WholeTables":
        """Tables of the places of a level that are counted as wholes: city or province."""
        if level not in self._wholes:
            self._wholes[level] = WholeTables(self.workspace, level)
        return self._wholes[level]

    @cached_property
    def ranked(self) -> dict[str, int]:
        """Units that hold a place, by industry."""
        table = self._table("score/standings").filter(pl.col("rank").is_not_null())
        return dict(table.group_by("industry").len().iter_rows())

    @cached_property
    def ranges(self) -> dict[tuple[str, str], Row]:
        """Rank ranges by unit and industry."""
        return _ranges(self._table("score/ranges"))

    @cached_property
    def margins(self) -> dict[tuple[str, str], Row]:
        """What one more is worth in 综合, by unit and indicator."""
        table = self._table("score/margins")
        if table.is_empty():
            return {}
        rows = table.filter(pl.col("industry") == OVERALL).iter_rows(named=True)
        return {(row["unit"], row["indicator"]): row for row in rows}

    @cached_property
    def stocks(self) -> dict[tuple[str, str], float]:
        """Enterprises by unit and industry."""
        panel = self._table("indicator/indicator").filter(
            pl.col("indicator") == STOCK,
            pl.col("year") == self.workspace.project.reference_year,
            pl.col("value").is_not_null(),
        )
        rows = panel.select("unit", "industry", "value").iter_rows()
        return {(unit, industry): value for unit, industry, value in rows}

    def _overall(self, name: str) -> dict[str, list[Row]]:
        return _by(self._table(name).filter(pl.col("industry") == OVERALL), "unit")

    @cached_property
    def profiles(self) -> dict[str, list[Row]]:
        """Rows of the profile in 综合, by unit."""
        return self._overall("insight/profile")

    @cached_property
    def gaps(self) -> dict[str, list[Row]]:
        """Rows of the gaps in 综合, by unit."""
        return self._overall("insight/gaps")

    @cached_property
    def peers(self) -> dict[str, list[Row]]:
        """Peers by unit, the most alike first."""
        return _by(self._table("insight/peers"), "unit")

    @cached_property
    def fits(self) -> dict[str, list[Row]]:
        """Rows of the industry fit, by county or city."""
        return _by(self._table("insight/fit"), "unit")

    @cached_property
    def concentration(self) -> dict[str, list[Row]]:
        """Rows of the concentration, by place."""
        return _by(self._table("insight/concentration"), "division_code")

    @cached_property
    def clusters(self) -> dict[str, list[Row]]:
        """Significant rows of the clusters, by unit."""
        return _by(self._table("insight/clusters").filter(pl.col("kind").is_not_null()), "unit")

    @cached_property
    def evidence(self) -> dict[str, list[Row]]:
        """How the enterprises of a unit were placed, by unit."""
        table = self._table("indicator/evidence")
        if table.is_empty():
            return {}
        chosen = table.filter(pl.col("indicator") == STOCK, pl.col("industry") == OVERALL)
        return _by(chosen.group_by("unit", "place").agg(pl.col("quantity").sum()), "unit")

    @cached_property
    def missing(self) -> dict[str, str]:
        """Indicators without any data: code -> reason."""
        path = self.workspace.stage("score/method", ".json")
        said: dict[str, str] = json.loads(path.read_text(encoding="utf-8")).get("missing", {})
        return said

    @cached_property
    def sources(self) -> dict[str, str]:
        """By indicator, the list or table that it is counted from."""
        return indicator_sources(self.workspace, self.framework)

    def foot(self, said: str = "区县") -> str:
        """What stands at the foot of each page; `said`: whom the place is ranked among."""
        source = self.workspace.project.source_note
        return (f"资料来源：{source}。" if source else "") + FOOT.format(said)

    def source(self, indicator: str, value: float | None) -> str:
        """Where a value comes from, or why there is none."""
        if value is None:
            return self.missing.get(indicator, "名单未覆盖本地")
        return self.sources[indicator]

    def name(self, code: str) -> str:
        """Chinese name of an indicator."""
        return self.framework.by_code[code].name_zh or code

    def fit_rows(self, code: str, level: str = "") -> tuple[tuple[str, ...], ...]:
        """How industries stand and fit in a place, as a brief prints them."""
        # A city without counties is both; as a unit it stands among counties.
        level = level or ("county" if code in self.units else "city")
        rows = [row for row in self.fits.get(code, []) if row["level"] == level]
        ordered = sorted(rows, key=lambda row: (row["fit_rank"] or 0, -(row["rca"] or 0)))
        return tuple(
            (
                row["industry"],
                f"{row['enterprises']:,.0f}",
                ratio(row["lq"]),
                ratio(row["rca"]),
                ratio(row["density"]),
                f"{row['group_specialised']} / {row['group_places']}",
                advice(row),
            )
            for row in ordered
        )


class WholeTables:
    """Tables of the cities, or of the provinces, as wholes; empty where they are not counted."""

    def __init__(self, workspace: Workspace, level: str) -> None:
        self._workspace, self._level = workspace, level

    @cached_property
    def standings(self) -> dict[str, dict[str, Row]]:
        """Standings of each place by industry."""
        return _by_industry(_read(self._workspace, f"score/{self._level}_standings"))

    @cached_property
    def names(self) -> dict[str, str]:
        """Code and name of each place."""
        return {
            code: str(row[self._level])
            for code, rows in self.standings.items()
            for row in list(rows.values())[:1]
        }

    @cached_property
    def ranked(self) -> int:
        """Places that hold a rank in 综合."""
        overall = (rows.get(OVERALL, {}) for rows in self.standings.values())
        return sum(row.get("rank") is not None for row in overall)

    @cached_property
    def ranges(self) -> dict[tuple[str, str], Row]:
        """Rank ranges by place and industry."""
        return _ranges(_read(self._workspace, f"score/{self._level}_ranges"))

    @cached_property
    def _panel(self) -> pl.DataFrame:
        table = _read(self._workspace, f"indicator/{self._level}")
        if table.is_empty():
            return table
        return table.filter(pl.col("year") == self._workspace.project.reference_year)

    @cached_property
    def stocks(self) -> dict[tuple[str, str], float]:
        """Enterprises by place and industry."""
        if self._panel.is_empty():
            return {}
        rows = self._panel.filter(pl.col("indicator") == STOCK).drop_nulls("value")
        found = rows.select("unit", "industry", "value").iter_rows()
        return {(unit, industry): value for unit, industry, value in found}

    @cached_property
    def indicators(self) -> dict[str, dict[str, Row]]:
        """In 综合: place -> indicator -> value, rank, median of the places of the level."""
        if self._panel.is_empty():
            return {}
        nodes = project_framework(self._workspace).nodes
        negative = [node.code for node in nodes if node.direction < 0]
        sign = pl.when(pl.col("indicator").is_in(negative)).then(-1.0).otherwise(1.0)
        # Ranks are taken on nine significant digits, as everywhere.
        rounded = sign * pl.col("value").round_sig_figs(9)
        found = self._panel.filter(pl.col("industry") == OVERALL).with_columns(
            rank=rounded.rank("min", descending=True).over("indicator"),
            median=pl.col("value").median().over("indicator"),
        )
        return {
            place: {row["indicator"]: row for row in rows}
            for place, rows in _by(found, "unit").items()
        }


def _read(workspace: Workspace, name: str) -> pl.DataFrame:
    path = workspace.stage(name)
    return pl.DataFrame(pq.read_table(path)) if path.is_file() else pl.DataFrame()


def _by(table: pl.DataFrame, key: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in table.iter_rows(named=True):
        found.setdefault(row[key], []).append(row)
    return found


def _by_industry(standings: pl.DataFrame) -> dict[str, dict[str, Row]]:
    """Rows of standings by place and industry."""
    return {
        place: {row["industry"]: row for row in rows}
        for place, rows in _by(standings, "division_code").items()
    }


def _ranges(table: pl.DataFrame) -> dict[tuple[str, str], Row]:
    """Ranges of the width that a brief shows, by place and industry."""
    if table.is_empty():
        return {}
    rows = table.filter(pl.col("width") == WIDTH).iter_rows(named=True)
    return {(row["unit"], row["industry"]): row for row in rows}
