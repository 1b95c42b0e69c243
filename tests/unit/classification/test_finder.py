"""Words found in columns of texts."""

import numpy as np
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
def test_many_words_are_found_as_an_automaton_finds_them(words, texts):
    assert found(ManyFinder(words), *texts) == found(Finder(words), *texts)


@given(
    st.lists(st.text("aé海𠀀\x1f", min_size=1, max_size=5), min_size=1, max_size=9, unique=True),
    st.lists(st.text("aé海𠀀\x1fb", max_size=12), max_size=8),
)
def test_so_are_words_of_characters_of_any_size(words, texts):
    assert found(ManyFinder(words), *texts) == found(Finder(words), *texts)


@given(WORDS, TEXTS)
def test_what_only_seems_to_go_on_is_no_word(words, texts):
    finder = ManyFinder(words)
    # Of one kind: each beginning seems to go on, up to the longest word and past the last text.
    finder._kinds = np.array([3], np.uint8)
    assert found(finder, *texts) == found(Finder(words), *texts)


def test_no_words_are_found_nowhere():
    assert found(ManyFinder([]), "海南", "") == []


def test_slices_of_many_texts_are_found_as_one(monkeypatch):
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    finder = ManyFinder(["海南", "南海区"])
    assert found(finder, "在海南", "", "南海区", "海", "海南海南") == [
        (0, "海南", 0),
        (2, "南海区", 1),
        (4, "海南", 0),
        (4, "海南", 0),
    ]
