"""A project's source file, opened: its header found, its columns assigned to ours."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from reli.errors import InvalidData, Problems
from reli.sources.canonical import Table
from reli.sources.files import (
    TABLE_OF_SHEET,
    format_of,
    hidden_parts,
    open_table,
    part_names,
)
from reli.sources.formulas import counts_from_1904
from reli.sources.groups import grouped, names_lists
from reli.sources.header import first_row, plain, rows_of_header
from reli.sources.lines import Table as FileTable
from reli.sources.list_names import list_told, tells_candidates
from reli.sources.mapping import (
    Assignment,
    ColumnMapping,
    assign,
    load_mapping,
    match_headers,
)
from reli.sources.revoked import says_revoked
from reli.sources.sheets import GridTable, other_tables
from reli.sources.titles import tells_revoked, told_constants

__all__ = [
    "NO_DATA",
    "OpenedSource",
    "SourceFile",
    "continues",
    "header_finder",
    "open_mapped",
    "open_source",
    "shown_parts",
]

_HEAD = 30
_HIDDEN, _NO_FIT = "隐藏的工作表", "表头中没有所需的列"
_CALLED_NO_DATA = "按名称是填写说明，其中却有可读的行"
_NO_LIST = "标题和工作表名都没有说是哪一份名单"
_TAKEN = "标题称取消、撤销资格或未通过，却没有撤销日期：不当作认定名单"
_CANDIDATES = "标题称培育、潜在或另一类企业：不是认定名单"
_OTHER = "标题或工作表名是另一份名单：{}"
_SAY_WHEN = (
    "its title says that a recognition was taken from those listed: give the day as revoked_date "
    "under [columns] or [constants] of a mapping file; if they were recognised after all, name "
    "the sheet or table there as sheet"
)
_SAY_WHICH = (
    "its title says that these are candidates (潜在, 培育) or of another kind: if a list of the "
    "recognised is meant, say which as list under [constants] of a mapping file"
)
NO_DATA = ("说明", "填表说明", "填写说明", "README")
"""Sheets, and files of a folder, that speak of the data and hold none."""


@dataclass(frozen=True)
class SourceFile:
    """A file as received, and how to read it."""

    path: Path
    mapping: Path | None = None
    label: str = ""
    """What the file is called in `source_file` and in lists; by default its name."""
    first: Path | None = None
    """The file that this one continues, without a header of its own."""


@dataclass(frozen=True)
class OpenedSource:
    """A table of a source file (a sheet of a workbook is one), ready to be read."""

    label: str
    rows: FileTable
    """Texts that recur may be Arrow dictionaries."""
    assignment: Assignment
    has_declared_indicators: bool
    passed_over: tuple[tuple[str, str], ...] = ()
    """Sheets or tables of its file that are not read, each with the reason in Chinese."""


def open_source(source: SourceFile, table: Table) -> Iterator[OpenedSource]:
    """Open the tables of a file: one, or each visible sheet of a workbook whose header fits.

    Raises:
        ReliError: the file cannot be read, or has none of the columns that a row needs.
    """
    mapping = load_mapping(source.mapping, table) if source.mapping else ColumnMapping()
    yield from open_mapped(source, table, mapping)


def open_mapped(source: SourceFile, table: Table, mapping: ColumnMapping) -> Iterator[OpenedSource]:
    """As `open_source`, by a mapping that is at hand."""
    label = source.label or source.path.name
    if not source.path.is_file():
        open_table(source.path)
    if source.first is not None:
        yield _continued(source.path, source.first, table, mapping, label)
        return
    reading = _Reading(source.path, table, mapping, label)
    names, hidden = ([mapping.sheet], []) if mapping.sheet else shown_parts(source.path)
    if not names:
        yield reading.only_one()
        return
    opened, problems = reading.all_of(names)
    problems |= {} if mapping.sheet else _of_other_lists(opened, table)
    if not opened:
        told = [f"sheet or table {name!r}: {why}" for name, (_, why) in problems.items()]
        raise Problems(str(source.path), told)
    others = ((name, reason) for name, (reason, _) in problems.items())
    called = () if mapping.sheet else _called_no_data(reading)
    passed_over = (*((each, _HIDDEN) for each in hidden), *called, *others)
    yield from (replace(each, passed_over=passed_over) for each in opened.values())


_Problem = tuple[str, str]
"""Why a sheet or table is not read, in Chinese for the report and in English for a message."""


@dataclass(frozen=True)
class _Reading:
    """How the tables of one file are read."""

    path: Path
    table: Table
    mapping: ColumnMapping
    label: str

    def only_one(self) -> OpenedSource:
        """The table of a file that holds no more than one."""
        found = self.assigned(self.label, self._opened(""), "")
        if problem := self._no_list(found, ""):
            raise Problems(str(self.path), [problem[1]])
        return found

    def all_of(self, names: Sequence[str]) -> tuple[dict[str, OpenedSource], dict[str, _Problem]]:
        """The tables of sheets that can be read, and why the others cannot, by their names."""
        opened: dict[str, OpenedSource] = {}
        problems: dict[str, _Problem] = {}
        for sheet in names:
            label = self.label if len(names) == 1 else f"{self.label}#{sheet}"
            try:
                for further, rows in self._tables_of(sheet):
                    name = sheet + further
                    found = self._tried(label + further, rows, name)
                    (opened if isinstance(found, OpenedSource) else problems)[name] = found  # type: ignore[assignment]
            except InvalidData as error:
                problems[sheet] = (_why_not(str(error)), str(error))
        return opened, problems

    def _tables_of(self, sheet: str) -> Iterator[tuple[str, FileTable]]:
        """The tables of a sheet, which may hold several, and what stands behind its name."""
        rows = self._opened(sheet)
        yield "", rows
        for at, each in enumerate(other_tables(rows), 2):
            yield f"{TABLE_OF_SHEET}{at}", each

    def _opened(self, sheet: str) -> FileTable:
        finder = header_finder(self.table, self.mapping)
        return open_table(self.path, finder, sheet, is_encoded=True)

    def _tried(self, label: str, rows: FileTable, name: str) -> OpenedSource | _Problem:
        try:
            found = self.assigned(label, rows, name)
        except (Problems, InvalidData) as error:
            return _why_not(str(error)), str(error)
        return self._no_list(found, name) or found

    def _no_list(self, found: OpenedSource, name: str) -> _Problem | None:
        """Why a list is none of those recognised, by its title or the sheet's name."""
        if self.table.name != "recognitions":
            return None
        if not self.mapping.sheet and _is_of_revoked(found, name):
            return _TAKEN, _SAY_WHEN
        title = f"{found.rows.title} {name}"
        is_said = {"list"} & {*self.mapping.constants, *self.mapping.columns}
        is_open = not is_said and found.assignment.said_of_all("list")
        is_other = is_open and tells_candidates(self.table.column("list").choices, title)
        return (_CANDIDATES, _SAY_WHICH) if is_other else None

    def assigned(self, label: str, rows: FileTable, sheet: str) -> OpenedSource:
        """A table with its columns assigned to ours."""
        told = _told(self.mapping, self.table, rows, f"{rows.title} {sheet}", self.path)
        mapping = self._by_headings(told.mapping, rows, sheet)
        assignment = assign(self.table, rows.columns, mapping, label, rows.title)
        is_1904 = bool(sheet) and counts_from_1904(self.path)
        assignment = replace(assignment, counts_from_1904=is_1904, otherwise=told.otherwise)
        if self.table.name == "recognitions" or (self.table.name == "enterprises" and sheet):
            above = (*rows.title.split(), sheet, self.path.name.partition(".")[0])
            fixed = self.mapping.constants
            rows, assignment = grouped(rows, assignment, self.table, above, fixed)
        return OpenedSource(label, rows, assignment, _are_declared(self.table, self.mapping))

    def _by_headings(self, mapping: ColumnMapping, rows: FileTable, sheet: str) -> ColumnMapping:
        """With the list of each row left to the headings above it, where nothing else tells it."""
        known = {*mapping.constants, *match_headers(self.table, rows.columns, mapping)}
        if self.table.name != "recognitions" or "list" in known:
            return mapping
        again = rows if isinstance(rows, GridTable) else self._opened(sheet)
        if not names_lists(again, self.table):
            return mapping
        return replace(mapping, constants={**mapping.constants, "list": ""})


