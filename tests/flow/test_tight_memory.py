"""The road with the least memory that may be set: the same panel, byte for byte."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from reli.engine import sha256

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tight(synthetic, tmp_path_factory):
    """The invented country built anew to the panel, in a process of its own."""
    folder = tmp_path_factory.mktemp("tight") / "project"
    shutil.copytree(synthetic, folder, ignore=shutil.ignore_patterns("build", "out", "rejected"))
    settings = (folder / "reli.toml").read_text(encoding="utf-8")
    head, mark, sources = settings.partition("[[sources]]")
    text = f'{head}memory = "200MB"\n\n{mark}{sources}'
    (folder / "reli.toml").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.task", "run", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return folder, json.loads(done.stdout.splitlines()[-1])


def test_the_panel_has_the_same_bytes(synthetic, tight):
    folder, measured = tight
    assert measured["steps"]
    for level in ("indicator", "city", "province", "region", "beside", "standing"):
        made, expected = (base / f"build/indicator/{level}.parquet" for base in (folder, synthetic))
        assert sha256(made) == sha256(expected)


def test_so_have_the_tables_before_it(synthetic, tight):
    for table in ("classified/enterprises", "linked/recognitions", "linked/owners"):
        here, there = (base / f"build/{table}.parquet" for base in (tight[0], synthetic))
        assert_frame_equal(pl.read_parquet(here), pl.read_parquet(there))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from Linux")
def test_the_process_stays_within_the_setting_and_what_is_there_without_rows(tight):
    """200 MB, and 500 of libraries and tables of names."""
    _, measured = tight
    assert measured["peak_mb"] <= 200 + 500
