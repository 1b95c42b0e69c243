"""One batch of a file's rows made canonical: a pure function, run in threads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import cast

import polars as pl
import pyarrow as pa

from reli.sources.canonical import Column, Table
from reli.sources.cells import plain_batch
from reli.sources.distinct import Distinct, distinct
from reli.sources.lines import LINE, Rows
from reli.sources.mapping import Assignment
from reli.sources.values import (
    READERS,
    Spelling,
    Tidied,
    choice_answers,
    is_person,
    read_tidied,
    tidied,
)

__all__ = ["CleanBatch", "Cleaner"]

_INDICATOR, _VALUE = "indicator", "value"
_NO_NAMES = ("choice", "division_code")
"""Kinds of columns in which short words are none of persons."""
_MEASURES = ("date", "money", "integer")
"""Kinds of columns in which most words cannot be read."""
_NO_TEXT = pl.lit(None, pl.String)
_LONGEST_VALUE = 200
_NOTES = (
    r"^(?:合计|总计|小计|共计|累计)[:\d,.家户个]*$"
    "|^(?:附?注|备注|说明|填表人|制表人?|审核人?|资料来源|数据来源|来源):|^本表|^以上(?:数据|名单|企业)"
)
_NUMBER = r"^[\d,.]+[家户个]?$"
"""Beside the word 合计, in the column of names."""
_SIGNED = "^((?:填表|制表|审核)人?):.*$"
"""Below a table somebody signs, who is named nowhere."""
_TELEPHONE = r"(电话|手机|联系方式)\D*[\d\- ]+"
_HEADING = r"^(?:[一二三四五六七八九十百]+、|\([一二三四五六七八九十]+\))|\(共?\d+[家户个项]\)$"
"""一、浙江省(12家): above the rows of a group."""


@dataclass(frozen=True)
class CleanBatch:
    """What became of a batch: its rows are either clean or rejected."""

    cells: Mapping[str, Distinct]
    """Values of the clean rows by the table's columns."""
    lines: pl.Series
    """Theirs."""
    doubtful: pl.DataFrame
    """line, column, value, reason: cells that are missing now, or kept though damaged."""
    rejected: pl.DataFrame
    """line, column, value, reason: rows that say nothing."""

    @property
    def written(self) -> int:
        """Rows that are clean."""
        return len(self.lines)

    @property
    def read(self) -> int:
        """Rows that went in."""
        return self.written + self.rejected.height


@dataclass(frozen=True)
class _Cells:
    """A column: its tidy texts, its values and what is doubtful of them."""

    told: Distinct
    read: Distinct
    why: Distinct

    @property
    def texts(self) -> pl.Series:
        """Row for row; few are asked for."""
        return self.told.rows

    @property
    def doubts(self) -> pl.Series:
        """Row for row; few are asked for."""
        return self.why.rows

    def at(self, rows: pl.Series) -> "_Cells":
        """Those of some rows."""
        return _Cells(self.told.at(rows), self.read.at(rows), self.why.at(rows))

    @property
    def is_doubtful(self) -> bool:
        """Whether anything may be."""
        return self.why.texts.null_count() < len(self.why.texts)


