"""What stands out among leaders, recounted in plain Python from the rows alone."""

import random
from collections import defaultdict

import pyarrow as pa
import pytest

from reli.frameworks import framework_text
from reli.index import parse_framework
from reli.insight.dimensions import first_counties, firsts, leader_statements
from reli.insight.notable import notable
from reli.insight.paragraphs import paragraphs
from reli.insight.thresholds import load_thresholds
from reli.insight.trends import floored, growth, leading_firms, peaks
from reli.reference.divisions import counties

FRAMEWORK = parse_framework(framework_text("heat-2024"), "heat-2024")
THRESHOLDS = load_thresholds()
CODES = ("sei_enterprises", "industrial_above_size", "high_tech", "little_giant", "srdi")
PLACES = {row["division_code"]: row for row in counties().to_pylist()[:40]}


def rows(seed):
    """Heavy-tailed counts of forty counties in two years."""
    draw = random.Random(seed)
    return [
        {
            "unit": unit,
            "industry": "新材料",
            "year": year,
            "indicator": code,
            "value": float(int(draw.paretovariate(0.9)) if draw.random() < 0.8 else 0),
        }
        for year in (2022, 2023)
        for code in CODES
        for unit in PLACES
    ]


def ranked(table, code, year=2023):
    """Unit and value from first to last, by plain sorting."""
    found = [
        (row["value"], row["unit"])
        for row in table
        if row["indicator"] == code and row["year"] == year and row["value"] > 0
    ]
    return sorted(found, reverse=True)


def said(table):
    panel = pa.Table.from_pylist(table)
    return notable(
        first_counties(panel, FRAMEWORK, dict.fromkeys(CODES, 5), year=2023),
        THRESHOLDS,
        units_of_measure={},
        first_before=firsts(panel, 2022),
    )


def expected(table):
    """(kind, indicators, units) of all that may be said, by the printed thresholds."""
    found = set()
    inside = defaultdict(lambda: defaultdict(list))
    for code in CODES:
        order = ranked(table, code)
        first, second = order[0], order[1]
        if first[0] > second[0]:
            if first[0] >= 10 and first[0] >= 1.5 * second[0]:
                found.add(("ahead", (code,), (first[1],)))
            before = ranked(table, code, 2022)
            best = {unit for value, unit in before if value == before[0][0]}
            if best == {first[1]}:
                found.add(("steady", (code,), (first[1],)))
        dimension = FRAMEWORK.path(code)[-2]
        places = {unit: 1 + sum(v > value for v, _ in order) for value, unit in order}
        for unit, rank in places.items():
            if rank <= 5:
                inside[dimension][unit].append((code, rank))
    return found, inside


@pytest.mark.parametrize("seed", range(8))
def test_far_ahead_and_first_again_are_said_where_the_numbers_say_so(seed):
    table = rows(seed)
    found, _ = expected(table)
    told = {
        (each.places[0].claim, each.indicators, tuple(p.division_code for p in each.places))
        for each in said(table)
        if each.places[0].claim in ("ahead", "steady")
    }
    assert told == found


@pytest.mark.parametrize("seed", range(8))
def test_those_among_the_first_on_several_indicators_are(seed):
    table = rows(seed)
    _, inside = expected(table)
    front = [each for each in said(table) if each.places[0].claim == "front"]
    for each in front:
        ranks = dict(inside[each.dimension][each.places[0].division_code])
        # A list that too many share names nobody at the tie: what is said is within it.
        assert set(each.indicators) <= set(ranks) and len(each.indicators) > 1
        assert sum(ranks[code] == 1 for code in each.indicators) < 2


def test_the_first_two_of_one_city_are_named_with_it():
    two = [unit for unit, row in PLACES.items() if row["city_name"] == "北京市"][:2]
    table = [
        {"unit": unit, "industry": "综合", "year": 2023, "indicator": "high_tech", "value": value}
        for unit, value in ((two[0], 9.0), (two[1], 8.0), ("130102", 7.0))
    ]
    (found,) = (each for each in said(table) if each.places[0].claim == "one_city")
    assert [place.division_code for place in found.places] == two
    text = "".join(p.text for p in paragraphs((found,), FRAMEWORK)["综合"])
    # Places are always told as city and county.
    assert "北京市东城区和北京市西城区" in text


def test_a_city_with_the_first_two_on_several_indicators_of_a_dimension_is_said_to_lead():
    two = [unit for unit, row in PLACES.items() if row["city_name"] == "北京市"][:2]
    table = [
        {"unit": unit, "industry": "综合", "year": 2023, "indicator": code, "value": value}
        for code in ("high_tech", "little_giant", "sei_enterprises")
        for unit, value in ((two[0], 9.0), (two[1], 8.0), ("130102", 7.0))
    ]
    (found,) = (each for each in said(table) if each.places[0].claim == "dominant")
    # 战略性新兴产业企业数量 is alone in its dimension: one indicator is no dominance.
    assert found.indicators == ("high_tech", "little_giant")
    assert (found.places[0].name, found.places[0].division_code) == ("北京市", "110000")
    text = "".join(p.text for p in paragraphs((found,), FRAMEWORK)["综合"])
    assert "绝对的竞争力" in text and "国家高新技术企业数量和专精特新“小巨人”企业数量" in text


