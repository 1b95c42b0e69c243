"""Statements about leaders: which places lead on an indicator, and in what way that is known.

A statement is either computed from indicators, with values, or taken from a publication that names
leaders without them. What is not known stays empty, and is then not said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

import pyarrow as pa

from reli.errors import Problems, nearest
from reli.insight.cells import Column, columns_of, text, whole_number
from reli.insight.places import Gazetteer, gazetteer
from reli.reference.emerging import INDUSTRIES, order_of

__all__ = ["CLAIMS", "LEADER_COLUMNS", "Named", "Statement", "read_leaders"]

CLAIMS = ("within", "first", "next", "front", "peak", "fast", "named")
"""within: among the first `top`; first: has most; next: follows; front: among the leading ones,
its place unknown; peak: its highest year; fast: grows fast; named: a city named for its heat.
Others need values, and are made where these are known (see reli.insight.notable)."""

LEADER_COLUMNS = (
    "industry",
    "statement",
    "dimension",
    "indicator",
    "claim",
    "top",
    "position",
    "is_tied",
    "county",
    "city",
    "province",
    "parts",
    "correction",
)


@dataclass(frozen=True)
class Named:
    """A place that a statement names."""

    name: str
    division_code: str
    claim: str
    rank: int | None = None
    is_tied: bool = False
    value: float | None = None
    parts: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Counts by kind, as printed: `>5300` is more than 5300."""


@dataclass(frozen=True)
class Statement:
    """What is said of one indicator, or of several for which it is the same."""

    industry: str
    dimension: str
    """Code of the dimension; empty where cities are named over all of them."""
    indicators: tuple[str, ...]
    top: int | None
    """Length that the statement announces: among the first ten."""
    places: tuple[Named, ...]
    caveats: tuple[str, ...] = ()
    crowd: int = 0
    """How many more share the place behind the last one named; too many to name."""
    crowd_rank: int | None = None
    crowd_value: float | None = None


def read_leaders(
    leaders: pa.Table, *, vintage: int = 2023, where: str = "leaders"
) -> tuple[Statement, ...]:
    """Statements of a publication from a table of LEADER_COLUMNS, a row a place in a statement.

    Raises:
        Problems: missing columns, unknown industries, claims or places, all together.
    """
    missing = sorted(set(LEADER_COLUMNS) - set(leaders.column_names))
    if missing:
        raise Problems(where, [f"lacks the columns {', '.join(missing)}"])
    cells = columns_of(leaders, LEADER_COLUMNS)
    reader = _Reader(cells, gazetteer(vintage))
    rows = range(leaders.num_rows)
    statements = [
        reader.statement(list(group))
        for _, group in groupby(
            rows, key=lambda row: (reader.at("industry", row), reader.number(row))
        )
    ]
    if reader.problems:
        raise Problems(where, reader.problems)
    return tuple(sorted(statements, key=lambda each: order_of(each.industry)))


class _Reader:
    """Reads rows of the table; what is wrong is kept in `problems`."""

    def __init__(self, cells: Mapping[str, Column], names: Gazetteer) -> None:
        self.problems: list[str] = []
        self._cells = cells
        self._names = names
        self._cities = {(place.province, place.city): place for place in reversed(names.places)}

    def at(self, column: str, row: int) -> str:
        """A cell as text."""
        return text(self._cells[column], row)

    def number(self, row: int) -> str:
        """Number of the statement that a row belongs to."""
        return self.at("statement", row)

    def statement(self, rows: list[int]) -> Statement:
        first = rows[0]
        self._known(self.at("industry", first), INDUSTRIES, "industry", first)
        return Statement(
            industry=self.at("industry", first),
            dimension=self.at("dimension", first),
            indicators=tuple(filter(None, [self.at("indicator", first)])),
            top=whole_number(self._cells["top"], first, f"row {first + 1}", self.problems),
            places=tuple(self._place(row) for row in rows),
            caveats=tuple(
                dict.fromkeys(filter(None, (self.at("correction", row) for row in rows)))
            ),
        )

    def _place(self, row: int) -> Named:
        self._known(self.at("claim", row), CLAIMS, "claim", row)
        name, code = self._resolved(row)
        return Named(
            name=name,
            division_code=code,
            claim=self.at("claim", row),
            rank=whole_number(self._cells["position"], row, f"row {row + 1}", self.problems),
            is_tied=self.at("is_tied", row) in ("1", "True", "true"),
            parts=_parts(self.at("parts", row)),
        )

    def _resolved(self, row: int) -> tuple[str, str]:
        """Display name and code of the county or city that a row names."""
        county, city, province = (self.at(name, row) for name in ("county", "city", "province"))
        if not county:
            if (province, city) in self._cities:
                return city, self._cities[province, city].division_code[:4] + "00"
            self.problems.append(f"row {row + 1}: {province}{city} is no city")
            return city, ""
        found = self._names.by_names(county, city, province)
        if isinstance(found, str):
            self.problems.append(f"row {row + 1}: {found}")
            return county, ""
        return found.place.display_name, found.place.division_code

    def _known(self, name: str, known: Iterable[str], kind: str, row: int) -> None:
        choices = tuple(known)
        if name not in choices:
            hint = nearest(name, choices)
            self.problems.append(f"row {row + 1}: unknown {kind} {name!r}: {hint}")


def _parts(written: str) -> dict[str, str]:
    pairs = (pair.partition(":") for pair in written.split(";") if pair)
    return {kind: number for kind, _, number in pairs}
