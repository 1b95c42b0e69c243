"""Names of places found in columns of addresses, without a loop over rows.

What an address says is kept as a short text of marks, one character for each name that counts, in
their order. Many addresses have the same marks; each text of marks is read once (`resolve`).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.classification.finder import Finds, ManyFinder
from reli.classification.gazetteer import Gazetteer
from reli.classification.referents import Meanings

__all__ = [
    "EITHER",
    "Marker",
    "Token",
    "Tokens",
    "address_texts",
    "heads",
    "is_untidy",
    "names_table",
    "plain_heads",
    "tidy_address",
]

_HEAD = 40
"""Characters that are looked at; a division further behind is not the address's own."""
_MOST_NAMES = 8
"""Names of an address that are read; further ones belong to other places."""
_FIRST = 0x100
"""The first character that is a mark: above line breaks and all that could be text."""
_SURROGATES, _SURROGATES_END = 0xD800, 0xE000
_LINE = ord("\n")

_ROADS = (
    "^[东西南北中一二三四五六七八九十0-9环内外前后新老大小横支]{0,3}"
    "(?:路|街|大道|道|巷|胡同|弄|桥|门|里|广场|大厦|公路|新村|小区|花园|花苑|港|站|机场|饭店|酒店|宾馆|公园|"
    "大楼|商城|商厦|市场|银行|大学|学院|医院|公司|集团|山庄|码头|水库|河|湖|江|山|岛|寺|庙|村|庄|屯)"
)
_VISITORS = "^(?:(?:人民政府|政府)?驻|场|路|大道|大街|大厦|宾馆|饭店|酒店|招待所|会馆|商会)"
"""Behind a county's whole name: maybe its office, inn or road elsewhere (义乌市 in 义乌市场)."""
_SECOND = "(?:[;；]|经营场所|经营地址|另设|分支机构|生产地址|仓库地址|办公地址).*$"
_SEPARATORS = r"[\s\u3000\u200b\ufeff'\"“”‘’·.,，。、:：\-－—_/\\|*#]+"
_BRACKETS = r"[()（）\[\]【】<>《》〔〕〈〉~!]"
_FIRM = (
    r"^[^区县旗镇乡路街道号(（]{2,20}(?:公司|集团)\s*[(（:：,，]\s*"
    r"((?:\p{Han}{2,3}省|\p{Han}{2,5}自治区)?\p{Han}{2,4}(?:市|自治州)\p{Han}+.*)$"
)
"""A firm's name before its address: 深圳市甲公司（东莞市长安镇）. Its city may be another."""
_EITHER = (
    r"^((?:\p{Han}{2,3}省|\p{Han}{2,5}自治区)?(?:\p{Han}{2,4}(?:市|自治州|地区|盟))?)"
    r"([^省市区县旗/、]{1,5}[区县旗市])\s*[/、或与及]\s*([^省市区县旗]{1,5}[区县旗市])"
)
"""Two counties for one address, of which neither is meant more: 杭州市余杭区/西湖区."""
EITHER = "\x1f"
"""A mark put before each of two counties that an address leaves to choose."""
_BETWEEN = f"${{1}}{EITHER}${{2}}{EITHER}${{3}}"
_LABEL = (
    "^(?:[0-9]{6}|(?:注册|登记|经营|公司|企业|单位|联系|通讯|通信|详细|住所|办公)?"
    "(?:地址|住址|住所地|住所|所在地|注册地)|邮政编码|邮编|中华人民共和国|国家级)+"
)
_COUNTRY = "^中国([^(（])"
_SPECIAL = (
    f"[^\u4e00-\u9fff0-9a-zA-Z]|{_SECOND.removesuffix('.*$')}|{_LABEL}|^中国|[区县旗市][或与及]"
)
"""What an address has of which anything is to be tidied: most have nothing."""
_NOT_NORMAL = "[^\u4e00-\u9fff\x00-\x7f]"
"""What NFKC may change: neither the usual characters nor those of ASCII."""
_PLAIN = "\u4e00-\u9fff"


def _but(characters: str, plain: bool) -> str:
    """A pattern: any character except some; or any of the usual ones."""
    return f"[{_PLAIN}&&[^{characters}]]" if plain else f"[^{characters}]"