def _continued(
    path: Path, first: Path, table: Table, mapping: ColumnMapping, label: str
) -> OpenedSource:
    """A further part of a file that was split, under the header of the first."""
    before = open_table(first, header_finder(table, mapping))
    rows = open_table(path, header=before.header)
    told = _told(mapping, table, before, before.title, path)
    assignment = assign(table, rows.columns, told.mapping, label, before.title)
    assignment = replace(assignment, otherwise=told.otherwise)
    return OpenedSource(label, rows, assignment, _are_declared(table, mapping))


def _are_declared(table: Table, mapping: ColumnMapping) -> bool:
    """Whether it is said which columns of a wide table are values, so that none is tried."""
    return bool(mapping.indicators) or not table.is_wide


def continues(source: SourceFile, first: Path, table: Table) -> bool:
    """Whether a CSV file has no header and as many columns as the first of its source.

    Raises:
        ReliError: one of both cannot be read.
    """
    if format_of(source.path) != "csv" or format_of(first) != "csv":
        return False
    mapping = load_mapping(source.mapping, table) if source.mapping else ColumnMapping()
    finder = header_finder(table, mapping)
    own, before = open_table(source.path, finder), open_table(first, finder)
    is_headless = not finder.known_in(own.header) and not mapping.header_row
    has_header = bool(finder.known_in(before.header))
    return is_headless and has_header and len(own.header) == len(before.header)


