"""The embedded database: Ibis expressions over Parquet files."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from reli.engine.batches import Kernel, map_batches, pick_rows
from reli.engine.budget import Budget
from reli.engine.files import parquet_files, row_count
from reli.engine.progress import Progress
from reli.errors import InvalidSetting

__all__ = ["DuckDBEngine"]

# The database puts nested selections together itself, and quicker.
ibis.options.sql.fuse_selects = False


@contextmanager
def _within_memory() -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise InvalidSetting(
            "the memory that reli.toml grants is too little for this step, even with spilling: "
            f'set memory to more, such as memory = "2GB" ({str(error).splitlines()[0]})'
        ) from error


class DuckDBEngine:
    """Evaluates Ibis expressions on one machine, within a memory limit, spilling to disk."""

    def __init__(self, scratch: Path, budget: Budget | None = None) -> None:
        """A database without a file, opened when it is first asked something.

        Args:
            scratch: folder for what does not fit into memory.
            budget: memory and threads of the process.
        """
        self._scratch, self._budget = scratch, budget or Budget()
        self._numbers = count()

    @cached_property
    def _connection(self) -> Any:  # noqa: ANN401 - Ibis does not say of which type.
        self._scratch.mkdir(parents=True, exist_ok=True)
        settings: dict[str, Any] = {
            "memory_limit": self._budget.database_memory,
            "temp_directory": str(self._scratch),
            "autoinstall_known_extensions": False,
            "threads": self._budget.database_threads,
            # What a query has used is given back while kernels work, not at the next query.
            "allocator_background_threads": True,
        }
        return ibis.duckdb.connect(**settings)

    def table(self, path: Path | Sequence[Path]) -> ibis.Table:
        """A Parquet file or folder, or several of one form, as a table."""
        paths = [path] if isinstance(path, Path) else list(path)
        files = [str(file) for each in paths for file in parquet_files(each)]
        found: ibis.Table = self._connection.read_parquet(files)
        return found

    def memory_table(self, table: pa.Table) -> ibis.Table:
        """A small table in memory."""
        found: ibis.Table = ibis.memtable(table)
        return found

    def keep(self, expression: ibis.Table) -> ibis.Table:
        """Evaluate an expression once for several that read it; spilt where it is large."""
        name = f"kept_{next(self._numbers)}"
        with _within_memory():
            found: ibis.Table = self._connection.create_table(name, expression, temp=True)
        return found

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """Evaluate an expression that is small enough for memory."""
        with _within_memory():
            found: pa.Table = self._connection.to_pyarrow(expression)
        return found

    def write(self, expression: ibis.Table, target: Path, *, order_by: Sequence[str] = ()) -> int:
        """Evaluate an expression into a Parquet file and return the number of its rows.

        Without `order_by` the expression must keep the order of what it reads, or the bytes
        of the file are not the same from run to run.
        """
        ordered = expression.order_by(list(order_by)) if order_by else expression
        with _within_memory():
            self._connection.to_parquet(ordered, str(target), compression="zstd")
        return row_count(target)

    def map(
        self,
        source: Path,
        make: Callable[[], Kernel],
        target: Path,
        *,
        columns: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Run a kernel over a Parquet table in threads; see `map_batches`.

        Args:
            source: Parquet file or folder.
            make: makes the kernel, once.
            target: Parquet file to write.
            columns: columns the kernel needs; all by default.
            progress: told of the rows done.

        Returns:
            Number of rows written.
        """
        return map_batches(
            source, make(), target, columns=columns, progress=progress, budget=self._budget
        )

    def pick(self, source: Path, make: Callable[[], Kernel], columns: Sequence[str]) -> pa.Table:
        """Run a kernel that keeps few rows over a Parquet table in threads; see `pick_rows`."""
        return pick_rows(source, make(), columns, self._budget)

    def close(self) -> None:
        """Close the database, if it was opened."""
        if "_connection" in self.__dict__:
            self._connection.disconnect()