def _above(plain: bool = False) -> str:
    province, city = _but("省市区县旗", plain), _but("市州盟区县旗", plain)
    return f"^(?:{province}{{2,7}}(?:省|自治区))?(?:{city}{{1,10}}(?:州?市|自治州|地区|盟))?"


def _county(plain: bool = False) -> str:
    return _but("市区县旗镇乡\x1f", plain) + "{1,12}(?:区|县|市|旗)+"


_CHAIN = _above() + _county() + "[^场驻地]"
"""Up to a county's suffix, and the one character behind it."""
_GOES_ON = f"[{_PLAIN}0-9a-zA-Z\n&&[^场驻地区县市旗或与及]]"
_PLAIN_CHAIN = _above(plain=True) + _county(plain=True) + _GOES_ON
"""The same where nothing in it could be tidied."""
_TOWN_CHAIN = _above() + f"(?:{_county()})?[^0-9区县旗号\x1f]{{1,8}}(?:街道|镇|乡)"
"""Up to a town's suffix."""

_Ints = np.ndarray[Any, np.dtype[np.int64]]
_Flags = np.ndarray[Any, np.dtype[np.bool_]]


def address_texts(addresses: pa.Array) -> pl.Series:
    """Addresses as they are, empty where there is none."""
    return pl.Series("address", addresses.cast(pa.large_string())).fill_null("")


def tidy_address(addresses: pl.Series) -> pl.Series:
    """NFKC, without spaces and line breaks, the first address only, cut to what is looked at."""
    special = addresses.str.contains(_SPECIAL).arg_true()
    if special.is_empty():
        return addresses.str.head(_HEAD)
    # A series is scattered into in place.
    tidied = addresses.clone().scatter(special, _tidied(addresses.gather(special)))
    return tidied.str.head(_HEAD)


def _tidied(texts: pl.Series) -> pl.Series:
    wide = texts.str.contains(_NOT_NORMAL).arg_true()
    series = texts.scatter(wide, _normal(texts.gather(wide)))
    # What a few rows may have is looked for first by what it cannot be without.
    series = _replaced(series, "公司|集团", _FIRM, "$1")
    series = _replaced(series, "[/、或与及]", _EITHER, _BETWEEN)
    series = series.str.replace_all(_SEPARATORS, "")
    # The seat proper may stand in brackets behind a building; brackets themselves say nothing.
    series = series.str.replace(_LABEL, "").str.replace(_COUNTRY, "${1}")
    return series.str.replace(_SECOND, "").str.replace_all(_BRACKETS, "")


def _replaced(texts: pl.Series, has: str, pattern: str, value: str) -> pl.Series:
    rows = texts.str.contains(has).arg_true()
    if rows.is_empty():
        return texts
    return texts.scatter(rows, texts.gather(rows).str.replace(pattern, value))


def _normal(texts: pl.Series) -> pl.Series:
    normal = pc.utf8_normalize(texts.to_arrow().cast(pa.large_string()), form="NFKC")
    return pl.Series(normal, dtype=pl.String)


def heads(addresses: pl.Series) -> pl.Series:
    """What tidy addresses begin with, up to a county's suffix; null where there is none."""
    return _beginnings(addresses, _CHAIN)


def plain_heads(addresses: pl.Series) -> pl.Series:
    """The same of untidied addresses, where tidying would not change what they begin with."""
    found = _beginnings(addresses, _PLAIN_CHAIN)
    # Behind a firm's name another address may stand, which is the one that counts.
    return found.scatter(addresses.str.contains("公司|集团").arg_true(), None)


def is_untidy(beginnings: pl.Series) -> pl.Series:
    """Whether an address may begin with what is no part of it, such as a label."""
    return beginnings.str.contains(_SPECIAL) | (beginnings.str.len_chars() >= _HEAD)


def _beginnings(addresses: pl.Series, chain: str) -> pl.Series:
    # A whole match is found much quicker than a group of it; the line break ends the text.
    return (addresses + "\n").str.extract(chain, 0).str.head(-1)


@dataclass(frozen=True)
class Token:
    """A name in an address."""

    name: str
    is_full: bool
    follows: bool
    """Stands at the beginning, or directly behind another name."""
    is_away: bool
    """A county's whole name of whose office, inn or market elsewhere the text may speak."""
    meanings: Meanings


