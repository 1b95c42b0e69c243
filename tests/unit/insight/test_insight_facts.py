import pyarrow as pa

from reli.insight import facts, read_standings, regions


def standings(text):
    names = ("rank", "county", "city", "province")
    rows = [
        dict(zip(names, (cell.strip() for cell in line.split("|")), strict=True))
        for line in text.strip().splitlines()
    ]
    scored = [{"industry": "综合", **row, "index": 100 - int(row["rank"] or 50)} for row in rows]
    return read_standings(pa.Table.from_pylist(scored)).table


def test_counts_by_number_then_code():
    found = facts(
        standings(
            """
            1 | 西湖区 | 杭州市 | 浙江省
            2 | 济源市 |        | 河南省
            3 | 东莞市 | 东莞市 | 广东省
            4 | 海淀区 | 北京市 | 北京市
            5 | 滨江区 | 杭州市 | 浙江省
            6 | 南山区 | 深圳市 | 广东省
            """
        )
    )["综合"]
    assert found["top10"] == [
        "杭州市西湖区",
        "河南省济源市",
        "广东省东莞市",
        "北京市海淀区",
        "杭州市滨江区",
        "深圳市南山区",
    ]
    assert list(found["provinces"].items()) == [
        ("浙江省", 2),
        ("广东省", 2),
        ("北京市", 1),
        ("河南省", 1),
    ]
    # 济源市 is run by the province: it counts there, and for no city.
    assert list(found["cities"].items()) == [
        ("浙江省/杭州市", 2),
        ("北京市/北京市", 1),
        ("广东省/深圳市", 1),
        ("广东省/东莞市", 1),
    ]
    assert len(found["absent"]) == 27
    assert found["absent"][:3] == ["天津市", "河北省", "山西省"]


def test_ties_at_the_cut_are_all_in():
    tied = standings(
        """
        1 | 西湖区 | 杭州市 | 浙江省
        2 | 海淀区 | 北京市 | 北京市
        2 | 南山区 | 深圳市 | 广东省
        4 | 济源市 |        | 河南省
        """
    )
    found = facts(tied, top=2)["综合"]
    assert found["provinces"] == {"北京市": 1, "浙江省": 1, "广东省": 1}
    assert len(found["top10"]) == 4


def test_cities_without_counties_are_not_numbered_and_not_counted():
    found = facts(
        standings(
            """
            1 | 西湖区 | 杭州市 | 浙江省
              | 东莞市 | 东莞市 | 广东省
            """
        )
    )["综合"]
    assert found["provinces"] == {"浙江省": 1}
    assert found["cities"] == {"浙江省/杭州市": 1}


def test_regions_overlap_and_the_four_share_out_the_country():
    found = regions(
        standings(
            """
            1 | 西湖区 | 杭州市 | 浙江省
            2 | 南山区 | 深圳市 | 广东省
            3 | 清城区 | 清远市 | 广东省
            4 | 济源市 |        | 河南省
            5 | 渝中区 | 重庆市 | 重庆市
            6 | 长安区 | 西安市 | 陕西省
            """
        )
    )["综合"]
    assert {name: found[name] for name in ("东部", "中部", "西部", "东北")} == {
        "东部": 3,
        "中部": 1,
        "西部": 2,
        "东北": 0,
    }
    # 清远 is in 广东 and not in the delta; 重庆 is both 成渝 and 西南.
    assert (found["珠三角"], found["长三角"], found["成渝"], found["西南"]) == (1, 1, 1, 1)
