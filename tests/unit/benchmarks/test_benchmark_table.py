"""The printed figures are what was measured, divided by the floor of the same run."""

from benchmarks.table import lines
from benchmarks.task import Measured, Stopwatch, read_sources


def test_ratios_are_to_the_floor():
    measured = {
        "synthesise": Measured(3.0, 100.0),
        "read_sources": Measured(2.0, 50.0, rows=1_000),
        "run": Measured(
            20.0, 400.4, steps={"clean/enterprises": 5.0}, summaries={"clean/enterprises": "ok"}
        ),
        "again": Measured(0.5, 60.0),
        "read_clean": Measured(1.0, 55.0),
    }
    text = "\n".join(lines(900, measured))
    assert "900 enterprises, 1,000 rows of the register" in text
    road = next(line for line in text.splitlines() if "whole road  " in line)
    assert road.split()[-4:] == ["20.0", "10.0", "50", "400"]
    step = next(line for line in text.splitlines() if "clean/enterprises" in line)
    assert step.split() == ["clean/enterprises", "5.0", "2.5", "ok"]


def test_the_floor_reads_every_row_and_passes_over_short_lines(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "register.csv").write_text("企业名称,成立日期\n甲,2001-01-01\n乙\n丙,不明\n", "utf-8")
    assert read_sources(tmp_path).rows == 2


def test_steps_are_timed_and_skipped_ones_named():
    watch = Stopwatch()
    watch.started("clean")
    watch.finished("3 rows")
    watch.unchanged("score")
    assert list(watch.steps) == ["clean"]
    assert watch.summaries == {"clean": "3 rows"}
    assert watch.skipped == ["score"]
