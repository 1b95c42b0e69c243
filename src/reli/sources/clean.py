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
from reli.sources.choices import choice_answers
from reli.sources.distinct import Distinct, distinct
from reli.sources.lines import LINE, Rows
from reli.sources.mapping import Assignment
from reli.sources.money import is_foreign
from reli.sources.readers import Spelling
from reli.sources.values import READERS, Tidied, is_person, read_tidied, tidied, tidy

__all__ = ["CleanBatch", "Cleaner"]

_VALUE = "value"
_NO_NAMES = ("choice", "division_code")
"""Kinds of columns in which short words are none of persons."""
_MEASURES = ("date", "money", "integer")
"""Kinds of columns in which most words cannot be read."""
_NO_TEXT = pl.lit(None, pl.String)
_LONGEST_VALUE = 200
_NOTES = (
    r"^(?:合计|总计|小计|共计|累计|总数)[:\d,.家户个]*$|^共(?:计|有|导出)?[\d,]+[家户个条项件页]"
    "|^(?:附?注|备注|说明|填表人|制表人?|审核人?|资料来源|数据来源|来源):|^本表|^以上(?:数据|名单|企业)"
    r"|^第\d+页|^\d{4}年\d{1,2}月\d{1,2}日$|^\((?:此件|以上|完)"
    r"|^(?:[带标]?有?[“\"'][^”\"']{1,2}[”\"']号?的?)?(?:为|表示|系)(?:复核|新增|更名|重新|整体|国家级|省级)"
)
_REFUSED = (
    "不合格|[不未]予?(?:通过|认定|推荐|达标|入选)|撤销|取消|否决|淘汰|放弃|未参加|未申请|不再"
    "|^(?:否|×|n|no|0)$"
)
"""Results of a review by which a firm is none of the list."""
_NUMBER = r"^[\d,.]+[家户个]?$"
"""Beside the word 合计, in the column of names."""
_AUTHORITY = (
    "(?:省|市|区|县|州|盟|旗|国|中央)[^公司]{0,20}"
    "(?:厅|局|委员会|办公室|人民政府|工业和信息化部|科学技术部)$"
)
"""Who published a list stands below it, with nothing beside."""
_SIGNED = "^((?:填表|制表|审核)人?):.*$"
"""Below a table somebody signs, who is named nowhere."""
_TELEPHONE = r"(电话|手机|联系方式)\D*[\d\- ]+"
_IDENTITY = r"^[1-6]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]$"
"""The number of a person's identity card."""
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
        told = {"outcome": self._outcomes(theirs, cells), "heading": self._headings(theirs)}
        # Few rows may be at fault: only they are looked at closely.
        may_be = self._may_be_at_fault(cells)
        suspects = (
            may_be | told["outcome"].is_not_null() | told["heading"].is_not_null()
        ).arg_true()
        fault = self._fault(
            {name: each.at(suspects) for name, each in cells.items()},
            {name: each.gather(suspects) for name, each in told.items()},
        )
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

    def _may_be_at_fault(self, cells: Mapping[str, _Cells]) -> pl.Series:
        """Rows that lack something, have no code, or a word of headers or totals."""
        lacking = [pl.all_horizontal(~pl.col(name) for name in group) for group in self.table.needs]
        if "credit_code" in cells:
            lacking.append(~pl.col("credit_code"))
        needed = {*chain.from_iterable(self.table.needs), "credit_code"} & cells.keys()
        there = pl.DataFrame({name: cells[name].read.is_filled for name in needed})
        may_be = there.select(pl.any_horizontal(lacking)).to_series()
        for name in self.table.legible:
            may_be = may_be | cells[name].doubts.is_not_null()
        for name in self.table.needs[0]:
            may_be = may_be | cells[name].texts.is_in(self._words_of_no_fact(name)).fill_null(False)
        return may_be

    def _words_of_no_fact(self, name: str) -> list[str]:
        """The header once more, and words of totals."""
        return [*self.table.column(name).headers, "合计", "总计", "小计", "共计"]

    @property
    def _key(self) -> str:
        """The column that says whom a row is about."""
        names = [column.name for column in self.table.columns]
        return "name" if "name" in names else self.table.needs[0][0]

    def _theirs(self, rows: Rows) -> "_Theirs":
        """What the file says, as far as it is ours; one row a fact."""
        mine = {name for names in self.assignment.columns.values() for name in names}
        mine |= {*self.assignment.indicators, *self.assignment.currencies.values()}
        mine |= {self.assignment.outcome, self.assignment.heading} - {""}
        kept = [name for name in rows.batch.schema.names if name in mine]
        batch = plain_batch(rows.batch.select(kept)).append_column(LINE, rows.lines)
        if self.assignment.indicators:
            return self._unpivot(batch)
        return dict(zip(batch.schema.names, batch.columns, strict=True))

    def _unpivot(self, batch: pa.RecordBatch) -> "_Theirs":
        """A row an indicator, in the order of the rows and, within, of the columns."""
        names, melted = self.assignment.indicators, self.assignment.melted
        wide = cast("pl.DataFrame", pl.from_arrow(pa.Table.from_batches([batch])))
        kept = [name for name in wide.columns if name not in names]
        long = wide.with_columns(pl.col(list(names)).cast(pl.String)).unpivot(
            on=list(names), index=kept, variable_name=melted, value_name=_VALUE
        )
        named = pl.col(melted).replace_strict(dict(names), return_dtype=pl.String)
        long = long.with_columns(named).sort(LINE, maintain_order=True)
        return {each.name: each.to_arrow(compat_level=_OLDEST) for each in long}

    def _cells(self, column: Column, theirs: "_Theirs") -> _Cells:
        """A column's tidy text, its values and what is doubtful of them."""
        told, height = self._told(column, theirs), len(theirs[LINE])
        if told.texts.null_count() == len(told.texts):
            nothing = Distinct(_nothing(height, pl.String()))
            return _Cells(nothing, Distinct(_nothing(height, _polars(column))), nothing)
        read = read_tidied(Tidied(told.texts, told.odd), column, self._spelling(column))
        if column.tells_state:
            read = replace(read, doubts=read.doubts.set(self._is_state(told.texts, column), None))
        values = read.values.cast(_polars(column)).rename(column.name)
        return _Cells(told, Distinct(values, told.places), Distinct(read.doubts, told.places))

    def _told(self, column: Column, theirs: "_Theirs") -> Distinct:
        """What the file says of a column: a constant, or the first of its columns with a value."""
        height = len(theirs[LINE])
        if column.name in self.assignment.constants:
            constant = pl.Series([self.assignment.constants[column.name]])
            return Distinct(constant, pl.zeros(height, pl.UInt32, eager=True))
        is_melted = bool(self.assignment.indicators) and column.name in (
            self.assignment.melted,
            _VALUE,
        )
        sources = (column.name,) if is_melted else self.assignment.columns.get(column.name, ())
        told = [self._tidied(theirs[name], column) for name in sources]
        told += [self._states_of(each, theirs) for each in self._telling_state(column)]
        if not told:
            return Distinct(_nothing(height, pl.String()))
        if column.kind == "division_code" and column.choices:
            return self._within(told[0], theirs)
        if column.name in self.assignment.currencies:
            return self._in_currency(told[0], theirs[self.assignment.currencies[column.name]])
        return told[0] if len(told) == 1 else self._first_of(column, told)

    def _first_of(self, column: Column, told: Sequence[Distinct]) -> Distinct:
        """Of several columns the first that has a value; of days of an end the earliest."""
        if column.is_earliest:
            return Distinct(_earliest(told, self._spelling(column)))
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

    def _telling_state(self, column: Column) -> list[Column]:
        """Columns of the file in which answers of this one may stand."""
        return [
            each
            for each in self.table.columns
            if each.tells_state == column.name
            and (each.name in self.assignment.columns or self.assignment.indicators)
        ]

    def _states_of(self, column: Column, theirs: "_Theirs") -> Distinct:
        said = self._told(column, theirs)
        return replace(said, texts=said.texts.set(~self._is_state(said.texts, column), None))

    def _is_state(self, texts: pl.Series, column: Column) -> pl.Series:
        states = self.table.column(column.tells_state).choices.values()
        return texts.is_in(list(chain.from_iterable(states))).fill_null(False)

    @staticmethod
    def _in_currency(amounts: Distinct, currency: pa.Array) -> Distinct:
        """Amounts, behind those in foreign money its name, which stands in a column of its own."""
        frame = pl.DataFrame(
            {"amount": amounts.rows, "currency": tidy(distinct(currency, "long_text").rows)}
        )
        named = pl.format("{}(外币{})", "amount", "currency")
        return Distinct(
            frame.select(
                pl.when(is_foreign(pl.col("currency"))).then(named).otherwise("amount")
            ).to_series()
        )

    def _outcomes(self, theirs: "_Theirs", cells: Mapping[str, _Cells]) -> pl.Series:
        """What is said of rows whose review or evaluation went against them, else null.

        Those with the day on which they lost the recognition tell when it ended.
        """
        if not self.assignment.outcome:
            return _nothing(len(theirs[LINE]), pl.String())
        told = distinct(theirs[self.assignment.outcome], "long_text")
        said = tidy(told.rows, "choice")
        is_bad = said.str.to_lowercase().str.contains(_REFUSED).fill_null(False)
        return said.set(~(is_bad & ~cells["revoked_date"].read.is_filled), None)

    def _headings(self, theirs: "_Theirs") -> pl.Series:
        """The words of rows that head those below them, else null."""
        if not self.assignment.heading:
            return _nothing(len(theirs[LINE]), pl.String())
        return pl.Series(theirs[self.assignment.heading])

    def _tidied(self, theirs: pa.Array, column: Column) -> Distinct:
        said = distinct(theirs, column.kind)
        answers = choice_answers(column, self._spelling(column))
        cells = tidied(said.texts, column.kind, answers)
        return replace(said, texts=cells.texts, odd=cells.odd)

    def _spelling(self, column: Column) -> Spelling:
        return Spelling(
            self.assignment.units.get(column.name),
            self.assignment.values.get(column.name),
            self.assignment.counts_from_1904,
        )

    def _fault(self, cells: Mapping[str, _Cells], told: Mapping[str, pl.Series]) -> pl.DataFrame:
        """column, value and reason of each row that is rejected; reason null where it is not."""
        columns = {name: each.read.rows for name, each in cells.items()}
        columns |= {f"said {name}": each.texts for name, each in cells.items()}
        columns |= {f"why {name}": each.doubts for name, each in cells.items()}
        columns |= told
        if "credit_code" in cells:
            columns["shifted"] = self._shifted(cells, len(told["outcome"]))
        return pl.DataFrame(columns).select(fault=self._told_fault).unnest("fault")

    @cached_property
    def _told_fault(self) -> pl.Expr:
        """What is said of a row, by its cells; the same for all batches."""
        found = pl.struct(column=_NO_TEXT, value=_NO_TEXT, reason=_NO_TEXT)
        if self.assignment.outcome:
            found = pl.when(pl.col("outcome").is_not_null()).then(self._refused()).otherwise(found)
        for name in self.table.legible:
            found = (
                pl.when(pl.col(f"why {name}").is_not_null())
                .then(self._lacking((name,)))
                .otherwise(found)
            )
        for group in reversed(self.table.needs):
            lacks = pl.all_horizontal(pl.col(name).is_null() for name in group)
            found = pl.when(lacks).then(self._lacking(group)).otherwise(found)
        if all(column.name != "credit_code" for column in self.table.columns):
            return self._no_fact(found)
        moved = pl.struct(
            column=_NO_TEXT,
            value=self._identity(),
            reason=pl.lit("列错位：多列内容与表头不符"),
        )
        return self._no_fact(pl.when("shifted").then(moved).otherwise(found))

    def _refused(self) -> pl.Expr:
        """A row of a list whose own column says that the firm did not pass."""
        return pl.struct(
            column=pl.lit(self.assignment.outcome),
            value=self._identity(),
            reason=pl.format("未通过，不是认定企业：{}", "outcome"),
        )

    def _no_fact(self, found: pl.Expr) -> pl.Expr:
        """Totals and notes below a table, and its header once more, name nobody."""
        names, key = [column.name for column in self.table.columns], self._key
        said = pl.col(f"said {key}")
        first = pl.coalesce(f"said {name}" for name in self._given())
        # Below a table a note stands in whichever column.
        is_note = said.is_null() & first.str.contains(_NOTES)
        group = self.table.needs[0]
        is_total = pl.any_horizontal(
            pl.col(f"said {name}").str.contains(_NOTES).fill_null(False) for name in group
        )
        reasons = {"重复的表头": said.is_in(list(self.table.column(key).headers))}
        noted = "合计或附注行"
        if "credit_code" in names and key == "name":
            is_bare = pl.col("said credit_code").is_null()
            reasons["小标题，不是企业"] = self._is_heading(said) & is_bare
            told = pl.col("said credit_code")
            is_noted = told.str.contains(_NOTES).fill_null(False)
            is_alone = pl.all_horizontal(
                pl.col(f"said {name}").is_null() for name in self._given() if name != key
            )
            is_signed = is_alone & said.str.contains(_AUTHORITY)
            is_total = (said.str.contains(f"{_NOTES}|{_NUMBER}") & is_bare) | is_noted | is_signed
            said = pl.when(is_noted).then(told).otherwise(said)
            noted = "合计或附注行，不是企业"
        reasons[noted] = is_total | is_note
        heading = pl.col("heading")
        reasons["小标题，不是企业"] = heading.is_not_null()
        said = pl.coalesce(heading, said, first).str.replace(_SIGNED, "${1}")
        for reason, is_so in reasons.items():
            what = pl.struct(
                column=pl.lit(self.table.column(key).name_zh),
                value=said,
                reason=pl.lit(reason),
            )
            found = pl.when(is_so.fill_null(False)).then(what).otherwise(found)
        return found

    def _is_heading(self, said: pl.Expr) -> pl.Expr:
        """Where nobody has looked for headings as the rows were read, by their words."""
        if self.assignment.heading:
            return pl.lit(False)
        if all(column.name != "issuer_region" for column in self.table.columns):
            return said.str.contains(_HEADING)
        # Merged across the table, it stands in every column.
        return said.str.contains(_HEADING) | (said == pl.col("said issuer_region"))

    def _lacking(self, group: Sequence[str]) -> pl.Expr:
        """What is said of a row that lacks all of a group: there is no cell, or none legible."""
        names = "、".join(self.table.column(name).name_zh for name in group)
        word = f"缺少{names}" if len(group) == 1 else "全部缺少"
        cells = self._shown(group)
        is_empty = cells == ""
        why = pl.coalesce(f"why {name}" for name in group)
        illegible = pl.format("{}无法识别：{}", pl.lit(names), why)
        return pl.struct(
            column=pl.lit(names),
            value=pl.when(is_empty).then(self._identity()).otherwise(cells),
            reason=pl.when(why.is_null()).then(pl.lit(word)).otherwise(illegible),
        )

    def _given(self) -> list[str]:
        """Columns that the file itself has; what is the same in all rows tells none apart."""
        names = [column.name for column in self.table.columns]
        return [name for name in names if name not in self.assignment.constants]

    def _identity(self) -> pl.Expr:
        """What tells a row from others: the cells that it needs first, else its first one."""
        given = self._given()
        told = [name for name in self.table.needs[0] if name in given]
        own = self._shown(told) if told else pl.lit("")
        other = pl.coalesce(self._hidden(pl.col(f"said {name}")) for name in given)
        return pl.when(own != "").then(own).otherwise(other.fill_null(""))

    def _shown(self, names: Sequence[str]) -> pl.Expr:
        """Cells as the file has them, but texts that look like a person's name."""
        cells = [
            pl.col(f"said {name}")
            if self.table.column(name).kind in _NO_NAMES
            else self._hidden(pl.col(f"said {name}"))
            for name in names
        ]
        return pl.concat_str(cells, separator=" ", ignore_nulls=True)

    @staticmethod
    def _hidden(cell: pl.Expr) -> pl.Expr:
        """A cell, unless it looks like a person's name; without telephone numbers."""
        # Where cells have moved, one may stand where an enterprise's name should.
        told = cell.str.replace_all(_TELEPHONE, "${1}").str.replace_all(_IDENTITY, "***")
        return pl.when(~is_person(told)).then(told)

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


def _earliest(told: Sequence[Distinct], spelling: Spelling) -> pl.Series:
    """Of several spelt dates the earliest, spelt as found."""
    column = Column(name="", kind="date", name_zh="", definition="")
    texts = [each.rows for each in told]
    dates = [each.spread(READERS["date"](each.texts, column, spelling).values) for each in told]
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
            "value": cells.texts.gather(rows)
            .str.replace_all(_IDENTITY, "***")
            .str.slice(0, _LONGEST_VALUE),
            "reason": doubts.gather(rows),
        }
    )
