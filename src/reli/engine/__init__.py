"""Runs the road of the data: atomic files, steps, kernels over batches, the database."""

from reli.engine.batches import Kernel, map_batches, of_size, read_batches
from reli.engine.budget import Budget
from reli.engine.choice import Engine, check_engine, open_engine
from reli.engine.duckdb import DuckDBEngine
from reli.engine.files import (
    atomic,
    parquet_files,
    remove_leftovers,
    row_count,
    sha256,
    unfinished,
)
from reli.engine.gather import gather, link
from reli.engine.known import KnownFiles
from reli.engine.memory import give_back
from reli.engine.pace import Pace
from reli.engine.parquet import fewest_values, is_brief, parquet_reader, parquet_writer
from reli.engine.progress import Progress, Quiet, Terminal
from reli.engine.steps import Growth, Rows, Step, StepRunner

__all__ = [
    "Budget",
    "DuckDBEngine",
    "Engine",
    "Growth",
    "Kernel",
    "KnownFiles",
    "Pace",
    "Progress",
    "Quiet",
    "Rows",
    "Step",
    "StepRunner",
    "Terminal",
    "atomic",
    "check_engine",
    "fewest_values",
    "gather",
    "give_back",
    "is_brief",
    "link",
    "map_batches",
    "of_size",
    "open_engine",
    "parquet_files",
    "parquet_reader",
    "parquet_writer",
    "read_batches",
    "remove_leftovers",
    "row_count",
    "sha256",
    "unfinished",
]
