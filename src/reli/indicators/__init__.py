"""The 19 indicators: what is counted, declared once, evaluated by any engine."""

from reli.indicators.compute import compute
from reli.indicators.measure import Measure, RoadTables, read_measures

__all__ = ["Measure", "RoadTables", "compute", "read_measures"]
