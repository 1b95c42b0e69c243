"""A project that counts active enterprises alone; counted by hand."""

import polars as pl
import pytest
from tests.flow.quick import publishing

from reli.pipeline import run_project

# Two firms of 2022, one of 2023, and one of 2023 that ended in it; two of the four insure nobody.
ENTERPRISES = """
企业名称,统一社会信用代码,注册地址,登记状态,成立日期,注销日期,国民经济行业,参保人数
杭州甲芯片有限公司,91330108MA00000001,浙江省杭州市滨江区江南大道1号,存续,2022-03-01,,3973,12
杭州乙显示有限公司,91330108MA00000002,浙江省杭州市滨江区江南大道2号,存续,2022-05-01,,3974,0
杭州丙光电有限公司,91330108MA00000003,浙江省杭州市滨江区江南大道3号,存续,2023-05-01,,3974,
杭州丁电子有限公司,91330108MA00000004,浙江省杭州市滨江区江南大道4号,注销,2023-06-01,2023-09-01,3973,7
"""


@pytest.fixture(scope="module")
def values(tmp_path_factory):
    folder = tmp_path_factory.mktemp("projects") / "active"
    (folder / "sources").mkdir(parents=True)
    (folder / "sources/firms.csv").write_text(ENTERPRISES.lstrip(), encoding="utf-8")
    settings = 'name = "active"\nreference_year = 2023\ncounted = "active"\nranges = false\n'
    settings += publishing() + '[[sources]]\ntable = "enterprises"\npath = "firms.csv"\n'
    (folder / "reli.toml").write_text(settings, encoding="utf-8")
    run_project(folder)
    tables = [
        pl.read_parquet(folder / f"build/indicator/{n}.parquet") for n in ("indicator", "beside")
    ]
    rows = pl.concat(
        [each.select("unit", "industry", "year", "indicator", "value") for each in tables]
    )
    here = rows.filter((pl.col("unit") == "330108") & (pl.col("industry") == "综合"))
    return {(row["indicator"], row["year"]): row["value"] for row in here.to_dicts()}


def test_registrations_by_year_and_survivors_are_of_the_enterprises_counted(values):
    assert values["new_registrations", 2023] == 2  # 甲, 丁
    yearly = [values["new_registrations_yearly", year] for year in (2021, 2022, 2023)]
    assert yearly == [0, 1, 1]
    assert values["new_registrations_surviving", 2023] == 1  # 甲
    assert values["sei_enterprises", 2023] == values["sei_enterprises_active", 2023] == 1
