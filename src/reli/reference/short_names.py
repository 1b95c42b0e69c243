"""Short names of divisions that their suffix alone does not give: 巴州, 前郭县, 科左中旗."""

from functools import cache

import pyarrow as pa

from reli.errors import InvalidData
from reli.reference.divisions import divisions_at
from reli.reference.tables import read_shipped

__all__ = ["check", "short_names"]


@cache
def short_names() -> pa.Table:
    """Short names in use, with the division of 2023 that each means.

    Returns:
        Table of short_name, code (of a city or county).
    """
    return read_shipped("short_names.csv")


def check() -> None:
    """Check that each division exists and no name stands twice.

    Raises:
        InvalidData: what does not hold, all together.
    """
    rows = short_names().to_pylist()
    known = {*divisions_at(2023)["code"].to_pylist()}
    problems = [
        f"{row['short_name']}: no division {row['code']}"
        for row in rows
        if row["code"] not in known
    ]
    if len({row["short_name"] for row in rows}) != len(rows):
        problems.append("a name stands twice")
    if problems:
        raise InvalidData("short_names.csv: " + "; ".join(problems))
