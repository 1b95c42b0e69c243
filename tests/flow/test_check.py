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
        "瞪羚（gazelle） 只在名单出现过的省份按零计",
        "[错误] p.csv: 2 problems",
    ):
        assert part in result.stdout
    page = (project / "out" / "check.html").read_text(encoding="utf-8")
    assert "错误 1 项" in page
    assert "某路&lt;1&gt;号" in page
    assert sorted(each.name for each in project.iterdir()) == ["out", "reli.toml", "sources"]


def test_lists_that_say_nothing_of_the_year(project):
    rows = "名单,批次,企业名称,公示日期\n独角兽,2022,甲公司,\n瞪羚企业,2023,甲公司,\n"
    rows += "高新技术企业,,甲公司,2019-01-01\n小巨人,,甲公司,2024-01-01\n"
    # Its name would say which list it is.
    (project / "sources" / "瞪羚企业.csv").unlink()
    (project / "sources" / "lists.csv").write_text(rows, encoding="utf-8")
    settings = SETTINGS.replace("瞪羚企业.csv", "lists.csv")
    (project / "reli.toml").write_text(settings, encoding="utf-8")
    said = CliRunner().invoke(cli.app, ["check", str(project), "--quiet"]).stdout
    assert "名单没有2023年的行：little_giant、unicorn，相应指标该年各地均按缺失计" in said


def test_rankings_and_totals_of_years_that_are_not_counted(project):
    files = {
        "rankings": "榜单,年份,企业名称\n世界500强,2022,甲公司\n中国企业500强,2023,甲公司\n",
        "county_totals": "区县,年份,指标,数值\n西湖区,2023,high_tech,1\n"
        "杭州市西湖区,2021,high_tech,1\n杭州市西湖区,2023,high_tech,1\n",
    }
    settings = SETTINGS
    for table, text in files.items():
        (project / "sources" / f"{table}.csv").write_text(text, encoding="utf-8")
        settings += f'[[sources]]\ntable = "{table}"\npath = "{table}.csv"\n'
    (project / "reli.toml").write_text(settings, encoding="utf-8")
    said = CliRunner().invoke(cli.app, ["check", str(project), "--quiet"]).stdout
    assert "名单没有2023年的行：fortune_global_500，相应指标该年各地均按缺失计" in said
    assert "年份不在计算的年份（2023）内的合计数有 1 行，不起作用" in said
    assert "county_totals.csv 第 3 行：2021" in said
    settings = settings.replace("reference_year", "first_year = 2021\nreference_year")
    (project / "reli.toml").write_text(settings, encoding="utf-8")
    said = CliRunner().invoke(cli.app, ["check", str(project), "--quiet"]).stdout
    assert "不起作用" not in said


def test_tables_that_contradict_each_other(tmp_path):
    (tmp_path / "sources").mkdir()
    files = {
        "enterprises": "name,address\n甲公司,浙江省杭州市西湖区某路1号\n",
        "recognitions": "名单,企业名称,公告日期,推荐地区\n"
        "瞪羚企业,甲公司,2023-01-01,浙江省\n瞪羚企业,乙公司,2023-01-01,江苏省\n"
        "隐形冠军,甲公司,2023-01-01,浙江省\n",
        "coverage": "名单,区划代码,年份,状态\n"
        "瞪羚企业,330106,2023,有\n瞪羚企业,320102,2023,无\n瞪羚企业,440103,2023,有\n",
        "patents": "授权号,权利人,授权日\nCN1,甲公司,2020-01-01\nCN2,丙公司;某大学,\n",
        "software_copyrights": "登记号,著作权人,登记日期\nSR1,丙公司,\nSR2,丙公司,2020-01-01\n",
    }
    settings = 'name = "小县"\nreference_year = 2023\n'
    for table, text in files.items():
        (tmp_path / "sources" / f"{table}.csv").write_text(text, encoding="utf-8")
        settings += f'[[sources]]\ntable = "{table}"\npath = "{table}.csv"\n'
    (tmp_path / "reli.toml").write_text(settings, encoding="utf-8")
    said = CliRunner().invoke(cli.app, ["check", str(tmp_path), "--quiet"]).stdout
    page = (tmp_path / "out" / "check.html").read_text(encoding="utf-8")
    for part in (
        "瞪羚（gazelle） 在 1 个省份开展，名单上却没有该省的行",
        "瞪羚（gazelle） 未开展的 1 个省份，名单上有 1 行",
        "recognitions.csv 第 3 行：乙公司",
        "覆盖表（coverage）没有提及：隐形冠军（hidden_champion） 只在名单出现过的省份按零计",
        "没有授权日期的有 1 行：不计入任何一年",
        "没有登记日期的有 1 行：不计入任何一年",
        "权利人直接对上企业名录的占 50.0%，其余 1 件",
        "权利人直接对上企业名录的占 0.0%，其余 2 件",
        "丙公司：2 件",
    ):
        assert part in said, part
        assert part in page, part
