"""Recognitions: who is on a list at the end of a year.

Rules of validity become the first year whose notices still count: three years from a notice of
2021 hold at the ends of 2021, 2022 and 2023, so at the end of 2023 notices since 2021 count.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from reli.indicators.centres import (
    BY_CITIES,
    centre_name,
    is_of_level,
    is_provincial,
    lies_in_municipality,
)
from reli.indicators.claims import as_claims
from reli.indicators.lists import Rules
from reli.indicators.measure import Measure
from reli.indicators.tables import Period, RoadTables, with_columns

__all__ = ["in_force", "lists_of_year", "recognised_claims", "recognised_rows"]

Memory = Callable[[pa.Table], ibis.Table]
"""Makes a small table of the engine."""

_COLUMNS = {
    "batch": "string", "name": "string", "level": "string", "outsider_id": "string",
    "host_name": "string",
    "notice_date": "date", "valid_from": "date", "valid_to": "date", "revoked_date": "date",
}  # fmt: skip

_YEARS = "20[0-9]{2}年?度?[-—–~～至到]+(20[0-9]{2})"
"""A batch of several years: 2022-2023年度."""


def recognised_claims(
    measures: Sequence[Measure], there: ibis.Table | None, memory: Memory
) -> ibis.Table | None:
    """Claims of recognised enterprises, and of centres, which are counted one by one.

    Args:
        measures: of this family.
        there: what is in force (see `in_force`).
        memory: makes a small table.
    """
    if there is None or not measures:
        return None
    asked = memory(_asked(measures)).rename(asked_list="list")
    rows = there.inner_join(asked, there["list"] == asked.asked_list)
    rows = rows.filter(is_of_level(rows.level, rows.begins, rows.of_provinces))
    # An enterprise is one however often it is on the list; a centre is one by its name.
    thing = ibis.ifelse(rows.counts_rows, rows.centre.fill_null(""), "")
    named = rows.mutate(thing=thing).group_by("indicator", "party", "thing", "counts_rows")
    once = named.aggregate(of_municipality=lambda t: t.of_municipality.min())
    counted = once.group_by("indicator", "party", "counts_rows", "of_municipality").aggregate(
        quantity=lambda t: t.count()
    )
    return as_claims(
        counted,
        counted.indicator,
        counted.party,
        quantity=counted.quantity,
        may_be_outside=counted.counts_rows,
        of_municipality=counted.of_municipality,
    )


def _asked(measures: Sequence[Measure]) -> pa.Table:
    """Which indicator counts which list: one row each, or one for each way its levels begin."""
    rows = [(each, *level) for each in measures for level in _levels(each)]
    return pa.table(
        {
            "indicator": [measure.indicator for measure, _, _ in rows],
            "list": [measure.list for measure, _, _ in rows],
            "counts_rows": [measure.counts == "rows" for measure, _, _ in rows],
            "begins": [begins for _, begins, _ in rows],
            "of_provinces": [is_provincial(begins) for _, begins, _ in rows],
            "of_municipality": [of_municipality for _, _, of_municipality in rows],
        }
    )


def _levels(measure: Measure) -> list[tuple[str, bool]]:
    """How the levels of a measure begin, and whether only in municipalities."""
    said = [(begins, False) for begins in measure.levels or ("",)]
    return [*said, (BY_CITIES, True)] if any(map(is_provincial, measure.levels)) else said


def recognised_rows(
    measure: Measure, tables: RoadTables, period: Period, memory: Memory, carried: Sequence[str]
) -> ibis.Table | None:
    """Rows of its list that a measure counts, with the columns `carried`."""
    rows = in_force(tables, period, memory, carried)
    if rows is None:
        return None
    of_list = rows.filter(rows["list"] == measure.list)
    where = tables.every_party().select("place", place_of="enterprise_id")
    there = of_list.inner_join(where, of_list.party == where.place_of)
    is_counted = ibis.or_(
        *(
            is_of_level(there.level, begins, is_provincial(begins))
            & (lies_in_municipality(there.place) | (not of_municipality))
            for begins, of_municipality in _levels(measure)
        )
    )
    return there.filter(is_counted).select(of_list.columns)


def in_force(
    tables: RoadTables, period: Period, memory: Memory, carried: Sequence[str] = ()
) -> ibis.Table | None:
    """Rows of all lists that are in force: begun, not run out, and not revoked since.

    A revocation ends all that was granted to the party before it, whichever row states it; that of
    a centre (named beside its host) ends this centre alone. A row that states nothing but a
    revocation grants nothing.

    Returns:
        list, party, enterprise_id, name, centre (its name beside the host), level, and the columns
        `carried`.
    """
    if tables.recognitions is None:
        return None
    rows = with_columns(tables.recognitions, _COLUMNS)
    rows = rows.select("list", "enterprise_id", *_COLUMNS, *carried)
    rows = _begun(rows, tables.lists, period, memory)
    rows = rows.mutate(
        party=ibis.coalesce(rows.enterprise_id, rows.outsider_id),
        centre=centre_name(rows.name, rows.host_name),
    ).filter(lambda t: t.party.notnull())
    rows = _with_revocations(rows, period)
    is_granted = rows.begin.notnull() | rows.revoked_date.isnull()
    stands = rows.revoked_last.isnull() | (rows.begin > rows.revoked_last).fill_null(False)
    there = rows.filter(is_granted & stands & _is_within(rows, period))
    return there.select("list", "party", "enterprise_id", "name", "centre", "level", *carried)


def lists_of_year(
    recognitions: ibis.Table, rules: Rules, period: Period, memory: Memory
) -> ibis.Table:
    """Lists that say anything of the year: list, each once.

    A list of a year says nothing of others, and no list of what was before its first notice.
    """
    rows = _begun(with_columns(recognitions, _COLUMNS), rules, period, memory)
    of_year = (rows.begin.year() <= period.year) & (rows.until >= period.year)
    says = ibis.ifelse(rows.is_of_year, of_year, rows.begin <= period.last_day)
    return rows.filter(says.fill_null(True)).select("list").distinct()


def _begun(rows: ibis.Table, rules: Rules, period: Period, memory: Memory) -> ibis.Table:
    """Rows with the rule of their list, since when they count (`begin`), and the last year of it.

    `until` is the year of the beginning, but of a list of a year the last that its batch names.
    """
    told = memory(_rules(rules, period)).rename(rule_list="list")
    rows = rows.inner_join(told, rows["list"] == told.rule_list)
    last = ibis.ifelse(rows.is_of_year, rows.batch.re_extract(_YEARS, 1).nullif(""), None)
    rows = rows.mutate(begin=_begin(rows))
    return rows.mutate(until=ibis.coalesce(last.cast("int32"), rows.begin.year()))


def _with_revocations(rows: ibis.Table, period: Period) -> ibis.Table:
    """The last revocation that each row is under: revoked_last, null where there is none."""
    key, day = ["list", "party"], ibis._.revoked_date
    rows = rows.mutate(of_host=ibis.ifelse(rows.host_name.notnull(), rows.centre, None))
    revoked = rows.filter(rows.revoked_date <= period.last_day)
    of_party = revoked.group_by(key).aggregate(
        of_any=day.max(), of_all=day.max(where=ibis._.of_host.isnull())
    )
    of_centre = revoked.group_by([*key, "of_host"]).aggregate(of_centre=day.max())
    both = rows.left_join(of_party, key, rname="{name}_party").left_join(
        of_centre, [*key, "of_host"], rname="{name}_centre"
    )
    of_own = ibis.greatest(
        ibis.coalesce(both.of_all, both.of_centre), ibis.coalesce(both.of_centre, both.of_all)
    )
    last = ibis.ifelse(both.of_host.isnull(), both.of_any, of_own)
    return both.select(*rows.columns, revoked_last=last)


def _begin(rows: ibis.Table) -> ir.DateValue:
    """Day from which a row counts: its notice's, else the first of the year that its batch names.

    A list of a year is of the year that its batch names, whenever it is published. Where nothing
    says since when, null: the row counts in every year, and `reli check` says so.
    """
    year = rows.batch.re_extract("(20[0-9]{2})", 1).nullif("")
    first = (year + "-01-01").cast("date")
    of_year = ibis.ifelse(rows.is_of_year, first, None)
    return ibis.coalesce(of_year, rows.valid_from, rows.notice_date, first)


def _rules(rules: Mapping[str, Mapping[str, Any]], period: Period) -> pa.Table:
    return pa.table(
        {
            "list": list(rules),
            "first_year": pa.array([_first_year(r, period) for r in rules.values()], pa.int32()),
            "is_of_year": [rule["validity"] == "list_year" for rule in rules.values()],
        }
    )


def _first_year(rule: Mapping[str, Any], period: Period) -> int:
    """First year whose notices still count."""
    if rule["validity"] == "years":
        return period.year - int(rule["years"]) + 1
    return period.year if rule["validity"] == "list_year" else 0


def _is_within(rows: ibis.Table, period: Period) -> ir.BooleanValue:
    """Begun by the day, and neither past a stated last day nor, without one, past the rule's term.

    A stated last day is still valid.
    """
    has_begun = (rows.begin <= period.last_day).fill_null(True)
    by_rule = (rows.until >= rows.first_year).fill_null(True)
    says_end = rows.valid_to.notnull() & ~rows.is_of_year
    return has_begun & ibis.ifelse(says_end, rows.valid_to >= period.last_day, by_rule)
