"""The 19 indicators: what is counted, declared once, evaluated by any engine."""

from reli.indicators.compute import Counting, missing_everywhere
from reli.indicators.counts import Evaluator, PlaceCounts
from reli.indicators.grid import PANEL_SCHEMA
from reli.indicators.levels import LEVELS, Units, units_of
from reli.indicators.measure import Measure
from reli.indicators.stated import read_measures
from reli.indicators.tables import Period, RoadTables

__all__ = [
    "LEVELS",
    "PANEL_SCHEMA",
    "Counting",
    "Evaluator",
    "Measure",
    "Period",
    "PlaceCounts",
    "RoadTables",
    "Units",
    "missing_everywhere",
    "read_measures",
    "units_of",
]
