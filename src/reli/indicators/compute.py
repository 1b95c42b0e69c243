"""From counts to the panel: unit x industry x year x indicator, each cell with its state."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import ibis
import numpy as np
import polars as pl
import pyarrow as pa

from reli.indicators.counts import PlaceCounts
from reli.indicators.coverage import covered_units
from reli.indicators.cube import Cube
from reli.indicators.grid import Grid
from reli.indicators.levels import Units
from reli.indicators.measure import Measure
from reli.indicators.sets import EVERY
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
        covered = self._covered(resolved, places)
        for at, measure in enumerate(resolved):
            if not self.places.has_source(measure):
                grid.value[:, :, at] = np.nan
            elif measure.kind == "share":
                grid.value[:, :, at] = self._share(measure, counts, places)
            elif measure.family == "recognised":
                self._hide_uncovered(grid.value[:, :, at], covered.get(measure.indicator, ()))
        grid.tell_observed()
        with_total = self._with_total()
        for at, measure in enumerate(resolved):
            if measure.indicator in with_total:
                self._replace_by_totals(grid, at, measure, resolved)
        grid.blank(~self._has_enterprises(grid, counts, resolved))
        return grid

    def standing(self) -> pa.Table:
        """What kind of enterprises each unit's are: a table of STANDING_SCHEMA."""
        counts = self.places.standing(self.units)
        tells = self.places.tells_activity()
        return standing_of(counts, self.units, self.year, has_activity=tells)

    def behind(self, measure: Measure, unit: str, industry: str) -> ibis.Table | None:
        """The enterprises behind a count (see PlaceCounts.behind)."""
        return self.places.behind(measure, self.units, unit, industry)

    def entries(self, measure: Measure, industry: str = "") -> ibis.Table | None:
        """What is added up in all units (see PlaceCounts.entries)."""
        return self.places.entries(measure, self.units, industry=industry)

    def counts(self, measure: Measure) -> pl.DataFrame:
        """Quantities of one measure by unit and industry, 综合 by its scope; zeros left out."""
        found = self.places.by_unit(self.places.resolved([measure]), self.units)
        return _scoped(found, measure).rename({"place": "unit"})

    @property
    def tables(self) -> RoadTables:
        """What is counted from."""
        return self.places.tables

    @property
    def year(self) -> int:
        """The year that is counted."""
        return self.places.period.year

    def _counted(self, measures: Sequence[Measure], counts: Cube) -> Grid:
        """Counts of all measures, 综合 of each by its scope; zero where there is none."""
        grid = Grid.of(
            (OVERALL, *self.industries),
            self.units.units["unit"].sort().to_list(),
            [measure.indicator for measure in measures],
        )
        for at, measure in enumerate(measures):
            grid.value[:, :, at] = counts.table(measure.indicator, self._scope(measure))
        return grid

    def _has_enterprises(self, grid: Grid, counts: Cube, measures: Sequence[Measure]) -> np.ndarray:
        """Where a unit has enterprises, counted or by a total; 综合 is told of every unit."""
        found: np.ndarray = counts.table("standing", grid.industries) > 0
        for at, measure in enumerate(measures):
            if measure.kind == "stock":
                found |= grid.value[:, :, at] > 0
        found[grid.industries.index(OVERALL)] = True
        return found

    def _share(self, measure: Measure, counts: Cube, places: Cube) -> np.ndarray:
        """Shares by industry and unit, of the enterprises counted in their numerator."""
        part, whole = self._part_and_whole(measure, counts)
        units = self.units.units.sort("unit")
        provinces, around = units["province_code"], counts
        if not provinces.equals(units["unit"]):
            # All that the province has, also firms of which no more than the city is known.
            province = pl.col("place").str.slice(0, 2) + "0000"
            inside = pl.DataFrame({"place": places.places}, schema={"place": pl.String})
            inside = inside.with_columns(unit=province)
            around = places.only([measure.indicator, _base(measure)]).by(inside, provinces)
        of_part, of_whole = self._part_and_whole(measure, around)
        share = (of_part / _positive(of_whole))[:, provinces.rank("dense").to_numpy() - 1]
        return shrunken_share(part, whole, share, measure.prior_enterprises)

    def _part_and_whole(self, measure: Measure, counts: Cube) -> tuple[np.ndarray, np.ndarray]:
        """Numerators by industry and place, and denominators by place."""
        (whole,) = counts.table(_base(measure), [EVERY]).astype(np.float64)
        return counts.table(measure.indicator, self._scope(measure)), whole

    def _scope(self, measure: Measure) -> tuple[str, ...]:
        """What 综合 counts, and the industries."""
        whole = OVERALL if measure.overall_scope == "sei_union" else EVERY
        return (whole, *self.industries)

    def _hide_uncovered(self, value: np.ndarray, covered: Sequence[str]) -> None:
        """Turn zeros into missing where the programme is not known to cover the unit."""
        is_covered = self.units.units["unit"].sort().is_in(covered).to_numpy()
        value[(value == 0) & ~is_covered] = np.nan

    def _covered(self, measures: Sequence[Measure], places: Cube) -> dict[str, Sequence[str]]:
        """Units that the programme of each indicator is known to cover."""
        rules = self.places.tables.lists
        asked = [
            (each.indicator, each.list, rules[each.list]["coverage"] == "national")
            for each in measures
            if each.family == "recognised"
        ]
        if not asked:
            return {}
        columns = {"indicator": pl.String, "list": pl.String, "is_national": pl.Boolean}
        frame = pl.DataFrame(asked, schema=columns, orient="row")
        entries = places.entries(frame["indicator"])
        found = covered_units(self.units, frame, entries, self._declared())
        by_indicator = found.group_by("indicator").agg("unit")
        return {name: list(units) for name, units in by_indicator.iter_rows()}

    def _declared(self) -> pl.DataFrame:
        """What the coverage table says of lists in the year: list, division_code, state."""
        rows = self.places.tables.coverage
        if rows is None:
            return pl.DataFrame(schema=dict.fromkeys(("list", "division_code", "state"), pl.String))
        return self.places.once(
            "coverage",
            lambda: rows.filter(rows.year.isnull() | (rows.year == self.year)).select(
                "list", "division_code", "year", "state"
            ),
            # What is said of the year itself goes before what is said of every year; of rows that
            # contradict each other the one that is less sure.
            lambda said: said.sort("division_code", "year", "state", nulls_last=False).drop("year"),
        )

    def _with_total(self) -> set[str]:
        """Indicators of which there are totals in the year."""
        return set() if (of_year := self._totals_of_year()) is None else set(of_year["indicator"])

    def _totals_of_year(self) -> pl.DataFrame | None:
        rows = self.places.tables.county_totals
        if rows is None:
            return None
        return self.places.once("totals", lambda: rows.filter(rows.year == self.year))

    def _replace_by_totals(
        self, grid: Grid, at: int, measure: Measure, measures: tuple[Measure, ...]
    ) -> None:
        places = self.places.by_smallest(measures, self.units, measure.indicator)
        totals = self._totals(measure, places)
        is_additive = measure.kind != "share"
        cells = replace_by_totals(grid.cells(at), totals, self.units, is_additive=is_additive)
        grid.put(at, cells)

    def _totals(self, measure: Measure, places: Cube) -> pl.DataFrame:
        """Totals of the indicator in the year, with what was computed for their divisions."""
        of_year = self._totals_of_year()
        assert of_year is not None
        totals = of_year.filter(pl.col("indicator") == measure.indicator)
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


def _base(measure: Measure) -> str:
    """Which enterprises a share is of."""
    return "active" if measure.counted == "active" else "standing"


def _positive(whole: np.ndarray) -> np.ndarray:
    """Numbers to divide by; no share where there is nothing."""
    return np.where(whole > 0, whole, np.nan)


def _scoped(counts: Cube, measure: Measure) -> pl.DataFrame:
    """Counts of one indicator, 综合 by its scope: place, industry, value; zeros left out."""
    own = counts.of_indicator(measure.indicator)
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
