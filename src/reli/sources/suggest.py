"""A mapping proposed from a file's headers and values, with a look at what it would reject."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path

import polars as pl

from reli.errors import InvalidData, Problems
from reli.sources.beside import Beside, columns_beside
from reli.sources.canonical import Column, Table
from reli.sources.clean import Cleaner
from reli.sources.columns import DIVISION_CODE
from reli.sources.files import check_file, open_table
from reli.sources.first_rows import prepared
from reli.sources.guesses import columns_by_values, list_by_columns
from reli.sources.header import first_row, plain, rows_of_header
from reli.sources.lines import Rows
from reli.sources.lines import Table as FileTable
from reli.sources.mapping import UNITS, ColumnMapping, match_headers
from reli.sources.persons import is_personal
from reli.sources.reading import OpenedSource, SourceFile, open_mapped, shown_parts
from reli.sources.sheets import other_tables
from reli.sources.tables import TABLES, with_choices
from reli.sources.titles import tells_revoked, told_constants
from reli.sources.wide import wide_columns

__all__ = ["Preview", "Suggestion", "suggest"]

_VENDORS: Mapping[str, frozenset[str]] = {
    "企查查": frozenset({"登记状态", "所属区县", "参保人数所属年报", "更多电话", "企业地址"}),
    "天眼查": frozenset({"经营状态", "公司名称", "公司类型", "最新年报地址", "实缴资本"}),
    "爱企查": frozenset({"经营状态", "企业名称", "工商注册号", "所属行业", "注册地址"}),
    "启信宝": frozenset({"企业状态", "企业名称", "成立时间", "省份", "企业地址"}),
}
_ENOUGH = 3
_PREVIEW_ROWS = 50_000
_HEAD = 30
_EXAMPLES = 3


_NOWHERE: Mapping[str, Sequence[str]] = {}


@dataclass(frozen=True)
class Preview:
    """What cleaning the first rows gave."""

    read: int
    written: int
    reasons: tuple[tuple[str, int, str], ...]
    """Reason, number of rows or cells, and where the first ones stand."""
    filled: Mapping[str, float]
    """Share of rows with a value, for each of our columns that the file feeds."""


@dataclass(frozen=True)
class Suggestion:
    """A proposal for one file."""

    table: Table
    vendor: str
    """Whose export it looks like; empty where unknown."""
    mapping: str
    """Text of a `*.mapping.toml`."""
    preview: Preview | None
    """None where columns that a row needs are not known yet."""
    unknown: tuple[str, ...] = ()
    """These columns, as groups of which one is needed: name or credit_code."""


def suggest(
    path: Path, table: Table | None = None, places: Mapping[str, Sequence[str]] = _NOWHERE
) -> Suggestion:
    """Propose a mapping for a file.

    Args:
        path: file as received.
        table: canonical table it belongs to; guessed from its headers and title by default.
        places: divisions that county totals and coverage may name, code -> names; without them
            they are previewed by codes alone.

    Raises:
        ReliError: the file cannot be read, or is not recognised at all.
    """
    check_file(path)
    tables = [table] if table else list(TABLES.values())
    _, chosen, opened, title = max(_candidates(path, tables), key=lambda found: found[0])
    if table is None and not match_headers(chosen, opened.columns, ColumnMapping()):
        chosen = _register_by_values(opened)
    return _suggestion(path, chosen, opened, title, places)


def _register_by_values(opened: FileTable) -> Table:
    """The register, where no header is known and values look like those of enterprises."""
    register, rows = TABLES["enterprises"], next(opened.rows(), None)
    found = columns_by_values(register, opened.columns, {}, rows) if rows is not None else {}
    if len(found) < _FEWEST_BY_VALUES or found.keys().isdisjoint(register.needs[0]):
        raise InvalidData(
            f"none of the headers {', '.join(opened.columns)[:200]} is known: "
            f"say which table it is with --table ({', '.join(TABLES)})"
        )
    return register


_FEWEST_BY_VALUES = 3


def _suggestion(
    path: Path, table: Table, opened: FileTable, title: str, places: Mapping[str, Sequence[str]]
) -> Suggestion:
    headers = opened.columns
    rows = next(opened.rows(), None)
    known = match_headers(table, headers, ColumnMapping())
    beside = columns_beside(table, known, [e for e in headers if not is_personal(e)])
    guesses = {} if rows is None else columns_by_values(table, headers, known, rows)
    told = told_constants(table, f"{title} {path.stem}", {*known, *guesses})
    if rows is not None and "list" not in {*known, *guesses, *told}:
        which = list_by_columns(table, headers, rows)
        told |= {"list": which} if which else {}
    apart = _told_apart(path, table, guesses, told)
    told = {name: each for name, each in told.items() if name not in apart}
    vendor = _vendor(headers, title)
    is_revoked = table.name == "recognitions" and tells_revoked(title)
    used = {*chain(*known.values()), *guesses.values(), *beside.used}
    free = [each for each in headers if each and each not in used and not is_personal(each)]
    wide = wide_columns(table, free, (*known, *guesses, *told))
    proposal = _Proposal(
        table, headers, known, guesses, told, apart, vendor, is_revoked, beside, *wide
    )
    mapping = _mapping(guesses, told)
    read_as = with_choices(
        table, {DIVISION_CODE.name: places} if _names_places(table) and places else {}
    )
    given = {*known, *guesses, *told, *apart}
    unknown = [" or ".join(group) for group in table.needs if given.isdisjoint(group)]
    preview = _preview(path, read_as, mapping)
    return Suggestion(table, vendor, proposal.text(path.name), preview, tuple(unknown))


def _mapping(guesses: Mapping[str, str], told: Mapping[str, str]) -> ColumnMapping:
    columns = {name: (theirs,) for name, theirs in guesses.items()}
    return ColumnMapping(columns=columns, constants=told)


def _told_apart(
    path: Path, table: Table, guesses: Mapping[str, str], told: Mapping[str, str]
) -> dict[str, list[str]]:
    """What several tables of a file say of themselves, each another thing; a mapping must not."""
    if not told:
        return {}
    try:
        opened = list(open_mapped(SourceFile(path), table, _mapping(guesses, {})))
    except Problems:
        return {}
    said = {
        name: list(dict.fromkeys(each.assignment.said_of_all(name) for each in opened))
        for name in told
    }
    return {name: each for name, each in said.items() if len(each) > 1}


def _names_places(table: Table) -> bool:
    return table.name in ("coverage", "county_totals")


Fit = tuple[int, int, int]
"""Groups of needed columns that are missing (negative); what is known; few columns first."""


def _candidates(path: Path, tables: Sequence[Table]) -> Iterator[tuple[Fit, Table, FileTable, str]]:
    """Each sheet or table of a file with each canonical table, how well they fit, and its title."""
    parts, _ = shown_parts(path)
    known = {plain(each) for table in tables for column in table.columns for each in column.headers}
    for part in parts or [""]:
        first = open_table(path, partial(_likely_header, known), part)
        for opened in (first, *other_tables(first)):
            # Sheets of a workbook may be called after what they hold.
            title = f"{opened.title} {part}".strip()
            for table in tables:
                yield _fit(table, opened.columns, f"{title} {path.stem}"), table, opened, title


def _likely_header(known: Collection[str], rows: Sequence[Sequence[str]]) -> range:
    """The row in which most headers of any table stand."""
    scores = [
        len({plain(cell) for cell in row if cell}.intersection(known)) for row in rows[:_HEAD]
    ]
    return rows_of_header(rows, scores.index(max(scores))) if any(scores) else first_row(rows)


def _fit(table: Table, headers: Sequence[str], title: str) -> Fit:
    found = match_headers(table, headers, ColumnMapping())
    # A running number ranks nobody.
    known = {n for n, theirs in found.items() if n != "rank" or plain(theirs[0]) != "序号"}
    told = told_constants(table, title, known)
    given = known | set(told)
    free = [e for e in headers if e and not is_personal(e) and e not in chain(*found.values())]
    melted, values = wide_columns(table, free, tuple(given))
    given |= {melted, _VALUE} if values else set()
    # What is the same in every row is said under [constants] more often than in a column.
    unmet = sum(given.isdisjoint(group) and group[0] not in _CONSTANT for group in table.needs)
    unmet += any(given.isdisjoint(group) for group in _MARKS_OF.get(table.name, ()))
    says_which = _SAYS_WHICH if {"list", "market"} & set(told) else 0
    met = sum(not given.isdisjoint(group) for group in table.needs)
    return (-unmet if known else -len(TABLES), len(known) + met + says_which, -len(table.columns))


_MARKS_OF: Mapping[str, Sequence[Collection[str]]] = {
    "rankings": (("rank", "list"),),
    "listings": (("market", "stock_code", "listed_date"),),
    "recognitions": (
        (
            "list",
            "batch",
            "notice_date",
            "valid_to",
            "issuer_region",
            "product",
            "tech_field",
            "host_name",
            "level",
        ),
    ),
    "leaders": (("statement", "claim", "dimension"),),
    "coverage": (("state", "list"),),
}
"""Without any of these a file is hardly such a table, though its other columns may be any's."""
_CONSTANT = ("list", "year", "market", "state")
_SAYS_WHICH = 5
_VALUE = "value"


