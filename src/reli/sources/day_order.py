"""Days of which the year stands last: 12/31/2015 as in America, 31/12/2015 as in Europe.

No cell says which of two small numbers is the month; the other cells of its file do.
"""

from collections.abc import Iterable
from typing import Literal

import polars as pl

__all__ = ["YEAR_LAST", "DayOrder", "day_order"]

DayOrder = Literal["", "day", "month"]
"""What stands first; empty where no cell tells."""
YEAR_LAST = r"^(\d{1,2}) ?[-/.] ?(\d{1,2}) ?[-/.] ?(\d{4})$"
_WITH_TIME = r"^(\d{1,2}) ?[-/.] ?(\d{1,2}) ?[-/.] ?\d{4}(?:[ T].*)?$"
_MONTHS = 12


def day_order(columns: Iterable[pl.Series]) -> DayOrder:
    """What stands first in the days of a file, by those whose day is no month.

    Args:
        columns: texts of its dates.
    """
    told: set[DayOrder] = set()
    for column in columns:
        parts = column.str.extract_groups(_WITH_TIME).struct
        first, second = (parts.field(at).cast(pl.Int32) > _MONTHS for at in ("1", "2"))
        told |= {"day"} if (first & ~second).any() else set()
        told |= {"month"} if (second & ~first).any() else set()
    return told.pop() if len(told) == 1 else ""
