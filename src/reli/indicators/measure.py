"""Kinds of measure: from the linked tables to entries, one row an enterprise and quantity.

A framework file says of each indicator which kind it is and its parameters; the published count
is the sum of the entries' quantities, so the firms behind a number are the entries themselves.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from reli.errors import InvalidSetting, Problems, UnknownName
from reli.indicators.alive import alive_at, registered_within, year_end

__all__ = ["KINDS", "Measure", "Period", "RoadTables", "list_rules", "read_measures"]


@dataclass(frozen=True, kw_only=True)
class RoadTables:
    """Tables that measures read; None where the project has no source for one.

    `enterprises`: enterprise_id, division_code (null where unplaced), industries (array of names),
    is_counted, founded_date, ended_date, status. The others are canonical tables with the
    enterprise_id that their rows were linked to.
    """

    enterprises: ibis.Table
    recognitions: ibis.Table | None = None
    listings: ibis.Table | None = None
    rankings: ibis.Table | None = None
    patents: ibis.Table | None = None
    software_copyrights: ibis.Table | None = None
    coverage: ibis.Table | None = None


@dataclass(frozen=True)
class Period:
    """A year and the length of the window of flows that ends with it."""

    year: int
    registration_years: int = 3

    @property
    def last_day(self) -> date:
        """Day at which stocks are counted."""
        return year_end(self.year)

    @property
    def first_day_of_window(self) -> date:
        """First day of the window of flows."""
        return date(self.year - self.registration_years + 1, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How one indicator is counted."""

    indicator: str
    kind: str
    table: str = "enterprises"
    """Canonical table whose rows are counted."""
    list: str = ""
    """Value of `list` in recognitions or rankings."""
    markets: tuple[str, ...] = ()
    counts: Literal["enterprises", "rows"] = "enterprises"
    """Distinct enterprises, or rows (two centres of one enterprise are two)."""
    overall_scope: Literal["sei_union", "all_enterprises"] = "sei_union"
    """Which enterprises the overall index counts."""
    prior_enterprises: float = 0.0
    """Shares only: weight of the province's share, as a number of enterprises."""

    def entries(self, tables: RoadTables, period: Period) -> ibis.Table | None:
        """Rows enterprise_id, quantity; None where the indicator has no source."""
        return KINDS[self.kind](self, tables, period)


def read_measures(nodes: Mapping[str, Mapping[str, Any]]) -> tuple[Measure, ...]:
    """Measures of a framework's indicators: indicator code -> its `measure` table.

    Raises:
        Problems: unknown kinds and parameters, together.
    """
    known = {field.name for field in fields(Measure)} - {"indicator"}
    problems: list[str] = []
    measures = []
    for code, raw in nodes.items():
        strange = set(raw) - known
        if strange or raw.get("kind") not in KINDS:
            problems.append(_complaint(code, raw, strange, known))
            continue
        values: dict[str, Any] = {"indicator": code, **raw}
        values["markets"] = tuple(raw.get("markets", ()))
        measures.append(Measure(**values))
    if problems:
        raise Problems("measures of the framework", problems)
    return tuple(measures)


def _complaint(code: str, raw: Mapping[str, Any], strange: set[str], known: set[str]) -> str:
    if strange:
        return f"{code}: {UnknownName('parameter', min(strange), sorted(known))}"
    return f"{code}: {UnknownName('kind of measure', str(raw.get('kind')), KINDS)}"


@cache
def list_rules() -> dict[str, dict[str, Any]]:
    """Validity and coverage of each recognition list."""
    return tomllib.loads((files("reli.indicators") / "lists.toml").read_text(encoding="utf-8"))


def _stock(_: Measure, tables: RoadTables, period: Period) -> ibis.Table:
    """Enterprises that stand at the end of the year."""
    firms = tables.enterprises
    standing = firms.filter(firms.is_counted & alive_at(firms, period.last_day))
    return standing.select("enterprise_id", quantity=ibis.literal(1, "int64"))


def _registrations(_: Measure, tables: RoadTables, period: Period) -> ibis.Table:
    """Registrations dated in the window, whatever became of the enterprise."""
    firms = tables.enterprises
    within = registered_within(firms, period.first_day_of_window, period.last_day)
    chosen = firms.filter(firms.is_counted & within)
    return chosen.select("enterprise_id", quantity=ibis.literal(1, "int64"))


