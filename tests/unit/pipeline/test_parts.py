"""The register in parts: a further file costs its own rows, and the result is the same."""

from dataclasses import asdict

import polars as pl
import pytest

from reli.config import load_project
from reli.engine import StepRunner
from reli.engine.duckdb import DuckDBEngine
from reli.errors import MissingFile
from reli.indicators.second_level import classes_by_place, second_level_counts
from reli.pipeline import asking
from reli.pipeline.counting import counting, project_measures, road_tables
from reli.pipeline.parts import MOST_PARTS, parts_of
from reli.pipeline.register import register_steps
from reli.pipeline.workspace import Workspace, database
from reli.sources.stage import cells_path, clean_table

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


def run(folder, *, indicators=False):
    """Run the steps to the classified enterprises; the names of those that were not current."""
    workspace, told = Workspace(load_project(folder)), Names()
    steps = [
        step
        for step in register_steps(workspace, told)
        if indicators or not step.name.startswith("indicator")
    ]
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
    ran = [name for name in run(grown) if "/kept/" not in name]
    assert [name for name in ran if name.count("/") == 2] == [
        f"{stage}/enterprises/second.csv" for stage in ("clean", "classified")
    ]
    assert run(grown) == []
    whole = project("whole", first=FIRST, second=SECOND)
    run(whole)
    assert built(grown) == built(whole)


LISTED = """list,name,credit_code,host_name,notice_date
high_tech,甲集成电路有限公司,,,2022-01-01
high_tech,庚智能装备有限公司,,,2022-01-01
high_tech,辛旧名生物有限公司,,,2022-01-01
high_tech,浙江壬癸新材料科枝有限公司,,,2022-01-01
high_tech,无此公司,,,2022-01-01
provincial_engineering_center,某中心,,某某大学,2022-01-01
"""
MORE_LISTED = (
    LISTED.splitlines()[0]
    + """
little_giant,子光电技术有限公司,,,2022-01-01
high_tech,庚智能装备有限公司,,,2023-01-01
"""
)
PATENTS = """授权公告号,专利权人,授权公告日,专利类型,IPC分类号
CN1B,甲集成电路有限公司,2020-01-01,发明,H04W4/02;H01M10/05
CN2B,甲集成电路有限公司;某某大学,2021-01-01,发明,H01L21/02;H01M10/05
CN3B,庚智能装备有限公司;辛生物有限公司,2021-01-01,发明,B25J9/16
CN4B,浙江壬癸新材料科枝有限公司,2021-01-01,发明,A47B96/00
CN5B,辛生物有限公司;辛旧名生物有限公司,2021-01-01,发明,C12N15/00
"""
OLD_LISTED = "list,name,notice_date\nhigh_tech,乙商贸有限公司,2022-01-01\n"
HELD = "parent,child,share\n甲集成电路有限公司,庚智能装备有限公司,80\n"
# Whom the lists name already: by name, by a former name, by a slip of the pen.
COME = """企业名称,曾用名,统一社会信用代码,注册地址,国民经济行业,经营范围,成立日期
庚智能装备有限公司,,,杭州市余杭区某路5号,3490,工业机器人制造,2018-01-01
辛生物有限公司,辛旧名生物有限公司,,杭州市西湖区某路6号,2761,生物药品制造,2018-01-01
浙江壬癸新材料科技有限公司,,,杭州市滨江区某路7号,3985,电子专用材料制造,2018-01-01
子光电技术有限公司,,,杭州市滨江区某路8号,3976,光电子器件制造,2018-01-01
"""
RANKED = "list,year,rank,name\nchina_500_cec,2023,1,子光电技术有限公司\n"
COPIED = """登记号,著作权人,登记日期
2021SR1,庚智能装备有限公司,2021-01-01
2021SR2,某某大学;浙江壬癸新材料科技有限公司,2021-01-01
"""
# A second firm of a name that lists, holdings and works have, and one now called as another was.
AMBIGUOUS = """企业名称,曾用名,统一社会信用代码,注册地址,国民经济行业,经营范围,成立日期
庚智能装备有限公司,,91320106MA27XF1X5M,南京市鼓楼区某路9号,3490,工业机器人制造,2019-01-01
辛旧名生物有限公司,,,南京市鼓楼区某路9号,2761,生物药品制造,2019-01-01
"""
TABLES = {
    "listed": "recognitions",
    "patents": "patents",
    "copied": "software_copyrights",
    "held": "holdings",
    "ranked": "rankings",
}


