import pyarrow as pa
import pytest

from reli.errors import Problems
from reli.insight import read_standings

COLUMNS = ("industry", "rank", "county", "city", "province", "index")


def table(text, columns=COLUMNS):
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return pa.table({name: [row[at] for row in rows] for at, name in enumerate(columns)})


def brief(standings, *columns):
    return [tuple(row[name] for name in columns) for row in standings.table.to_pylist()]


def test_named_rows_become_standings_in_order():
    standings = read_standings(
        table(
            """
            新能源 | 2 | 济源市 |        | 河南省 | 3.5
            新能源 | 1 | 梁山区 | 济宁市 | 山东省 | 4
            综合   | 1 | 海淀区 | 北京市 | 北京市 | 99.1445
            综合   |   | 东莞市 | 东莞市 | 广东省 | 50
            综合   |   | 延庆区 | 北京市 | 北京市 |
            """
        )
    )
    assert brief(standings, "industry", "rank", "division_code", "status") == [
        ("综合", 1, "110108", "ranked"),
        ("综合", None, "441900", "unnumbered"),
        ("综合", None, "110119", "not_scored"),
        ("新能源", 1, "370832", "ranked"),
        ("新能源", 2, "419001", "ranked"),
    ]
    assert standings.corrections == ("row 2: 山东省济宁市梁山区 is read as 山东省济宁市梁山县",)


def test_all_problems_are_reported_together():
    wrong = table(
        """
        综合   | 1   | 海定区 | 北京市 | 北京市 | 9
        综合   | 2   | 西湖区 | 杭州市 | 浙江省 | 8
        综合   | 3   | 西湖区 | 杭州市 | 浙江省 | 7
        综合   | 3   | 滨江区 | 杭州市 | 浙江省 | 6
        综合   | 5   | 余杭区 | 杭州市 | 浙江省 | 6.5
        综合   | six | 萧山区 | 杭州市 | 浙江省 | 5
        综合   | 7   | 上城区 | 杭州市 | 浙江省 |
        新能圆 | 1   | 富阳区 | 杭州市 | 浙江省 | 5
        """
    )
    with pytest.raises(Problems) as caught:
        read_standings(wrong, where="scores.csv")
    message = str(caught.value)
    assert message.startswith("scores.csv: 8 problems")
    for part in (
        "row 1: 北京市海定区 is no county: did you mean 北京市海淀区?",
        "row 3 (综合, 杭州市西湖区): stands already in row 2",
        "row 4 (综合, 杭州市滨江区): rank 3 stands already in row 3",
        "row 5 (综合, 杭州市余杭区): index 6.5 is above that of row 4",
        "row 6: 'six' is no number",
        "row 6 (综合, 杭州市萧山区): has an index and no rank",
        "row 7 (综合, 杭州市上城区): has rank 7 and no index",
        "row 8: unknown industry '新能圆': did you mean '新能源'?",
    ):
        assert part in message


def test_a_code_must_be_the_countys():
    rows = table("综合 | 1 | 海淀区 | 北京市 | 北京市 | 9").append_column(
        "division_code", pa.array(["110105"])
    )
    with pytest.raises(Problems, match="110105 is 朝阳区, the row says 海淀区"):
        read_standings(rows)


def test_columns_missing_are_named():
    with pytest.raises(Problems, match="a list of counties lacks city, index, province"):
        read_standings(pa.table({"industry": ["综合"], "rank": [1], "county": ["海淀区"]}))


def test_long_scores_give_the_whole_index_of_the_last_year():
    long = table(
        """
        110108 | 综合 | 2022 | heat       | 4 | 70 | 1
        110108 | 综合 | 2023 | heat       | 4 | 90 | 1
        441900 | 综合 | 2023 | heat       | 4 | 80 | 2
        330108 | 综合 | 2023 | heat       | 4 | 60 | 3
        330106 | 综合 | 2023 | heat       | 4 | 60 | 3
        632825 | 综合 | 2023 | heat       | 4 |    |
        110119 | 综合 | 2023 | heat       | 4 |    |
        110108 | 综合 | 2023 | foundation | 3 | 99 | 1
        """,
        ("unit", "industry", "year", "node", "level", "value", "rank"),
    )
    standings = read_standings(long, inactive={("110119", "综合")})
    # 东莞 is shown where it would stand and gives up its place: 60 is second.
    assert brief(standings, "division_code", "rank", "index", "status") == [
        ("110108", 1, 90.0, "ranked"),
        ("441900", None, 80.0, "unnumbered"),
        ("330106", 2, 60.0, "ranked"),
        ("330108", 2, 60.0, "ranked"),
        ("110119", None, None, "inactive"),
        ("632825", None, None, "not_scored"),
    ]


def test_long_scores_without_industry_are_the_overall_index():
    long = pa.table(
        {"unit": ["110108"], "node": ["total"], "level": [2], "value": [1.0], "rank": [1]}
    )
    assert brief(read_standings(long), "industry", "rank") == [("综合", 1)]
