"""A project's own table of zones decides where its enterprises and outsiders lie."""

import polars as pl
from tests.unit.pipeline.test_parts import run

REGISTER = (
    "企业名称,注册地址,国民经济行业,经营范围,成立日期\n"
    "甲集成电路有限公司,苏州市某某科技新城某路1号,3973,集成电路制造,2015-01-01\n"
)
LISTED = (
    "list,name,host_name,address,notice_date\n"
    "provincial_engineering_center,某中心,苏州市某某科技新城研究院,,2022-01-01\n"
)
SETTINGS = """name = "x"
reference_year = 2023
zones = "zones.csv"
[[sources]]
table = "enterprises"
path = "register.csv"
[[sources]]
table = "recognitions"
path = "listed.csv"
"""


def _zones(folder, host):
    text = f"zone_name,kind,province,city,host_codes\n某某科技新城,other,江苏省,苏州市,{host}\n"
    (folder / "zones.csv").write_text(text, "utf-8")


def test_own_zones_place_the_register_and_outsiders(tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "register.csv").write_text(REGISTER, "utf-8")
    (tmp_path / "sources" / "listed.csv").write_text(LISTED, "utf-8")
    (tmp_path / "reli.toml").write_text(SETTINGS, "utf-8")
    _zones(tmp_path, "320507")
    run(tmp_path)
    firms = pl.read_parquet(tmp_path / "build" / "classified" / "enterprises")
    assert firms.select("division_code", "place_method").row(0) == ("320507", "zone")
    outsiders = pl.read_parquet(tmp_path / "build" / "classified" / "outsiders.parquet")
    assert outsiders["place_code"].to_list() == ["320507"]
    # Another table of zones, and both are placed anew.
    (tmp_path / "zones.csv").write_text("", "utf-8")
    _zones(tmp_path, "320508;320507")
    ran = run(tmp_path)
    assert {"classified/enterprises/register.csv", "classified/outsiders"} <= set(ran)
