"""`reli check` on a small project: what is wrong stands on the terminal and on the page."""

import pytest
from typer.testing import CliRunner

from reli.cli import app as cli

SETTINGS = """
name = "小县"
reference_year = 2023
[[sources]]
table = "enterprises"
path = "r.csv"
[[sources]]
table = "recognitions"
path = "瞪羚企业.csv"
[[sources]]
table = "patents"
path = "p.csv"
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "reli.toml").write_text(SETTINGS, encoding="utf-8")
    files = {
        "r.csv": "name,address\n甲公司,浙江省杭州市西湖区某路1号\n乙公司,某路<1>号\n",
        "瞪羚企业.csv": "序号,企业名称\n1,甲公司\n3,丙公司\n",
        "p.csv": "a,b\n1,2\n",
    }
    for name, text in files.items():
        (tmp_path / "sources" / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_check(project):
    result = CliRunner().invoke(cli.app, ["check", str(project), "--quiet"])
    assert result.exit_code == 1
    for part in (
        "定位到区县 50.0%",
        "直接对上企业名录的占 50.0%，其余 1 行有待匹配",
        "1 之后是 3",
        "gazelle 只在名单出现过的省份按零计",
        "[错误] p.csv: 2 problems",
    ):
        assert part in result.stdout
    page = (project / "out" / "check.html").read_text(encoding="utf-8")
    assert "错误 1 项" in page
    assert "某路&lt;1&gt;号" in page
    assert sorted(each.name for each in project.iterdir()) == ["out", "reli.toml", "sources"]
