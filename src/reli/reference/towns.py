"""Town-level divisions of 2023."""

from functools import cache

import pyarrow as pa

from reli.errors import InvalidData
from reli.reference.divisions import counties
from reli.reference.tables import read_shipped
from reli.reference.units import cities_without_counties

__all__ = ["check", "towns"]


@cache
def towns() -> pa.Table:
    """Towns as the National Bureau of Statistics lists them at 2023-06-30.

    Returns:
        Table of town_code (nine digits), town_name, division_code (county of 2023, or the city
        where it has no counties; null where the county is not known), parent_kind (null: a county;
        zone, city, forest_district, islands, committee), is_generic (a name such as 开发区 that
        cannot serve as a key).
    """
    return read_shipped("towns.csv", "is_generic")


def check() -> None:
    """Check the shipped table against the divisions and its declared counts.

    Raises:
        InvalidData: what does not hold, all together.
    """
    table = towns()
    known = {*counties(2023)["division_code"].to_pylist()}
    known |= {*cities_without_counties(2023)["unit"].to_pylist()}
    codes = table["town_code"].to_pylist()
    strange = set(table["division_code"].to_pylist()) - {None} - known
    problems = [f"division {code} does not exist in 2023" for code in sorted(strange)]
    if len(codes) != 41_291:
        problems.append(f"{len(codes)} towns, declared are 41,291")
    if len(set(codes)) != len(codes) or {len(code) for code in codes} != {9}:
        problems.append("town codes are not unique nine digits")
    if problems:
        raise InvalidData("towns.csv: " + "; ".join(problems))
