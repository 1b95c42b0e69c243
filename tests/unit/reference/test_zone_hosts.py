"""Zones and their hosts; State Council's approvals name the city or county of each."""

import pytest

from reli.reference import zone_hosts


@pytest.fixture(scope="module")
def zones():
    return {row["zone_name"]: row for row in zone_hosts.zone_hosts().to_pylist()}


@pytest.mark.parametrize(
    "zone, principal",
    [
        ("北京经济技术开发区", "110115"),
        ("武汉东湖高新技术产业开发区", "420111"),
        ("海南洋浦经济开发区", "460400"),
        ("雄安新区", None),
        ("两江新区", "500112"),
        ("天津经济技术开发区", "120116"),
        ("上海张江高新技术产业开发区", "310115"),
        ("苏州工业园区", "320506"),
        ("苏州高新技术产业开发区", "320505"),
        ("无锡高新技术产业开发区", "320214"),
        ("昆山经济技术开发区", "320583"),
        ("杭州高新技术产业开发区", "330108"),
        ("合肥高新技术产业开发区", "340104"),
        ("厦门火炬高新技术产业开发区", "350206"),
        ("青岛经济技术开发区", "370211"),
        ("郑州高新技术产业开发区", "410102"),
        ("武汉经济技术开发区", "420114"),
        ("长沙经济技术开发区", "430121"),
        ("广州经济技术开发区", "440112"),
        ("横琴新区", "440402"),
        ("成都高新技术产业开发区", "510107"),
        ("西安高新技术产业开发区", "610113"),
        ("西安经济技术开发区", "610112"),
        ("杨凌农业高新技术产业示范区", "610403"),
    ],
)
def test_a_zone_has_its_principal_host(zones, zone, principal):
    assert zones[zone]["principal"] == principal


@pytest.mark.parametrize(
    "zone, year, spans",
    [
        # Years of the State Council's approvals, as published.
        ("大连经济技术开发区", "1984", False),
        ("武汉东湖高新技术产业开发区", "1991", True),
        ("雄安新区", "2017", True),
        ("中国（上海）自由贸易试验区", "2013", False),
        ("中关村科技园区海淀园", None, False),
    ],
)
def test_a_zone_has_the_year_of_its_approval_and_says_whether_it_spans(zones, zone, year, spans):
    assert (zones[zone]["national_since"], zones[zone]["spans"]) == (year, spans)


def test_new_areas_that_span_counties_name_them_all(zones):
    assert zones["两江新区"]["host_codes"] == "500112;500105;500109"
    assert zones["雄安新区"]["host_codes"] == "130638;130629;130632"


def test_all_hosts_are_divisions():
    zone_hosts.check()
