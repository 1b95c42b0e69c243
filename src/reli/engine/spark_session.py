"""Opens a session of Spark, and says what stands in the way: Spark, Java, or a silent master."""

import os
import re
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reli.engine.budget import Budget
from reli.errors import InvalidSetting

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["check_master", "open_session"]

_LEAST_DRIVER = 512_000_000
"""Spark itself asks for nearly as much."""
_MASTER = r"local.*|yarn|k8s://.+|spark://[^,]+:[0-9]+(,[^,]+:[0-9]+)*"
_PATIENCE = 5
"""Seconds in which a master must answer; Spark itself asks for a minute and a half."""


def open_session(scratch: Path, budget: Budget, master: str) -> "SparkSession":
    """Open a session, or join the one that this process has.

    Args:
        scratch: folder for what executors on this machine spill.
        budget: memory of the driver.
        master: URL of the cluster.

    Raises:
        InvalidSetting: Spark or Java is not there, or no master answers.
    """
    check_master(master)
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    # Workers are of this environment, whatever python is called elsewhere.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    scratch.mkdir(parents=True, exist_ok=True)
    builder = SparkSession.builder.master(master).appName("reli")
    for name, value in _settings(scratch, budget).items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except PySparkRuntimeError as error:
        raise InvalidSetting(
            f'engine is "spark", but its Java does not start: install Java 17, or see what Java '
            f"says above ({error})"
        ) from error
    except Exception as error:
        # Of what Java says, the first line; a trace of calls follows.
        said = str(getattr(error, "java_exception", error)).partition("\n")[0]
        raise InvalidSetting(f"spark_master is {master!r}, and Spark says: {said}") from error
    _quieten(session)
    return session


def check_master(master: str) -> None:
    """See that Spark and Java are there, and that a master named by its address answers.

    Args:
        master: URL of the cluster, or local[2].

    Raises:
        InvalidSetting: something is not there; the message says what to do.
    """
    if not re.fullmatch(_MASTER, master):
        raise InvalidSetting(
            f"spark_master is {master!r}: expected local[*], local[2], spark://host:7077, yarn or "
            "k8s://..."
        )
    try:
        import pyspark  # noqa: F401
    except ModuleNotFoundError as error:
        raise InvalidSetting(
            'engine is "spark", but Spark is not installed: pip install "reli[spark]"'
        ) from error
    if not _has_java():
        raise InvalidSetting(
            'engine is "spark", but there is no Java: install Java 17, or set JAVA_HOME'
        )
    addresses = list(_addresses(master))
    if addresses and not any(_answers(*each) for each in addresses):
        raise InvalidSetting(
            f"spark_master is {master!r}, but nothing answers there: start the master and its "
            "workers, correct the address, or leave spark_master out to run on this machine"
        )


def _has_java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return bool(shutil.which(Path(home, "bin", "java") if home else "java"))


def _addresses(master: str) -> Iterator[tuple[str, int]]:
    """Host and port of each master of a cluster of Spark's own kind; of others none."""
    if master.startswith("spark://"):
        for each in master.removeprefix("spark://").split(","):
            host, _, port = each.rpartition(":")
            yield host.strip("[]"), int(port)


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), _PATIENCE).close()
    except (OSError, OverflowError):
        return False
    return True


def _settings(scratch: Path, budget: Budget) -> dict[str, Any]:
    return {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(scratch),
        "spark.driver.memory": f"{max(budget.memory, _LEAST_DRIVER) // 10**6}m",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(max(4, 2 * budget.workers)),
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(budget.batch_rows),
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.sql.files.maxPartitionBytes": "32m",
        # Parquet's Java reads packed dictionaries of more than 8 kB wrongly where it looks there
        # for the values of a filter; nothing is gained from looking there.
        "spark.hadoop.parquet.filter.dictionary.enabled": "false",
    }


def _quieten(session: "SparkSession") -> None:
    """Only errors are told, and that a cluster has no workers free: a run would wait in silence."""
    session.sparkContext.setLogLevel("ERROR")
    java: Any = session.sparkContext._jvm
    warn = java.org.apache.logging.log4j.Level.WARN
    told = "org.apache.spark.scheduler.TaskSchedulerImpl"
    java.org.apache.logging.log4j.core.config.Configurator.setLevel(told, warn)
