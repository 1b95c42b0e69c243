"""Where owners and hosts outside the register lie."""

import polars as pl
import pyarrow as pa
import pytest

from reli.classification.outsiders import place_outsiders
from reli.classification.place import Locator

PLACES = {
    "浙江大学": "330000",
    "苏州大学附属第一医院": "320500",
    "吉林大学": "220000",  # the province, not the city of that name
    "杭州师范大学": "330100",
    "南京大学（苏州）高新技术研究院": "320500",
    "北京大学深圳研究生院": "440300",
    "中山大学": "",  # called after a person
    "石河子大学": "",  # a county is not told by this alone
    "东南大学": "",
    "清华大学": "",
}


@pytest.fixture(scope="module")
def placed():
    names = pa.array(PLACES)
    table = pa.table({"outsider_id": names, "name": names, "address": pa.nulls(len(names), "str")})
    rows = pl.DataFrame(place_outsiders(table, Locator(2023)))
    assert set(rows["place_basis"]) == {"name", ""}
    return dict(rows.select("name", "place_code").iter_rows())


@pytest.mark.parametrize("name", PLACES)
def test_seats_of_learning_lie_where_their_name_says(placed, name):
    assert placed[name] == PLACES[name]
