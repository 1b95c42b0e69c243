"""A project that has software copyrights and no patents; counted by hand."""

import polars as pl
from tests.flow.quick import publishing

from reli.pipeline import run_project

ENTERPRISES = """
企业名称,统一社会信用代码,注册地址,登记状态,成立日期,国民经济行业
杭州甲芯片有限公司,91330108MA00000001,浙江省杭州市滨江区江南大道1号,存续,2015-03-01,3973
杭州乙药业有限公司,91330108MA00000002,浙江省杭州市滨江区江南大道2号,存续,2015-05-01,2710
"""
COPYRIGHTS = """
登记号,著作权人,登记日期
2020SR0000001,杭州甲芯片有限公司,2020-01-01
2020SR0000002,杭州甲芯片有限公司|杭州乙药业有限公司,2020-01-01
2024SR0000003,杭州乙药业有限公司,2024-01-01
"""


def test_copyrights_are_counted_where_a_project_has_no_patents(tmp_path):
    (tmp_path / "sources").mkdir()
    settings = 'name = "works"\nreference_year = 2023\nranges = false\n' + publishing()
    for table, text in (("enterprises", ENTERPRISES), ("software_copyrights", COPYRIGHTS)):
        (tmp_path / "sources" / f"{table}.csv").write_text(text.lstrip(), encoding="utf-8")
        settings += f'[[sources]]\ntable = "{table}"\npath = "{table}.csv"\n'
    (tmp_path / "reli.toml").write_text(settings, encoding="utf-8")
    run_project(tmp_path)
    rows = pl.read_parquet(tmp_path / "build/indicator/indicator.parquet")
    here = rows.filter(pl.col("unit") == "330108").to_dicts()
    values = {(row["industry"], row["indicator"]): row["value"] for row in here}
    works = "software_copyrights"
    # The second once in 综合 and once in each industry of its owners; the third comes in 2024.
    assert [values[name, works] for name in ("综合", "新一代信息技术", "生物医药")] == [2, 2, 1]
    assert values["综合", "invention_patents"] is None
