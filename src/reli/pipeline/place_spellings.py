"""How tables of totals and of coverage may name a division of the project's map."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from reli.reference.divisions import divisions_at, provinces
from reli.reference.heirs import whole_heirs
from reli.reference.zone_units import zone_units

__all__ = ["COUNTRY", "place_spellings"]

COUNTRY: Mapping[str, tuple[str, ...]] = {
    "000000": ("全国", "中国", "全国各地", "全国各省", "各省")
}
"""What coverage may be told of, and totals may not."""


@cache
def place_spellings(vintage: int) -> Mapping[str, tuple[str, ...]]:
    """Divisions of a year, and zones that may be units of their own: code -> names that mean it.

    A name stands alone where no other division bears it, else behind its city or province, each
    in full or in short: 滨江区, 杭州市滨江区, 浙江杭州滨江区; 西湖区 alone means nobody. A county
    that was renamed or made a district also has its former code and name (370282, 即墨市), unless
    these mean another one now.
    """
    rows = divisions_at(vintage).to_pylist()
    table = provinces().to_pylist()
    short = {row["province_code"]: row["short_name"] for row in table}
    names = {row["code"]: set(_names(row, short.get(row["province_code"], ""))) for row in rows}
    known = {*names, *(name for each in names.values() for name in each)}
    for code, former in _former(rows, short, vintage).items():
        names[code] |= former - known
    bearers = Counter(name for each in names.values() for name in each)
    alone = {
        code: tuple(n for n in sorted(each) if bearers[n] == 1) for code, each in names.items()
    }
    return {**dict.fromkeys(zone_units(), ()), **alone}


def _former(
    rows: Sequence[Mapping[str, str]], short: Mapping[str, str], vintage: int
) -> Mapping[str, set[str]]:
    """What divisions were called before, as counties that they alone are the heirs of."""
    now = {row["code"]: row for row in rows}
    former: dict[str, set[str]] = defaultdict(set)
    for each, heir in whole_heirs(vintage).items():
        row = {**now[heir], "name": each.name}
        former[heir] |= {each.code, *_names(row, short.get(row["province_code"], ""))}
    return former


def _names(row: Mapping[str, str | None], short: str) -> Iterator[str]:
    """All that a division is called, with what it lies in and without."""
    name, province, city = row["name"], row["province_name"], row["city_name"]
    assert name
    if row["level"] == "province":
        yield from filter(None, (name, short))
        return
    above = {"", province or "", short}
    if row["level"] == "prefecture":
        yield from (over + name for over in above)
        return
    cities = {"", city or "", (city or "").removesuffix("市")}
    yield from (over + within + name for over in above for within in cities)
