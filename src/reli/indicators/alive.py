"""Which enterprises are alive at the end of a year, and which were registered in a window."""

from datetime import date

import ibis.expr.types as ir

__all__ = ["ALIVE_STATUSES", "alive_at", "is_undated", "registered_within", "year_end"]

ALIVE_STATUSES = ("alive", "moved_out", "suspended", "liquidating")
"""迁出 lives on at its new address; 停业 and 清算 are alive but flagged."""


def year_end(year: int) -> date:
    """Day at which stocks of a year are counted: 31 December."""
    return date(year, 12, 31)


def alive_at(enterprises: ir.Table, day: date) -> ir.BooleanValue:
    """Founded by the day and not ended by it.

    A dead status without a date has ended at some unknown time: such an enterprise is counted
    at no day. A missing founding date does not hide a living enterprise.
    """
    has_begun = enterprises.founded_date.isnull() | (enterprises.founded_date <= day)
    ended_later = enterprises.ended_date > day
    never_ended = enterprises.ended_date.isnull() & (
        enterprises.status.isnull() | enterprises.status.isin(ALIVE_STATUSES)
    )
    return has_begun & (ended_later | never_ended).fill_null(False)


def is_undated(enterprises: ir.Table, day: date) -> ir.BooleanValue:
    """Founded by the day and dead since an unknown one: whether it stood then is unknown."""
    has_begun = enterprises.founded_date.isnull() | (enterprises.founded_date <= day)
    is_dead = enterprises.status.notnull() & ~enterprises.status.isin(ALIVE_STATUSES)
    return has_begun & enterprises.ended_date.isnull() & is_dead


def registered_within(enterprises: ir.Table, first: date, last: date) -> ir.BooleanValue:
    """Registered in the window, whatever became of the enterprise since."""
    return enterprises.founded_date.between(first, last).fill_null(False)
