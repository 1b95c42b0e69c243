"""From counts to the panel: unit x industry x year x indicator, each cell with its state."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import ibis
import numpy as np
import polars as pl
import pyarrow as pa

from reli.indicators.counts import EVERY, PlaceCounts
from reli.indicators.coverage import covered_units
from reli.indicators.levels import Units
from reli.indicators.measure import Measure
from reli.indicators.standing import STANDING_SCHEMA, standing_of
from reli.indicators.tables import RoadTables
from reli.indicators.totals import replace_by_totals
from reli.reference.emerging import EMERGING, OVERALL

__all__ = [
    "PANEL_SCHEMA",
    "STANDING_SCHEMA",
    "Counting",
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
    "source": pa.string(),
}
PANEL_SCHEMA = pa.schema(_COLUMNS)
"""source: computed, county_total, partly_county_total, given; null where the value is missing."""


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
    """The linked tables of a project, counted by the units of one level at one period."""

    places: PlaceCounts
    units: Units
    industries: tuple[str, ...] = EMERGING
    """The industries of the classification, without 综合."""

    def at(self, units: Units) -> "Counting":
        """The same counts for units of another level."""
        return replace(self, units=units)

    def panel(self, measures: Sequence[Measure]) -> pa.Table:
        """The panel of one year.

        A cell is `observed` (its value may be a true zero), `not_observed` (no source, or none
        that covers the unit; the value is null), `suppressed` (a total exists and is withheld), or
        `inactive` (the unit has no enterprise of the industry; the value is null and the unit is
        not ranked there).

        Returns:
            A table of PANEL_SCHEMA, ordered by industry, unit and indicator as declared.
        """
        resolved = self.places.resolved(measures)
        counts = self.places.by_unit(resolved, self.units)
        found = self.places.by_place(resolved)
        columns = [self._column(measure, counts, found) for measure in resolved]
        panel = self._mark_inactive(pl.concat(columns))
        industries = pl.Enum([OVERALL, *self.industries])
        indicators = pl.Enum([measure.indicator for measure in measures])
        ordered = panel.sort(
            pl.col("industry").cast(industries), "unit", pl.col("indicator").cast(indicators)
        ).with_columns(year=pl.lit(self._year, pl.Int32))
        return ordered.select(PANEL_SCHEMA.names).to_arrow().cast(PANEL_SCHEMA)

    def standing(self) -> pa.Table:
        """What kind of enterprises each unit's are: a table of STANDING_SCHEMA."""
        rows = self.places.standing().filter(pl.col("industry") == EVERY)
        tells = self.places.tells_activity()
        return standing_of(rows, self.units, self._year, has_activity=tells)

    def behind(self, measure: Measure, unit: str, industry: str) -> ibis.Table | None:
        """The enterprises behind a count (see PlaceCounts.behind)."""
        return self.places.behind(measure, self.units, unit, industry)

    def entries(self, measure: Measure, industry: str = "") -> ibis.Table | None:
        """What is added up in all units (see PlaceCounts.entries)."""
        return self.places.entries(measure, self.units, industry=industry)

    def counts(self, measure: Measure) -> pl.DataFrame:
        """Quantities of one measure by unit and industry, 综合 by its scope; zeros left out."""
        return _scoped(self.places.by_unit(self.places.resolved([measure]), self.units), measure)

    @property
    def tables(self) -> RoadTables:
        """What is counted from."""
        return self.places.tables

    @property
    def _year(self) -> int:
        return self.places.period.year

    def _column(self, measure: Measure, counts: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
        values = self._values(measure, counts, places)
        is_missing = pl.col("value").is_null()
        values = values.select(
            "unit",
            "industry",
            "value",
            state=pl.when(is_missing).then(pl.lit("not_observed")).otherwise(pl.lit("observed")),
            source=pl.when(~is_missing).then(pl.lit("computed")),
        )
        totals = self._totals(measure, places)
        if totals is not None:
            is_additive = measure.kind != "share"
            values = replace_by_totals(values, totals, self.units, is_additive=is_additive)
        return values.with_columns(indicator=pl.lit(measure.indicator))

    def _values(self, measure: Measure, counts: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
        every = pl.DataFrame({"industry": [OVERALL, *self.industries]})
        grid = self.units.units.join(every, how="cross")
        if not self.places.has_source(measure):
            return grid.with_columns(value=pl.lit(None, pl.Float64))
        found = _scoped(counts, measure)
        joined = grid.join(found, on=["unit", "industry"], how="left")
        values = joined.with_columns(pl.col("value").cast(pl.Float64).fill_null(0.0))
        if measure.kind == "share":
            return self._share(values, measure, counts)
        if measure.family == "recognised":
            return self._hide_uncovered(values, measure, places)
        return values

    def _share(self, values: pl.DataFrame, measure: Measure, counts: pl.DataFrame) -> pl.DataFrame:
        which = "active" if measure.counted == "active" else "standing"
        of_all = (pl.col("indicator") == which) & (pl.col("industry") == EVERY)
        whole = counts.filter(of_all).select("unit", whole="value")
        joined = values.join(whole, on="unit", how="left").with_columns(
            pl.col("whole").fill_null(0)
        )
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

    def _hide_uncovered(
        self, values: pl.DataFrame, measure: Measure, places: pl.DataFrame
    ) -> pl.DataFrame:
        """Turn zeros into missing where the programme is not known to cover the unit."""
        entries = places.filter(pl.col("indicator") == measure.indicator)
        provinces = (entries["place"].str.slice(0, 2) + "0000").unique()
        kind = self.places.tables.lists[measure.list]["coverage"]
        covered = covered_units(self.units, kind, provinces, self._declared(measure))
        is_covered = pl.col("unit").is_in(covered["unit"].to_list()) | (pl.col("value") > 0)
        return values.with_columns(value=pl.when(is_covered).then(pl.col("value")))

    def _declared(self, measure: Measure) -> pl.DataFrame:
        """What the coverage table says of the list in the year: division_code, state."""
        rows = self.places.tables.coverage
        if rows is None:
            return pl.DataFrame(schema={"division_code": pl.String, "state": pl.String})
        of_year = rows.filter(rows.year.isnull() | (rows.year == self._year))
        said = self.places.once(
            "coverage", lambda: of_year.select("list", "division_code", "year", "state")
        )
        # What is said of the year itself goes before what is said of every year.
        chosen = said.filter(pl.col("list") == measure.list)
        return chosen.sort("division_code", "year", nulls_last=False).select(
            "division_code", "state"
        )

    def _totals(self, measure: Measure, places: pl.DataFrame) -> pl.DataFrame | None:
        """Totals of the indicator in the year, with what was computed for their divisions."""
        rows = self.places.tables.county_totals
        if rows is None:
            return None
        of_year = rows.filter(rows.year == self._year)
        totals = self.places.once("totals", lambda: of_year).filter(
            pl.col("indicator") == measure.indicator
        )
        if totals.is_empty():
            return None
        is_withheld = (pl.col("state") == "suppressed").fill_null(False)
        totals = totals.select(
            "division_code",
            pl.col("industry").fill_null(OVERALL),
            pl.col("state").fill_null("observed"),
            value=pl.when(~is_withheld).then("value"),
        )
        computed = _scoped(places, measure).select(
            "industry", division_code="place", computed=pl.col("value").cast(pl.Float64)
        )
        return totals.join(computed, on=["division_code", "industry"], how="left")

    def _mark_inactive(self, panel: pl.DataFrame) -> pl.DataFrame:
        """Blank the cells of units without any enterprise of the industry."""
        stock = self.places.standing().filter(pl.col("indicator") == "standing")
        active = stock.join(self.units.membership, on="place").select("unit", "industry").unique()
        joined = panel.join(
            active.with_columns(is_active=pl.lit(True)), on=["unit", "industry"], how="left"
        )
        is_inactive = (
            pl.col("is_active").is_null()
            & pl.col("industry").is_in(list(self.industries))
            & ~pl.col("source").str.ends_with("county_total").fill_null(False)
        )
        return joined.with_columns(
            value=pl.when(~is_inactive).then(pl.col("value")),
            source=pl.when(~is_inactive).then(pl.col("source")),
            state=pl.when(is_inactive).then(pl.lit("inactive")).otherwise(pl.col("state")),
        ).drop("is_active")


def _scoped(counts: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    """Counts of one indicator, 综合 by its scope."""
    own = counts.filter(pl.col("indicator") == measure.indicator).drop("indicator")
    if measure.overall_scope == "sei_union":
        return own.filter(pl.col("industry") != EVERY)
    return own.filter(pl.col("industry") != OVERALL).with_columns(
        pl.col("industry").replace(EVERY, OVERALL)
    )


def missing_everywhere(panel: pa.Table) -> tuple[str, ...]:
    """Indicators without any observed value."""
    seen = pl.DataFrame(pl.from_arrow(panel)).group_by("indicator", maintain_order=True)
    observed = seen.agg(observed=(pl.col("state") == "observed").any())
    return tuple(observed.filter(~pl.col("observed"))["indicator"])