def _vendor(headers: Sequence[str], title: str) -> str:
    """Whose export it is, by its title, else by headers that others do not have."""
    if named := [name for name in _VENDORS if name in title]:
        return named[0]
    hits = {name: len(signs.intersection(headers)) for name, signs in _VENDORS.items()}
    best = max(hits, key=lambda name: hits[name])
    return best if hits[best] >= _ENOUGH else ""


@dataclass(frozen=True)
class _Proposal:
    """What is known of a file's columns."""

    table: Table
    headers: Sequence[str]
    known: Mapping[str, tuple[str, ...]]
    guesses: Mapping[str, str]
    told: Mapping[str, str]
    apart: Mapping[str, Sequence[str]]
    """What each table of the file says of itself: 瞪羚 the first, 独角兽 the second."""
    vendor: str
    is_revoked: bool
    beside: Beside
    """Columns that say how others are to be read."""
    melted: str
    """What columns of totals that are values of a row tell: year or indicator."""
    wide: Mapping[str, str]
    """These columns."""

    def text(self, file: str) -> str:
        """The mapping file."""
        table = self.table
        lines = [f"# Mapping of {file} to {table.name} ({table.name_zh}), proposed by reli."]
        if self.vendor:
            lines.append(f"# Looks like an export of {self.vendor}.")
        lines += [f"table = {_quoted(table.name)}", "", "[columns]"]
        said = {*self.told, *self.apart}
        lines += [self._line(column) for column in table.columns if column.name not in said]
        return "\n".join([*lines, *self._others(), *self._constants(), *self._units()]) + "\n"

    def _line(self, column: Column) -> str:
        if column.name in self.known:
            theirs = [_quoted(each) for each in self.known[column.name]]
            several = f"[{', '.join(theirs)}]"
            first = "" if len(theirs) == 1 else "  # the first that has a value"
            return f"{column.name} = {theirs[0] if len(theirs) == 1 else several}{first}"
        if column.name in self.guesses:
            theirs_by_value = _quoted(self.guesses[column.name])
            return f"{column.name} = {theirs_by_value}  # by its values; please check"
        return f'# {column.name} = ""  # {column.name_zh}: {column.definition}'

    def _others(self) -> list[str]:
        """Columns of which nothing is made."""
        used = {each for theirs in self.known.values() for each in theirs}
        used |= {*self.guesses.values(), *self.beside.used, *self.wide}
        personal = [each for each in self.headers if is_personal(each)]
        unused = [e for e in self.headers if e and e not in used and e not in personal]
        wide = ["", f"# Each a value, so that a row becomes several: {', '.join(self.wide)}"]
        lines = ["", f"# Dropped at the door, as of persons: {', '.join(personal)}"]
        return (
            (wide if self.wide else [])
            + (lines if personal else [])
            + (["", f"# Not used: {', '.join(unused)}"] if unused else [])
        )

    def _constants(self) -> list[str]:
        given = {*self.known, *self.guesses, *self.told, *self.apart}
        lines = [
            f"{name} = {_quoted(value)}  # by its title, name or headers; please check"
            for name, value in self.told.items()
        ]
        lines += [
            f"# {name}: each table or sheet by its own title ({', '.join(filter(None, values))})"
            for name, values in self.apart.items()
        ]
        if self.is_revoked and "revoked_date" not in given:
            lines.append('# revoked_date = ""  # its title says that they lost it: the day')
        lines += [
            f'# {column.name} = ""  # one of {", ".join(column.choices)}'
            for column in self.table.columns
            if column.name in ("list", "market") and column.name not in given
        ]
        lines += [
            f'# {column.name} = ""  # {column.name_zh}: {column.definition}'
            for column in self.table.columns
            if self.melted and column.name in {"year", "indicator"} - {*given, self.melted}
        ]
        return ["", "[constants]", *lines] if lines else []

    def _units(self) -> list[str]:
        money = [
            column.name
            for column in self.table.columns
            if column.kind == "money"
            and column.name in self.known
            and "元" not in self.known[column.name][0]
            and column.name not in self.beside.units
        ]
        if not money:
            return []
        head = f"# Unit of numbers written without one ({', '.join(UNITS)}):"
        return ["", head, "# [units]", *(f'# {name} = "万元"' for name in money)]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _preview(path: Path, table: Table, mapping: ColumnMapping) -> Preview | None:
    """Clean the first rows by the mapping proposed; None where it is not enough."""
    try:
        sources = list(open_mapped(SourceFile(path), table, mapping))
    except Problems:
        return None
    seen = _Seen()
    for opened in sources:
        seen.look(opened, *prepared(table, opened))
        if seen.read >= _PREVIEW_ROWS:
            break
    return seen.preview()


