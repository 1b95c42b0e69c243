"""Finished indicators (way b) and finished scores (way c), resolved to divisions."""

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Progress, Rows, Step
from reli.errors import Problems, ReliError, UnknownName, nearest
from reli.indicators.grid import PANEL_SCHEMA
from reli.insight import read_standings
from reli.pipeline.cleaning import clean_step
from reli.pipeline.framework import framework_files, project_framework
from reli.pipeline.register import snapshot_step
from reli.pipeline.workspace import Workspace
from reli.reference.emerging import OVERALL
from reli.reference.names import resolve
from reli.reference.universes import universe
from reli.sources.files import open_table
from reli.sources.writing import write_table

__all__ = ["finished_steps", "indicator_steps"]


def finished_steps(workspace: Workspace) -> list[Step]:
    """From tables of scores to standings."""

    def run(places: Sequence[Path]) -> Rows:
        return _read(workspace, places)

    return [
        Step(
            name="score/standings",
            run=run,
            inputs=(
                *workspace.inputs_of("score"),
                *([workspace.emerging] if workspace.emerging else []),
            ),
            outputs=(
                workspace.stage("score/standings"),
                workspace.stage("score/corrections", ".json"),
                workspace.rejected("score"),
            ),
            parameters={"vintage": workspace.project.vintage},
        )
    ]


def _read(workspace: Workspace, places: Sequence[Path]) -> Rows:
    tables, rejected = [], []
    for source in workspace.sources_of("score"):
        for path in workspace.files(source):
            file = open_table(path)
            batches = [rows.batch for rows in file.rows()]
            tables.append(pa.Table.from_batches(batches, schema=file.schema))
            rejected += file.rejected
    table = pa.concat_tables(tables, promote_options="default")
    standings = read_standings(
        table,
        vintage=workspace.project.vintage,
        industries=workspace.industries,
        where="score",
    )
    pq.write_table(standings.table, places[0])
    corrections = json.dumps(standings.corrections, ensure_ascii=False, indent=1)
    places[1].write_text(corrections + "\n", encoding="utf-8")
    columns = {"file": "文件", "line": "行", "reason": "原因", "text": "内容"}
    cells = {zh: [getattr(line, name) for line in rejected] for name, zh in columns.items()}
    write_table(places[2], pa.table(cells))
    return Rows(table.num_rows + len(rejected), standings.table.num_rows, len(rejected))


def indicator_steps(workspace: Workspace, progress: Progress) -> list[Step]:
    """From tables of indicators to the panel."""
    clean = workspace.stage("clean/indicator")

    def run(places: Sequence[Path]) -> None:
        pq.write_table(_panel(workspace, pq.read_table(clean)), places[0], compression="zstd")

    project = workspace.project
    return [
        snapshot_step(workspace),
        clean_step(workspace, "indicator", progress),
        Step(
            name="indicator/indicator",
            run=run,
            inputs=(clean, *framework_files(workspace)),
            outputs=(workspace.stage("indicator/indicator"),),
            parameters={
                "framework": project.framework,
                "universe": project.universe,
                "reference_year": project.reference_year,
                "vintage": project.vintage,
            },
        ),
    ]


def _panel(workspace: Workspace, clean: pa.Table) -> pa.Table:
    """The panel of the project's indicators; a cell that no row gives is not observed."""
    framework = project_framework(workspace)
    codes_by_name = {framework.by_code[code].name_zh: code for code in framework.indicators}
    rows = pl.DataFrame(clean).with_columns(pl.col("indicator").replace(codes_by_name))
    _check_indicators(rows, framework.indicators)
    rows = rows.with_columns(
        unit=pl.Series(_units(workspace, rows), dtype=pl.String),
        industry=pl.col("industry").fill_null(OVERALL),
        year=pl.col("year").fill_null(workspace.project.reference_year).cast(pl.Int32),
    )
    keys = ["unit", "industry", "year"]
    _check_once(rows, [*keys, "indicator"])
    codes = pl.DataFrame({"indicator": list(framework.indicators)})
    grid = rows.select(keys).unique(maintain_order=True).join(codes, how="cross")
    panel = grid.join(
        rows.select(*keys, "indicator", "value"),
        on=[*keys, "indicator"],
        how="left",
        maintain_order="left",
    )
    state = pl.when(pl.col("value").is_null()).then(pl.lit("not_observed"))
    panel = panel.with_columns(
        state=state.otherwise(pl.lit("observed")),
        source=pl.when(pl.col("value").is_not_null()).then(pl.lit("given")),
    )
    return panel.select(PANEL_SCHEMA.names).to_arrow().cast(PANEL_SCHEMA)


def _check_indicators(rows: pl.DataFrame, known: Sequence[str]) -> None:
    strange = sorted(set(rows["indicator"].to_list()) - set(known))
    if strange:
        problems = [f"unknown indicator {code!r}: {nearest(code, known)}" for code in strange]
        raise Problems("indicator table", problems)


def _check_once(rows: pl.DataFrame, keys: Sequence[str]) -> None:
    twice = rows.filter(rows.select(keys).is_duplicated()).select(keys).unique(maintain_order=True)
    if twice.height:
        problems = [" ".join(map(str, row)) for row in twice.head(10).iter_rows()]
        raise Problems("indicator table: values that stand several times", problems)


def _units(workspace: Workspace, rows: pl.DataFrame) -> list[str | None]:
    """Unit of each row: by its code, else by the names of county, city and province."""
    names = ["division_code", "unit", "county", "city", "province"]
    distinct = rows.select(names).unique(maintain_order=True)
    known = set(universe(workspace.project.universe).units["unit"].to_pylist())
    found: dict[tuple[str | None, ...], str] = {}
    problems = []
    for row in distinct.iter_rows():
        try:
            found[row] = _unit(row, known, workspace.project.vintage)
        except ReliError as error:
            problems.append(str(error))
    if problems:
        raise Problems("indicator table: units", problems)
    return [found[row] for row in rows.select(names).iter_rows()]


def _unit(row: tuple[str | None, ...], known: set[str], vintage: int) -> str:
    code, unit, county, city, province = row
    given = code or unit or ""
    if given in known:
        return given
    if county and province:
        return resolve(county, city, province, vintage)
    raise UnknownName("unit", given or str(row), sorted(known), "the universe of the project")
