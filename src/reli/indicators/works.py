"""Patents and software copyrights: works that may have several owners.

A work counts once in each of its owners' places and never twice in one: works of one owner are
added up, works of several are counted apart, unit by unit. One pass over the works marks them for
all measures.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import ibis
import ibis.expr.types as ir

from reli.indicators.measure import Measure
from reli.indicators.tables import Period, RoadTables, with_columns
from reli.linkage.grants import is_granted
from reli.linkage.patent_codes import CODE_SET, CODED

__all__ = [
    "BY_IPC",
    "PATENT_BASES",
    "WORKS",
    "coded_works",
    "counted_works",
    "knows_status",
    "marked_works",
    "owned_alone",
    "owned_works",
    "owner_ids",
]

PATENT_BASES = {
    "in_force": "年末有效的授权发明专利数",
    "granted_so_far": "截至年末累计授权发明专利数",
    "granted_in_year": "当年授权发明专利数",
}
"""The three measures of one table, with what the label says."""

BY_IPC = "（产业依专利的IPC分类号）"
"""Added to the label where patents count in the industries of their codes."""

WORKS = ("patents", "software_copyrights")

TERM_YEARS = 20
"""Term of an invention from its application (Patent Law, article 42), which precedes its grant."""

_ENDED = "失效|终止|届满|放弃|过期|撤销|驳回|未缴|无权|(^|[^分])无效"
_COLUMNS = {
    "outsider_id": "string", "is_shared": "boolean", "kind": "string", "legal_status": "string",
    "ended_date": "date",
}  # fmt: skip
_NUMBERED = "owner"
_READ = {
    *_COLUMNS, _NUMBERED, "item", "enterprise_id", "granted_date", "registered_date",
    CODED, CODE_SET,
}  # fmt: skip


def marked_works(
    measures: Sequence[Measure], tables: RoadTables, period: Period
) -> ibis.Table | None:
    """Works with a party that owns them, and for each measure whether the work counts.

    Returns:
        item, source (the table), party, is_shared, and a boolean column a measure; a row a work and
        party. None where no measure has its table.
    """
    found = [_marked(table, "owner", measures, tables, period) for table in WORKS]
    there = [rows for rows in found if rows is not None]
    if not there:
        return None
    return ibis.union(*there) if len(there) > 1 else there[0]


def _marked(
    table: str, by: str, measures: Sequence[Measure], tables: RoadTables, period: Period
) -> ibis.Table | None:
    rows = _works(table, tables)
    counted = {each.indicator for each in measures if (each.table, each.by) == (table, by)}
    if rows is None or not counted:
        return None
    none = ibis.literal(False)
    marks = {
        each.indicator: _condition(each, rows, period) if each.indicator in counted else none
        for each in measures
    }
    own = {"industries": rows[CODED]} if by == "ipc" else {}
    said = {"source": ibis.literal(table)}
    marked = rows.select("item", "party", "is_shared", **said, **own, **marks)
    return marked.filter(ibis.or_(*(marked[name] for name in marks)))


def coded_works(
    measures: Sequence[Measure], tables: RoadTables, period: Period
) -> ibis.Table | None:
    """Patents of which a code names an industry, marked as `marked_works` does, with `industries`.

    None where no measure counts by codes, or patents have none.
    """
    rows = tables.patents
    asked = any(measure.by == "ipc" for measure in measures)
    if not asked or rows is None or CODED not in rows.columns:
        return None
    coded = rows.filter((rows[CODED].length() > 0).fill_null(False))
    return _marked("patents", "ipc", measures, replace(tables, patents=coded), period)


def owned_works(
    measures: Sequence[Measure], tables: RoadTables, period: Period
) -> ibis.Table | None:
    """Works with a party that owns them, each once for all measures.

    Returns:
        source (the table), item, party and is_shared (of works with numbered owners owner), a
        boolean a measure, and codes (the industries of their own codes, or the number of these
        where they are told by number), null where no measure asks for these. None where no measure
        has its table.
    """
    found = [_owned(table, measures, tables, period) for table in WORKS]
    there = [rows for rows in found if rows is not None]
    if not there:
        return None
    return ibis.union(*there) if len(there) > 1 else there[0]


def _owned(
    table: str, measures: Sequence[Measure], tables: RoadTables, period: Period
) -> ibis.Table | None:
    rows = _works(table, tables)
    counted = {each.indicator: _marked_by(each, table, rows, period) for each in measures}
    if rows is None or all(mark is None for mark in counted.values()):
        return None
    marks = {n: ibis.literal(False) if mark is None else mark for n, mark in counted.items()}
    is_numbered = tables.owners is not None
    name, kind = (CODE_SET, "int32") if is_numbered else (CODED, "array<string>")
    is_coded = name in rows.columns and any(each.by == "ipc" for each in measures)
    said = {"source": ibis.literal(table), "codes": rows[name] if is_coded else ibis.null(kind)}
    whose = (_NUMBERED,) if is_numbered else ("party", "is_shared")
    marked = rows.select("item", *whose, **said, **marks)
    return marked.filter(ibis.or_(*(marked[name] for name in marks)))


def _marked_by(
    measure: Measure, table: str, rows: ibis.Table | None, period: Period
) -> ir.BooleanValue | None:
    """Whether a measure counts a work; None where it counts none of the table."""
    if rows is None or measure.table != table:
        return None
    counts = _condition(measure, rows, period)
    if measure.by == "owner":
        return counts
    # What counts by its codes needs one that names an industry.
    if CODE_SET in rows.columns:
        return counts & rows[CODE_SET].notnull()
    return counts & (rows[CODED].length() > 0).fill_null(False) if CODED in rows.columns else None


def counted_works(measure: Measure, tables: RoadTables, period: Period) -> ibis.Table | None:
    """Rows of the works, one a party, that a measure counts: party, and all their columns."""
    rows: ibis.Table | None = getattr(tables, measure.table)
    if rows is None:
        return None
    rows = with_columns(rows, _COLUMNS)
    counts = _marked_by(measure, measure.table, rows, period)
    is_granted = _is_invention(rows) if measure.table == "patents" else True
    party = ibis.coalesce(rows.enterprise_id, rows.outsider_id)
    return None if counts is None else rows.filter(counts, is_granted).mutate(party=party)


def owned_alone(marked: ibis.Table, measures: Sequence[Measure]) -> ibis.Table:
    """How many works each party owns alone: party, source, and a number a measure.

    Of `coded_works` for each set of industries.
    """
    sole = marked.filter(~marked.is_shared)
    keys = [name for name in ("party", "source", "industries") if name in marked.columns]
    return sole.group_by(*keys).aggregate(
        **{each.indicator: sole.count(where=sole[each.indicator]) for each in measures}
    )


def knows_status(patents: ibis.Table) -> ibis.Table:
    """Whether the legal status of half the inventions is known, so that those in force can be told.

    An invention counts once, however many own it.

    Returns:
        known: one row.
    """
    rows = with_columns(patents, _COLUMNS)
    rows = rows.filter(_is_invention(rows))
    told = {"known": rows.legal_status.notnull() | rows.ended_date.notnull()}
    is_shared = rows.is_shared.fill_null(False)
    shared = rows.filter(is_shared).select("item", **told).distinct().select("known")
    each = ibis.union(rows.filter(~is_shared).select(**told), shared)
    return each.aggregate(known=(each.known.cast("float64").mean() >= 0.5).fill_null(False))


def _is_invention(patents: ibis.Table) -> ir.BooleanValue:
    """A granted one: neither a utility model nor a design, nor an application."""
    kind = patents.kind
    # What is quickly told goes first: engines look no further where it decides.
    return (kind.isnull() | kind.contains("发明")) & is_granted(patents)


def _works(table: str, tables: RoadTables) -> ibis.Table | None:
    """Works with a party that owns them; of patents the inventions."""
    rows: ibis.Table | None = getattr(tables, table)
    if rows is None:
        return None
    rows = with_columns(rows, _COLUMNS)
    rows = rows.select(*(name for name in rows.columns if name in _READ))
    if table == "patents":
        rows = rows.filter(_is_invention(rows))
    if tables.owners is not None:
        return rows.filter(rows.owner.notnull())
    party = ibis.coalesce(rows.enterprise_id, rows.outsider_id)
    rows = rows.mutate(party=party, is_shared=rows.is_shared.fill_null(False))
    return rows.filter(rows.party.notnull())


def _condition(measure: Measure, rows: ibis.Table, period: Period) -> ir.BooleanValue:
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
    """Enterprises with a patent of any kind granted by the end of the year; an application is none.

    Works whose owners alone are told, with the day of the first grant, are taken as they are.
    """
    if tables.patents is None:
        return None
    rows = tables.patents
    if "item" in rows.columns:
        rows = with_columns(rows, _COLUMNS)
        rows = rows.filter(is_granted(rows))
    by_then = (rows.granted_date <= period.last_day).fill_null(False)
    return rows.filter(by_then & rows.enterprise_id.notnull()).select("enterprise_id")
