"""How each kind of database is asked for rows: it is read only, and keeps them until then.

Values are text, as a file's are: databases have types that no table file has, and SQLite keeps
any value in any column. DuckDB, whose columns are what they say, gives them with their types.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa

from reli.errors import InvalidData
from reli.sources.cells import value_text
from reli.sources.csvfile import name_apart

__all__ = ["Asked", "Asking", "asking"]

_BATCH_ROWS = 65_536
_CURSOR = "reli_rows"

Named = tuple[str, str, bool]
"""Schema, name, and whether it is a view."""


class Asked(Protocol):
    """A query, before its rows are fetched."""

    header: tuple[str, ...]
    schema: pa.Schema

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows, once."""


class Asking(Protocol):
    """A connection of one kind."""

    def tables(self) -> list[Named]:
        """Tables and views; the schema is empty where the name alone will do."""

    def whole(self, table: Named) -> str:
        """The query for all rows of a table.

        A table has no order of its own; two runs must read the same rows in the same places.
        """

    def ask(self, query: str) -> Asked:
        """A query in the database's own words."""


def asking(connection: Any) -> Asking:  # noqa: ANN401 - Ibis has no types of its own
    """What asks a connection of Ibis.

    Raises:
        InvalidData: a kind of database that cannot be asked.
    """
    if connection.name not in _KINDS:
        expected = "SQLite, DuckDB, PostgreSQL or MySQL"
        raise InvalidData(f"a database of the kind {connection.name!r}: expected {expected}")
    return _KINDS[connection.name](connection.con)


@dataclass
class _Texts:
    """Rows of a cursor, every value as text."""

    cursor: Any
    header: tuple[str, ...]
    is_asked: bool
    """Whether the cursor has been asked for the rows, or for the names alone."""
    query: str
    schema: pa.Schema = field(init=False)

    def __post_init__(self) -> None:
        self.schema = pa.schema([(name, pa.string()) for name in name_apart(self.header)])

    def batches(self) -> Iterator[pa.RecordBatch]:
        with closing(self.cursor) as cursor:
            if not self.is_asked:
                cursor.execute(self.query)
            while rows := cursor.fetchmany(_BATCH_ROWS):
                columns = [[value_text(cell) for cell in each] for each in zip(*rows, strict=True)]
                arrays = [pa.array(each, pa.string()) for each in columns]
                yield pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def _texts(cursor: Any, query: str, *, is_asked: bool = True) -> _Texts:  # noqa: ANN401
    if cursor.description is None:
        raise InvalidData("it gives no rows: expected a query that begins with select")
    return _Texts(cursor, tuple(each[0] for each in cursor.description), is_asked, query)


def _quoted(name: str, mark: str = '"') -> str:
    return mark + name.replace(mark, 2 * mark) + mark


def _place(table: Named, mark: str = '"') -> str:
    return ".".join(_quoted(part, mark) for part in table[:2] if part)


@dataclass(frozen=True)
class _SQLite:
    con: Any

    def tables(self) -> list[Named]:
        found = self.con.execute(
            "select name, type = 'view' from sqlite_master where type in ('table', 'view')"
            " and name not like 'sqlite_%' order by name"
        )
        return [("", name, bool(is_view)) for name, is_view in found.fetchall()]

    def whole(self, table: Named) -> str:
        return _ordered_by_place(f"select * from {_place(table)}", self._width(table))

    def _width(self, table: Named) -> int:
        return len(self.con.execute(f"select * from {_place(table)} limit 0").description)

    def ask(self, query: str) -> Asked:
        self.con.execute("pragma query_only = on")
        return _texts(self.con.execute(query), query)


def _ordered_by_place(query: str, width: int) -> str:
    return f"{query} order by {', '.join(str(at + 1) for at in range(width))}"