def _why_not(problem: str) -> str:
    """Reason of a table that cannot be read: it is another, or nobody says which list it is."""
    lacks_list = "no column for list" in problem and problem.count("no column for") == 1
    return _NO_LIST if lacks_list else _NO_FIT


def _of_other_lists(opened: dict[str, OpenedSource], table: Table) -> dict[str, _Problem]:
    """Takes out tables whose title, or sheet's name, is that of another list than is said of all.

    Where all of them are, whoever said so knows better.
    """
    column = next((each for each in table.columns if each.name == "list"), None)
    if column is None:
        return {}
    others: dict[str, _Problem] = {}
    for name, one in opened.items():
        said = one.assignment.said_of_all("list")
        named = list_told(column.choices, f"{one.rows.title} {name}")
        if said and named and named != said:
            others[name] = (_OTHER.format(column.choices[named][0]), f"it is {named}")
    if len(others) == len(opened):
        return {}
    for name in others:
        del opened[name]
    return others


def _called_no_data(reading: _Reading) -> Iterator[tuple[str, str]]:
    """Sheets that are called as if they spoke of the data, and hold some."""
    called = [each for each in part_names(reading.path) if each in NO_DATA]
    for name, opened in reading.all_of(called)[0].items():
        if any(each.lines for each in opened.rows.rows()):
            yield name, _CALLED_NO_DATA


def _is_of_revoked(opened: OpenedSource, name: str) -> bool:
    """Whether a list's title says that these firms lost a recognition, and no column says when."""
    given = {*opened.assignment.columns, *opened.assignment.constants}
    is_dated = "revoked_date" in given
    return not is_dated and (says_revoked(name) or tells_revoked(opened.rows.title))


