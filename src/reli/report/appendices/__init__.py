"""Appendices made of tables beside the scores: each from frames to blocks, none where they lack.

Figures are numbered later, among all appendices.
"""

from reli.report.appendices.changes import changes
from reli.report.appendices.decisions import decisions
from reli.report.appendices.dimension_heat import leaders_by_dimension
from reli.report.appendices.placing import activity, data_quality, zones
from reli.report.appendices.rank_ranges import rank_causes, rank_ranges
from reli.report.appendices.regions import hot_spots, industry_fit

__all__ = [
    "activity",
    "changes",
    "data_quality",
    "decisions",
    "hot_spots",
    "industry_fit",
    "leaders_by_dimension",
    "rank_causes",
    "rank_ranges",
    "zones",
]
