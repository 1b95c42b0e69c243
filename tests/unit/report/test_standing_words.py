"""Why a unit has no place, in words."""

import pytest

from reli.report.standing_words import status_text


@pytest.mark.parametrize(
    "status, industry, said",
    [
        ("inactive", "新材料", "无该产业企业，未列入排名"),
        # 综合 is no industry: whoever is not in it has nothing that counts.
        ("inactive", "综合", "无计入的企业，未列入排名"),
        ("unnumbered", "综合", "单列，不占位次"),
        ("not_scored", "新材料", "数据不足，未评分"),
        ("unheard of", "新材料", ""),
    ],
)
def test_a_standing_is_told_by_its_index(status, industry, said):
    assert status_text(status, industry) == said
