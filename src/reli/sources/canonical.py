"""What a canonical table is: its columns, what a row must have, and how its values are spelt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from reli.errors import UnknownName

__all__ = ["SOURCE_COLUMNS", "Column", "Kind", "Table"]

Kind = Literal[
    "text",
    "long_text",
    "names",
    "owners",
    "host",
    "credit_code",
    "number_of_work",
    "stock_code",
    "division_code",
    "industry_code",
    "ipc",
    "date",
    "money",
    "number",
    "integer",
    "flag",
    "choice",
]
"""`names` are several in one cell, joined by `|`; of `owners` natural persons are left out; of
several hosts in one cell the `host` is the first;
`number_of_work` tells a patent or copyright, `ipc` are several codes of its classification; a
`stock_code` has as many digits as its market says;
`money` is yuan; `choice` a closed list."""

_TYPES: dict[str, pa.DataType] = {
    "date": pa.date32(),
    "money": pa.float64(),
    "number": pa.float64(),
    "integer": pa.int32(),
    "flag": pa.bool_(),
}

SOURCE_COLUMNS: dict[str, pa.DataType] = {"source_file": pa.string(), "source_line": pa.int64()}
"""Where a row stood; every clean table ends with them."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a canonical table."""

    name: str
    kind: Kind
    name_zh: str
    definition: str
    """In Chinese, as it stands in the templates."""
    aliases: tuple[str, ...] = ()
    """Headers under which vendors and ministries publish it, the preferred first."""
    is_earliest: bool = False
    """Where several columns of a file mean this one: the earliest date, not the first present."""
    takes_last: bool = False
    """Of a period in one cell (2022.12.30-2025.12.29) the last day is meant."""
    is_percentage: bool = False
    """Where no number of a file exceeds 1 they are parts of one, as cells that show 51% hold."""
    takes_least: bool = False
    """Of a range of numbers (50-99人) the least is taken, and noted."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Our value -> their spellings, for the kind `choice`; of codes those that are known."""
    empty_means: str = ""
    """What an empty cell says, where two rows of one fact are looked for."""
    least: float | None = None
    """Numbers below it are none."""
    most: float | None = None
    """Numbers above it are none."""
    tells_state: str = ""
    """The column whose answers may stand here instead of a value: 保密 where a number should."""
    is_year: bool = False
    """Years may be told with their words (2022年报) or a day, and none has two digits."""

    @property
    def type(self) -> pa.DataType:
        """Arrow type of the clean values; text unless the kind says otherwise."""
        return _TYPES.get(self.kind, pa.string())

    @property
    def headers(self) -> tuple[str, ...]:
        """All headers that mean this column, the preferred first."""
        return (self.name, self.name_zh, *self.aliases)

    def said(self, value: str) -> str:
        """A value of a closed list as people say it, with the value: 瞪羚（gazelle）."""
        spellings = self.choices.get(value, ())
        return f"{spellings[0]}（{value}）" if spellings else value


@dataclass(frozen=True, kw_only=True)
class Table:
    """One canonical table: a row is a fact."""

    name: str
    name_zh: str
    definition: str
    columns: tuple[Column, ...]
    needs: tuple[tuple[str, ...], ...]
    """Of each group a row must have at least one value, or it says nothing."""
    legible: tuple[str, ...] = ()
    """Columns whose cells must be legible where there are any: none would mean something else."""
    unique: tuple[str, ...] = ()
    """Rows that agree in these, all of them present, state one fact; empty: each row counts."""
    apart: tuple[str, ...] = ()
    """Columns in which such rows must agree too, present or not: two firms may bear one name."""
    dated: tuple[str, ...] = ()
    """Days in which such rows must agree, unless one tells none: what was on others is another."""
    unites: str = ""
    """Column of names in which such rows may differ: the one that is kept takes over all names."""
    is_wide: bool = False
    """Whether further columns of numbers are indicators, one value each."""

    @property
    def schema(self) -> pa.Schema:
        """Columns of the clean table, with where each row stood."""
        own = [(column.name, column.type) for column in self.columns]
        return pa.schema([*own, *SOURCE_COLUMNS.items()])

    def column(self, name: str) -> Column:
        """A column by its name.

        Raises:
            UnknownName: the table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        names = [column.name for column in self.columns]
        raise UnknownName("column", name, names, f"table {self.name}")
