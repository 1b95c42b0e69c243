"""The embedded database: Ibis expressions over Parquet files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["DuckDBEngine"]


class DuckDBEngine:
    """Evaluates Ibis expressions on one machine, within a memory limit, spilling to disk."""

    def __init__(self, scratch: Path, *, memory: str = "2GB", threads: int | None = None) -> None:
        """Open a database without a file.

        Args:
            scratch: folder for what does not fit into memory.
            memory: limit such as "2GB".
            threads: number of threads; all processors by default.
        """
        scratch.mkdir(parents=True, exist_ok=True)
        settings: dict[str, Any] = {
            "memory_limit": memory,
            "temp_directory": str(scratch),
            "autoinstall_known_extensions": False,
        }
        if threads:
            settings["threads"] = threads
        self._connection = ibis.duckdb.connect(**settings)

    def table(self, path: Path | Sequence[Path]) -> ibis.Table:
        """A Parquet file, or several of one form, as a table."""
        paths = [path] if isinstance(path, Path) else list(path)
        found: ibis.Table = self._connection.read_parquet([str(each) for each in paths])
        return found

    def memory_table(self, table: pa.Table) -> ibis.Table:
        """A small table in memory."""
        found: ibis.Table = ibis.memtable(table)
        return found

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """Evaluate an expression that is small enough for memory."""
        found: pa.Table = self._connection.to_pyarrow(expression)
        return found

    def write(self, expression: ibis.Table, target: Path, *, order_by: Sequence[str] = ()) -> int:
        """Evaluate an expression into a Parquet file and return the number of its rows.

        Without `order_by` the expression must keep the order of what it reads, or the bytes
        of the file are not the same from run to run.
        """
        ordered = expression.order_by(list(order_by)) if order_by else expression
        self._connection.to_parquet(ordered, str(target), compression="zstd")
        return int(pq.read_metadata(target).num_rows)

    def close(self) -> None:
        """Close the database."""
        self._connection.disconnect()
