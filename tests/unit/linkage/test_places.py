"""Places at the head of names: the quick way against the obvious one."""

from itertools import pairwise

import polars as pl
import pytest

from reli.linkage.places import is_other_kind, place_names, short_place

CASES = {
    "广东省深圳市甲科技": ("深圳", "甲科技"),
    "江苏昆山乙贸易": ("昆山", "乙贸易"),
    "杭州A": ("杭州", "A"),
    "杭州": ("", "杭州"),
    "浙江省杭州市": ("杭州", "市"),
    "长安丙": ("", "长安丙"),
    "A杭州丁": ("", "A杭州丁"),
    "é杭州戊": ("", "é杭州戊"),
    "": ("", ""),
}


def obvious(name):
    """The longest known name in front of something, three times over."""
    known, place = place_names(), ""
    for _ in range(3):
        heads = [name[:size] for size in range(1, len(name)) if name[:size] in known]
        if not heads:
            break
        place, name = known[heads[-1]], name[len(heads[-1]) :]
    return place, name


@pytest.mark.parametrize("name", CASES)
def test_the_last_place_in_front_is_found_in_short(name):
    places, rest = short_place(pl.Series([name]))
    assert (places.item(), rest.item()) == CASES[name] == obvious(name)


def test_names_of_places_by_themselves_in_rows_and_before_others():
    names = sorted(place_names())[::37]
    texts = [*names, *map("".join, pairwise(names)), *(name + "己实业" for name in names), None]
    places, rest = short_place(pl.Series(texts)[1:])
    expected = [obvious(text) for text in texts[1:-1]]
    assert list(zip(places, rest, strict=True)) == [*expected, ("", None)]


def test_each_of_all_names_is_known():
    """Among so many some share a slot of the table in which they are looked up."""
    texts = [f"{name}己实业" for name in place_names()]
    places, rest = short_place(pl.Series(texts))
    assert list(zip(places, rest, strict=True)) == [obvious(text) for text in texts]


def test_no_names_have_no_places():
    places, rest = short_place(pl.Series([], dtype=pl.String))
    assert places.is_empty()
    assert rest.is_empty()


def test_only_two_names_that_both_say_a_kind_can_be_of_two_kinds():
    pairs = [
        ("吉林省甲有限公司", "吉林市甲有限公司", True),
        ("吉林省甲有限公司", "吉林甲有限公司", False),
        ("吉林省吉林市甲有限公司", "吉林市甲有限公司", False),
        ("长沙县甲有限公司", "长沙市甲有限公司", True),
        ("杭州市甲有限公司", "杭州市甲有限公司", False),
        ("甲乙丙丁戊己庚吉林省", "甲乙丙丁戊己庚吉林市", False),  # Behind the head of a name.
        (None, "吉林市甲有限公司", False),
    ]
    one, other, expected = (list(each) for each in zip(*pairs, strict=True))
    strings = (pl.Series(each, dtype=pl.String) for each in (one, other))
    assert is_other_kind(*strings).to_list() == expected
