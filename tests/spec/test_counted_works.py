"""Patents and software copyrights, counted by hand."""

import polars as pl
import pytest

from reli.indicators import Measure, units_of
from reli.indicators.classes import counts_by_class

FIRMS = """
    enterprise_id | division_code | industries
    a             | 330108        | chips
    b             | 330108        | green
    c             | 330122        | chips
    d             | 320102        |
"""
OUTSIDERS = """
    outsider_id  | place_code
    outside:大学 | 330122
    outside:不明 |
"""
# p1 sole; p2 of two firms in one county; p3 of firms in two counties; p4 of a university;
# p5 of a firm and a university in another county; p6 of a firm without an emerging industry.
PATENTS = """
    item | enterprise_id | outsider_id  | is_shared
    p1   | a             |              | no
    p2   | a             |              | yes
    p2   | b             |              | yes
    p3   | a             |              | yes
    p3   | c             |              | yes
    p4   |               | outside:大学 | no
    p5   | a             |              | yes
    p5   |               | outside:大学 | yes
    p6   | d             |              | no
    p7   |               |              | no
    p8   |               | outside:不明 | no
"""
ALL = Measure(indicator="x", kind="granted", table="patents", counts="rows")
TABLES = {"enterprises": FIRMS, "outsiders": OUTSIDERS, "patents": PATENTS}


def test_a_work_counts_once_in_each_owners_county_and_never_twice_in_one(panel):
    found = panel(ALL, **TABLES)
    assert found["330108", "综合"] == 4  # p1, p2, p3, p5
    assert found["330108", "新一代信息技术"] == 4
    assert found["330108", "节能环保"] == 1  # p2, by b
    assert found["330122", "综合"] == 3  # p3, p4, p5: the university's in 综合 alone
    assert found["330122", "新一代信息技术"] == 1
    assert found["320102", "综合"] == 0


def test_levels_are_recomputed_and_never_added_up(counting):
    def city(units):
        rows = counting(units=units, **TABLES).panel([ALL]).to_pylist()
        return {(row["unit"], row["industry"]): row["value"] for row in rows}

    cities, provinces, regions = (city(units_of(level)) for level in ("city", "province", "region"))
    # p3 and p5 have owners in two counties of one city: 4 + 3 - 2.
    assert cities["330100", "综合"] == 5
    assert provinces["330000", "综合"] == 5
    assert regions["长三角", "综合"] == 5
    assert provinces["320000", "综合"] == 0


def test_what_stands_behind_a_count_adds_up_to_it(counting):
    counted = counting(**TABLES)
    table = counted.places.engine.fetch(counted.behind(ALL, "330108", "综合")).to_pylist()
    # p2 stands with a, the first of its owners in the county.
    assert {row["enterprise_id"]: row["quantity"] for row in table} == {"a": 4}
    green = counted.places.engine.fetch(counted.behind(ALL, "330108", "节能环保")).to_pylist()
    assert {row["enterprise_id"]: row["quantity"] for row in green} == {"b": 1}


CODED = """
    item | enterprise_id | outsider_id  | is_shared | ipc_industries
    p1   | a             |              | no        | green
    p2   | a             |              | yes       | chips+green
    p2   | b             |              | yes       | chips+green
    p3   | a             |              | yes       | chips
    p3   | c             |              | yes       | chips
    p4   |               | outside:大学 | no        | chips
    p5   |               | outside:大学 | no        |
    p6   | d             |              | no        | chips
    p7   | a             |              | no        |
"""


def test_by_codes_a_patent_counts_in_its_own_industries_wherever_its_owners_are(panel):
    by_codes = Measure(indicator="x", kind="granted", table="patents", counts="rows", by="ipc")
    found = panel(by_codes, enterprises=FIRMS, outsiders=OUTSIDERS, patents=CODED)
    assert found["330108", "节能环保"] == 2  # p1, p2, once though of two firms there
    assert found["330108", "新一代信息技术"] == 2  # p2, p3
    assert found["330108", "综合"] == 3  # p1, p2, p3; p7 has no code of an industry
    # c's p3 and the university's p4, which by its owner would be in 综合 alone.
    assert found["330122", "新一代信息技术"] == found["330122", "综合"] == 2
    # d is of no emerging industry, its patent is.
    assert found["320102", "综合"] == 1


