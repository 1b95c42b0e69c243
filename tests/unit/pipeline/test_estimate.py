"""Time and disk of a run, told beforehand."""

import gzip
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reli.config import Project, SourceSetting
from reli.engine import Pace, Step
from reli.pipeline.estimate import Estimate, estimate, rows_in
from reli.pipeline.workspace import Workspace


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "sources").mkdir()
    rows = pa.table({"name": pa.nulls(2_000_000, pa.string())})
    pq.write_table(rows, tmp_path / "sources" / "register.parquet")
    sources = (SourceSetting(table="enterprises", path="register.parquet"),)
    return Workspace(
        Project(folder=tmp_path, name="x", reference_year=2023, sources=sources, threads=2)
    )


def steps(*names):
    return [Step(name=name, run=lambda _: None, outputs=()) for name in names]


def test_rows_of_a_csv_are_told_from_its_size(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("name\n" + "某某有限公司\n" * 200_000, encoding="utf-8")
    assert rows_in(path) == pytest.approx(200_000, rel=0.01)


def test_rows_of_a_small_file_are_counted(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("name\na\nb\n", encoding="utf-8")
    assert rows_in(path) == 3


def test_packed_files_are_guessed(tmp_path):
    path = tmp_path / "rows.csv.gz"
    path.write_bytes(gzip.compress(b"x" * 1_000_000))
    assert rows_in(path) > 0


PART = "enterprises/register.parquet"


def test_without_a_measurement_our_own_figures_stand_in(workspace, tmp_path):
    told = estimate(workspace, steps(f"clean/{PART}"), Pace(tmp_path / "pace.json"))
    # 2,000,000 rows at 6 microseconds on two cores, busy in four fifths of the time; 250 bytes a
    # row, half as much again.
    assert told.seconds == pytest.approx(2 * 6 / 2 / 0.8)
    assert told.disk == 750_000_000


def test_putting_parts_together_costs_nothing_by_the_row(workspace, tmp_path):
    road = [
        *(f"clean/{PART}", "clean/enterprises"),
        *("linked/kept/register.parquet", "linked/enterprises"),
        *(f"classified/{PART}", "classified/kept/register.parquet", "classified/enterprises"),
    ]
    pace = Pace(tmp_path / "pace.json")
    found = estimate(workspace, steps(*road), pace)
    makes = estimate(workspace, steps(f"clean/{PART}", f"classified/{PART}"), pace)
    assert (found.seconds, found.disk) == (makes.seconds, makes.disk)


def test_each_part_of_a_register_costs_its_own_rows(workspace, tmp_path):
    sources = workspace.folder / "sources"
    rows = pq.read_table(sources / "register.parquet")
    pq.write_table(rows.slice(0, 500_000), sources / "further.parquet")
    source = SourceSetting(table="enterprises", path="*.parquet")
    both = Workspace(replace(workspace.project, sources=(source,)))
    pace = Pace(tmp_path / "pace.json")
    one = estimate(both, steps(f"clean/{PART}"), pace)
    two = estimate(both, steps(f"clean/{PART}", "clean/enterprises/further.parquet"), pace)
    assert two.seconds == pytest.approx(1.25 * one.seconds)
    assert two.rows == 2_500_000


def test_a_measurement_of_this_machine_goes_before(workspace, tmp_path):
    pace = Pace(tmp_path / "pace.json")
    pace.measured(f"clean/{PART}", rows=100_000, seconds=10)
    pace.measured("linked/enterprises", rows=10, seconds=10)
    again = Pace(tmp_path / "pace.json")
    assert again.of(f"clean/{PART}") == 1e-4
    assert again.of("linked/enterprises") is None
    assert estimate(workspace, steps(f"clean/{PART}"), again).seconds == pytest.approx(200)


def test_nothing_is_said_where_nothing_is_to_do(workspace, tmp_path):
    assert estimate(workspace, [], Pace(tmp_path / "pace.json")) is None


def test_a_small_disk_is_named():
    told = str(Estimate(rows=58_000_000, seconds=840, disk=20 * 10**9, free=10**9))
    assert told == (
        "about 58,000,000 rows to read; estimated 14 minutes to the panel and 20.0 GB of disk "
        "(1 GB free: too little)"
    )
