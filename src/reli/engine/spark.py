"""A cluster, or its stand-in on one machine: the same expressions and kernels on Apache Spark.

Tables go in and out as Parquet; only what is small enough for memory comes to the driver.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from reli.engine.batches import Kernel, empty_batch
from reli.engine.budget import Budget
from reli.engine.encoded import plain_schema
from reli.engine.files import parquet_files, row_count
from reli.engine.progress import Progress, Quiet
from reli.engine.spark_session import open_session

__all__ = ["SparkEngine"]


class SparkEngine:
    """Evaluates Ibis expressions and maps kernels on a cluster named by its URL."""

    def __init__(
        self, scratch: Path, budget: Budget | None = None, *, master: str = "local[*]"
    ) -> None:
        """Open a session, or join the one that this process has.

        Args:
            scratch: folder for what executors on this machine spill.
            budget: memory of the driver; on `local` masters also of the work.
            master: URL of the cluster, such as spark://host:7077, or local[2].

        Raises:
            InvalidSetting: Spark or Java is not there, or no master answers.
        """
        self._budget = budget or Budget()
        self._session = open_session(scratch, self._budget, master)
        self._connection = ibis.pyspark.connect(self._session)
        self._views: list[str] = []
        self._kept: list[Any] = []

    def table(self, path: Path | Sequence[Path]) -> ibis.Table:
        """A Parquet file or folder, or several of one form, as a table."""
        paths = [path] if isinstance(path, Path) else list(path)
        return self._viewed(self._session.read.parquet(*(str(each) for each in paths)))

    def memory_table(self, table: pa.Table) -> ibis.Table:
        """A small table in memory."""
        # As Arrow: row by row it would go through a Python worker each time it is read.
        return self._viewed(self._session.createDataFrame(table))

    def keep(self, expression: ibis.Table) -> ibis.Table:
        """Evaluate an expression once for several that read it; kept by the executors."""
        frame = self._frame(expression).persist()
        self._kept.append(frame)
        return self._viewed(frame)

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """Evaluate an expression that is small enough for the driver's memory."""
        found: pa.Table = self._frame(expression).toArrow()
        return found.cast(expression.schema().to_pyarrow())

    def write(self, expression: ibis.Table, target: Path, *, order_by: Sequence[str] = ()) -> int:
        """Evaluate an expression into a folder of Parquet files; the number of its rows."""
        ordered = expression.order_by(list(order_by)) if order_by else expression
        _write(self._frame(ordered), target)
        return row_count(target)

    def map(
        self,
        source: Path,
        make: Callable[[], Kernel],
        target: Path,
        *,
        columns: Sequence[str] | None = None,
        encoded: Sequence[str] = (),  # noqa: ARG002 - its workers pass texts as they are
        packed: bool = False,  # noqa: ARG002 - it has batches of its own
        progress: Progress | None = None,
    ) -> int:
        """Run a kernel over a Parquet table; each worker makes its own.

        Args:
            source: Parquet file or folder.
            make: makes the kernel; must be a function of a module, or a partial of one.
            target: folder of Parquet files to write.
            columns: columns the kernel needs; all by default.
            encoded: of no use here: they come as they are.
            packed: of no use here.
            progress: told of the rows at the end.

        Returns:
            Number of rows written.
        """
        _write(self._mapped(source, make, columns), target)
        rows = row_count(target)
        (progress or Quiet()).advanced(rows)
        return rows

    def pick(self, source: Path, make: Callable[[], Kernel], columns: Sequence[str]) -> pa.Table:
        """Run a kernel that keeps few rows over a Parquet table; what it keeps, on the driver."""
        schema = plain_schema(make()(empty_batch(_arrow_schema(source), columns)).schema)
        found: pa.Table = self._mapped(source, make, columns).toArrow()
        return found.cast(schema)

    def _mapped(
        self, source: Path, make: Callable[[], Kernel], columns: Sequence[str] | None
    ) -> Any:  # noqa: ANN401
        """A kernel over the rows of a Parquet table, by whatever worker has them."""
        from pyspark.sql.pandas.types import from_arrow_schema

        frame = self._session.read.parquet(str(source))
        read = pa.schema(_arrow_schema(source))
        schema = plain_schema(make()(empty_batch(read, columns)).schema)
        frame = frame.select(*(columns or read.names))
        kernel = _Mapped(make, schema, pa.schema([read.field(n) for n in columns or read.names]))
        return frame.mapInArrow(kernel, from_arrow_schema(schema))

    def close(self) -> None:
        """Forget the tables; the session stays for the next step of this process."""
        for name in self._views:
            with suppress(Exception):
                self._session.catalog.dropTempView(name)
        self._views.clear()
        for frame in self._kept:
            with suppress(Exception):
                frame.unpersist()
        self._kept.clear()

    def _frame(self, expression: ibis.Table) -> Any:  # noqa: ANN401
        # Registers what the expression holds in memory, which compiling alone does not.
        self._connection._run_pre_execute_hooks(expression)
        return self._session.sql(self._connection.compile(expression))

    def _viewed(self, frame: Any) -> ibis.Table:  # noqa: ANN401
        name = f"reli_{id(self)}_{len(self._views)}"
        frame.createOrReplaceTempView(name)
        self._views.append(name)
        found: ibis.Table = self._connection.table(name)
        return found

    def stop(self) -> None:
        """End the session."""
        self._session.stop()


class _Mapped:
    """A kernel as Spark calls it: over the batches of a partition, made once for it."""

    def __init__(self, make: Callable[[], Kernel], schema: pa.Schema, read: pa.Schema) -> None:
        self._make, self._schema, self._read = make, schema, read

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        kernel = self._make()
        for batch in batches:
            yield kernel(batch.cast(self._read)).cast(self._schema)


def _arrow_schema(path: Path) -> pa.Schema:
    import pyarrow.parquet as pq

    return pq.read_schema(parquet_files(path)[0])


def _write(frame: Any, target: Path) -> None:  # noqa: ANN401
    """Write a folder in which the parts are called by their number alone."""
    frame.write.mode("overwrite").parquet(target.absolute().as_uri())
    for other in [*target.glob("_*"), *target.glob(".*")]:
        other.unlink()
    for number, part in enumerate(sorted(target.glob("part-*"))):
        part.rename(target / f"part-{number:05}.parquet")
