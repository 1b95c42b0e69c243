"""Words found in columns of texts."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reli.classification import finder as module
from reli.classification.finder import Finder, ManyFinder


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


WORDS = st.lists(
    st.text("东西南海区", min_size=1, max_size=6), min_size=1, max_size=30, unique=True
)
TEXTS = st.lists(st.text("东西南海区市", max_size=20), max_size=8)


@given(WORDS, TEXTS)
def test_an_automaton_of_the_words_that_may_be_there_finds_the_same(words, texts):
    assert found(ManyFinder(words, expects_many=False), *texts) == found(Finder(words), *texts)


def test_many_texts_are_read_by_an_automaton_of_all_words(monkeypatch):
    monkeypatch.setattr(module, "_IN_ALL", 3)
    finder, made = ManyFinder(["海南", "南海区", "东"], expects_many=False), []
    monkeypatch.setattr(module, "Finder", lambda words: made.append([*words]) or Finder(words))
    for _ in range(3):
        assert found(finder, "在南海区", "海") == [(0, "南海区", 1)]
    # Of few texts those words that may be there; of all texts from the fourth on every word, once.
    assert made == [["南海区"], ["海南", "南海区", "东"]]
