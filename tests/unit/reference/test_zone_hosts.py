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
    ],
)
def test_a_zone_has_its_principal_host(zones, zone, principal):
    assert zones[zone]["principal"] == principal


def test_new_areas_that_span_counties_name_them_all(zones):
    assert zones["两江新区"]["host_codes"] == "500112;500105;500109"
    assert zones["雄安新区"]["host_codes"] == "130638;130629;130632"


def test_all_hosts_are_divisions():
    zone_hosts.check()
