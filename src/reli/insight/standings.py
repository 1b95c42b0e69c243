"""Standings: who stands where in each index, every unit resolved to its division."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa

from reli.insight.places import Place

__all__ = ["SCHEMA", "STATUSES", "Standing", "Standings", "contradictions", "to_table"]

STATUSES = ("ranked", "unnumbered", "inactive", "not_scored", "unpublished")
"""unnumbered: a city without counties, or a zone that is a unit, scored but without a place of its
own; inactive: has no enterprise of the industry; unpublished: known to be scored, its place is not
published."""

SCHEMA = pa.schema(
    [
        ("industry", pa.string()),
        ("rank", pa.int32()),
        ("division_code", pa.string()),
        ("county", pa.string()),
        ("city", pa.string()),
        ("province", pa.string()),
        ("index", pa.float64()),
        ("status", pa.string()),
    ]
)
"""rank is null unless ranked; city is null where the province runs the county; index is null
where nothing was scored or published."""


@dataclass(frozen=True)
class Standing:
    """One unit in one index."""

    industry: str
    place: Place
    rank: int | None
    index: float | None
    status: str = "ranked"
    where: str = ""
    """Row of the input, for messages."""


@dataclass(frozen=True)
class Standings:
    """Who stands where, and what was read differently from how it was written."""

    table: pa.Table
    """Of SCHEMA: industries in the report's order, each from first to last, unranked behind."""
    corrections: tuple[str, ...] = ()


def to_table(standings: Iterable[Standing], industries: Sequence[str]) -> pa.Table:
    """The table of SCHEMA in its fixed order, industries as they are given."""
    place = {industry: at for at, industry in enumerate(industries)}
    ordered = sorted(standings, key=lambda each: (place[each.industry], *_order(each)))
    columns = {
        "industry": [each.industry for each in ordered],
        "rank": [each.rank for each in ordered],
        "division_code": [each.place.division_code for each in ordered],
        "county": [each.place.county for each in ordered],
        "city": [each.place.city or None for each in ordered],
        "province": [each.place.province for each in ordered],
        "index": [each.index for each in ordered],
        "status": [each.status for each in ordered],
    }
    return pa.table(columns, schema=SCHEMA)


def _order(each: Standing) -> tuple[bool, float, int, str]:
    # An unnumbered city stands where its index puts it; without an index only the rank decides.
    has_place = each.index is not None or each.rank is not None
    index = each.index if each.index is not None else 0.0
    return (
        not has_place,
        -index,
        each.rank or 0,
        each.place.division_code,
    )


def contradictions(standings: Iterable[Standing]) -> list[str]:
    """What cannot be true of standings: a unit named twice, ranks against the index."""
    by_industry: dict[str, list[Standing]] = defaultdict(list)
    for each in standings:
        by_industry[each.industry].append(each)
    return [
        problem
        for group in by_industry.values()
        for problem in (*_twice(group), *_wrong_order(group))
    ]


def _twice(group: Iterable[Standing]) -> list[str]:
    seen: dict[Place, Standing] = {}
    problems = []
    for each in group:
        if each.place in seen:
            problems.append(f"{each.where}: stands already in {seen[each.place].where}")
        seen.setdefault(each.place, each)
    return problems


def _wrong_order(group: Iterable[Standing]) -> list[str]:
    ranked = sorted(
        (each for each in group if each.rank is not None and each.index is not None),
        key=lambda each: (each.rank or 0, -(each.index or 0.0)),
    )
    problems = []
    for before, after in pairwise(ranked):
        lower, higher = before.index or 0.0, after.index or 0.0
        if before.rank == after.rank and not _is_close(lower, higher):
            problems.append(
                f"{after.where}: rank {after.rank} stands already in {before.where}, "
                f"with another index ({lower:g}, {higher:g})"
            )
        elif before.rank != after.rank and higher > lower and not _is_close(lower, higher):
            problems.append(
                f"{after.where}: index {higher:g} is above that of {before.where} ({lower:g}), "
                "which ranks before it"
            )
    return problems


def _is_close(one: float, other: float) -> bool:
    # Ranks are taken on nine significant digits.
    return f"{one:.9g}" == f"{other:.9g}"
