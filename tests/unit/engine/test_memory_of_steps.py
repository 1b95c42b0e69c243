"""Memory that steps leave alone, and what they give back."""

import gc
import resource
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import ibis
import pytest

from reli.engine import DuckDBEngine, StepRunner
from reli.engine.memory import settle


def test_what_is_loaded_is_frozen_once_a_process(tmp_path):
    gc.unfreeze()
    settle.cache_clear()
    StepRunner(tmp_path, tmp_path / "manifest.json")
    frozen = gc.get_freeze_count()
    assert frozen > 10_000
    later = [[number] for number in range(1_000)]
    StepRunner(tmp_path, tmp_path / "manifest.json")
    assert len(later) == 1_000
    assert gc.get_freeze_count() <= frozen


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no /proc to read memory from")
def test_what_a_query_has_used_is_given_back_while_the_database_is_open(tmp_path):
    engine = DuckDBEngine(tmp_path / "spill")
    numbers = ibis.range(2_000_000).unnest().name("n").as_table()
    rows = numbers.mutate(text=numbers.n.cast("string") + "甲乙丙丁戊己庚辛壬癸")
    before = resident_mb()
    with highest_resident_mb() as seen:
        engine.write(rows, tmp_path / "rows.parquet", order_by=["text"])
    grown = max(seen) - before
    assert grown > 100
    deadline = time.monotonic() + 60
    while resident_mb() - before > grown / 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert resident_mb() - before <= grown / 2
    engine.close()


@contextmanager
def highest_resident_mb():
    """What is resident while the block runs: memory may be given back before it ends."""
    seen, is_done = [resident_mb()], threading.Event()

    def look():
        while not is_done.wait(0.01):
            seen.append(resident_mb())

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        is_done.set()
        looking.join()


def resident_mb():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6
