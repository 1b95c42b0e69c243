"""Names under which zones stand in addresses: their own, and the usual words behind a city."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from reli.classification.stems import stem
from reli.reference.divisions import counties
from reli.reference.zone_hosts import zone_hosts
from reli.reference.zone_units import bare, short_place, zone_units
from reli.texts import remembered

__all__ = ["ZoneName", "is_generic", "statistical_zones", "zone_names"]

_WORDS = {
    "economic": (
        "经济技术开发区",
        "国家级经济技术开发区",
        "国家经济技术开发区",
        "经济开发区",
        "国家级经开区",
        "经开区",
    ),
    "high_tech": (
        "高新技术产业开发区",
        "国家高新技术产业开发区",
        "国家级高新技术产业开发区",
        "高新技术产业园区",
        "高新技术开发区",
        "高新产业开发区",
        "国家级高新区",
        "国家高新区",
        "高新开发区",
        "高新区",
    ),
}
"""What stands behind a city's name for its own zone of a kind; the official word first."""
_SHORTEST = "开发区"
_OF_ANOTHER = "经济开发区"
"""Behind a place this may be a zone of its own beside the place's 经济技术开发区."""

_GENERIC = re.compile(
    "(?:国家|省|级|高新|高科技|高技术|经济|经|新|技术|产业|科技|工业|台商|投资|开|开发|综合|保税|出口加工"
    "|临空|临港|港|航空|空港|城乡一体化|示范|城|园|区|东|西|南|北|部)+$"
)
_OFFICIAL = re.compile(
    "(?:经济技术开发区|高新技术产业开发区|综合保税区|保税港区|保税物流园区|出口加工区|跨境工业区.*)$"
)
"""Words for zones that the State Council approves."""
_ON_THE_BORDER = "边境经济合作区"
"""The State Council approved seventeen, each once: 东兴边境经济合作区 is not of 东兴区."""

_FREE_TRADE = re.compile("中国(.{2,3})自由贸易试验区(.*)")
_FREE_TRADE_FORMS = ("自由贸易试验区", "自贸试验区", "自贸区")

# National new areas and pilot zones whose name has only one bearer in the country.
_KNOWN_ALONE = frozenset(
    (
        *("两江新区", "雄安新区", "西咸新区", "贵安新区", "金普新区", "赣江新区", "湘江新区"),
        *("横琴新区", "横琴粤澳深度合作区", "滇中新区", "南沙新区", "天府新区", "张江高科技园区"),
        *("前海深港合作区", "临港新片区", "光明新区", "坪山新区", "大鹏新区", "郑东新区"),
        *("中新天津生态城", "平潭综合实验区", "松山湖高新技术产业开发区"),
    )
)


# Places that everybody knows: zones named after them need no city.
_KNOWN_PLACES = re.compile(
    "中关村科技园区|中关村电子城|中关村软件园|中关村国家自主创新示范区|亦庄|丽泽金融|泰达|中新生态城|东疆|"
    "于家堡|响螺湾|张江|漕河泾|外高桥|洋山|陆家嘴金融|虹桥国际|紫竹科学|紫竹高新|"
    "独墅湖|浒墅关|花桥|汾湖|大榭|梅山保税|莫干山高新|青山湖科技城|燕郊|白沟新城|"
    "南堡|芦台|花园口经济区|净月|宾西|古雷|东侨|常山华侨|湄洲|井冈山经济|"
    "西海岸新区|董家口|昆嵛山|徐庄|中新苏滁|苏滁|郑蒲港|武当山|纪南|屈家岭|"
    "龙感湖|阳逻|沌口|吴家山经济|葛店|中新广州知识城|广州知识城|前海|蛇口|横琴|"
    "松山湖|大亚湾|仲恺|深汕特别|高栏港|中马钦州|中马产业园|桂林洋|博鳌乐城|洋浦|"
    "两路寸滩|西永|万盛经济|万盛经开|双桥经济|天府软件园|天府国际空港|天府新区|"
    "滇中新区|滇池国家|拉萨空港|杨凌|西咸|浐灞|宁东能源|准东|甘泉堡|中哈霍尔果斯|"
    "云埔工业|东湖新技术|东湖高新|自由贸易试验区临港新片区|金桥综合|金义综合|"
    "贵安综合|黄河三角洲农业|马来西亚钦州|磨憨|中老磨憨|胶州湾综合|沈抚|"
    "沣东新城|沣西新城|徐圩新区|冀南新区|翠亨新区|河套深港|柳东新区|双龙航空港|榆神工业|"
    "黄渤海新区|蓉江新区|昭山示范区|松木经济|松木经开|隆平高科技园|金霞经济|胶东临空|伊滨经济|"
    "虹桥商务区|苏通科技产业园|苏锡通|中法武汉|中德沈阳|明水经济技术开发区|明水经开区|"
    "头门港经济|苏相合作区|洋口港经济|齐鲁化工区|皖江江北|皖江江南|金义新区|瓯江口|"
    "兵团|农[一二三四五六七八九十]+师"
)


