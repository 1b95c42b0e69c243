"""Cells of a panel as arrays: industry x unit x indicator, each with its state and source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
import pyarrow as pa

__all__ = ["PANEL_SCHEMA", "Grid"]

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

_STATES = ("observed", "not_observed", "suppressed", "inactive")
_SOURCES = ("computed", "county_total", "partly_county_total", None)
_NO_SOURCE = _SOURCES.index(None)


@dataclass(frozen=True)
class Grid:
    """All cells of one year, filled in place: there are millions, and most are zero.

    `value` is NaN where missing; `state` and `source` are numbers of _STATES and _SOURCES.
    """

    industries: tuple[str, ...]
    units: tuple[str, ...]
    indicators: tuple[str, ...]
    value: np.ndarray
    state: np.ndarray
    source: np.ndarray

    @classmethod
    def of(cls, industries: Sequence[str], units: Sequence[str], indicators: Sequence[str]) -> Self:
        """A grid of zeros."""
        shape = (len(industries), len(units), len(indicators))
        arrays = (np.zeros(shape), np.zeros(shape, np.int8), np.zeros(shape, np.int8))
        return cls(tuple(industries), tuple(units), tuple(indicators), *arrays)

    def tell_observed(self) -> None:
        """Cells with a value are observed and computed; the others are not observed."""
        is_missing = np.isnan(self.value)
        self.state[:] = np.where(is_missing, _STATES.index("not_observed"), 0)
        self.source[:] = np.where(is_missing, _NO_SOURCE, 0)

    def blank(self, is_inactive: np.ndarray) -> None:
        """Cells of units without any enterprise of the industry, unless a total stands there."""
        is_own = np.isin(self.source, (0, _NO_SOURCE))
        cells = is_inactive[:, :, None] & is_own
        self.value[cells] = np.nan
        self.state[cells] = _STATES.index("inactive")
        self.source[cells] = _NO_SOURCE

    def cells(self, at: int) -> pl.DataFrame:
        """One indicator: unit, industry, value, state, source; by industry, then unit."""
        industry, unit = np.indices(self.value.shape[:2])
        return pl.DataFrame(
            {
                "unit": pl.Series(self.units).gather(unit.ravel()),
                "industry": pl.Series(self.industries).gather(industry.ravel()),
                "value": pl.Series(self.value[:, :, at].ravel(), nan_to_null=True),
                "state": pl.Series(_STATES).gather(self.state[:, :, at].ravel()),
                "source": pl.Series(_SOURCES).gather(self.source[:, :, at].ravel()),
            }
        )

    def put(self, at: int, cells: pl.DataFrame) -> None:
        """Put back what `cells` gave, in any order."""
        numbers = cells.select(
            _number("industry", self.industries),
            _number("unit", self.units),
            _number("state", _STATES),
            _number("source", _SOURCES[:_NO_SOURCE]).fill_null(_NO_SOURCE),
        )
        place = (numbers["industry"].to_numpy(), numbers["unit"].to_numpy(), at)
        self.value[place] = cells["value"].fill_null(np.nan).to_numpy()
        self.state[place] = numbers["state"].to_numpy()
        self.source[place] = numbers["source"].to_numpy()

    def table(self, year: int, indicators: Sequence[str] = ()) -> pa.Table:
        """A table of PANEL_SCHEMA, ordered by industry, unit and indicator.

        Args:
            year: of all rows.
            indicators: those that are wanted, in their order; by default all.
        """
        return self.encoded(year, indicators).cast(PANEL_SCHEMA)

    def encoded(
        self,
        year: int,
        indicators: Sequence[str] = (),
        earlier: Mapping[str, tuple[str, int]] | None = None,
    ) -> pa.Table:
        """The same with each text as a number of a dictionary: of millions of cells few differ.

        Args:
            year: of all rows.
            indicators: those that are wanted, in their order; by default all.
            earlier: of indicators that stand for another one so many years before, its name and
                that number.
        """
        chosen = indicators or self.indicators
        said = [(earlier or {}).get(name, (name, 0)) for name in chosen]
        names = list(dict.fromkeys(name for name, _ in said))
        numbers = np.array([names.index(name) for name, _ in said], np.int32)
        years = np.array([year - back for _, back in said], np.int32)
        at = [self.indicators.index(name) for name in chosen]
        value = self.value[:, :, at]
        industry, unit, indicator = (each.ravel() for each in np.indices(value.shape, np.int32))
        source = self.source[:, :, at].ravel()
        columns = {
            "unit": _named(unit, self.units),
            "industry": _named(industry, self.industries),
            "year": pa.array(years[indicator]),
            "indicator": _named(numbers[indicator], names),
            "value": pa.array(value.ravel(), mask=np.isnan(value.ravel())),
            "state": _named(self.state[:, :, at].ravel(), _STATES),
            "source": _named(source, _SOURCES[:_NO_SOURCE], source),
        }
        return pa.table(columns)


def _number(column: str, names: Sequence[str | None]) -> pl.Expr:
    """Numbers of names; null for others."""
    numbers = {name: at for at, name in enumerate(names)}
    return pl.col(column).replace_strict(numbers, default=None, return_dtype=pl.Int64)


def _named(
    numbers: np.ndarray, names: Sequence[str | None], nulls: np.ndarray | None = None
) -> pa.Array:
    """Names of numbers; null where `nulls` is the number of none."""
    mask = None if nulls is None else nulls == _NO_SOURCE
    indices = pa.array(numbers.astype(np.int32), mask=mask)
    return pa.DictionaryArray.from_arrays(indices, pa.array(names, pa.string()))
