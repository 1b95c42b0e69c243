"""Facts: what the standings say, counted; the content of sentences, charts and of `reli facts`.

Who is counted: units whose rank is `top` or better. Where several share the rank at the cut all of
them are in, so there may be more than `top`. Units without a rank (cities without counties shown
unnumbered, units not scored) are never counted. A county run directly by its province counts for
the province and for no city.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypedDict

import pyarrow as pa
import pyarrow.compute as pc

from reli.reference.divisions import display_name, provinces
from reli.reference.emerging import in_order

__all__ = ["CROWD", "TOP_PLACES", "Facts", "display_names", "facts", "first_places", "of_industry"]

TOP_PLACES = 10
NAMED_PLACES = 3
"""Provinces and cities are named down to this place."""
CROWD = 6
"""As many that share a place are still named; more are only counted."""


class Facts(TypedDict):
    """Facts of one index."""

    top10: list[str]
    """Display names of the units of rank 1 to 10 by rank, then code; longer where tied at 10."""
    provinces: dict[str, int]
    """Province -> units counted, by count, then code; only those that have any."""
    absent: list[str]
    """Provinces of the mainland without a unit counted, in order of code."""
    cities: dict[str, int]
    """"province/city" -> units counted, by count, then code; municipalities as 北京市/北京市."""


def facts(standings: pa.Table, top: int = 100) -> dict[str, Facts]:
    """Facts of every index in a table of standings, 综合 first.

    Args:
        standings: table as in `reli.insight.standings.SCHEMA`.
        top: last rank that is counted.
    """
    present = pc.unique(standings["industry"]).to_pylist()
    return {
        industry: _facts(
            of_industry(standings, industry, top), of_industry(standings, industry, TOP_PLACES)
        )
        for industry in in_order(present)
    }


def of_industry(standings: pa.Table, industry: str, top: int) -> pa.Table:
    """The counted units of one index by rank, then code."""
    is_counted = pc.and_(
        pc.equal(standings["industry"], industry), pc.less_equal(standings["rank"], top)
    )
    chosen = standings.filter(is_counted)
    return chosen.sort_by([("rank", "ascending"), ("division_code", "ascending")])


def display_names(rows: pa.Table) -> list[str]:
    """How each row's unit is called: city and county, or province and county without a city."""
    columns = (rows[name].to_pylist() for name in ("county", "city", "province"))
    return [display_name(*names) for names in zip(*columns, strict=True)]


def first_places(counts: Mapping[str, int]) -> list[tuple[int, int, list[str]]]:
    """(rank, count, names) of the first places; those with the same count share one."""
    groups: list[tuple[int, int, list[str]]] = []
    rank = 1
    for count in sorted(set(counts.values()), reverse=True):
        names = [name for name, each in counts.items() if each == count]
        if rank > NAMED_PLACES:
            break
        groups.append((rank, count, names))
        rank += len(names)
    return groups


def _facts(counted: pa.Table, leading: pa.Table) -> Facts:
    per_province = _counts(counted["province"].to_pylist(), counted, 2)
    return {
        "top10": display_names(leading),
        "provinces": per_province,
        "absent": [
            name for name in provinces()["province_name"].to_pylist() if name not in per_province
        ],
        "cities": _counts(_city_keys(counted), counted, 4),
    }


def _city_keys(counted: pa.Table) -> list[str | None]:
    pairs = zip(counted["province"].to_pylist(), counted["city"].to_pylist(), strict=True)
    return [f"{province}/{city}" if city else None for province, city in pairs]


def _counts(keys: Iterable[str | None], counted: pa.Table, digits: int) -> dict[str, int]:
    """Key -> number of units, by number, then by the leading digits of the units' codes."""
    codes: dict[str, str] = {}
    numbers: Counter[str] = Counter()
    for key, code in zip(keys, counted["division_code"].to_pylist(), strict=True):
        if key is not None:
            numbers[key] += 1
            codes[key] = min(code[:digits], codes.get(key, code[:digits]))
    return dict(sorted(numbers.items(), key=lambda item: (-item[1], codes[item[0]])))
