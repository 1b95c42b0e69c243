"""`python -m benchmarks.planted_panel FOLDER`: why a panel differs from what was planted.

FOLDER is an invented country that has been run. Its linked tables are put right one kind of
mistake after the other, and the indicators are counted anew each time: what putting a kind right
changes is what that kind cost. With all put right the panel is the planted truth, so that the
differences by kind add up to the whole, cell by cell. The order is that of CAUSES: a work of a
mislinked owner in a misplaced county counts as a mistaken link.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import ibis
import polars as pl
import pyarrow as pa

from reli.config import load_project
from reli.indicators import Counting, Measure, PlaceCounts, RoadTables
from reli.linkage.outsiders import outsider_ids
from reli.pipeline.counting import counting, project_measures
from reli.pipeline.workspace import Workspace, database

__all__ = ["CAUSES", "compared", "summed"]

CELL = ("unit", "industry", "indicator")
WORKS = ("patents", "software_copyrights")
LISTS = ("recognitions", "listings", "rankings")
CAUSES = {
    "links_of_lists": "rows of lists linked to another enterprise, or to none",
    "links_of_works": "owners of patents and copyrights linked to another enterprise, or to none",
    "places_of_outsiders": "universities placed elsewhere, or nowhere",
    "places": "enterprises placed elsewhere, or not down to the county",
    "industries": "enterprises with other emerging industries",
    "dates": "dates and legal forms that were read otherwise",
    "lost_rows": "enterprises whose rows were rejected",
    "rules": "what is left: the rules of counting themselves",
    "no_enterprise": "cells of units without a standing enterprise of the industry: no value",
}
"""Kinds of mistakes, in the order in which they are put right."""

_NOBODY = pl.lit(None, pl.String)

_Memory = Callable[[pa.Table], ibis.Table]


def compared(folder: Path) -> pl.DataFrame:
    """Each cell of the panel: found, planted, and what each cause added to what was found.

    A cell without a value counts as 0: what that costs where a unit has no standing enterprise of
    an industry is a cause of its own.
    """
    workspace = Workspace(load_project(folder))
    with database(workspace) as engine:
        found = counting(workspace, engine)
        measures = project_measures(workspace)
        panels = [_cells(each, measures) for each in _put_right(found, _Planted(folder, found))]
    told = pl.read_parquet(folder / "truth" / "indicators.parquet")
    planted = told.filter(pl.col("year") == found.places.period.year).select(*CELL, "value")
    is_inactive = panels[-1].filter(pl.col("state") == "inactive").select(CELL)
    panels += [planted.join(is_inactive, on=CELL, how="anti"), planted]
    steps = ["found", *[*CAUSES][:-1], "planted"]
    cells = planted.select(CELL)
    for name, panel in zip(steps, panels, strict=True):
        there = panel.select(*CELL, pl.col("value").alias(name))
        cells = cells.join(there, on=CELL, how="left", maintain_order="left")
    cells = cells.with_columns(pl.col(steps).fill_null(0.0))
    costs = {
        cause: pl.col(before) - pl.col(after)
        for cause, before, after in zip(CAUSES, steps, steps[1:], strict=False)
    }
    return cells.select(*CELL, "found", "planted", **costs)


def summed(cells: pl.DataFrame) -> pl.DataFrame:
    """Sums over the units by indicator: of 综合, and of the emerging industries together."""
    kind = pl.when(pl.col("industry") == "综合").then(pl.lit("综合")).otherwise(pl.lit("各产业"))
    grouped = cells.with_columns(of=kind).group_by("of", "indicator", maintain_order=True)
    return grouped.agg(pl.col("found", "planted", *CAUSES).sum().round(6)).sort("of", "indicator")


def _cells(counted: Counting, measures: tuple[Measure, ...]) -> pl.DataFrame:
    return pl.DataFrame(counted.panel(measures)).select(*CELL, "value", "state")


def _put_right(found: Counting, planted: "_Planted") -> Iterator[Counting]:
    """The country as found, then with one cause after the other put right."""
    engine = found.places.engine
    tables = found.tables
    yield found
    for part in (_lists, _works, _outsiders):
        tables = replace(tables, **part(tables, planted, engine.memory_table))
        yield _counting(found, tables)
    firms = planted.firms
    for part in (_places, _industries, _dates, _all_rows):
        firms = part(firms, planted)
        tables = replace(tables, enterprises=engine.memory_table(_plain(firms)))
        yield _counting(found, tables)


def _counting(found: Counting, tables: RoadTables) -> Counting:
    places = PlaceCounts(tables, found.places.period, found.places.engine)
    return replace(found, places=places)


def _lists(tables: RoadTables, planted: "_Planted", memory: _Memory) -> dict[str, ibis.Table]:
    rows = {table: planted.linked(planted.found(getattr(tables, table))) for table in LISTS}
    return {table: memory(_plain(each)) for table, each in rows.items()}


def _works(tables: RoadTables, planted: "_Planted", memory: _Memory) -> dict[str, ibis.Table]:
    rows = {table: planted.owned(table, planted.found(getattr(tables, table))) for table in WORKS}
    return {table: memory(_plain(each)) for table, each in rows.items()}


def _outsiders(_: RoadTables, planted: "_Planted", memory: _Memory) -> dict[str, ibis.Table]:
    rows = planted.read("outsiders")
    right = rows.select(_keys("name").alias("outsider_id"), place_code="division_code")
    return {"outsiders": memory(_plain(right))}


def _places(firms: pl.DataFrame, _: "_Planted") -> pl.DataFrame:
    return firms.with_columns(division_code="true_division_code", place_code="true_division_code")


def _industries(firms: pl.DataFrame, _: "_Planted") -> pl.DataFrame:
    return firms.with_columns(industries="true_industries")


def _dates(firms: pl.DataFrame, _: "_Planted") -> pl.DataFrame:
    return firms.with_columns(
        founded_date="true_founded_date",
        ended_date="true_ended_date",
        is_counted="true_is_counted",
        status=_NOBODY,
    )


def _all_rows(firms: pl.DataFrame, planted: "_Planted") -> pl.DataFrame:
    lost = planted.truth.unique("enterprise").join(firms, on="enterprise", how="anti")
    lost = lost.join(planted.ids, on="enterprise")
    columns = ("division_code", "industries", "founded_date", "ended_date", "is_counted")
    rows = lost.select(
        "enterprise", "enterprise_id", *(pl.col(f"true_{name}").alias(name) for name in columns)
    )
    return pl.concat([firms, rows.with_columns(place_code="division_code")], how="diagonal")


class _Planted:
    """What the linked tables of a country should say."""

    def __init__(self, folder: Path, found: Counting) -> None:
        self._folder, self._engine = folder, found.places.engine
        truth = self.read("enterprises").rename(lambda name: f"true_{name}")
        names = pl.col("true_industries").str.split("|")
        self.truth = truth.rename(
            {"true_source_line": "source_line", "true_enterprise": "enterprise"}
        ).with_columns(true_industries=names.list.eval(pl.element().filter(pl.element() != "")))
        self.firms = self.found(found.tables.enterprises).join(self.truth, on="source_line")
        known = self.firms.select("enterprise", "enterprise_id")
        lost = self.truth.select("enterprise").unique().join(known, on="enterprise", how="anti")
        key = "planted:" + pl.col("enterprise").cast(pl.String)
        self.ids = pl.concat([known, lost.with_columns(enterprise_id=key)])
        """Number of each enterprise, and the key that it has on the road."""

    def read(self, name: str) -> pl.DataFrame:
        """A table of the truth."""
        return pl.read_parquet(self._folder / "truth" / f"{name}.parquet")

    def found(self, table: ibis.Table | None) -> pl.DataFrame:
        """Rows of a table of the road."""
        assert table is not None, "an invented country has every table"
        return pl.DataFrame(self._engine.fetch(table))

    def linked(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of a list with the enterprises and hosts that they mean."""
        meant = self.read("links").join(self.ids, on="enterprise", how="left")
        meant = meant.select("source_line", "name_form", "enterprise_id", source_file="file")
        right = rows.drop("enterprise_id").join(meant, on=["source_file", "source_line"])
        if "outsider_id" not in rows.columns:
            return right
        right = right.with_columns(host=pl.coalesce("host_name", "name"))
        outside = pl.when(pl.col("name_form") == "outsider").then(_keys("host"))
        return right.with_columns(outsider_id=outside)

    def owned(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Works with the parties that own them."""
        works = rows.unique("item").drop("enterprise_id", "outsider_id", "is_shared")
        meant = self.read(table)
        owners = [
            meant.join(self.ids, left_on=column, right_on="enterprise").select(
                "source_line", "enterprise_id", outsider_id=_NOBODY
            )
            for column in ("enterprise", "second")
        ]
        outside = meant.filter(pl.col("outsider").is_not_null())
        owners.append(
            outside.select("source_line", enterprise_id=_NOBODY, outsider_id=_keys("outsider"))
        )
        parties = pl.concat(owners).with_columns(is_shared=pl.len().over("source_line") > 1)
        return works.join(parties, on="source_line")


def _keys(column: str) -> pl.Expr:
    return pl.col(column).map_batches(
        lambda names: pl.Series(outsider_ids(names.to_arrow())), return_dtype=pl.String
    )


def _plain(rows: pl.DataFrame) -> pa.Table:
    return rows.drop(pl.selectors.starts_with("true_")).to_arrow(
        compat_level=pl.CompatLevel.oldest()
    )


if __name__ == "__main__":
    pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=250)
    print(summed(compared(Path(sys.argv[1]))))
