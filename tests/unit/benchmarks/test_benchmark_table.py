"""The printed figures are what was measured, divided by the floor of the same run."""

import polars as pl
import pytest
from benchmarks.__main__ import announce, conclude, set_up
from benchmarks.table import between_sizes, lines, whole_country
from benchmarks.task import Measured, Stopwatch, main, scan, scan_facts, to_parquet

from reli.config import load_project


def test_ratios_are_to_the_floor():
    measured = {
        "synthesise": Measured(3.0, 100.0),
        "scan": Measured(2.0, 50.0, rows=1_000, cpu_seconds=4.0),
        "run": Measured(
            20.0,
            400.4,
            cpu_seconds=32.0,
            steps={"clean/enterprises": 5.0},
            summaries={"clean/enterprises": "ok"},
        ),
        "count_again": Measured(4.0, 60.0),
        "again": Measured(0.5, 60.0),
        "add_file": Measured(1.0, 55.0, cpu_seconds=1.6),
    }
    text = "\n".join(lines(900, measured))
    assert "900 enterprises, 1,000 rows of all sources" in text
    road = next(line for line in text.splitlines() if "register to panel" in line)
    assert road.split()[-6:] == ["20.0", "10.0", "32.0", "8.0", "50", "400"]
    step = next(line for line in text.splitlines() if "clean/enterprises" in line)
    assert step.split() == ["clean/enterprises", "5.00", "1.2", "ok"]
    assert "the further file costs 5.0% of a full run" in text


def test_sizes_are_compared_and_the_country_is_estimated():
    # 100 rows a second at the small size, 90 at the large one; of the processors 50 and 50.
    small = Measured(10.0, 1.0, rows=1_000, cpu_seconds=20.0)
    large = Measured(100.0, 1.0, rows=9_000, cpu_seconds=180.0)
    told = between_sizes(small, large)
    assert told == "rows/s at 9,000 against 1,000 rows: 0.90 x, by processor time 1.00 x"
    # 58 times a million enterprises in 60 seconds, and in 90 of the processors.
    told = whole_country(1_000_000, Measured(60.0, 1.0, cpu_seconds=90.0))
    assert told.endswith("enterprises: estimated 58 minutes; 44 of two processors")


def test_the_parquet_form_has_every_readable_line_and_the_floor_reads_them(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "register.csv").write_text("企业名称,成立日期\n甲,2001-01-01\n丙,不明\n", "utf-8")
    (tmp_path / "reli.toml").write_text('path = "register.csv"\n', "utf-8")
    assert to_parquet(tmp_path).rows == scan(tmp_path).rows == 2
    assert pl.read_parquet(folder / "register.parquet")["成立日期"].to_list() == [
        "2001-01-01",
        "不明",
    ]
    assert (tmp_path / "reli.toml").read_text("utf-8") == 'path = "register.parquet"\n'


def test_the_facts_of_a_register_in_several_files_are_read_too(tmp_path):
    classified, linked = tmp_path / "build" / "classified", tmp_path / "build" / "linked"
    (classified / "enterprises.parquet").mkdir(parents=True)
    linked.mkdir()
    rows = pl.DataFrame({"enterprise_id": ["a", "b"]})
    rows.write_parquet(classified / "enterprises.parquet" / "0.parquet")
    rows.head(1).write_parquet(classified / "enterprises.parquet" / "1.parquet")
    rows.write_parquet(linked / "listings.parquet")
    assert scan_facts(tmp_path).rows == 5


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "the following arguments are required: task, folder"),
        (["fly", "x"], "invalid choice: 'fly'"),
        (["synthesise", "x"], "expected FOLDER ENTERPRISES SEED"),
    ],
)
def test_a_task_that_is_not_well_asked_for_says_how(words, told, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


def test_steps_are_timed_and_skipped_ones_named():
    watch = Stopwatch()
    watch.started("clean")
    watch.finished("3 rows")
    watch.unchanged("score")
    assert list(watch.steps) == ["clean"]
    assert watch.summaries == {"clean": "3 rows"}
    assert watch.skipped == ["score"]


def test_the_settings_of_a_measured_project_are_valid_and_make_no_publication(tmp_path):
    (tmp_path / "reli.toml").write_text(
        'name = "x"\nreference_year = 2023\n[[sources]]\ntable = "enterprises"\npath = "r.csv"\n',
        encoding="utf-8",
    )
    set_up(tmp_path, "500MB")
    project = load_project(tmp_path)
    assert project.memory == "500MB"
    assert not any(is_made is True for is_made in vars(project.publications).values())


def test_what_is_to_come_is_said_first_and_refused_where_it_has_no_room(tmp_path, capsys):
    announce([300_000, 1_000_000], tmp_path, is_tight=False, is_kept=False)
    assert "some 4 minutes on two cores and 0.7 GB" in capsys.readouterr().err
    # What is kept stands beside what comes after it; a quarter of the memory works on a copy.
    announce([300_000, 1_000_000], tmp_path, is_tight=True, is_kept=True)
    assert "and 1.8 GB" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="--folder"):
        announce([10**13], tmp_path, is_tight=False, is_kept=False)


def test_a_small_size_lets_expect_nothing_of_the_country(capsys):
    conclude({100_000: Measured(20.0, 1.0, rows=1_000, cpu_seconds=7.0)})
    assert capsys.readouterr().out == ""
    conclude({1_000_000: Measured(20.0, 1.0, rows=1_000, cpu_seconds=7.0)})
    assert "estimated 19 minutes" in capsys.readouterr().out