@dataclass(frozen=True)
class Cleaner:
    """How the rows of one file become rows of a canonical table."""

    table: Table
    assignment: Assignment

    def __call__(self, rows: Rows) -> CleanBatch:
        """Read every cell; a bad cell is a missing value and a note, a useless row is rejected."""
        theirs = self._theirs(rows)
        cells = {column.name: self._cells(column, theirs) for column in self.table.columns}
        lines = pl.Series(LINE, theirs[LINE])
        # Few rows may be at fault: only they are looked at closely.
        suspects = self._suspects(cells)
        fault = self._fault({name: cells[name].at(suspects) for name in self._telling})
        is_faulty = fault["reason"].is_not_null()
        is_kept = pl.repeat(True, len(lines), eager=True)
        is_kept = is_kept.scatter(suspects.filter(is_faulty), False)
        noted = [
            _notes(lines, each, ~is_kept, self.table.column(name).name_zh)
            for name, each in cells.items()
            if each.is_doubtful
        ]
        clean = {name: each.read for name, each in cells.items()}
        if is_faulty.any():
            kept = is_kept.arg_true()
            clean = {name: each.at(kept) for name, each in clean.items()}
        return CleanBatch(
            cells=clean,
            lines=lines.filter(is_kept),
            doubtful=pl.concat([_NO_NOTES, *noted]).sort("line", maintain_order=True),
            rejected=_rejected(lines.gather(suspects), fault),
        )

    def _suspects(self, cells: Mapping[str, _Cells]) -> pl.Series:
        """Rows that may be at fault: that lack something, or have no code, or a header's word."""
        lacking = [pl.all_horizontal(~pl.col(name) for name in group) for group in self.table.needs]
        if "credit_code" in cells:
            lacking.append(~pl.col("credit_code"))
        needed = {*chain.from_iterable(self.table.needs), "credit_code"} & cells.keys()
        there = pl.DataFrame({name: cells[name].read.is_filled for name in needed})
        may_be = there.select(pl.any_horizontal(lacking)).to_series()
        for name in self.table.legible:
            may_be = may_be | cells[name].doubts.is_not_null()
        said = cells[self._key].texts.is_in(list(self.table.column(self._key).headers))
        return (may_be | said.fill_null(False)).arg_true()

    @property
    def _key(self) -> str:
        """The column that says whom a row is about."""
        names = [column.name for column in self.table.columns]
        return "name" if "name" in names else self.table.needs[0][0]

    def _theirs(self, rows: Rows) -> "_Theirs":
        """What the file says, as far as it is ours; one row a fact."""
        mine = {name for names in self.assignment.columns.values() for name in names}
        mine |= set(self.assignment.indicators)
        kept = [name for name in rows.batch.schema.names if name in mine]
        batch = plain_batch(rows.batch.select(kept)).append_column(LINE, rows.lines)
        if self.assignment.indicators:
            return self._unpivot(batch)
        return dict(zip(batch.schema.names, batch.columns, strict=True))

    def _unpivot(self, batch: pa.RecordBatch) -> "_Theirs":
        """A row an indicator, in the order of the rows and, within, of the columns."""
        names = self.assignment.indicators
        wide = cast("pl.DataFrame", pl.from_arrow(pa.Table.from_batches([batch])))
        kept = [name for name in wide.columns if name not in names]
        long = wide.with_columns(pl.col(list(names)).cast(pl.String)).unpivot(
            on=list(names), index=kept, variable_name=_INDICATOR, value_name=_VALUE
        )
        named = pl.col(_INDICATOR).replace_strict(dict(names), return_dtype=pl.String)
        long = long.with_columns(named).sort(LINE, maintain_order=True)
        return {each.name: each.to_arrow(compat_level=_OLDEST) for each in long}

    def _cells(self, column: Column, theirs: "_Theirs") -> _Cells:
        """A column's tidy text, its values and what is doubtful of them."""
        told, height = self._told(column, theirs), len(theirs[LINE])
        if told.texts.null_count() == len(told.texts):
            nothing = Distinct(_nothing(height, pl.String()))
            return _Cells(nothing, Distinct(_nothing(height, _polars(column))), nothing)
        read = read_tidied(Tidied(told.texts, told.odd), column, self._spelling(column))
        values = read.values.cast(_polars(column)).rename(column.name)
        return _Cells(told, Distinct(values, told.places), Distinct(read.doubts, told.places))

    def _told(self, column: Column, theirs: "_Theirs") -> Distinct:
        """What the file says of a column: a constant, or the first of its columns with a value."""
        height = len(theirs[LINE])
        if column.name in self.assignment.constants:
            constant = pl.Series([self.assignment.constants[column.name]])
            return Distinct(constant, pl.zeros(height, pl.UInt32, eager=True))
        is_melted = bool(self.assignment.indicators) and column.name in (_INDICATOR, _VALUE)
        sources = (column.name,) if is_melted else self.assignment.columns.get(column.name, ())
        told = [self._tidied(theirs[name], column) for name in sources]
        if not told:
            return Distinct(_nothing(height, pl.String()))
        if column.kind == "division_code" and column.choices:
            return self._within(told[0], theirs)
        if len(told) == 1:
            return told[0]
        if column.is_earliest:
            return Distinct(_earliest(told))
        texts = [each.rows for each in told]
        first = pl.select(pl.coalesce(texts)).to_series()
        return distinct(first.to_arrow(compat_level=_OLDEST), column.kind)

    def _within(self, places: Distinct, theirs: "_Theirs") -> Distinct:
        """Places that are named, with the names of the city and province that stand beside."""
        texts = places.rows
        for above in ("city", "province"):
            for name in self.assignment.columns.get(above, ())[:1]:
                said = self._tidied(theirs[name], self.table.column(above))
                told = said.rows.str.replace("^(市辖区|县)$", "").fill_null("")
                frame = pl.DataFrame({"place": texts, "above": told})
                is_bare = pl.col("place").str.contains(r"^\p{Han}") & ~pl.col(
                    "place"
                ).str.starts_with(pl.col("above"))
                whole = pl.when(is_bare).then(pl.col("above") + pl.col("place"))
                texts = frame.select(whole.otherwise("place").alias("place")).to_series()
        return Distinct(texts)

    def _tidied(self, theirs: pa.Array, column: Column) -> Distinct:
        said = distinct(theirs, column.kind)
        answers = choice_answers(column, self._spelling(column))
        cells = tidied(said.texts, column.kind, answers)
        return replace(said, texts=cells.texts, odd=cells.odd)

    def _spelling(self, column: Column) -> Spelling:
        return Spelling(
            self.assignment.units.get(column.name), self.assignment.values.get(column.name)
        )

    def _fault(self, cells: Mapping[str, _Cells]) -> pl.DataFrame:
        """column, value and reason of each row that is rejected; reason null where it is not."""
        columns = {name: each.read.rows for name, each in cells.items()}
        columns |= {f"said {name}": cells[name].texts for name in self._spoken_of()}
        columns |= {f"why {name}": each.doubts for name, each in cells.items()}
        if "credit_code" in cells:
            columns["shifted"] = self._shifted(cells, len(columns["credit_code"]))
        return pl.DataFrame(columns).select(fault=self._told_fault).unnest("fault")

    @cached_property
    def _told_fault(self) -> pl.Expr:
        """What is said of a row, by its cells; the same for all batches."""
        found = pl.struct(column=_NO_TEXT, value=_NO_TEXT, reason=_NO_TEXT)
        for name in self.table.legible:
            found = (
                pl.when(pl.col(f"why {name}").is_not_null())
                .then(self._lacking((name,)))
                .otherwise(found)
            )
        for group in reversed(self.table.needs):
            lacks = pl.all_horizontal(pl.col(name).is_null() for name in group)
            found = pl.when(lacks).then(self._lacking(group)).otherwise(found)
        if "credit_code" not in self._spoken_of():
            return self._no_fact(found)
        moved = pl.struct(
            column=_NO_TEXT,
            value=self._identity(),
            reason=pl.lit("列错位：多列内容与表头不符"),
        )
        return self._no_fact(pl.when("shifted").then(moved).otherwise(found))

    @cached_property
    def _telling(self) -> list[str]:
        """Columns that tell whether a row is rejected."""
        spoken = self._spoken_of()
        kinds = {column.name: column.kind for column in self.table.columns}
        return [name for name, kind in kinds.items() if name in spoken or kind in _MEASURES]

    def _spoken_of(self) -> list[str]:
        """Columns whose texts tell whether a row is rejected, and say which it was."""
        names = {name for group in self.table.needs for name in group} | set(self.table.legible)
        names |= {"name", "credit_code", "issuer_region"}
        return [column.name for column in self.table.columns if column.name in names]

    def _no_fact(self, found: pl.Expr) -> pl.Expr:
        """Totals and notes below a table, and its header once more, name nobody."""
        names, key = [column.name for column in self.table.columns], self._key
        said = pl.col(f"said {key}")
        reasons = {"重复的表头": said.is_in(list(self.table.column(key).headers))}
        if "credit_code" in names and key == "name":
            is_bare = pl.col("said credit_code").is_null()
            is_heading = said.str.contains(_HEADING)
            if "issuer_region" in names:
                # Merged across the table, it stands in every column.
                is_heading = is_heading | (said == pl.col("said issuer_region"))
            reasons["小标题，不是企业"] = is_heading & is_bare
            told = pl.col("said credit_code")
            is_noted = told.str.contains(_NOTES).fill_null(False)
            is_note = said.str.contains(f"{_NOTES}|{_NUMBER}") & is_bare
            reasons["合计或附注行，不是企业"] = is_note | is_noted
            said = pl.when(is_noted).then(told).otherwise(said).str.replace(_SIGNED, "${1}")
        for reason, is_so in reasons.items():
            what = pl.struct(
                column=pl.lit(self.table.column(key).name_zh), value=said, reason=pl.lit(reason)
            )
            found = pl.when(is_so.fill_null(False)).then(what).otherwise(found)
        return found

    def _lacking(self, group: Sequence[str]) -> pl.Expr:
        """What is said of a row that lacks all of a group: there is no cell, or none legible."""
        names = "、".join(self.table.column(name).name_zh for name in group)
        word = "缺少" if len(group) == 1 else "全部缺少："
        cells = self._shown(group)
        is_empty = cells == ""
        why = pl.coalesce(f"why {name}" for name in group)
        illegible = pl.format("{}无法识别：{}", pl.lit(names), why)
        return pl.struct(
            column=pl.lit(names),
            value=pl.when(is_empty).then(self._identity()).otherwise(cells),
            reason=pl.when(why.is_null()).then(pl.lit(f"{word}{names}")).otherwise(illegible),
        )

    def _identity(self) -> pl.Expr:
        """What tells a row from others: the cells that it needs first."""
        return self._shown(self.table.needs[0])

    def _shown(self, names: Sequence[str]) -> pl.Expr:
        """Cells as the file has them, but texts that look like a person's name."""
        # Where cells have moved, one may stand where an enterprise's name should.
        cells = [
            pl.when((self.table.column(name).kind in _NO_NAMES) | ~is_person(cell)).then(cell)
            for name in names
            for cell in [pl.col(f"said {name}").str.replace_all(_TELEPHONE, "${1}")]
        ]
        return pl.concat_str(cells, separator=" ", ignore_nulls=True)

    def _shifted(self, cells: Mapping[str, _Cells], height: int) -> pl.Series:
        """Rows whose code is no code while a date or an amount is none either.

        A slip spoils one cell; cells that have moved into their neighbours' columns spoil several.
        """
        measures = [column.name for column in self.table.columns if column.kind in _MEASURES]
        others = [cells[name] for name in measures]
        others = [each for each in others if each.doubts.is_not_null().any()]
        none = pl.Series([False]).new_from_index(0, height)
        if not others:
            return none
        several = none
        for other in others:
            several = several | other.doubts.is_not_null()
        code = cells["credit_code"]
        # Letters of words where a code should be: no slip of a digit.
        is_text = code.doubts.is_not_null() & code.texts.str.contains(r"\p{Han}|\ufffd").fill_null(
            False
        )
        # A credit code stands in a column of dates, amounts or counts.
        is_elsewhere = none
        for other in others:
            is_elsewhere = is_elsewhere | other.texts.str.contains("^[0-9A-Z]{18}$").fill_null(
                False
            )
        return (is_text & several) | (code.texts.is_null() & several & is_elsewhere)


