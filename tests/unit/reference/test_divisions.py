"""Divisions through time and by name. Dates are those of the State Council's decisions."""

import csv

import pytest

from reli.errors import InvalidCode, InvalidData, UnknownName
from reli.reference.divisions import (
    FIRST_VINTAGE,
    LAST_VINTAGE,
    all_divisions,
    convert,
    counties,
    display_name,
    division,
    divisions_at,
    provinces,
    years_of,
)
from reli.reference.names import resolve
from reli.reference.universes import universe


@pytest.mark.parametrize(
    "code, begin, end, expected, kind",
    [
        ("110103", None, 2023, ("110101",), "other"),  # 崇文区 into 东城区, 2010
        ("330184", 1995, 2010, ("330110",), "other"),  # 余杭市 becomes 余杭区, 2001
        ("330110", 2020, 2023, ("330110", "330113"), "several"),  # 临平区 leaves 余杭区, 2021
        ("330184", 1995, 2023, ("330110", "330113"), "several"),
        ("330108", 2000, 2023, ("330108",), "same"),
        ("330113", 2023, 2015, ("330110",), "other"),  # backward
        ("120110", 1990, 2023, ("120110",), "same"),  # 东郊区 becomes 东丽区, same code, 1992
        ("429004", 2023, 1990, ("422401",), "other"),  # 仙桃市 under 荆州地区
        ("372802", 1988, 2023, ("371102", "371103"), "several"),  # 日照市 made itself districts
        ("222202", 1984, 2023, ("220602", "220605", "220681"), "several"),  # 浑江市, renamed 白山市
        ("442527", 1984, 2023, ("441900",), "other"),  # 东莞县 is now a city without counties
        ("372327", 1981, 2023, ("370500", "370523"), "several"),  # part of 广饶县 went to 东营市
        ("330500", 2000, 2023, ("330500",), "same"),  # a city that made itself districts
        ("650000", 2000, 2023, ("650000",), "same"),  # a province that founded cities
        ("530200", 1990, 2023, ("530113",), "other"),  # 东川市 becomes a district
        ("330502", 2023, 2000, ("330500",), "other"),  # backward, before the city had districts
        ("659009", 2023, 2010, ("650000",), "other"),  # 昆玉市, founded 2016
    ],
)
def test_a_code_is_carried_to_another_vintage(code, begin, end, expected, kind):
    found = convert(code, from_vintage=begin, to_vintage=end)
    assert (found.codes, found.kind) == (expected, kind)


def test_the_years_of_a_code_are_those_at_whose_end_it_had_a_division():
    years = range(FIRST_VINTAGE, LAST_VINTAGE + 1)
    for code in {each.code for each in all_divisions()} | {"330199"}:
        assert years_of(code) == tuple(year for year in years if division(code, year))
    # 余杭市 bore 330184 from 1994 until it became a district of Hangzhou in 2001.
    assert years_of("330184") == tuple(range(1994, 2001))


def test_every_county_that_ever_was_lies_somewhere_today():
    lost = [
        each.code
        for each in all_divisions()
        if each.level == "county"
        and not convert(each.code, from_vintage=each.first_year, to_vintage=2024).codes
    ]
    assert lost == []


@pytest.mark.parametrize("vintage", [1990, 2004, 2015])
def test_back_from_where_a_county_went_one_finds_the_county(vintage):
    strayed = [
        (code, later)
        for code in counties(vintage)["division_code"].to_pylist()
        for later in convert(code, from_vintage=vintage, to_vintage=2023).codes
        if code not in convert(later, from_vintage=2023, to_vintage=vintage).codes
    ]
    assert strayed == []


@pytest.mark.parametrize("code", ["33011", "３３０１１０", "330110 ", "ABCDEF", ""])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(InvalidCode):
        convert(code)


def test_an_unknown_province_is_an_error_with_the_provinces():
    with pytest.raises(UnknownName, match="110000, 120000"):
        convert("999999")


def test_an_unknown_code_is_an_error_with_the_nearest():
    with pytest.raises(UnknownName, match="'330999'"):
        convert("330999")


def test_a_code_that_was_not_valid_then_says_when_it_was():
    with pytest.raises(UnknownName, match=r"330113 临平区 \(2021 to today\)"):
        convert("330113", from_vintage=2010)


def test_an_impossible_vintage_is_refused():
    with pytest.raises(UnknownName, match="vintage"):
        divisions_at(1970)


