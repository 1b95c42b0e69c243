"""From a score down to the enterprises behind it; what is added up equals what is published."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from reli.config import load_project
from reli.engine import Engine
from reli.errors import InvalidData, InvalidSetting, MissingFile, UnknownName
from reli.index import Scores
from reli.indicators import LEVELS, Counting, Measure, Units, units_of
from reli.indicators.beside import beside
from reli.indicators.counted_rows import counted_rows
from reli.pipeline.counting import (
    beside_measures,
    counting,
    project_measures,
    project_years,
)
from reli.pipeline.framework import project_framework
from reli.pipeline.indicators import indicator_file
from reli.pipeline.workspace import Workspace, database
from reli.pipeline.years import scores_of_year
from reli.reference.emerging import OVERALL
from reli.reference.universes import universe

__all__ = [
    "Explanation",
    "NodeRow",
    "explain",
    "explain_count",
    "find_unit",
    "scored_workspace",
]


@dataclass(frozen=True)
class NodeRow:
    """One node of the tree of a score."""

    node: str
    name: str
    depth: int
    raw: float | None
    """Value before any step; of indicators."""
    value: float | None
    """On the scale of the index."""
    rank: int | None
    weight: float | None
    """Share in the index; missing nodes have none."""
    contribution: float | None
    """weight x value: of the indicators, they add up to the index."""
    low: float | None
    """Lower bound that it was normalised by, after treatment; of indicators."""
    high: float | None
    """Upper bound that it was normalised by, after treatment; of indicators."""
    steps: str
    """What was done to an indicator, with the fitted parameters."""


@dataclass(frozen=True)
class Explanation:
    """The tree of one unit's score in one index."""

    unit: str
    name: str
    industry: str
    year: int
    rows: tuple[NodeRow, ...]


def explain(folder: Path, division: str, industry: str, year: int | None = None) -> Explanation:
    """The tree of a score.

    Args:
        folder: project folder that has been run.
        division: code of a unit, or its name where that is clear.
        industry: 综合 or one of the eight.
        year: one of the years that the project counts; the reference year. Others are scored by
            the bounds that all years share, as in score/years.

    Raises:
        UnknownName: no such unit, industry or year.
        InvalidSetting: finished scores, or the unit is not in that index.
        MissingFile: the project has not been run.
    """
    workspace = scored_workspace(folder, industry, year)
    unit, name = find_unit(workspace, division)
    asked = year or workspace.project.reference_year
    panels, scores = scores_of_year(workspace, asked)
    for panel, each in zip(panels, scores, strict=True):
        if panel.key["industry"] == industry and unit in each.units:
            rows = tuple(_rows(each, each.units.index(unit)))
            _check_sum(rows)
            return Explanation(unit, name, industry, asked, rows)
    raise InvalidSetting(
        f"{name} has no enterprise of {industry} in {asked}: it is not in that index"
    )


def scored_workspace(folder: Path, industry: str, year: int | None = None) -> Workspace:
    """A project whose indicators are known, with an industry and year that it has.

    Raises:
        UnknownName: no such industry, or a year that the project does not count.
        InvalidSetting: finished scores.
        MissingFile: the project has not been run.
    """
    workspace = Workspace(load_project(folder))
    project = workspace.project
    known = (OVERALL, *workspace.industries)
    if industry not in known:
        raise UnknownName("industry", industry, known)
    years = [str(each) for each in project_years(workspace)]
    if year is not None and str(year) not in years:
        raise UnknownName("year", str(year), years, f"{folder} (first_year in reli.toml)")
    if "score" in project.tables():
        raise InvalidSetting("the project has finished scores: what is behind them is not known")
    if not workspace.stage("indicator/indicator").is_file():
        raise MissingFile(f"{folder} has not been run: reli run {folder}")
    return workspace


def find_unit(workspace: Workspace, division: str) -> tuple[str, str]:
    """Code and name of a unit, by its code or by a name that is clear.

    Raises:
        UnknownName: no such unit; the nearest is offered.
        InvalidData: the name fits several.
    """
    units = universe(workspace.project.universe).units.to_pylist()
    found = {row["unit"]: row["county_name"] for row in units}
    if division in found:
        return division, found[division]
    names = [(row["unit"], _names(row)) for row in units]
    named = [unit for unit, known in names if division in known]
    if len(named) == 1:
        return named[0], found[named[0]]
    if named:
        told = ", ".join(f"{unit} {known[-1]}" for unit, known in names if unit in named)
        raise InvalidData(f"{division!r} fits {told}: give the code")
    raise UnknownName("division", division, [known[-1] for _, known in names])


