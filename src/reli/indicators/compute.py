"""From entries to the panel: unit x industry x year x indicator, with the state of each cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import ibis
import numpy as np
import polars as pl
import pyarrow as pa

from reli.indicators.measure import Measure, Period, RoadTables, list_rules
from reli.reference.emerging import EMERGING, INDUSTRIES, OVERALL

__all__ = [
    "PANEL_SCHEMA",
    "Evaluator",
    "Units",
    "compute",
    "counts",
    "placed_entries",
    "shrunken_share",
]

_COLUMNS: dict[str, pa.DataType] = {
    "unit": pa.string(),
    "industry": pa.string(),
    "year": pa.int32(),
    "indicator": pa.string(),
    "value": pa.float64(),
    "state": pa.string(),
}
PANEL_SCHEMA = pa.schema(_COLUMNS)


class Evaluator(Protocol):
    """What evaluates an expression whose result is small enough for memory."""

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """Evaluate the expression."""


@dataclass(frozen=True)
class Units:
    """What is scored.

    `units` has a row a unit (unit, province_code); `membership` maps division_code to unit: each
    county to itself, or to its city or province for indices of these.
    """

    units: pl.DataFrame
    membership: ibis.Table


def shrunken_share(
    part: np.ndarray, whole: np.ndarray, province_share: np.ndarray, prior: float
) -> np.ndarray:
    """Share in per cent, drawn towards the province's where there are few enterprises.

    100 (s + k p) / (n + k) with s of n enterprises, province share p and prior weight k: the
    posterior mean under a beta prior with mean p and k pseudo-observations (Gelman et al.,
    Bayesian Data Analysis, 3rd ed. 2013, section 2.4). Undefined (NaN) where n = 0.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        share = 100 * (part + prior * province_share) / (whole + prior)
    return np.where(whole > 0, share, np.nan)


def placed_entries(measure: Measure, tables: RoadTables, period: Period) -> ibis.Table | None:
    """Entries with place and industries: enterprise_id, quantity, division_code, industries."""
    entries = measure.entries(tables, period)
    if entries is None:
        return None
    firms = tables.enterprises.select("enterprise_id", "division_code", "industries")
    return entries.join(firms, "enterprise_id")


def counts(
    measure: Measure, tables: RoadTables, period: Period, membership: ibis.Table
) -> ibis.Table | None:
    """Sum of quantities by unit and industry, the overall index included; no zeros."""
    placed = placed_entries(measure, tables, period)
    if placed is None:
        return None
    placed = placed.join(membership, "division_code")
    overall = placed
    if measure.overall_scope == "sei_union":
        overall = placed.filter(placed.industries.length() > 0)
    by_industry = placed.mutate(industry=placed.industries.unnest())
    return ibis.union(
        _total(overall.mutate(industry=ibis.literal(OVERALL))),
        _total(by_industry),
    )


def _total(placed: ibis.Table) -> ibis.Table:
    grouped = placed.group_by("unit", "industry")
    return grouped.aggregate(value=lambda t: t.quantity.sum().cast("int64"))


def compute(
    measures: Sequence[Measure],
    tables: RoadTables,
    units: Units,
    period: Period,
    engine: Evaluator,
) -> pa.Table:
    """The panel of one year.

    A cell is `observed` (its value may be a true zero), `not_observed` (no source, or none that
    covers the unit; the value is null), or `inactive` (the unit has no enterprise of the industry;
    the value is null and the unit is not ranked there).

    Returns:
        A table of PANEL_SCHEMA, ordered by industry, unit and indicator as they are declared.
    """
    frames = [_column(measure, tables, units, period, engine) for measure in measures]
    panel = pl.concat(frames)
    panel = _mark_inactive(panel, tables, units, period, engine)
    order = {name: place for place, name in enumerate(INDUSTRIES)}
    ranks = {measure.indicator: place for place, measure in enumerate(measures)}
    panel = panel.with_columns(
        year=pl.lit(period.year, pl.Int32),
        _industry=pl.col("industry").replace_strict(order, return_dtype=pl.Int32),
        _indicator=pl.col("indicator").replace_strict(ranks, return_dtype=pl.Int32),
    ).sort("_industry", "unit", "_indicator")
    return panel.select(PANEL_SCHEMA.names).to_arrow().cast(PANEL_SCHEMA)


def _grid(units: Units) -> pl.DataFrame:
    industries = pl.DataFrame({"industry": list(INDUSTRIES)})
    return units.units.join(industries, how="cross")


