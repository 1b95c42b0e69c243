"""From tables of scores to standings.

Two kinds of table become standings: lists of counties by name (`industry, rank, county, city,
province, index`), and the long output of `reli score` with division codes as units.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from reli.errors import Problems, nearest
from reli.insight.cells import Column, columns_of, number, text, whole_number
from reli.insight.places import Gazetteer, Place, gazetteer
from reli.insight.standings import Standing, Standings, contradictions, to_table
from reli.reference.emerging import EMERGING, OVERALL

__all__ = ["LONG", "NAMED", "read_standings"]

NAMED = ("industry", "rank", "county", "city", "province", "index")
LONG = ("unit", "node", "value", "rank")
WHOLE_INDEX = "heat"


@dataclass
class _Reading:
    """What has been read so far, and what was wrong with it."""

    names: Gazetteer
    industries: tuple[str, ...]
    standings: list[Standing] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)

    def complain(self, label: str, problem: str) -> None:
        self.problems.append(f"{label}: {problem}")


def read_standings(
    scores: pa.Table,
    *,
    vintage: int = 2023,
    inactive: Collection[tuple[str, str]] = (),
    industries: Sequence[str] = EMERGING,
    where: str = "scores",
) -> Standings:
    """Standings from a table of named counties, or from the long output of `reli score`.

    Args:
        scores: columns NAMED, with or without division_code; or unit, (industry, year,) node,
            (level,) value, rank, of which the whole index (node `heat`, else the only node of the
            highest level) of the last year is read. Cells may be text or numbers.
        vintage: year whose divisions are meant.
        inactive: (division code, industry) without a value because no enterprise is there.
        industries: names that the table may have beside 综合.
        where: name of the input, for messages.

    Raises:
        Problems: everything wrong with the table, together: columns, counties that do not exist,
            counties named twice, ranks that stand twice or contradict the index.
    """
    reading = _Reading(gazetteer(vintage), (OVERALL, *industries))
    have = set(scores.column_names)
    if set(LONG) <= have:
        _read_long(_whole_index(scores, where), reading)
    elif set(NAMED) <= have:
        _read_named(scores, reading)
    else:
        raise Problems(where, [_missing_columns(have)])
    problems = [*reading.problems, *contradictions(reading.standings)]
    if problems:
        raise Problems(where, problems)
    marked = [_marked(each, inactive) for each in reading.standings]
    table = to_table(marked, reading.industries)
    return Standings(table, tuple(dict.fromkeys(reading.corrections)))


def _missing_columns(have: Collection[str]) -> str:
    named, long = (", ".join(sorted(set(wanted) - set(have))) for wanted in (NAMED, LONG))
    return (
        f"has the columns {', '.join(sorted(have)) or '(none)'}: a list of counties lacks {named}; "
        f"the output of `reli score` lacks {long}"
    )


def _read_named(scores: pa.Table, reading: _Reading) -> None:
    cells = columns_of(scores, (*NAMED, "division_code"))
    for row in range(scores.num_rows):
        label = f"row {row + 1}"
        industry = _industry(text(cells["industry"], row), label, reading)
        place = _named_place(cells, row, label, reading)
        rank = whole_number(cells["rank"], row, label, reading.problems)
        index = number(cells["index"], row, label, reading.problems)
        if industry and place:
            where = f"{label} ({industry}, {place.display_name})"
            standing = Standing(industry, place, rank, index, where=where)
            reading.standings.append(_with_status(standing, reading))


def _industry(name: str, label: str, reading: _Reading) -> str:
    for known in (name, name.removesuffix("产业")):
        if known in reading.industries:
            return known
    if not name:
        return OVERALL
    reading.complain(label, f"unknown industry {name!r}: {nearest(name, reading.industries)}")
    return ""


def _named_place(
    cells: Mapping[str, Column], row: int, label: str, reading: _Reading
) -> Place | None:
    county, city, province = (text(cells[name], row) for name in ("county", "city", "province"))
    code = text(cells["division_code"], row)
    if code:
        return _coded_place(code, county, label, reading)
    found = reading.names.by_names(county, city, province)
    if isinstance(found, str):
        reading.complain(label, found)
        return None
    if found.correction:
        reading.corrections.append(f"{label}: {found.correction}")
    return found.place


def _coded_place(code: str, county: str, label: str, reading: _Reading) -> Place | None:
    place = reading.names.by_code(code)
    if place is None:
        advice = "see `reli reference` for what became of it"
        reading.complain(label, f"no county has the code {code!r} at this vintage: {advice}")
    elif county not in ("", place.county):
        reading.complain(label, f"{code} is {place.county}, the row says {county}")
        return None
    return place


def _with_status(each: Standing, reading: _Reading) -> Standing:
    if each.rank is None:
        if each.index is not None and not each.place.is_city_without_counties:
            reading.complain(each.where, "has an index and no rank")
        return replace(each, status="not_scored" if each.index is None else "unnumbered")
    if each.index is None:
        reading.complain(each.where, f"has rank {each.rank} and no index")
    return each


def _whole_index(scores: pa.Table, where: str) -> pa.Table:
    """Rows of the whole index in the last year."""
    chosen = scores.filter(pc.equal(scores["node"], _whole_node(scores, where)))
    if "year" in chosen.column_names:
        chosen = chosen.filter(pc.equal(chosen["year"], pc.max(chosen["year"])))
    return chosen


def _whole_node(scores: pa.Table, where: str) -> str:
    nodes = set(pc.unique(scores["node"]).to_pylist())
    if WHOLE_INDEX not in nodes and "level" in scores.column_names:
        is_highest = pc.equal(scores["level"], pc.max(scores["level"]))
        nodes = set(pc.unique(scores.filter(is_highest)["node"]).to_pylist())
    if WHOLE_INDEX in nodes:
        return WHOLE_INDEX
    if len(nodes) != 1:
        found = ", ".join(sorted(map(str, nodes))) or "none"
        raise Problems(where, [f"has no single whole index: expected the node heat, found {found}"])
    return str(nodes.pop())


def _read_long(scores: pa.Table, reading: _Reading) -> None:
    cells = columns_of(scores, (*LONG, "industry"))
    for row in range(scores.num_rows):
        code = text(cells["unit"], row)
        label = f"unit {code}"
        industry = _industry(text(cells["industry"], row), label, reading)
        place = _coded_place(code, "", label, reading)
        rank = whole_number(cells["rank"], row, label, reading.problems)
        index = number(cells["value"], row, label, reading.problems)
        if industry and place:
            where = f"{label} ({industry}, {place.display_name})"
            status = "not_scored" if index is None else "ranked"
            reading.standings.append(Standing(industry, place, rank, index, status, where))
    reading.standings = _without_cities(reading.standings)


def _without_cities(standings: list[Standing]) -> list[Standing]:
    """Cities without counties keep their index and give up their place to those behind them."""
    cities: dict[str, list[int]] = defaultdict(list)
    for each in standings:
        if each.place.is_city_without_counties and each.rank is not None:
            cities[each.industry].append(each.rank)
    return [_moved_up(each, cities[each.industry]) for each in standings]


def _moved_up(each: Standing, cities: list[int]) -> Standing:
    if each.rank is None:
        return each
    if each.place.is_city_without_counties:
        return replace(each, rank=None, status="unnumbered")
    return replace(each, rank=each.rank - sum(rank < each.rank for rank in cities))


def _marked(each: Standing, inactive: Collection[tuple[str, str]]) -> Standing:
    is_inactive = (each.place.division_code, each.industry) in inactive
    return replace(each, status="inactive") if each.index is None and is_inactive else each
