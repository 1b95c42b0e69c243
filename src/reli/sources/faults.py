"""Rows that say nothing: what is lacking, moved, a total, a note, a heading or refused."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import polars as pl

from reli.sources.canonical import Table
from reli.sources.mapping import Assignment
from reli.sources.readers import ReadCells
from reli.sources.values import is_person

__all__ = ["IDENTITY", "LONGEST_VALUE", "Faults", "rejected_rows"]

_NO_NAMES = ("choice", "division_code")
"""Kinds of columns in which short words are none of persons."""
_MEASURES = ("date", "money", "integer")
"""Kinds of columns in which most words cannot be read."""
_NO_TEXT = pl.lit(None, pl.String)
_TOLD = ("column", "value", "reason")
LONGEST_VALUE = 200
_NOTES = (
    r"^(?:合计|总计|小计|共计|累计|总数)[:\d,.家户个]*$|^共(?:计|有|导出)?[\d,]+[家户个条项件页]"
    "|^(?:附?注|备注|说明|填表人|制表人?|审核人?|资料来源|数据来源|来源):|^本表|^以上(?:数据|名单|企业)"
    r"|^第\d+页|^\d{4}年\d{1,2}月\d{1,2}日$|^\((?:此件|以上|完)"
    r"|^(?:[带标]?有?[“\"'][^”\"']{1,2}[”\"']号?的?)?(?:为|表示|系)(?:复核|新增|更名|重新|整体|国家级|省级)"
)
_NUMBER = r"^[\d,.:/ -]+[家户个]?$"
"""Beside the word 合计, in the column of names; or a day, where columns have changed places."""
_ASIDE = r"^\([^()]+\)$"
"""Words that stand in brackets alone: （以下为新增）."""
_AUTHORITY = (
    "(?:省|市|区|县|州|盟|旗|国|中央)[^公司]{0,20}"
    "(?:厅|局|委员会|办公室|人民政府|工业和信息化部|科学技术部)$"
)
"""Who published a list stands below it, with nothing beside."""
_SIGNED = "^((?:填表|制表|审核)人?):.*$"
"""Below a table somebody signs, who is named nowhere."""
_TELEPHONE = r"(电话|手机|联系方式)\D*[\d\- ]+"
IDENTITY = r"^[1-6]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]$"
"""The number of a person's identity card."""
_HEADING = r"^(?:[一二三四五六七八九十百]+、|\([一二三四五六七八九十]+\))|\(共?\d+[家户个项]\)$"
"""一、浙江省(12家): above the rows of a group."""

_Case = tuple[pl.Expr, pl.Expr]
"""Whether it is one, and what is then said: column, value and reason."""


