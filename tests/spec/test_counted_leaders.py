"""Leading firms by definition and by prose, counted by hand."""

import pytest

from reli.indicators import Measure
from reli.indicators.beside import beside, breakdown
from reli.indicators.leaders import PARTS

FIRMS = """
    enterprise_id | division_code | industries
    ah            | 330108        | chips
    sub           | 330108        | chips
    subsub        | 330108        | chips
    board         | 330108        | chips
    moved         | 330108        | chips
    big           | 330108        | chips
    listedchild   | 330108        | chips
    minority      | 330108        | chips
"""
LISTINGS = """
    market             | enterprise_id | listed_date | delisted_date
    a_share            | ah            | 2010-01-01  |
    hk_mainland_entity | ah            | 2015-01-01  |
    neeq               | board         | 2016-01-01  |
    neeq               | moved         | 2016-01-01  |
    a_share            | moved         | 2022-11-15  |
    us_mainland_entity | listedchild   | 2019-01-01  |
    a_share            | big           | 2001-01-01  | 2020-06-30
"""
HOLDINGS = """
    parent_id | child_id    | share | is_consolidated
    ah        | sub         |       | yes
    sub       | subsub      | 60    |
    ah        | listedchild | 80    | yes
    ah        | minority    | 30    |
    big       | board       | 90    | yes
"""
RANKINGS = """
    list               | year | enterprise_id
    fortune_global_500 | 2023 | big
    china_500_cec      | 2023 | big
    china_500_cec      | 2023 | ah
    china_500_cec      | 2022 | sub
"""
DEEP = """
    parent_id | child_id | is_consolidated
    ah        | s1       | yes
    s1        | s2       | yes
    s2        | s3       | yes
    s3        | s4       | yes
    s4        | s5       | yes
    s5        | s6       | yes
    s6        | s1       | yes
"""
TABLES = {
    "enterprises": FIRMS, "listings": LISTINGS, "holdings": HOLDINGS, "rankings": RANKINGS,
}  # fmt: skip
BESIDE = {each.code: each.measure for each in beside()}


def counted(panel, measure, year=2023):
    return panel(measure, year=year, **TABLES)["330108", "综合"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("leading_a_share", 2),  # ah, moved; big was delisted
        ("leading_a_share_subsidiary", 2),  # sub, subsub; a listed firm is nobody's, 30% is too few
        ("leading_neeq", 1),  # board; moved has left for an exchange, whatever its row says
        ("leading_hk_mainland_entity", 1),
        ("leading_us_mainland_entity", 1),
        ("leading_fortune_global_500", 1),
        ("leading_china_500_cec", 2),
        # ah three times, moved, listedchild, big twice.
        ("leading_definition_entries", 7),
        ("leading_definition_firms", 4),
        # And sub, subsub, board.
        ("leading_prose_entries", 10),
        ("leading_prose_firms", 7),
    ],
)
def test_kinds_of_leading_firms(panel, code, expected):
    assert counted(panel, BESIDE[code]) == expected


def test_the_day_a_firm_moves_to_an_exchange_it_leaves_the_third_board(panel):
    by_year = {year: counted(panel, BESIDE["leading_neeq"], year) for year in (2021, 2022)}
    assert by_year == {2021: 2, 2022: 1}


def test_a_firm_that_an_exchange_delists_is_not_back_on_the_third_board(panel):
    listings = """
        market             | enterprise_id | listed_date | delisted_date
        neeq               | moved         | 2016-01-01  |
        a_share            | moved         | 2019-11-15  | 2022-06-30
        neeq               | big           | 2023-05-01  |
        a_share            | big           | 2001-01-01  | 2020-06-30
        neeq               | board         |             |
        hk_mainland_entity | board         | 2023-07-01  | 2023-08-01
    """
    years = {
        year: panel(BESIDE["leading_neeq"], year=year, enterprises=FIRMS, listings=listings)
        for year in (2018, 2021, 2022, 2023)
    }
    found = {year: values["330108", "综合"] for year, values in years.items()}
    # moved and board; board alone, twice; big, which came to the board since its exchange.
    assert found == {2018: 2, 2021: 1, 2022: 1, 2023: 1}


def test_listed_firms_are_counted_once(panel):
    markets = ("a_share", "hk_mainland_entity", "us_mainland_entity")
    measure = Measure(indicator="x", kind="listed", table="listings", markets=markets)
    assert counted(panel, measure) == 3
    assert counted(panel, measure, 2019) == 3  # ah, listedchild, big
    assert counted(panel, measure, 2021) == 2


def test_a_ranking_of_another_year_is_no_source(panel):
    measure = Measure(indicator="x", kind="ranked", table="rankings", list="china_500_cec")
    assert [counted(panel, measure, year) for year in (2022, 2023)] == [1, 2]
    assert counted(panel, measure, 2021) is None


def test_the_breakdown_in_the_declared_order_without_zeros():
    assert list(PARTS.values()) == [
        "A股", "A股子公司", "新三板", "港股", "中概股", "世界500强", "中国500强"
    ]  # fmt: skip
    counts = [("china_500_cec", 2), ("neeq", 0), ("hk_mainland_entity", 1), ("a_share", 3)]
    assert breakdown(counts) == "A股3家次、港股1家次、中国500强2家次"
    assert breakdown([]) == ""


def test_subsidiaries_of_subsidiaries_count_however_deep(panel):
    firms = FIRMS + "".join(f"    s{n} | 330108 | chips\n" for n in range(1, 7))
    tables = {"enterprises": firms, "listings": LISTINGS, "holdings": DEEP}
    assert panel(BESIDE["leading_a_share_subsidiary"], **tables)["330108", "综合"] == 6


DELISTED = """
    market  | stock_code | enterprise_id | listed_date | delisted_date
    neeq    | 1          | board         | 2016-01-01  |
    neeq    | 1          | board         |             | 2022-05-01
    a_share | 2          | ah            | 2010-01-01  |
    a_share | 2          | ah            | 2010-01-01  | 2021-05-01
    a_share | 3          | big           | 2001-01-01  | 2019-05-01
    a_share | 3          | big           | 2020-05-01  |
    a_share | 4          | sub           | 2001-01-01  |
    a_share | 5          | sub           |             | 2019-05-01
"""


@pytest.mark.parametrize(
    ("year", "listed", "neeq"), [(2018, 3, 1), (2020, 3, 1), (2021, 2, 1), (2023, 2, 0)]
)
def test_a_list_of_those_who_left_ends_what_another_list_tells(panel, year, listed, neeq):
    """ah until 2021; big anew since 2020; sub by its other stock."""
    for market, expected in (("a_share", listed), ("neeq", neeq)):
        measure = Measure(indicator="x", kind="listed", table="listings", markets=(market,))
        found = panel(measure, year=year, enterprises=FIRMS, listings=DELISTED)
        assert found["330108", "综合"] == expected