@dataclass
class _Seen:
    """What is met while the first rows are cleaned."""

    read: int = 0
    written: int = 0
    tally: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[str]] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)

    def look(self, opened: OpenedSource, cleaner: Cleaner, batches: Iterator[Rows]) -> None:
        for name in opened.assignment.columns:
            # A region that headings may tell is no column of the file.
            if not opened.assignment.is_told_above(name):
                self.filled.setdefault(name, 0)
        for rows in batches:
            batch = cleaner(rows)
            self.read += batch.read
            self.written += batch.written
            for name in opened.assignment.columns:
                if filled := int(batch.cells[name].is_filled.sum()):
                    self.filled[name] += filled
            for notes in (batch.rejected, batch.doubtful):
                _count(notes, self.tally, self.places)
            if self.read >= _PREVIEW_ROWS:
                break
        for line in opened.rows.rejected:
            self.tally[line.reason] += 1
            self.places.setdefault(line.reason, []).append(f"line {line.line}")
        self.read += len(opened.rows.rejected)

    def preview(self) -> Preview:
        reasons = tuple(
            (reason, number, "; ".join(self.places[reason][:_EXAMPLES]))
            for reason, number in sorted(self.tally.items(), key=lambda item: (-item[1], item[0]))
        )
        shares = {name: number / max(self.written, 1) for name, number in self.filled.items()}
        return Preview(self.read, self.written, reasons, shares)


def _count(notes: pl.DataFrame, tally: Counter[str], places: dict[str, list[str]]) -> None:
    named = notes.with_columns(
        pl.when(pl.col("column") == "")
        .then("reason")
        .otherwise(pl.col("column") + "：" + pl.col("reason"))
        .alias("named")
    )
    for (name,), group in named.group_by("named", maintain_order=True):
        text = str(name)
        tally[text] += group.height
        seen = places.setdefault(text, [])
        for line, value in group.select("line", "value").head(_EXAMPLES).iter_rows():
            seen.append(f"line {line}: {value}" if value else f"line {line}")
