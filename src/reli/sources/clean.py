"""One batch of a file's rows made canonical: a pure function, run in threads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain
from typing import cast

import polars as pl
import pyarrow as pa

from reli.engine.remembered import Remembered
from reli.sources.canonical import Column, Table
from reli.sources.cells import plain_batch
from reli.sources.choices import choice_answers
from reli.sources.codes_written import whole_stock_codes
from reli.sources.distinct import Distinct, distinct
from reli.sources.faults import IDENTITY, LONGEST_VALUE, Faults, rejected_rows
from reli.sources.header import without_number
from reli.sources.lines import LINE, Rows
from reli.sources.mapping import TOLD_ABOVE, Assignment
from reli.sources.money import in_currency, in_unit
from reli.sources.readers import Cells, ReadCells, Spelling
from reli.sources.values import READERS, Tidied, read_tidied, tidied, tidy

__all__ = ["CleanBatch", "Cleaner"]

_VALUE = "value"
_BESIDE_OTHERS = ("division_code", "stock_code")
"""Kinds of columns whose cells mean what others of the row say."""
_FEW = 4_096
"""Texts of a batch that are looked up one by one among those that were read before."""
_REMEMBERED = 1 << 16
"""Texts of a column that are remembered; of more all are forgotten and read anew."""
_SEVERAL = ("owners", "names")
"""Kinds of columns with several names in a cell."""
_LISTED, _NUMBERED = (
    ("name", "host_name"),
    r"^(?:\d{1,4}|[一二三四五六七八九十百]+)[、.]\s*(\p{Han}{2})",
)
"""Names that lists number within the cell: 1.甲公司, 一、甲公司."""
_REFUSED = (
    "不合格|[不未]予?(?:通过|认定|推荐|达标|入选)|撤销|取消|否决|淘汰|放弃|未参加|未申请|不再"
    "|^(?:否|×|n|no|0)$"
)
"""Results of a review by which a firm is none of the list."""


@dataclass(frozen=True)
class CleanBatch:
    """What became of a batch: its rows are clean or rejected; blank ones are no rows."""

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
class Cleaner:
    """How the rows of one file become rows of a canonical table."""

    table: Table
    assignment: Assignment

    @cached_property
    def _faults(self) -> Faults:
        return Faults(self.table, self.assignment)

    def __call__(self, rows: Rows) -> CleanBatch:
        """Read every cell; a bad cell is a missing value and a note, a useless row is rejected."""
        theirs = self._theirs(rows)
        cells = {column.name: self._cells(column, theirs) for column in self.table.columns}
        lines = pl.Series(LINE, theirs[LINE])
        told = {"outcome": self._outcomes(theirs, cells), "heading": self._headings(theirs)}
        # Few rows may be at fault: only they are looked at closely.
        may_be = self._faults.may_be(cells)
        suspects = (
            may_be | told["outcome"].is_not_null() | told["heading"].is_not_null()
        ).arg_true()
        fault = self._faults.of(
            {name: each.at(suspects) for name, each in cells.items()},
            {name: each.gather(suspects) for name, each in told.items()},
        )
        is_faulty = fault["reason"].is_not_null()
        is_blank = self._are_blank(rows, suspects.filter(is_faulty))
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
            rejected=rejected_rows(lines.gather(suspects), fault).filter(~is_blank),
        )

    def _are_blank(self, rows: Rows, at: pl.Series) -> pl.Series:
        """Whether nothing stands in any column of rows at fault, also in those that are not read.

        Such rows are none, as blank lines are: sheets are saved with hundreds below their data.
        """
        if self.assignment.indicators:
            return pl.repeat(False, len(at), eager=True)
        own = [name for name in rows.batch.schema.names if not name.startswith(TOLD_ABOVE)]
        few = plain_batch(rows.batch.select(own).take(at.to_arrow()))
        cells = pl.DataFrame(pa.Table.from_batches([few])).select(
            pl.all().cast(pl.String).str.strip_chars().replace("", None).is_null()
        )
        return cells.select(pl.all_horizontal(pl.all())).to_series()

    def _theirs(self, rows: Rows) -> "_Theirs":
        """What the file says, as far as it is ours; one row a fact."""
        mine = {name for names in self.assignment.columns.values() for name in names}
        mine |= {*self.assignment.indicators, *self.assignment.beside.used}
        mine |= {self.assignment.heading, self.assignment.refused} - {""}
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

    def _cells(self, column: Column, theirs: "_Theirs") -> ReadCells:
        """A column's tidy text, its values and what is doubtful of them."""
        said = self._alone(column, theirs)
        if said and _are_few(said):
            made, places = self._remembered[column.name].of(said.texts), said.places
            told, read = Distinct(made["text"], places), Cells(made["value"], made["doubt"])
        else:
            told = self._tidied(said, column) if said else self._told(column, theirs)
            read = self._read(column, told)
        if told.texts.null_count() == len(told.texts):
            height = len(theirs[LINE])
            nothing = Distinct(_nothing(height, pl.String()))
            return ReadCells(nothing, Distinct(_nothing(height, _polars(column))), nothing)
        values = read.values.rename(column.name)
        return ReadCells(told, Distinct(values, told.places), Distinct(read.doubts, told.places))

    def _read(self, column: Column, told: Distinct) -> Cells:
        if told.texts.null_count() == len(told.texts):
            none = _nothing(len(told.texts), pl.String())
            return Cells(none.cast(_polars(column)), none)
        read = read_tidied(Tidied(told.texts, told.odd), column, self._spelling(column))
        if column.tells_state:
            read = replace(read, doubts=read.doubts.set(self._is_state(told.texts, column), None))
        return Cells(read.values.cast(_polars(column)), read.doubts)

    @cached_property
    def _remembered(self) -> Mapping[str, Remembered]:
        """By columns: texts as the file has them, tidy, their values and what is doubtful."""
        return {each.name: self._remembering(each) for each in self.table.columns}

    def _remembering(self, column: Column) -> Remembered:
        made = partial(self._made, column)
        return Remembered(made, made(pl.Series(dtype=pl.String)), _REMEMBERED)

    def _made(self, column: Column, texts: pl.Series) -> pl.DataFrame:
        told = self._tidied(Distinct(texts), column)
        read = self._read(column, told)
        return pl.DataFrame({"text": told.texts, "value": read.values, "doubt": read.doubts})

    def _alone(self, column: Column, theirs: "_Theirs") -> Distinct | None:
        """The column of the file that says ours, if it is one and nothing else says more."""
        sources = self.assignment.columns.get(column.name, ())
        if len(sources) != 1 or self._has_more(column):
            return None
        return distinct(theirs[sources[0]], column.kind)

    def _has_more(self, column: Column) -> bool:
        """Whether more than one column of the file says what a cell of ours is."""
        assignment, name = self.assignment, column.name
        beside = (assignment.beside.units, assignment.beside.currencies, assignment.otherwise)
        is_told = name in assignment.constants or any(name in each for each in beside)
        is_of_several = bool(assignment.indicators) or column.kind in _BESIDE_OTHERS
        return is_told or is_of_several or bool(self._telling_state(column))

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
        told = [self._tidied(distinct(theirs[name], column.kind), column) for name in sources]
        told += [self._states_of(each, theirs) for each in self._telling_state(column)]
        if not told:
            return Distinct(_nothing(height, pl.String()))
        if column.kind == "money":
            told[0] = self._with_beside(column, told[0], theirs)
        first = told[0] if len(told) == 1 else self._first_of(column, told)
        if column.kind == "division_code" and column.choices:
            return self._within(first, theirs)
        if column.kind == "stock_code":
            markets = self._cells(self.table.column("market"), theirs).read.rows
            return Distinct(whole_stock_codes(first.rows, markets))
        otherwise = self.assignment.otherwise.get(column.name)
        is_whole = otherwise is None or not first.missing
        return first if is_whole else Distinct(first.rows.fill_null(otherwise))

    def _first_of(self, column: Column, told: Sequence[Distinct]) -> Distinct:
        """Of several columns the first that has a value; of days of an end the earliest."""
        if column.is_earliest:
            return Distinct(_earliest(told, self._spelling(column)))
        texts = [each.rows for each in told]
        if column.kind in _SEVERAL and self._are_numbered(column):
            # Each once: a column may stand twice.
            each = pl.concat_list(texts).list.drop_nulls().list.unique(maintain_order=True)
            first = pl.select(each.list.join("|")).to_series().replace("", None)
            return distinct(first.to_arrow(compat_level=_OLDEST), column.kind)
        first = pl.select(pl.coalesce(texts)).to_series()
        return distinct(first.to_arrow(compat_level=_OLDEST), column.kind)

    def _are_numbered(self, column: Column) -> bool:
        """Whether several columns hold a name each: 权利人1, 权利人2."""
        stems = {without_number(each) for each in self.assignment.columns[column.name]}
        return len(stems) == 1

    def _within(self, places: Distinct, theirs: "_Theirs") -> Distinct:
        """Places that are named, with the names of the city and province that stand beside."""
        texts = places.rows
        for above in ("city", "province"):
            for name in self.assignment.columns.get(above, ())[:1]:
                said = self._tidied(distinct(theirs[name], "text"), self.table.column(above))
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

    def _with_beside(self, column: Column, amounts: Distinct, theirs: "_Theirs") -> Distinct:
        """Amounts with the unit and the currency that stand in columns of their own."""
        beside = self.assignment.beside
        unit = beside.units.get(column.name)
        if unit and column.name not in self.assignment.units:
            amounts = Distinct(in_unit(amounts.rows, _words(theirs[unit])))
        if currency := beside.currencies.get(column.name):
            amounts = Distinct(in_currency(amounts.rows, _words(theirs[currency])))
        return amounts

    def _outcomes(self, theirs: "_Theirs", cells: Mapping[str, ReadCells]) -> pl.Series:
        """What is said of rows whose review or evaluation went against them, else null.

        Those with the day on which they lost the recognition tell when it ended.
        """
        refused = _nothing(len(theirs[LINE]), pl.String())
        if self.assignment.refused and "revoked_date" in cells:
            # What a heading says of all rows below it.
            is_dated = cells["revoked_date"].read.is_filled
            refused = pl.Series(theirs[self.assignment.refused]).set(is_dated, None)
        if not self.assignment.beside.outcome:
            return refused
        told = distinct(theirs[self.assignment.beside.outcome], "long_text")
        said = tidy(told.rows, "choice")
        is_bad = said.str.to_lowercase().str.contains(_REFUSED).fill_null(False)
        said = said.set(~(is_bad & ~cells["revoked_date"].read.is_filled), None)
        return ("未通过，不是认定企业：" + said).zip_with(said.is_not_null(), refused)

    def _headings(self, theirs: "_Theirs") -> pl.Series:
        """The words of rows that head those below them, else null."""
        if not self.assignment.heading:
            return _nothing(len(theirs[LINE]), pl.String())
        return pl.Series(theirs[self.assignment.heading])

    def _tidied(self, said: Distinct, column: Column) -> Distinct:
        answers = choice_answers(column, self._spelling(column))
        cells = tidied(said.texts, column.kind, answers)
        if column.name in _LISTED and self.table.name != "enterprises":
            bare = cells.texts.str.replace(_NUMBERED, "${1}")
            return replace(said, texts=bare, odd=cells.odd)
        return replace(said, texts=cells.texts, odd=cells.odd)

    def _spelling(self, column: Column) -> Spelling:
        return Spelling(
            self.assignment.units.get(column.name),
            self.assignment.values.get(column.name),
            self.assignment.counts_from_1904,
            self.assignment.day_order,
            column.name in self.assignment.parts_of_one,
        )


def _are_few(said: Distinct) -> bool:
    """Whether a column is of so few texts that each may be looked up by itself."""
    return said.places is not None and len(said.texts) <= _FEW and said.texts.dtype == pl.String


def _words(cells: pa.Array) -> pl.Series:
    return tidy(distinct(cells, "long_text").rows)


_Theirs = Mapping[str, pa.Array]
"""Columns of a file by their names, and the line of each row."""
_OLDEST = pl.CompatLevel.oldest()


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


def _notes(lines: pl.Series, cells: ReadCells, is_rejected: pl.Series, said: str) -> pl.DataFrame:
    """What is doubtful of a column's cells in the rows that are kept."""
    doubts = cells.doubts
    rows = (doubts.is_not_null() & ~is_rejected).arg_true()
    return pl.DataFrame(
        {
            "line": lines.gather(rows),
            "column": pl.repeat(said, len(rows), dtype=pl.String, eager=True),
            "value": cells.texts.gather(rows)
            .str.replace_all(IDENTITY, "***")
            .str.slice(0, LONGEST_VALUE),
            "reason": doubts.gather(rows),
        }
    )