def _column(
    measure: Measure, tables: RoadTables, units: Units, period: Period, engine: Evaluator
) -> pl.DataFrame:
    grid = _grid(units)
    expression = counts(measure, tables, period, units.membership)
    if expression is None or _has_no_rows(measure, tables, period, engine):
        values = grid.with_columns(value=pl.lit(None, pl.Float64))
    else:
        found = _frame(engine.fetch(expression))
        joined = grid.join(found, on=["unit", "industry"], how="left")
        values = joined.with_columns(pl.col("value").cast(pl.Float64).fill_null(0.0))
        if measure.kind == "share":
            values = _share(values, measure, tables, units, period, engine)
        values = _hide_uncovered(values, measure, tables, period, engine)
    state = pl.when(pl.col("value").is_null()).then(pl.lit("not_observed"))
    return values.select(
        "unit",
        "industry",
        "value",
        indicator=pl.lit(measure.indicator),
        state=state.otherwise(pl.lit("observed")),
    )


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(f"expected a table, got {type(frame).__name__}")
    return frame


def _has_no_rows(measure: Measure, tables: RoadTables, period: Period, engine: Evaluator) -> bool:
    """Whether the list is absent from its table: no rows at all is no source, not zero."""
    rows = {"recognised": tables.recognitions, "ranked": tables.rankings}.get(measure.kind)
    if rows is None:
        return False
    chosen = rows.filter(rows["list"] == measure.list)
    if measure.kind == "ranked":
        chosen = chosen.filter(chosen.year == period.year)
    return bool(engine.fetch(chosen.aggregate(n=chosen.count()))["n"][0].as_py() == 0)


def _share(
    values: pl.DataFrame,
    measure: Measure,
    tables: RoadTables,
    units: Units,
    period: Period,
    engine: Evaluator,
) -> pl.DataFrame:
    every = Measure(indicator="all", kind="stock", overall_scope="all_enterprises")
    expression = counts(every, tables, period, units.membership)
    if expression is None:
        raise TypeError("enterprises are always there")
    whole = expression.filter(expression.industry == OVERALL).select("unit", whole="value")
    joined = values.join(_frame(engine.fetch(whole)), on="unit", how="left")
    joined = joined.with_columns(pl.col("whole").fill_null(0))
    province = pl.col("value").sum() / pl.col("whole").sum()
    joined = joined.with_columns(province=province.over("province_code", "industry"))
    share = shrunken_share(
        joined["value"].to_numpy(),
        joined["whole"].to_numpy(),
        joined["province"].to_numpy(),
        measure.prior_enterprises,
    )
    return joined.with_columns(value=pl.Series(share, nan_to_null=True)).drop("whole", "province")


def _hide_uncovered(
    values: pl.DataFrame, measure: Measure, tables: RoadTables, period: Period, engine: Evaluator
) -> pl.DataFrame:
    """Turn zeros into missing where the programme is not known to cover the unit."""
    if measure.kind != "recognised":
        return values
    covered = _declared_coverage(measure, tables, period, engine)
    if list_rules()[measure.list]["coverage"] == "issuers":
        # A province without a single entry may have no programme, or none in our files.
        has_entries = (pl.col("value").sum() > 0).over("province_code")
        values = values.with_columns(
            value=pl.when(has_entries).then(pl.col("value")).otherwise(None)
        )
    if covered is None:
        return values
    hidden = pl.col("unit").is_in(covered)
    return values.with_columns(value=pl.when(hidden).then(None).otherwise(pl.col("value")))


def _declared_coverage(
    measure: Measure, tables: RoadTables, period: Period, engine: Evaluator
) -> list[str] | None:
    rows = tables.coverage
    if rows is None:
        return None
    chosen = rows.filter(
        (rows["list"] == measure.list) & (rows.year == period.year) & (rows.state != "covered")
    )
    return _frame(engine.fetch(chosen.select("division_code")))["division_code"].to_list()


def _mark_inactive(
    panel: pl.DataFrame, tables: RoadTables, units: Units, period: Period, engine: Evaluator
) -> pl.DataFrame:
    """Blank the cells of units without any enterprise of the industry."""
    stock = Measure(indicator="stock", kind="stock")
    expression = counts(stock, tables, period, units.membership)
    if expression is None:
        raise TypeError("enterprises are always there")
    active = _frame(engine.fetch(expression)).select("unit", "industry", is_active=pl.lit(True))
    joined = panel.join(active, on=["unit", "industry"], how="left")
    is_inactive = pl.col("is_active").is_null() & pl.col("industry").is_in(list(EMERGING))
    return joined.with_columns(
        value=pl.when(is_inactive).then(None).otherwise(pl.col("value")),
        state=pl.when(is_inactive).then(pl.lit("inactive")).otherwise(pl.col("state")),
    ).drop("is_active")


def missing_everywhere(panel: pa.Table) -> Mapping[str, int]:
    """Indicators without any observed value -> number of their cells."""
    frame = _frame(panel)
    seen = frame.group_by("indicator").agg(
        observed=(pl.col("state") == "observed").sum(), cells=pl.len()
    )
    gone = seen.filter(pl.col("observed") == 0).sort("indicator")
    return dict(gone.select("indicator", "cells").iter_rows())
