"""What is said at the head of a report, from few counties that are counted by hand."""

from dataclasses import replace

import pytest

from reli.report.findings import findings
from reli.report.publication import IndexSection, Place


def index(industry, provinces, *first):
    places = tuple(
        Place(1, code, county, city, province, 90.0) for code, county, city, province in first
    )
    return IndexSection(industry=industry, places=places, provinces=provinces, cities={})


XIHU = ("330106", "西湖区", "杭州市", "浙江省")
BINJIANG = ("330108", "滨江区", "杭州市", "浙江省")
THREE = {"浙江省": 40, "江苏省": 35, "广东省": 25}


@pytest.fixture
def edition(full_edition):
    return replace(
        full_edition,
        indices=(
            index("综合", THREE, XIHU),
            index("新材料", THREE, BINJIANG),
            index("新能源", {"浙江省": 100}, XIHU),
            index("数字创意", THREE, BINJIANG),
        ),
    )


def test_what_is_found(edition):
    assert [each.text for each in findings(edition)] == [
        "综合热力值居首的是杭州市西湖区。",
        # 40 are less than half of 100, 75 are more.
        "综合前100名的区县分布在3个省级行政区，入围最多的两个就占75.0%。",
        "三个产业的首位区县：杭州市滨江区居新材料和数字创意两个产业之首；"
        "杭州市西湖区居新能源产业之首。",
        "三个产业中，前100名的区县分布最广的是新材料和数字创意（3个省级行政区），"
        "最集中的是新能源（1个）。",
    ]


def test_an_industry_in_which_nobody_has_a_place_is_not_the_most_concentrated(edition):
    *others, last = edition.indices
    found = findings(replace(edition, indices=(*others, replace(last, provinces={}))))
    assert "最集中的是新能源（1个）" in found[-1].text
    assert found[-1].text.startswith("两个产业中")


def test_each_keeps_its_fact(edition):
    facts = {each.fact["kind"]: each.fact for each in findings(edition)}
    assert facts["finding_spread"] == {
        "kind": "finding_spread", "industry": "综合", "top": 100,
        "provinces": 3, "number": 2, "count": 75, "of": 100,
    }  # fmt: skip
    assert facts["finding_leaders"]["leaders"] == {
        "新材料": ["330108"],
        "新能源": ["330106"],
        "数字创意": ["330108"],
    }


def test_nothing_is_said_of_what_there_is_not(edition):
    assert findings(replace(edition, indices=())) == ()
    one = replace(edition, indices=(index("综合", {"浙江省": 3}, XIHU),))
    assert [each.fact["kind"] for each in findings(one)] == ["finding_leader"]
    crowd = index("综合", {"浙江省": 4}, XIHU, BINJIANG, XIHU, BINJIANG)
    assert findings(replace(edition, indices=(crowd,))) == ()
