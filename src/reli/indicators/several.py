"""Works of several owners: each counts once in a unit, and once in each industry there.

The measures and industries for which a work counts at a place are bits of as few integers as can
hold them. Where a work has several owners in one unit, a bitwise OR joins what they count for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import polars as pl

from reli.indicators.cube import Cube
from reli.indicators.measure import Measure
from reli.indicators.sets import BITS, named_industries, set_columns, words_of

__all__ = ["SETS", "by_industry", "cells_of", "counted_once"]

SETS = {"owner": "party", "ipc": "codes"}
"""Whose industries a measure counts by, as the columns of their sets are called."""


@ibis.udf.agg.builtin(name="bit_or")  # type: ignore[untyped-decorator]
def _together(bits: int) -> int:
    """Union of sets; a function that every engine has, and Ibis not for all of them."""
    raise NotImplementedError


@dataclass(frozen=True)
class _Place:
    """Where a word of a measure's sets stands among the bits."""

    measure: int
    indicator: str
    word: int
    """Of the set (see reli.indicators.sets)."""
    said: str
    """Column of the word."""
    column: str
    """Column of the bits."""
    shift: int


def _places(measures: Sequence[Measure], industries: Sequence[str]) -> Iterator[_Place]:
    """Sets of several measures share a number as long as it holds them."""
    size = len(named_industries(industries))
    alike = max(1, BITS // size)
    for at, measure in enumerate(measures):
        for word, said in enumerate(set_columns(industries, SETS[measure.by])):
            column, shift = f"{at // alike}.{word}", at % alike * size
            yield _Place(at, measure.indicator, word, said, column, shift)


def cells_of(
    rows: ibis.Table, measures: Sequence[Measure], industries: Sequence[str]
) -> ibis.Table:
    """In which industries works count, a row a work and place.

    Args:
        rows: works with their owners: item, place, the sets of industries of the owner and of the
            work's codes, and for each measure whether the work counts.
        measures: what counts works.
        industries: names of the classification, without 综合.

    Returns:
        item, place, and the bits of all measures (see `by_industry`).
    """
    bits: dict[str, ir.IntegerValue] = {}
    for each in _places(measures, industries):
        # A flag as a number is a long one, whatever the database makes of the set.
        flag = rows[each.indicator].cast("int64")
        part = flag * rows[each.said] * ibis.literal(1 << each.shift, "int64")
        bits[each.column] = bits[each.column] + part if each.column in bits else part
    told = rows.select("item", "place", **bits)
    cells = told.group_by("item", "place").aggregate(
        **{name: _together(told[name]) for name in bits}
    )
    return cells.filter(ibis.or_(*(cells[name] != 0 for name in bits)))


def counted_once(cells: ibis.Table, membership: ibis.Table) -> ibis.Table:
    """Works by unit and the industries in which they count there.

    Args:
        cells: what `cells_of` gave, of one year.
        membership: place, unit.

    Returns:
        unit, the bits, and the number of works (`works`): few rows.
    """
    bits = [name for name in cells.columns if name not in ("item", "place")]
    placed = cells.inner_join(membership, "place")
    once = placed.group_by("unit", "item").aggregate(
        **{name: _together(placed[name]) for name in bits}
    )
    return once.group_by("unit", *bits).aggregate(works=lambda t: t.count())


def by_industry(
    found: pl.DataFrame, measures: Sequence[Measure], industries: Sequence[str]
) -> pl.DataFrame:
    """The same of one level as counts, the units as places: rows of COUNTED."""
    units = found["unit"].unique().sort()
    unit = found["unit"].cast(pl.Enum(units)).to_physical().to_numpy()
    works, names = found["works"].to_numpy(), named_industries(industries)
    value = np.zeros((len(measures), len(units), len(names)), np.int64)
    at = {name: number for number, name in enumerate(names)}
    for each in _places(measures, industries):
        bits = found[each.column].to_numpy() >> each.shift
        for bit, industry in enumerate(words_of(industries)[each.word]):
            counts = np.bincount(unit, (bits >> bit & 1) * works, len(units))
            value[each.measure, :, at[industry]] = counts
    return Cube(tuple(each.indicator for each in measures), tuple(units), names, value).rows()