@dataclass(frozen=True)
class Faults:
    """Which rows of one file cannot be used, and why."""

    table: Table
    assignment: Assignment

    def may_be(self, cells: Mapping[str, ReadCells]) -> pl.Series:
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
        """The header once more, headers of a table on its side, and words of totals."""
        words = [*self._headers(name), "合计", "总计", "小计", "共计"]
        return [*words, *self._other_headers] if name == self._key else words

    def _headers(self, name: str) -> list[str]:
        """Of a column: those that are known, and the file's own as a cell of it has them."""
        theirs = self.assignment.columns.get(name, ())
        own = (unicodedata.normalize("NFKC", each).strip() for each in theirs)
        return list(dict.fromkeys((*self.table.column(name).headers, *own)))

    @cached_property
    def _other_headers(self) -> list[str]:
        """Headers of the other columns in Chinese, where a row is about an enterprise."""
        if self._key != "name":
            return []
        others = [column for column in self.table.columns if column.name != self._key]
        return [e for column in others for e in column.headers if len(e) > 1 and not e.isascii()]

    @property
    def _key(self) -> str:
        """The column that says whom a row is about."""
        names = [column.name for column in self.table.columns]
        return "name" if "name" in names else self.table.needs[0][0]

    def of(self, cells: Mapping[str, ReadCells], told: Mapping[str, pl.Series]) -> pl.DataFrame:
        """column, value and reason of each row that is rejected; reason null where it is not."""
        columns = {name: each.read.rows for name, each in cells.items()}
        columns |= {f"said {name}": each.texts for name, each in cells.items()}
        columns |= {f"why {name}": each.doubts for name, each in cells.items()}
        columns |= told
        if "credit_code" in cells:
            columns["shifted"] = self._shifted(cells, len(told["outcome"]))
        return self._told(pl.DataFrame(columns))

    def _told(self, rows: pl.DataFrame) -> pl.DataFrame:
        nothing = pl.DataFrame(schema=dict.fromkeys(_TOLD, pl.String)).clear(rows.height)
        is_so = rows.select(pl.any_horizontal(is_so for is_so, _ in self._cases)).to_series()
        at = is_so.arg_true()
        # Even of no row, to work out what is said takes long: in most batches none is at fault.
        if at.is_empty():
            return nothing
        said = rows[at].select(fault=self._told_fault).unnest("fault")
        return nothing.select(nothing[name].scatter(at, said[name]) for name in _TOLD)

    @cached_property
    def _told_fault(self) -> pl.Expr:
        """What is said of a row, by its cells; the same for all batches."""
        found = pl.struct(column=_NO_TEXT, value=_NO_TEXT, reason=_NO_TEXT)
        for is_so, said in self._cases:
            found = pl.when(is_so).then(said).otherwise(found)
        return found

    @cached_property
    def _cases(self) -> "list[_Case]":
        """What may be wrong with a row: of several that hold the last is said."""
        cases: list[_Case] = []
        cases += [
            (pl.col(f"why {name}").is_not_null(), self._lacking((name,)))
            for name in self.table.legible
        ]
        cases += [
            (pl.all_horizontal(pl.col(name).is_null() for name in group), self._lacking(group))
            for group in reversed(self.table.needs)
        ]
        if self.assignment.beside.outcome or self.assignment.refused:
            cases.append((pl.col("outcome").is_not_null(), self._refused()))
        if any(column.name == "credit_code" for column in self.table.columns):
            reason = pl.lit("列错位：多列内容与表头不符")
            moved = pl.struct(column=_NO_TEXT, value=self._identity(), reason=reason)
            cases.append((pl.col("shifted"), moved))
        return [*cases, *self._no_facts()]

    def _refused(self) -> pl.Expr:
        """A row of a list whose own column says that the firm did not pass."""
        return pl.struct(
            column=pl.lit(self.assignment.beside.outcome or "小标题"),
            value=self._identity(),
            reason=pl.col("outcome"),
        )

    def _no_facts(self) -> "list[_Case]":
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
        reasons = {"重复的表头": said.is_in(self._headers(key))}
        if self._other_headers:
            reasons["是列名，不是企业：表格可能横竖颠倒"] = said.is_in(self._other_headers)
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
            # Below the column of codes a total may have its number.
            is_uncoded = pl.col("credit_code").is_null()
            is_total = said.str.contains(f"{_NOTES}|{_NUMBER}|{_ASIDE}") & is_uncoded
            is_total = is_total | is_noted | is_signed
            said = pl.when(is_noted).then(told).otherwise(said)
            noted = "合计或附注行，不是企业"
        reasons[noted] = is_total | is_note
        heading = pl.col("heading")
        reasons["小标题，不是企业"] = heading.is_not_null()
        said = pl.coalesce(heading, said, first).str.replace(_SIGNED, "${1}")
        where = pl.lit(self.table.column(key).name_zh)
        return [
            (is_so.fill_null(False), pl.struct(column=where, value=said, reason=pl.lit(reason)))
            for reason, is_so in reasons.items()
        ]

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
        """Columns that the file itself has; what is said of many rows tells none apart."""
        names = [column.name for column in self.table.columns]
        said = self.assignment
        return [each for each in names if not (said.said_of_all(each) or said.is_told_above(each))]

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
        told = cell.str.replace_all(_TELEPHONE, "${1}").str.replace_all(IDENTITY, "***")
        return pl.when(~is_person(told)).then(told)

    def _shifted(self, cells: Mapping[str, ReadCells], height: int) -> pl.Series:
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


def rejected_rows(lines: pl.Series, fault: pl.DataFrame) -> pl.DataFrame:
    """line, column, value, reason of the rows that are at fault; by what `Faults.of` says."""
    rows = pl.concat([lines.alias("line").to_frame(), fault], how="horizontal")
    rows = rows.filter(pl.col("reason").is_not_null())
    return rows.with_columns(
        pl.col("column").fill_null(""), pl.col("value").str.slice(0, LONGEST_VALUE)
    )
