"""Divisions by name: the county that a table's county, city and province together mean."""

from collections import defaultdict
from functools import cache

from reli.errors import InvalidData, UnknownName
from reli.reference.divisions import counties, display_name
from reli.reference.units import cities_without_counties

__all__ = ["resolve"]


def resolve(county: str, city: str | None, province: str, vintage: int = 2023) -> str:
    """Code of a county, from its name, its city's and its province's.

    A city without counties (东莞市) is found when it is named as its own county. Names that exist
    several times are told apart by city and province, which must agree with the divisions.

    Raises:
        UnknownName: no such county at the vintage; the message says where the name exists.
        InvalidData: the name fits several counties.
    """
    index = _index(vintage)
    same_name = index.get(county, {})
    fitting = [code for code, parents in same_name.items() if _fits(parents, city or "", province)]
    if len(fitting) == 1:
        return fitting[0]
    asked = display_name(county, city, province)
    if fitting:
        raise InvalidData(
            f"{asked!r} fits {len(fitting)} counties ({', '.join(fitting)}): name the city too"
        )
    places = [display_name(county, *parents) for parents in same_name.values()]
    raise UnknownName("county", asked, places or sorted(index), f"the divisions of {vintage}")


def _fits(parents: tuple[str | None, str], city: str, province: str) -> bool:
    of_city, of_province = parents
    # Where no city stands between, tables leave it empty or repeat the province.
    return of_province == province and city in {"", of_city or of_province}


@cache
def _index(vintage: int) -> dict[str, dict[str, tuple[str | None, str]]]:
    """County name -> code -> (city name, province name)."""
    found: dict[str, dict[str, tuple[str | None, str]]] = defaultdict(dict)
    for row in counties(vintage).to_pylist():
        found[row["county_name"]][row["division_code"]] = (row["city_name"], row["province_name"])
    for row in cities_without_counties(vintage).to_pylist():
        found[row["county_name"]][row["unit"]] = (row["city_name"], row["province_name"])
    return dict(found)
