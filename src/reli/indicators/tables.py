"""What is counted from: the linked tables of a project, and the year."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import ibis
import ibis.expr.datatypes as dt

from reli.indicators.alive import alive_at, year_end
from reli.indicators.lists import Rules, list_rules

__all__ = ["Period", "RoadTables", "with_columns"]

_ENTERPRISE_COLUMNS = {"place_code": "string", "insured_employees": "int32"}
_PARTY = ("enterprise_id", "place", "industries", "is_outsider", "stands")


@dataclass(frozen=True)
class Period:
    """A year and the length of the window of flows that ends with it."""

    year: int
    registration_years: int = 3

    @property
    def first_day(self) -> date:
        """First day of the year."""
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        """Day at which stocks are counted."""
        return year_end(self.year)

    @property
    def first_day_of_window(self) -> date:
        """First day of the window of flows."""
        return date(self.year - self.registration_years + 1, 1, 1)


@dataclass(frozen=True, kw_only=True)
class RoadTables:
    """Tables that measures read; None where the project has no source for one.

    `enterprises`: enterprise_id, division_code (null where no county is certain), place_code (what
    is certain), industries (array of names), is_counted, founded_date, ended_date, status,
    insured_employees. The others are canonical tables with the enterprise_id that their rows were
    linked to; of patents and software_copyrights a row is a work and one of its owners (item,
    enterprise_id or outsider_id, is_shared; of patents with codes also ipc_industries, the
    industries of these); of holdings parent_id and child_id.
    `outsiders`: outsider_id, place_code: owners and hosts that are in no register.
    """

    enterprises: ibis.Table
    recognitions: ibis.Table | None = None
    listings: ibis.Table | None = None
    holdings: ibis.Table | None = None
    rankings: ibis.Table | None = None
    patents: ibis.Table | None = None
    software_copyrights: ibis.Table | None = None
    outsiders: ibis.Table | None = None
    coverage: ibis.Table | None = None
    county_totals: ibis.Table | None = None
    lists: Rules = field(default_factory=list_rules)
    """Rules of the recognition lists."""

    @property
    def firms(self) -> ibis.Table:
        """Enterprises that are counted, alive or not, with their place.

        The place is the unit where it is certain, else the city or province that is.
        """
        rows = with_columns(self.enterprises, _ENTERPRISE_COLUMNS)
        place = ibis.coalesce(rows.division_code, rows.place_code.nullif(""))
        return rows.filter(rows.is_counted).mutate(place=place)

    def parties(self, period: Period, carried: Sequence[str] = ()) -> ibis.Table:
        """Who may stand on lists and own works: enterprises, and outsiders without industries.

        Args:
            period: at whose last day an enterprise must stand.
            carried: further columns of the enterprises, text; null of outsiders.
        """
        firms = with_columns(self.firms, dict.fromkeys(carried, "string"))
        stands = alive_at(firms, period.last_day)
        inside = firms.mutate(is_outsider=ibis.literal(False), stands=stands)
        inside = inside.select(*_PARTY, *carried)
        if self.outsiders is None:
            return inside
        rows = self.outsiders
        outside = rows.select(
            enterprise_id=rows.outsider_id,
            place=rows.place_code.nullif(""),
            industries=ibis.literal([], dt.Array(dt.string)),
            is_outsider=ibis.literal(True),
            stands=ibis.literal(True),
            **{name: ibis.null("string") for name in carried},
        )
        return ibis.union(inside, outside)


def with_columns(rows: ibis.Table, columns: dict[str, str]) -> ibis.Table:
    """The table with the columns that it lacks as nulls."""
    lacking = {name: ibis.null(kind) for name, kind in columns.items() if name not in rows.columns}
    return rows.mutate(**lacking) if lacking else rows
