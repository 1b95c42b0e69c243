"""What stands in a column beside an amount and belongs to it."""

import pytest


def test_a_currency_beside_the_amount_is_heard(clean):
    text = (
        "企业名称,注册资本（万元）,注册资本币种,实缴资本（万元）\n"
        "甲公司,1000,美元,500\n乙公司,1000,人民币,\n丙公司,1000,,\n"
    )
    rows, _, _, cells = clean("enterprises", {"r.csv": text})
    assert [row["registered_capital_cny"] for row in rows] == [None, 10_000_000, 10_000_000]
    assert rows[0]["paid_in_capital_cny"] == 5_000_000
    assert [(row["行"], row["值"], row["原因"]) for row in cells] == [
        ("2", "1000(外币美元)", "外币，未折算")
    ]


@pytest.mark.parametrize(
    ("header", "row", "yuan"),
    [
        ("注册资本,注册资本单位", "1000,万元", 1e7),
        ("注册资本,单位", "2,亿元人民币", 2e8),
        ("注册资本,计量单位", "2,元", 2),
        # What cell, header or another column says itself goes first.
        ("注册资本,单位", "2亿,万元", 2e8),
        ("注册资本（万元）,单位", "2,元", 2e4),
        ("注册资本,单位,注册资本单位", "2,元,万元", 2e4),
        ("注册资本,单位", "2,杭州市某局", None),
        ("注册资本,单位", "2,万美元", None),
    ],
)
def test_a_unit_beside_the_amount_is_heard(clean, header, row, yuan):
    rows, _, _, _ = clean("enterprises", {"r.csv": f"企业名称,{header}\n甲公司,{row}\n"})
    assert rows[0]["registered_capital_cny"] == yuan