def test_evidence_of_patents_adds_up_in_both_ways_of_counting(counting):
    both = [
        Measure(indicator="own", kind="granted", table="patents", counts="rows"),
        Measure(indicator="coded", kind="granted", table="patents", counts="rows", by="ipc"),
    ]
    counted = counting(enterprises=FIRMS, outsiders=OUTSIDERS, patents=CODED)
    rows = counts_by_class(counted.places, counted.units, both)
    cells = rows.group_by("indicator", "unit", "industry").agg(pl.col("quantity").sum())
    found = {tuple(row[:3]): row[3] for row in cells.iter_rows()}
    for row in counted.panel(both).to_pylist():
        if row["state"] == "observed":
            assert found.get((row["indicator"], row["unit"], row["industry"]), 0) == row["value"]
    # p2 counts here by its owners a and b, and by its codes: in both ways in chips and in green.
    assert found["own", "330108", "节能环保"] == 1
    assert found["coded", "330108", "节能环保"] == 2


def test_without_codes_nothing_is_said_by_codes(panel):
    by_codes = Measure(indicator="x", kind="granted", table="patents", counts="rows", by="ipc")
    assert set(panel(by_codes, **TABLES).values()) == {None}


STATUS = """
    item | enterprise_id | granted_date | ended_date | legal_status | kind
    p1   | a             | 2015-01-01   |            | 有效         | 发明授权
    p2   | a             | 2015-01-01   | 2022-05-01 | 失效         | 发明授权
    p3   | a             | 2015-01-01   | 2024-05-01 | 失效         | 发明授权
    p4   | a             | 2023-06-01   |            | 有效         | 发明
    p5   | a             | 2024-01-01   |            | 有效         | 发明
    p6   | a             | 2015-01-01   |            | 失效         | 发明
    p7   | a             | 2003-06-01   |            | 有效         |
    p8   | a             | 2015-01-01   |            | 有效         | 实用新型
    p9   | a             | 2015-01-01   |            | 部分无效     | 发明
    q1   | a             | 2023-02-01   |            | 审中         | 发明申请
    q2   | a             | 2023-02-01   |            | 公开         | 发明公开
    q3   | a             | 2023-02-01   |            | 实质审查     | 发明
    q4   | a             | 2022-02-01   |            | 驳回         |
"""
"""q1 to q4 are applications: what is published of them is no grant."""


@pytest.mark.parametrize(
    ("basis", "year", "expected"),
    [
        ("granted_in_year", 2023, 1),  # p4
        ("granted_so_far", 2023, 7),  # all inventions but p5
        # p2 has lapsed, p6 at an unknown day, p7 is past twenty years; p3 lapses later.
        ("in_force", 2023, 4),
        ("in_force", 2021, 5),  # p1, p2, p3, p7, p9
        ("", 2023, 4),  # scored: the legal status is known
    ],
)
def test_three_measures_of_patents(panel, basis, year, expected):
    measure = Measure(indicator="x", kind="granted", table="patents", basis=basis)
    found = panel(measure, year=year, enterprises=FIRMS, patents=STATUS)
    assert found["330108", "综合"] == expected


