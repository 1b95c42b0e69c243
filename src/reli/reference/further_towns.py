"""Towns that the list of 2023 lacks, or has without a county: dissolved, or run by a zone."""

from functools import cache

import pyarrow as pa

from reli.errors import InvalidData
from reli.reference.divisions import counties
from reli.reference.tables import read_shipped

__all__ = ["check", "further_towns"]

_BASES = frozenset({"list", "editor"})


@cache
def further_towns() -> pa.Table:
    """Towns of former lists, and of zones that the list of 2023 sets apart from counties.

    Returns:
        Table of town_name, division_code (county of 2023 in which it lies), last_year (of the
        last list that has it; null: it is there today), basis (list: the National Bureau's of
        2015 to 2019; editor: written by us from public knowledge).
    """
    return read_shipped("further_towns.csv")


def check() -> None:
    """Check that each county exists, that no row stands twice, and the declared count.

    Raises:
        InvalidData: what does not hold, all together.
    """
    rows = further_towns().to_pylist()
    known = {*counties(2023)["division_code"].to_pylist()}
    problems = [
        f"{row['town_name']}: no county {row['division_code']}, or no basis {row['basis']!r}"
        for row in rows
        if row["division_code"] not in known or row["basis"] not in _BASES
    ]
    if len({(row["town_name"], row["division_code"]) for row in rows}) != len(rows):
        problems.append("a town stands twice in its county")
    if len(rows) != 3944:
        problems.append(f"{len(rows)} towns, declared are 3,944")
    if problems:
        raise InvalidData("further_towns.csv: " + "; ".join(problems))
