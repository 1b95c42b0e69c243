"""Measures of enterprises: conditions on the register's own columns, counted in one pass.

Conditions are combinations of a few facts, such as whether an enterprise is alive or was registered
in a window. Facts are evaluated for each enterprise, conditions for groups with the same facts.
"""

from collections.abc import Iterable, Sequence

import ibis
import ibis.expr.types as ir

from reli.indicators.alive import alive_at, is_undated, registered_within
from reli.indicators.measure import Measure
from reli.indicators.tables import Period, RoadTables

__all__ = [
    "STANDING",
    "condition",
    "facts_needed",
    "facts_of",
    "is_insured",
    "with_activity",
]


STANDING = {
    "standing": ("stands",),
    "suspended": ("stands", "is_suspended"),
    "liquidating": ("stands", "is_liquidating"),
    "undated": ("is_undated",),
    "active": ("stands", "is_active"),
    "told": ("is_told",),
}
"""What is counted of the enterprises themselves, whatever the indicators: the facts it takes.
`told` are those of which is known whether they insure anybody, few or none."""


def facts_of(
    firms: ibis.Table, period: Period, measures: Iterable[Measure]
) -> dict[str, ir.BooleanValue]:
    """The facts that conditions combine, each evaluated once however many measures need it.

    Args:
        firms: counted enterprises with `is_active`.
        period: the year.
        measures: stocks, shares (their numerators) and flows of registrations.
    """
    found = {
        "stands": alive_at(firms, period.last_day),
        "is_suspended": firms.status == "suspended",
        "is_liquidating": firms.status == "liquidating",
        "is_undated": is_undated(firms, period.last_day),
        "is_active": firms.is_active,
        "is_told": firms.insured_employees.notnull(),
    }
    for measure in measures:
        if measure.kind == "registrations":
            window = _window(measure, period)
            found[_named(window)] = registered_within(
                firms, window.first_day_of_window, window.last_day
            )
    return {name: fact.fill_null(False) for name, fact in found.items()}


def facts_needed(measure: Measure, period: Period) -> tuple[str, ...]:
    """Names of the facts that must hold of an enterprise for it to count."""
    active = ("is_active",) if measure.counted == "active" else ()
    if measure.kind != "registrations":
        return ("stands", *active)
    # A flow: whatever became of the enterprise since, unless survivors are asked for.
    surviving = ("stands",) if measure.basis == "surviving" else ()
    return (_named(_window(measure, period)), *surviving, *active)


def _window(measure: Measure, period: Period) -> Period:
    if measure.basis == "yearly":
        return Period(period.year - measure.years_back, registration_years=1)
    return period


def _named(window: Period) -> str:
    return f"registered {window.first_day_of_window.year}-{window.year}"


def condition(measure: Measure, firms: ibis.Table, period: Period) -> ir.BooleanValue:
    """Whether an enterprise counts.

    Args:
        measure: a stock, share (its numerator) or flow of registrations.
        firms: counted enterprises with `is_active`.
        period: the year.
    """
    told = facts_of(firms, period, [measure])
    return ibis.and_(*(told[name] for name in facts_needed(measure, period)))


def with_activity(
    tables: RoadTables, evidence: ibis.Table | None, carried: Sequence[str] = ()
) -> ibis.Table:
    """Counted enterprises with `is_active`: insured employees, or evidence of activity elsewhere.

    Args:
        tables: of the project.
        evidence: enterprise_id of those that a patent, a recognition in force, 规上 or a listing
            shows to be active; None where no table says so.
        carried: further columns of the enterprises.
    """
    firms = tables.firms(carried)
    if evidence is None:
        return firms.mutate(is_active=is_insured(firms))
    marked = evidence.mutate(has_evidence=ibis.literal(True))
    joined = firms.left_join(marked, "enterprise_id", rname="{name}_evidence")
    return joined.mutate(is_active=is_insured(firms) | joined.has_evidence.fill_null(False))


def is_insured(firms: ibis.Table) -> ir.BooleanValue:
    """Whether an enterprise insures anybody."""
    return (firms.insured_employees > 0).fill_null(False)
