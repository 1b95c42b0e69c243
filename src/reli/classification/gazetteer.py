"""Names of places, of every vintage, and the divisions of one vintage that they mean."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from reli.classification.zone_names import ZoneName, is_generic, statistical_zones, zone_names
from reli.linkage.names import traditional
from reli.reference.divisions import (
    Division,
    all_divisions,
    convert,
    division,
    divisions_at,
)
from reli.reference.further_towns import further_towns
from reli.reference.short_names import short_names
from reli.reference.towns import towns
from reli.reference.universes import cities_without_counties
from reli.reference.zone_hosts import zone_hosts
from reli.reference.zones import zones

__all__ = ["Gazetteer", "Kind", "Meanings", "Referent", "gazetteer", "stem"]

Kind = Literal["province", "city", "county", "town", "zone", "area"]
"""A `zone` is a town-level unit inside one county; an `area` is a zone with declared hosts."""

_SIDES = frozenset("东西南北中上下新")
"""Characters that make other names when they change places: 城东区, 东城区."""
_RARE = 5
"""Counties that may have a town of the same name."""
_STREETS = ("路", "街", "桥", "门", "道", "园")
_BUILDINGS = ("花园", "广场", "新村", "公园", "市场", "大学", "机场", "科技", "工业")
_SUFFIXES = {
    "province": ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市"),
    "city": ("自治州", "地区", "盟", "市", "州"),
    "county": ("自治县", "自治旗", "林区", "特区", "新区", "县", "市", "区", "旗"),
    "town": ("街道", "地区", "镇", "乡", "苏木"),
}
_PEOPLES = re.compile(
    "(?:满族|回族|蒙古族|蒙古|壮族|藏族|彝族|苗族|布依族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克"
    "|傣族|黎族|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族|柯尔克孜|土族|达斡尔族"
    "|仫佬族|羌族|布朗族|撒拉族|毛南族|锡伯族|锡伯|普米族|塔吉克族|塔吉克|怒族|鄂温克族|保安族"
    "|裕固族|独龙族|鄂伦春|各族|朝鲜族)+$"
)


@dataclass(frozen=True)
class Referent:
    """One meaning of a name."""

    kind: Kind
    codes: tuple[str, ...]
    """Divisions of the vintage: several where the territory was split."""
    parents: frozenset[str]
    """Codes of cities and provinces, of then and now, under which the name may stand."""
    is_current: bool
    """Whether a division of the vintage bears the name itself."""
    reach: frozenset[str] = frozenset()
    """Of a county: divisions that its territory of earlier years came to, itself included."""
    last_year: int = 0
    """Of a county's name: the last year in which a division bore it."""
    is_swapped: bool = False
    """Whether the name is that of a county with two characters the wrong way round."""
    spans: bool = False
    """Of an area: whether it lies in several counties, of which `codes` is the principal."""
    needs: str = ""
    """Of an area's name: `city` (directly behind its city), `context` (below it) or nothing."""
    home: str = ""
    """Of an area: its city, or the province where it has none."""


@dataclass(frozen=True)
class Meanings:
    """Meanings of a name by kind."""

    provinces: tuple[Referent, ...]
    cities: tuple[Referent, ...]
    counties: tuple[Referent, ...]
    areas: tuple[Referent, ...]
    finer: tuple[Referent, ...]
    """Towns, and zones that are like them."""

    @classmethod
    def of(cls, found: Iterable[Referent]) -> "Meanings":
        """Sort meanings by kind."""
        by_kind: dict[str, list[Referent]] = {}
        for each in found:
            by_kind.setdefault(each.kind, []).append(each)
        provinces, cities, counties, areas, towns_, zones_ = (
            tuple(by_kind.get(kind, ()))
            for kind in ("province", "city", "county", "area", "town", "zone")
        )
        return cls(provinces, cities, counties, areas, towns_ + zones_)