@dataclass(frozen=True)
class Tokens:
    """Names in addresses, those of one behind those of another."""

    starts: _Ints
    """Where the names of each address begin."""
    ends: _Ints
    names: _Ints
    """Numbers of the names."""
    is_away: _Flags

    def first(self, is_asked: _Flags) -> _Ints:
        """The first position in each address where something holds, else its end."""
        places = np.append(np.flatnonzero(is_asked), len(is_asked))
        found: _Ints = np.minimum(places[np.searchsorted(places, self.starts)], self.ends)
        return found


class Marker:
    """Marks the names of a gazetteer. Safe to share between threads."""

    def __init__(self, names: Gazetteer, table: pl.DataFrame | None = None) -> None:
        """Lay out what is asked of the names.

        Args:
            names: whose names are found.
            table: of `names_table`, where it was made before.
        """
        table = names_table(names) if table is None else table
        self._gazetteer = names
        self._tokens: dict[str, Token] = {}
        self._names = (*table["text"],)
        self.is_full = table["is_full"].to_numpy()
        """Whether each name, by number, stands in full."""
        self._is_county = table["is_county"].to_numpy()
        self._above = table["sole_division"].to_numpy()
        self._parents = table.select("sole_city", "sole_province").to_numpy()
        self.is_above = table["is_above"].to_numpy()
        """Whether each name, by number, may be a province's or city's."""
        self._town_chain = _TOWN_CHAIN + _none_behind_towns(table["text"])
        self._is_road = table["text"].str.contains("^[路桥][东西南北]$").to_numpy()
        self._finder = ManyFinder(self._names)

    def mark(self, addresses: pl.Series) -> pl.Series:
        """Marks of each address; empty where it names no place."""
        if addresses.is_empty():
            return pl.Series("marks", [], pl.String)
        found = self._finder.find(addresses)
        kept, marks = self._kept(addresses, found)
        return pl.Series("marks", _texts(marks, found.rows[kept], len(addresses)), pl.String)

    def _kept(self, addresses: pl.Series, found: Finds) -> tuple[_Flags, _Ints]:
        """Which of the names found count, and the marks of those that do."""
        name, rows, begin, end = found.words, found.rows, found.begins, found.ends
        is_first = np.diff(rows, prepend=-1) != 0
        ends_before = np.concatenate([[-1], end[:-1]])
        is_full = self.is_full[name]
        counts = is_full | (begin == np.where(is_first, 0, ends_before))
        behind = _Behind(addresses, rows, begin, end)
        counts &= ~behind.matches(_ROADS, ~is_full & counts)
        # 迎宾路北侧: the next name, 路北, says that it is a road.
        is_joined = ~is_first[1:] & (begin[1:] == end[:-1]) & self._is_road[name[1:]]
        counts &= is_full | self.is_above[name] | ~np.append(is_joined, False)
        is_behind_one = ~is_first & np.concatenate([[False], counts[:-1]]) & (begin == ends_before)
        follows = is_behind_one | (is_first & (begin == 0))
        counts &= is_full | follows
        settles = counts & self._settles(name, follows, is_behind_one)
        counts &= ~_is_behind(settles, rows) & (_rank(counts, rows) < _MOST_NAMES)
        is_away = behind.matches(_VISITORS, self._is_county[name] & counts)
        marks = _FIRST + 4 * name + 2 * is_away + follows
        return counts, np.where(marks < _SURROGATES, marks, marks + 0x800)[counts]

    def _settles(self, name: _Ints, follows: _Flags, is_behind_one: _Flags) -> _Flags:
        """Names of whole counties at the beginning, or directly behind their city or province."""
        parents = self._parents[name]
        before = np.concatenate([[0], self._above[name][:-1]])
        is_below = is_behind_one & (parents == before[:, None]).any(axis=1)
        settles: _Flags = (parents[:, 0] > 0) & (is_below | (follows & ~is_behind_one))
        return settles

    def town_heads(self, addresses: pl.Series) -> pl.Series:
        """What addresses begin with, up to a town's suffix behind which no name goes on."""
        return _beginnings(addresses, self._town_chain)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it finds; a name's place among them is its number."""
        return self._names

    def tokens(self, marks: pl.Series) -> "Tokens":
        """The names of many addresses by number."""
        sizes = marks.str.len_chars().to_numpy().astype(np.int64)
        ends = np.cumsum(sizes)
        codes = np.frombuffer("".join(marks).encode("utf-32-le"), np.uint32).astype(np.int64)
        names, flags = np.divmod(codes - _FIRST - np.where(codes >= _SURROGATES, 0x800, 0), 4)
        return Tokens(ends - sizes, ends, names, (flags & 2) > 0)

    def read(self, marks: str) -> list[Token]:
        """The names that marks stand for."""
        return [self._tokens.get(mark) or self._token(mark) for mark in marks]

    def _token(self, mark: str) -> Token:
        name, follows, is_away = self._code(mark)
        text = self._names[name]
        meanings = self._gazetteer.meanings(text)
        token = Token(text, bool(self.is_full[name]), follows, is_away, meanings)
        return self._tokens.setdefault(mark, token)

    def _code(self, mark: str) -> tuple[int, bool, bool]:
        code = ord(mark)
        name, flags = divmod(code - _FIRST - (0x800 if code >= _SURROGATES else 0), 4)
        return name, bool(flags & 1), bool(flags & 2)


