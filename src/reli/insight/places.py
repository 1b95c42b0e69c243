"""Places by code or by name at one vintage.

Slips of the pen are seen through where only one place can be meant.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from reli.reference.divisions import counties, display_name
from reli.reference.units import cities_without_counties
from reli.reference.universes import universe

__all__ = ["Found", "Gazetteer", "Place", "gazetteer"]

LARGEST_UNIVERSE = "districts-2021"
"""The universe with units that are no divisions (加格达奇区, the rest of 海西州)."""

KINDS = ("自治县", "自治旗", "矿区", "林区", "特区", "新区", "区", "县", "市", "旗")
"""Endings that say what kind of county a name is; longest first."""

LABELS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖县级行政单位")
"""What registers write where a city's name would stand, and none does."""


@dataclass(frozen=True, order=True)
class Place:
    """A county, or a city without counties, at one vintage."""

    division_code: str
    county: str
    city: str
    """Empty where the province runs the county; the municipality in the four municipalities."""
    province: str

    @property
    def is_city_without_counties(self) -> bool:
        """Whether the unit is a prefecture-level city as a whole, such as 东莞市."""
        return self.division_code.endswith("00")

    @property
    def display_name(self) -> str:
        """City + county, or province + county where no city stands between."""
        return display_name(self.county, self.city or None, self.province)


@dataclass(frozen=True)
class Found:
    """A place found by its names; `correction` says what was read differently, if anything."""

    place: Place
    correction: str = ""


class Gazetteer:
    """The places of one vintage."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = tuple(sorted(places))
        self._by_code = {place.division_code: place for place in self.places}
        self._by_county = _grouped(self.places)

    def by_code(self, code: str) -> Place | None:
        """The place that bears a division code."""
        return self._by_code.get(code)

    def by_names(self, county: str, city: str, province: str) -> Found | str:
        """The place meant by three names, or what is wrong with them.

        An empty city or province is no contradiction. A name that is not there is read as the one
        place that differs in one respect only: the kind of county (梁山区 for 梁山县), the order of
        characters (阳城区 for 城阳区), or the city above (潍坊市临淄区 for 淄博市).
        """
        exact = [
            place for place in self._by_county.get(county, ()) if _agrees(place, city, province)
        ]
        if len(exact) == 1:
            return Found(exact[0])
        printed = f"{province}{city if city != province else ''}{county}"
        if exact:
            return f"{printed} may be any of {_listed(exact)}: give city and province"
        likely = self._slips(county, city, province)
        if len(likely) == 1:
            return Found(likely[0], f"{printed} is read as {_full_name(likely[0])}")
        return f"{printed} is no county: {self._advice((county, city, province), likely)}"

    def _slips(self, county: str, city: str, province: str) -> list[Place]:
        within_city = [
            place
            for place in self.places
            if city
            and _agrees(place, city, province)
            and (_stem(place.county) == _stem(county) or sorted(place.county) == sorted(county))
        ]
        elsewhere = [
            place
            for place in self._by_county.get(county, ())
            if province and place.province == province
        ]
        return sorted({*within_city, *elsewhere})

    def _advice(self, asked: tuple[str, str, str], likely: list[Place]) -> str:
        county, city, province = asked
        around = _grouped(place for place in self.places if _agrees(place, city, province))
        near = likely or _near(county, around) or _near(county, self._by_county)
        if not near:
            return "expected a county of the vintage, such as 海淀区, 北京市, 北京市"
        return f"did you mean {_listed(near[:3])}?"


def _near(county: str, groups: Mapping[str, list[Place]]) -> list[Place]:
    names = get_close_matches(county, groups, n=2, cutoff=0.6)
    return [place for name in names for place in groups[name]]


def _grouped(places: Iterable[Place]) -> Mapping[str, list[Place]]:
    groups: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        groups[place.county].append(place)
    return groups


def _agrees(place: Place, city: str, province: str) -> bool:
    has_city = city in ("", place.city)
    if place.city in ("", place.province):
        # Tables repeat the county or the province, or use a label, where no city stands between.
        has_city = has_city or city in (place.county, place.province, *LABELS)
    return has_city and province in ("", place.province)


def _stem(name: str) -> str:
    return next((name.removesuffix(kind) for kind in KINDS if name.endswith(kind)), name)


def _full_name(place: Place) -> str:
    city = place.city if place.city not in (place.province, place.county) else ""
    return f"{place.province}{city}{place.county}"


def _listed(places: Iterable[Place]) -> str:
    return ", ".join(_full_name(place) for place in places)


@cache
def gazetteer(vintage: int = 2023) -> Gazetteer:
    """Counties at the end of a year, cities without counties, and a universe's special units.

    Raises:
        UnknownName: no such vintage.
    """
    below = counties(vintage).rename_columns({"division_code": "unit"}).to_pylist()
    cities = cities_without_counties(vintage).to_pylist()
    units = universe(LARGEST_UNIVERSE)
    special = [row for row in units.units.to_pylist() if row["kind"] == "special"]
    known = [*below, *cities, *(special if vintage == units.vintage else ())]
    return Gazetteer(
        Place(row["unit"], row["county_name"], row["city_name"] or "", row["province_name"])
        for row in known
    )
