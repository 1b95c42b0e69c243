"""The worked example of docs/how-to/own-classification.md, run as it stands there."""

import csv
import json
import re
from pathlib import Path

import openpyxl
import polars as pl
import pypdf
import pytest
from tests.flow.quick import publishing
from typer.testing import CliRunner

from reli.cli.app import app
from reli.errors import Problems
from reli.pipeline import run_project
from reli.pipeline.explain import explain_count
from reli.reference.emerging import classes

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "own-classification.md"
HEAD = "企业名称,统一社会信用代码,注册地址,登记状态,成立日期,国民经济行业,经营范围\n"
FIRMS = {
    # Its class belongs whole.
    "桐庐甲机器人有限公司": ("桐庐县城南街道", "3491", "销售电子产品"),
    # A product of a group without classes, whatever the class.
    "桐庐乙科技有限公司": ("桐庐县城南街道", "7320", "人形机器人研发、生产"),
    # The starred class for its product; a whole division.
    "杭州丙科技有限公司": ("滨江区江南大道", "3919", "量子计算机制造"),
    "杭州丁电池有限公司": ("滨江区江南大道", "3849", "氢燃料电池的生产"),
    # Its class belongs whole, and it makes a product of another group.
    "淳安戊航天有限公司": ("淳安县千岛湖镇", "3742", "运载火箭制造；生产钙钛矿光伏组件"),
    # Sold, not made; nothing of the kind; an official emerging industry that is none here.
    "建德己贸易有限公司": ("建德市新安江街道", "5179", "人形机器人销售"),
    "建德庚纺织有限公司": ("建德市新安江街道", "1711", "棉纺纱加工"),
    "建德辛芯片有限公司": ("建德市新安江街道", "3973", "集成电路制造"),
}
NAMES = ["未来制造", "未来信息", "未来能源", "未来空间"]


def page_file(name):
    text = PAGE.read_text(encoding="utf-8")
    return re.search(f"```[a-z]+\n# {re.escape(name)}\n(.*?)```", text, re.DOTALL)[1]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("future")
    (folder / "sources").mkdir()
    settings = 'name = "future"\nreference_year = 2023\nranges = false\n'
    settings += page_file("reli.toml")
    settings += '[[sources]]\ntable = "enterprises"\npath = "register.csv"\n'
    rows = [
        f"{name},9133010{n}MA0000000{n},浙江省杭州市{place}{n}号,存续,2015-03-0{n},{code},{scope}\n"
        for n, (name, (place, code, scope)) in enumerate(FIRMS.items(), 1)
    ]
    for name, text in {
        "future.csv": page_file("future.csv"),
        "reli.toml": settings + publishing("report", "workbook", "datapackage", "site"),
        "sources/register.csv": HEAD + "".join(rows),
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    run_project(folder)
    return folder


def test_enterprises_get_the_industries_of_the_file(project):
    found = pl.read_parquet(project / "build/classified/enterprises.parquet")
    given = dict(found.select("name", pl.col("industries").list.join("|")).iter_rows())
    assert list(given.values()) == [
        "未来制造", "未来制造", "未来信息", "未来能源", "未来能源|未来空间", "", "", "",
    ]  # fmt: skip
    assert set(found["ruleset"]) == {"future"}


def test_panel_and_scores_have_them_in_the_order_of_the_file(project):
    panel = pl.read_parquet(project / "build/indicator/indicator.parquet")
    assert list(dict.fromkeys(panel["industry"])) == ["综合", *NAMES]
    stock = panel.filter((pl.col("indicator") == "sei_enterprises") & (pl.col("value") > 0))
    assert {(row["unit"], row["industry"]): row["value"] for row in stock.to_dicts()} == {
        ("330122", "综合"): 2, ("330122", "未来制造"): 2, ("330108", "综合"): 2,
        ("330108", "未来信息"): 1, ("330108", "未来能源"): 1, ("330127", "综合"): 1,
        ("330127", "未来能源"): 1, ("330127", "未来空间"): 1,
    }  # fmt: skip
    standings = pl.read_parquet(project / "build/score/standings.parquet")
    assert standings["industry"][0] == "综合"
    assert set(standings["industry"]) == {"综合", *NAMES}
    firms = explain_count(project, "桐庐县", "未来制造", "sei_enterprises")
    assert sorted(firms["name"]) == ["桐庐乙科技有限公司", "桐庐甲机器人有限公司"]


def test_publications_name_them(project):
    out = project / "out"
    report = "".join(page.extract_text() for page in pypdf.PdfReader(out / "report.pdf").pages)
    assert "战略性新兴产业综合评价" not in report
    assert "第二章" in report and "未来产业综合评价" in report
    assert all(f"{name}产业" in report for name in NAMES)
    assert "企业归入产业所用规则的版本为future" in report.replace("\n", "")
    sheets = openpyxl.load_workbook(out / "tables.xlsx", read_only=True).sheetnames
    assert [name for name in sheets if name.startswith("未来")] == NAMES
    core = (out / "site/data/core.js").read_text(encoding="utf-8")
    said = json.loads(core[core.index("{") : core.rindex("}") + 1])
    assert [name for name, _ in said["industries"]] == ["综合", *NAMES]
    ranks = pl.read_csv(out / "datapackage/ranks.csv", infer_schema=False)
    assert list(dict.fromkeys(ranks["industry"])) == ["综合", *NAMES]


def test_single_enterprises_are_classified_by_it(project, tmp_path):
    (tmp_path / "in.csv").write_text(
        "name,gb4754_code,business_scope\n甲,,脑机接口设备研发\n乙,,脑机接口设备销售\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(
        app,
        ["classify", str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), "--emerging",
         str(project / "future.csv")],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    answers = pl.read_csv(tmp_path / "out.csv", infer_schema=False)
    assert answers["industries"].to_list() == ["未来信息", None]
    assert answers["inferred_gb4754_code"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("未来,9999,0,", "line 2: gb4754_code '9999': expected two to four digits"),
        ("综合,3491,0,", "line 2: industry '综合': expected a name"),
        ("氢能/储能,3491,0,", "line 2: industry '氢能/储能': expected a name"),
        (f"{'未来' * 16},3491,0,", "expected a name other than 综合, of 31 characters at most"),
        ("未来,3491,yes,甲机器人", "line 2: is_starred 'yes': expected 1"),
        ("未来,3491,1,", "line 2: no products: expected some, or a whole class"),
        ("未来,,0,", "line 2: no products"),
    ],
)
def test_what_cannot_be_followed_is_refused(tmp_path, row, said):
    path = tmp_path / "own.csv"
    path.write_text(f"industry,gb4754_code,is_starred,products\n{row}\n", encoding="utf-8")
    with pytest.raises(Problems) as caught:
        classes(path)
    assert said in str(caught.value)


