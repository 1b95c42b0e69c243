"""A run killed at random moments is completed by the next, with identical files."""

import hashlib
import random
import shutil
import subprocess
import sys
import time

import pytest
from tests.flow.quick import publishing

KILLS = 20
SEED = 20_241


def tree(folder):
    """Hash of every file but the scratch of the database."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".scratch" not in path.parts
    }


def command(folder):
    return [sys.executable, "-m", "reli.cli", "run", str(folder), "--quiet"]


@pytest.fixture
def small(tmp_path):
    """A small register and a list, so that every stage has something to write."""
    folder = tmp_path / "whole"
    (folder / "sources").mkdir(parents=True)
    towns = ["杭州市余杭区", "杭州市西湖区", "南京市鼓楼区", "苏州市昆山市", "深圳市南山区"]
    rows = [
        f"某{n}集成电路有限公司,,{towns[n % 5]}某路{n}号,3973,集成电路制造,20{10 + n % 14}-01-01"
        for n in range(400)
    ]
    (folder / "sources" / "register.csv").write_text(
        "企业名称,统一社会信用代码,注册地址,国民经济行业,经营范围,成立日期\n" + "\n".join(rows),
        encoding="utf-8",
    )
    names = [f"high_tech,某{n}集成电路有限公司,2022-12-01" for n in range(0, 400, 7)]
    (folder / "sources" / "high_tech.csv").write_text(
        "list,name,notice_date\n" + "\n".join(names), encoding="utf-8"
    )
    (folder / "reli.toml").write_text(
        'name = "small"\nreference_year = 2023\nranges = false\n'
        '[[sources]]\ntable = "enterprises"\npath = "register.csv"\n'
        '[[sources]]\ntable = "recognitions"\npath = "high_tech.csv"\n'
        # A file and two folders; the other forms appear in the same way.
        + publishing("workbook", "datapackage", "site"),
        encoding="utf-8",
    )
    return folder


def run_until(folder, moment):
    """Run for so many seconds at most; whether it was killed."""
    process = subprocess.Popen(command(folder), stdout=subprocess.DEVNULL)
    try:
        assert process.wait(timeout=moment) == 0
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def test_a_killed_run_is_completed_with_identical_files(small, tmp_path):
    torn = tmp_path / "torn"
    shutil.copytree(small, torn)
    began = time.monotonic()
    subprocess.run(command(small), check=True, capture_output=True)
    whole_run = time.monotonic() - began
    expected = tree(small)
    moments = random.Random(SEED)
    kills = 0
    while kills < KILLS:
        if run_until(torn, moments.uniform(0.05, 0.5) * whole_run):
            kills += 1
            continue
        # Completed after one or several kills; begin anew.
        assert tree(torn) == expected
        for made in ("build", "out", "rejected"):
            shutil.rmtree(torn / made)
    subprocess.run(command(torn), check=True, capture_output=True)
    assert tree(torn) == expected


def test_what_appears_is_whole(small):
    """After a kill no file under its own name is half written: each Parquet file opens."""
    import pyarrow.parquet as pq

    process = subprocess.Popen(command(small), stdout=subprocess.DEVNULL)
    try:
        process.wait(timeout=4)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    tables = [
        path
        for path in small.rglob("*.parquet")
        if not path.name.startswith(".unfinished") and ".unfinished" not in path.as_posix()
    ]
    for path in tables:
        pq.read_metadata(path)


def test_a_second_run_at_the_same_time_is_refused(small):
    from filelock import FileLock

    (small / "build").mkdir()
    with FileLock(small / "build" / ".lock"):
        refused = subprocess.run(command(small), capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "is being run already" in refused.stderr
