"""Counts as an array: indicator x place x industry.

Counts of a country have few names and many cells: they are added up as arrays, and get their names
when they are written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import polars as pl

from reli.indicators.sets import named_industries, set_columns, words_of

__all__ = ["COUNTED", "Cube", "by_sets", "numbers_of"]

COUNTED: dict[str, Any] = {
    "indicator": pl.String, "place": pl.String, "industry": pl.String, "value": pl.Int64,
}  # fmt: skip
"""Columns of counts as a table; cells of zero are left out."""


@dataclass(frozen=True)
class Cube:
    """Counts by indicator, place (or unit) and industry; zero where there is none."""

    indicators: tuple[str, ...]
    places: tuple[str, ...]
    industries: tuple[str, ...]
    value: np.ndarray
    """Whole numbers, indicator x place x industry."""

    @classmethod
    def of(cls, rows: pl.DataFrame, indicators: Iterable[str], industries: Iterable[str]) -> Self:
        """The cube of rows of COUNTED; rows of other indicators or industries are left out.

        Args:
            rows: a cell may have several.
            indicators: their names, in any order.
            industries: the same.
        """
        names = (_ordered(indicators), _ordered(rows["place"].unique()), _ordered(industries))
        empty = cls(*names, np.zeros([len(each) for each in names], np.int64))
        empty._add(rows)
        return empty

    def _add(self, rows: pl.DataFrame) -> None:
        """Add rows of COUNTED to their cells; rows without a cell are left out."""
        names = (self.indicators, self.places, self.industries)
        numbers = [numbers_of(rows[key], each) for key, each in zip(COUNTED, names, strict=False)]
        has_cell = np.min(numbers, axis=0) >= 0
        at = tuple(each[has_cell] for each in numbers)
        np.add.at(self.value, at, rows["value"].to_numpy()[has_cell])

    def rows(self) -> pl.DataFrame:
        """The cells that are not zero, as COUNTED, in order of indicator, place and industry."""
        at = np.nonzero(self.value)
        names = (self.indicators, self.places, self.industries)
        columns = {
            key: _named(each, numbers)
            for key, each, numbers in zip(COUNTED, names, at, strict=False)
        }
        return pl.DataFrame({**columns, "value": self.value[at]}, schema=COUNTED)

    def of_indicator(self, indicator: str) -> pl.DataFrame:
        """One indicator's cells that are not zero: place, industry, value."""
        return self.only([indicator]).rows().drop("indicator")

    def table(self, indicator: str, industries: Sequence[str]) -> np.ndarray:
        """Counts of an indicator, industry x place; zero where nothing is counted."""
        found = np.zeros((len(industries), len(self.places)), np.int64)
        if indicator in self.indicators:
            whole = self.value[self.indicators.index(indicator)]
            for at, name in enumerate(industries):
                if name in self.industries:
                    found[at] = whole[:, self.industries.index(name)]
        return found

    def entries(self, indicators: Iterable[str]) -> pl.DataFrame:
        """Where indicators count anything: indicator, place."""
        chosen = self.only(indicators)
        indicator, place = np.nonzero(chosen.value.any(axis=2))
        return pl.DataFrame(
            {
                "indicator": _named(chosen.indicators, indicator),
                "place": _named(chosen.places, place),
            },
            schema={"indicator": pl.String, "place": pl.String},
        )

    def by(self, membership: pl.DataFrame, units: Iterable[str]) -> "Cube":
        """The cube by unit instead of by place.

        Args:
            membership: place, unit; a place may belong to several.
            units: all of them, those where nothing is counted too.
        """
        names = _ordered(units)
        pairs = membership.select(
            _number("place", self.places), _number("unit", names)
        ).drop_nulls().sort("unit")  # fmt: skip
        place, unit = pairs["place"].to_numpy(), pairs["unit"].to_numpy()
        # Places first: whole rows of memory are added, which is quicker by far.
        value = np.zeros((len(names), len(self.indicators), len(self.industries)), np.int64)
        if len(unit):
            found, starts = np.unique(unit, return_index=True)
            rows = self.value.swapaxes(0, 1)[place]
            value[found] = np.add.reduceat(rows, starts) if len(found) < len(unit) else rows
        return Cube(self.indicators, names, self.industries, value.swapaxes(0, 1))

    def plus(self, rows: pl.DataFrame) -> "Cube":
        """The cube with rows of COUNTED added; rows without a cell are left out."""
        found = replace(self, value=self.value.copy(order="K"))
        found._add(rows)
        return found

    def only(self, indicators: Iterable[str]) -> "Cube":
        """The cube of some indicators alone; those that it does not have are left out."""
        names = tuple(name for name in _ordered(indicators) if name in self.indicators)
        at = [self.indicators.index(name) for name in names]
        return Cube(names, self.places, self.industries, self.value[at])


def by_sets(
    rows: pl.DataFrame,
    counts: Mapping[str, np.ndarray],
    industries: Sequence[str],
    columns: Sequence[str] = (),
) -> Cube:
    """The cube of counts that are given by place and set of industries.

    Args:
        rows: place, and the sets as numbers (see reli.indicators.sets).
        counts: by indicator, a number a row.
        industries: names of the classification, without 综合.
        columns: of the numbers; by default those of the party.
    """
    names, indicators = _ordered(named_industries(industries)), _ordered(counts)
    places = _ordered(rows["place"].unique())
    groups, at = _alike(
        numbers_of(rows["place"], places), rows.select(columns or set_columns(industries))
    )
    place, belongs = groups[0], _belonging(groups[1:], names, industries)
    value = np.zeros((len(indicators), len(places), len(names)), np.int64)
    for number, indicator in enumerate(indicators):
        alike = np.bincount(at, counts[indicator], groups.shape[1])
        for industry, belongs_there in enumerate(belongs):
            found = np.bincount(place, alike * belongs_there, len(places))
            value[number, :, industry] = np.rint(found)
    return Cube(indicators, places, names, value)


def _alike(place: np.ndarray, sets: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Distinct combinations of place and set, a row a column, and which of them each row has."""
    columns, at = [place], place
    for word in sets.iter_columns():
        numbers, which = np.unique(word.to_numpy(), return_inverse=True)
        pairs, at = np.unique(at * len(numbers) + which, return_inverse=True)
        group, last = np.divmod(pairs, max(len(numbers), 1))
        columns = [each[group] if len(columns) > 1 else group for each in columns]
        columns.append(numbers[last])
    return np.stack(columns), at


def _belonging(
    words: np.ndarray, names: Sequence[str], industries: Sequence[str]
) -> list[np.ndarray]:
    """For each name, whether the sets contain it."""
    found = {
        name: words[word] >> bit & 1
        for word, inside in enumerate(words_of(industries))
        for bit, name in enumerate(inside)
    }
    return [found[name] for name in names]


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _number(column: str, names: Sequence[str] | pl.Series) -> pl.Expr:
    """Numbers of names; null for others."""
    known = pl.col(column).cast(pl.Enum(names), strict=False)
    return known.to_physical().cast(pl.Int64)


def numbers_of(column: pl.Series, names: Sequence[str] | pl.Series) -> np.ndarray:
    """Numbers of names, each of which stands there once; -1 for others."""
    return column.to_frame("it").select(_number("it", names).fill_null(-1)).to_series().to_numpy()


def _named(names: Sequence[str], numbers: np.ndarray) -> pl.Series:
    return pl.Series(names, dtype=pl.String).gather(numbers)