def _names(row: dict[str, str | None]) -> tuple[str, ...]:
    """What a unit may be called, the clearest last."""
    county, city = row["county_name"] or "", row["city_name"] or ""
    province = row["province_name"] or ""
    return (
        county,
        city + county,
        province + county,
        (province if city != province else "") + (city if city != county else "") + county,
    )


def _rows(scores: Scores, unit: int) -> Iterator[NodeRow]:
    framework = scores.framework
    weights = scores.effective_weights(unit)
    for code in _downwards(scores, framework.top):
        node = framework.by_code[code]
        value = _number(scores.values[code][unit])
        weight = weights[code] if value is not None else None
        yield NodeRow(
            node=code,
            name=node.name_zh or node.name_en or code,
            depth=len(framework.path(code)) - 1,
            raw=_number(scores.raw[code][unit]) if code in scores.raw else None,
            value=value,
            rank=_rank(scores.ranks_of(code)[unit]),
            weight=weight,
            contribution=None if value is None or weight is None else weight * value,
            low=_bound(scores, code, "low"),
            high=_bound(scores, code, "high"),
            steps=_steps(scores, code),
        )


def _downwards(scores: Scores, code: str) -> Iterator[str]:
    yield code
    for child in scores.framework.children.get(code, ()):
        yield from _downwards(scores, child)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _rank(value: float) -> int | None:
    return None if np.isnan(value) else int(value)


def _bound(scores: Scores, code: str, side: str) -> float | None:
    """The bound of the last step that has one, which is the normalisation."""
    found = [
        record[side] for record in scores.fitted if record["indicator"] == code and side in record
    ]
    return float(found[-1]) if found else None


def _steps(scores: Scores, code: str) -> str:
    told = []
    for record in scores.fitted:
        if record["indicator"] == code:
            values = [
                f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
                for name, value in record.items()
                if name not in {"number", "indicator", "step"}
            ]
            told.append(f"{record['step']}({', '.join(values)})")
    return " > ".join(told)


def _check_sum(rows: tuple[NodeRow, ...]) -> None:
    """The indicators' contributions must be the index itself, to the last bits."""
    top = rows[0]
    leaves = [row.contribution for row in rows if row.raw is not None and row.contribution]
    if top.value is not None and not np.isclose(sum(leaves), top.value, rtol=1e-12, atol=1e-9):
        raise InvalidData(
            f"contributions add up to {sum(leaves)!r}, the index is {top.value!r}: "
            "they only add up where every level is an arithmetic mean"
        )


def explain_count(
    folder: Path, division: str, industry: str, indicator: str, year: int | None = None
) -> pl.DataFrame:
    """The enterprises behind a count, with the evidence of their place and industry.

    Args:
        folder: project folder that has been run.
        division: code of a unit, or its name where that is clear; also a city, a province or a
            declared region.
        industry: 综合 or another of the classification.
        indicator: its code or Chinese name; also of what is counted beside the indicators.
        year: one of the years that the project counts; the reference year.

    Returns:
        enterprise_id, name, quantity, then evidence, one row an enterprise; the quantities add up
        to the published count. Where totals of counties have replaced a part of it, a last row
        without an enterprise is what these change. For a density, the enterprises of its numerator.

    Raises:
        UnknownName: no such unit, industry, indicator or year.
        InvalidSetting: the project's indicators were not counted by reli, it has no source, or
            what is published is a total.
        InvalidData: the rows do not add up to the published count, a defect of reli.
    """
    workspace = scored_workspace(folder, industry, year)
    if "enterprises" not in workspace.project.tables():
        raise InvalidSetting("the indicators came as a finished table: no enterprises are known")
    level, unit, name = _find_counted(workspace, division)
    measure = _measure(workspace, indicator)
    asked = year or workspace.project.reference_year
    cell = _published(workspace, level, (unit, industry, asked, measure.indicator))
    if cell["source"] == "county_total" or cell["state"] == "suppressed":
        raise InvalidSetting(
            f"{name}, {industry}, {measure.indicator} in {asked}: {_said(cell['value'])} is a "
            "total of county_totals, which replaces what was counted: no enterprises are behind it"
        )
    with database(workspace) as engine:
        counted = counting(workspace, engine, year).at(_units(workspace, level))
        here = counted.behind(measure, unit, industry)
        if here is None:
            raise InvalidSetting(f"{indicator} has no source in this project")
        evidence = counted.places.tables.enterprises.drop("is_counted")
        joined = here.left_join(evidence, "enterprise_id").drop("enterprise_id_right")
        found = pl.DataFrame(engine.fetch(joined.order_by("enterprise_id")))
        found = found.join(
            _listed(counted, measure, engine, found["enterprise_id"]),
            on="enterprise_id",
            how="left",
        )
    found = found.with_columns(pl.col("industries").list.join("|"))
    if cell["source"] == "partly_county_total":
        return _with_totals(found, cell["value"])
    if measure.kind != "share" and cell["source"] == "computed":
        _check_count(found, cell["value"], f"{name}, {industry}, {measure.indicator}")
    return found