def shown_parts(path: Path) -> tuple[list[str], list[str]]:
    """Tables or sheets to be read, and hidden sheets, which are not unless there is no other."""
    names = [each for each in part_names(path) if each not in NO_DATA]
    hidden = hidden_parts(path) if names else []
    shown = [each for each in names if each not in hidden]
    return (shown, [each for each in names if each in hidden]) if shown else (names, [])


def header_finder(table: Table, mapping: ColumnMapping) -> "_HeaderFinder":
    """What finds the header of a table's file among its first rows."""
    return _HeaderFinder(table, mapping)


@dataclass(frozen=True)
class _HeaderFinder:
    """The row that names most of the table's columns, and its other levels; titles stand above."""

    table: Table
    mapping: ColumnMapping

    def __call__(self, rows: Sequence[Sequence[str]]) -> range:
        if self.mapping.header_row:
            last = min(self.mapping.header_row, len(rows))
            return range(last - 1, last)
        scores = [self.known_in(row) for row in rows[:_HEAD]]
        best = max(scores, default=0)
        if best:
            at = self._last_line(rows, scores, scores.index(best))
            return rows_of_header(rows, at)
        return first_row(rows)

    def known_in(self, row: Sequence[str]) -> int:
        """How many of a row's cells are headers of the table."""
        return len({plain(cell) for cell in row if cell} & self._known)

    @cached_property
    def _known(self) -> set[str]:
        known = {plain(each) for column in self.table.columns for each in column.headers}
        known |= {plain(each) for theirs in self.mapping.columns.values() for each in theirs}
        return known | {plain(each) for each in self.mapping.indicators}

    @staticmethod
    def _last_line(rows: Sequence[Sequence[str]], scores: Sequence[int], at: int) -> int:
        """Of a header over several rows, whose cells are merged downwards in part, the last."""
        while at + 1 < len(scores) and scores[at + 1] == scores[at]:
            pairs = zip(rows[at], rows[at + 1], strict=False)
            if not any(above and above == below for above, below in pairs):
                break
            at += 1
        return at


@dataclass(frozen=True)
class _Told:
    """A mapping, with what a title, a sheet's or the file's name says of all rows."""

    mapping: ColumnMapping
    otherwise: Mapping[str, str]
    """The list that they name, for cells of its own column in which nothing stands."""


def _told(mapping: ColumnMapping, table: Table, rows: FileTable, title: str, path: Path) -> _Told:
    said = {*mapping.constants, *mapping.columns}
    given = {*said, *match_headers(table, rows.columns, mapping)}
    without = given - {"list"} | said
    found = {
        **_told_by_name(table, path, without),
        **told_constants(table, title, without),
        **_list_of_name(table, path),
    }
    constants = {name: each for name, each in found.items() if name not in given}
    otherwise = {name: each for name, each in found.items() if name in given - said}
    return _Told(replace(mapping, constants={**constants, **mapping.constants}), otherwise)


_TIMES = frozenset(("batch", "notice_date", "valid_from"))


def _told_by_name(table: Table, path: Path, given: Collection[str]) -> dict[str, str]:
    """What a file's name says (2023年瞪羚企业名单.xlsx), where title and columns do not.

    A file may be called after the year in which it was made: with days of its own it needs none.
    """
    if tells_revoked(path.stem):
        return {}
    told = told_constants(table, path.stem, given)
    if not _TIMES.isdisjoint(given):
        told.pop("batch", None)
    return told


def _list_of_name(table: Table, path: Path) -> dict[str, str]:
    """A file called `high_tech_2023.csv` or `高新技术企业.xlsx` says which list it is."""
    column = next((each for each in table.columns if each.name == "list"), None)
    stem = re.sub(r"[\d年度_\-. ]+$", "", path.name.split(".")[0])
    spelt = column.choices.items() if column else ()
    named = next((ours for ours, theirs in spelt if stem in (ours, *theirs)), "")
    return {"list": named} if named else {}