@dataclass(frozen=True)
class Gazetteer:
    """Meanings by name: `full` names, `stems` without suffix, `slips` with a wrong suffix."""

    vintage: int
    full: dict[str, tuple[Referent, ...]]
    stems: dict[str, tuple[Referent, ...]]
    slips: dict[str, tuple[Referent, ...]]
    counties_of: dict[str, tuple[str, ...]]
    """City or province code -> counties of the vintage below it."""
    names: dict[str, str]
    """Names of the vintage by code."""
    cities: dict[str, str]
    """County code -> city code, where there is one."""
    whole_cities: frozenset[str]
    """Cities without counties: units of their own."""
    former_cities: frozenset[str]
    """Names of abolished prefectures."""

    def meanings(self, name: str) -> Meanings:
        """What a name may mean: in full, else with a wrong suffix, else without one."""
        found = self.full.get(name) or self.slips.get(name) or self.stems.get(name, ())
        return Meanings.of(found)

    def sole_division(self, name: str) -> str:
        """Code of the one city or province that a name means; `0` for none or several."""
        meanings = self.full.get(name) or self.stems.get(name, ())
        codes = {each.codes for each in meanings if each.kind in {"city", "province"}}
        return codes.pop()[0] if len(codes) == 1 else "0"

    def sole_parents(self, name: str) -> tuple[str, str]:
        """City and province of the county that a name means and nothing else.

        `0`, `0` where it has other meanings, or where the county was larger once, so that a town
        behind it matters.
        """
        meanings = self.full.get(name, ())
        if len(meanings) != 1 or meanings[0].kind != "county":
            return "0", "0"
        codes = meanings[0].codes
        is_divided = len(codes) != 1 or len(meanings[0].reach | {*codes}) > 1
        if is_divided or name in self.former_cities:
            return "0", "0"
        province = codes[0][:2] + "0000"
        return self.cities.get(codes[0], province), province


def stem(name: str, kind: Kind) -> str:
    """A name without its suffix and peoples: 恩施土家族苗族自治州 -> 恩施; itself if too short."""
    for suffix in _SUFFIXES.get(kind, ()):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return _without_peoples(name[: -len(suffix)])
    return name


def _without_peoples(name: str) -> str:
    short = _PEOPLES.sub("", name)
    return short if len(short) >= 2 else name


@cache
def gazetteer(vintage: int = 2023, zones: Path | None = None) -> Gazetteer:
    """The gazetteer of a vintage; a second or two to build.

    Args:
        vintage: year at whose end the divisions are meant.
        zones: a user's own zones, as `zone_hosts` reads them.
    """
    builder = _Builder(vintage, zones)
    builder.add_divisions()
    builder.add_short_names()
    builder.add_towns()
    builder.add_further_towns()
    builder.add_seats()
    builder.add_zones()
    builder.add_areas()
    return builder.finish()


