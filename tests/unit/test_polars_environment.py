"""What Polars and Arrow are told before they are loaded, unless they are told otherwise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reli.polars_environment import set_polars_environment

THREADS = "POLARS_MAX_THREADS"
MEMORY = "_RJEM_MALLOC_CONF"
HUGE = "MIMALLOC_ALLOW_THP"

LEFT_TO_THE_MACHINE = """
import re, sys, time
if sys.argv[1] == "ours":
    from reli.polars_environment import set_polars_environment
    set_polars_environment()
import polars as pl

def rows():
    return pl.select(n=pl.int_range(0, 100_000).cast(pl.String))

def left():
    with open("/proc/self/smaps_rollup") as said:
        return int(re.search(r"LazyFree:\\s+(\\d+) kB", said.read())[1])

many, most = [rows() for _ in range(200)], 0
del many
for _ in range(20):
    time.sleep(0.05)
    rows()
    most = max(most, left())
print(most)
"""
"""Most kilobytes that are free in the process, for the machine to fetch if it needs them."""

OF_ANOTHER_THREAD = """
import os, resource, sys
from concurrent.futures import ThreadPoolExecutor
os.cpu_count = lambda: 2
if sys.argv[1] == "ours":
    from reli.polars_environment import set_polars_environment
    set_polars_environment()
import polars as pl

def fetched():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    [pl.repeat(1, 200_000, dtype=pl.Int64, eager=True) for _ in range(50)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second:
    first.submit(fetched).result()
    print(second.submit(fetched).result())
"""
"""Pages that a thread fetches anew after another has given back as many as it needs."""

IN_HUGE_PAGES = """
import re, sys
if sys.argv[1] == "ours":
    from reli.polars_environment import set_polars_environment
    set_polars_environment()
import pyarrow as pa

rows = [pa.array(range(100_000)) for _ in range(100)]
with open("/proc/self/smaps_rollup") as said:
    print(re.search(r"AnonHugePages:\\s+(\\d+) kB", said.read())[1])
"""
"""Kilobytes of the process in huge pages."""


def has_huge_pages():
    setting = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    return setting.exists() and "[never]" not in setting.read_text()


@pytest.mark.parametrize("processors, threads", [(None, "1"), (2, "1"), (7, "1"), (16, "4")])
def test_polars_has_a_thread_for_each_four_processors(monkeypatch, processors, threads):
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    # Set first, so that what the call sets is undone as well.
    for variable in (THREADS, MEMORY, HUGE):
        monkeypatch.setenv(variable, "")
        monkeypatch.delenv(variable)
    set_polars_environment()
    assert os.environ[THREADS] == threads


def test_the_command_says_so_before_polars_is_loaded():
    told = (
        "import os; os.cpu_count = lambda: 8\n"
        "from reli.cli import app as edge\n"
        "def asked():\n    import polars\n    print(polars.thread_pool_size())\n"
        "edge.app = asked\n"
        "edge.main()"
    )
    for given, threads in ((surroundings(), "2"), (surroundings() | {THREADS: "3"}, "3")):
        assert printed(told, given) == threads


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="no /proc to read from")
def test_polars_leaves_no_memory_that_is_free_to_the_machine_to_fetch():
    assert int(printed(LEFT_TO_THE_MACHINE, surroundings(), "ours")) < 1_000
    # Else the test would show nothing: this is what Polars does by itself.
    assert int(printed(LEFT_TO_THE_MACHINE, surroundings(), "its own")) > 20_000


def test_a_thread_takes_what_another_has_given_back():
    assert int(printed(OF_ANOTHER_THREAD, surroundings(), "ours")) < 5_000
    assert int(printed(OF_ANOTHER_THREAD, surroundings(), "its own")) > 15_000


@pytest.mark.skipif(not has_huge_pages(), reason="no huge pages on this machine")
def test_arrow_takes_no_huge_pages():
    assert printed(IN_HUGE_PAGES, surroundings(), "ours") == "0"
    assert int(printed(IN_HUGE_PAGES, surroundings(), "its own")) > 0


def surroundings():
    said = os.environ.items()
    return {name: value for name, value in said if name not in (THREADS, MEMORY, HUGE)}


def printed(code, surroundings, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=surroundings,
    )
    return done.stdout.strip()
