"""Answers for planners, made of indicators and standings: the tables under build/insight."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Step
from reli.errors import InvalidData, MissingFile
from reli.index.scores import score_panel
from reli.indicators import Measure
from reli.insight.clusters import cluster_tables
from reli.insight.concentration import industry_concentration, place_concentration
from reli.insight.fit import CountTable, industry_fit, industry_proximity, read_counts, relate
from reli.insight.gaps import gap_table
from reli.insight.peers import structural_peers
from reli.insight.profile import SCHEMA as PROFILE
from reli.insight.profile import profile_table
from reli.insight.spatial import neighbours
from reli.pipeline.classified import classified_files
from reli.pipeline.counting import counting
from reli.pipeline.framework import framework_files, project_framework, project_recipe
from reli.pipeline.ranging import numbered
from reli.pipeline.scoring import project_panels
from reli.pipeline.wording import project_thresholds
from reli.pipeline.workspace import Workspace, database
from reli.reference.emerging import OVERALL, in_order
from reli.reference.geometry import district_shapes, read_layer
from reli.reference.universes import universe

__all__ = ["STOCK", "planning_steps"]

STOCK = "sei_enterprises"
"""The indicator that says how many enterprises of an industry a place has."""

DRAWS = 999
"""Draws of the null model of industry fit."""
CLASS_DRAWS = 399
"""The same for the second-level classes: each has five times as many columns."""
PERMUTATIONS = 19999
"""Of the neighbours of each unit, for the p-values of local Moran's I."""


def planning_steps(workspace: Workspace) -> list[Step]:
    """Steps from indicators and standings to the answers for planners."""
    steps = [_neighbours_step(workspace), _clusters_step(workspace)]
    if "score" not in workspace.project.tables():
        steps += [_fit_step(workspace), _concentration_step(workspace)]
        if "enterprises" in workspace.project.tables():
            steps.append(_class_fit_step(workspace))
        steps += [_peers_step(workspace), _profile_step(workspace)]
    return steps


def _neighbours_step(workspace: Workspace) -> Step:
    name = workspace.project.layer
    own = workspace.folder / name
    if name and not own.is_file():
        raise MissingFile(f"layer = {name!r} in reli.toml: {own} does not exist")

    def run(places: Sequence[Path]) -> None:
        shapes = read_layer(own) if name else district_shapes()
        pq.write_table(neighbours(shapes, list(_cities(workspace))), places[0])

    return Step(
        name="insight/neighbours",
        run=run,
        inputs=(own,) if name else (),
        outputs=(workspace.stage("insight/neighbours"),),
        parameters={"universe": workspace.project.universe},
    )


def _cities(workspace: Workspace) -> dict[str, str]:
    """Unit -> code of its city, empty for none; of all units of the universe."""
    units = universe(workspace.project.universe).units
    codes = zip(units["unit"].to_pylist(), units["city_code"].to_pylist(), strict=True)
    return {unit: city or "" for unit, city in codes}


def _provinces(workspace: Workspace) -> dict[str, str]:
    units = universe(workspace.project.universe).units
    codes = zip(units["unit"].to_pylist(), units["province_code"].to_pylist(), strict=True)
    return dict(codes)


def _peers_step(workspace: Workspace) -> Step:
    def run(places: Sequence[Path]) -> None:
        found = structural_peers(tuple(_cities(workspace)))
        pq.write_table(found, places[0], compression="zstd")

    return Step(
        name="insight/peers",
        run=run,
        outputs=(workspace.stage("insight/peers"),),
        parameters={"universe": workspace.project.universe},
    )


def read_peers(workspace: Workspace) -> dict[str, list[str]]:
    """Peers of each unit of a project, the most alike first."""
    table = pq.read_table(workspace.stage("insight/peers"))
    found: dict[str, list[str]] = {}
    for unit, peer in zip(table["unit"].to_pylist(), table["peer"].to_pylist(), strict=True):
        found.setdefault(unit, []).append(peer)
    return found


def _profile_step(workspace: Workspace) -> Step:
    project = workspace.project

    def run(places: Sequence[Path]) -> None:
        for table, place in zip(_profiles(workspace), places, strict=True):
            pq.write_table(table, place, compression="zstd")

    return Step(
        name="insight/profile",
        run=run,
        inputs=(
            workspace.stage("indicator/indicator"),
            workspace.stage("insight/peers"),
            *framework_files(workspace),
        ),
        outputs=(workspace.stage("insight/profile"), workspace.stage("insight/gaps")),
        parameters={
            "framework": project.framework,
            "recipe": project.recipe,
            "reference_year": project.reference_year,
            "universe": project.universe,
        },
    )


