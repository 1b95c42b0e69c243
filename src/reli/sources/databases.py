"""Tables of databases: a file of SQLite or DuckDB, or a server named by a `*.database.toml`.

url = "postgresql://reader:${REGISTER_PASSWORD}@db.example/register"
query = "select * from firms order by id"    # or: table = "firms"
as_of = "2024-01-15"                         # change it to have the rows read anew
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from reli.errors import InvalidData, InvalidSetting, MissingFile, Problems, UnknownName, nearest
from reli.sources.lines import RejectedLine, Rows
from reli.texts import read_toml

__all__ = ["CONNECTION_SUFFIX", "DatabaseTable", "database_tables"]

CONNECTION_SUFFIX = ".database.toml"

_BATCH_ROWS = 65_536
_SERVERS = ("postgres", "mysql")
_CURSOR = "reli_rows"
_KEYS = ("url", "query", "table", "as_of")
_SCHEMES = {".duckdb": "duckdb", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": "sqlite"}


class DatabaseTable:
    """A table or query of a database; its rows are numbered from 1."""

    def __init__(self, path: Path, table: str = "") -> None:
        """Connect and look at the columns.

        Args:
            path: database file, or `*.database.toml`.
            table: table of a database file; by default its only one.

        Raises:
            ReliError: settings, connection or table that do not work.
        """
        self.name = str(path)
        self.rejected: list[RejectedLine] = []
        self._rows = _opened(path, table)
        self.schema = self._rows.schema
        self.columns = self.header = tuple(self.schema.names)

    def rows(self) -> Iterator[Rows]:
        """The rows as the database gives them."""
        line = 1
        for batch in self._rows.batches():
            numbers = pa.array(range(line, line + batch.num_rows), pa.int64())
            yield Rows(batch.cast(self.schema), numbers)
            line += batch.num_rows


class _Table:
    """A table, or a query of a database file, through Ibis."""

    def __init__(self, expression: Any) -> None:  # noqa: ANN401 - Ibis has no types of its own
        self._expression = expression
        self.schema: pa.Schema = expression.schema().to_pyarrow()

    def batches(self) -> Iterator[pa.RecordBatch]:
        backend = self._expression.get_backend()
        if backend.name != "duckdb":
            yield from self._expression.to_pyarrow_batches(chunk_size=_BATCH_ROWS)
            return
        # Ibis 12 asks for batches by a method that DuckDB 2 no longer has.
        query = backend.compile(self._expression)
        yield from backend.con.sql(query).to_arrow_reader(_BATCH_ROWS)


class _Query:
    """A query of a server, in its own words: Ibis 12 cannot tell the columns of one.

    The server keeps the rows until they are asked for; every value is text.
    """

    def __init__(self, connection: Any, query: str) -> None:  # noqa: ANN401
        self._connection, self._query = connection, query
        with self._asked() as cursor:
            names = [column[0] for column in cursor.description]
        self.schema = pa.schema([(name, pa.string()) for name in names])

    def batches(self) -> Iterator[pa.RecordBatch]:
        with self._asked() as cursor:
            while rows := cursor.fetchmany(_BATCH_ROWS):
                columns = [[_text(cell) for cell in column] for column in zip(*rows, strict=True)]
                yield pa.record_batch(columns, schema=self.schema)

    @contextmanager
    def _asked(self) -> Iterator[Any]:
        server = self._connection.con
        if self._connection.name == "postgres":
            cursor = server.cursor(_CURSOR, withhold=True)
        else:
            cursor = server.cursor(_streaming())
        try:
            cursor.execute(self._query)
            yield cursor
        finally:
            cursor.close()


def _streaming() -> Any:  # noqa: ANN401 - a class of the driver
    from pymysql.cursors import SSCursor

    return SSCursor


def _text(cell: object) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    return str(int(cell)) if isinstance(cell, bool) else str(cell)


def database_tables(path: Path) -> list[str]:
    """Names of the tables of a database file; none for a `*.database.toml`, which says its own."""
    if path.name.endswith(CONNECTION_SUFFIX):
        return []
    return _names(_connect(_url_of(path), path))


def _opened(path: Path, table: str) -> _Table | _Query:
    if path.name.endswith(CONNECTION_SUFFIX):
        settings = _settings(path)
        connection = _connect(settings["url"], path)
        if "query" in settings:
            return _of_query(connection, settings["query"], path)
        return _table(connection, settings["table"], path)
    connection = _connect(_url_of(path), path)
    names = _names(connection)
    if not table and len(names) != 1:
        found = ", ".join(names) or "none"
        raise InvalidData(f"{path} has several tables or none ({found}): name one as `sheet`")
    return _table(connection, table or names[0], path)


def _of_query(connection: Any, query: str, path: Path) -> _Table | _Query:  # noqa: ANN401
    if connection.name not in _SERVERS:
        return _Table(connection.sql(query))
    try:
        return _Query(connection, query)
    except Exception as error:  # each driver raises its own
        raise InvalidSetting(f"{path}: the query cannot be answered ({error})") from error


def _table(connection: Any, name: str, path: Path) -> _Table:  # noqa: ANN401
    names = _names(connection)
    if name not in names:
        raise UnknownName("table", name, names, str(path))
    found = connection.table(name)
    # A table has no order of its own; two runs must read the same rows in the same places.
    return _Table(found.order_by(found.columns))


def _names(connection: Any) -> list[str]:  # noqa: ANN401
    if connection.name != "duckdb":
        return sorted(connection.list_tables())
    # Ibis 12 lists tables by a method that DuckDB 2 no longer has.
    found = connection.raw_sql("select table_name from duckdb_tables() order by all").fetchall()
    return [name for (name,) in found]


def _url_of(path: Path) -> str:
    if not path.is_file():
        raise MissingFile(f"{path} does not exist: expected a database file")
    return f"{_SCHEMES[path.suffix.lower()]}://{path.resolve()}"


def _connect(url: str, path: Path) -> Any:  # noqa: ANN401
    if url.startswith("mysql"):
        _answer_for_mysqldb()
    try:
        return ibis.connect(url, read_only=True) if url.startswith("duckdb") else ibis.connect(url)
    except ImportError as error:
        package = re.search(r"ibis-framework\[(\w+)\]", str(error))
        extra = package[1] if package else "postgres"
        raise InvalidSetting(
            f'{path} needs a further package: pip install "ibis-framework[{extra}]"'
        ) from error
    except Exception as error:  # each driver raises its own
        # The message may repeat the address, and with it the password.
        raise InvalidSetting(f"{path}: cannot connect ({type(error).__name__})") from error


def _answer_for_mysqldb() -> None:
    """Let the driver that needs no compiler stand in for the one that Ibis asks for."""
    with suppress(ImportError):
        import pymysql

        pymysql.install_as_MySQLdb()


def _settings(path: Path) -> dict[str, str]:
    raw = read_toml(path)
    problems = [f"unknown key {key!r}: {nearest(key, _KEYS)}" for key in raw if key not in _KEYS]
    problems += [f"{key} must be text" for key, value in raw.items() if not isinstance(value, str)]
    if "url" not in raw:
        problems.append('lacks url, such as "postgresql://user:${PASSWORD}@host/database"')
    if ("query" in raw) == ("table" in raw):
        problems.append("needs either query or table")
    if problems:
        raise Problems(str(path), problems)
    raw["url"] = re.sub(r"\$\{(\w+)\}", lambda found: _variable(found[1], path), raw["url"])
    return raw


def _variable(name: str, path: Path) -> str:
    if name not in os.environ:
        raise InvalidSetting(f"{path} names the environment variable {name}, which is not set")
    return os.environ[name]
