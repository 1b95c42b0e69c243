"""What the invented enterprises do: classes of GB/T 4754 and products of the emerging industries.

A class without a star plants all its industries, a product of a starred class its own industry, a
starred class without a product none. Texts of clauses are chosen so that they name no product but
the planted one.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from reli.reference.emerging import EMERGING, classes
from reli.reference.industries import gb4754
from reli.synthetic.draw import Ints, Numbers, Ragged, stream
from reli.synthetic.words import words

__all__ = ["Activities", "Activity", "activities"]

PRODUCT_SHARE = 0.45
"""Of an emerging industry's enterprises those in it by a product of a starred class."""

_LAST_REMARK = re.compile("[（(].*[）)]$")
_REMARK = re.compile("[（(][^（）()]*[）)]?")
_OTHERS = re.compile("^(?:其他|其它)")
_PLAIN = re.compile("[一-鿿]{4,12}")
_VAGUE = re.compile("^(?:以上|相关|各种)|等|包括|不含|咨询|销售|批发|零售|租赁|贸易")
_DONE = re.compile("(?:服务|推广|研发|开发|设计|运营|检测|处理|治理|监测|制作|维修|施工)$")
_MADE = re.compile(
    "(?:技术|服务|推广|研究|研发|开发|设计|运营|方案|平台|应用|工程|制造|加工|生产|维修)$"
)
_PROGRAM = re.compile("(?:软件|系统|平台)$")
_MAKING = re.compile("(?:制造|加工|生产)$")
_MAKING_OR_WRITING = re.compile("(?:制造|加工|生产|开发)$")
_PARTS_OF_PRODUCTS = re.compile("[：:、，,/；]|以及")
_PARTS_OF_NAMES = re.compile("[、，]|及其|及|和")
_NOT_A_SCOPE = re.compile("其他|未列明|[（）、()]|不包括")


@dataclass(frozen=True)
class Activity:
    """One thing that enterprises do, with what it plants."""

    group: str
    gb4754_code: str
    industries: tuple[str, ...]
    item: str
    """Clause of a scope, such as 光纤制造."""
    thing: str
    """What is made, for clauses such as 生产、加工、销售：…; empty where nothing is."""
    product: str
    """Product of a starred class; empty for classes."""


@dataclass(frozen=True)
class Activities:
    """All activities, grouped, and the texts that stand beside them in scopes."""

    rows: tuple[Activity, ...]
    decoys: tuple[str, ...]
    """Products that traders sell and nobody there makes."""
    side_items: tuple[str, ...]
    """Clauses that name nothing emerging."""
    side_things: tuple[str, ...]
    """What they make; empty where nothing is made."""
    sides: Ragged
    """Side items of each activity's section."""
    names: dict[str, str]
    """Names of GB/T 4754 by code."""

    def draw(self, rng: np.random.Generator, seed: int, groups: Ints) -> Ints:
        """Activity of each enterprise, by its group."""
        of_group, weights = self._weights(seed)
        found = np.zeros(len(groups), np.int64)
        for group, members in enumerate(of_group):
            rows = np.flatnonzero(groups == group)
            cumulated = np.cumsum(weights[members])
            drawn = rng.random(len(rows)) * cumulated[-1]
            at = np.minimum(np.searchsorted(cumulated, drawn, side="right"), len(members) - 1)
            found[rows] = members[at]
        return found

    def _weights(self, seed: int) -> tuple[list[Ints], Numbers]:
        """Members of each group, and weights with heavy tails: few classes hold most."""
        weights = stream(seed, "activities").lognormal(0.0, 1.2, len(self.rows))
        by_group: dict[str, list[int]] = defaultdict(list)
        for at, row in enumerate(self.rows):
            by_group[row.group].append(at)
        for group in EMERGING:
            members = np.array(by_group[group])
            is_product = np.array([bool(self.rows[at].product) for at in members])
            for flag, part in ((True, PRODUCT_SHARE), (False, 1 - PRODUCT_SHARE)):
                some = members[is_product == flag]
                if len(some):
                    weights[some] *= part / weights[some].sum()
        return [np.array(by_group[group], np.int64) for group in words().groups], weights


@cache
def activities() -> Activities:
    """The activities that the shipped classifications allow."""
    names, section = _classes()
    listed = _listed()
    plain = [code for code in names if len(code) == 4]
    spoilt = _naming_products([names[code] for code in plain], listed)
    clean = {code: not bad for code, bad in zip(plain, spoilt, strict=True)}
    emerging = set(classes()["gb4754_code"].to_pylist())
    sides = [
        code for code in plain
        if code not in emerging and clean[code] and not _NOT_A_SCOPE.search(names[code])
    ]  # fmt: skip
    products = list(_products(listed))
    rows = (
        *_by_class(names),
        *_by_product(products),
        *_by_section(names, section, [code for code in plain if clean[code]]),
    )
    by_section = defaultdict(list)
    for at, code in enumerate(sides):
        by_section[section[code]].append(at)
    return Activities(
        rows=rows,
        # Goods only: nobody sells a service by the piece.
        decoys=tuple(sorted({row.thing for row in rows if row.product and row.thing})),
        side_items=tuple(names[code] for code in sides),
        side_things=tuple(_thing(code, names[code]) for code in sides),
        sides=Ragged([by_section[section[row.gb4754_code]] for row in rows]),
        names=names,
    )


