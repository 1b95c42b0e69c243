"""Divisions of GB/T 2260 at any year end since 1981, and where their territory went."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.codes import DivisionCode, DivisionLevel
from reli.errors import InvalidData, UnknownName
from reli.reference.tables import read_shipped

__all__ = [
    "FIRST_VINTAGE",
    "LAST_VINTAGE",
    "MUNICIPALITIES",
    "Conversion",
    "Division",
    "all_divisions",
    "check",
    "convert",
    "counties",
    "display_name",
    "division",
    "divisions_at",
    "provinces",
    "years_of",
]

FIRST_VINTAGE, LAST_VINTAGE = 1981, 2024
MUNICIPALITIES = ("110000", "120000", "310000", "500000")
BEYOND_THE_MAINLAND = ("710000", "810000", "820000")
_FOREVER = 9999
_DIVISIONS = pa.schema(
    dict.fromkeys(
        (
            "code", "level", "name", "province_code", "province_name", "city_code", "city_name",
        ),
        pa.string(),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Division:
    """A division under one name and parent; valid at the ends of the years first <= y < end."""

    code: str
    level: DivisionLevel
    name: str
    city_code: str
    """Code of the prefecture-level division above; empty where the province runs it."""
    first_year: int
    end_year: int
    status: Literal["current", "changed", "retired"]
    successors: tuple[tuple[str, int], ...]
    """(code, year): who took over territory, and when; not always the whole."""

    @property
    def province_code(self) -> str:
        """Code of the province."""
        return self.code[:2] + "0000"

    def is_valid(self, vintage: int) -> bool:
        """Whether it existed on 31 December of the year."""
        return self.first_year <= vintage < self.end_year


@cache
def _versions() -> dict[str, tuple[Division, ...]]:
    """All divisions by code, the versions of each in order of time."""
    found: dict[str, list[Division]] = defaultdict(list)
    for row in read_shipped("divisions.csv").to_pylist():
        found[row["code"]].append(
            Division(
                code=row["code"],
                level=row["level"],
                name=row["name"],
                city_code=row["city_code"] or "",
                first_year=int(row["first_year"]),
                end_year=int(row["end_year"] or _FOREVER),
                status=row["status"],
                successors=_successors(row["successors"] or ""),
            )
        )
    return {code: tuple(versions) for code, versions in found.items()}


def _successors(text: str) -> tuple[tuple[str, int], ...]:
    pairs = (pair.split("@") for pair in text.split(";") if pair)
    return tuple((code, int(year)) for code, year in pairs)


def all_divisions() -> Iterable[Division]:
    """Every division that ever was, in order of code and time."""
    return (version for versions in _versions().values() for version in versions)


def division(code: str, vintage: int = 2023) -> Division | None:
    """The division that bore a code at a year end, if any did."""
    return next((each for each in _versions().get(code, ()) if each.is_valid(vintage)), None)


@cache
def years_of(code: str) -> tuple[int, ...]:
    """Years at whose end some division bore a code, within the vintages; in order."""
    spans = (range(each.first_year, each.end_year) for each in _versions().get(code, ()))
    years = range(FIRST_VINTAGE, LAST_VINTAGE + 1)
    known = {year for span in spans for year in years if year in span}
    return tuple(sorted(known))


@cache
def divisions_at(vintage: int) -> pa.Table:
    """All divisions at a year end, with the names of their parents at that time.

    Returns:
        Table of code, level, name, province_code, province_name, city_code, city_name in order of
        code. In the four municipalities the city is the municipality; the city is null for
        provinces and for divisions run directly by a province.

    Raises:
        UnknownName: no such vintage.
    """
    _check_vintage(vintage)
    every = pl.DataFrame(read_shipped("divisions.csv"))
    begun, end = (pl.col(name).cast(pl.Int32) for name in ("first_year", "end_year"))
    rows = every.filter(begun <= vintage, end.fill_null(_FOREVER) > vintage).sort("code")
    rows = rows.with_columns(province_code=pl.col("code").str.slice(0, 2) + "0000")
    rows = rows.with_columns(city_code=_city_code())
    named = rows.filter(pl.col("level") != "county")
    names = pl.col("province_code", "city_code").replace_strict(
        named["code"], named["name"], default=None
    )
    rows = rows.with_columns(names.name.replace("_code", "_name"))
    return rows.select(_DIVISIONS.names).to_arrow().cast(_DIVISIONS)


def _city_code() -> pl.Expr:
    level, province = pl.col("level"), pl.col("province_code")
    return (
        pl.when(level == "prefecture")
        .then("code")
        .when(level != "province")
        .then(pl.when(province.is_in(MUNICIPALITIES)).then(province).otherwise("city_code"))
    )


def _check_vintage(vintage: int) -> None:
    if not FIRST_VINTAGE <= vintage <= LAST_VINTAGE:
        known = [str(year) for year in range(FIRST_VINTAGE, LAST_VINTAGE + 1)]
        raise UnknownName("vintage", str(vintage), known)


@cache
def counties(vintage: int = 2023) -> pa.Table:
    """Counties at a year end, Taiwan, Hong Kong and Macau apart, in order of code.

    Returns:
        Table of division_code, county_name, city_code, city_name, province_code, province_name.
    """
    table = divisions_at(vintage)
    named = {"division_code": "code", "county_name": "name"}
    columns = ("city_code", "city_name", "province_code", "province_name")
    return (
        table.filter(pc.equal(table["level"], "county"))
        .select([*named.values(), *columns])
        .rename_columns([*named, *columns])
    )


@cache
def provinces() -> pa.Table:
    """The 31 provinces of the mainland in order of code.

    Returns:
        Table of province_code, province_name (内蒙古自治区), short_name (内蒙古) and
        abbreviation (蒙).
    """
    names = {row["code"]: row["name"] for row in divisions_at(2023).to_pylist()}
    short = read_shipped("provinces.csv")
    is_mainland = pc.invert(pc.is_in(short["province_code"], pa.array(BEYOND_THE_MAINLAND)))
    table = short.filter(is_mainland)
    full = pa.array([names[code] for code in table["province_code"].to_pylist()])
    return table.add_column(1, "province_name", full)


def display_name(county: str, city: str | None, province: str) -> str:
    """City + county, such as 北京市海淀区; province + county where no city stands between.

    A city without counties is itself the county: 广东省东莞市.
    """
    return f"{province}{county}" if not city or city == county else f"{city}{county}"


@dataclass(frozen=True)
class Conversion:
    """What became of a division: the codes, at another vintage, that hold its territory."""

    code: str
    from_vintage: int
    to_vintage: int
    codes: tuple[str, ...]
    """In order of code; several where the territory was split, which part went where untold."""

    @property
    def kind(self) -> Literal["same", "other", "several", "none"]:
        """How the answer relates to the question."""
        if len(self.codes) > 1:
            return "several"
        if not self.codes:
            return "none"
        return "same" if self.codes == (self.code,) else "other"


@cache
def convert(code: str, *, from_vintage: int | None = None, to_vintage: int = 2023) -> Conversion:
    """Carry a code from one vintage to another.

    Forward, dated successors are followed; backward, those divisions are found whose territory
    came to the code.

    Args:
        code: six digits.
        from_vintage: year at whose end the code is meant; by default the last one it was valid.
        to_vintage: year at whose end the answer is valid.

    Raises:
        InvalidCode: not six digits.
        UnknownName: no such code, or none at that vintage, or no such vintage.
    """
    _check_vintage(to_vintage)
    versions = _versions()
    if code not in versions:
        province = DivisionCode(code).province.value
        known = [each for each in versions if each.startswith(province[:2])]
        raise UnknownName("division code", code, known or provinces()["province_code"].to_pylist())
    begin = min(versions[code][-1].end_year - 1, LAST_VINTAGE)
    begin = begin if from_vintage is None else from_vintage
    if division(code, begin) is None:
        spans = ", ".join(_span(each) for each in versions[code])
        raise UnknownName("division code", f"{code} at the end of {begin}", [spans])
    found = (
        _forward(code, begin, to_vintage)
        if to_vintage >= begin
        else _backward(code, begin, to_vintage)
    )
    level = _level(code)
    same_level = {each for each in found if _level(each) == level}
    # A county has counties as predecessors, else the city or province that it was carved out of;
    # a city stays what it is although it made parts of itself districts.
    if same_level and (level != "county" or to_vintage < begin):
        found = same_level
    return Conversion(code, begin, to_vintage, tuple(sorted(found)))


def _level(code: str) -> DivisionLevel:
    return _versions()[code][0].level


def _span(each: Division) -> str:
    end = "today" if each.end_year == _FOREVER else str(each.end_year - 1)
    return f"{each.code} {each.name} ({each.first_year} to {end})"


def _forward(code: str, begin: int, target: int) -> set[str]:
    """Divisions that hold the territory later.

    A city that took over a county and later divided itself into districts is passed through: its
    districts are the answer. Where it has none in the table, the city is the answer.
    """
    found: set[str] = set()
    seen: set[tuple[str, int, bool]] = set()
    waiting = [(code, begin, False)]
    while waiting:
        place = waiting.pop()
        at, year, is_divided = place
        each = division(at, year)
        if each is None or place in seen:
            continue
        seen.add(place)
        steps = [step for step in _next(each) if year < step[1] <= target]
        is_divided = is_divided or (at != code and _becomes_counties(each, steps))
        if each.is_valid(target) and not is_divided:
            found.add(at)
        waiting += [(to, when, is_divided and to == at) for to, when in steps]
    return found


def _becomes_counties(each: Division, steps: Iterable[tuple[str, int]]) -> bool:
    return each.level != "county" and any(_level(code) == "county" for code, _ in steps)


def _next(each: Division) -> list[tuple[str, int]]:
    steps = list(each.successors)
    if each.status == "changed" and not any(year == each.end_year for _, year in steps):
        # The code lives on under another name or parent.
        steps.append((each.code, each.end_year))
    return steps


def _backward(code: str, begin: int, target: int) -> set[str]:
    return set(_sources(target, begin).get(code, ()))


@cache
def _sources(begin: int, target: int) -> dict[str, list[str]]:
    """Code at the later year end -> codes at the earlier one whose territory came to it."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in all_divisions():
        if each.is_valid(begin):
            for code in _forward(each.code, begin, target):
                found[code].append(each.code)
    return found


