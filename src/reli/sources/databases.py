"""Tables of databases: a file of SQLite or DuckDB, or a server named by a `*.database.toml`.

url = "postgresql://reader:${REGISTER_PASSWORD}@db.example/register"
query = "select * from firms order by id"    # or: table = "firms"
as_of = "2024-01-15"                         # change it to have the rows read anew
"""

import os
import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import ibis
import pyarrow as pa

from reli.errors import (
    InvalidData,
    InvalidSetting,
    MissingFile,
    Problems,
    ReliError,
    UnknownName,
    nearest,
)
from reli.sources.asking import Asked, Asking, Named, asking
from reli.sources.lines import RejectedLine, Rows
from reli.texts import read_toml

__all__ = ["CONNECTION_SUFFIX", "DatabaseTable", "database_tables"]

CONNECTION_SUFFIX = ".database.toml"

_KEYS = ("url", "query", "table", "as_of")
_SCHEMES = {".duckdb": "duckdb", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": "sqlite"}
_FILES = ("sqlite", "duckdb")
_SERVERS = ("postgres", "postgresql", "mysql", "mariadb")
"""Servers whose drivers come with `reli[databases]`."""


class DatabaseTable:
    """A table or query of a database; its rows are numbered from 1."""

    def __init__(self, path: Path, table: str = "") -> None:
        """Connect and look at the columns.

        Args:
            path: database file, or `*.database.toml`.
            table: table or view of a database file; by default its only table.

        Raises:
            ReliError: settings, connection or table that do not work.
        """
        self.name = str(path)
        self.title = ""
        self.rejected: list[RejectedLine] = []
        self._asked = _opened(path, table)
        self.header, self.schema = self._asked.header, self._asked.schema
        self.columns = tuple(self.schema.names)

    def rows(self) -> Iterator[Rows]:
        """The rows as the database gives them.

        Raises:
            InvalidData: the database stops answering.
        """
        line = 1
        batches = self._asked.batches()
        while (batch := self._next(batches)) is not None:
            numbers = pa.array(range(line, line + batch.num_rows), pa.int64())
            yield Rows(batch, numbers)
            line += batch.num_rows

    def _next(self, batches: Iterator[pa.RecordBatch]) -> pa.RecordBatch | None:
        try:
            return next(batches, None)
        except Exception as error:  # each driver raises its own
            raise InvalidData(f"{self.name} cannot be read to its end: {error}") from error


def database_tables(path: Path) -> list[str]:
    """Names of the tables of a database file, of its views where it has no table.

    None for a `*.database.toml`, which says its own.
    """
    if path.name.endswith(CONNECTION_SUFFIX):
        return []
    return _own_tables(_tables(_connect(_url_of(path), path), path))


def _own_tables(found: dict[str, Named]) -> list[str]:
    """A view shows rows of tables once more: it is read where it is named, or alone."""
    return [name for name, (_, _, is_view) in found.items() if not is_view] or list(found)


def _opened(path: Path, table: str) -> Asked:
    if path.name.endswith(CONNECTION_SUFFIX):
        settings = _settings(path)
        connection = _connect(settings["url"], path)
        if "query" in settings:
            return _answered(connection, settings["query"], path)
        return _whole(connection, settings["table"], path)
    connection = _connect(_url_of(path), path)
    names = [table] if table else _own_tables(_tables(connection, path))
    if len(names) != 1:
        found = ", ".join(names) or "none"
        raise InvalidData(f"{path} has several tables or none ({found}): name one as `sheet`")
    return _whole(connection, names[0], path)


def _whole(connection: Asking, name: str, path: Path) -> Asked:
    found = _tables(connection, path)
    if name not in found:
        raise UnknownName("table", name, list(found), str(path))
    return _answered(connection, connection.whole(found[name]), path)


def _answered(connection: Asking, query: str, path: Path) -> Asked:
    try:
        return connection.ask(query)
    except Exception as error:  # each driver raises its own
        raise InvalidSetting(f"{path}: the query cannot be answered ({error})") from error


def _tables(connection: Asking, path: Path) -> dict[str, Named]:
    """Tables and views by the name that says which: with its schema where it needs one."""
    try:
        found = connection.tables()
    except Exception as error:  # each driver raises its own
        raise InvalidData(f"{path} cannot be read as a database: {error}") from error
    return {".".join(filter(None, each[:2])): each for each in found}


def _url_of(path: Path) -> str:
    if not path.is_file():
        raise MissingFile(f"{path} does not exist: expected a database file")
    return f"{_SCHEMES[path.suffix.lower()]}://{path.resolve()}"


def _connect(url: str, path: Path) -> Asking:
    scheme = url.partition(":")[0]
    if scheme in ("mysql", "mariadb"):
        _answer_for_mysqldb()
        # To Ibis both are one.
        url = "mysql" + url.removeprefix(scheme)
    if scheme in _FILES:
        _check_file(url, path)
    try:
        return asking(_connection(url))
    except ReliError as error:
        raise InvalidSetting(f"{path} names {error}") from error
    except ImportError as error:
        named = re.search(r"ibis-framework\[\w+\]", str(error))
        package = named[0] if named and scheme not in _SERVERS else "reli[databases]"
        raise InvalidSetting(f'{path} needs a further package: pip install "{package}"') from error
    except Exception as error:  # each driver raises its own
        raise InvalidSetting(f"{path}: cannot connect ({_without_secret(error, url)})") from error


def _connection(url: str) -> Any:  # noqa: ANN401 - Ibis has no types of its own
    with warnings.catch_warnings():
        # Of zones of time that the server does not know: days are read as they stand.
        warnings.simplefilter("ignore", UserWarning)
        return ibis.connect(url, read_only=True) if url.startswith("duckdb") else ibis.connect(url)


def _check_file(url: str, path: Path) -> None:
    """Drivers make an empty database where there is none."""
    file = Path(unquote(url.partition("://")[2].partition("?")[0]))
    if not file.is_file():
        raise MissingFile(f"{path}: {file} does not exist: expected a database file")


def _without_secret(error: Exception, url: str) -> str:
    """What a driver says, which may repeat the address, and with it the password."""
    secret = urlsplit(url).password or ""
    text = f"{type(error).__name__}: {error}".replace(url, "***")
    for each in filter(None, (secret, unquote(secret))):
        text = text.replace(each, "***")
    return text


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
