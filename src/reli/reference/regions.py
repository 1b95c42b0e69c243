"""Declared regions: sets of provinces or cities that reports speak of."""

from functools import cache

from reli.errors import InvalidData, UnknownName
from reli.reference.divisions import division
from reli.reference.tables import read_shipped

__all__ = ["check", "members", "region_names"]


@cache
def _regions() -> dict[str, tuple[str, ...]]:
    table = read_shipped("regions.csv")
    rows = zip(table["region"].to_pylist(), table["members"].to_pylist(), strict=True)
    return {name: tuple(codes.split(";")) for name, codes in rows}


def region_names() -> tuple[str, ...]:
    """Names of the regions, in the order of the table."""
    return tuple(_regions())


def members(region: str) -> tuple[str, ...]:
    """Codes of the provinces and cities of a region.

    Raises:
        UnknownName: no such region.
    """
    if region not in _regions():
        raise UnknownName("region", region, _regions())
    return _regions()[region]


def check() -> None:
    """Check that every member exists in 2023.

    Raises:
        InvalidData: what does not hold, all together.
    """
    problems = [
        f"{name}: {code} does not exist in 2023"
        for name, codes in _regions().items()
        for code in codes
        if division(code, 2023) is None
    ]
    if problems:
        raise InvalidData("regions.csv: " + "; ".join(problems))
