"""Tables kept for the next process."""

import polars as pl
import pytest

from reli.engine.kept import CACHE_VARIABLE, cache_folder, kept

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
