"""Measures of enterprises: conditions on the register's own columns, counted in one pass."""

from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from reli.indicators.alive import alive_at, is_undated, registered_within
from reli.indicators.tables import Period, RoadTables

if TYPE_CHECKING:
    from reli.indicators.measure import Measure

__all__ = ["condition", "standing_conditions", "with_activity"]


def condition(measure: "Measure", firms: ibis.Table, period: Period) -> ir.BooleanValue:
    """Whether an enterprise counts.

    Args:
        measure: a stock, share (its numerator) or flow of registrations.
        firms: counted enterprises with `is_active`.
        period: the year.
    """
    counts = alive_at(firms, period.last_day)
    if measure.kind == "registrations":
        window = period
        if measure.basis == "yearly":
            window = Period(period.year - measure.years_back, registration_years=1)
        # A flow: whatever became of the enterprise since, unless survivors are asked for.
        is_new = registered_within(firms, window.first_day_of_window, window.last_day)
        counts = is_new & counts if measure.basis == "surviving" else is_new
    return counts & firms.is_active if measure.counted == "active" else counts


def standing_conditions(firms: ibis.Table, period: Period) -> dict[str, ir.BooleanValue]:
    """What the enterprises of a unit are: standing, flagged, dead at an unknown day, active."""
    stands = alive_at(firms, period.last_day)
    return {
        "standing": stands,
        "suspended": stands & (firms.status == "suspended"),
        "liquidating": stands & (firms.status == "liquidating"),
        "undated": is_undated(firms, period.last_day),
        "active": stands & firms.is_active,
    }


def with_activity(tables: RoadTables, evidence: ibis.Table | None) -> ibis.Table:
    """Counted enterprises with `is_active`: insured employees, or evidence of activity elsewhere.

    Args:
        tables: of the project.
        evidence: enterprise_id of those that a patent, a recognition in force, 规上 or a listing
            shows to be active; None where no table says so.
    """
    firms = tables.firms
    insured = (firms.insured_employees > 0).fill_null(False)
    if evidence is None:
        return firms.mutate(is_active=insured)
    marked = evidence.mutate(has_evidence=ibis.literal(True))
    joined = firms.left_join(marked, "enterprise_id", rname="{name}_evidence")
    return joined.mutate(is_active=insured | joined.has_evidence.fill_null(False))