_Theirs = Mapping[str, pa.Array]
"""Columns of a file by their names, and the line of each row."""
_OLDEST = pl.CompatLevel.oldest()


def _rejected(lines: pl.Series, fault: pl.DataFrame) -> pl.DataFrame:
    rows = pl.concat([lines.alias("line").to_frame(), fault], how="horizontal")
    rows = rows.filter(pl.col("reason").is_not_null())
    return rows.with_columns(
        pl.col("column").fill_null(""), pl.col("value").str.slice(0, _LONGEST_VALUE)
    )


def _nothing(height: int, kind: pl.DataType) -> pl.Series:
    return pl.Series([None], dtype=kind).new_from_index(0, height)


def _polars(column: Column) -> pl.DataType:
    kinds: dict[str, pl.DataType] = {
        "date": pl.Date(),
        "money": pl.Float64(),
        "number": pl.Float64(),
        "integer": pl.Int32(),
        "flag": pl.Boolean(),
    }
    return kinds.get(column.kind, pl.String())


def _earliest(told: Sequence[Distinct]) -> pl.Series:
    """Of several spelt dates the earliest, spelt as found."""
    column = Column(name="", kind="date", name_zh="", definition="")
    texts = [each.rows for each in told]
    dates = [each.spread(READERS["date"](each.texts, column, Spelling()).values) for each in told]
    best_text, best = texts[0], dates[0]
    for text, day in zip(texts[1:], dates[1:], strict=True):
        is_better = (day < best).fill_null(False) | (best.is_null() & day.is_not_null())
        is_better = is_better | (best_text.is_null() & text.is_not_null())
        best_text, best = text.zip_with(is_better, best_text), day.zip_with(is_better, best)
    return best_text


_NO_NOTES = pl.DataFrame(
    schema={"line": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}
)


def _notes(lines: pl.Series, cells: _Cells, is_rejected: pl.Series, said: str) -> pl.DataFrame:
    """What is doubtful of a column's cells in the rows that are kept."""
    doubts = cells.doubts
    rows = (doubts.is_not_null() & ~is_rejected).arg_true()
    return pl.DataFrame(
        {
            "line": lines.gather(rows),
            "column": pl.repeat(said, len(rows), dtype=pl.String, eager=True),
            "value": cells.texts.gather(rows).str.slice(0, _LONGEST_VALUE),
            "reason": doubts.gather(rows),
        }
    )
