"""`reli score` at the command line: formats, exit codes, messages."""

import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from reli.sources.files import open_table

PANEL = "unit,name,sei_enterprises,listed\n110108,海淀,30,NA\n110105,朝阳,10,2\n310115,浦东,,\n"
FRAMEWORK = """iCode,Parent,Direction,Weight,Level,Type
heat,,1,1,2,Aggregate
sei_enterprises,heat,1,1,1,Indicator
listed,heat,1,1,1,Indicator
name,,,,,Group
"""
RECIPE = """
[[step]]
do = "normalise"
method = "rank"
[[step]]
do = "aggregate"
method = "arithmetic"
"""
CSV = """unit,node,level,value,rank
110108,heat,2,2.0,1
110108,sei_enterprises,1,2.0,1
110108,listed,1,,
110105,heat,2,1.0,2
110105,sei_enterprises,1,1.0,2
110105,listed,1,1.0,1
310115,heat,2,,
310115,sei_enterprises,1,,
310115,listed,1,,
"""


def reli(*arguments, folder, given=None):
    code = "from reli.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "score", *arguments],
        cwd=folder,
        input=given,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def folder(tmp_path):
    for name, text in (
        ("panel.csv", PANEL),
        ("framework.csv", FRAMEWORK),
        ("recipe.toml", RECIPE),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


COMMON = ("--framework", "framework.csv", "--recipe", "recipe.toml")


def test_from_standard_input_to_standard_output(folder):
    done = reli("-", "-", *COMMON, "--quiet", folder=folder, given=PANEL)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == CSV


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx"])
def test_every_format_holds_the_same(folder, suffix):
    done = reli("panel.csv", f"out{suffix}", *COMMON, folder=folder)
    assert done.returncode == 0, done.stderr
    path = folder / f"out{suffix}"
    if suffix == ".parquet":
        table = pq.read_table(path)
        assert [str(field.type) for field in table.schema][2:] == ["int32", "double", "int32"]
    rows = [row for batch in open_table(path).rows() for row in batch.batch.to_pylist()]
    assert len(rows) == 9
    assert [str(row["rank"] or "").removesuffix(".0") for row in rows[:4]] == ["1", "1", "", "2"]


def test_the_shipped_framework_brings_its_recipe(folder):
    done = reli("panel.csv", "out.csv", "--framework", "heat-2024", folder=folder)
    assert done.returncode == 0
    assert "recipe: heat-2024" in done.stderr
    assert "technology_centres is left out: not in the panel" in done.stderr


def test_lines_that_cannot_be_read_are_kept_and_the_rest_scored(folder):
    broken = PANEL.replace("110105,朝阳,10,2", "110105,朝阳,10,2,9,9\n110106,丰台,20,1")
    (folder / "panel.csv").write_text(broken, encoding="utf-8")
    done = reli("panel.csv", "out.csv", *COMMON, folder=folder)
    assert done.returncode == 1
    assert "1 lines could not be read" in done.stderr
    rejected = (folder / "out.csv.rejected.csv").read_text(encoding="utf-8")
    assert "panel.csv" in rejected and ",3," in rejected
    assert "110106,heat" in (folder / "out.csv").read_text(encoding="utf-8")


TWICE = [["unit", "listed", "listed", "", ""], ["u", "1", "2", "", ""], ["v", "3", "4", "", ""]]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ""])
def test_a_column_that_stands_twice_is_named_whatever_the_format(folder, suffix):
    path, text = folder / f"twice{suffix}", "\n".join(map(",".join, TWICE))
    if suffix == ".xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(TWICE):
                sheet.write_row(number, 0, row)
    elif suffix == ".parquet":
        names, *rows = TWICE
        pq.write_table(pa.Table.from_arrays([*map(pa.array, zip(*rows, strict=True))], names), path)
    else:
        path.write_text(text, encoding="utf-8")
    done = reli(path.name if suffix else "-", "out.csv", *COMMON, folder=folder, given=text)
    assert done.returncode == 2 and not (folder / "out.csv").exists()
    assert "1 problem\n  - column 'listed' stands 2 times: remove all but one" in done.stderr


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        (("panel.csv", "out.csv", "--framework", "heat-2042"), "did you mean 'heat-2024'?"),
        (("panel.csv", "out.csv", "--framework", "mine.toml"), "mine.toml does not exist"),
        (("nothing.csv", "out.csv", *COMMON), "nothing.csv"),
        (("panel.csv", "out.doc", *COMMON), "out.doc"),
        (("recipe.toml", "out.csv", *COMMON), "recipe.toml"),
    ],
)
def test_what_keeps_it_from_running_is_one_message(folder, arguments, complaint):
    done = reli(*arguments, folder=folder)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "out.csv").exists()


YEARS = "unit,year,sei_enterprises,listed\nu,2022,0,0\nv,2022,10,1\nu,2023,5,0\nv,2023,20,1\n"
RESCALED = RECIPE.replace('"rank"', '"minmax"')


@pytest.mark.parametrize(
    "bounds, values",
    [
        # sei_enterprises of u and v in 2022 and 2023; by itself each year runs from 0 to 100.
        ("each", [0, 100, 0, 100]),
        ("all", [0, 50, 25, 100]),
        ("2022", [0, 100, 50, 200]),
    ],
)
def test_bounds_that_make_years_compare(folder, bounds, values):
    (folder / "recipe.toml").write_text(RESCALED, encoding="utf-8")
    done = reli("-", "-", *COMMON, "--bounds", bounds, folder=folder, given=YEARS)
    assert done.returncode == 0, done.stderr
    rows = [line.split(",") for line in done.stdout.splitlines()]
    assert [float(row[4]) for row in rows if row[2] == "sei_enterprises"] == values


def test_a_year_that_is_not_there_is_said(folder):
    done = reli("-", "-", *COMMON, "--bounds", "2020", folder=folder, given=YEARS)
    assert done.returncode == 2
    assert "unknown year '2020'" in done.stderr


def test_lines_kept_by_an_earlier_run_go_once_they_are_mended(folder):
    kept = folder / "out.csv.rejected.csv"
    kept.write_text("file,line,reason,text\npanel.csv,3,,\n", encoding="utf-8")
    assert reli("panel.csv", "out.csv", *COMMON, folder=folder).returncode == 0
    assert not kept.exists()
