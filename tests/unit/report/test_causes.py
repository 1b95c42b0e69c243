"""The appendix on uncertainty: which choice moves ranks most."""

import polars as pl

from reli.report.appendices import rank_causes
from reli.report.publication import IndexSection


def test_choices_stand_side_by_side_the_one_that_moves_most_first_and_marked():
    rows = [
        ("综合", "跨栏位次", 0.2, 0.31),
        ("综合", "weights", -0.014, 0.2),
        ("综合", "维度间几何平均 / 缩尾", 0.1, 0.1),
        ("综合", "indicator left out", 0.5, 0.666),
        ("新材料", "weights", None, None),
    ]
    causes = pl.DataFrame(rows, ["industry", "factor", "first_order", "total"], orient="row")
    sections = [
        IndexSection(industry=industry, places=(), provinces={}, cities={})
        for industry in ("综合", "新材料")
    ]
    (figure,) = rank_causes(sections, causes)
    assert figure.content.columns == (
        "指数",
        "剔除一项指标",
        "跨栏位次",
        "权重",
        "维度间几何平均／缩尾",
    )
    assert figure.content.rows == (("综合", "50%／67%", "20%／31%", "−1%／20%", "10%／10%"),)
    assert figure.content.tints == ((0, 2, 0, 0, 0),)
    assert list(rank_causes(sections[1:], causes)) == []