def names_table(names: Gazetteer) -> pl.DataFrame:
    """The names that count in addresses, and what is asked of each.

    Returns:
        text, is_full, is_county, is_above, sole_division, sole_city and sole_province (codes as
        numbers, 0 for none) in the order of the names' numbers.
    """
    texts = [*dict.fromkeys((*names.full, *names.slips, *names.stems, EITHER))]
    full = {*names.full, *names.slips, EITHER}
    parents = [names.sole_parents(name) for name in texts]
    columns = {
        "text": texts,
        "is_full": [name in full for name in texts],
        "is_county": [_is_county(names, name) for name in texts],
        "is_above": [_is_above(names, name) for name in texts],
        "sole_division": [int(names.sole_division(name)) for name in texts],
        "sole_city": [int(city) for city, _ in parents],
        "sole_province": [int(province) for _, province in parents],
    }
    return pl.DataFrame(columns)


def _none_behind_towns(names: pl.Series) -> str:
    """Any character but those that go on behind a town's suffix within a name: 玉溪镇江街道."""
    behind = names.str.extract_all(".(?:街道|镇|乡).").explode().str.tail(1)
    return f"[^{''.join(behind.drop_nulls().unique().sort())}]"


def _is_county(names: Gazetteer, name: str) -> bool:
    return any(each.kind == "county" for each in names.full.get(name, ()))


def _is_above(names: Gazetteer, name: str) -> bool:
    return any(each.kind in {"province", "city"} for each in names.found(name))


@dataclass(frozen=True)
class _Behind:
    """What stands behind each name that was found, up to the next one."""

    addresses: pl.Series
    rows: _Ints
    begins: _Ints
    """Where each name begins in its address, in bytes."""
    ends: _Ints

    def matches(self, words: str, is_asked: _Flags) -> _Flags:
        """Which names are part of another: of a road, a building (北京路)."""
        at = np.flatnonzero(is_asked)
        is_last = np.append(np.diff(self.rows) != 0, True)[at]
        until = np.where(is_last, np.iinfo(np.int64).max, np.append(self.begins[1:], 0)[at])
        text = self.addresses.cast(pl.Binary).gather(self.rows[at]).alias("text")
        asked = text.to_frame().with_columns(
            begin=pl.Series(self.ends[at]), size=pl.Series(until - self.ends[at])
        )
        behind = pl.col("text").bin.slice("begin", "size").cast(pl.String)
        found = np.zeros(len(is_asked), bool)
        found[at] = asked.select(behind.str.contains(words)).to_series().to_numpy()
        return found


def _is_behind(settles: _Flags, rows: _Ints) -> _Flags:
    """Names behind the one that settles an address: they change nothing."""
    return _rank(settles, rows) > 0


def _rank(counts: _Flags, rows: _Ints) -> _Ints:
    """How many of the names before each one in its row count."""
    if not len(rows):
        return np.zeros(0, np.int64)
    before: _Ints = np.cumsum(counts) - counts
    is_first = np.diff(rows, prepend=-1) != 0
    rank: _Ints = before - before[is_first][np.cumsum(is_first) - 1]
    return rank


def _texts(marks: _Ints, rows: _Ints, size: int) -> list[str]:
    """Characters of all rows in one text, divided by line breaks."""
    codes = np.full(len(marks) + size, _LINE, np.uint32)
    codes[np.arange(len(marks)) + rows] = marks
    return codes.tobytes().decode("utf-32-le").split("\n")[:size]
