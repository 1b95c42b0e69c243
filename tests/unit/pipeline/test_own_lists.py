"""Lists that come along and that a project has rules of its own for."""

import pytest
from tests.flow.quick import publishing

from reli.config import load_project
from reli.pipeline import run_project
from reli.pipeline.check import check_project
from reli.pipeline.own_lists import project_table, redefined_lists
from reli.pipeline.workspace import Workspace

SETTINGS = """name = "x"
reference_year = 2023
ranges = false
lists = "lists.toml"
[[sources]]
table = "enterprises"
path = "register.csv"
[[sources]]
table = "recognitions"
path = "r.csv"
"""
LISTS = """[high_tech]
validity = "years"
years = 5
coverage = "national"
spellings = ["国高"]

[gazelle]
validity = "list_year"
coverage = "issuers"

[green_factory]
name_zh = "绿色工厂"
validity = "years"
years = 3
coverage = "issuers"
"""
SAID = (
    'lists.toml defines high_tech anew: validity = "years", years = 5, coverage = "national", '
    'in place of validity = "years", years = 3, coverage = "national"'
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/register.csv").write_text(
        "企业名称,统一社会信用代码,注册地址,国民经济行业,成立日期\n"
        "杭州甲某某机器人有限公司,91330108MA00000001,浙江省杭州市滨江区江南大道1号,3491,2015-01-01\n",
        encoding="utf-8",
    )
    (tmp_path / "sources/r.csv").write_text(
        "名单,企业名称,依托单位,公告日期\n国高,杭州甲某某机器人有限公司,,2020-01-01\n"
        "绿色工厂,某绿色中心,杭州甲某某机器人有限公司,2022-01-01\n",
        encoding="utf-8",
    )
    (tmp_path / "lists.toml").write_text(LISTS, encoding="utf-8")
    (tmp_path / "reli.toml").write_text(SETTINGS + publishing(), encoding="utf-8")
    return tmp_path


def test_only_rules_that_differ_are_told(folder):
    assert list(redefined_lists(Workspace(load_project(folder)))) == [SAID]


def test_a_list_defined_anew_keeps_its_spellings_and_has_the_project_s(folder):
    table = project_table(Workspace(load_project(folder)), "recognitions")
    spelt = table.column("list").choices["high_tech"]
    assert {"国高", "高新技术企业"} <= set(spelt)


def test_check_and_run_say_so_and_a_centre_is_found_by_its_host(folder):
    said = [finding.text for finding in check_project(folder).findings]
    assert f"本项目另定规则的自带名单：{SAID}" in said
    assert any("直接对上企业名录的占 100.0%" in text for text in said)
    # A list of the project's own whose programme is kept by provinces.
    assert any("绿色工厂（green_factory） 只在名单出现过的省份按零计" in text for text in said)
    assert SAID in run_project(folder).summary


def test_a_list_of_ones_own_is_called_by_its_name(folder):
    told = [finding.text for finding in check_project(folder).findings]
    assert "名单 绿色工厂（green_factory）：1 行" in told
