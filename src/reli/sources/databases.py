"""Tables of databases: a file of SQLite or DuckDB, or a server named by a `*.database.toml`.

url = "postgresql://reader:${REGISTER_PASSWORD}@db.example/register"
query = "select * from firms order by id"    # or: table = "firms"
as_of = "2024-01-15"                         # change it to have the rows read anew
"""

import os
import re
from collections.abc import Iterator
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
        self._expression = _expression(path, table)
        self.schema = self._expression.schema().to_pyarrow()
        self.columns = tuple(self.schema.names)

    def rows(self) -> Iterator[Rows]:
        """The rows as the database gives them."""
        line = 1
        for batch in _batches(self._expression):
            numbers = pa.array(range(line, line + batch.num_rows), pa.int64())
            yield Rows(batch.cast(self.schema), numbers)
            line += batch.num_rows


def _batches(expression: Any) -> Iterator[pa.RecordBatch]:  # noqa: ANN401
    backend = expression.get_backend()
    if backend.name != "duckdb":
        yield from expression.to_pyarrow_batches(chunk_size=_BATCH_ROWS)
        return
    # Ibis 12 asks for batches by a method that DuckDB 2 no longer has.
    yield from backend.con.sql(backend.compile(expression)).to_arrow_reader(_BATCH_ROWS)


def database_tables(path: Path) -> list[str]:
    """Names of the tables of a database file; none for a `*.database.toml`, which says its own."""
    if path.name.endswith(CONNECTION_SUFFIX):
        return []
    return _names(_connect(_url_of(path), path))


def _expression(path: Path, table: str) -> Any:  # noqa: ANN401 - Ibis has no types of its own
    if path.name.endswith(CONNECTION_SUFFIX):
        settings = _settings(path)
        connection = _connect(settings["url"], path)
        if "query" in settings:
            return connection.sql(settings["query"])
        return _table(connection, settings["table"], path)
    connection = _connect(_url_of(path), path)
    names = _names(connection)
    if not table and len(names) != 1:
        found = ", ".join(names) or "none"
        raise InvalidData(f"{path} has several tables or none ({found}): name one as `sheet`")
    return _table(connection, table or names[0], path)


def _table(connection: Any, name: str, path: Path) -> Any:  # noqa: ANN401
    names = _names(connection)
    if name not in names:
        raise UnknownName("table", name, names, str(path))
    found = connection.table(name)
    # A table has no order of its own; two runs must read the same rows in the same places.
    return found.order_by(found.columns)


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
