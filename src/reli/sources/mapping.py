"""How a file's columns become ours: by a mapping file, or by the headers that are known.

table = "recognitions"
sheet = "附件1"                  # of a workbook; by default each sheet whose header fits
header_row = 3                   # by default the first row that looks like the header
drop = ["备注"]
day_order = "day"                # of 06/05/2023, where no day of the file tells: or "month"

[columns]                        # our column = theirs; several: the first that has a value
name = "企业全称"
address = ["注册地址", "住所"]

[constants]                      # the same for every row of the file
list = "high_tech"

[units]                          # unit of bare numbers: 元, 万元, 亿元
registered_capital_cny = "万元"

[values.status]                  # their spelling = ours
"在营（开业）" = "alive"

[indicators]                     # wide indicator tables: their header = the indicator
"高企数" = "high_tech"
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from reli.errors import MissingFile, Problems, nearest, no_column
from reli.sources.beside import NOTHING_BESIDE, Beside, columns_beside, is_of_currency
from reli.sources.canonical import Column, Table
from reli.sources.day_order import DayOrder
from reli.sources.header import LEVEL, plain, unit_of_header, whole_header, without_number
from reli.sources.persons import is_personal
from reli.sources.wide import wide_columns
from reli.texts import read_toml

__all__ = [
    "NOTHING_ASSIGNED",
    "TOLD_ABOVE",
    "UNITS",
    "Assignment",
    "ColumnMapping",
    "assign",
    "load_mapping",
    "match_headers",
]

UNITS: Mapping[str, float] = {"元": 1.0, "千元": 1e3, "万元": 1e4, "百万元": 1e6, "亿元": 1e8}


@dataclass(frozen=True, kw_only=True)
class ColumnMapping:
    """What a `*.mapping.toml` says."""

    table: str = ""
    sheet: str = ""
    header_row: int = 0
    """Row of the header, from 1; 0: it is looked for."""
    drop: tuple[str, ...] = ()
    day_order: DayOrder = ""
    """What stands first in days whose year stands last; empty: the file's days tell."""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    indicators: Mapping[str, str] = field(default_factory=dict)


TOLD_ABOVE = "\0"
"""Begins the names of columns that headings among the rows tell; no file has such a column."""


@dataclass(frozen=True)
class Assignment:
    """Which columns of one file feed which of ours."""

    columns: Mapping[str, tuple[str, ...]]
    """Our column -> theirs, the preferred first; only columns that the file has."""
    constants: Mapping[str, str]
    units: Mapping[str, float]
    """Our column -> yuan a bare number stands for; from the mapping, or the header."""
    values: Mapping[str, Mapping[str, str]]
    indicators: Mapping[str, str]
    """Wide tables: their column -> indicator, or year."""
    unused: tuple[str, ...]
    """Columns of theirs that nothing is made of."""
    personal: tuple[str, ...]
    """Columns of persons, dropped at the door."""
    otherwise: Mapping[str, str] = field(default_factory=dict)
    """Our column -> what is meant where nothing stands in theirs."""
    beside: Beside = NOTHING_BESIDE
    """Columns of theirs that say how others are to be read."""
    melted: str = "indicator"
    """What the columns of a wide table tell: indicator or year."""
    heading: str = ""
    """The column in which rows that are headings have their words."""
    refused: str = ""
    """The column with the heading that says of rows below it that they did not pass."""
    counts_from_1904: bool = False
    """Whether day numbers are those of a workbook made on a Macintosh."""
    day_order: DayOrder = ""
    """What stands first in days whose year stands last."""
    parts_of_one: frozenset[str] = frozenset()
    """Our columns of percentages that the file tells as parts of one."""

    def is_told_above(self, name: str) -> bool:
        """Whether a column of ours is that of headings among the rows, not of the file's cells."""
        return any(each.startswith(TOLD_ABOVE) for each in self.columns.get(name, ()))

    def said_of_all(self, name: str) -> str:
        """What all rows of a column of ours are, unless their own cells or headings say it."""
        return self.constants.get(name) or self.otherwise.get(name, "")


NOTHING_ASSIGNED = Assignment({}, {}, {}, {}, {}, (), ())


def load_mapping(path: Path, table: Table) -> ColumnMapping:
    """Read and check a mapping file for a table.

    Raises:
        MissingFile: no such file.
        Problems: all that is wrong with it, together.
    """
    if not path.is_file():
        raise MissingFile(f"{path} does not exist: it should map a file's columns to {table.name}")
    raw = read_toml(path)
    problems = _shape_problems(raw) or _name_problems(raw, table)
    if problems:
        raise Problems(str(path), problems)
    columns = {ours: _several(theirs) for ours, theirs in raw.pop("columns", {}).items()}
    constants = {ours: str(value) for ours, value in raw.pop("constants", {}).items()}
    return ColumnMapping(
        columns=columns, constants=constants, drop=tuple(raw.pop("drop", ())), **raw
    )