def _recognised(measure: Measure, tables: RoadTables, period: Period) -> ibis.Table | None:
    """Enterprises (or rows) of a recognition list that are valid at the end of the year."""
    rows = tables.recognitions
    if rows is None:
        return None
    rows = rows.filter(rows["list"] == measure.list)
    return _standing(
        _count(rows.filter(_is_valid(rows, measure.list, period)), measure), tables, period
    )


def _is_valid(rows: ibis.Table, name: str, period: Period) -> ir.BooleanValue:
    rule = list_rules()[name]
    begin = ibis.coalesce(rows.valid_from, rows.notice_date)
    in_force = rows.revoked_date.isnull() | (rows.revoked_date > period.last_day)
    if rule["validity"] == "list_year":
        return in_force & (begin.year() == period.year).fill_null(True)
    has_begun = (begin <= period.last_day).fill_null(True)
    end = rows.valid_to
    if rule["validity"] == "years":
        # Granted on 2020-12-01 for three years: valid to 2023-11-30.
        end = ibis.coalesce(end, (begin + ibis.interval(years=rule["years"])).cast("date"))
    return in_force & has_begun & (end.isnull() | (end > period.last_day))


def _listed(measure: Measure, tables: RoadTables, period: Period) -> ibis.Table | None:
    """Enterprises listed in one of the markets at the end of the year; A+H is one enterprise."""
    rows = tables.listings
    if rows is None:
        return None
    is_on = (rows.listed_date <= period.last_day).fill_null(True)
    is_off = (rows.delisted_date <= period.last_day).fill_null(False)
    chosen = rows.filter(rows.market.isin(measure.markets) & is_on & ~is_off)
    return _standing(_count(chosen, measure), tables, period)


def _ranked(measure: Measure, tables: RoadTables, period: Period) -> ibis.Table | None:
    """Enterprises on a yearly ranking."""
    rows = tables.rankings
    if rows is None:
        return None
    chosen = rows.filter((rows["list"] == measure.list) & (rows.year == period.year))
    return _standing(_count(chosen, measure), tables, period)


def _granted(measure: Measure, tables: RoadTables, period: Period) -> ibis.Table | None:
    """Inventions in force at the end of the year, or granted so far where none has a status."""
    rows = tables.patents
    if rows is None:
        return None
    is_granted = (rows.granted_date <= period.last_day).fill_null(False)
    has_lapsed = (rows.ended_date <= period.last_day).fill_null(False)
    return _count(rows.filter(is_granted & ~has_lapsed), measure)


def _registered_works(measure: Measure, tables: RoadTables, period: Period) -> ibis.Table | None:
    """Software copyrights registered by the end of the year."""
    rows = tables.software_copyrights
    if rows is None:
        return None
    is_registered = (rows.registered_date <= period.last_day).fill_null(False)
    return _count(rows.filter(is_registered), measure)


def _count(rows: ibis.Table, measure: Measure) -> ibis.Table:
    linked = rows.filter(rows.enterprise_id.notnull()).group_by("enterprise_id")
    counted = linked.aggregate(quantity=lambda t: t.count())
    if measure.counts == "enterprises":
        return counted.mutate(quantity=ibis.literal(1, "int64"))
    return counted


def _standing(entries: ibis.Table, tables: RoadTables, period: Period) -> ibis.Table:
    """Entries of enterprises that still stand: a list outlives some of its firms."""
    firms = tables.enterprises
    standing = firms.filter(firms.is_counted & alive_at(firms, period.last_day))
    return entries.semi_join(standing, "enterprise_id")


Kind = Callable[[Measure, RoadTables, Period], ibis.Table | None]

KINDS: dict[str, Kind] = {
    "stock": _stock,
    "share": _stock,
    "registrations": _registrations,
    "recognised": _recognised,
    "listed": _listed,
    "ranked": _ranked,
    "granted": _granted,
    "registered_works": _registered_works,
}


def check_lists(measures: tuple[Measure, ...]) -> None:
    """Raise InvalidSetting for a measure of a recognition list that has no rules."""
    for measure in measures:
        if measure.kind == "recognised" and measure.list not in list_rules():
            raise InvalidSetting(
                f"{measure.indicator}: {UnknownName('list', measure.list, list_rules())}"
            )
