"""Stocks and flows of enterprises, counted by hand."""

import pytest

from reli.indicators import Measure

STOCK = Measure(indicator="x", kind="stock", overall_scope="all_enterprises")


def stock(panel, year, firms):
    found = panel(STOCK, year=year, enterprises=firms)
    return found["330108", "综合"]


@pytest.mark.parametrize(
    ("status", "ended", "in_2021", "in_2023"),
    [
        ("alive", "", 1, 1),
        ("moved_out", "", 1, 1),  # 迁出 lives on at its new address
        ("suspended", "", 1, 1),  # 停业 and 清算 are alive, and flagged
        ("liquidating", "", 1, 1),
        ("", "", 1, 1),
        ("deregistered", "2022-06-30", 1, 0),
        ("revoked", "2022-06-30", 1, 0),
        ("withdrawn", "2023-12-31", 1, 0),  # ended by the day itself
        ("moved_abroad", "2024-01-01", 1, 1),  # ended the day after
        ("deregistered", "", 0, 0),  # at an unknown day: counted at none
    ],
)
def test_who_stands_at_the_end_of_a_year(panel, status, ended, in_2021, in_2023):
    firms = f"""
        enterprise_id | division_code | founded_date | ended_date | status
        a             | 330108        | 2020-05-01   | {ended}    | {status}
    """
    assert stock(panel, 2021, firms) == in_2021
    assert stock(panel, 2023, firms) == in_2023


@pytest.mark.parametrize(("founded", "expected"), [("2023-12-31", 1), ("2024-01-01", 0), ("", 1)])
def test_who_has_begun(panel, founded, expected):
    firms = f"""
        enterprise_id | division_code | founded_date
        a             | 330108        | {founded}
    """
    assert stock(panel, 2023, firms) == expected


def test_flags_and_the_unknown_are_counted_beside(counting):
    firms = """
        enterprise_id | division_code | founded_date | status
        a             | 330108        | 2020-01-01   | suspended
        b             | 330108        | 2020-01-01   | liquidating
        c             | 330108        | 2020-01-01   | deregistered
        d             | 330108        | 2024-01-01   | deregistered
    """
    rows = {row["unit"]: row for row in counting(enterprises=firms).standing().to_pylist()}
    row = rows["330108"]
    counts = {name: row[name] for name in ("standing", "suspended", "liquidating", "undated")}
    # d was founded after the day: nothing of it is unknown at the day.
    assert counts == {"standing": 2, "suspended": 1, "liquidating": 1, "undated": 1}
    # No source says who is active: nobody is called inactive.
    assert row["active"] is None
    assert not row["is_registration_park"]


REGISTERED = """
    enterprise_id | division_code | industries | founded_date | ended_date | status
    a             | 330108        | chips      | 2021-01-01   |            | alive
    b             | 330108        | chips      | 2022-03-01   | 2022-09-01 | deregistered
    c             | 330108        | chips      | 2022-04-01   |            | revoked
    d             | 330108        | chips      | 2023-12-31   |            | alive
    e             | 330108        | chips      | 2020-12-31   |            | alive
    f             | 330108        |            | 2023-01-01   |            | alive
"""


@pytest.mark.parametrize(
    ("basis", "year", "expected"),
    [
        ("", 2023, 4),  # a, b, c, d: whatever became of them
        ("surviving", 2023, 2),  # a, d; c is dead since an unknown day
        ("yearly", 2023, 1),  # the peak year is 2022: b and c
        ("yearly", 2022, 2),
        ("yearly", 2021, 1),
        ("", 2022, 4),  # e, a, b, c: the window of 2022 begins in 2020
    ],
)
def test_registrations_are_a_flow_with_survivors_and_years_beside(panel, basis, year, expected):
    measure = Measure(indicator="x", kind="registrations", basis=basis)
    assert panel(measure, year=year, enterprises=REGISTERED)["330108", "综合"] == expected


def test_an_enterprise_in_two_industries_counts_once_in_each_and_once_overall(panel):
    firms = """
        enterprise_id | division_code | industries
        a             | 330108        | chips+green
        b             | 330108        | green
        c             | 330108        |
    """
    found = panel(Measure(indicator="x", kind="stock"), enterprises=firms)
    assert found["330108", "新一代信息技术"] == 1
    assert found["330108", "节能环保"] == 2
    assert found["330108", "综合"] == 2
    assert panel(STOCK, enterprises=firms)["330108", "综合"] == 3


def test_the_density_of_a_small_county_is_drawn_to_its_province(panel):
    firms = """
        enterprise_id | division_code | industries
        a             | 330108        | chips
        b             | 330108        |
        c             | 330108        |
        d             | 330122        | chips
        e             | 320102        |
    """
    measure = Measure(indicator="x", kind="share", prior_enterprises=4)
    found = panel(measure, enterprises=firms)
    # 1 of 3 and 1 of 1; the province 2 of 4: 100 (1 + 4/2) / (3 + 4), 100 (1 + 4/2) / (1 + 4).
    assert found["330108", "综合"] == pytest.approx(300 / 7)
    assert found["330122", "综合"] == pytest.approx(60.0)
    assert found["320102", "综合"] == 0.0