class _Builder:
    def __init__(self, vintage: int, own_zones: Path | None) -> None:
        self.vintage = vintage
        self.own_zones = own_zones
        rows = divisions_at(vintage).to_pylist()
        self.names = {row["code"]: row["name"] for row in rows}
        self.cities = {
            row["code"]: row["city_code"]
            for row in rows
            if row["level"] == "county" and row["city_code"]
        }
        self.counties_of: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            if row["level"] == "county":
                self.counties_of[row["province_code"]].append(row["code"])
                if row["city_code"] and row["city_code"] != row["province_code"]:
                    self.counties_of[row["city_code"]].append(row["code"])
        self.whole = frozenset(cities_without_counties(vintage)["unit"].to_pylist())
        self.full: dict[str, list[Referent]] = defaultdict(list)
        self.stems: dict[str, list[Referent]] = defaultdict(list)
        self.slips: dict[str, list[Referent]] = defaultdict(list)
        self.city_by_stem: dict[tuple[str, str], str] = {
            (row["province_code"], stem(row["name"], "city")): row["code"]
            for row in rows
            if row["level"] == "prefecture"
        }
        self.divided: set[str] = set()
        """Counties that hold a part of one that was divided: towns tell them apart."""
        self.seats: dict[str, set[str]] = defaultdict(set)
        """Stem of a county's name, of now or then -> counties of the vintage of that stem."""
        self.statistical_zones = statistical_zones(own_zones)
        self.counties_by_town_stem: dict[str, set[str]] = defaultdict(set)
        for row in towns().to_pylist():
            self.counties_by_town_stem[stem(row["town_name"], "town")].add(row["town_code"][:6])
        self.placed_one_by_one = {
            (row["division_code"][:4], row["town_name"]) for row in further_towns().to_pylist()
        }
        self.province_by_name: dict[str, str] = {
            row["name"]: row["code"] for row in rows if row["level"] == "province"
        }

    def add_divisions(self) -> None:
        simpler = str.maketrans(traditional())
        for each in all_divisions():
            kind: Kind = "city" if each.level == "prefecture" else each.level
            found = self._referent(each, kind)
            if found is None:
                continue
            # Simplified character by character, 乾县 becomes 干县: what is asked may have been.
            for name in {each.name, each.name.translate(simpler)}:
                _add(self.full, name, found)
            if len(found.reach) > 1:
                self.divided |= found.reach
            short = stem(each.name, kind)
            if short != each.name and found.kind == kind:
                _add(self.stems, short, found)
            if each.name.endswith("自治州") and found.kind == kind:
                _add(self.full, short + "州", found)
            if kind == "county":
                self._add_county_forms(each, found)
        for name, code in (("内蒙", "150000"), ("新疆兵团", "650000"), ("新疆建设兵团", "650000")):
            _add(self.stems, name, Referent("province", (code,), frozenset({code}), True))

    def _add_county_forms(self, each: Division, found: Referent) -> None:
        short = stem(each.name, "county")
        for suffix in "市县区":
            _add(self.slips, short + suffix, found)
        if found.is_current:
            self._add_swapped(each.name, found)
        if each.name.endswith(("自治县", "自治旗")) and found.is_current:
            self._add_in_short(short + each.name[-1], found)
        if each.name.endswith(("县", "市", "旗")):
            heirs = {code for code in found.reach if stem(self.names[code], "county") == short}
            self.seats[short] |= heirs if len(heirs) == 1 else set()

    def _add_in_short(self, name: str, found: Referent) -> None:
        """东乡县 for 东乡族自治县, beside the one in 江西 that bore this very name."""
        codes = {each.code for each in all_divisions() if each.name == name} - {*found.codes}
        _add(self.full, name, replace(found, is_current=not codes))

    def add_short_names(self) -> None:
        """Short names in use; where another division is called so without its suffix, both."""
        for row in short_names().to_pylist():
            name, each = row["short_name"], division(row["code"])
            kind: Kind = "county" if each and each.level == "county" else "city"
            found = self._referent(each, kind) if each else None
            if found and kind == "county":
                self._add_in_short(name, found)
            elif found:
                _add(self.stems if name in self.stems else self.full, name, found)

    def _add_swapped(self, name: str, found: Referent) -> None:
        """Names with two neighbouring characters the wrong way round: 杭余区 for 余杭区."""
        for at in range(len(name) - 2):
            pair = name[at : at + 2]
            if pair[0] != pair[1] and not _SIDES & {*pair}:
                swapped = name[:at] + pair[::-1] + name[at + 2 :]
                _add(self.slips, swapped, replace(found, is_swapped=True))

    def _referent(self, each: Division, kind: Kind) -> Referent | None:
        if kind == "province":
            return Referent(kind, (each.code,), frozenset({each.code}), True)
        is_current = self.names.get(each.code) == each.name and each.is_valid(self.vintage)
        if kind == "city":
            # Of another name but the same code: 襄樊市 is 襄阳市.
            is_current = is_current or self._city(each) == each.code
        if kind == "city":
            code = self._city(each)
            if not code and not each.name.endswith(("地区", "盟")):
                return None
            if not code:
                # Its counties lie in several cities now: it tells no more than its province.
                of_province = frozenset({each.province_code})
                return Referent("province", (each.province_code,), of_province, True)
            return Referent(kind, (code,), frozenset({each.province_code, code}), is_current)
        return self._county(each, is_current)

    def _city(self, each: Division) -> str | None:
        """The city of the vintage that a city became; codes were given again to others."""
        if each.is_valid(self.vintage) or each.code in self._heirs(each):
            return each.code
        same_stem = self.city_by_stem.get((each.province_code, stem(each.name, "city")))
        return same_stem or self._city_of_all(each.code, each.first_year)

    @cache  # noqa: B019 - the builder lives for one call
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
        """Who bears on an abolished county: of what a renamed one gave away later, new counties.

        余杭市 is 余杭区 and 临平区, that was made of a part of it; 铜山县 is 铜山区, although
        villages of it went to its neighbours.
        """
        found: set[str] = set()
        seen: set[Division] = set()
        waiting = [each]
        while waiting:
            one = waiting.pop()
            seen.add(one)
            if one.is_valid(self.vintage):
                found.add(one.code)
            waiting += [heir for heir in self._next(one) if heir not in seen]
        return found

    def _next(self, one: Division) -> list[Division]:
        is_here = one.is_valid(self.vintage)
        steps = [*one.successors] if is_here or one.successors else [(one.code, one.end_year)]
        heirs = [(division(to, year), year) for to, year in steps if year <= self.vintage]
        return [
            heir
            for heir, year in heirs
            if heir and (not is_here or heir.first_year == year > one.first_year)
        ]

    def _county(self, each: Division, is_current: bool) -> Referent | None:
        reach = set(self._heirs(each))
        main = self._main_heirs(each) & reach
        codes = {each.code} if is_current else main if len(main) == 1 else reach
        if is_current:
            reach |= self._reach_of_the_past(each)
        if not codes:
            return None
        parents = {each.province_code, *(code[:2] + "0000" for code in codes)}
        parents |= {self.cities[code] for code in codes if code in self.cities}
        parents |= {code for code in codes if code in self.whole}
        old_city = division(each.city_code, each.first_year) if each.city_code else None
        if old_city and (city := self._city(old_city)):
            parents.add(city)
        return Referent(
            "county",
            tuple(sorted(codes)),
            frozenset(parents),
            is_current,
            frozenset(reach),
            each.end_year - 1,
        )

    def _reach_of_the_past(self, each: Division) -> set[str]:
        """Where the territory of the first year under this name lies now."""
        begin = min(each.first_year, self.vintage)
        return set(convert(each.code, from_vintage=begin, to_vintage=self.vintage).codes)

    def add_towns(self) -> None:
        for row in towns().to_pylist():
            name, code = row["town_name"].removesuffix("办事处"), row["division_code"]
            if row["is_generic"]:
                continue
            if code is None:
                self._add_town_of_zone(name, row["town_code"])
            else:
                self._add_town(name, code, is_current=True)

    def _add_town(self, name: str, code: str, *, is_current: bool) -> None:
        if codes := self._of_2023(code):
            parents = self._parents(codes)
            found = Referent("town", codes, parents, is_current, frozenset(codes))
            _add(self.full, name, found)
            self._add_variants(name, found)

    def add_further_towns(self) -> None:
        """Dissolved towns, and those of zones whose county is known one by one."""
        for row in further_towns().to_pylist():
            is_there = row["last_year"] is None
            self._add_town(row["town_name"], row["division_code"], is_current=is_there)

    def add_seats(self) -> None:
        """A county's seat is mostly a town of its name: 双阳县双阳镇, 龙港镇."""
        for short, codes in self.seats.items():
            for code in () if is_generic(short) else sorted(codes):
                found = (code,)
                _add(
                    self.full,
                    short + "镇",
                    Referent("town", found, self._parents(found), False, frozenset(found)),
                )

    def _add_town_of_zone(self, name: str, town_code: str) -> None:
        """A town that the Bureau lists under a zone lies where the zone does."""
        if (town_code[:4], name) in self.placed_one_by_one:
            return
        zone = self.statistical_zones.get(town_code[:6])
        found = self._area(zone) if zone else None
        if found and found.codes:
            kind: Kind = "area" if found.spans else "town"
            reach = frozenset(found.codes)
            _add(self.full, name, replace(found, kind=kind, reach=reach, needs="context"))

    def _add_variants(self, name: str, found: Referent) -> None:
        """镇 becomes 街道, 乡 becomes 镇: addresses keep the old kind for decades."""
        short = stem(name, "town")
        if short == name:
            return
        old = Referent("town", found.codes, found.parents, False, found.reach)
        for suffix in ("街道", "镇", "乡"):
            if short + suffix != name:
                _add(self.full, short + suffix, old)
        if short.endswith("路"):
            _add(self.full, short.removesuffix("路") + "街道", old)
        if set(found.codes) & self.divided and self._is_rare(short):
            _add(self.stems, short, old)

    def _is_rare(self, short: str) -> bool:
        """Whether a town's name says enough without 镇 or 街道: 拱北, not 花园 or 新城."""
        is_word = is_generic(short) or short.endswith(_STREETS) or short.startswith(_BUILDINGS)
        most = 2 if short.endswith("城") else _RARE
        return not is_word and len(self.counties_by_town_stem[short]) <= most

    def add_zones(self) -> None:
        kept = zone_hosts(self.own_zones)["zone_name"].to_pylist()
        taken_away = {*zone_hosts()["zone_name"].to_pylist()} - {*kept}
        for row in zones().to_pylist():
            if row["division_code"] is None or row["zone_name"] in taken_away:
                continue
            codes = self._of_2023(row["division_code"])
            if codes and len(row["zone_name"]) > 5 and not is_generic(row["zone_name"]):
                found = Referent("zone", codes, self._parents(codes), True, frozenset(codes))
                above = (row["province"][:2], (row["city"] or row["province"])[:2])
                needs = "" if row["zone_name"].startswith(above) else "context"
                _add(self.full, row["zone_name"], replace(found, needs=needs))

    def add_areas(self) -> None:
        for zone in zone_names(self.own_zones):
            found = self._area(zone)
            if found and zone.name not in self.stems and found not in self.full[zone.name]:
                self.full[zone.name].append(found)

    def _area(self, zone: ZoneName) -> Referent | None:
        hosts = tuple(code for host in zone.hosts for code in self._of_2023(host))
        codes = self._of_2023(zone.principal) if zone.principal else tuple(sorted(set(hosts)))
        home = self._home(zone)
        if not home or (zone.hosts and not codes):
            return None
        parents = self._parents(hosts) | {home}
        if zone.needs == "city":
            parents = frozenset({home, *(self.whole & set(codes))})
        return Referent(
            "area", codes, parents, True, spans=len(set(hosts)) > 1, needs=zone.needs, home=home
        )

    def _home(self, zone: ZoneName) -> str:
        """Code of the zone's city; of its province where that is a municipality or runs it."""
        province = self.province_by_name.get(zone.province, "")
        if not zone.city or zone.city == zone.province:
            return province
        return self.city_by_stem.get((province, stem(zone.city, "city")), "")

    @cache  # noqa: B019 - the builder lives for one call
    def _of_2023(self, code: str) -> tuple[str, ...]:
        if code.endswith("00") or self.vintage == 2023:
            return (code,) if code in self.names else ()
        return convert(code, from_vintage=2023, to_vintage=self.vintage).codes

    def _parents(self, codes: tuple[str, ...]) -> frozenset[str]:
        above = {code[:2] + "0000" for code in codes} | set(codes)
        return frozenset(above | {self.cities[code] for code in codes if code in self.cities})

    def finish(self) -> Gazetteer:
        return Gazetteer(
            vintage=self.vintage,
            full={name: _latest(found) for name, found in self.full.items()},
            stems={
                name: _latest(found) for name, found in self.stems.items() if name not in self.full
            },
            slips={
                name: _latest(found)
                for name, found in self.slips.items()
                if name not in self.full and len(name) > 2
            },
            counties_of={code: tuple(codes) for code, codes in self.counties_of.items()},
            names=self.names,
            cities=self.cities,
            whole_cities=self.whole,
            former_cities=frozenset(
                each.name
                for each in all_divisions()
                if each.level == "prefecture" and not each.is_valid(self.vintage)
            ),
        )


def _add(index: dict[str, list[Referent]], name: str, found: Referent) -> None:
    """Add a meaning; of the same one, under further parents, the current or else the first."""
    for at, same in enumerate(index[name]):
        if same.codes == found.codes and same.kind == found.kind:
            chosen = found if found.is_current and not same.is_current else same
            index[name][at] = replace(chosen, parents=same.parents | found.parents)
            return
    index[name].append(found)


def _latest(found: list[Referent]) -> tuple[Referent, ...]:
    """Of several versions of one abolished county only the last: 九台市 was larger once."""
    return tuple(
        each
        for each in found
        if each.kind != "county"
        or each.is_current
        or not any(
            other.kind == "county"
            and other.last_year > each.last_year
            and set(other.codes) & set(each.codes)
            for other in found
        )
    )
