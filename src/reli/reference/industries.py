"""Industries of GB/T 4754-2017 with the amendment of 2019."""

from collections import Counter
from functools import cache

import pyarrow as pa

from reli.errors import InvalidData
from reli.reference.tables import read_shipped

__all__ = ["check", "gb4754"]

_DECLARED = {"section": 20, "division": 97, "group": 473, "class": 1382}


@cache
def gb4754() -> pa.Table:
    """The classification: code, name, level (section, division, group, class), parent."""
    return read_shipped("gb4754.csv")


def check() -> None:
    """Check the shipped table against itself and its declared counts.

    Raises:
        InvalidData: what does not hold, all together.
    """
    table = gb4754()
    codes = set(table["code"].to_pylist())
    counted = Counter(table["level"].to_pylist())
    problems = [
        f"{counted[level]} of level {level}, declared are {number}"
        for level, number in _DECLARED.items()
        if counted[level] != number
    ]
    problems += [
        f"parent {parent} does not exist"
        for parent in set(table["parent"].to_pylist()) - {None} - codes
    ]
    if len(codes) != table.num_rows:
        problems.append("a code stands twice")
    if problems:
        raise InvalidData("gb4754.csv: " + "; ".join(problems))
