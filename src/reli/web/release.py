"""A data package in memory, and the look-ups that API and assistants share."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from reli.errors import MissingFile, UnknownName
from reli.report.datapackage import DESCRIPTOR, read_member
from reli.web.names import INDUSTRIES_EN

__all__ = ["Release", "find_releases"]

WIDTHS = ("method_and_weights", "weights", "method")
"""Kinds of rank range, the widest that is there stands for the method range."""

NEARBY = 5
"""Places up and down that count as peers where no table of peers is published."""


@dataclass(frozen=True)
class Release:
    """A data package: its tables, and answers about units."""

    folder: Path

    @cached_property
    def about(self) -> dict[str, Any]:
        """The descriptor."""
        found: dict[str, Any] = json.loads((self.folder / DESCRIPTOR).read_text(encoding="utf-8"))
        return found

    @property
    def name(self) -> str:
        """Short hash that names the release."""
        return str(self.about["version"])

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Tables by name; those that the package lacks are not there."""
        found = {}
        for resource in self.about["resources"]:
            name = str(resource["path"]).removesuffix(".parquet")
            if name != resource["path"]:
                table = read_member(self.folder, name)
                found[name] = pl.DataFrame(table)
        return found

    def document(self, name: str) -> Any:  # noqa: ANN401 - whatever the JSON file holds
        """A JSON document of the package; an empty object where it has none."""
        path = self.folder / f"{name}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    @cached_property
    def industries(self) -> tuple[str, ...]:
        """Indices, in the report's order."""
        return tuple(self.tables["ranks"]["industry"].unique(maintain_order=True))

    @cached_property
    def framework(self) -> list[dict[str, Any]]:
        """Nodes of the framework."""
        return self.tables["framework"].to_dicts()

    @cached_property
    def divisions(self) -> dict[str, dict[str, Any]]:
        """Units by code."""
        return {row["division_code"]: row for row in self.tables["divisions"].to_dicts()}

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years of which there are indicators or scores."""
        found = {int(self.about["reference_year"])}
        for name in ("indicators", "scores"):
            if name in self.tables:
                found |= {int(year) for year in self.tables[name]["year"].unique()}
        return tuple(sorted(found))

    @cached_property
    def source(self) -> dict[str, Any]:
        """What every answer says of where it comes from."""
        return {
            "release": self.name,
            "title": self.about["title"],
            "reference_year": self.about["reference_year"],
            "sources": [each["title"] for each in self.about["sources"]],
            "licence": self.about["licenses"][0]["name"],
            "is_synthetic": self.about["is_synthetic"],
            "is_partial": self.about["is_partial"],
        }

    @cached_property
    def ranks(self) -> pl.DataFrame:
        """Ranks with their method ranges, where the package has them."""
        ranks = self.tables["ranks"]
        ranges = self.tables.get("ranges")
        if ranges is None:
            return ranks
        there = set(ranges["width"].unique())
        width = next((each for each in WIDTHS if each in there), None)
        columns = ["rank_low", "rank_median", "rank_high", "top_100"]
        chosen = ranges.filter(pl.col("width") == width)
        return ranks.join(
            chosen.select("industry", "division_code", *columns),
            on=["industry", "division_code"],
            how="left",
            maintain_order="left",
        )

    def division(self, code: str) -> dict[str, Any]:
        """A unit by its code.

        Raises:
            UnknownName: no such unit.
        """
        if code not in self.divisions:
            raise UnknownName("division", code, list(self.divisions))
        return self.divisions[code]

    def industry(self, name: str) -> str:
        """An index by its name in Chinese or English.

        Raises:
            UnknownName: no such index.
        """
        english = {INDUSTRIES_EN.get(each, each).lower(): each for each in self.industries}
        found = name if name in self.industries else english.get(name.lower())
        if found is None:
            raise UnknownName("industry", name, self.industries)
        return found

    def find(self, text: str, limit: int = 10) -> list[dict[str, Any]]:
        """Units by Chinese name, pinyin, initials, former name or code, best first."""
        query = "".join(text.lower().split()).replace("'", "")
        scored = [(_likeness(query, row), row) for row in self.divisions.values()]
        hits = sorted((each for each in scored if each[0]), key=lambda each: -each[0])
        return [row for _, row in hits[:limit]]

    @cached_property
    def _ranks_by_unit(self) -> dict[str, list[dict[str, Any]]]:
        return _grouped(self.ranks.drop("county", "city", "province"))

    @cached_property
    def _scores_by_unit(self) -> dict[str, list[dict[str, Any]]]:
        scores = self.tables.get("scores")
        if scores is None:
            return {}
        year = self.about["reference_year"]
        return _grouped(
            scores.filter(pl.col("year") == year).select(
                "division_code", "industry", "node", "level", "score", "rank"
            )
        )

    @cached_property
    def _values_by_unit(self) -> dict[str, list[dict[str, Any]]]:
        panel = self.tables.get("indicators")
        if panel is None:
            return {}
        return _grouped(
            self._placed(panel.filter(pl.col("year") == self.about["reference_year"])).select(
                "division_code", "industry", "indicator", "value", "state", "rank"
            )
        )

    def _placed(self, panel: pl.DataFrame) -> pl.DataFrame:
        """Values of indicators with their ranks among the ranked units.

        By what was counted, for what the index caps still differs; having none of what is counted
        is no place among those that have some.
        """
        holders = self.tables["ranks"].filter(pl.col("status") == "ranked")
        directions = self.tables["framework"].select(indicator="code", direction="direction")
        key = ["industry", "indicator"]
        known = panel.join(directions, on="indicator", how="left", maintain_order="left").join(
            holders.select("industry", "division_code", holds=pl.lit(True)),
            on=["industry", "division_code"],
            how="left",
            maintain_order="left",
        )
        is_count = (pl.col("direction") > 0) & (pl.col("value").min().over(key) >= 0)
        is_placed = pl.col("holds") & ~(is_count & (pl.col("value") == 0))
        # Ranks are taken on nine significant digits, as everywhere.
        value = (pl.col("direction") * pl.col("value")).round_sig_figs(9)
        placed = pl.when(is_placed).then(value)
        rank = placed.rank("min", descending=True).over(key).cast(pl.Int32)
        return known.with_columns(rank=rank)

    def profile(self, code: str) -> dict[str, Any]:
        """All that is published of a unit.

        Raises:
            UnknownName: no such unit.
        """
        division = self.division(code)
        scores = _by_industry(self._scores_by_unit.get(code, ()))
        values = _by_industry(self._values_by_unit.get(code, ()))
        indices = []
        for row in self._ranks_by_unit[code]:
            industry = row["industry"]
            by_node = {each["node"]: each for each in scores.get(industry, ())}
            indices.append(
                {
                    **row,
                    "scores": {
                        node: {"score": each["score"], "rank": each["rank"]}
                        for node, each in by_node.items()
                        if each["level"] > 1
                    },
                    "indicators": {
                        each["indicator"]: {
                            "value": each["value"],
                            "state": each["state"],
                            "score": by_node.get(each["indicator"], {}).get("score"),
                            "rank": each["rank"],
                        }
                        for each in values.get(industry, ())
                    },
                }
            )
        return {"division": division, "indices": indices, "source": self.source}

    def compare(self, codes: Sequence[str], industry: str) -> dict[str, Any]:
        """Units side by side: ranks in every index, nodes of one.

        Raises:
            UnknownName: no such unit or index.
        """
        chosen = self.industry(industry)
        rows = []
        for code in codes:
            profile = self.profile(code)
            own = next(each for each in profile["indices"] if each["industry"] == chosen)
            rows.append(
                {
                    "division": profile["division"],
                    "ranks": {each["industry"]: each["rank"] for each in profile["indices"]},
                    "index": own["index"],
                    "status": own["status"],
                    "scores": own["scores"],
                    "indicators": own["indicators"],
                }
            )
        return {"industry": chosen, "units": rows, "source": self.source}

    def peers(self, code: str, industry: str) -> dict[str, Any]:
        """Units like a unit: those of the published table, else those ranked nearby.

        Raises:
            UnknownName: no such unit or index.
        """
        self.division(code)
        chosen = self.industry(industry)
        ranks = self.ranks.filter(pl.col("industry") == chosen)
        given = self.tables.get("peers")
        if given is not None and "peer" in given.columns:
            names = given.filter(pl.col("division_code") == code)["peer"].to_list()
            rows = ranks.filter(pl.col("division_code").is_in(names))
            return {"method": "published peers", "industry": chosen, "rows": rows.to_dicts()}
        own = ranks.filter(pl.col("division_code") == code)["rank"][0]
        rows = ranks.head(0)
        if own is not None:
            near = (pl.col("rank") - own).abs() <= NEARBY
            rows = ranks.filter(near & (pl.col("division_code") != code)).sort("rank")
        return {
            "method": f"ranked within {NEARBY} places",
            "industry": chosen,
            "rows": rows.to_dicts(),
        }

    def explain(self, code: str, industry: str) -> dict[str, Any]:
        """Why a unit has its index: each indicator's value, score, weight and points.

        The points add up to the index where all means are arithmetic.

        Raises:
            UnknownName: no such unit or index.
        """
        chosen = self.industry(industry)
        profile = self.profile(code)
        own = next(each for each in profile["indices"] if each["industry"] == chosen)
        weights = self._effective_weights(own)
        names = {node["code"]: node for node in self.framework}
        parts = [
            {
                "indicator": indicator,
                "name_zh": names[indicator]["name_zh"],
                "definition_zh": names[indicator]["definition_zh"],
                "definition_en": names[indicator].get("definition_en"),
                **cell,
                "weight": weights.get(indicator),
                "points": weights[indicator] * cell["score"] if indicator in weights else None,
            }
            for indicator, cell in own["indicators"].items()
        ]
        return {
            "division": profile["division"],
            "industry": chosen,
            **{name: own.get(name) for name in ("rank", "index", "status")},
            "indicators": parts,
            "method": self.document("publication").get("method", []),
            "source": self.source,
        }

    def _effective_weights(self, own: Mapping[str, Any]) -> dict[str, float]:
        """Weight of each present indicator in the index, by equal or stated weights."""
        steps = self.document("recipe") or []
        is_equal = any(step.get("method") == "equal" for step in steps if step["do"] == "weight")
        children: dict[str, list[dict[str, Any]]] = {}
        for node in self.framework:
            children.setdefault(node["parent"] or "", []).append(node)
        scored = {**own["scores"], **own["indicators"]}

        def walk(parent: str, weight: float) -> dict[str, float]:
            below = [
                each
                for each in children.get(parent, ())
                if scored.get(each["code"], {}).get("score") is not None
            ]
            if not below:
                return {parent: weight} if parent not in children else {}
            total = sum(1.0 if is_equal else each["weight"] for each in below)
            found: dict[str, float] = {}
            for each in below:
                share = (1.0 if is_equal else each["weight"]) / total
                found |= walk(each["code"], weight * share)
            return found

        top = children[""][0]["code"] if "" in children else ""
        return walk(top, 1.0) if own["scores"] else {}


def _grouped(table: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Rows by unit."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in table.iter_rows(named=True):
        found.setdefault(row.pop("division_code"), []).append(row)
    return found


def _by_industry(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["industry"], []).append(row)
    return found


def _likeness(query: str, row: Mapping[str, Any]) -> int:
    """How well a unit answers a query; 0 where it does not."""
    whole = f"{row['province']}{row['city'] or ''}{row['county']}"
    tests = (
        (100, query in (row["division_code"], row["county"])),
        (90, row["county"].startswith(query)),
        (85, query in (row["pinyin"], row["initials"])),
        (80, row["pinyin"].startswith(query)),
        (60, len(query) > 1 and row["initials"].startswith(query)),
        (50, query in row["county"]),
        (45, any(query in name for name in (row["former_names"] or "").split("|") if name)),
        (40, len(query) > 2 and query in whole),
        (30, len(query) > 1 and query in row["county_en"].lower().replace("'", "")),
    )
    return next((score for score, is_met in tests if query and is_met), 0)


def find_releases(folder: Path) -> dict[str, Release]:
    """Releases of a project folder, or of a data package itself; the current one first.

    Raises:
        MissingFile: there is none.
    """
    places = [folder, folder / "out" / "datapackage"]
    places += sorted((folder / "editions").glob("*/datapackage"))
    found = [Release(place) for place in places if (place / DESCRIPTOR).is_file()]
    if not found:
        raise MissingFile(
            f"{folder} has no data package ({DESCRIPTOR}): run `reli run {folder}` first, "
            "or name the folder of a package"
        )
    return {release.name: release for release in found}
