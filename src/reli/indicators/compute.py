"""From entries to the panel: unit x industry x year x indicator, with the state of each cell."""

from collections.abc import Sequence
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
    "Counting",
    "Evaluator",
    "Units",
    "missing_everywhere",
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


@dataclass(frozen=True)
class Counting:
    """The linked tables of a project, counted by unit at one period."""

    tables: RoadTables
    units: Units
    period: Period
    engine: Evaluator

    def panel(self, measures: Sequence[Measure]) -> pa.Table:
        """The panel of one year.

        A cell is `observed` (its value may be a true zero), `not_observed` (no source, or none
        that covers the unit; the value is null), or `inactive` (the unit has no enterprise of the
        industry; the value is null and the unit is not ranked there).

        Returns:
            A table of PANEL_SCHEMA, ordered by industry, unit and indicator as declared.
        """
        panel = pl.concat([self._column(measure) for measure in measures])
        panel = self._mark_inactive(panel)
        industries = pl.Enum(INDUSTRIES)
        indicators = pl.Enum([measure.indicator for measure in measures])
        ordered = panel.sort(
            pl.col("industry").cast(industries), "unit", pl.col("indicator").cast(indicators)
        ).with_columns(year=pl.lit(self.period.year, pl.Int32))
        return ordered.select(PANEL_SCHEMA.names).to_arrow().cast(PANEL_SCHEMA)

    def entries(self, measure: Measure) -> ibis.Table | None:
        """What is added up: enterprise_id, quantity, division_code, industries, unit.

        None where the indicator has no source.
        """
        entries = measure.entries(self.tables, self.period)
        if entries is None:
            return None
        firms = self.tables.enterprises.select("enterprise_id", "division_code", "industries")
        placed = entries.join(firms, "enterprise_id")
        return placed.join(self.units.membership, "division_code")

    def counts(self, measure: Measure) -> pl.DataFrame | None:
        """Sum of quantities by unit and industry, 综合 included; zeros are left out."""
        placed = self.entries(measure)
        if placed is None:
            return None
        overall = placed
        if measure.overall_scope == "sei_union":
            overall = placed.filter(placed.industries.length() > 0)
        by_industry = placed.mutate(industry=placed.industries.unnest())
        both = ibis.union(
            _total(overall.mutate(industry=ibis.literal(OVERALL))), _total(by_industry)
        )
        return _frame(self.engine.fetch(both))

    def _column(self, measure: Measure) -> pl.DataFrame:
        values = self._values(measure)
        state = pl.when(pl.col("value").is_null()).then(pl.lit("not_observed"))
        return values.select(
            "unit",
            "industry",
            "value",
            indicator=pl.lit(measure.indicator),
            state=state.otherwise(pl.lit("observed")),
        )

    def _values(self, measure: Measure) -> pl.DataFrame:
        grid = self.units.units.join(pl.DataFrame({"industry": list(INDUSTRIES)}), how="cross")
        found = None if self._is_absent(measure) else self.counts(measure)
        if found is None:
            return grid.with_columns(value=pl.lit(None, pl.Float64))
        joined = grid.join(found, on=["unit", "industry"], how="left")
        values = joined.with_columns(pl.col("value").cast(pl.Float64).fill_null(0.0))
        if measure.kind == "share":
            return self._share(values, measure)
        return self._hide_uncovered(values, measure) if measure.kind == "recognised" else values

    def _is_absent(self, measure: Measure) -> bool:
        """Whether the list is absent from its table: no rows at all is no source, not zero."""
        rows = {"recognised": self.tables.recognitions, "ranked": self.tables.rankings}.get(
            measure.kind
        )
        if rows is None:
            return False
        chosen = rows.filter(rows["list"] == measure.list)
        if measure.kind == "ranked":
            chosen = chosen.filter(chosen.year == self.period.year)
        rows_found = _frame(self.engine.fetch(chosen.aggregate(rows=chosen.count()))).item()
        return bool(rows_found == 0)

    def _share(self, values: pl.DataFrame, measure: Measure) -> pl.DataFrame:
        every = Measure(indicator="all", kind="stock", overall_scope="all_enterprises")
        whole = self._certain_counts(every).filter(pl.col("industry") == OVERALL)
        joined = values.join(
            whole.select("unit", whole="value"), on="unit", how="left"
        ).with_columns(pl.col("whole").fill_null(0))
        province = pl.col("value").sum() / pl.col("whole").sum()
        joined = joined.with_columns(province=province.over("province_code", "industry"))
        share = shrunken_share(
            joined["value"].to_numpy(),
            joined["whole"].to_numpy(),
            joined["province"].to_numpy(),
            measure.prior_enterprises,
        )
        shares = pl.Series(share, nan_to_null=True)
        return joined.with_columns(value=shares).drop("whole", "province")

    def _hide_uncovered(self, values: pl.DataFrame, measure: Measure) -> pl.DataFrame:
        """Turn zeros into missing where the programme is not known to cover the unit."""
        is_covered = pl.lit(True)
        if list_rules()[measure.list]["coverage"] == "issuers":
            # A province without a single entry may have no programme, or none in our files.
            is_covered = (pl.col("value").sum() > 0).over("province_code")
        is_covered &= ~pl.col("unit").is_in(self._declared_gaps(measure))
        return values.with_columns(value=pl.when(is_covered).then(pl.col("value")))

    def _declared_gaps(self, measure: Measure) -> list[str]:
        """Divisions that the coverage table says the list does not cover."""
        rows = self.tables.coverage
        if rows is None:
            return []
        is_gap = (rows.year == self.period.year) & (rows.state != "covered")
        chosen = rows.filter((rows["list"] == measure.list) & is_gap).select("division_code")
        return _frame(self.engine.fetch(chosen))["division_code"].to_list()

    def _mark_inactive(self, panel: pl.DataFrame) -> pl.DataFrame:
        """Blank the cells of units without any enterprise of the industry."""
        stock = self._certain_counts(Measure(indicator="stock", kind="stock"))
        active = stock.select("unit", "industry", is_active=pl.lit(True))
        joined = panel.join(active, on=["unit", "industry"], how="left")
        is_inactive = pl.col("is_active").is_null() & pl.col("industry").is_in(list(EMERGING))
        return joined.with_columns(
            value=pl.when(~is_inactive).then(pl.col("value")),
            state=pl.when(is_inactive).then(pl.lit("inactive")).otherwise(pl.col("state")),
        ).drop("is_active")

    def _certain_counts(self, measure: Measure) -> pl.DataFrame:
        found = self.counts(measure)
        assert found is not None, "stocks are counted from the enterprises, which are always there"
        return found


def _total(placed: ibis.Table) -> ibis.Table:
    grouped = placed.group_by("unit", "industry")
    return grouped.aggregate(value=lambda t: t.quantity.sum().cast("int64"))


def _frame(table: pa.Table) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(table))


def missing_everywhere(panel: pa.Table) -> tuple[str, ...]:
    """Indicators without any observed value."""
    seen = _frame(panel).group_by("indicator", maintain_order=True)
    observed = seen.agg(observed=(pl.col("state") == "observed").any())
    return tuple(observed.filter(~pl.col("observed"))["indicator"])