def test_the_share_of_the_province_is_of_all_its_firms_also_where_no_county_is_known(panel):
    firms = """
        enterprise_id | division_code | place_code | industries
        a             | 330108        | 330108     | chips
        b             | 330108        | 330108     |
        city          |               | 330100     | chips
        province      |               | 330000     | chips
    """
    found = panel(Measure(indicator="x", kind="share", prior_enterprises=4), enterprises=firms)
    # 1 of 2, the province 3 of 4: 100 (1 + 4 * 3/4) / (2 + 4).
    assert found["330108", "综合"] == pytest.approx(400 / 6)


@pytest.mark.parametrize(
    "others, density",
    [
        (5, 100 * 50 * (1 / 6) / 55),  # p = 1 of 6: none of five says little
        (500, 100 * 50 * (1 / 501) / 550),  # none of five hundred says much
    ],
)
def test_a_county_of_other_enterprises_is_of_the_whole_and_of_no_industry(
    counting, others, density
):
    firms = ["a | 330108 | chips", *(f"o{each} | 330122 | " for each in range(others))]
    text = "enterprise_id | division_code | industries\n" + "\n".join(firms)
    measures = [
        Measure(indicator="firms", kind="stock"),
        Measure(indicator="share", kind="share", prior_enterprises=50),
    ]
    rows = counting(enterprises=text).panel(measures).to_pylist()
    found = {
        (row["industry"], row["indicator"]): (row["state"], row["value"])
        for row in rows
        if row["unit"] == "330122"
    }
    assert found["综合", "firms"] == ("observed", 0.0)
    assert found["综合", "share"] == ("observed", pytest.approx(density))
    assert found["新一代信息技术", "share"] == ("inactive", None)


ACTIVITY = """
    enterprise_id | division_code | industries | insured_employees
    a             | 330108        | chips      | 3
    b             | 330108        | chips      | 0
    c             | 330108        | chips      |
    d             | 330108        | chips      |
    e             | 330108        | chips      |
    f             | 330108        | chips      |
"""
EVIDENCE = {
    "recognitions": """
        list      | enterprise_id | notice_date
        high_tech | b             | 2022-01-01
        high_tech | f             | 2018-01-01
    """,
    "listings": """
        market | enterprise_id
        neeq   | c
    """,
    "patents": """
        item | enterprise_id
        p1   | d
    """,
}


def test_active_are_those_with_insured_employees_or_evidence(panel):
    measure = Measure(indicator="x", kind="stock", counted="active")
    # a insured, b recognised, c listed, d patent; e nothing; f's recognition has run out.
    assert panel(measure, enterprises=ACTIVITY, **EVIDENCE)["330108", "综合"] == 4
    assert panel(measure, enterprises=ACTIVITY)["330108", "综合"] == 1


def test_an_application_for_a_patent_shows_nobody_to_be_active(panel):
    firms = "enterprise_id | division_code | industries" + "".join(
        f"\n{each} | 330108 | chips" for each in "abcd"
    )
    patents = """
        item | enterprise_id | kind     | legal_status
        p1A  | a             | 发明申请 | 审中
        p2B  | b             | 实用新型 | 有效
        p3   | c             | 发明     | 驳回
        p4A  | d             | 发明     | 公布;实质审查的生效;授权
    """
    measure = Measure(indicator="x", kind="stock", counted="active")
    # b's utility model and d's invention are granted.
    assert panel(measure, enterprises=firms, patents=patents)["330108", "综合"] == 2


@pytest.mark.parametrize(
    ("head", "cell", "expected"),
    [
        ("", "", None),
        # As a register without the column is cleaned.
        ("| insured_employees", "|", None),
        ("| insured_employees", "| 0", 0),
    ],
)
def test_without_any_source_of_activity_nothing_is_said(panel, head, cell, expected):
    firms = f"""
        enterprise_id | division_code | industries {head}
        a             | 330108        | chips      {cell}
    """
    for kind in ("stock", "registrations"):
        measure = Measure(indicator="x", kind=kind, counted="active")
        assert panel(measure, enterprises=firms)["330108", "综合"] == expected


def test_a_county_far_less_active_than_its_province_is_flagged(counting):
    rows = ["enterprise_id | division_code | insured_employees"]
    for county, active, idle in (("330108", 4, 0), ("330122", 1, 4), ("320102", 1, 9)):
        rows += [f"{county}a{n} | {county} | 1" for n in range(active)]
        rows += [f"{county}i{n} | {county} | 0" for n in range(idle)]
    table = counting(enterprises="\n".join(rows)).standing().to_pylist()
    found = {row["unit"]: (row["active_share_pct"], row["is_registration_park"]) for row in table}
    # 100% and 20%: the median is 60%, its half 30%; alone in its province nobody is compared.
    assert found == {"330108": (100.0, False), "330122": (20.0, True), "320102": (10.0, False)}