def check() -> None:
    """Check the shipped table against itself and its declared counts.

    Raises:
        InvalidData: what does not hold, all together.
    """
    problems = [*_count_problems(), *_parent_problems(), *_successor_problems()]
    if provinces().num_rows != 31:
        problems.append(f"{provinces().num_rows} provinces with a short name, expected are 31")
    if problems:
        raise InvalidData("divisions.csv: " + "; ".join(problems))


def _count_problems() -> list[str]:
    declared = {"divisions": 6823, "counties of 2023": 2844, "counties of 2024": 2846}
    counted = {
        "divisions": sum(1 for _ in all_divisions()),
        "counties of 2023": counties(2023).num_rows,
        "counties of 2024": counties(2024).num_rows,
    }
    return [
        f"{counted[name]} {name}, declared are {number}"
        for name, number in declared.items()
        if counted[name] != number
    ]


def _parent_problems() -> list[str]:
    problems = []
    for each in all_divisions():
        parents = [each.province_code] + ([each.city_code] if each.city_code else [])
        years = range(each.first_year, min(each.end_year, LAST_VINTAGE + 1))
        for parent in parents:
            orphaned = [year for year in years if division(parent, year) is None]
            if orphaned:
                problems.append(f"{each.code} {each.name}: no parent {parent} in {orphaned[0]}")
    return problems


def _successor_problems() -> list[str]:
    problems = []
    for each in all_divisions():
        if each.status == "retired" and each.level == "county" and not each.successors:
            problems.append(f"{each.code} {each.name}: retired without a successor")
        problems += [
            f"{each.code} {each.name}: successor {code} does not exist at the end of {year}"
            for code, year in each.successors
            if division(code, year) is None
        ]
    return problems
