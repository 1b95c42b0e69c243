"""From what the names in an address tell to the division they mean, or an honest abstention."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reli.classification.commonplace import FORMERLY_ABOVE
from reli.classification.gazetteer import Gazetteer
from reli.classification.marking import Token
from reli.classification.reading import Reading, read_alone, read_columns
from reli.classification.referents import Referent

__all__ = [
    "Answer",
    "Confidence",
    "Context",
    "common",
    "read_context",
    "resolve",
    "resolve_read",
]

Confidence = Literal["exact", "derived", "inferred", "ambiguous", "none"]


@dataclass(frozen=True)
class Answer:
    """Where an address lies: `codes` one for certain, several for candidates, none for unknown."""

    codes: tuple[str, ...] = ()
    confidence: Confidence = "none"
    method: str = ""
    matched: str = ""
    context: str = ""
    """City or province that is certain, whatever else is not."""
    is_weak: bool = False
    """Rests on a short name alone: columns that say otherwise would go before it."""
    is_final: bool = False
    """Names a whole county that never was larger: nothing behind it in the text matters."""


def resolve(
    names: Gazetteer,
    own: Sequence[Token],
    province: Sequence[Token] = (),
    city: Sequence[Token] = (),
) -> Answer:
    """Answer for one address.

    Args:
        names: names of the vintage.
        own: names in the address.
        province: names in the column of the province, context of the address.
        city: names in the column of the city.
    """
    columns = read_columns(names, province, city) if province or city else None
    return resolve_read(own, read_alone(names, own), columns)


def resolve_read(own: Sequence[Token], alone: Reading, columns: Reading | None) -> Answer:
    """Answer for one address, of which parts that others share were read before.

    Args:
        own: names in the address.
        alone: what they tell without columns, of `read_alone`.
        columns: what the columns tell, of `read_columns`; nothing where there are none.
    """
    if columns is None or (_is_certain(alone) and alone.is_named) or _contradict(alone, columns):
        return _answer(alone)
    path = columns.continued()
    path.read(own)
    path.settle_area()
    is_changed = not path.matched or (path.province, path.city) != (columns.province, columns.city)
    # Columns that contradict the address's own city are left aside.
    return _answer(alone if is_changed and _differ(alone.city, path.city) else path)


def _contradict(alone: Reading, columns: Reading) -> bool:
    """Whether the address itself names another city or province in full: it goes first."""
    province, city = alone.told
    if FORMERLY_ABOVE.get(columns.province) == province:
        return False
    return _differ(province, columns.province) or _differ(city, columns.city)


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _is_certain(path: Reading) -> bool:
    return path.county is not None and len(path.county.codes) == 1


def _answer(path: Reading) -> Answer:
    matched = "/".join(path.matched)
    if path.city in path.names.whole_cities:
        return Answer((path.city,), "exact", "city", matched)
    if path.county:
        codes = path.county.codes
        if len(codes) > 1:
            reason = "zone" if path.county.kind == "area" else "split"
            return Answer(codes, "ambiguous", reason, matched, common(path.names, codes))
        method, confidence = _how(path.county)
        is_weak = not path.is_named
        is_final = path.is_named and not path.correction and path.is_settled()
        if path.correction:
            method, confidence = f"corrected:{path.correction}", "derived"
        return Answer(codes, confidence, method, matched, "", is_weak, is_final)
    if path.candidates:
        codes = tuple(sorted({code for each in path.candidates for code in each.codes}))
        return Answer(codes, "ambiguous", "several", matched, common(path.names, codes))
    if path.context:
        codes = path.names.counties_of.get(path.city, ()) if path.city else ()
        return Answer(tuple(codes), "ambiguous", "no county", matched, path.context)
    return Answer()


def _how(county: Referent) -> tuple[str, Confidence]:
    if county.kind == "area":
        return ("zone_principal" if county.spans else "zone"), "derived"
    if county.kind != "county":
        return county.kind, "derived"
    return ("name", "exact") if county.is_current else ("successor", "derived")


def common(names: Gazetteer, codes: Sequence[str]) -> str:
    """The city, or else the province, that all codes have in common; empty if there is none."""
    cities = {names.cities.get(code, "") for code in codes}
    if len(cities) == 1 and "" not in cities:
        return cities.pop()
    provinces = {code[:2] + "0000" for code in codes}
    return provinces.pop() if len(provinces) == 1 else ""


@dataclass(frozen=True)
class Context:
    """The city or province that names tell, before a county or town is named."""

    code: str
    matched: tuple[str, ...]
    is_plain: bool
    """Whether they tell nothing else: no county, zone or slip, no city that is its own county; and
    whether the address says nothing but what the columns say, where these say anything."""
    is_named: bool
    """Whether any name stands in full."""


def read_context(
    names: Gazetteer,
    tokens: Sequence[Token],
    province: Sequence[Token] = (),
    city: Sequence[Token] = (),
) -> Context:
    """What the first names of an address tell about where the next ones lie.

    Args:
        names: names of the vintage.
        tokens: the first names of the address.
        province: names in the column of the province.
        city: names in the column of the city.
    """
    columns = read_columns(names, province, city)
    path = Reading(names)
    path.read(tokens)
    is_changed = False
    if (province or city) and not _contradict(path, columns):
        path = columns.continued()
        path.read(tokens)
        is_changed = (path.province, path.city) != (columns.province, columns.city)
    is_other = path.county or path.candidates or path.area or path.correction or is_changed
    is_plain = not is_other and path.city not in names.whole_cities
    return Context(path.context, tuple(path.matched), is_plain, path.is_named)
