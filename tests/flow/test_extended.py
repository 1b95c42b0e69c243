"""The worked example of docs/how-to/extend.md, run as it stands there."""

import re
from pathlib import Path

import polars as pl
from tests.flow.quick import publishing

from reli.pipeline import run_project

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "extend.md"
REGISTER = """\
企业名称,统一社会信用代码,注册地址,登记状态,成立日期,国民经济行业
杭州甲芯片有限公司,91330108MA00000001,浙江省杭州市滨江区江南大道1号,存续,2015-03-01,3973
桐庐丙科技有限公司,91330122MA00000003,浙江省杭州市桐庐县城南街道1号,存续,2022-05-01,3973
"""
FACTORIES = """\
企业名称,公告日期
杭州甲芯片有限公司,2021-02-01
桐庐丙科技有限公司,2020-02-01
"""


def test_a_list_and_an_indicator_of_ones_own(tmp_path):
    files = {
        name: text
        for text in re.findall("```toml\\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
        for name in re.findall("^# (.*)\\n", text)
    }
    assert list(files)[:4] == ["lists.toml", "framework.toml", "recipe.toml", "reli.toml"]
    node, division = list(files.values())[4:]
    settings = 'name = "green"\nreference_year = 2023\nranges = false\n' + files["reli.toml"]
    for table, path in (("enterprises", "register.csv"), ("recognitions", "绿色工厂.csv")):
        settings += f'[[sources]]\ntable = "{table}"\npath = "{path}"\n'
    (tmp_path / "sources").mkdir()
    for name, text in {
        **files,
        "reli.toml": settings + publishing(),
        "sources/register.csv": REGISTER,
        "sources/绿色工厂.csv": FACTORIES,
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    run_project(tmp_path)
    panel = pl.read_parquet(tmp_path / "build/indicator/indicator.parquet")
    found = {
        (row["unit"], row["indicator"]): row["value"]
        for row in panel.filter(pl.col("industry") == "综合").to_dicts()
    }
    # Granted in 2021 for three years: valid at the end of 2023; of 2020: not.
    assert found["330108", "green_factories"] == 1
    assert found["330122", "green_factories"] == 0
    assert found["330122", "firms"] == 1
    # One indicator more, divided by another.
    (tmp_path / "framework.toml").write_text(files["framework.toml"] + node, encoding="utf-8")
    (tmp_path / "recipe.toml").write_text(division + files["recipe.toml"], encoding="utf-8")
    register = REGISTER + REGISTER.splitlines()[1].replace("甲", "乙").replace("0001", "0002")
    (tmp_path / "sources/register.csv").write_text(register, encoding="utf-8")
    run_project(tmp_path)
    scores = pl.read_parquet(tmp_path / "build/score/score.parquet").filter(
        pl.col("industry") == "综合", pl.col("node") == "green_share", pl.col("level") == 1
    )
    # One green factory of two firms in 滨江, none of one in 桐庐: 1/2 and 0 become 100 and 0.
    assert dict(scores.select("unit", "value").iter_rows()) == {"330108": 100, "330122": 0}