def with_lists(project, name, **files):
    """A project with lists, patents and holdings beside its register."""
    folder = project(name, **files)
    there = [path.stem for path in (folder / "sources").iterdir()]
    sources = "".join(
        f'[[sources]]\ntable = "{table}"\npath = "{stem}*.csv"\n'
        for stem, table in TABLES.items()
        if any(name.startswith(stem) for name in there)
    )
    head, mark, register = SETTINGS.partition("[[sources]]")
    register = register.replace("*.csv", "firms*.csv")
    (folder / "reli.toml").write_text(head + mark + register + sources, "utf-8")
    return folder


@pytest.fixture
def grown(monkeypatch):
    """Names of the outputs that steps made out of what they wrote the time before."""
    names = []
    news = StepRunner._news

    def noted(runner, step):
        found = news(runner, step)
        names.extend([step.name] if found else [])
        return found

    monkeypatch.setattr(StepRunner, "_news", noted)
    return names


def counted(ran):
    """Which steps that count were run, without those that put their counts together."""
    rest = ("indicator/indicator", "indicator/second_level")
    return [name for name in ran if name.startswith("indicator/") and name not in rest]


def test_links_and_counts_grow_with_the_register_and_the_lists(project, grown):
    first = {"firms1": FIRST, "listed1": LISTED, "patents": PATENTS, "held": HELD}
    folder = with_lists(project, "grown", **first)
    run(folder, indicators=True)
    assert grown == []
    with_lists(project, "grown", firms2=COME)
    ran = run(folder, indicators=True)
    assert counted(ran) == [
        "indicator/counted/firms2.csv", "indicator/told", "indicator/owners", "indicator/works"
    ]  # fmt: skip
    assert not {"linked/patents", "linked/status"} & set(ran)
    assert {"linked/asked", "classified/parties", "indicator/works"} <= set(grown)
    whole = with_lists(project, "whole", **first, firms2=COME)
    run(whole, indicators=True)
    assert built(folder) == built(whole)
    linked = pl.read_parquet(folder / "build/linked/recognitions.parquet")
    assert linked["link_method"].to_list() == [
        "name", "name", "former_name", "one_edit", "", ""
    ]  # fmt: skip
    grown.clear()
    with_lists(project, "grown", listed2=MORE_LISTED)
    ran = run(folder, indicators=True)
    # It names one whom nothing named before; where owners lie is looked at again, works are not.
    assert counted(ran) == ["indicator/told", "indicator/owners"]
    assert {"linked/asked", "classified/parties"} <= set(grown)
    with_lists(project, "whole again", **first, firms2=COME, listed2=MORE_LISTED)
    run(folder.with_name("whole again"), indicators=True)
    assert built(folder) == built(folder.with_name("whole again"))