def _profiles(workspace: Workspace) -> tuple[pa.Table, pa.Table]:
    """Profiles and gaps of every index; profiles are empty where a level is no mean."""
    framework, recipe = project_framework(workspace), project_recipe(workspace)
    peers, provinces = read_peers(workspace), _provinces(workspace)
    holders = numbered(workspace)
    profiles, gaps = [], []
    for panel in project_panels(workspace):
        industry = str(panel.key["industry"])
        try:
            scores = score_panel(panel, framework, recipe)
            found = profile_table(scores, recipe, provinces, peers, holders)
        except InvalidData:
            found = PROFILE.empty_table()
        profiles.append(_with_column(found, "industry", industry))
        gap = gap_table(panel, framework, recipe, peers, holders)
        gaps.append(_with_column(gap, "industry", industry))
    return pa.concat_tables(profiles), pa.concat_tables(gaps)


def read_pairs(workspace: Workspace) -> list[tuple[str, str]]:
    """Pairs of neighbours of a project."""
    table = pq.read_table(workspace.stage("insight/neighbours"))
    return list(zip(table["unit"].to_pylist(), table["neighbour"].to_pylist(), strict=True))


def _clusters_step(workspace: Workspace) -> Step:
    project = workspace.project
    standings = workspace.stage("score/standings")
    thresholds = project_thresholds(workspace)
    how = {"level": thresholds["hot"] / 100, "least": int(thresholds["hot_centre"])}

    def run(places: Sequence[Path]) -> None:
        found = cluster_tables(
            pq.read_table(standings),
            read_pairs(workspace),
            _cities(workspace),
            top=project.top,
            permutations=PERMUTATIONS,
            level=how["level"],
            least=int(how["least"]),
        )
        for table, place in zip((found.whole, found.units, found.centres), places, strict=True):
            pq.write_table(table, place, compression="zstd")

    return Step(
        name="insight/clusters",
        run=run,
        inputs=(standings, workspace.stage("insight/neighbours")),
        outputs=(
            workspace.stage("insight/moran"),
            workspace.stage("insight/clusters"),
            workspace.stage("insight/centres"),
        ),
        parameters={"top": project.top, "universe": project.universe, **how},
    )


def _fit_step(workspace: Workspace) -> Step:
    def run(places: Sequence[Path]) -> None:
        _write_fits(workspace, stock_counts(workspace, has_totals=True), places, DRAWS)

    return Step(
        name="insight/fit",
        run=run,
        inputs=_counted_from(workspace),
        outputs=(workspace.stage("insight/fit"), workspace.stage("insight/proximity")),
        parameters=_counted_how(workspace),
    )


def _class_fit_step(workspace: Workspace) -> Step:
    """The same by the second-level classes, of which there are enough for relatedness."""

    def run(places: Sequence[Path]) -> None:
        _write_fits(workspace, class_counts(workspace), places, CLASS_DRAWS)

    return Step(
        name="insight/class_fit",
        run=run,
        inputs=(workspace.stage("indicator/second_level"), *_counted_from(workspace)),
        outputs=(workspace.stage("insight/class_fit"), workspace.stage("insight/class_proximity")),
        parameters=_counted_how(workspace),
    )


def _write_fits(
    workspace: Workspace, table: CountTable, places: Sequence[Path], draws: int
) -> None:
    """How industries fit and go together, of counties, cities and provinces, into two files."""
    fits, proximities = [], []
    levels = {"county": table, "city": by_city(workspace, table), "province": by_province(table)}
    for level, counts in levels.items():
        found = relate(counts, draws=draws)
        fits.append(_with_level(industry_fit(counts, found), level))
        proximities.append(_with_level(industry_proximity(counts, found), level))
    pq.write_table(pa.concat_tables(fits), places[0], compression="zstd")
    pq.write_table(pa.concat_tables(proximities), places[1])


