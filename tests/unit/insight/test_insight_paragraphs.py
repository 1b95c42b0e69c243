"""Paragraphs about dimensions, read back and compared with the tables they come from."""

import csv
import re
from pathlib import Path

import pyarrow as pa
import pytest
import recount

from reli.errors import Problems
from reli.frameworks import framework_text
from reli.index.framework import parse_framework
from reli.insight import (
    city_heat,
    dimension_facts,
    leader_statements,
    load_patterns,
    paragraphs,
    read_leaders,
)

LEADERS = Path(__file__).parents[3] / "examples" / "published-2024" / "sources" / "leaders.csv"
FRAMEWORK = parse_framework(framework_text("heat-2024"), "heat-2024")
SHORT = {
    "sei_enterprises": "产业企业数量",
    "industrial_above_size": "规模以上工业企业数量",
    "sei_share": "产业企业密度",
    "leaders": "龙头企业数量",
    "new_registrations": "近三年新增企业注册数量",
    "invention_patents_in_force": "有效发明专利数量",
    "high_tech": "国家高新技术企业数量",
    "little_giant": "专精特新“小巨人”企业数量",
    "srdi": "专精特新中小企业数量",
    "enterprise_engineering_centres": "企业工程技术研究中心数量",
    "unicorn": "独角兽企业数量",
    "gazelle": "瞪羚企业数量",
    "hidden_champion": "隐形冠军企业数量",
    "single_champion": "制造业单项冠军企业数量",
    "unicorn+gazelle+qianlima": "独角兽、瞪羚、千里马企业数量",
}


def rows():
    with LEADERS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def told():
    return paragraphs(read_leaders(pa.Table.from_pylist(rows())), FRAMEWORK)


def name_of(row):
    return row["city"] + row["county"]


def read_back(text, vocabulary):
    """(indicators, name) -> what is said: a place from 1, or the kind of claim."""
    known = "|".join(sorted(map(re.escape, vocabulary), key=len, reverse=True))
    terms = sorted(SHORT.items(), key=lambda item: -len(item[1]))
    said = {}
    indicators = set()
    rest = text
    for code, term in terms:
        if term in rest:
            indicators.add(code)
            rest = rest.replace(term, "")
    body = text
    for order, clause in enumerate(re.split("，", body)):
        names = re.findall(known, clause)
        for name in names:
            said[name] = (order, clause, names.index(name))
    return indicators, said


def test_every_place_of_the_table_is_told_once_and_nothing_else(told):
    vocabulary = {name_of(row) for row in rows()}
    for industry, whole in told.items():
        mine = [row for row in rows() if row["industry"] == industry]
        expected = {(row["indicator"], name_of(row)) for row in mine}
        found = set()
        for paragraph in whole:
            for sentence in paragraph.sentences:
                indicators, said = read_back(sentence.text, vocabulary)
                if "公布材料" in sentence.text:
                    indicators = {"new_registrations"} if "新注册" in sentence.text else {""}
                found |= {(code, name) for code in indicators for name in said}
        assert found == expected


def test_positions_are_those_of_the_table(told):
    vocabulary = {name_of(row) for row in rows()}
    known = "|".join(sorted(map(re.escape, vocabulary), key=len, reverse=True))
    lists = 0
    for industry, whole in told.items():
        for sentence in (each for paragraph in whole for each in paragraph.sentences):
            if "依次" not in sentence.text:
                continue
            lists += 1
            announced = re.search("前(.+?)位", sentence.text)[1]
            tail = re.split("依次[为是]", sentence.text)[1]
            place, said = 1, []
            for clause in tail.rstrip("。").split("，"):
                names = re.findall(known, clause)
                tied = re.search("并列第(.)", clause)
                for at, name in enumerate(names):
                    rank = recount.ORDINALS[tied[1]] if tied else place + at
                    said.append((name, rank, bool(tied)))
                place += len(names)
            indicators, _ = read_back(sentence.text.split("依次")[0], vocabulary)
            (indicator,) = indicators
            in_table = [
                (name_of(row), int(row["position"]), row["is_tied"] == "1")
                for row in rows()
                if row["industry"] == industry
                and row["indicator"] == indicator
                and row["claim"] == "within"
            ]
            assert said == in_table
            assert recount.ORDINALS[announced] == int(
                next(
                    row["top"]
                    for row in rows()
                    if (row["industry"], row["indicator"]) == (industry, indicator)
                )
            )
    ordered = {
        (row["industry"], row["statement"])
        for row in rows()
        if row["claim"] == "within" and row["position"]
    }
    assert lists == len(ordered)


def test_order_is_claimed_only_where_it_is_known(told):
    for industry, whole in told.items():
        for sentence in (each for paragraph in whole for each in paragraph.sentences):
            unordered = [
                row
                for row in rows()
                if row["industry"] == industry
                and row["claim"] in ("within", "next")
                and not row["position"]
                and row["indicator"] in sentence.fact["indicators"]
            ]
            assert bool(unordered) == ("先后未公布" in sentence.text)


def test_superlatives_are_those_of_the_table(told):
    firsts = {
        (row["industry"], row["indicator"], name_of(row))
        for row in rows()
        if row["claim"] == "first"
    }
    vocabulary = {name_of(row) for row in rows()}
    known = "|".join(sorted(map(re.escape, vocabulary), key=len, reverse=True))
    said = set()
    for industry, whole in told.items():
        for sentence in (each for paragraph in whole for each in paragraph.sentences):
            clause = sentence.text.split("，")[0]
            if re.search("最多|最高|首位", clause) and "年为最多" not in clause:
                indicators, _ = read_back(clause, vocabulary)
                (name,) = re.findall(known, clause)
                said |= {(industry, code, name) for code in indicators}
    assert said == firsts


