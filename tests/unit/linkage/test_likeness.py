"""Characters written for one another; what is kept of the readings says what pypinyin says."""

import pytest

from reli.linkage.likeness import is_alike, is_homophone, is_look_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [("翔", "祥"), ("金", "京"), ("重", "众"), ("重", "虫"), ("师", "思"), ("零", "〇")],
)
def test_of_one_sound(one, other):
    """Tones, in and ing, sh and s are not told apart; 重 has two usual readings."""
    assert is_homophone(one, other)
    assert is_alike(one, other)


@pytest.mark.parametrize(("one", "other"), [("金", "银"), ("A", "B"), (" ", "金"), ("𠮷", "吉")])
def test_of_different_sounds(one, other):
    assert not is_homophone(one, other)


def test_what_has_no_reading_sounds_like_itself():
    assert is_homophone("A", "A")
    assert is_homophone(" ", " ")


def test_of_one_look():
    assert is_look_alike("莱", "菜")
    assert not is_look_alike("金", "银")