@dataclass(frozen=True)
class _DuckDB:
    """Opened read only."""

    con: Any

    def tables(self) -> list[Named]:
        found = self.con.sql(
            "select schema_name, table_name, false from duckdb_tables() where not internal"
            " union all"
            " select schema_name, view_name, true from duckdb_views() where not internal"
            " order by all"
        )
        return [("" if schema == "main" else schema, *rest) for schema, *rest in found.fetchall()]

    def whole(self, table: Named) -> str:
        return f"select * from {_place(table)} order by all"

    def ask(self, query: str) -> Asked:
        relation = self.con.sql(query)
        if relation is None:
            raise InvalidData("it gives no rows: expected a query that begins with select")
        return _Relation(relation)


class _Relation:
    """A query of DuckDB, with its types."""

    def __init__(self, relation: Any) -> None:  # noqa: ANN401
        self._relation = relation
        self.header = tuple(relation.columns)
        # Ibis 12 asks for batches by a method that DuckDB 2 no longer has.
        kinds = relation.limit(0).to_arrow_table().schema
        apart = zip(kinds, name_apart(self.header), strict=True)
        self.schema = pa.schema([each.with_name(name) for each, name in apart])

    def batches(self) -> Iterator[pa.RecordBatch]:
        for batch in self._relation.to_arrow_reader(_BATCH_ROWS):
            yield pa.RecordBatch.from_arrays(batch.columns, names=self.schema.names)


@dataclass(frozen=True)
class _Postgres:
    con: Any

    def __post_init__(self) -> None:
        # In one transaction a cursor streams; outside of one the server would keep all rows twice.
        self.con.autocommit = False
        self.con.read_only = True

    def tables(self) -> list[Named]:
        with self.con.cursor() as cursor:
            cursor.execute(
                "select case when pg_table_is_visible(c.oid) then '' else nspname end, relname,"
                " relkind in ('v', 'm') from pg_class c join pg_namespace n on relnamespace = n.oid"
                " where relkind in ('r', 'p', 'v', 'm', 'f') and nspname !~ '^pg_'"
                " and nspname <> 'information_schema' order by 1, 2"
            )
            return list(cursor.fetchall())

    def whole(self, table: Named) -> str:
        # Not every type has an order; every row has one as text.
        return f'select * from {_place(table)} as t order by t::text collate "C"'

    def ask(self, query: str) -> Asked:
        cursor = self.con.cursor(_CURSOR)
        cursor.execute(query.rstrip().rstrip(";"))
        return _texts(cursor, query)


@dataclass(frozen=True)
class _MySQL:
    con: Any

    def __post_init__(self) -> None:
        self._do("set session transaction read only")

    def _do(self, statement: str) -> Any:  # noqa: ANN401
        with self.con.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def tables(self) -> list[Named]:
        return [
            (schema, name, bool(is_view))
            for schema, name, is_view in self._do(
                "select if(table_schema = database(), '', table_schema), table_name,"
                " table_type like '%view%' from information_schema.tables where table_schema not in"
                " ('mysql', 'sys', 'information_schema', 'performance_schema') order by 1, 2"
            )
        ]

    def whole(self, table: Named) -> str:
        columns = f"select * from {_place(table, '`')}"
        with self.con.cursor() as cursor:
            cursor.execute(f"{columns} limit 0")
            return _ordered_by_place(columns, len(cursor.description))

    def ask(self, query: str) -> Asked:
        from pymysql.cursors import SSCursor

        # A cursor that is given up reads all of its rows first: for the names one will do.
        self._do("set session sql_select_limit = 1")
        names = self.con.cursor()
        names.execute(query)
        self._do("set session sql_select_limit = default")
        found = _texts(names, query)
        return _Texts(self.con.cursor(SSCursor), found.header, False, query)


_KINDS: Mapping[str, Callable[[Any], Asking]] = {
    "duckdb": _DuckDB,
    "sqlite": _SQLite,
    "postgres": _Postgres,
    "mysql": _MySQL,
}
"""By the name that Ibis gives a connection."""
