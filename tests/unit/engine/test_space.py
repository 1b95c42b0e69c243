"""A full disk is one message, whichever library meets it; what they say was seen on a full one."""

from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from reli.engine import DuckDBEngine, Step, StepRunner
from reli.engine.budget import Budget
from reli.errors import InvalidSetting, NoSpace

FULL = Path("/dev/full")
"""A device that always is."""


def by_python():
    # Libraries remove a file that they could not write: the device is for Python alone.
    with FULL.open("w") as file:
        file.write("a")


def by_arrow():
    detail = "[errno 28] No space left on device"
    raise OSError(28, f"Error writing bytes to file. Detail: {detail}")


def by_polars():
    raise pl.exceptions.ComputeError("No space left on device (os error 28)")


def by_database():
    said = 'Could not write file "meant.parquet": No space left on device'
    raise duckdb.IOException(f"IO Error: Async write failed for range [offset=10585]: {said}")


def by_spilling():
    limits = {"memory_limit": "20MB", "max_temp_directory_size": "1MB", "threads": 1}
    with duckdb.connect(config=limits) as there:
        there.sql("create table many as select hash(range) h from range(2_000_000)")
        there.sql("create table sorted as select * from many order by h")


@pytest.mark.parametrize("write", [by_python, by_arrow, by_polars, by_database, by_spilling])
def test_a_step_that_finds_the_disk_full_says_so(write, tmp_path):
    if write is by_python and not FULL.is_char_device():
        pytest.skip("needs the device /dev/full")

    def run(places):
        write()

    step = Step(name="clean/patents", run=run, inputs=(), outputs=(tmp_path / "build" / "a",))
    with pytest.raises(NoSpace, match=f"the disk of {tmp_path} is full .* step clean/patents"):
        StepRunner(tmp_path, tmp_path / "manifest.json").run([step])
    assert not step.outputs[0].exists()


def test_other_errors_stay_as_they_are(tmp_path):
    def run(places):
        raise InvalidSetting("no")

    step = Step(name="clean/patents", run=run, inputs=(), outputs=(tmp_path / "a",))
    with pytest.raises(InvalidSetting, match="no"):
        StepRunner(tmp_path, tmp_path / "manifest.json").run([step])


def test_memory_that_is_too_little_is_not_called_a_full_disk(tmp_path):
    engine = DuckDBEngine(tmp_path, Budget.parse("200MB", threads=1))
    engine._connection.execute("set memory_limit = '1MB'")
    many = engine.memory_table(pa.table({"a": list(range(300_000))}))
    with pytest.raises(InvalidSetting, match="set memory to more"):
        engine.fetch(many.group_by("a").aggregate(n=many.count()))
    engine.close()