@dataclass(frozen=True)
class ZoneName:
    """One name of one zone."""

    name: str
    hosts: tuple[str, ...]
    """Divisions of 2023; none of a pilot zone that lies in several cities."""
    principal: str
    """The host that stands for the zone; empty where none does."""
    province: str
    city: str
    """Empty where the zone's city is not one."""
    needs: str
    """`city`: says something only directly behind its city; `context`: below its city or province;
    empty: says enough by itself."""
    key: tuple[str, str, str]
    """Province, city and name of the zone's row."""


def is_generic(name: str) -> bool:
    """Whether a name consists of usual words alone (高新技术产业园区): many zones bear it."""
    return bool(_GENERIC.match(name))


@remembered
def zone_names(own: Path | None = None) -> tuple[ZoneName, ...]:
    """All names of zones with known hosts; of pilot zones without, which name a province."""
    rows = zone_hosts(own).to_pylist()
    hosted = [row for row in rows if row["host_codes"]]
    wide = [row for row in rows if row["kind"] == "free_trade" and not row["host_codes"]]
    return (*_own_names(hosted), *_usual_words(hosted), *_own_names(wide))


@remembered
def statistical_zones(own: Path | None = None) -> dict[str, ZoneName]:
    """Code of a pseudo-county of the Bureau of Statistics -> its zone, if its hosts are known."""
    return {code: _named(unit.host, unit.name, "context") for code, unit in zone_units(own).items()}


def _own_names(rows: list[dict[str, Any]]) -> Iterator[ZoneName]:
    for row in rows:
        for name in _texts(row):
            if len(name) > 2 and not _is_county(row, name):
                needs = _needs(row, name)
                yield from (_named(row, form, needs) for form in (name, *_short_forms(name)))
                yield from (_named(row, form, "") for form in _with_city_in_full(row, name))


def _short_forms(name: str) -> Iterator[str]:
    """湖州莫干山高新技术产业开发区 is 湖州莫干山高新区 and 湖州莫干山国家高新区 too."""
    for kind, words in _WORDS.items():
        word = next(filter(name.endswith, sorted(words, key=len, reverse=True)), "")
        place = name.removesuffix(word)
        # A city may have several zones for which a usual word stands.
        is_alone = place not in _cities()
        if word and place and not is_generic(place) and (is_alone or word == words[0]):
            further = (_SHORTEST,) if kind == "economic" and is_alone else ()
            forms = {*words, *further} - {word, _OF_ANOTHER}
            yield from (place + form for form in sorted(forms))


@cache
def _cities() -> frozenset[str]:
    """Names of cities, in full and in short."""
    names = {name for name in counties(2023)["city_name"].to_pylist() if name}
    return frozenset(names | {stem(name, "city") for name in names})


def _texts(row: dict[str, Any]) -> Iterator[str]:
    """A zone's name and aliases, without brackets; free-trade zones in their short forms too."""
    for text in (row["zone_name"], *(row["aliases"] or "").split(";")):
        name = bare(text)
        yield name
        trade = _FREE_TRADE.fullmatch(name)
        if trade:
            place, area = trade.groups()
            yield from (f"{place}{form}{area}" for form in _FREE_TRADE_FORMS)


def _is_county(row: dict[str, Any], name: str) -> bool:
    """天津滨海新区 names a county, which says more than a zone; 锦州滨海新区 does not."""
    places = [text for text in (row["city"], row["province"]) if text]
    forms = [*places, *(text.removesuffix("市") for text in places)]
    its = {_county_names().get(code, "") for code in (row["host_codes"] or "").split(";")}
    is_name = name in _county_names().values()
    return is_name or any(name.removeprefix(form) in its for form in forms)


def _with_city_in_full(row: dict[str, Any], name: str) -> Iterator[str]:
    """福州保税区 is 福州市保税区 too."""
    city = row["city"] or ""
    short = city.removesuffix("市")
    if short != city and len(name) > 4 and name.startswith(short) and not name.startswith(city):
        yield city + name[len(short) :]


