"""Divisions of one vintage, and what those of other years became in it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from reli.classification.referents import Kind, Referent
from reli.classification.stems import stem
from reli.reference.divisions import Division, all_divisions, convert, division, divisions_at
from reli.reference.units import cities_without_counties
from reli.reference.zone_units import ZoneUnit

__all__ = ["Lineage"]


class Lineage:
    """The divisions of a vintage, and who bears on each of the past."""

    def __init__(self, vintage: int, units: Iterable[ZoneUnit] = ()) -> None:
        """Look the divisions up.

        Args:
            vintage: year at whose end they are meant.
            units: zones that administer their own area: parts of the counties they lie in, as if
                these had been divided.

        Raises:
            UnknownName: no such vintage.
        """
        self.vintage = vintage
        rows = divisions_at(vintage).to_pylist()
        counties = [row for row in rows if row["level"] == "county"]
        self.names: dict[str, str] = {row["code"]: row["name"] for row in rows}
        """Names by code."""
        self.cities: dict[str, str] = {
            row["code"]: row["city_code"] for row in counties if row["city_code"]
        }
        """County code -> city code, where there is one."""
        self.zone_units: dict[str, tuple[str, ...]] = {}
        """Zones that are units -> the counties that they lie in."""
        below: dict[str, list[str]] = defaultdict(list)
        for row in counties:
            for above in {row["province_code"], row["city_code"] or row["province_code"]}:
                below[above].append(row["code"])
        for unit in units:
            self._add_zone(unit, below)
        self.counties_of = {code: tuple(codes) for code, codes in below.items()}
        """City or province code -> counties below it."""
        self.whole = frozenset(cities_without_counties(vintage)["unit"].to_pylist())
        """Cities without counties."""
        self.city_by_stem: dict[tuple[str, str], str] = {
            (row["province_code"], stem(row["name"], "city")): row["code"]
            for row in rows
            if row["level"] == "prefecture"
        }
        """Province code and name without its kind -> city code."""
        self.province_by_name: dict[str, str] = {
            row["name"]: row["code"] for row in rows if row["level"] == "province"
        }

    def _add_zone(self, unit: ZoneUnit, below: Mapping[str, list[str]]) -> None:
        """A zone that is a unit lies in the city, or province, as a county does."""
        hosts = tuple(code for host in unit.hosts for code in self.of_2023(host))
        if hosts and unit.city_code in self.names:
            self.zone_units[unit.code] = hosts
            self.names[unit.code], self.cities[unit.code] = unit.name, unit.city_code
            below[unit.province_code].append(unit.code)
            below[unit.city_code].append(unit.code)

    @cache  # noqa: B019 - lives for one gazetteer
    def referent(self, each: Division, kind: Kind) -> Referent | None:
        """What the name of a division of any year means; nothing where nobody bears on it."""
        if kind == "province":
            return Referent(kind, (each.code,), frozenset({each.code}), True)
        is_current = self.names.get(each.code) == each.name and each.is_valid(self.vintage)
        return self._city(each, is_current) if kind == "city" else self._county(each, is_current)

    def _city(self, each: Division, is_current: bool) -> Referent | None:
        code = self._city_code(each)
        if code:
            # Of another name but the same code: 襄樊市 is 襄阳市.
            parents = frozenset({each.province_code, code})
            return Referent("city", (code,), parents, is_current or code == each.code)
        if not each.name.endswith(("地区", "盟")):
            return None
        # Its counties lie in several cities now: it tells no more than its province.
        of_province = frozenset({each.province_code})
        return Referent("province", (each.province_code,), of_province, True)

    def _city_code(self, each: Division) -> str | None:
        """The city of the vintage that a city became; codes were given again to others."""
        if each.is_valid(self.vintage) or each.code in self._heirs(each):
            return each.code
        same_stem = self.city_by_stem.get((each.province_code, stem(each.name, "city")))
        return same_stem or self._city_of_all(each.code, each.first_year)

    @cache  # noqa: B019 - lives for one gazetteer
    def _city_of_all(self, code: str, year: int) -> str | None:
        """The one city in which all counties of a former prefecture lie now (哲里木盟: 通辽市)."""
        counties = [
            each
            for each in all_divisions()
            if each.level == "county" and each.city_code == code and each.is_valid(year)
        ]
        heirs = {heir for each in counties for heir in self._heirs(each)}
        cities = {self.cities.get(heir) for heir in heirs}
        city = cities.pop() if len(cities) == 1 else None
        return city if city and not city.endswith("0000") else None

    def _heirs(self, each: Division) -> tuple[str, ...]:
        begin = max(each.first_year, min(each.end_year - 1, self.vintage))
        return convert(each.code, from_vintage=begin, to_vintage=self.vintage).codes

    def _main_heirs(self, each: Division) -> set[str]:
        """Who bears on an abolished county, whatever it gave away before or after it was renamed.

        余杭市 is 余杭区, as the new name is read, although a part of it became 临平区; 铜山县
        is 铜山区, although villages of it went to its neighbours five years earlier.
        """
        found: set[str] = set()
        seen: set[Division] = set()
        waiting = [each]
        while waiting:
            one = waiting.pop()
            seen.add(one)
            if one.is_valid(self.vintage):
                found.add(one.code)
            else:
                waiting += [heir for heir in self._next(one) if heir not in seen]
        return found

    def _next(self, one: Division) -> list[Division]:
        steps = one.successors or ((one.code, one.end_year),)
        end = max(year for _, year in steps)
        found = (division(to, end) for to, year in steps if year == end <= self.vintage)
        heirs = [heir for heir in found if heir]
        return _renamed(one, heirs, end) or heirs

    def _county(self, each: Division, is_current: bool) -> Referent | None:
        reach = set(self._heirs(each))
        main = self._main_heirs(each) & reach
        codes = {each.code} if is_current else main if len(main) == 1 else reach
        if is_current:
            reach |= self._reach_of_the_past(each)
        if not codes:
            return None
        reach |= {unit for unit, hosts in self.zone_units.items() if reach & {*hosts}}
        return Referent(
            "county",
            tuple(sorted(codes)),
            self._parents_then_and_now(each, codes),
            is_current,
            frozenset(reach),
            each.end_year - 1,
        )

    def _parents_then_and_now(self, each: Division, codes: set[str]) -> frozenset[str]:
        parents = {each.province_code, *(code[:2] + "0000" for code in codes)}
        parents |= {self.cities[code] for code in codes if code in self.cities}
        parents |= codes & self.whole
        old_city = division(each.city_code, each.first_year) if each.city_code else None
        city = self._city_code(old_city) if old_city else None
        return frozenset(parents | ({city} if city else set()))

    def _reach_of_the_past(self, each: Division) -> set[str]:
        """Where the territory of the first year under this name lies now."""
        begin = min(each.first_year, self.vintage)
        return set(convert(each.code, from_vintage=begin, to_vintage=self.vintage).codes)

    @cache  # noqa: B019 - lives for one gazetteer
    def of_2023(self, code: str) -> tuple[str, ...]:
        """Divisions of the vintage that hold one of 2023, the year of the tables of towns."""
        if code.endswith("00") or self.vintage == 2023:
            return (code,) if code in self.names else ()
        return convert(code, from_vintage=2023, to_vintage=self.vintage).codes

    def parents(self, codes: tuple[str, ...]) -> frozenset[str]:
        """Divisions, and the cities and provinces above them."""
        above = {code[:2] + "0000" for code in codes} | set(codes)
        return frozenset(above | {self.cities[code] for code in codes if code in self.cities})


def _renamed(one: Division, heirs: Sequence[Division], year: int) -> list[Division]:
    """The heir that bears a county's name, if the others are not of its making.

    文登市 became 文登区 in the act that gave towns of it to 环翠区: it was renamed, with new
    borders. 潮阳市 was divided: 潮南区 was set up out of it beside 潮阳区.
    """
    name = stem(one.name, "county")
    same = [heir for heir in heirs if stem(heir.name, "county") == name]
    others = [heir for heir in heirs if heir not in same]
    is_own = len(same) == 1 and not _merged(same[0].code, year) - {one}
    is_divided = any(
        heir.code == one.code
        or not (division(heir.code, year - 1) or _merged(heir.code, year) - {one})
        for heir in others
    )
    return same if is_own and not is_divided else []


def _merged(code: str, year: int) -> set[Division]:
    """The divisions that were abolished in a year for one that was set up in it."""
    return set() if division(code, year - 1) else _abolished_for()[code, year]


@cache
def _abolished_for() -> defaultdict[tuple[str, int], set[Division]]:
    found: defaultdict[tuple[str, int], set[Division]] = defaultdict(set)
    for each in all_divisions():
        for heir in each.successors if each.status == "retired" else ():
            found[heir].add(each)
    return found
