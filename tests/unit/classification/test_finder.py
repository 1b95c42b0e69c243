"""Words found in columns of texts."""

import polars as pl
import pytest

from reli.classification.finder import Finder


def found(finder, *texts):
    finds = finder.find(pl.Series(texts, dtype=pl.String))
    return [
        (row, texts[row].encode()[begin:end].decode(), word)
        for row, word, begin, end in zip(
            finds.rows.tolist(), finds.words.tolist(), finds.begins, finds.ends, strict=True
        )
    ]


def test_the_leftmost_counts_and_of_these_the_longest():
    finder = Finder(["海南", "南海区", "南海", "海南省"])
    # 海南 begins before 南海; of 海南 and 海南省 the longer; nothing reaches from row to row.
    assert found(finder, "在海南海", "海南省南海区", "海", "南海") == [
        (0, "海南", 0),
        (1, "海南省", 3),
        (1, "南海区", 1),
        (3, "南海", 2),
    ]


def test_or_the_first_in_order():
    finder = Finder(["海南", "海南省"], prefers_longer=False)
    assert found(finder, "海南省") == [(0, "海南", 0)]


@pytest.mark.parametrize("texts", [[], [""], ["甲", "乙"]])
def test_where_nothing_stands_nothing_is_found(texts):
    assert found(Finder(["海南"]), *texts) == []