def test_counts_are_those_of_the_table(told):
    kinds = load_patterns().texts["parts"]
    for row in rows():
        for part in filter(None, row["parts"].split(";")):
            kind, _, number = part.partition(":")
            wanted = (
                f"{kinds[kind]}{number}家"
                if kind in kinds
                else f"{kind}年为最多，超过{number.lstrip('>')}家"
            )
            texts = "".join(paragraph.text for paragraph in told[row["industry"]])
            assert wanted in texts


def test_vague_words_that_need_values_are_not_used(told):
    whole = "".join(p.text for each in told.values() for p in each)
    for word in ("遥遥领先", "稳居", "首屈一指", "绝对", "突破"):
        assert word not in whole


def test_corrections_go_with_their_sentences(told):
    potential = next(p for p in told["新能源汽车"] if p.dimension == "potential")
    sentence = next(each for each in potential.sentences if "梁山县" in each.text)
    assert sentence.fact["caveats"] == ["梁山区→梁山县"]


def test_wrong_rows_are_reported_together():
    wrong = [dict(row) for row in rows()[:3]]
    wrong[0]["claim"] = "frist"
    wrong[1]["city"] = "深训市"
    wrong[2]["industry"] = "新能"
    with pytest.raises(Problems) as caught:
        read_leaders(pa.Table.from_pylist(wrong))
    message = str(caught.value)
    assert "row 1: unknown claim 'frist': did you mean 'first'?" in message
    assert "row 2: 上海市深训市 is no city" in message
    assert "row 3: unknown industry '新能'" in message


def panel(text):
    cells = [line.split() for line in text.strip().splitlines()]
    return pa.table(
        {
            "unit": [cell[0] for cell in cells],
            "industry": ["新材料"] * len(cells),
            "year": pa.array([2023] * len(cells), pa.int32()),
            "indicator": [cell[1] for cell in cells],
            "value": [None if cell[2] == "-" else float(cell[2]) for cell in cells],
        }
    )


def test_leaders_computed_from_indicators():
    statements = leader_statements(
        panel(
            """
            110108 gazelle 9
            330108 gazelle 7
            330106 gazelle 7
            440305 gazelle 0
            440306 gazelle -
            441900 gazelle 99
            110108 unicorn 3
            """
        ),
        FRAMEWORK,
    )
    found = dimension_facts(statements)["新材料"]["potential"]
    assert [(each["name"], each["rank"], each["tied"]) for each in found["gazelle"]["leaders"]] == [
        ("北京市海淀区", 1, False),
        # By code where tied; 东莞 stands beside the counties and is in no list.
        ("杭州市西湖区", 2, True),
        ("杭州市滨江区", 2, True),
    ]
    (paragraph,) = paragraphs(statements, FRAMEWORK)["新材料"]
    assert [sentence.text for sentence in paragraph.sentences] == [
        "独角兽企业数量大于零的区县只有北京市海淀区（3家）。",
        "瞪羚企业数量大于零的区县只有3个，依次为北京市海淀区（9家），"
        "杭州市西湖区（7家）和杭州市滨江区（7家）并列第二。",
        "北京市海淀区在独角兽企业数量和瞪羚企业数量上都居首位。",
    ]


def test_cities_that_lead_on_a_dimension():
    scores = pa.table(
        {
            "unit": ["330100", "440300", "310000", "320500"],
            "industry": ["新能源"] * 4,
            "node": ["foundation", "foundation", "foundation", "heat"],
            "level": [3, 3, 3, 4],
            "value": [80.0, 90.0, 80.0, 99.0],
            "rank": [2, 1, 2, 1],
        }
    )
    found = city_heat(scores, FRAMEWORK, top=2)["新能源"]
    assert [(each["name"], each["rank"], each["tied"]) for each in found["foundation"]] == [
        ("深圳市", 1, False),
        ("上海市", 2, True),
        ("杭州市", 2, True),
    ]
    assert found["innovation"] == []


def test_a_crowd_at_the_last_place_is_counted_and_not_named():
    codes = [f"1101{number:02}" for number in (1, 2, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16)]
    rows_of = "\n".join(f"{code} little_giant {9 - min(at, 2)}" for at, code in enumerate(codes))
    (paragraph,) = paragraphs(leader_statements(panel(rows_of), FRAMEWORK), FRAMEWORK)["新材料"]
    (sentence,) = paragraph.sentences
    assert sentence.text.endswith(
        "北京市东城区（9家）和北京市西城区（8家），另有11个区县并列第三。"
    )


def test_own_patterns_replace_the_shipped_ones(tmp_path):
    own = tmp_path / "patterns.toml"
    own.write_text('[dimension]\nopening = ["【{dimension}】"]\n', encoding="utf-8")
    statements = read_leaders(pa.Table.from_pylist(rows()))
    told = paragraphs(statements, FRAMEWORK, patterns=load_patterns(own))
    assert told["新材料"][1].text.startswith("【产业发展基础】")


def test_patterns_that_cannot_be_filled_are_refused(tmp_path):
    own = tmp_path / "patterns.toml"
    own.write_text(
        '[dimension]\nopening = ["{dimensoin}"]\nlsit = ["x"]\n[overveiw]\n', encoding="utf-8"
    )
    with pytest.raises(Problems) as caught:
        load_patterns(own)
    message = str(caught.value)
    assert "cannot fill {dimensoin}: did you mean 'dimension'?" in message
    assert "unknown dimension.lsit: did you mean" in message
    assert "unknown section [overveiw]: did you mean 'overview'?" in message
