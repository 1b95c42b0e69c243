"""Works of several owners: once in each unit, in each industry once, never twice in one.

In which industries a work counts at a place is a set, written as the bits of a number: of a work at
several places of one unit, or of several owners at one place, the sets are put together by one
operation, and units are told apart by few distinct numbers.
"""

from collections.abc import Iterator, Sequence

import ibis
import ibis.expr.types as ir
import numpy as np
import polars as pl

from reli.indicators.cube import COUNTED, EVERY, named_industries
from reli.indicators.measure import Measure
from reli.reference.emerging import OVERALL

__all__ = ["by_industry", "cells_of", "counted_once"]

_BITS = 62
"""Industries that one number holds."""


@ibis.udf.agg.builtin(name="bit_or")  # type: ignore[untyped-decorator]
def _together(bits: int) -> int:
    """Union of sets; a function that every engine has, and Ibis not for all of them."""
    raise NotImplementedError


def cells_of(
    rows: ibis.Table, measures: Sequence[Measure], industries: Sequence[str]
) -> ibis.Table:
    """In which industries works count, a row a work and place.

    Args:
        rows: works with their owners: item, place, industries, is_outsider, and for each measure
            whether the work counts.
        measures: what counts works.
        industries: names of the classification, without 综合.

    Returns:
        item, place, and for each measure its sets of industries (see `counted_once`).
    """
    bits = {
        f"{measure.indicator} {word}": rows[measure.indicator].ifelse(number, 0)
        for word, number in enumerate(_numbers(rows, industries))
        for measure in measures
    }
    told = rows.select("item", "place", **bits)
    cells = told.group_by("item", "place").aggregate(
        **{name: _together(told[name]) for name in bits}
    )
    return cells.filter(ibis.or_(*(cells[name] != 0 for name in bits)))


def _numbers(rows: ibis.Table, industries: Sequence[str]) -> Iterator[ir.IntegerValue]:
    """The set of an owner's industries, with 综合 and EVERY, as few numbers."""
    is_emerging = (rows.industries.length() > 0) | rows.is_outsider
    for names in _words(industries):
        parts = [
            _belongs(rows, name, is_emerging).ifelse(ibis.literal(1 << at, "int64"), 0)
            for at, name in enumerate(names)
        ]
        total = parts[0]
        for part in parts[1:]:
            total += part
        yield total.cast("int64")


def _belongs(rows: ibis.Table, name: str, is_emerging: ir.BooleanValue) -> ir.BooleanValue:
    if name == EVERY:
        return ibis.literal(True)
    return is_emerging if name == OVERALL else rows.industries.contains(name)


def _words(industries: Sequence[str]) -> list[tuple[str, ...]]:
    """Names by the numbers that hold them."""
    names = named_industries(industries)
    return [names[at : at + _BITS] for at in range(0, len(names), _BITS)]


def counted_once(cells: ibis.Table, membership: ibis.Table) -> ibis.Table:
    """Works by unit and the industries in which they count there.

    Args:
        cells: what `cells_of` gave, of one year.
        membership: place, unit, and level where it is of several.

    Returns:
        unit, level, the sets of industries, and the number of works (`works`): few rows.
    """
    sets = [name for name in cells.columns if name not in ("item", "place")]
    unit = [name for name in membership.columns if name != "place"]
    placed = cells.inner_join(membership, "place")
    once = placed.group_by(*unit, "item").aggregate(
        **{name: _together(placed[name]) for name in sets}
    )
    return once.group_by(*unit, *sets).aggregate(works=lambda t: t.count())


def by_industry(found: pl.DataFrame, industries: Sequence[str]) -> pl.DataFrame:
    """The same of one level as COUNTED, the units as places; a cell may have several rows."""
    units = found["unit"].unique().sort()
    unit = found["unit"].cast(pl.Enum(units)).to_physical().to_numpy()
    parts = [pl.DataFrame(schema=COUNTED)]
    for column in (name for name in found.columns if name not in ("level", "unit", "works")):
        indicator, word = column.rsplit(" ", 1)
        for bit, industry in enumerate(_words(industries)[int(word)]):
            counts_here = (found[column].to_numpy() >> bit) & 1
            works = np.bincount(unit, counts_here * found["works"].to_numpy(), len(units))
            parts.append(_column(indicator, units, industry, works))
    return pl.concat(parts)


def _column(indicator: str, units: pl.Series, industry: str, works: np.ndarray) -> pl.DataFrame:
    there = np.flatnonzero(works)
    return pl.DataFrame(
        {"place": units.gather(there), "value": works[there].astype(np.int64)}
    ).select(
        pl.lit(indicator).alias("indicator"), "place", pl.lit(industry).alias("industry"), "value"
    )
