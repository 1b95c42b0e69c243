"""Polars leaves the processors to the threads of kernels, unless it is told otherwise."""

import os
import subprocess
import sys

import pytest

from reli.threads import leave_processors_to_kernels

VARIABLE = "POLARS_MAX_THREADS"


@pytest.mark.parametrize("processors, threads", [(None, "1"), (2, "1"), (7, "1"), (16, "4")])
def test_polars_has_a_thread_for_each_four_processors(monkeypatch, processors, threads):
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    # Set first, so that what the call sets is undone as well.
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.delenv(VARIABLE)
    leave_processors_to_kernels()
    assert os.environ[VARIABLE] == threads


def test_the_command_says_so_before_polars_is_loaded():
    told = (
        "import os; os.cpu_count = lambda: 8\n"
        "from reli.cli import app as edge\n"
        "def asked():\n    import polars\n    print(polars.thread_pool_size())\n"
        "edge.app = asked\n"
        "edge.main()"
    )
    others = {name: value for name, value in os.environ.items() if name != VARIABLE}
    for given, threads in ((others, "2"), (others | {VARIABLE: "3"}, "3")):
        done = subprocess.run(
            [sys.executable, "-c", told], capture_output=True, text=True, check=True, env=given
        )
        assert done.stdout.strip() == threads
