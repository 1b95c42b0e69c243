"""One setting of memory for database and kernels; what does not fit is spilt."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reli.engine import Budget, DuckDBEngine
from reli.errors import InvalidSetting


@pytest.mark.parametrize(
    ("text", "size"),
    [("2GB", 2 * 10**9), ("500 MB", 5 * 10**8), ("1.5g", 15 * 10**8), ("200000000", 2 * 10**8)],
)
def test_amounts(text, size):
    assert Budget.parse(text).memory == size


@pytest.mark.parametrize("text", ["", "much", "2 G B", "-1GB", "100MB"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(InvalidSetting, match="memory is"):
        Budget.parse(text)


@pytest.mark.parametrize(
    ("memory", "threads", "rows"),
    # Half of the memory / threads / 3,000 bytes a row, down to a power of two.
    [("2GB", 2, 131_072), ("500MB", 2, 32_768), ("200MB", 8, 4_096), ("64GB", 64, 131_072)],
)
def test_batches_fit_into_the_memory(memory, threads, rows):
    assert Budget.parse(memory, threads).batch_rows == rows


def test_the_database_spills_and_gives_the_same(tmp_path):
    """Three columns of a million distinct texts do not fit into 140 MB."""
    rng = np.random.default_rng(1)
    numbers = pa.array(rng.permutation(1_000_000))
    text = numbers.cast(pa.string())
    wide = {f"x{n}": pa.compute.binary_join_element_wise(text, "-" * 30, "") for n in range(3)}
    pq.write_table(pa.table({"key": numbers, **wide}), tmp_path / "rows.parquet")
    found = []
    for memory in ("200MB", "2GB"):
        engine = DuckDBEngine(tmp_path / "spill", Budget.parse(memory, threads=2))
        rows = engine.table(tmp_path / "rows.parquet")
        engine.write(rows, tmp_path / f"{memory}.parquet", order_by=["x0"])
        engine.close()
        found.append(pq.read_table(tmp_path / f"{memory}.parquet"))
    assert found[0].equals(found[1])
