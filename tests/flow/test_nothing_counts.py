"""Projects in which there is nothing to score say what is wrong, and publish nothing."""

import pytest
from tests.flow.quick import publishing

from reli.errors import InvalidData
from reli.pipeline import run_project

HEADER = "企业名称,统一社会信用代码,注册地址,登记状态,成立日期,国民经济行业\n"
FIRM = "杭州甲芯片有限公司,91330108MA00000001,浙江省杭州市滨江区江南大道1号,存续,2015-03-01,3973\n"
UNIVERSITY = "授权号,权利人,授权日期\nCN900000001B,浙江大学,2020-01-01\n"


def project(folder, register, year):
    (folder / "sources").mkdir()
    settings = f'name = "empty"\nreference_year = {year}\nranges = false\n' + publishing()
    for table, text in (("enterprises", register), ("patents", UNIVERSITY)):
        (folder / "sources" / f"{table}.csv").write_text(text, encoding="utf-8")
        settings += f'[[sources]]\ntable = "{table}"\npath = "{table}.csv"\n'
    (folder / "reli.toml").write_text(settings, encoding="utf-8")
    return folder


@pytest.mark.parametrize("register", [HEADER, HEADER + ",,浙江省杭州市,,,\n"])
def test_a_register_of_which_no_row_can_be_used(tmp_path, register):
    # A university's patents alone would rank its county.
    with pytest.raises(InvalidData, match="no row of the register can be used"):
        run_project(project(tmp_path, register, 2023))


def test_a_year_before_all_enterprises(tmp_path):
    with pytest.raises(InvalidData, match="anything that counts at the end of 1999"):
        run_project(project(tmp_path, HEADER + FIRM, 1999))
