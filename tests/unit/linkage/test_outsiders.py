import pyarrow as pa
import pytest

from reli.linkage.outsiders import outsider_ids


@pytest.mark.parametrize(
    "name", ["甲大学", "中国科学院乙研究所", "丙市人民医院", "丁省农业科学院", "戊职业技术学院"]
)
def test_seats_of_learning_are_outsiders(name):
    assert outsider_ids(pa.array([name])).to_pylist() == [f"outside:{name}"]


@pytest.mark.parametrize(
    "name",
    ["甲科技有限公司", "乙机械厂", "丙集团", "丁研究院有限公司", "戊农民专业合作社",
     "己投资中心（有限合伙）", "庚电子株式会社", "Xin Co., Ltd.", "", None],
)  # fmt: skip
def test_enterprises_that_the_register_lacks_are_none(name):
    assert outsider_ids(pa.array([name], pa.string())).to_pylist() == [None]