def _needs(row: dict[str, Any], name: str) -> str:
    if is_generic(name):
        return "city"
    near = (
        short_place(row["city"]),
        short_place(row["province"]),
        *_hosts(row),
        *_alone_in(row["city"]),
    )
    places = tuple(filter(None, near))
    alone = (
        name in _KNOWN_ALONE
        or _KNOWN_PLACES.match(name)
        or (len(name) > 3 and name.startswith(places))
        or name.endswith(_ON_THE_BORDER)
        or _is_national(row, name)
    )
    return "" if alone or name.startswith("中国") else "context"


def _is_national(row: dict[str, Any], name: str) -> bool:
    """红旗渠经济技术开发区, 天竺综合保税区: approved once, no county is called so."""
    place = _OFFICIAL.sub("", name)
    approved = place != name and (row["national_since"] or row["kind"] == "bonded")
    return (
        bool(approved)
        and len(place) > 1
        and not is_generic(place)
        and not _is_elsewhere(row, place)
    )


def _is_elsewhere(row: dict[str, Any], place: str) -> bool:
    """Whether the name of a county that is no host begins so: 明水 is one of another province."""
    hosts = (row["host_codes"] or "").split(";")
    return any(
        name.startswith(place) and code not in hosts for code, name in _county_names().items()
    )


def _hosts(row: dict[str, Any]) -> list[str]:
    """Names of the hosts without suffix: 昆山 + 开发区 tells its city."""
    codes = (row["host_codes"] or "").split(";")
    names = [_county_names().get(code, "") for code in codes]
    return [name[:-1] if len(name) > 2 else name for name in names]


@cache
def _alone_in(city: str | None) -> tuple[str, ...]:
    """Short names of a city's counties that are no other county's: 萧山 tells its city too."""
    return tuple(
        short
        for short, of_city in _only_ones().items()
        if city and of_city == city and len(short) > 1
    )


@cache
def _only_ones() -> dict[str, str]:
    """Short names of counties that are no other county's -> their city."""
    times = Counter(name[:-1] for name in _county_names().values())
    rows = ((row["county_name"][:-1], row["city_name"]) for row in counties(2023).to_pylist())
    return {short: city for short, city in rows if times[short] == 1}


@cache
def _county_names() -> dict[str, str]:
    rows = counties(2023).to_pylist()
    return {row["division_code"]: row["county_name"] for row in rows}


def _usual_words(rows: list[dict[str, Any]]) -> Iterator[ZoneName]:
    """西安 + 高新区: where the city has a zone of its own of that kind, or only one."""
    by_city = defaultdict(list)
    for row in rows:
        if row["city"]:
            by_city[row["province"], row["city"]].append(row)
    for (_, city), its in by_city.items():
        own = {kind: _own_zone(city, kind, its) for kind in _WORDS}
        for kind, zone in own.items():
            if zone:
                yield from (_named(zone, word, "city") for word in _WORDS[kind])
        shortest = _shortest(city, its, own)
        if shortest:
            yield _named(shortest, _SHORTEST, "city")


def _own_zone(city: str, kind: str, zones: list[dict[str, Any]]) -> dict[str, Any] | None:
    same = [row for row in zones if row["kind"] == kind]
    names = {place + _WORDS[kind][0] for place in (city, city.removesuffix("市"))}
    for row in same:
        if {row["zone_name"], *(row["aliases"] or "").split(";")} & names:
            return row
    if len(same) != 1 or not same[0]["zone_name"].startswith(city.removesuffix("市")):
        return None
    # The one zone known, in a county or county-level city, is that county's, not the city's,
    # unless the county bears the city's name (昌吉市 in 昌吉回族自治州).
    host = _county_names().get(same[0]["principal"], "")
    return same[0] if host.endswith("区") or (host and city.startswith(host[:-1])) else None


def _shortest(
    city: str, zones: list[dict[str, Any]], own: dict[str, dict[str, Any] | None]
) -> dict[str, Any] | None:
    """The zone that 开发区 alone means: the one said to be, or the city's only one."""
    said = city.removesuffix("市") + _SHORTEST
    for row in zones:
        if said in (row["aliases"] or "").split(";"):
            return row
    economic, high_tech = own["economic"], own["high_tech"]
    if zones[0]["province"] == city or not economic:
        return None
    is_one = not high_tech or (economic["principal"] and _same_host(economic, high_tech))
    return economic if is_one else None


def _same_host(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["host_codes"] == other["host_codes"])


def _named(row: dict[str, Any], name: str, needs: str) -> ZoneName:
    return ZoneName(
        name,
        tuple(filter(None, (row["host_codes"] or "").split(";"))),
        row["principal"] or "",
        row["province"],
        row["city"] or "",
        needs,
        (row["province"], row["city"] or "", row["zone_name"]),
    )
