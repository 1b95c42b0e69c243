"""A list whose rows stand in groups, below headings that name their region."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import pyarrow as pa

from reli.sources.canonical import Table as Canonical
from reli.sources.cells import plain_batch
from reli.sources.headings import Headings, is_bare_number
from reli.sources.lines import Rows, Table
from reli.sources.list_names import Choices
from reli.sources.mapping import NOTHING_ASSIGNED, TOLD_ABOVE, Assignment
from reli.sources.sheets import GridTable
from reli.sources.times import time_told

__all__ = ["HEADING", "LISTED", "grouped", "names_lists"]

HEADING = f"{TOLD_ABOVE}heading"
"""Column of the words of headings, in their rows."""
REGION = f"{TOLD_ABOVE}region"
"""Column of the region that the headings above a row name."""
BATCH = f"{TOLD_ABOVE}batch"
"""Column of the batch that they tell."""
LISTED = f"{TOLD_ABOVE}list"
"""Column of the list that they name."""
REFUSED = f"{TOLD_ABOVE}refused"
"""Column of why the heading above a row says that these firms have no recognition."""
_BY_HEADINGS = {"batch": BATCH, "list": LISTED}
_TAKES = ("issuer_region", "address", "city")
"""Columns of ours that may tell a region, the first that the file does not have."""
_TELLS_PLACE = ("issuer_region", "province", "city", "county")


def grouped(
    rows: Table,
    assignment: Assignment,
    table: Canonical,
    above: tuple[str, ...],
    fixed: Mapping[str, str],
) -> tuple[Table, Assignment]:
    """A table whose headings within are known as such, with the region, batch or list they tell.

    Args:
        rows: of a list, or of a register in a sheet or document.
        assignment: of its columns.
        table: the canonical table.
        above: what is said of all rows, which may be a place: a title, the sheet's name.
        fixed: what a mapping says of all rows.
    """
    names = {column.name for column in table.columns}
    given = {*assignment.columns, *assignment.constants}
    takes = next((name for name in _TAKES if name in names and name not in given), "")
    more = {takes: (REGION,)} if takes and given.isdisjoint(_TELLS_PLACE) else {}
    of_all = assignment.said_of_all("batch")
    headings = Headings(_lists_of_headings(table, assignment))
    for name, column in _BY_HEADINGS.items():
        if name in names and name not in assignment.columns and name not in fixed:
            assignment = _by_headings(assignment, name, column)
    for text in above:
        headings.begin(text)
    told = next(iter(assignment.columns.get("issuer_region", ())), "")
    names_of = next(iter(assignment.columns.get("name", ())), "")
    carried = (told, names_of) if _stands_once(rows, told) else ("", "")
    return (
        _Grouped(rows, headings, time_told(of_all)[0], carried, fixed.get("list", "")),
        replace(
            assignment, columns={**assignment.columns, **more}, heading=HEADING, refused=REFUSED
        ),
    )


def _lists_of_headings(table: Canonical, assignment: Assignment) -> Choices:
    """Lists that headings may name: none where the rows say it themselves."""
    is_told = table.name != "recognitions" or "list" in assignment.columns
    return {} if is_told else table.column("list").choices


def _by_headings(assignment: Assignment, name: str, column: str) -> Assignment:
    """Batches and lists are those of the headings above the rows, else what is said of all."""
    of_all = assignment.constants.get(name)
    constants = {ours: each for ours, each in assignment.constants.items() if ours != name}
    otherwise = {**assignment.otherwise, **({name: of_all} if of_all else {})}
    columns = {**assignment.columns, name: (column,)}
    return replace(assignment, columns=columns, constants=constants, otherwise=otherwise)


def names_lists(rows: Table, table: Canonical) -> bool:
    """Whether headings among the rows of a table name lists.

    Args:
        rows: read to the first of them.
        table: the canonical table.
    """
    headings = Headings(_lists_of_headings(table, NOTHING_ASSIGNED))
    for text in rows.title.split():
        headings.begin(text)
    alone = (_alone(each.batch).drop_nulls() for each in rows.rows())
    return any(headings.is_heading(text) and headings.listed[0] for each in alone for text in each)


def _stands_once(rows: Table, column: str) -> bool:
    """Whether a region is printed in the first row of its group alone, as in merged cells.

    Then the first row has one, none stands twice, and groups have two rows or more for the most
    part; where some regions are missing (of 中央企业, say), others recur or stand in most rows.
    """
    if not column or not isinstance(rows, GridTable):
        return False
    cells = rows.column(column)
    filled = list(filter(None, cells))
    is_first = bool(cells) and bool(cells[0])
    return is_first and len(filled) == len(set(filled)) and _FEWEST * len(filled) <= len(cells)


_FEWEST = 2


class _Grouped:
    """The rows of a table, with the columns more that headings tell."""

    def __init__(
        self, table: Table, headings: Headings, year: str, carried: tuple[str, str], of_one: str
    ) -> None:
        """Take a table.

        Args:
            table: to be read.
            headings: what is said above all of it.
            year: of batches that tell none.
            carried: column whose cells hold for the empty ones below, and that of the names.
            of_one: the list that all rows are said to be of; those of another are none of it.
        """
        self.name, self.title, self.header = table.name, table.title, table.header
        self.columns, self.rejected = table.columns, table.rejected
        more = [pa.field(name, pa.string()) for name in (HEADING, *_TOLD)]
        self.schema = pa.schema([*table.schema, *more])
        self._table, self._headings = table, headings
        (self._carried, self._names), self._last = carried, ""
        self._year, self._of_one = year, of_one

    def rows(self) -> Iterator[Rows]:
        """The rows in their order."""
        for rows in self._table.rows():
            yield Rows(self._with_headings(rows.batch), rows.lines)

    def _carry(self, batch: pa.RecordBatch, headings: Sequence[int]) -> pa.RecordBatch:
        """The batch with the region above in the empty cells of rows that are no headings."""
        cells = pl.Series(batch[self._carried]).str.strip_chars().replace("", None)
        filled = cells.fill_null(strategy="forward").fill_null(self._last)
        self._last = filled[-1] or ""
        is_heading = pl.repeat(False, len(cells), eager=True).scatter(headings, True)
        is_own = cells.is_not_null() | is_heading | self._is_central(batch)
        cells = cells.zip_with(is_own, filled)
        at = batch.schema.get_field_index(self._carried)
        return batch.set_column(at, batch.schema.field(at), pa.array(cells.to_list(), pa.string()))

    def _is_central(self, batch: pa.RecordBatch) -> pl.Series:
        """Whether rows name firms of the centre, which stand behind the last region without one."""
        if not self._names:
            return pl.repeat(False, batch.num_rows, eager=True)
        return pl.Series(batch[self._names]).str.contains(_CENTRAL).fill_null(False)

    def _with_headings(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        height, alone = batch.num_rows, _alone(batch)
        found: dict[int, str] = {}
        starts, told = [0], [self._told()]
        for at in alone.is_not_null().arg_true().to_list():
            if self._headings.is_heading(alone[at]):
                found[at] = alone[at]
                starts.append(at)
                told.append(self._told())
        if self._carried:
            batch = self._carry(batch, list(found))
        group = np.repeat(np.arange(len(starts)), np.diff([*starts, height]))
        more = [pl.Series(each, dtype=pl.String).gather(group) for each in zip(*told, strict=True)]
        words = pl.Series([None], dtype=pl.String).new_from_index(0, height)
        words = words.scatter(list(found), list(found.values()))
        told_of = [each.to_arrow(compat_level=_OLDEST).cast(pa.string()) for each in (words, *more)]
        return pa.RecordBatch.from_arrays([*batch.columns, *told_of], schema=self.schema)

    def _told(self) -> tuple[str | None, ...]:
        """What the headings say of the rows that follow, in the order of `_TOLD`."""
        year, batch = self._headings.time
        year = year or (self._year if batch else "")
        time = (f"{year}年" if year else "") + batch
        listed, said = self._headings.listed
        is_of_another = self._of_one and listed not in ("", self._of_one)
        refused = self._headings.refused or (f"小标题是另一份名单：{said}" if is_of_another else "")
        told = (self._headings.region, refused, time, listed)
        return tuple(each or None for each in told)


_TOLD = (REGION, REFUSED, BATCH, LISTED)


def _alone(batch: pa.RecordBatch) -> pl.Series:
    """What stands alone in a row, or merged across it, beside a number at most; else null."""
    # Columns of databases may be of any type.
    frame = pl.DataFrame(pa.Table.from_batches([plain_batch(batch)]))
    cells = frame.select(pl.all().cast(pl.String).str.strip_chars().replace("", None))
    first = pl.coalesce(pl.all())
    # Nearly all rows have several texts, of which the last is not the first.
    differ = pl.any_horizontal(pl.all() != first)
    rare = cells.with_columns(_differ=differ, _first=first).with_row_index("_at")
    plain = rare.filter(~pl.col("_differ").fill_null(False))
    told = dict(plain.select("_at", "_first").iter_rows())
    numbered = rare.filter(pl.col("_differ") & pl.col("_first").str.contains(_MAY_NUMBER))
    for row in numbered.drop("_differ", "_first").iter_rows():
        texts = list(dict.fromkeys(filter(None, row[1:])))
        if len(texts) == _NUMBER_AND_WORDS and is_bare_number(texts[0]):
            told[row[0]] = f"{texts[0].rstrip(_STOPS)}、{texts[1]}"
    alone = pl.Series([None], dtype=pl.String).new_from_index(0, batch.num_rows)
    return alone.scatter(list(told), list(told.values()))


_CENTRAL = "^(?:中国|中央|国家)"
_OLDEST = pl.CompatLevel.oldest()
_MAY_NUMBER = "^[(（]?[一二三四五六七八九十]"
_NUMBER_AND_WORDS = 2
_STOPS = "、.．:： "
