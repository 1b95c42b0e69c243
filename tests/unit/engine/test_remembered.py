"""What texts mean is read once each, and not otherwise than alone."""

from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pyarrow as pa
import pytest

from reli.engine.remembered import Remembered

NOTHING = pl.DataFrame(schema={"size": pl.Int64})


class Lengths:
    """Reads how long texts are, and notes which it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, texts):
        self.asked += texts.to_list()
        return pl.DataFrame({"size": texts.str.len_chars().cast(pl.Int64)})


def sizes(remembered, texts):
    return remembered.told(pa.array(texts, pa.string()))["size"].to_list()


@pytest.mark.parametrize("is_encoded", [False, True])
def test_each_text_is_read_once(is_encoded):
    read = Lengths()
    remembered = Remembered(read, NOTHING)
    column = pa.array(["杭州", None, "杭州市", "杭州"])
    for _ in range(2):
        told = remembered.told(column.dictionary_encode() if is_encoded else column)
        assert told["size"].to_list() == [2, 0, 3, 2]
    assert sorted(read.asked) == ["", "杭州", "杭州市"]


def test_a_dictionary_is_read_for_the_rows_that_are_there():
    read = Lengths()
    column = pa.array(["杭州", "宁波市", "杭州"]).dictionary_encode().take(pa.array([0, 2]))
    assert Remembered(read, NOTHING).told(column)["size"].to_list() == [2, 2]
    assert read.asked == ["杭州"]


def test_a_missing_text_may_mean_what_no_text_means():
    read = Lengths()
    remembered = Remembered(read, NOTHING)
    for _ in range(2):
        assert remembered.of(pl.Series(["bb", None, ""]))["size"].to_list() == [2, None, 0]
    assert read.asked == ["bb", None, ""]


def test_a_full_memory_is_emptied_and_answers_stay():
    read = Lengths()
    remembered = Remembered(read, NOTHING, most=2)
    assert sizes(remembered, ["a", "bb", "ccc"]) == [1, 2, 3]
    assert sizes(remembered, ["a", "dddd"]) == [1, 4]
    assert read.asked.count("a") == 2


def test_threads_share_a_memory():
    remembered = Remembered(Lengths(), NOTHING, most=50)
    texts = [["x" * (number % 7 + turn) for number in range(40)] for turn in range(60)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda some: sizes(remembered, some), texts))
    assert found == [[len(text) for text in some] for some in texts]
