"""Where a programme exists: the difference between zero and missing."""

import numpy as np
import polars as pl

from reli.indicators.cube import numbers_of
from reli.indicators.levels import Units

__all__ = ["covered_units"]

_WITHIN = ("place", "city", "province", "country")
_COUNTRY = "000000"
"""Under which the coverage table speaks of all divisions."""
_NOTHING, _COVERED = -1, 1
"""What is said of a division; else that the programme does not cover it, or that it is unknown."""


def covered_units(
    units: Units, asked: pl.DataFrame, entries: pl.DataFrame, declared: pl.DataFrame
) -> pl.DataFrame:
    """Units all of whose counties a programme is known to cover.

    What the coverage table says of a county goes before what it says of its city, that before its
    province and that before the country. Where it says nothing, a national list covers every
    county, and a list kept by its issuers the provinces that have an entry at all: elsewhere the
    programme's absence cannot be told from missing data.

    Args:
        units: of any level.
        asked: indicator, list, is_national (else it is kept by issuers).
        entries: indicator, place: where there are entries.
        declared: list, division_code, state (covered, none, unknown); of several rows of a division
            the last holds.

    Returns:
        Frame of indicator, unit.
    """
    places = units.smallest_within.with_columns(country=pl.lit(_COUNTRY))
    codes = pl.concat([places[level] for level in _WITHIN]).unique().sort()
    at = {level: numbers_of(places[level], codes) for level in _WITHIN}
    seen = _provinces_seen(asked["indicator"], entries, codes)
    is_covered = asked["is_national"].to_numpy()[:, None] | seen[:, at["province"]]
    said = _said(asked["list"], declared, codes)
    for level in reversed(_WITHIN):
        told = said[:, at[level]]
        is_covered = np.where(told == _NOTHING, is_covered, told == _COVERED)
    names = places["unit"].unique().sort()
    unit = numbers_of(places["unit"], names)
    order = np.argsort(unit, kind="stable")
    starts = np.searchsorted(unit[order], np.arange(len(names)))
    of_units = np.logical_and.reduceat(is_covered[:, order], starts, axis=1)
    indicator, found = np.nonzero(of_units)
    return pl.DataFrame({"indicator": asked["indicator"].gather(indicator), "unit": names[found]})


def _said(lists: pl.Series, declared: pl.DataFrame, codes: pl.Series) -> np.ndarray:
    """What is declared of lists, list x division: of several rows of a division the last holds."""
    names = lists.unique().sort()
    rows = declared.select("list", "division_code", "state")
    found = np.full((len(names), len(codes)), _NOTHING, np.int8)
    at = numbers_of(rows["list"], names), numbers_of(rows["division_code"], codes)
    is_asked = np.min(at, axis=0) >= 0
    is_covered = (rows["state"] == "covered").cast(pl.Int8).fill_null(_NOTHING)
    found[at[0][is_asked], at[1][is_asked]] = is_covered.to_numpy()[is_asked]
    of_lists: np.ndarray = found[numbers_of(lists, names)]
    return of_lists


def _provinces_seen(indicators: pl.Series, entries: pl.DataFrame, codes: pl.Series) -> np.ndarray:
    """Where indicators have entries, indicator x province (among the divisions)."""
    found = np.zeros((len(indicators), len(codes)), bool)
    provinces = entries["place"].str.slice(0, 2) + "0000"
    at = numbers_of(entries["indicator"], indicators), numbers_of(provinces, codes)
    is_asked = np.min(at, axis=0) >= 0
    found[at[0][is_asked], at[1][is_asked]] = True
    return found