def _concentration_step(workspace: Workspace) -> Step:
    def run(places: Sequence[Path]) -> None:
        table = stock_counts(workspace)
        levels = {
            "county": table,
            "city": by_city(workspace, table),
            "province": by_province(table),
        }
        for make, place in zip((place_concentration, industry_concentration), places, strict=True):
            parts = [
                _with_level(make(each.places, each.industries, each.counts), level)
                for level, each in levels.items()
            ]
            pq.write_table(pa.concat_tables(parts), place)

    return Step(
        name="insight/concentration",
        run=run,
        inputs=_counted_from(workspace),
        outputs=(
            workspace.stage("insight/concentration"),
            workspace.stage("insight/industry_concentration"),
        ),
        parameters=_counted_how(workspace),
    )


def _counted_from(workspace: Workspace) -> tuple[Path, ...]:
    panel = (workspace.stage("indicator/indicator"),)
    if "enterprises" in workspace.project.tables():
        return (*panel, *classified_files(workspace))
    return panel


def _counted_how(workspace: Workspace) -> dict[str, object]:
    project = workspace.project
    return {"reference_year": project.reference_year, "universe": project.universe}


def _with_level(table: pa.Table, level: str) -> pa.Table:
    return _with_column(table, "level", level)


def _with_column(table: pa.Table, name: str, value: str) -> pa.Table:
    column = pa.array([value] * table.num_rows, pa.string())
    return table.add_column(0, name, column)


def by_city(workspace: Workspace, table: CountTable) -> CountTable:
    """Counts of whole cities, told apart by province; each enterprise stands in one county."""
    above = {unit: city for unit, city in _cities(workspace).items() if city}
    found = table.summed(above)
    groups = tuple(code[:2] for code in found.places)
    return CountTable(found.places, found.industries, found.counts, found.totals, groups)


def by_province(table: CountTable) -> CountTable:
    """Counts of whole provinces."""
    return table.summed({unit: unit[:2] + "0000" for unit in table.places})


def stock_counts(workspace: Workspace, *, has_totals: bool = False) -> CountTable:
    """Enterprises of each unit and emerging industry; if asked, all enterprises where known."""
    panel = pl.DataFrame(pq.read_table(workspace.stage("indicator/indicator")))
    cities = _cities(workspace)
    chosen = panel.filter(
        (pl.col("indicator") == STOCK)
        & (pl.col("year") == workspace.project.reference_year)
        & (pl.col("industry") != OVERALL)
        & pl.col("unit").is_in(list(cities))
    ).with_columns(group=pl.col("unit").replace_strict(cities))
    rows = chosen.select("unit", "industry", "value", "group")
    table = read_counts(rows.to_arrow(), "indicator/indicator")
    known = in_order((*workspace.industries, *table.industries))
    order = [table.industries.index(each) for each in known if each in table.industries]
    return CountTable(
        table.places,
        tuple(table.industries[column] for column in order),
        table.counts[:, order],
        _all_enterprises(workspace, table.places) if has_totals else None,
        table.groups,
    )


def class_counts(workspace: Workspace) -> CountTable:
    """Enterprises of each unit and second-level class; its code stands before its name."""
    counts = pl.read_parquet(workspace.stage("indicator/second_level"))
    cities = _cities(workspace)
    rows = counts.filter(
        (pl.col("level") == "county")
        & (pl.col("year") == workspace.project.reference_year)
        & pl.col("unit").is_in(list(cities))
        & pl.col("class_name").is_not_null()
    ).select(
        "unit",
        industry=pl.col("class_code") + " " + pl.col("class_name"),
        value="enterprises",
        group=pl.col("unit").replace_strict(cities),
    )
    rows = rows.sort("industry", "unit")
    table = read_counts(rows.to_arrow(), "indicator/second_level")
    every = _all_enterprises(workspace, table.places)
    return CountTable(table.places, table.industries, table.counts, every, table.groups)


def _all_enterprises(workspace: Workspace, places: Sequence[str]) -> "np.ndarray | None":
    """All counted enterprises of each place; None where there is no register."""
    if "enterprises" not in workspace.project.tables():
        return None
    every = Measure(indicator="all", kind="stock", overall_scope="all_enterprises")
    with database(workspace) as engine:
        counts = counting(workspace, engine).counts(every)
    rows = counts.filter(pl.col("industry") == OVERALL).select("unit", "value")
    known = dict(rows.iter_rows())
    return np.array([known.get(place, 0) for place in places], dtype=np.float64)
