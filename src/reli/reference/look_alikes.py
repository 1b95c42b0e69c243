"""Characters that the eye, or a reading machine, takes for one another: 宇 and 字, 莱 and 菜."""

from functools import cache

import pyarrow as pa

from reli.errors import InvalidData
from reli.reference.tables import read_shipped

__all__ = ["check", "look_alikes"]


@cache
def look_alikes() -> pa.Table:
    """Characters of GB 2312 with those that look like them.

    Returns:
        Table of character, look_alikes (in one string, nearest first). A pair may stand under
        either of its characters or under both.
    """
    return read_shipped("look_alikes.csv")


def check() -> None:
    """Check that each row is one character with others.

    Raises:
        InvalidData: what does not hold, all together.
    """
    rows = look_alikes().to_pylist()
    problems = [
        f"{row['character']!r}: expected one character and others that look like it"
        for row in rows
        if len(row["character"]) != 1
        or row["character"] in (row["look_alikes"] or row["character"])
    ]
    if len({row["character"] for row in rows}) != len(rows):
        problems.append("a character stands twice")
    if problems:
        raise InvalidData("look_alikes.csv: " + "; ".join(problems))
