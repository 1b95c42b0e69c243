"""Answers for planners out of a project that has been run: what the commands show."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.config import load_project
from reli.errors import InvalidData, InvalidSetting, MissingFile, UnknownName
from reli.index import Panel
from reli.insight.change import Change, what_if
from reli.insight.gap import Gap
from reli.pipeline.explain import find_unit, scored_workspace
from reli.pipeline.framework import project_framework, project_recipe
from reli.pipeline.planning import read_peers
from reli.pipeline.ranging import numbered
from reli.pipeline.scoring import project_panels
from reli.pipeline.workspace import Workspace
from reli.reference.divisions import divisions_at
from reli.reference.emerging import OVERALL
from reli.reference.universes import universe

__all__ = [
    "AGAINST",
    "LEVELS",
    "Wish",
    "clusters",
    "concentration",
    "fit",
    "gap",
    "peers",
    "profile",
    "what_if_changed",
]

AGAINST = ("peers", "province", "all")

LEVELS = ("county", "city", "province")


@dataclass(frozen=True)
class Wish:
    """A change as a planner says it: `high_tech=+50` adds, `high_tech=120` sets."""

    division: str
    indicator: str
    amount: float
    is_total: bool

    @classmethod
    def parse(cls, division: str, text: str) -> "Wish":
        """Read `indicator=+AMOUNT`, `indicator=-AMOUNT` or `indicator=VALUE`.

        Raises:
            InvalidData: the text is none of these.
        """
        indicator, _, value = (part.strip() for part in text.partition("="))
        try:
            amount = float(value)
        except ValueError:
            amount = math.nan
        if not math.isfinite(amount):
            raise InvalidData(
                f"{text!r}: expected INDICATOR=+AMOUNT to add or INDICATOR=VALUE to set, "
                "such as high_tech=+50"
            )
        return cls(division, indicator, amount, not value.startswith(("+", "-")))


def profile(folder: Path, division: str, industry: str, against: str = "peers") -> pa.Table:
    """What each indicator adds to a unit's index, the strongest lead first.

    Args:
        folder: project folder that has been run.
        division: code or name of a unit.
        industry: 综合 or one of the eight.
        against: peers, province or all: by whose mean strengths and gaps are told.

    Returns:
        indicator, name, then the columns of `insight/profile`, and `standing` (strength, gap, or
        empty where level or not comparable).
    """
    workspace = scored_workspace(folder, industry)
    unit, _ = find_unit(workspace, division)
    _known("group", against, AGAINST)
    rows = _stage(workspace, "insight/profile").filter(
        (pl.col("industry") == industry) & (pl.col("unit") == unit)
    )
    if rows.is_empty():
        raise InvalidSetting(
            f"{division} is not scored in {industry}, or the recipe's levels are no means"
        )
    lead = pl.col(f"ahead_of_{against}")
    standing = (
        pl.when(lead > 0.005).then(pl.lit("strength")).when(lead < -0.005).then(pl.lit("gap"))
    )
    told = rows.with_columns(standing=standing).sort(lead, descending=True, nulls_last=True)
    return _named_indicators(workspace, told.drop("industry", "unit"))


def peers(folder: Path, division: str) -> pa.Table:
    """The units most alike to one in structure: place, peer, its names, distance."""
    workspace = Workspace(load_project(folder))
    unit, _ = find_unit(workspace, division)
    rows = _stage(workspace, "insight/peers").filter(pl.col("unit") == unit).drop("unit")
    return _named_units(workspace, rows, "peer")


def what_if_changed(
    folder: Path, wishes: Sequence[Wish], industry: str, *, keep_bounds: bool = False
) -> pa.Table:
    """Every rank that moves when values are changed: names, then as `reli.insight.change`."""
    workspace = scored_workspace(folder, industry)
    panel = _panel(workspace, industry)
    changes = [
        Change(
            _unit_of(workspace, panel, wish.division), wish.indicator, wish.amount, wish.is_total
        )
        for wish in wishes
    ]
    found = what_if(
        panel,
        project_framework(workspace),
        project_recipe(workspace),
        changes,
        numbered=numbered(workspace),
        keep_bounds=keep_bounds,
    )
    return _named_units(workspace, pl.DataFrame(found), "unit")


def gap(
    folder: Path,
    division: str,
    industry: str,
    rank: int,
    *,
    indicators: Sequence[str] = (),
    costs: Mapping[str, float] | None = None,
    is_spread: bool = False,
    keep_bounds: bool = False,
) -> pa.Table:
    """The smallest change that reaches a rank: of each indicator alone, or spread by costs."""
    workspace = scored_workspace(folder, industry)
    panel = _panel(workspace, industry)
    unit = _unit_of(workspace, panel, division)
    asked = Gap(
        panel,
        project_framework(workspace),
        project_recipe(workspace),
        unit,
        rank,
        numbered(workspace),
        tuple(read_peers(workspace).get(unit, ())),
        keep_bounds,
    )
    found = asked.spread(costs) if is_spread or costs else asked.alone(indicators)
    return _named_indicators(workspace, pl.DataFrame(found))


def fit(folder: Path, division: str = "", *, of_classes: bool = False) -> pa.Table:
    """How each industry stands and fits in a county or city, the best fit first; or in all.

    `of_classes`: the second-level classes in place of the industries, where a register is there.
    """
    workspace = Workspace(load_project(folder))
    if of_classes and "enterprises" not in workspace.project.tables():
        raise InvalidData(
            "the second-level classes are counted from a register: name a source of the table "
            "enterprises in reli.toml, or give counts of your own with --counts"
        )
    rows = _stage(workspace, "insight/class_fit" if of_classes else "insight/fit")
    if division:
        rows = rows.filter(pl.col("unit") == _place(workspace, division))
        # A city without counties is both; as a unit it stands among counties.
        level = "county" if "county" in rows["level"] else "city"
        rows = rows.filter(pl.col("level") == level)
        if rows.is_empty():
            raise InvalidData(f"{division} has no enterprise of an emerging industry")
        rows = rows.sort("fit_rank", "rca", descending=[False, True], nulls_last=True)
    return _with_place(workspace, rows, "unit")


def concentration(folder: Path, level: str = "city", *, of_industries: bool = False) -> pa.Table:
    """Concentration of the places of a level, or of the industries over them."""
    workspace = Workspace(load_project(folder))
    _known("level", level, LEVELS)
    table = "insight/industry_concentration" if of_industries else "insight/concentration"
    rows = _stage(workspace, table).filter(pl.col("level") == level)
    column = "leading_place" if of_industries else "division_code"
    return _with_place(workspace, rows.sort("hhi", descending=True), column)


def clusters(folder: Path, industry: str = "", table: str = "centres") -> pa.Table:
    """Clusters of heat: `centres`, `units` or `whole`; of one index, or of all."""
    workspace = Workspace(load_project(folder))
    names = {"centres": "insight/centres", "units": "insight/clusters", "whole": "insight/moran"}
    _known("table", table, names)
    rows = _stage(workspace, names[table])
    if industry:
        _known("industry", industry, (OVERALL, *workspace.industries))
        rows = rows.filter(pl.col("industry") == industry)
    if table == "whole":
        return rows.to_arrow()
    return _with_place(workspace, rows, "hottest" if table == "centres" else "unit")


def _known(kind: str, name: str, known: "Sequence[str] | Mapping[str, str]") -> None:
    if name not in known:
        raise UnknownName(kind, name, known)


def _stage(workspace: Workspace, name: str) -> pl.DataFrame:
    path = workspace.stage(name)
    if not path.is_file():
        tables = workspace.project.tables()
        if "score" in tables and name not in {
            "insight/moran",
            "insight/clusters",
            "insight/centres",
        }:
            raise InvalidSetting(
                "the project has finished scores: what is behind them is not known"
            )
        raise MissingFile(f"{workspace.folder} has not been run: reli run {workspace.folder}")
    return pl.DataFrame(pq.read_table(path))


def _panel(workspace: Workspace, industry: str) -> Panel:
    for panel in project_panels(workspace):
        if panel.key["industry"] == industry:
            return panel
    raise InvalidSetting(f"the project has no index of {industry}")


def _unit_of(workspace: Workspace, panel: Panel, division: str) -> str:
    """Code of a unit of an index.

    Raises:
        UnknownName: no such unit in the universe.
        InvalidData: the unit has no part in this index.
    """
    unit, name = find_unit(workspace, division)
    if unit not in panel.units:
        is_counted = "enterprises" in workspace.project.tables()
        why = (
            "it has no enterprise that counts there" if is_counted else "the table has no row of it"
        )
        raise InvalidData(
            f"{unit} {name} is not ranked in {panel.key['industry']} (未列入排名): {why}; "
            "`reli fit` says which industries are near to what it has"
        )
    return unit


def _place(workspace: Workspace, division: str) -> str:
    """Code of a county or city."""
    cities = dict(zip(*_cities(workspace), strict=True))
    if division in cities:
        return division
    named = [code for code, name in cities.items() if name == division]
    return named[0] if len(named) == 1 else find_unit(workspace, division)[0]


def _cities(workspace: Workspace) -> tuple[list[str], list[str]]:
    units = universe(workspace.project.universe).units
    frame = pl.DataFrame(units).drop_nulls("city_code").unique("city_code").sort("city_code")
    return frame["city_code"].to_list(), frame["city_name"].to_list()


def _named_indicators(workspace: Workspace, rows: pl.DataFrame) -> pa.Table:
    """The rows with the Chinese name behind the code of the indicator."""
    framework = project_framework(workspace)
    names = {code: framework.by_code[code].name_zh or code for code in framework.indicators}
    rest = [name for name in rows.columns if name not in {"unit", "indicator"}]
    named = rows.with_columns(name=pl.col("indicator").replace_strict(names))
    return named.select("indicator", "name", *rest).to_arrow()


def _named_units(workspace: Workspace, rows: pl.DataFrame, column: str) -> pa.Table:
    """The rows with county, city and province behind the code of the unit."""
    units = pl.DataFrame(universe(workspace.project.universe).units).select(
        pl.col("unit").alias(column),
        county="county_name",
        city="city_name",
        province="province_name",
    )
    rest = [name for name in rows.columns if name != column]
    joined = rows.join(units, on=column, how="left", maintain_order="left")
    return joined.select(column, "county", "city", "province", *rest).to_arrow()


def _with_place(workspace: Workspace, rows: pl.DataFrame, column: str) -> pa.Table:
    """The rows with the name of a division of any level behind its code."""
    table = divisions_at(workspace.project.vintage)
    known = dict(zip(table["code"].to_pylist(), table["name"].to_pylist(), strict=True))
    units = universe(workspace.project.universe).units
    known |= dict(zip(units["unit"].to_pylist(), units["county_name"].to_pylist(), strict=True))
    place = pl.col(column).replace_strict(known, default=None, return_dtype=pl.String)
    at = rows.columns.index(column) + 1
    named = rows.with_columns(place=place)
    return named.select(*rows.columns[:at], "place", *rows.columns[at:]).to_arrow()
