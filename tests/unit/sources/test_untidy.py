"""Cells that are not looked at closely are those that tidying leaves as they are."""

import random

import polars as pl
import pytest

from reli.sources.untidy import untidy_rows
from reli.sources.values import _EMPTY, _NO, _tidied, tidied

PIECES = (
    *_EMPTY, _NO, "甲", "公司", "a", "9", "-", "—", "–", "*", "＊", "'", "=", '="1"', " ", "\t",
    "\n", "\0", "\u3000", "\u200b", "\u00a0", "\ufeff", "·", "、", "（", "Ａ", "①", "※", "㐀",
    "䷀", "\u9fff", "豈", "한", "é", "€", "\U00020bb7", "\ufffd", "ﬁ", "²", "“", "℃", "ㄅ", "ꀀ",
)  # fmt: skip


@pytest.mark.parametrize("kind", ["text", "names", "choice"])
def test_no_cell_is_passed_over_that_tidying_changes(kind):
    draw = random.Random(7)
    texts = ["".join(draw.choices(PIECES, k=draw.randint(0, 4))) for _ in range(20_000)]
    column = pl.Series([*texts, *PIECES, None, "甲" * 50 + "Ａ"])[1:]
    expected = _tidied(column, kind, ())
    assert tidied(column, kind).texts.to_list() == expected.to_list()


def test_tidy_cells_are_not_looked_at_across_the_pieces_of_a_column(monkeypatch):
    monkeypatch.setattr("reli.sources.untidy._PIECE", 7)
    texts = [
        "浙江省杭州市1号-2",
        "甲（乙）有限公司",
        "",
        "企业选择不公示",
        None,
        "丙有限公司",
        "丁 ",
    ]
    assert untidy_rows(pl.Series(texts)[1:], _EMPTY).to_list() == [0, 1, 2, 5]
    assert untidy_rows(pl.Series([None, None], dtype=pl.String), _EMPTY).to_list() == []
    assert untidy_rows(pl.Series([], dtype=pl.String), _EMPTY).to_list() == []
