"""The embedded database: Ibis expressions over Parquet files."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine.batches import Kernel, map_batches, pick_rows
from reli.engine.budget import Budget
from reli.engine.files import parquet_files, row_count
from reli.engine.progress import Progress
from reli.engine.queries import named_in, sql_of
from reli.engine.space import is_full
from reli.errors import InvalidSetting

__all__ = ["DuckDBEngine"]


@contextmanager
def _within_memory() -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        if is_full(error):
            raise
        raise InvalidSetting(
            "the memory that reli.toml grants is too little for this step, even with spilling: "
            f'set memory to more, such as memory = "2GB" ({str(error).splitlines()[0]})'
        ) from error


class DuckDBEngine:
    """Evaluates Ibis expressions on one machine, within a memory limit, spilling to disk.

    Ibis knows its tables by name and columns only, so that queries of earlier runs are known again;
    what a name means the database is told when a query reads it.
    """

    def __init__(self, scratch: Path, budget: Budget | None = None) -> None:
        """A database without a file, opened when it is first asked something.

        Args:
            scratch: folder for what does not fit into memory.
            budget: memory and threads of the process.
        """
        self._scratch, self._budget = scratch, budget or Budget()
        self._numbers = count()
        self._untold: dict[str, list[str] | pa.Table] = {}

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        self._scratch.mkdir(parents=True, exist_ok=True)
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": self._budget.database_memory,
            "temp_directory": str(self._scratch),
            "autoinstall_known_extensions": False,
            "threads": self._budget.database_threads,
            # What a query has used is given back while kernels work, not at the next query.
            "allocator_background_threads": True,
        }
        opened = duckdb.connect(config=settings)
        # A name is a table of this engine, never a variable of Python.
        opened.execute("SET TimeZone = 'UTC'; SET python_enable_replacements = false")
        return opened

    def table(self, path: Path | Sequence[Path]) -> ibis.Table:
        """A Parquet file or folder, or several of one form, as a table."""
        paths = [path] if isinstance(path, Path) else list(path)
        files = [file for each in paths for file in parquet_files(each)]
        return self._told_later([str(file) for file in files], pq.read_schema(files[0]))

    def memory_table(self, table: pa.Table) -> ibis.Table:
        """A small table in memory."""
        return self._told_later(table, table.schema)

    def keep(self, expression: ibis.Table) -> ibis.Table:
        """Evaluate an expression once for several that read it; spilt where it is large."""
        name = f"kept_{next(self._numbers)}"
        with _within_memory():
            self._connection.execute(f"CREATE TEMP TABLE {name} AS {self._sql(expression)}")
        return ibis.table(expression.schema(), name)

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """Evaluate an expression that is small enough for memory."""
        with _within_memory():
            found: pa.Table = self._connection.sql(self._sql(expression)).to_arrow_table()
        return found.cast(expression.schema().to_pyarrow())

    def write(self, expression: ibis.Table, target: Path, *, order_by: Sequence[str] = ()) -> int:
        """Evaluate an expression into a Parquet file and return the number of its rows.

        Without `order_by` the expression must keep the order of what it reads, or the bytes
        of the file are not the same from run to run.
        """
        how = f"TO {_quoted(str(target))} (FORMAT parquet, COMPRESSION zstd)"
        rows = _nullable(self._sql(expression), expression.columns)
        order = f" ORDER BY {', '.join(f'{_named(each)} NULLS LAST' for each in order_by)}"
        with _within_memory():
            self._connection.execute(f"COPY ({rows}{order if order_by else ''}) {how}")
        return row_count(target)

    def _told_later(self, rows: list[str] | pa.Table, schema: pa.Schema) -> ibis.Table:
        name = f"rows_{next(self._numbers)}"
        self._untold[name] = rows
        # Of a column of a file that another program wrote no value may lack; another time one may.
        columns = pa.schema([field.with_nullable(True) for field in schema])
        return ibis.table(ibis.Schema.from_pyarrow(columns), name)

    def _sql(self, expression: ibis.Table) -> str:
        """A query whose tables the database has been told of."""
        sql = sql_of(expression)
        for name in named_in(sql):
            if name in self._untold:
                self._tell(name, self._untold.pop(name))
        return sql

    def _tell(self, name: str, rows: list[str] | pa.Table) -> None:
        if isinstance(rows, pa.Table):
            self._connection.register(name, rows)
            return
        files = ", ".join(map(_quoted, rows))
        self._connection.execute(f"CREATE TEMP VIEW {name} AS FROM read_parquet([{files}])")

    def map(
        self,
        source: Path,
        make: Callable[[], Kernel],
        target: Path,
        *,
        columns: Sequence[str] | None = None,
        encoded: Sequence[str] = (),
        packed: bool = False,
        progress: Progress | None = None,
    ) -> int:
        """Run a kernel over a Parquet table in threads; see `map_batches`.

        Args:
            source: Parquet file or folder.
            make: makes the kernel, once.
            target: Parquet file to write.
            columns: columns the kernel needs; all by default.
            encoded: columns of text that the kernel takes dictionary-encoded.
            packed: whether rows are written in full batches.
            progress: told of the rows done.

        Returns:
            Number of rows written.
        """
        return map_batches(
            source,
            make(),
            target,
            columns=columns,
            encoded=encoded,
            packed=packed,
            progress=progress,
            budget=self._budget,
        )

    def pick(self, source: Path, make: Callable[[], Kernel], columns: Sequence[str]) -> pa.Table:
        """Run a kernel that keeps few rows over a Parquet table in threads; see `pick_rows`."""
        return pick_rows(source, make(), columns, self._budget)

    def close(self) -> None:
        """Close the database, if it was opened."""
        if "_connection" in self.__dict__:
            self._connection.close()


def _nullable(sql: str, columns: Sequence[str]) -> str:
    """A query of which the database cannot tell that no value lacks.

    It would write such columns in another form: the bytes of a file would depend on what the
    database could tell, which differs between ways to the same rows.
    """
    nothing = ", ".join(f"NULL AS {_named(name)}" for name in columns)
    # That a function without rows has none is not found out before it runs.
    return f"FROM (({sql}) UNION ALL (SELECT {nothing} FROM range(0)))"


def _named(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
