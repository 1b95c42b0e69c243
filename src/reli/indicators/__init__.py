"""The 19 indicators: what is counted, declared once, evaluated by any engine."""

from reli.indicators.compute import Counting, Units, missing_everywhere
from reli.indicators.measure import Measure, Period, RoadTables, read_measures

__all__ = [
    "Counting",
    "Measure",
    "Period",
    "RoadTables",
    "Units",
    "missing_everywhere",
    "read_measures",
]
