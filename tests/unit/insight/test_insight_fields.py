"""Who leads in the fields of an industry, and where hot counties lie, from tables by hand."""

import pyarrow as pa

from reli.frameworks import framework_text
from reli.index import parse_framework
from reli.insight.clusters import CENTRE_SCHEMA, UNIT_SCHEMA
from reli.insight.fields import fields
from reli.insight.hot_spots import hot_spots_told
from reli.insight.paragraphs import paragraphs
from reli.insight.patterns import load_patterns

FRAMEWORK = parse_framework(framework_text("heat-2024"), "heat-2024")


def counts(text):
    cells = [line.split() for line in text.strip().splitlines()]
    return pa.table(
        {
            "level": [cell[0] for cell in cells],
            "unit": [cell[1] for cell in cells],
            "year": pa.array([int(cell[2]) for cell in cells], pa.int32()),
            "class_code": [cell[3] for cell in cells],
            "class_name": [None if cell[4] == "-" else cell[4] for cell in cells],
            "enterprises": [int(cell[5]) for cell in cells],
        }
    )


def test_a_county_is_named_for_the_fields_in_which_it_alone_has_most():
    table = counts(
        """
        county 110108 2023 2.1 智能制造装备产业 9
        county 330108 2023 2.1 智能制造装备产业 7
        county 110108 2023 2.2 航空装备产业     3
        county 441900 2023 2.1 智能制造装备产业 99
        city   110000 2023 2.2 航空装备产业     50
        county 330108 2022 2.2 航空装备产业     80
        county 110108 2023 2.4 轨道交通装备产业 2
        county 330108 2023 2.4 轨道交通装备产业 2
        county 330108 2023 7.1 高效节能产业     1
        county 330108 2023 X1  -                5
        """
    )
    found = tuple(fields(table, "foundation", year=2023))
    texts = {
        industry: "".join(each.text for each in told)
        for industry, told in paragraphs(found, FRAMEWORK).items()
    }
    assert texts["高端装备制造"].endswith(
        "看，北京市海淀区的智能制造装备产业（9家）和航空装备产业（3家）企业数量居首。"
    )
    assert texts["节能环保"].endswith("看，杭州市滨江区的高效节能产业（1家）企业数量居首。")
    assert set(texts) == {"高端装备制造", "节能环保"}


def told_of(hot, centres):
    units = pa.Table.from_pylist(
        [{"industry": "新材料", "unit": unit, "kind": "hot"} for unit in hot], schema=UNIT_SCHEMA
    )
    rows = [
        {
            "industry": "新材料",
            "centre": number,
            "units": size,
            "hottest": "330108",
            "provinces": "330000",
            "regions": region,
        }
        for number, (size, region) in enumerate(centres, 1)
    ]
    table = pa.Table.from_pylist(rows, schema=CENTRE_SCHEMA)
    (sentence,) = hot_spots_told(units, table, load_patterns())["新材料"]
    return sentence


def test_centres_are_told_with_their_region_or_provinces():
    sentence = told_of(["330108", "330106", "330105", "110108"], [(3, "长三角")])
    assert "有4个，其中3个连成1个热力中心：长三角地区3个，以杭州市滨江区热力值最高。" in (
        sentence.text.replace("（自身与相邻区县均高）", "")
    )
    assert sentence.fact["named"] == [{"centre": 1, "units": 3, "hottest": "330108"}]
    assert "浙江省3个" in told_of(["330108"], [(3, "")]).text


def test_centres_of_one_size_are_named_all_or_not_at_all():
    many = told_of(["330108"], [(9, "")] + [(3, "")] * 6)
    assert "最大的一个为：浙江省9个" in many.text and many.text.count("热力值最高") == 1
    alike = told_of(["330108"], [(3, "")] * 6)
    assert alike.text.endswith("其中18个连成6个热力中心。")
    assert told_of(["330108"], []).text.endswith("尚未连成热力中心。")