def test_who_is_named_for_the_first_time_is_looked_for_in_what_has_come(project, monkeypatch):
    folder = with_lists(project, "grown", firms1=FIRST, listed=LISTED)
    run(folder)
    read, passes = [], DuckDBEngine.map

    def noted(engine, path, *args, **how):
        read.append("/".join(path.parts[-3:]))
        return passes(engine, path, *args, **how)

    monkeypatch.setattr(DuckDBEngine, "map", noted)
    with_lists(project, "grown", firms2=COME)
    parties = folder / "build/classified/parties.parquet"
    before = len(pl.read_parquet(parties))
    assert "classified/parties" in run(folder)
    assert len(pl.read_parquet(parties)) > before
    kept = [path for path in read if path.startswith("classified/kept")]
    assert kept == ["classified/kept/firms2.csv.parquet"]
    # Another is named, of the register as it was; then one fewer, of those who were found.
    for more, part in ((OLD_LISTED, "kept"), ("list,name\n", "parties")):
        read.clear()
        with_lists(project, "grown", listed2=more)
        run(folder)
        assert f"classified/{part}/firms1.csv.parquet" in read
    last = {"firms1": FIRST, "firms2": COME, "listed": LISTED, "listed2": "list,name\n"}
    run(with_lists(project, "whole", **last))
    assert built(folder) == built(folder.with_name("whole"))


def test_tables_are_built_once_for_all_years(project, monkeypatch):
    built = []

    def noted(*args, **how):
        built.append(args)
        return road_tables(*args, **how)

    folder = with_lists(project, "years", firms1=FIRST, listed1=LISTED, patents=PATENTS)
    settings = folder / "reli.toml"
    settings.write_text(settings.read_text("utf-8").replace("[[", "first_year = 2021\n[[", 1))
    monkeypatch.setattr("reli.pipeline.counting.road_tables", noted)
    monkeypatch.setattr("reli.pipeline.indicators.road_tables", noted)
    run(folder, indicators=True)
    assert len(built) == 1
    years = pl.read_parquet(folder / "build/indicator/indicator.parquet")["year"]
    assert set(years) == {2021, 2022, 2023}


# A code that an old file has, with less beside it; a name of which a list lost a character.
AGAIN = """企业名称,曾用名,统一社会信用代码,注册地址,国民经济行业,经营范围,成立日期
甲集成电路有限公司,,91330110MA27XF1X3N,,3973,,2015-01-01
浙江丑寅卯精密仪器有限公司,,,杭州市滨江区某路8号,4012,精密仪器制造,2018-01-01
"""
LOST = "high_tech,浙江丑寅卯精密仪有限公司,,,2022-01-01\n"


def test_of_many_who_come_the_whole_register_is_asked_anew(project, monkeypatch):
    # Whoever comes is held in memory: too many would not fit.
    befores, ask = [], asking.ask
    monkeypatch.setattr(asking, "_MOST_COME", 1)
    monkeypatch.setattr(
        asking, "ask", lambda *args, **named: befores.append(named["before"]) or ask(*args, **named)
    )
    first = {"firms1": FIRST, "listed1": LISTED, "patents": PATENTS, "held": HELD}
    folder = with_lists(project, "grown", **first)
    run(folder)
    with_lists(project, "grown", firms2=COME)
    run(folder)
    assert befores == [None, None]
    whole = with_lists(project, "whole", **first, firms2=COME)
    run(whole)
    assert built(folder) == built(whole)


def test_what_comes_goes_and_is_asked_at_once_ends_like_a_full_run(project, grown):
    """Files and lists of one run; rows that are no longer listed; then a file alone."""
    first = {"firms1": FIRST, "patents": PATENTS, "copied": COPIED, "held": HELD, "ranked": RANKED}
    # 无此公司 and 辛旧名生物有限公司 climbed; one of them is named no more.
    fewer = LISTED.replace("high_tech,无此公司,,,2022-01-01\n", "")
    folder = with_lists(project, "grown", **first, listed1=LISTED + LOST)
    run(folder)
    for more in (
        {"firms2": COME, "listed1": fewer + LOST, "listed2": MORE_LISTED},
        {"firms3": AGAIN},
        {"firms4": AMBIGUOUS},
    ):
        with_lists(project, "grown", **more)
        assert "linked/asked" in run(folder)
        first |= more
        name = f"whole with {max(more)}"
        run(with_lists(project, name, **first))
        assert built(folder) == built(folder.with_name(name))
    assert grown.count("linked/asked") == 3
    answers = pl.read_parquet(folder / "build/linked/asked.parquet")
    found = dict(answers.select("name", "link_method").iter_rows())
    assert found["浙江丑寅卯精密仪有限公司"] == "one_edit"
    assert "无此公司" not in found
    assert "无此公司" not in pl.read_parquet(folder / "build/linked/climbed.parquet")["name"]


