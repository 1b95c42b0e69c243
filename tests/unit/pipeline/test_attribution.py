"""Zones that administer their own area as units beside the counties: from address to standings."""

import polars as pl
import pytest
from tests.unit.pipeline.test_parts import Names, run

from reli.config import load_project
from reli.engine import StepRunner
from reli.errors import Problems
from reli.pipeline.scoring import scoring_steps
from reli.pipeline.workspace import Workspace

REGISTER = """企业名称,注册地址,国民经济行业,经营范围,成立日期
甲集成电路有限公司,苏州工业园区星湖街1号,3973,集成电路制造,2015-01-01
乙集成电路有限公司,苏州市虎丘区苏州工业园区独墅湖1号,3973,集成电路制造,2015-01-01
丙集成电路有限公司,苏州市虎丘区枫桥街道1号,3973,集成电路制造,2015-01-01
丁集成电路有限公司,合肥市高新区望江西路1号,3973,集成电路制造,2015-01-01
戊集成电路有限公司,合肥市蜀山区井岗镇1号,3973,集成电路制造,2015-01-01
"""
SETTINGS = """name = "x"
reference_year = 2023
ranges = false
{more}
[[sources]]
table = "enterprises"
path = "register.csv"
"""


def _project(folder, more):
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "sources" / "register.csv").write_text(REGISTER, "utf-8")
    (folder / "reli.toml").write_text(SETTINGS.format(more=more), "utf-8")
    run(folder, indicators=True)
    return folder


def _counts(folder, level="indicator"):
    panel = pl.read_parquet(folder / "build" / "indicator" / f"{level}.parquet")
    overall = panel.filter(pl.col("industry") == "综合", pl.col("indicator") == "sei_enterprises")
    return dict(overall.filter(pl.col("value") > 0).select("unit", "value").iter_rows())


def test_firms_count_in_the_zone_or_in_the_county(tmp_path):
    """By hand: two firms name 苏州工业园区 (principal host 吴中区), one 合肥高新区 (蜀山区)."""
    territory = _counts(_project(tmp_path, ""))
    assert territory == {"320505": 2, "320506": 1, "340104": 2}
    by_zone = _counts(_project(tmp_path, 'attribution = "administration"'))
    assert by_zone == {"320505": 1, "320576": 2, "340104": 1, "340176": 1}


def test_cities_have_the_firms_of_their_zones_and_zones_hold_no_place(tmp_path):
    folder = _project(tmp_path, 'attribution = "administration"')
    assert _counts(folder, "city") == {"320500": 3, "340100": 2}
    workspace, told = Workspace(load_project(folder)), Names()
    StepRunner(folder, workspace.manifest, told).run(scoring_steps(workspace)[:2])
    rows = pl.read_parquet(folder / "build" / "score" / "standings.parquet")
    zone = rows.filter(pl.col("division_code") == "320576", pl.col("industry") == "综合")
    assert zone["status"].to_list() == ["unnumbered"]


OWN = """zone_name,kind,province,city,host_codes,principal,aliases,attribution
苏州工业园区,economic,江苏省,苏州市,320506;320505;320508,320506,苏州市工业园区,territory
"""


def test_a_row_of_the_projects_own_leaves_its_zone_to_the_counties(tmp_path):
    (tmp_path / "zones.csv").write_text(OWN, "utf-8")
    folder = _project(tmp_path, 'attribution = "administration"\nzones = "zones.csv"')
    assert _counts(folder) == {"320505": 2, "320506": 1, "340104": 1, "340176": 1}
    assert load_project(folder).universe == "units-2023+zones-320576"


def test_another_word_is_told(tmp_path):
    (tmp_path / "reli.toml").write_text(SETTINGS.format(more='attribution = "zone"'), "utf-8")
    with pytest.raises(Problems, match="attribution is 'zone'"):
        load_project(tmp_path)
