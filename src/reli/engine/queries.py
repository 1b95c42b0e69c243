"""SQL of Ibis expressions, cached between runs.

Ibis takes 20 ms to compile a query and 200 ms to load its compiler, and most runs ask what an
earlier run has asked.
"""

import io
import pickle
import re
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

import ibis
import ibis.expr.operations as ops

from reli.engine.kept import kept_text

__all__ = ["named_in", "sql_of"]

# The database puts nested selections together itself, and quicker.
ibis.options.sql.fuse_selects = False

_FUNCTION = ("__func_name__", "__udf_namespace__", "__config__", "dtype")
"""What Ibis knows of a function of the database."""

_TABLE = re.compile('"((?:rows|kept)_[0-9]+)"')


def sql_of(expression: ibis.Table) -> str:
    """A query in DuckDB's SQL.

    Cached under a hash of everything in the expression: its tables with their columns, its
    operations and its literals. Other settings or other code make another expression.

    Args:
        expression: of tables that are named, without any in memory.
    """
    return kept_text("queries", _versions(), _digest(expression), lambda: _compiled(expression))


def named_in(sql: str) -> list[str]:
    """Names of the tables that a query reads, as `DuckDBEngine` gives them."""
    return list(dict.fromkeys(_TABLE.findall(sql)))


def _compiled(expression: ibis.Table) -> str:
    return str(ibis.to_sql(expression, dialect="duckdb", pretty=False))


@cache
def _versions() -> str:
    """Versions of the libraries that compile queries and of the database that runs them."""
    libraries = ("duckdb", "ibis-framework", "sqlglot")
    return "-".join(version(library) for library in libraries)


def _digest(expression: ibis.Table) -> str:
    said = io.BytesIO()
    _Said(said, protocol=5).dump(expression.op())
    return sha256(said.getvalue()).hexdigest()


class _Said(pickle.Pickler):
    """Serialises an expression, so that it can be hashed."""

    def persistent_id(self, said: Any) -> Any:  # noqa: ANN401
        """A function of the database by name and types; its class differs between processes."""
        if isinstance(said, type) and issubclass(said, ops.ScalarUDF | ops.AggUDF):
            return tuple(getattr(said, name) for name in _FUNCTION)
        return None
