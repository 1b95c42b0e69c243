"""Patents and software copyrights: works that may have several owners.

A work counts once in each of its owners' places and never twice in one: works of one owner are
added up, works of several are counted apart, unit by unit.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from reli.indicators.claims import as_claims
from reli.indicators.tables import Period, RoadTables, with_columns

if TYPE_CHECKING:
    from reli.indicators.measure import Measure

__all__ = [
    "PATENT_BASES",
    "WORKS",
    "knows_status",
    "owner_ids",
    "shared_works",
    "work_claims",
]

PATENT_BASES = {
    "in_force": "年末有效的授权发明专利数",
    "granted_so_far": "截至年末累计授权发明专利数",
    "granted_in_year": "当年授权发明专利数",
}
"""The three measures of one table, with what the label says."""

WORKS = ("patents", "software_copyrights")

TERM_YEARS = 20
"""Term of an invention from its application (Patent Law, article 42), which precedes its grant."""

_ENDED = "失效|终止|届满|放弃|过期|撤销|驳回|未缴|(^|[^分])无效"
_COLUMNS = {
    "outsider_id": "string", "is_shared": "boolean", "kind": "string", "legal_status": "string",
    "ended_date": "date",
}  # fmt: skip


def work_claims(
    measures: Sequence["Measure"], table: str, tables: RoadTables, period: Period
) -> ibis.Table | None:
    """Claims of owners that own their works alone: one pass over the works for all measures."""
    rows = _works(table, tables)
    measures = [measure for measure in measures if measure.table == table]
    if rows is None or not measures:
        return None
    sole = rows.filter(~rows.is_shared.fill_null(False))
    sums = {
        measure.indicator: _condition(measure, sole, period).cast("int64").sum()
        for measure in measures
    }
    counted = sole.group_by("party").aggregate(**sums)
    each = [
        as_claims(
            counted,
            measure.indicator,
            counted.party,
            quantity=counted[measure.indicator],
            must_stand=False,
            may_be_outside=True,
        )
        for measure in measures
    ]
    claims = ibis.union(*each) if len(each) > 1 else each[0]
    return claims.filter(claims.quantity > 0)


def shared_works(
    measures: Sequence["Measure"], table: str, tables: RoadTables, period: Period
) -> ibis.Table | None:
    """Works of several owners: indicator, item, party."""
    rows = _works(table, tables)
    measures = [measure for measure in measures if measure.table == table]
    if rows is None or not measures:
        return None
    several = rows.filter(rows.is_shared.fill_null(False))
    each = [
        several.filter(_condition(measure, several, period)).select(
            "item", "party", indicator=ibis.literal(measure.indicator)
        )
        for measure in measures
    ]
    return ibis.union(*each) if len(each) > 1 else each[0]


def knows_status(rows: ibis.Table) -> ir.BooleanScalar:
    """Whether the legal status of most patents is known, so that those in force can be told."""
    known = rows.legal_status.notnull() | rows.ended_date.notnull()
    return (known.cast("float64").mean() >= 0.5).fill_null(False)


def _works(table: str, tables: RoadTables) -> ibis.Table | None:
    """Works with a party that owns them; of patents the inventions."""
    rows: ibis.Table | None = getattr(tables, table)
    if rows is None:
        return None
    rows = with_columns(rows, _COLUMNS)
    if table == "patents":
        rows = rows.filter(rows.kind.isnull() | rows.kind.contains("发明"))
    rows = rows.mutate(party=ibis.coalesce(rows.enterprise_id, rows.outsider_id))
    return rows.filter(rows.party.notnull())


def _condition(measure: "Measure", rows: ibis.Table, period: Period) -> ir.BooleanValue:
    """Whether a work counts in the year."""
    day = period.last_day
    if measure.kind == "registered_works":
        return (rows.registered_date <= day).fill_null(False)
    granted = (rows.granted_date <= day).fill_null(False)
    if measure.basis == "granted_in_year":
        return granted & (rows.granted_date >= period.first_day).fill_null(False)
    return granted & ~_has_ended(rows, day) if measure.basis == "in_force" else granted


def _has_ended(rows: ibis.Table, day: date) -> ir.BooleanValue:
    """Lapsed, or expired by its term; a dead status without a date has ended at unknown time."""
    lapsed = (rows.ended_date <= day).fill_null(False)
    expired = (rows.granted_date <= day.replace(year=day.year - TERM_YEARS)).fill_null(False)
    says_ended = rows.legal_status.re_search(_ENDED).fill_null(False)
    return lapsed | expired | (rows.ended_date.isnull() & says_ended)


def owner_ids(tables: RoadTables, period: Period) -> ibis.Table | None:
    """Enterprises with a patent granted by the end of the year."""
    if tables.patents is None:
        return None
    rows = tables.patents
    is_granted = (rows.granted_date <= period.last_day).fill_null(False)
    return rows.filter(is_granted & rows.enterprise_id.notnull()).select("enterprise_id")