def test_shares_are_told_as_a_chain_first_second_and_the_rest():
    table = [
        {"unit": unit, "industry": "综合", "year": 2023, "indicator": "sei_share", "value": value}
        for unit, value in zip(list(PLACES)[:6], (9.0, 8.0, 7.0, 6.0, 5.0, 4.0), strict=True)
    ]
    statements = leader_statements(pa.Table.from_pylist(table), FRAMEWORK, year=2023)
    text = "".join(p.text for p in paragraphs(statements, FRAMEWORK)["综合"])
    assert "北京市东城区（9.00%）" in text and "其次是北京市西城区（8.00%），其后依次为" in text


def test_sums_over_lists_name_the_county_with_most():
    table = [
        {"unit": unit, "industry": "综合", "year": 2023, "indicator": code, "value": value}
        for unit, values in {
            "110101": (1, 2, 3),
            "110102": (4, 0, 1),
            "110105": (9, 9, None),
        }.items()
        for code, value in zip(("unicorn", "gazelle", "qianlima"), values, strict=True)
    ]
    found = [
        each
        for each in leader_statements(pa.Table.from_pylist(table), FRAMEWORK, year=2023)
        if each.indicators == ("unicorn+gazelle+qianlima",)
    ]
    # 朝阳区 lacks one of the three: its sum is not known.
    assert [(e.places[0].division_code, e.places[0].value) for e in found] == [("110101", 6.0)]


@pytest.mark.parametrize(
    ("value", "digits", "told"),
    [(5371, 2, 5300), (5300, 2, 5300), (98, 1, 90), (7, 2, 7), (0, 2, 0)],
)
def test_numbers_are_rounded_down_to_leading_digits(value, digits, told):
    assert floored(value, digits) == told


def beside(level, cells):
    """Rows beside the indicators: unit, year, indicator, value a line."""
    return pa.Table.from_pylist(
        [
            {
                "level": level,
                "unit": unit,
                "industry": "综合",
                "year": int(year),
                "indicator": code,
                "value": float(value),
            }
            for unit, year, code, value in map(str.split, cells.strip().splitlines())
        ]
    )


def test_growth_is_told_of_cities_above_the_percentile_with_a_base():
    cells = "".join(
        f"{city} 2022 new_registrations_yearly {before}\n"
        f"{city} 2023 new_registrations_yearly {now}\n"
        for city, before, now in (
            ("130100", 100, 105),
            ("130200", 100, 110),
            ("320500", 40, 80),
            ("320200", 10, 90),  # too small a base
            ("330100", 100, 90),
        )
    )
    (found,) = growth(beside("city", cells), "agglomeration", THRESHOLDS, year=2023)
    assert [(place.name, place.value) for place in found.places] == [("苏州市", 100.0)]
    assert not list(growth(beside("city", cells), "agglomeration", THRESHOLDS, year=2022))


def test_a_peak_needs_every_year_of_the_window():
    cells = """
        110101 2021 new_registrations_yearly 310
        110101 2022 new_registrations_yearly 5371
        110101 2023 new_registrations_yearly 120
    """
    table = beside("county", cells)
    leaders = leader_statements(
        pa.Table.from_pylist(
            [
                {
                    "unit": "110101",
                    "industry": "综合",
                    "year": 2023,
                    "indicator": "new_registrations",
                    "value": 5801.0,
                }
            ]
        ),
        FRAMEWORK,
        year=2023,
    )
    (peak,) = peaks(table, leaders, THRESHOLDS, years=range(2021, 2024))
    assert peak.places[0].parts == {"2022": "5300"}
    text = "".join(p.text for p in paragraphs((peak,), FRAMEWORK)["综合"])
    assert "2022年" in text and "突破5300家" in text
    assert not list(peaks(table, leaders, THRESHOLDS, years=range(2020, 2024)))


def test_leading_firms_are_broken_down_by_kind_without_zeros():
    cells = """
        110101 2023 leading_prose_entries 5
        110101 2023 leading_a_share 3
        110101 2023 leading_hk_mainland_entity 2
        110102 2023 leading_prose_entries 1
        110102 2023 leading_neeq 1
        110102 2023 leading_a_share 0
    """
    (found,) = leading_firms(beside("county", cells), year=2023)
    first, second = found.places
    assert first.parts == {"a_share": "3", "hk_mainland_entity": "2"}
    assert second.parts == {"neeq": "1"}
    text = "".join(p.text for p in paragraphs((found,), FRAMEWORK)["综合"])
    assert "A股上市公司3家次、港股大陆运营实体2家次" in text and "新三板挂牌企业1家次" in text