def test_the_page_may_be_copied_as_it_stands_and_saved_by_excel(tmp_path):
    block = "# future.csv\n" + page_file("future.csv")
    found = []
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        path = tmp_path / f"{encoding}.csv"
        path.write_text(block.replace("\n", "\r\n"), encoding=encoding, newline="")
        found.append(classes(path))
    assert list(dict.fromkeys(found[0]["industry"].to_pylist())) == NAMES
    assert found[0] == found[1] == found[2]


def test_a_table_of_an_analyst_is_the_same_classification(tmp_path):
    """With the columns' names in Chinese, in Excel; codes are numbers there, stars are words."""
    (tmp_path / "page.csv").write_text(page_file("future.csv"), encoding="utf-8")
    head, *rows = list(csv.reader(page_file("future.csv").splitlines()))
    assert head == ["industry", "gb4754_code", "is_starred", "products"]
    book = openpyxl.Workbook()
    book.active.append(["产业名称", "国民经济行业代码（2017）", "是否带星", "重点产品和服务"])
    for industry, code, star, products in rows:
        number = int(code) if code else None
        cells = [industry, number, "是" if star == "1" else None, products.replace(";", "；")]
        book.active.append(cells)
    book.save(tmp_path / "book.xlsx")
    assert classes(tmp_path / "book.xlsx") == classes(tmp_path / "page.csv")


def test_products_that_say_too_little_are_refused(tmp_path):
    from reli.classification.industry import Classifier

    path = tmp_path / "own.csv"
    path.write_text("industry,gb4754_code,is_starred,products\n未来,,1,氢能;软件\n", "utf-8")
    with pytest.raises(Problems, match="'软件' says too little"):
        Classifier(path)


@pytest.fixture(scope="module")
def scores(project, tmp_path_factory):
    """Its standings as a table of finished scores."""
    standings = pl.read_parquet(project / "build/score/standings.parquet")
    ranked = standings.filter(pl.col("rank").is_not_null())
    path = tmp_path_factory.mktemp("finished") / "scores.csv"
    ranked.select("industry", "rank", "county", "city", "province", "index").write_csv(path)
    return path


def test_finished_scores_of_its_industries_are_counted(project, scores, tmp_path):
    command = ["facts", str(scores), str(tmp_path / "facts.json")]
    refused = CliRunner().invoke(app, command)
    assert "unknown industry '未来" in str(refused.exception)
    done = CliRunner().invoke(app, [*command, "--emerging", str(project / "future.csv")])
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "facts.json").read_text(encoding="utf-8"))
    assert list(found) == ["综合", *NAMES]
    assert found["未来空间"]["top10"] == ["杭州市淳安县"]


def test_a_project_of_finished_scores_has_them_too(project, scores, tmp_path):
    (tmp_path / "sources").mkdir()
    for name, text in {
        "future.csv": (project / "future.csv").read_text(encoding="utf-8"),
        "sources/scores.csv": scores.read_text(encoding="utf-8"),
        "reli.toml": 'name = "finished"\nreference_year = 2023\nemerging = "future.csv"\n'
        + publishing("workbook")
        + '[[sources]]\ntable = "score"\npath = "scores.csv"\n',
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    run_project(tmp_path)
    sheets = openpyxl.load_workbook(tmp_path / "out/tables.xlsx", read_only=True).sheetnames
    assert [name for name in sheets if name.startswith("未来")] == NAMES