BATCH = """list,batch,name,notice_date,level
high_tech,2022年第1批,甲集成电路有限公司,2022-01-01,
high_tech,2022年第1批,庚智能装备有限公司,2022-01-01,国家级
high_tech,2022年第1批,乙商贸有限公司,2022-01-01,
"""
# 甲 again, with more; 庚 with less; 乙 twice, and once alike; a row without a name, one in doubt.
ONCE_MORE = """list,batch,name,notice_date,level
high_tech,2022年第1批,甲集成电路有限公司,2022-01-01,国家级
high_tech,2022年第1批,庚智能装备有限公司,2022-01-01,
high_tech,2022年第1批,乙商贸有限公司,,
high_tech,2022年第1批,乙商贸有限公司,2022-01-01,
high_tech,2022年第1批,,2022-01-01,
high_tech,2022年第1批,丁新材料有限公司,某日,
"""


def test_a_further_file_of_a_list_is_cleaned_alone_and_held_against_the_others(project):
    first = {"firms1": FIRST, "listed1": BATCH, "listed3": LISTED}
    folder = with_lists(project, "grown", **first)
    run(folder)
    with_lists(project, "grown", listed2=ONCE_MORE)
    ran = [name for name in run(folder) if name.startswith("clean/")]
    assert ran == ["clean/recognitions/listed2.csv", "clean/recognitions"]
    run(with_lists(project, "whole", **first, listed2=ONCE_MORE))
    assert built(folder) == built(folder.with_name("whole"))
    together, apart = folder / "together.parquet", folder / "build/clean/recognitions.parquet"
    workspace, rejected = Workspace(load_project(folder)), folder / "together.csv"
    counts = clean_table("recognitions", workspace.source_files("recognitions"), together, rejected)
    assert apart.is_file() and pl.read_parquet(apart).equals(pl.read_parquet(together))
    lists = ((rejected, ".csv"), (cells_path(rejected), ".cells.csv"))
    for whole, suffix in lists:
        kept = folder / "rejected" / f"recognitions{suffix}"
        assert kept.read_text("utf-8") == whole.read_text("utf-8")
    told = pl.read_csv(rejected)
    # The fullest row is kept; of equals the last.
    assert set(told.select("文件", "行").iter_rows()) == {
        ("listed1.csv", 2), ("listed1.csv", 4), ("listed2.csv", 3), ("listed2.csv", 4),
        ("listed2.csv", 6),
    }  # fmt: skip
    record = StepRunner(folder, workspace.manifest).record("clean/recognitions")
    assert record["rows"] == asdict(counts) == {"read": 15, "written": 10, "rejected": 5}


@pytest.mark.parametrize("gone", [range(0, 40, 7), range(1, 40, 7)])
def test_a_list_that_goes_leaves_no_trace(project, gone):
    """One whose firms another names too, and one that alone named some."""
    head, *_ = FIRST.splitlines()
    firms = [f"某{n}集成电路有限公司,,杭州市滨江区某路{n}号,3973,集成电路制造," for n in range(40)]
    stay, gone = (
        "list,name,notice_date\n"
        + "".join(f"high_tech,某{n}集成电路有限公司,{year}-01-01\n" for n in those)
        for those, year in ((range(0, 40, 7), 2022), (gone, 2021))
    )
    first = {"firms1": "\n".join([head, *firms]) + "\n", "listed1": stay}
    folder = with_lists(project, "fewer", **first, listed2=gone)
    run(folder)
    (folder / "sources" / "listed2.csv").unlink()
    run(folder)
    run(with_lists(project, "never", **first))
    never, left = built(folder.with_name("never")), built(folder)
    # What was cleaned of the file itself stays, and nothing reads it.
    del never["build/manifest.json"]
    assert {name: left[name] for name in never} == never