def test_parents_are_those_of_the_time():
    rows = {row["code"]: row for row in divisions_at(2000).to_pylist()}
    assert rows["330181"]["name"] == "萧山市"
    assert rows["310115"]["city_name"] == "上海市"
    assert rows["419001"]["city_name"] is None  # 济源市 is run by 河南省


@pytest.mark.parametrize(
    "names, code",
    [
        (("市中区", "济南市", "山东省"), "370103"),
        (("市中区", "枣庄市", "山东省"), "370402"),
        (("市中区", "内江市", "四川省"), "511002"),
        (("鼓楼区", "南京市", "江苏省"), "320106"),
        (("鼓楼区", "徐州市", "江苏省"), "320302"),
        (("鼓楼区", "福州市", "福建省"), "350102"),
        (("鼓楼区", "开封市", "河南省"), "410204"),
        (("朝阳区", "北京市", "北京市"), "110105"),
        (("朝阳区", "长春市", "吉林省"), "220104"),
        (("西湖区", "南昌市", "江西省"), "360103"),
        (("通州区", "南通市", "江苏省"), "320612"),
        (("龙华区", "海口市", "海南省"), "460106"),
        (("济源市", "", "河南省"), "419001"),
        (("济源市", "河南省", "河南省"), "419001"),
        (("东莞市", "东莞市", "广东省"), "441900"),
    ],
)
def test_a_county_is_found_by_its_three_names(names, code):
    assert resolve(*names) == code


def test_a_name_that_fits_several_is_refused():
    with pytest.raises(InvalidData, match="320106, 320302"):
        resolve("鼓楼区", "", "江苏省")


def test_a_county_in_the_wrong_city_says_where_the_name_exists():
    with pytest.raises(UnknownName, match="did you mean '无锡市江阴市'"):
        resolve("江阴市", "宁波市", "浙江省")


@pytest.mark.parametrize(
    "names",
    [("西湖区", "杭州市", "江苏省"), ("西湖区", "", "江苏省"), ("余杭市", "杭州市", "浙江省")],
)
def test_a_county_that_is_not_there_is_refused(names):
    with pytest.raises(UnknownName, match="the divisions of 2023"):
        resolve(*names)


def test_a_county_is_found_in_the_divisions_of_another_year():
    assert resolve("余杭市", "杭州市", "浙江省", vintage=1995) == "330184"


def test_the_published_counties_all_resolve(shared_dir):
    with (shared_dir / "seed" / "published_top100.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    codes = [resolve(row["county"], row["city"], row["province"]) for row in rows]
    by_code = {
        row["division_code"]: (row["county_name"], row["city_name"], row["province_name"])
        for row in counties(2023).to_pylist()
    }
    named = [(row["county"], row["city"], row["province"]) for row in rows]
    assert [by_code[code] for code in codes] == named
    assert (len(codes), len(set(codes))) == (900, 239)


@pytest.mark.parametrize(
    "name, size", [("units-2023", 2848), ("counties-2023", 2844), ("districts-2021", 2814)]
)
def test_universes_have_the_size_that_is_said_of_them(name, size):
    units = universe(name).units
    assert len(set(units["unit"].to_pylist())) == units.num_rows == size


def test_the_special_units_are_in_the_districts_of_2021_alone():
    assert {"232718", "632825"} <= set(universe("districts-2021").units["unit"].to_pylist())
    assert not {"232718", "632825"} & set(universe("units-2023").units["unit"].to_pylist())


def test_there_are_31_provinces_with_short_names():
    rows = provinces().to_pylist()
    assert len(rows) == 31
    for row in rows:
        assert row["province_name"].startswith(row["short_name"])
        assert row["province_name"][len(row["short_name"]) :] in {
            "省",
            "市",
            "自治区",
            "维吾尔自治区",
            "壮族自治区",
            "回族自治区",
        }
    assert len({row["abbreviation"] for row in rows}) == 31


@pytest.mark.parametrize(
    "names, shown",
    [
        (("海淀区", "北京市", "北京市"), "北京市海淀区"),
        (("济源市", None, "河南省"), "河南省济源市"),
        (("东莞市", "东莞市", "广东省"), "广东省东莞市"),
    ],
)
def test_a_county_is_shown_with_its_city(names, shown):
    assert display_name(*names) == shown
