"""Counts by class of evidence: how many of the entries behind each cell rest on what."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import ibis
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Step
from reli.indicators import Counting, Measure
from reli.pipeline.indicators import LISTS, PARTIES, counting, project_measures
from reli.pipeline.workspace import Workspace, database
from reli.reference.emerging import OVERALL

__all__ = ["EVIDENCE", "evidence_step"]

EVIDENCE = pa.schema(
    [
        ("unit", pa.string()),
        ("industry", pa.string()),
        ("indicator", pa.string()),
        ("place", pa.string()),
        ("rule", pa.string()),
        ("link", pa.string()),
        ("quantity", pa.int64()),
    ]
)
"""A row a cell and combination of classes; an empty class: nothing was assigned."""

_BEST_FIRST = ("exact", "derived", "inferred")


def evidence_step(workspace: Workspace) -> Step:
    """The step from placed and linked enterprises to indicator/evidence."""
    there = [table for table in (*LISTS, *PARTIES) if table in workspace.project.tables()]
    linked = [workspace.stage(f"linked/{table}") for table in there]

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            counted = counting(workspace, engine)
            parts = [
                _frame(engine.fetch(rows)).with_columns(indicator=pl.lit(measure.indicator))
                for measure in project_measures(workspace)
                for rows in _rows(counted, measure, engine.table(_classified(workspace)))
            ]
        table = pl.concat(parts).select(EVIDENCE.names) if parts else pl.DataFrame()
        ordered = table.sort(EVIDENCE.names[:-1]).to_arrow() if parts else EVIDENCE.empty_table()
        pq.write_table(ordered.cast(EVIDENCE), places[0], compression="zstd")

    return Step(
        name="indicator/evidence",
        run=run,
        inputs=(workspace.stage("indicator/indicator"), _classified(workspace), *linked),
        outputs=(workspace.stage("indicator/evidence"),),
    )


def _classified(workspace: Workspace) -> Path:
    return workspace.stage("classified/enterprises")


def _frame(table: pa.Table) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(table))


def _rows(counted: Counting, measure: Measure, firms: ibis.Table) -> Iterator[ibis.Table]:
    """Quantities by unit, industry and classes: of the single industries, and of 综合."""
    known = firms.select("enterprise_id", place="place_confidence", names=firms.rules.split("|"))
    for industry in ("", OVERALL):
        entries = counted.entries(measure, industry)
        if entries is None:
            return
        # Owners and hosts outside the register have neither place class nor rule.
        rows = entries.left_join(known, "enterprise_id").drop("enterprise_id_right")
        rows = _with_link(counted, measure, rows.mutate(place=rows.place.fill_null("")))
        yield _summed(rows.mutate(rule=_rule(rows, measure, industry)))


def _rule(rows: ibis.Table, measure: Measure, industry: str) -> ibis.Value:
    """The rule that placed an enterprise in the industry; of 综合 its first rule."""
    if industry and measure.overall_scope != "sei_union":
        return ibis.literal("")
    if industry:
        return rows.names[0].fill_null("")
    return rows.names[rows.industries.index(rows.industry)].fill_null("")


def _with_link(counted: Counting, measure: Measure, rows: ibis.Table) -> ibis.Table:
    """The best class of the list rows that an enterprise was linked by; empty where none was."""
    source = getattr(counted.tables, measure.table, None)
    if source is None or "link_confidence" not in source.columns:
        return rows.mutate(link=ibis.literal(""))
    if measure.list:
        source = source.filter(source["list"] == measure.list)
    order = [(source.link_confidence == name, place) for place, name in enumerate(_BEST_FIRST)]
    ranked = source.mutate(order=ibis.cases(*order, else_=len(_BEST_FIRST)))
    best = ranked.group_by("enterprise_id").aggregate(order=ranked.order.min())
    joined = rows.left_join(best, "enterprise_id").drop("enterprise_id_right")
    named = [(joined.order == place, name) for place, name in enumerate(_BEST_FIRST)]
    return joined.mutate(link=ibis.cases(*named, else_="")).drop("order")


def _summed(rows: ibis.Table) -> ibis.Table:
    grouped = rows.group_by("unit", "industry", "place", "rule", "link")
    return grouped.aggregate(quantity=lambda t: t.quantity.sum().cast("int64"))
