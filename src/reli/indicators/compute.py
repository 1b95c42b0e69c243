"""From counts to the panel: unit x industry x year x indicator, each cell with its state."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import ibis
import numpy as np
import polars as pl
import pyarrow as pa

from reli.indicators.counts import EVERY, PlaceCounts
from reli.indicators.coverage import covered_units
from reli.indicators.grid import Grid
from reli.indicators.levels import Units
from reli.indicators.measure import Measure
from reli.indicators.standing import STANDING_SCHEMA, standing_of
from reli.indicators.tables import RoadTables
from reli.indicators.totals import replace_by_totals
from reli.reference.emerging import EMERGING, OVERALL

__all__ = [
    "STANDING_SCHEMA",
    "Counting",
    "missing_everywhere",
    "shrunken_share",
]


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
        return self.grid(measures).table(self.year)

    def grid(self, measures: Sequence[Measure]) -> Grid:
        """The panel of one year as arrays."""
        resolved = self.places.resolved(measures)
        counts = self.places.by_unit(resolved, self.units)
        places = self.places.by_place(resolved)
        grid = self._counted(resolved, counts)
        for at, measure in enumerate(resolved):
            if not self.places.has_source(measure):
                grid.value[:, :, at] = np.nan
            elif measure.kind == "share":
                grid.value[:, :, at] = self._share(grid.value[:, :, at], measure, counts)
            elif measure.family == "recognised":
                self._hide_uncovered(grid.value[:, :, at], measure, places)
        grid.tell_observed()
        for at, measure in enumerate(resolved):
            self._replace_by_totals(grid, at, measure, places)
        grid.blank(~self._has_enterprises(grid))
        return grid

    def standing(self) -> pa.Table:
        """What kind of enterprises each unit's are: a table of STANDING_SCHEMA."""
        rows = self.places.standing().filter(pl.col("industry") == EVERY)
        tells = self.places.tells_activity()
        return standing_of(rows, self.units, self.year, has_activity=tells)

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
    def year(self) -> int:
        """The year that is counted."""
        return self.places.period.year

    def _counted(self, measures: Sequence[Measure], counts: pl.DataFrame) -> Grid:
        """Counts of all measures, 综合 of each by its scope; zero where there is none."""
        grid = Grid.of(
            (OVERALL, *self.industries),
            self.units.units["unit"].sort().to_list(),
            [measure.indicator for measure in measures],
        )
        scopes = {measure.indicator: measure.overall_scope for measure in measures}
        scope = pl.col("indicator").replace_strict(scopes, default=None, return_dtype=pl.String)
        left_out = pl.when(scope == "sei_union").then(pl.lit(EVERY)).otherwise(pl.lit(OVERALL))
        counted = counts.filter(scope.is_not_null(), pl.col("industry") != left_out)
        grid.fill(counted.with_columns(pl.col("industry").replace(EVERY, OVERALL)))
        return grid

    def _share(self, part: np.ndarray, measure: Measure, counts: pl.DataFrame) -> np.ndarray:
        """Shares by industry and unit, of the enterprises counted in their numerator."""
        which = "active" if measure.counted == "active" else "standing"
        of_all = (pl.col("indicator") == which) & (pl.col("industry") == EVERY)
        units = self.units.units.sort("unit").select("unit", "province_code")
        joined = units.join(
            counts.filter(of_all).select("unit", whole="value"),
            on="unit",
            how="left",
            maintain_order="left",
        )
        whole = joined["whole"].fill_null(0).to_numpy().astype(np.float64)
        province = joined["province_code"].rank("dense").to_numpy() - 1
        shares = [
            np.bincount(province, row) / _positive(np.bincount(province, whole)) for row in part
        ]
        province_share = np.stack(shares)[:, province]
        return shrunken_share(part, whole, province_share, measure.prior_enterprises)

    def _hide_uncovered(self, value: np.ndarray, measure: Measure, places: pl.DataFrame) -> None:
        """Turn zeros into missing where the programme is not known to cover the unit."""
        entries = places.filter(pl.col("indicator") == measure.indicator)
        provinces = (entries["place"].str.slice(0, 2) + "0000").unique()
        kind = self.places.tables.lists[measure.list]["coverage"]
        covered = covered_units(self.units, kind, provinces, self._declared(measure))
        units = self.units.units["unit"].sort()
        is_covered = units.is_in(covered["unit"].to_list()).to_numpy()
        value[(value == 0) & ~is_covered] = np.nan

    def _declared(self, measure: Measure) -> pl.DataFrame:
        """What the coverage table says of the list in the year: division_code, state."""
        rows = self.places.tables.coverage
        if rows is None:
            return pl.DataFrame(schema={"division_code": pl.String, "state": pl.String})
        is_of_year = rows.year.isnull() | (rows.year == self.year)
        said = self.places.once(
            "coverage",
            lambda: rows.filter(is_of_year).select("list", "division_code", "year", "state"),
        )
        # What is said of the year itself goes before what is said of every year.
        chosen = said.filter(pl.col("list") == measure.list)
        return chosen.sort("division_code", "year", nulls_last=False).select(
            "division_code", "state"
        )

    def _replace_by_totals(
        self, grid: Grid, at: int, measure: Measure, places: pl.DataFrame
    ) -> None:
        totals = self._totals(measure, places)
        if totals is not None:
            is_additive = measure.kind != "share"
            cells = replace_by_totals(grid.cells(at), totals, self.units, is_additive=is_additive)
            grid.put(at, cells)

    def _totals(self, measure: Measure, places: pl.DataFrame) -> pl.DataFrame | None:
        """Totals of the indicator in the year, with what was computed for their divisions."""
        rows = self.places.tables.county_totals
        if rows is None:
            return None
        of_year = self.places.once("totals", lambda: rows.filter(rows.year == self.year))
        totals = of_year.filter(pl.col("indicator") == measure.indicator)
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

    def _has_enterprises(self, grid: Grid) -> np.ndarray:
        """Whether a unit has any enterprise of an industry, by industry and unit; 综合 always."""
        stock = self.places.standing().filter(pl.col("indicator") == "standing")
        there = stock.join(self.units.membership, on="place").select("unit", "industry").unique()
        found = np.zeros(grid.value.shape[:2], bool)
        found[grid.industries.index(OVERALL)] = True
        grid.mark(found, there)
        return found


def _positive(whole: np.ndarray) -> np.ndarray:
    """Numbers to divide by; no share where there is nothing."""
    return np.where(whole > 0, whole, np.nan)


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