@pytest.mark.parametrize(
    ("status", "so_far", "in_force"),
    [
        ("有权", 1, 1),
        ("有权-审定授权", 1, 1),
        ("专利权维持", 1, 1),
        ("公开|实质审查的生效|授权", 1, 1),  # all that happened, the last the grant
        ("授权;实质审查的生效;公布", 1, 1),
        ("公布;实质审查的生效;授权;专利权的终止", 1, 0),
        ("无权", 1, 0),
        ("无权-未缴年费", 1, 0),
        ("未缴年费终止失效", 1, 0),
        ("无权-驳回", 0, 0),  # never granted
        ("逾期视撤失效", 0, 0),
        ("在审-公开", 0, 0),
        ("审查中", 0, 0),
        ("公布|实质审查的生效", 0, 0),
        ("不予授权公布", 0, 0),
    ],
)
def test_the_words_of_vendors_for_the_legal_status(panel, status, so_far, in_force):
    rows = (
        f"item|enterprise_id|granted_date|legal_status\np1|a|2020-01-01|{status.replace('|', '/')}"
    )
    found = [
        panel(
            Measure(indicator="x", kind="granted", table="patents", basis=basis),
            enterprises=FIRMS,
            patents=rows,
        )["330108", "综合"]
        for basis in ("granted_so_far", "in_force")
    ]
    assert found == [so_far, in_force]


@pytest.mark.parametrize(
    ("number", "kind", "status", "so_far"),
    [
        ("CN101234567A", "发明", "失效", 0),  # an application that lapsed, or was refused
        ("CN101234567A", "", "", 0),
        ("CN101234567A", "", "有效", 1),  # first published so, granted since
        ("CN101234567A", "发明授权", "失效", 1),
        ("CN101234567B", "发明", "失效", 1),
        ("CN100234567C", "", "失效", 1),
        ("ZL201110012345.6", "", "失效", 1),  # nothing tells: as the column says
    ],
)
def test_a_number_of_publication_is_no_grants(panel, number, kind, status, so_far):
    rows = (
        f"item|enterprise_id|granted_date|kind|legal_status\n{number}|a|2020-01-01|{kind}|{status}"
    )
    measure = Measure(indicator="x", kind="granted", table="patents", basis="granted_so_far")
    assert panel(measure, enterprises=FIRMS, patents=rows)["330108", "综合"] == so_far


def test_without_legal_status_those_granted_so_far_are_scored_and_the_label_says_so(counting):
    known = counting(enterprises=FIRMS, patents=STATUS)
    unknown = counting(enterprises=FIRMS, patents=PATENTS)
    assert known.places.basis_of(ALL) == "in_force"
    assert unknown.places.basis_of(ALL) == "granted_so_far"


# Four inventions, of which u2 is known and u1 as it is told; u3 and u4 are one each, though five
# rows speak of them. What utility models and designs say tells nothing of inventions.
TOLD = """
    item | enterprise_id | is_shared | legal_status | kind
    u1   | a             | no        | {first}      | 发明
    u2   | a             | no        | 有效         |
    u3   | a             | yes       |              | 发明授权
    u3   | b             | yes       |              | 发明授权
    u4   | a             | yes       |              | 发明
    u4   | b             | yes       |              | 发明
    u4   | c             | yes       |              | 发明
    u5   | a             | no        | {others}     | 实用新型
    u6   | b             | no        | {others}     | 外观设计
"""


@pytest.mark.parametrize(
    ("first", "others", "basis"),
    [
        ("有效", "", "in_force"),  # 2 of 4 inventions, though 2 of 7 rows
        ("", "有效", "granted_so_far"),  # 1 of 4, though 3 of 6 patents
    ],
)
def test_each_invention_tells_once_whether_its_status_is_known(counting, first, others, basis):
    patents = TOLD.format(first=first, others=others)
    counted = counting(enterprises=FIRMS, patents=patents)
    assert counted.places.basis_of(ALL) == basis


def test_copyrights_are_counted_so_far(panel):
    works = """
        item | enterprise_id | registered_date
        s1   | a             | 2019-01-01
        s2   | a             | 2023-12-31
        s3   | a             | 2024-01-01
        s4   | a             |
    """
    measure = Measure(indicator="x", kind="registered_works", table="software_copyrights")
    found = panel(measure, enterprises=FIRMS, software_copyrights=works)
    assert found["330108", "综合"] == 2
