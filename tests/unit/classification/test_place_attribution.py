"""Zones that administer their own area, where they are units."""

import pyarrow as pa
import pytest

from reli.classification.doubts import PlaceDoubts
from reli.classification.place import Locator

PLACED = [
    ("苏州工业园区星湖街328号", "320576", "zone"),
    ("苏州市虎丘区苏州工业园区独墅湖", "320576", "zone"),
    ("苏州市娄葑街道", "320576", "town"),
    ("苏州市虎丘区枫桥街道1号", "320505", "name"),
    ("合肥市高新区望江西路", "340176", "zone"),
    ("合肥高新技术产业开发区创新大道", "340176", "zone"),
    # A usual word behind a county may be the county's own zone.
    ("安徽省合肥市蜀山区高新区望江西路", "340104", "name"),
    ("安徽省合肥市蜀山区望江西路", "340104", "name"),
    # A zone without a code of its own stays with its county.
    ("北京经济技术开发区荣华中路", "110115", "zone_principal"),
]


@pytest.fixture(scope="module")
def locator():
    return Locator(2023, attribution="administration")


def test_the_zone_is_the_answer(locator):
    batch = pa.record_batch({"address": [address for address, *_ in PLACED]})
    found = locator.locate(batch)
    assert found.equals(locator.locate_one_by_one(batch))
    told = zip(
        *(found[name].to_pylist() for name in ("division_code", "method")),
        strict=True,
    )
    assert [*told] == [(code, method) for _, code, method in PLACED]
    assert found["division_level"][0].as_py() == "zone"
    assert found["county_name"][0].as_py() == "苏州工业园区"


def test_zone_and_the_counties_it_lies_in_do_not_contradict_each_other(locator):
    batch = pa.record_batch(
        {
            "address": [
                "苏州工业园区星湖街1号",
                "苏州市虎丘区枫桥街道1号",
                "苏州工业园区星湖街1号",
            ],
            "authority": ["苏州市虎丘区市场监督管理局", "苏州工业园区市场监督管理局", None],
            "credit_code": ["91320506MA0000000X", "91320576MA0000000X", "91330106MA0000000X"],
        }
    )
    doubts = PlaceDoubts(locator).told(batch, locator.locate(batch))
    assert doubts.to_pylist() == [None, None, "credit_code:330106"]
