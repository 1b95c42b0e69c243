"""The rows of lists and works that a measure counts: what stands behind an enterprise's count."""

import ibis

from reli.indicators.leaders import counted_leaders
from reli.indicators.measure import Measure
from reli.indicators.recognised import Memory, recognised_rows
from reli.indicators.tables import Period, RoadTables
from reli.indicators.works import counted_works

__all__ = ["counted_rows"]

_WHERE = ("source_file", "source_line", "link_method", "link_confidence")


def counted_rows(
    measure: Measure, tables: RoadTables, period: Period, memory: Memory
) -> ibis.Table | None:
    """Rows of its table that a measure counts, whoever they name.

    Args:
        measure: with the basis that is scored.
        tables: canonical rows with whom they were linked to, and where they stood.
        period: the year.
        memory: makes a small table.

    Returns:
        With party, name or owner, and where a row stood. None of measures of the register's
        own columns.
    """
    if measure.kind == "recognised":
        return recognised_rows(measure, tables, period, memory, _WHERE)
    if measure.family == "works":
        return counted_works(measure, tables, period)
    if measure.family == "leading":
        return counted_leaders(measure, tables, period, _WHERE)
    return None
