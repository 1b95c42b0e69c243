"""The register in parts: a further file costs its own rows, and the result is the same."""

import polars as pl
import pytest

from reli.config import load_project
from reli.engine import StepRunner
from reli.pipeline.parts import MOST_PARTS, parts_of
from reli.pipeline.register import register_steps
from reli.pipeline.workspace import Workspace

HEADER = "企业名称,统一社会信用代码,注册地址,国民经济行业,经营范围,成立日期\n"
FIRST = HEADER + (
    "甲集成电路有限公司,91330110MA27XF1X3N,杭州市余杭区某路1号,3973,集成电路制造,2015-01-01\n"
    "乙商贸有限公司,91330106MA27XF1X4L,杭州市西湖区某路2号,5212,,2016-01-01\n"
    "丙农业有限公司,,南京市鼓楼区某路3号,0111,谷物种植,2017-01-01\n"
)
# 乙 again, with its scope; 甲 again, with less; 丙 again; and a new one.
SECOND = HEADER + (
    "乙商贸有限公司,91330106MA27XF1X4L,杭州市西湖区某路2号,5212,日用百货零售,2016-01-01\n"
    "甲集成电路有限公司,91330110MA27XF1X3N,,3973,,2015-01-01\n"
    "丙农业有限公司,,南京市鼓楼区某路3号,0111,谷物种植,2017-01-01\n"
    "丁新材料有限公司,,苏州市昆山市某路4号,3985,电子专用材料制造,2018-01-01\n"
)
SETTINGS = 'name = "x"\nreference_year = 2023\n[[sources]]\ntable = "enterprises"\npath = "*.csv"\n'


class Names:
    """Progress that keeps the names of the steps that ran."""

    def __init__(self):
        self.ran = []

    def noted(self, text):
        pass

    def started(self, step):
        self.ran.append(step)

    def advanced(self, rows):
        pass

    def finished(self, summary):
        pass

    def unchanged(self, step):
        pass


@pytest.fixture
def project(tmp_path):
    def make(name, **files):
        folder = tmp_path / name
        (folder / "sources").mkdir(parents=True, exist_ok=True)
        (folder / "reli.toml").write_text(SETTINGS, "utf-8")
        for file, text in files.items():
            (folder / "sources" / f"{file}.csv").write_text(text, "utf-8")
        return folder

    return make


def run(folder):
    """Run the steps to the classified enterprises; the names of those that were not current."""
    workspace, told = Workspace(load_project(folder)), Names()
    steps = [s for s in register_steps(workspace, told) if not s.name.startswith("indicator")]
    StepRunner(folder, workspace.manifest, told).run(steps)
    return told.ran


def built(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for base in ("build", "rejected")
        for path in sorted((folder / base).rglob("*"))
        if path.is_file() and ".scratch" not in path.parts
    }


def test_a_further_file_runs_its_own_part_and_ends_like_a_full_run(project):
    grown = project("grown", first=FIRST)
    run(grown)
    project("grown", second=SECOND)
    ran = run(grown)
    assert [name for name in ran if name.count("/") == 2] == [
        f"{stage}/enterprises/second.csv" for stage in ("clean", "linked", "classified")
    ]
    assert run(grown) == []
    whole = project("whole", first=FIRST, second=SECOND)
    run(whole)
    assert built(grown) == built(whole)


def test_who_stands_in_several_files_is_kept_once_and_accounted_for(project):
    folder = project("two", first=FIRST, second=SECOND)
    run(folder)
    firms = pl.read_parquet(folder / "build/classified/enterprises.parquet")
    kept = dict(firms.select("name", "source_file").iter_rows())
    # The fullest row; of equals the last.
    assert kept == {
        "甲集成电路有限公司": "first.csv",
        "乙商贸有限公司": "second.csv",
        "丙农业有限公司": "second.csv",
        "丁新材料有限公司": "second.csv",
    }
    rejected = pl.read_csv(folder / "rejected/enterprises.csv")
    assert set(rejected.select("文件", "行").iter_rows()) == {
        ("first.csv", 3),
        ("first.csv", 4),
        ("second.csv", 3),
    }
    assert rejected["原因"].str.contains("重复：与").all()


def test_one_file_is_no_copy(project):
    folder = project("one", first=FIRST)
    run(folder)
    part = folder / "build/classified/enterprises/first.csv.parquet"
    assert part.samefile(folder / "build/classified/enterprises.parquet")


def test_many_files_share_parts_and_a_new_one_changes_its_own(project):
    many = {f"file{n}": HEADER for n in range(3 * MOST_PARTS)}
    folder = project("many", **many)
    before = {part.name: part.inputs for part in parts_of(Workspace(load_project(folder)))}
    assert len(before) <= MOST_PARTS
    project("many", another=HEADER)
    after = {part.name: part.inputs for part in parts_of(Workspace(load_project(folder)))}
    assert sum(before.get(name) != inputs for name, inputs in after.items()) == 1


def test_files_of_two_folders_are_told_apart(project):
    folder = project("folders")
    for name in ("a", "b"):
        (folder / "sources" / name).mkdir()
        (folder / "sources" / name / "x.csv").write_text(HEADER, "utf-8")
    (folder / "reli.toml").write_text(SETTINGS.replace("*.csv", "*/*.csv"), "utf-8")
    assert len({part.name for part in parts_of(Workspace(load_project(folder)))}) == 2
