"""A register in several files, of which the first alone has a header."""

import pytest

from reli.config import load_project
from reli.pipeline.workspace import Workspace
from reli.sources.reading import open_source
from reli.sources.stage import clean_table
from reli.sources.tables import TABLES

SETTINGS = (
    'name = "a"\nreference_year = 2023\n[[sources]]\ntable = "enterprises"\npath = "r*.csv"\n'
)


@pytest.fixture
def workspace(tmp_path):
    def make(**files):
        (tmp_path / "sources").mkdir()
        (tmp_path / "reli.toml").write_text(SETTINGS, encoding="utf-8")
        for name, text in files.items():
            (tmp_path / "sources" / f"{name}.csv").write_text(text, encoding="utf-8")
        return Workspace(load_project(tmp_path))

    return make


def test_further_files_have_the_header_of_the_first(workspace, tmp_path):
    files = workspace(
        r1="某库导出\n企业名称,成立日期\n甲公司,2015-3-4\n",
        r2="乙公司,2015-3-5\n丙公司,2015-3-6\n",
        r3="成立日期,企业名称\n2015-3-7,丁公司\n",
    ).source_files("enterprises")
    assert [file.first and file.first.name for file in files] == [None, "r1.csv", None]
    counts = clean_table("enterprises", files, tmp_path / "o.parquet", tmp_path / "r.csv")
    assert (counts.read, counts.written) == (4, 4)
    lines = [
        (row["企业名称"], line)
        for file in files
        for opened in open_source(file, TABLES["enterprises"])
        for part in opened.rows.rows()
        for row, line in zip(part.batch.to_pylist(), part.lines.to_pylist(), strict=True)
    ]
    assert lines == [("甲公司", 3), ("乙公司", 1), ("丙公司", 2), ("丁公司", 2)]


def test_a_file_of_another_width_continues_none(workspace):
    files = workspace(r1="企业名称,成立日期\n甲公司,2015-3-4\n", r2="x,y,z\n1,2,3\n")
    assert [file.first for file in files.source_files("enterprises")] == [None, None]
