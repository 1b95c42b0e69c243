"""What is counted from: the linked tables of a project, and the year."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import ibis
import ibis.expr.datatypes as dt

from reli.indicators.alive import alive_at, year_end
from reli.indicators.lists import Rules, list_rules
from reli.indicators.sets import set_columns, sets_of
from reli.reference.emerging import EMERGING

__all__ = ["Period", "RoadTables", "with_columns"]

_ENTERPRISE_COLUMNS = {"place_code": "string", "insured_employees": "int32"}
_FIRM = (
    "enterprise_id", "place", "industries", "founded_date", "ended_date", "status",
    "insured_employees",
)  # fmt: skip
_KINDS = {"emerging_classes": "array<string>"}
"""Types of columns that are no text."""
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
    industries: tuple[str, ...] = EMERGING
    """Names of the classification, without 综合."""
    named: ibis.Table | None = None
    """What `every_party` gave, where several questions read it."""
    inferred: ibis.Table | None = None
    """enterprise_id of those whose industries were inferred, where the register was counted without
    these."""
    owners: ibis.Table | None = None
    """Where the owners of works lie, if works name these by number (see `placed_owners`)."""
    code_sets: ibis.Table | None = None
    """Of such works the industries of their codes: ipc_industries by ipc_set."""
    status: ibis.Table | None = None
    """Whether the legal status of patents is known (see `knows_status`), where that was told."""
    lists: Rules = field(default_factory=list_rules)
    """Rules of the recognition lists."""

    def firms(self, carried: Sequence[str] = ()) -> ibis.Table:
        """Enterprises that are counted, alive or not, with their place.

        The place is the unit where it is certain, else the city or province that is.

        Args:
            carried: further columns; null where the enterprises have none such.
        """
        kinds = {name: _KINDS.get(name, "string") for name in carried}
        rows = with_columns(self.enterprises, _ENTERPRISE_COLUMNS | kinds)
        place = ibis.coalesce(rows.division_code, rows.place_code.nullif(""))
        return rows.filter(rows.is_counted).mutate(place=place).select(*_FIRM, *carried)

    def every_party(self, carried: Sequence[str] = ()) -> ibis.Table:
        """Counted enterprises and outsiders in one form, with their sets of industries.

        Args:
            carried: further columns of the enterprises.
        """
        return self._with_sets(self._with_outsiders(self.firms(carried)))

    def parties(self, period: Period, carried: Sequence[str] = ()) -> ibis.Table:
        """Who may stand on lists and own works: enterprises, and outsiders without industries.

        With their sets of industries as numbers (see reli.indicators.sets).

        Args:
            period: at whose last day an enterprise must stand.
            carried: further columns of the enterprises, text; null of outsiders.
        """
        every = self.named
        if every is None or carried:
            every = self.every_party(carried)
        # Nothing is known of an outsider's days, so it stands.
        there = every.mutate(stands=alive_at(every, period.last_day))
        return there.select(*_PARTY, *set_columns(self.industries), *carried)

    def _with_sets(self, parties: ibis.Table) -> ibis.Table:
        sets = sets_of(parties.industries, self.industries, parties.is_outsider)
        return parties.mutate(**dict(zip(set_columns(self.industries), sets, strict=True)))

    def _with_outsiders(self, firms: ibis.Table) -> ibis.Table:
        """Enterprises, and the outsiders in the same form: nulls but for key and place."""
        inside = firms.mutate(is_outsider=ibis.literal(False))
        if self.outsiders is None:
            return inside
        rows = self.outsiders
        told = {
            "enterprise_id": rows.outsider_id,
            "place": rows.place_code.nullif(""),
            "industries": ibis.literal([], dt.Array(dt.string)),
            "is_outsider": ibis.literal(True),
        }
        kinds = inside.schema()
        columns = {name: told.get(name, ibis.null(kinds[name])) for name in kinds.names}
        return ibis.union(inside, rows.select(**columns))


def with_columns(rows: ibis.Table, columns: dict[str, str]) -> ibis.Table:
    """The table with the columns that it lacks as nulls."""
    lacking = {name: ibis.null(kind) for name, kind in columns.items() if name not in rows.columns}
    return rows.mutate(**lacking) if lacking else rows
