"""Every sentence about the published lists, read back and recounted from the rows."""

import csv
from collections import defaultdict
from pathlib import Path

import pyarrow as pa
import pytest
import recount
from hypothesis import given, settings
from hypothesis import strategies as st

from reli.insight import overview, read_standings
from reli.reference.divisions import counties

SCORES = Path(__file__).parents[3] / "examples" / "published-2024" / "sources" / "score.csv"
COUNTIES = counties().to_pylist()
INDUSTRIES = recount.words(
    "综合 高端装备制造 节能环保 生物医药 数字创意 新材料 新能源汽车 新能源 新一代信息技术"
)


def published():
    with SCORES.open(encoding="utf-8", newline="") as file:
        return [
            {**row, "rank": int(row["rank"]), "index": float(row["index"])}
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def rows():
    grouped = defaultdict(list)
    for row in published():
        grouped[row["industry"]].append(row)
    return grouped


@pytest.fixture(scope="module")
def said():
    return overview(read_standings(pa.Table.from_pylist(published())).table)


def is_about_all(sentence):
    return "九张榜单" in sentence or "八个产业" in sentence


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_every_sentence_holds(industry, rows, said):
    kinds = {sentence.kind for sentence in said[industry]}
    assert kinds >= {"top_list", "levels", "provinces", "cities", "absent", "regions"}
    for sentence in said[industry]:
        if is_about_all(sentence.text):
            recount.recount_across(sentence.text, rows, 100)
        else:
            recount.recount(sentence.text, rows[industry], 100)


@pytest.mark.parametrize("industry", INDUSTRIES)
@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("top_list", "、", "、北京市密云区、"),
        ("provinces", "个省级行政区", "0个省级行政区"),
        ("provinces", "第一", "第三"),
        ("cities", "第一", "第二"),
        ("cities", "个城市", "0个城市"),
        ("absent", "青海省", "广东省"),
        ("absent", "、青海省", ""),
        ("levels", "第10名", "第11名"),
        ("regions", "长三角", "京津冀"),
    ],
)
def test_a_slip_would_be_found(industry, kind, old, new, rows, said):
    sentence = next(each.text for each in said[industry] if each.kind == kind)
    wrong = sentence.replace(old, new, 1)
    assert wrong != sentence
    with pytest.raises((recount.Wrong, AttributeError, KeyError)):
        recount.recount(wrong, rows[industry], 100)


def test_sentences_follow_the_standard_for_punctuation(said):
    for sentences in said.values():
        for sentence in sentences:
            assert sentence.text.endswith("。")
            for slip in (",", ";", "(", ")", "。。", "，。", "、和", "，，", "{", "None", " "):
                assert slip not in sentence.text


def test_phrasing_varies_and_is_the_same_every_time(said):
    again = overview(read_standings(pa.Table.from_pylist(published())).table)
    assert again == said
    openings = {sentences[0].text[:2] for sentences in said.values()}
    assert len({sentence.text[-12:] for s in said.values() for sentence in s[:1]}) > 3
    assert len(openings) > 2


@st.composite
def random_rows(draw):
    """Rows of one index with ties, counties run by provinces and few places."""
    chosen = draw(st.lists(st.integers(0, len(COUNTIES) - 1), min_size=1, max_size=60, unique=True))
    values = draw(st.lists(st.integers(1, 80), min_size=len(chosen), max_size=len(chosen)))
    return [
        {
            "industry": "新材料",
            "rank": 1 + sum(other > value for other in values),
            "county": COUNTIES[at]["county_name"],
            "city": COUNTIES[at]["city_name"] or "",
            "province": COUNTIES[at]["province_name"],
            "index": float(value),
        }
        for at, value in zip(chosen, values, strict=True)
    ]


@settings(max_examples=80)
@given(random_rows(), st.sampled_from([10, 30, 100]))
def test_sentences_about_any_standings_hold(rows, top):
    said = overview(read_standings(pa.Table.from_pylist(rows)).table, top)
    for sentence in said["新材料"]:
        recount.recount(sentence.text, rows, top)


def in_province(name, values):
    places = [each for each in COUNTIES if each["province_name"] == name]
    return [
        {
            "industry": "新材料",
            "rank": 1 + sum(other > value for other in values),
            "county": place["county_name"],
            "city": place["city_name"] or "",
            "province": name,
            "index": float(value),
        }
        for place, value in zip(places, values, strict=False)
    ]


def kinds_and_texts(rows):
    said = overview(read_standings(pa.Table.from_pylist(rows)).table)["新材料"]
    for sentence in said:
        recount.recount(sentence.text, rows, 100)
    return {sentence.kind: sentence.text for sentence in said}


def test_of_one_province_neither_shares_nor_absent_provinces_are_told():
    found = kinds_and_texts(in_province("浙江省", list(range(40, 0, -1))))
    assert set(found) == {"top_list", "levels", "provinces_one", "cities"}
    assert found["provinces_one"] == "新材料产业热力值前100名的区县都在浙江省，共40个。"


def test_of_one_city_it_is_not_ranked_among_cities():
    city = [row for row in in_province("浙江省", list(range(40, 0, -1))) if row["city"] == "杭州市"]
    found = kinds_and_texts([{**row, "rank": n} for n, row in enumerate(city, 1)])
    assert found["cities_one"] == f"分城市看，前100名的区县都在杭州市，共{len(city)}个。"
    assert "cities" not in found


def test_long_ties_among_the_first_ten_are_counted():
    alike = kinds_and_texts(in_province("浙江省", [5] * 21 + [1] * 9))
    assert alike["top_list_crowd_alone"] == "新材料产业热力值有21个区县并列第一。"
    some = kinds_and_texts(in_province("浙江省", [9, 8] + [5] * 20))
    crowd = "杭州市上城区和杭州市拱墅区，另有20个区县并列第三。"
    assert some["top_list_crowd"].endswith(crowd)
    # Twenty-two counties, and the last of them is third: no levels to tell.
    assert "levels" not in some and "levels" in alike
    named = kinds_and_texts(in_province("浙江省", [9, 8] + [5] * 13 + [1] * 5))["top_list_tied"]
    assert "共15个" in named and named.endswith("并列第三。")


def test_the_main_region_has_more_than_any_other():
    halves = in_province("浙江省", [9, 7]) + in_province("四川省", [8, 6])
    rows = [{**row, "rank": 1 + sum(o["index"] > row["index"] for o in halves)} for row in halves]
    found = kinds_and_texts(rows)
    # Two and two: neither is the main region, and two counties make no centre.
    assert not {"region_main", "centres", "centre_one"} & set(found)


def test_a_region_without_a_county_is_not_said_to_have_few():
    def gathered(east, middle):
        rows = in_province("浙江省", list(range(40, 40 - east, -1)))
        rows += in_province("湖北省", [1] * middle)
        return kinds_and_texts([{**row, "rank": at + 1} for at, row in enumerate(rows)])

    some = gathered(38, 2)["few_and_none"]
    assert some.endswith("中部地区（2个）入围较少，西部地区和东北地区没有区县入围。")
    assert gathered(30, 10)["none"] == "西部地区和东北地区没有区县入围。"
