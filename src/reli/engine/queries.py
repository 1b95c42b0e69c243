"""Queries in the database's own words, kept for the next process.

Ibis takes a fiftieth of a second to put a query into words, and a fifth to load what it needs for
it; most runs ask what an earlier one asked.
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

    It is known again by all that it says: its tables with their columns, its operations and its
    literals. What is asked under other settings, or by other code, is another query.

    Args:
        expression: of tables that are named, without any in memory.
    """
    return kept_text("queries", _versions(), _digest(expression), lambda: _compiled(expression))


def named_in(sql: str) -> list[str]:
    """Tables that a query reads, of those that an engine names."""
    return list(dict.fromkeys(_TABLE.findall(sql)))


def _compiled(expression: ibis.Table) -> str:
    return str(ibis.to_sql(expression, dialect="duckdb", pretty=False))


@cache
def _versions() -> str:
    """What puts queries into words, and what must understand them."""
    libraries = ("duckdb", "ibis-framework", "sqlglot")
    return "-".join(version(library) for library in libraries)


def _digest(expression: ibis.Table) -> str:
    said = io.BytesIO()
    _Said(said, protocol=5).dump(expression.op())
    return sha256(said.getvalue()).hexdigest()


class _Said(pickle.Pickler):
    """Writes down all that an expression says."""

    def persistent_id(self, said: Any) -> Any:  # noqa: ANN401
        """What stands for a function of the database: its class is made anew by each process."""
        if isinstance(said, type) and issubclass(said, ops.ScalarUDF | ops.AggUDF):
            return tuple(getattr(said, name) for name in _FUNCTION)
        return None
