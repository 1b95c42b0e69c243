"""The interface that all engines have, and the choice of one by its name."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import ibis
import pyarrow as pa

from reli.engine.batches import Kernel
from reli.engine.budget import Budget
from reli.engine.duckdb import DuckDBEngine
from reli.engine.progress import Progress
from reli.errors import UnknownName

__all__ = ["ENGINES", "Engine", "check_engine", "open_engine"]

ENGINES = ("duckdb", "spark")


class Engine(Protocol):
    """What evaluates expressions and maps kernels, and knows where."""

    def table(self, path: Path | Sequence[Path]) -> ibis.Table:
        """A Parquet file or folder, or several of one form, as a table."""

    def memory_table(self, table: pa.Table) -> ibis.Table:
        """A small table in memory."""

    def keep(self, expression: ibis.Table) -> ibis.Table:
        """Evaluate an expression once for several that read it; kept until the engine closes."""

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """Evaluate an expression that is small enough for memory."""

    def write(self, expression: ibis.Table, target: Path, *, order_by: Sequence[str] = ()) -> int:
        """Evaluate an expression into Parquet; the number of its rows."""

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
        """Run a kernel over a Parquet table; the number of rows written.

        Columns of text that are `encoded` may come dictionary-encoded. Where `packed`, the
        rows of a kernel that keeps few are put together before they are written.
        """

    def pick(self, source: Path, make: Callable[[], Kernel], columns: Sequence[str]) -> pa.Table:
        """Run a kernel over a Parquet table; its answers, which must be few, in memory."""

    def close(self) -> None:
        """Give back what is held."""


def check_engine(name: str, *, master: str) -> None:
    """See that an engine can be opened, without opening it.

    Raises:
        InvalidSetting: it is not installed here, or its master does not answer.
    """
    if name == "spark":
        from reli.engine.spark_session import check_master

        check_master(master)


def open_engine(name: str, scratch: Path, budget: Budget, *, master: str = "local[*]") -> Engine:
    """An engine by its name.

    Raises:
        UnknownName: no such engine.
        InvalidSetting: the engine is not installed here, or its master does not answer.
    """
    if name == "duckdb":
        return DuckDBEngine(scratch, budget)
    if name == "spark":
        from reli.engine.spark import SparkEngine

        return SparkEngine(scratch, budget, master=master)
    raise UnknownName("engine", name, ENGINES)