def _find_counted(workspace: Workspace, division: str) -> tuple[str, str, str]:
    """Level, code and name of whatever is counted: a unit, else a city, province or region."""
    try:
        return "county", *find_unit(workspace, division)
    except UnknownName:
        for level in LEVELS[1:]:
            for row in _units(workspace, level).units.to_dicts():
                if division in (row["unit"], row["name"]):
                    return level, row["unit"], row["name"]
        raise


def _units(workspace: Workspace, level: str) -> Units:
    return units_of(level, workspace.project.universe)


def _measure(workspace: Workspace, indicator: str) -> Measure:
    """The measure of an indicator, or of what stands beside one, by its code or Chinese name."""
    nodes = project_framework(workspace).by_code
    scored = {each.indicator: each for each in project_measures(workspace)}
    measures = {each.indicator: each for each in beside_measures(workspace)} | scored
    named = {each.name_zh: each.code for each in beside()}
    named |= {nodes[code].name_zh: code for code in scored}
    codes = named | {code: code for code in measures}
    if indicator not in codes:
        raise UnknownName("indicator", indicator, codes)
    return measures[codes[indicator]]


def _published(workspace: Workspace, level: str, key: tuple[str, str, int, str]) -> dict[str, Any]:
    """The cell of the panel, or of what stands beside it: value, state, source."""
    unit, industry, year, indicator = key
    is_scored = indicator in project_framework(workspace).by_code
    place = indicator_file(workspace, level) if is_scored else workspace.stage("indicator/beside")
    rows = pl.scan_parquet(place).filter(
        pl.col("unit") == unit,
        pl.col("industry") == industry,
        pl.col("indicator") == indicator,
        pl.col("year") == year,
    )
    of_level = rows if is_scored else rows.filter(pl.col("level") == level)
    return of_level.select("value", "state", "source").collect().row(0, named=True)


def _said(value: float | None) -> str:
    return "a withheld value" if value is None else f"{value:g}"


def _with_totals(found: pl.DataFrame, published: float) -> pl.DataFrame:
    """The enterprises, and what the totals of counties change."""
    rest = published - int(found["quantity"].sum())
    row = {"name": "区县合计与计数之差", "quantity": int(rest) if rest.is_integer() else rest}
    return pl.concat([found, pl.DataFrame([row])], how="diagonal_relaxed")


def _listed(counted: Counting, measure: Measure, engine: Engine, ids: pl.Series) -> pl.DataFrame:
    """Rows that an indicator counts: which row of which file, and how it was linked.

    Several rows of one enterprise stand in one cell each, joined by `|`.
    """
    none = pl.DataFrame(schema={"enterprise_id": pl.String})
    places = counted.places
    (resolved,) = places.resolved([measure])
    rows = counted_rows(resolved, places.tables, places.period, engine.memory_table)
    if rows is None or "link_method" not in rows.columns:
        return none
    asked = engine.memory_table(pl.DataFrame({"asked": ids}).to_arrow())
    here = rows.semi_join(asked, [("party", "asked")])
    # Of works the row names an owner, of lists an enterprise.
    name = here.owner if "owner" in rows.columns else here.name
    told = pl.DataFrame(
        engine.fetch(
            here.select(
                enterprise_id="party",
                list_name=name,
                list_row=here.source_file + ":" + here.source_line.cast("string"),
                link_method="link_method",
                link_confidence="link_confidence",
            )
        )
    ).sort("enterprise_id", "list_row")
    joined = pl.all().exclude("enterprise_id").str.join("|")
    return told.group_by("enterprise_id", maintain_order=True).agg(joined)


def _check_count(found: pl.DataFrame, published: float, what: str) -> None:
    added = int(found["quantity"].sum())
    if added != published:
        raise InvalidData(
            f"{what}: the enterprises add up to {added}, published is {published:g}; this is a "
            "defect of reli, please report it"
        )