def _several(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


_SHAPES: Mapping[str, tuple[type, str]] = {
    "table": (str, "text"),
    "sheet": (str, "text"),
    "header_row": (int, "the number of a row"),
    "drop": (list, 'a list of headers, such as ["备注"]'),
    "columns": (dict, 'a table, our column = "theirs"'),
    "constants": (dict, 'a table, our column = "value"'),
    "units": (dict, 'a table, our column = "万元"'),
    "day_order": (str, '"day" or "month"'),
    "values": (dict, 'tables, [values.status] "their spelling" = "ours"'),
    "indicators": (dict, 'a table, "their header" = "indicator"'),
}


def _shape_problems(raw: Mapping[str, Any]) -> list[str]:
    known = [each.name for each in fields(ColumnMapping)]
    problems = [f"unknown key {key!r}: {nearest(key, known)}" for key in raw if key not in known]
    problems += [
        f"{key} is {raw[key]!r}: expected {expected}"
        for key, (kind, expected) in _SHAPES.items()
        if key in raw and not isinstance(raw[key], kind)
    ]
    tables = raw.get("values", {})
    if isinstance(tables, dict):
        problems += [
            f"values.{key} is {value!r}: expected a table of spellings"
            for key, value in tables.items()
            if not isinstance(value, dict)
        ]
    return problems


def _name_problems(raw: Mapping[str, Any], table: Table) -> list[str]:
    problems = []
    if raw.get("table", table.name) != table.name:
        problems.append(f"is for table {raw['table']!r}, but used for {table.name!r}")
    names = [column.name for column in table.columns]
    for key in ("columns", "constants", "units", "values"):
        problems += [
            f"{key}: {table.name} has no column {name!r}: {nearest(name, names)}"
            for name in raw.get(key, {})
            if name not in names
        ]
    if raw.get("day_order", "day") not in _DAY_ORDERS:
        problems.append(f'day_order is {raw["day_order"]!r}: expected "day" or "month"')
    problems += [
        f"units.{name} is {unit!r}: {nearest(str(unit), list(UNITS))}"
        for name, unit in raw.get("units", {}).items()
        if unit not in UNITS
    ]
    for name, spellings in raw.get("values", {}).items():
        problems += _choice_problems(table, name, spellings.values(), "values")
    for name, value in raw.get("constants", {}).items():
        problems += _choice_problems(table, name, [value], "constants")
    return problems


_DAY_ORDERS = ("day", "month")


def _choice_problems(table: Table, name: str, values: Any, where: str) -> list[str]:  # noqa: ANN401
    found = [column for column in table.columns if column.name == name and column.choices]
    return [
        f"{where}.{name}: {value!r} is no value of it: {nearest(str(value), list(column.choices))}"
        for column in found
        for value in values
        if value not in column.choices
    ]


def _unit_in(header: str) -> float | None:
    """Yuan of a bare number below a header that tells its unit."""
    told = unit_of_header(header)
    return UNITS[told.removesuffix("元") + "元"] if told else None


def assign(
    table: Table, headers: Sequence[str], mapping: ColumnMapping, file: str, title: str = ""
) -> Assignment:
    """Find for each of our columns those of a file.

    Args:
        table: the canonical table.
        headers: columns of the file.
        mapping: what the mapping file says.
        file: what the file is called in messages.
        title: what stands above the header: it may tell a unit (单位：万元).

    Raises:
        Problems: columns that the mapping names and the file lacks, or columns without which its
            rows say nothing, together.
    """
    mapping = _in_full(mapping, headers)
    open_headers = [each for each in headers if not is_personal(each) and each not in mapping.drop]
    found = match_headers(table, headers, mapping)
    problems = [
        f"{ours} should come from {theirs[0]!r}: {no_column(theirs[0], headers)}"
        for ours, theirs in mapping.columns.items()
        if ours not in found
    ]
    given = (*found, *mapping.constants)
    melted, indicators = _indicators(table, open_headers, found, mapping)
    available = {*given, *((melted, "value") if indicators else ())}
    problems += _missing(table, available, headers)
    if problems:
        raise Problems(file, problems)
    beside = columns_beside(table, found, open_headers)
    used = {each for theirs in found.values() for each in theirs} | set(indicators) | beside.used
    return Assignment(
        columns=found,
        constants=mapping.constants,
        units=_units(table, found, mapping, title),
        values=mapping.values,
        indicators=indicators,
        melted=melted,
        unused=tuple(each for each in open_headers if each not in used),
        personal=tuple(each for each in headers if is_personal(each)),
        beside=beside,
        day_order=mapping.day_order,
    )


def match_headers(
    table: Table, headers: Sequence[str], mapping: ColumnMapping
) -> dict[str, tuple[str, ...]]:
    """Our column -> those of a file that feed it: as mapped, else by their known headers."""
    mapping = _in_full(mapping, headers)
    dropped = {each for each in headers if is_personal(each) or each in mapping.drop}
    found: dict[str, tuple[str, ...]] = {}
    for column in table.columns:
        if column.name in mapping.columns:
            theirs = mapping.columns[column.name]
            found[column.name] = tuple(each for each in theirs if each in headers)
        elif column.name not in mapping.constants:
            found[column.name] = _matching(column, [e for e in headers if e not in dropped])
    found = {name: theirs for name, theirs in found.items() if theirs}
    _drop_second_uses(found, mapping)
    if ("division_code",) in table.needs and "division_code" not in {*found, *mapping.constants}:
        # What stands alone is what the row is about: 地区 with counties below it.
        alone = next((name for name in ("city", "province") if name in found), None)
        if alone and alone not in mapping.columns:
            found["division_code"] = found.pop(alone)
    lacking = [each for each in table.columns if each.name not in {*found, *mapping.constants}]
    _match_above(lacking, [e for e in headers if e not in dropped], found)
    return found


def _in_full(mapping: ColumnMapping, headers: Sequence[str]) -> ColumnMapping:
    """Headers may be named by their last level, or without their unit, where there is one such."""
    full = {
        short: each
        for shorten in (_last_level, plain)
        for short, each in _only(shorten, headers).items()
        if short not in headers
    }
    if not full:
        return mapping

    def whole(name: str) -> str:
        return name if name in headers else full.get(name, full.get(plain(name), name))

    columns = {ours: tuple(map(whole, theirs)) for ours, theirs in mapping.columns.items()}
    return replace(
        mapping,
        columns=columns,
        drop=tuple(map(whole, mapping.drop)),
        indicators={whole(each): ours for each, ours in mapping.indicators.items()},
    )


def _last_level(header: str) -> str:
    return header.rpartition(LEVEL)[2]


def _only(shorten: Callable[[str], str], headers: Sequence[str]) -> dict[str, str]:
    """Short forms that one header alone has -> that header."""
    times = Counter(map(shorten, headers))
    return {shorten(each): each for each in headers if times[shorten(each)] == 1}


def _matching(column: Column, headers: Sequence[str]) -> tuple[str, ...]:
    by_plain: dict[str, str] = {}
    for header in headers:
        by_plain.setdefault(plain(header), header)
    if column.kind in (*_EXPLAINED, *_COUNTED):
        # Behind those that need no second look.
        bare = _without_remark if column.kind in _EXPLAINED else _without_counting_word
        for header in headers:
            by_plain.setdefault(bare(plain(header)), header)
    for header in headers:
        for level in (*_levels(header), *_of_itself(header)):
            by_plain.setdefault(level, header)
    matches = [by_plain[plain(each)] for each in column.headers if plain(each) in by_plain]
    found = tuple(dict.fromkeys(matches)) or _numbered(column, headers)
    # A column that stands twice may be filled in one place or the other.
    again = (each for one in found for each in headers if _is_repeated(each, one))
    return tuple(dict.fromkeys([*found, *again]))


def _is_repeated(header: str, of: str) -> bool:
    """Whether a header is another's that stands a further time, as `name_apart` names it."""
    return re.fullmatch(rf"{re.escape(of)}_\d+", header) is not None


def _numbered(column: Column, headers: Sequence[str]) -> tuple[str, ...]:
    """Columns of which each holds a name: 权利人1, 权利人2."""
    if column.kind not in ("owners", "names"):
        return ()
    named = {plain(each) for each in column.headers}
    found = [each for each in headers if without_number(each) in named]
    first = without_number(found[0]) if found else ""
    return tuple(each for each in found if without_number(each) == first)


def _levels(header: str) -> list[str]:
    """What a header over several levels says: all of them together, and the last."""
    if LEVEL not in header:
        return []
    whole, last = whole_header(header), plain(header.rpartition(LEVEL)[2])
    # The name of the parent company is no name of the firm.
    is_of_another = _SAYS_ANOTHER.search(whole.removesuffix(last))
    return [whole] if is_of_another else [whole, last]


_ITSELF = re.compile(
    r"\d{1,2}|(?:base|basic|main|detail|company|enterprise|ent|corp|firm|reg|data|attributes|fields"
    r"|properties|_source|source|result|企业|公司|主体|工商|登记|注册|基本|基础|照面)+(?:_?info(?:rmation)?"
    r"|信息|情况|资料|数据)?"
)


def _of_itself(header: str) -> list[str]:
    """What objects within an object (base.name) or numbered headers (1.企业名称) say of a firm.

    Of another's (legalPerson.name) nothing is taken.
    """
    *above, last = plain(header).split(".")
    is_own = bool(above) and all(_ITSELF.fullmatch(each.strip()) for each in above)
    return [last] if is_own and last else []


def _match_above(
    lacking: Sequence[Column], headers: Sequence[str], found: dict[str, tuple[str, ...]]
) -> None:
    """Columns of which only the upper level of a header speaks: 注册资本 over 金额 and 币种."""
    used = {each for theirs in found.values() for each in theirs}
    above: dict[str, str] = {}
    for header in headers:
        if LEVEL in header and header not in used and not is_of_currency(header):
            above.setdefault(plain(header.partition(LEVEL)[0]), header)
    for column in lacking:
        told = next((above[plain(e)] for e in column.headers if plain(e) in above), None)
        if told and told not in used:
            found[column.name] = (told,)
            used.add(told)


_EXPLAINED = (
    *("text", "long_text", "date", "credit_code", "industry_code", "division_code"),
    *("number_of_work", "stock_code", "names", "owners", "host", "choice", "flag", "integer"),
)
"""Kinds of columns whose header may explain itself in brackets: 公司名称（中文）, 县（市、区）."""
_COUNTED = ("number",)
_COUNTING_WORD = re.compile(r"\((?:人|家|件|个|项|户|名|位|%)\)$")
_SAYS_ANOTHER = re.compile("(?<!中)英文|外文|简称|曾用|原|旧|产品|项目|品牌|母公司|集团|法人|人员")


def _without_remark(header: str) -> str:
    """A plain header without a remark in brackets behind it, unless that names another thing."""
    found = re.fullmatch(r"([^()]+)\(([^()]+)\)", header)
    return header if found is None or _SAYS_ANOTHER.search(found[2]) else found[1]


def _without_counting_word(header: str) -> str:
    """A plain header without what it counts: 参保人数（人）."""
    return _COUNTING_WORD.sub("", header)


def _drop_second_uses(found: dict[str, tuple[str, ...]], mapping: ColumnMapping) -> None:
    """A header feeds one column only: the one the mapping says, else the first that claims it."""
    taken = {each for name in mapping.columns for each in found.get(name, ())}
    for name in [name for name in found if name not in mapping.columns]:
        found[name] = tuple(each for each in found[name] if each not in taken)
        taken |= set(found[name])
        if not found[name]:
            del found[name]


def _indicators(
    table: Table,
    headers: Sequence[str],
    found: Mapping[str, tuple[str, ...]],
    mapping: ColumnMapping,
) -> tuple[str, Mapping[str, str]]:
    """Columns that are indicators or years: those of a wide table that are nothing else."""
    used = {each for theirs in found.values() for each in theirs}
    free = [each for each in headers if each and each not in used]
    if mapping.indicators and "indicator" not in found:
        named = {each: mapping.indicators[each] for each in headers if each in mapping.indicators}
        return "indicator", named
    if not table.is_wide:
        return wide_columns(table, free, (*found, *mapping.constants))
    return "indicator", {} if "indicator" in found else {each: each for each in free}


def _missing(table: Table, available: set[str], headers: Sequence[str]) -> list[str]:
    problems = []
    for group in table.needs:
        if available.isdisjoint(group):
            names = " or ".join(f"{name} ({table.column(name).name_zh})" for name in group)
            shown = ", ".join(header for header in headers if header)[:200]
            problems.append(
                f"no column for {names}: the file has {shown}; name it under [columns] of a "
                "mapping file, or give it to all rows under [constants]"
            )
    return problems


_UNIT_OF_ALL = re.compile(r"单位\s*[:]\s*(?:人民币)?\s*(千元|万元|百万元|亿元|元)")


def _unit_of_all(title: str) -> str:
    """The one unit of money that a title tells, if it does."""
    told = set(_UNIT_OF_ALL.findall(unicodedata.normalize("NFKC", title)))
    return told.pop() if len(told) == 1 else ""


def _units(
    table: Table, found: Mapping[str, tuple[str, ...]], mapping: ColumnMapping, title: str
) -> dict[str, float]:
    """Unit of bare numbers: our own header says yuan; theirs, or the title, may say another."""
    units, of_all = {}, _unit_of_all(title)
    for column in table.columns:
        if column.kind != "money" or column.name not in found:
            continue
        header = found[column.name][0]
        said = _unit_in(header)
        if column.name in mapping.units:
            units[column.name] = UNITS[mapping.units[column.name]]
        elif said is not None:
            units[column.name] = said
        elif plain(header) == plain(column.name):
            units[column.name] = 1.0
        elif of_all:
            units[column.name] = UNITS[of_all]
    return units
