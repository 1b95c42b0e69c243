"""Tables and texts kept for the next process."""

import os

import polars as pl
import pytest

from reli.engine import kept as module
from reli.engine.kept import CACHE_VARIABLE, cache_folder, kept, kept_text

MADE = {"one": pl.DataFrame({"a": ["甲", None], "b": [1, 2]}), "two": pl.DataFrame({"c": [True]})}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def make():
    """Makes the tables, and counts how often."""

    def made():
        made.times += 1
        return MADE

    made.times = 0
    return made


def test_tables_are_made_once(folder, make):
    first, second = kept("names", "0a", make), kept("names", "0a", make)
    assert make.times == 1
    assert all(second[name].equals(first[name]) for name in MADE)
    assert [each.name for each in folder.iterdir()] == ["names-0a"]


def test_another_digest_makes_them_anew(folder, make):
    kept("names", "0a", make)
    kept("names", "0b", make)
    assert make.times == 2


def test_what_cannot_be_read_is_made_anew(folder, make):
    kept("names", "0a", make)
    (folder / "names-0a" / "two.arrow").write_bytes(b"torn")
    for _ in range(2):
        assert kept("names", "0a", make)["two"].equals(MADE["two"])
    assert make.times == 2
    assert [each.name for each in folder.iterdir()] == ["names-0a"]


def test_a_place_that_cannot_be_written_is_done_without(tmp_path, monkeypatch, make):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "file"))
    for _ in range(2):
        assert kept("names", "0a", make)["one"].equals(MADE["one"])
    assert make.times == 2


def test_only_the_latest_are_kept(folder, make):
    for number in range(30):
        kept("names", f"{number:02}", make)
    assert len(list(folder.iterdir())) == 24
    assert (folder / "names-29").is_dir()


def test_by_default_the_users_own_folder(monkeypatch, tmp_path):
    monkeypatch.delenv(CACHE_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "reli"


@pytest.fixture
def say():
    """Makes a text, and counts how often."""

    def said():
        said.times += 1
        return "甲\n乙"

    said.times = 0
    return said


def test_texts_are_made_once(folder, say):
    for _ in range(2):
        assert kept_text("queries", "1.0", "0a", say) == "甲\n乙"
    assert say.times == 1
    assert [each.name for each in folder.rglob("*")] == ["queries-1.0", "0a"]


@pytest.mark.parametrize("other", [("queries", "1.0", "0b"), ("queries", "1.1", "0a")])
def test_another_text_is_made_anew(folder, say, other):
    kept_text("queries", "1.0", "0a", say)
    kept_text(*other, say)
    assert say.times == 2


@pytest.mark.parametrize("torn", ["", "0", "甲\n乙", "{check}\n甲\n"])
def test_a_torn_text_is_made_anew(folder, say, torn):
    kept_text("queries", "1.0", "0a", say)
    place = folder / "queries-1.0" / "0a"
    check = place.read_text(encoding="utf-8").splitlines()[0]
    place.write_text(torn.format(check=check), encoding="utf-8")
    for _ in range(2):
        assert kept_text("queries", "1.0", "0a", say) == "甲\n乙"
    assert say.times == 2


def test_of_many_texts_the_first_are_forgotten(folder, say, monkeypatch):
    monkeypatch.setattr(module, "_MOST_TEXTS", 3)
    for number in range(5):
        kept_text("queries", "1.0", str(number), say)
        os.utime(folder / "queries-1.0" / str(number), (number, number))
    assert sorted(each.name for each in (folder / "queries-1.0").iterdir()) == ["2", "3", "4"]


def test_without_a_place_texts_are_made(tmp_path, monkeypatch, say):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "file"))
    for _ in range(2):
        assert kept_text("queries", "1.0", "0a", say) == "甲\n乙"
    assert say.times == 2
