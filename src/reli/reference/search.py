"""Searches the reference tables for a name or a code."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from reli.reference.divisions import (
    LAST_VINTAGE,
    all_divisions,
    division,
    divisions_at,
    provinces,
)
from reli.reference.emerging import EMERGING, classes, second_level
from reli.reference.industries import gb4754
from reli.reference.regions import members, region_names
from reli.reference.towns import towns
from reli.reference.zones import zones

__all__ = ["KINDS", "Hit", "search"]

KINDS = ("division", "town", "zone", "region", "industry", "emerging", "product")


@dataclass(frozen=True)
class Hit:
    """Something whose name or code was asked for."""

    kind: str
    code: str
    name: str
    remark: str
    """Where it lies or what it belongs to, and when it was valid."""


def search(text: str, kinds: Iterable[str] = KINDS) -> dict[str, list[Hit]]:
    """What bears a name with the text in it, or a code that begins with it.

    Full-width and half-width characters are alike. In each kind the whole name comes first, then
    names that begin with the text, then others.
    """
    wanted = unicodedata.normalize("NFKC", text).strip().casefold()
    if not wanted:
        return {}
    found = {kind: _ranked(wanted, _SOURCES[kind]()) for kind in KINDS if kind in set(kinds)}
    return {kind: hits for kind, hits in found.items() if hits}


def _ranked(wanted: str, candidates: Iterable[Hit]) -> list[Hit]:
    scored = ((_distance(wanted, hit), hit) for hit in candidates)
    near = [(score, hit) for score, hit in scored if score is not None]
    return [hit for _, hit in sorted(near, key=lambda pair: pair[0])]


def _distance(wanted: str, hit: Hit) -> int | None:
    name = unicodedata.normalize("NFKC", hit.name).casefold()
    if wanted in (name, hit.code.casefold()):
        return 0
    if name.startswith(wanted):
        return 1
    if wanted in name or hit.code.casefold().startswith(wanted):
        return 2
    return None


def _divisions() -> Iterator[Hit]:
    short = dict(
        zip(
            provinces()["province_code"].to_pylist(),
            provinces()["short_name"].to_pylist(),
            strict=True,
        )
    )
    # The ones that still exist first.
    for each in sorted(all_divisions(), key=lambda each: (each.status != "current", each.code)):
        end = "" if each.status == "current" else str(each.end_year - 1)
        where = _name(each.city_code, min(each.end_year - 1, LAST_VINTAGE))
        parents = "" if each.level == "province" else short.get(each.province_code, "") + where
        remark = f"{parents} {each.level} {each.first_year}-{end}".strip()
        successors = ", ".join(f"{code} ({year})" for code, year in each.successors)
        gone = "gave territory to" if each.status == "current" else "now"
        yield Hit(
            "division", each.code, each.name, remark + (f"; {gone} {successors}" * bool(successors))
        )


def _name(code: str, vintage: int) -> str:
    each = division(code, vintage)
    return each.name if each else ""


def _towns() -> Iterator[Hit]:
    rows = divisions_at(2023).to_pylist()
    where = {row["code"]: (row["city_name"] or row["province_name"]) + row["name"] for row in rows}
    for row in towns().to_pylist():
        county = where.get(row["division_code"] or "", "county unknown")
        generic = "; not a key: the name is general" if row["is_generic"] else ""
        remark = f"{county} {row['division_code'] or ''}".strip() + generic
        yield Hit("town", row["town_code"], row["town_name"], remark)


def _zones() -> Iterator[Hit]:
    for row in zones().to_pylist():
        host = f"; in {row['division_code']}" if row["division_code"] else ""
        remark = f"{row['province'] or ''}{row['city'] or ''} {row['level']}{host}"
        yield Hit("zone", row["nbs_code"] or "", row["zone_name"], remark.strip())


def _regions() -> Iterator[Hit]:
    for name in region_names():
        yield Hit("region", "", name, ", ".join(members(name)))


def _industries() -> Iterator[Hit]:
    of_class: dict[str, list[str]] = {}
    for row in classes().to_pylist():
        if row["industry"]:
            label = row["industry"] + "*" * row["is_starred"]
            of_class.setdefault(row["gb4754_code"], []).append(label)
    for row in gb4754().to_pylist():
        labels = sorted(
            set(of_class.get(row["code"], [])), key=lambda name: EMERGING.index(name.rstrip("*"))
        )
        remark = row["level"] + (f"; emerging: {', '.join(labels)}" if labels else "")
        yield Hit("industry", row["code"], row["name"], remark)


def _emerging() -> Iterator[Hit]:
    industries = {row["emerging_code"]: row["industry"] or "相关服务业" for row in _rows()}
    for code, name in industries.items():
        yield Hit("emerging", code, name, "first level")
    for code, name in second_level().items():
        yield Hit("emerging", code, name, f"second level of {industries[code[0]]}")
    leaves: dict[tuple[str, str], list[str]] = {}
    for row in _rows():
        star = "*" * row["is_starred"]
        leaves.setdefault((row["class_code"], row["leaf_name"]), []).append(
            row["gb4754_code"] + star
        )
    for (code, name), codes in leaves.items():
        yield Hit("emerging", code, name, "GB/T 4754 " + ", ".join(codes))


def _products() -> Iterator[Hit]:
    for row in _rows():
        for product in (row["products"] or "").split(";"):
            if product:
                remark = f"{row['industry'] or '相关服务业'} {row['class_code']} {row['leaf_name']}"
                yield Hit("product", row["gb4754_code"], product, remark)


def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = classes().to_pylist()
    return rows


_SOURCES = {
    "division": _divisions,
    "town": _towns,
    "zone": _zones,
    "region": _regions,
    "industry": _industries,
    "emerging": _emerging,
    "product": _products,
}