def _classes() -> tuple[dict[str, str], dict[str, str]]:
    """Names of all levels, and the section of each code."""
    rows = gb4754().to_pylist()
    names = {row["code"]: row["name"].strip() for row in rows}
    parents = {row["code"]: row["parent"] for row in rows}
    section = {}
    for code in names:
        top = code
        while parents[top]:
            top = parents[top]
        section[code] = top
    return names, section


def _listed() -> dict[str, set[tuple[str, str]]]:
    """Products of the eight industries, remarks in brackets left out: -> (class, industry)."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in classes().to_pylist():
        if row["industry"] and row["products"]:
            for product in row["products"].split(";"):
                bare = _OTHERS.sub("", _REMARK.sub("", _LAST_REMARK.sub("", product))).strip()
                if len(bare) > 1:
                    found[bare].add((row["gb4754_code"], row["industry"]))
    return found


def _naming_products(texts: list[str], listed: dict[str, set[tuple[str, str]]]) -> list[bool]:
    """Whether each text has a listed product in it, or is itself a part of one.

    A text that only contains a part (半导体 in 半导体照明器件制造) names another thing.
    """
    parts = {part for product in listed for part in _PARTS_OF_PRODUCTS.split(product)}
    has_product = pl.Series(texts).str.contains_any(sorted(listed)).to_list()
    return [
        has or any(part in parts for part in _parts(text))
        for has, text in zip(has_product, texts, strict=True)
    ]


def _parts(name: str) -> list[str]:
    """What a class's name is made of: 幻灯及投影设备制造 -> 幻灯, 投影设备."""
    whole = [name, _MAKING_OR_WRITING.sub("", name)]
    return [part for each in whole for part in (each, *_PARTS_OF_NAMES.split(each))]


def _products(listed: dict[str, set[tuple[str, str]]]) -> Iterator[tuple[str, str, str]]:
    """Product, class, industry: of one industry only, even by the products named within it."""
    all_products = sorted(listed)
    candidates = [
        text for text in all_products
        if _PLAIN.fullmatch(text) and not _VAGUE.search(text) and len(listed[text]) == 1
    ]  # fmt: skip
    inner = pl.Series(candidates).str.extract_many(all_products, overlapping=True).to_list()
    for text, within in zip(candidates, inner, strict=True):
        ((code, industry),) = listed[text]
        if {each for name in within for _, each in listed[name]} == {industry}:
            yield text, code, industry


def _by_class(names: dict[str, str]) -> Iterator[Activity]:
    """Classes without a star: a row for each of their industries, all of which they plant."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in classes().to_pylist():
        if row["industry"] and not row["is_starred"]:
            found[row["gb4754_code"]].append(row["industry"])
    for code in sorted(found):
        planted = tuple(name for name in EMERGING if name in found[code])
        for group in planted:
            name = names[code]
            yield Activity(group, code, planted, name, _thing(code, name), "")


def _by_product(products: list[tuple[str, str, str]]) -> Iterator[Activity]:
    """Products of starred classes, in the form of words that fits their class."""
    starred = {row["gb4754_code"] for row in classes().to_pylist() if row["is_starred"]}
    for text, code, industry in products:
        is_made = "13" <= code[:2] <= "43" and not _MADE.search(text)
        is_program = code[:2] == "65" and bool(_PROGRAM.search(text))
        is_done = code[:2] > "43" and bool(_DONE.search(text))
        if code in starred and (is_made or is_program or is_done):
            item = text + ("制造" if is_made else "开发" if is_program else "")
            yield Activity(industry, code, (industry,), item, text if is_made else "", text)


def _by_section(
    names: dict[str, str], section: dict[str, str], clean: list[str]
) -> Iterator[Activity]:
    """Classes that plant nothing: outside the emerging ones, or starred and without a product."""
    unstarred = {row["gb4754_code"] for row in classes().to_pylist() if not row["is_starred"]}
    for code in clean:
        if code not in unstarred and section[code] in words().sections:
            name = names[code]
            yield Activity(section[code], code, (), name, _thing(code, name), "")


def _thing(code: str, name: str) -> str:
    """What a class of manufacturing makes: 光纤制造 -> 光纤."""
    is_plain = "13" <= code[:2] <= "43" and not _NOT_A_SCOPE.search(name)
    return _MAKING.sub("", name) if is_plain and _MAKING.search(name) else ""
