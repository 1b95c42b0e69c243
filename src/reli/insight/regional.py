"""How many of the counted units lie in each declared region."""

import pyarrow as pa

from reli.insight.facts import facts, of_industry
from reli.reference.regions import members, region_names

__all__ = ["CENTRES", "CLUSTERS", "QUARTERS", "in_region", "region_counts", "regions"]

QUARTERS = ("东部", "中部", "西部", "东北")
"""The four regions that share out the mainland."""

CLUSTERS = ("京津冀", "长三角", "珠三角", "成渝")
"""Clusters of cities that sentences speak of; they lie within the four."""


CENTRES = ("京津冀", "山东半岛", "长三角", "珠三角", "成渝")
"""Clusters of cities that may be told as centres; none shares a city with another."""


def regions(standings: pa.Table, top: int = 100) -> dict[str, dict[str, int]]:
    """Counted units per declared region, by industry, 综合 first.

    Args:
        standings: table as in `reli.insight.standings.SCHEMA`.
        top: last rank that is counted.
    """
    return {
        industry: region_counts(of_industry(standings, industry, top))
        for industry in facts(standings, top)
    }


def region_counts(counted: pa.Table) -> dict[str, int]:
    """Units per declared region, in the order of the regions' table; 0 where there are none.

    Args:
        counted: units with a `division_code`; a region's members are provinces and cities, and a
            unit belongs to it when its code begins like a member's.
    """
    return {name: sum(in_region(counted, name)) for name in region_names()}


def in_region(counted: pa.Table, region: str) -> list[bool]:
    """Whether each unit lies in a declared region."""
    prefixes = _prefixes(region)
    return [code.startswith(prefixes) for code in counted["division_code"].to_pylist()]


def _prefixes(region: str) -> tuple[str, ...]:
    return tuple(code[:2] if code.endswith("0000") else code[:4] for code in members(region))