@pytest.mark.parametrize("few", [0, 9])
def test_works_of_owners_that_mean_others_now_are_counted_alone(project, monkeypatch, few):
    """Few owners that lie elsewhere move the counts by their works; of many all is counted."""
    monkeypatch.setattr("reli.pipeline.counted._FEW", few)
    first = {
        "firms1": FIRST, "listed": LISTED, "patents": PATENTS, "copied": COPIED, "held": HELD,
        "ranked": RANKED,
    }  # fmt: skip
    folder = with_lists(project, "grown", **first)
    run(folder, indicators=True)
    works = [pl.read_parquet(folder / "build/indicator/works.parquet")["value"].sum()]
    for name, text in (("firms2", COME), ("firms3", AMBIGUOUS)):
        with_lists(project, "grown", **{name: text})
        assert "indicator/works" in run(folder, indicators=True)
        works.append(pl.read_parquet(folder / "build/indicator/works.parquet")["value"].sum())
    assert len(set(works)) == 3
    with_lists(project, "whole", **first, firms2=COME, firms3=AMBIGUOUS)
    run(folder.with_name("whole"), indicators=True)
    assert built(folder) == built(folder.with_name("whole"))


# 乙 and 丙 have no industry of their own; of 丙 nothing is said.
MADE = """list,name,notice_date,product
high_tech,乙商贸有限公司,2022-01-01,工业机器人减速器
high_tech,丙农业有限公司,2022-01-01,
"""


def test_a_list_that_lets_infer_leaves_the_parts_as_they_were_counted(project):
    first = {"firms1": FIRST, "firms2": COME, "listed1": LISTED}
    folder = with_lists(project, "grown", **first)
    run(folder, indicators=True)
    with_lists(project, "grown", listed2=MADE)
    assert counted(run(folder, indicators=True)) == ["indicator/told"]
    inferred = pl.read_parquet(folder / "build/classified/inferred.parquet")
    assert inferred["industries"].to_list() == [["高端装备制造"]]
    panel = pl.read_parquet(folder / "build/indicator/indicator.parquet")
    here = panel.filter(unit="330106", industry="高端装备制造", indicator="sei_enterprises")
    assert here["value"].to_list() == [1]
    run(with_lists(project, "whole", **first, listed2=MADE), indicators=True)
    assert built(folder) == built(folder.with_name("whole"))


@pytest.mark.parametrize("counted", ["registered", "active"])
def test_what_is_counted_apart_adds_up_to_the_whole(project, counted):
    lists = {"listed1": LISTED, "listed2": MADE, "patents": PATENTS, "held": HELD}
    folder = with_lists(project, "apart", firms1=FIRST, firms2=COME, **lists)
    settings = folder / "reli.toml"
    settings.write_text(settings.read_text("utf-8").replace("[[", f'counted = "{counted}"\n[[', 1))
    run(folder, indicators=True)
    workspace = Workspace(load_project(folder))
    with database(workspace) as engine:
        whole = counting(workspace, engine)
        expected = pl.DataFrame(whole.panel(project_measures(workspace)))
        firms = whole.places.placed.firms(("emerging_classes",))
        classes = classes_by_place(firms, whole.places.placed, active=counted == "active")
    panel = pl.read_parquet(folder / "build/indicator/indicator.parquet")
    assert panel.equals(expected)
    assert panel["value"].sum() > 0
    by_class = second_level_counts(classes, workspace.project.universe)
    found = pl.read_parquet(folder / "build/indicator/second_level.parquet")
    assert found.equals(pl.DataFrame(by_class))
    assert not found.is_empty()


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


def test_what_was_not_built_is_told_with_what_to_do(project):
    workspace = Workspace(load_project(project("empty", first=FIRST)))
    with pytest.raises(MissingFile, match="run `reli run"), database(workspace) as engine:
        counting(workspace, engine)
