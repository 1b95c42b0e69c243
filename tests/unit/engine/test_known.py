"""Files are known again by size and time; what is remembered is never a result."""

import os
import shutil
import time

import pytest

from reli.engine import KnownFiles
from reli.engine import known as known_files
from reli.engine.files import sha256, store


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "register.csv"
    path.write_text("old")
    # Written long before it is read, as sources are.
    os.utime(path, ns=(0, time.time_ns() - 10**10))
    return path


def reread(folder, path, **options):
    """The hash that a next run finds."""
    return KnownFiles(folder / "known.json", **options).hash(path)


def remember(folder, path):
    known = KnownFiles(folder / "known.json")
    found = known.hash(path)
    known.save()
    return found


def tamper(path):
    """Other content of the same size and time: what only --verify finds."""
    times = path.stat()
    path.write_text("new")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_the_hash_is_that_of_the_content(tmp_path, file):
    assert remember(tmp_path, file) == sha256(file)


def test_a_known_file_is_not_read_again_unless_verifying(tmp_path, file):
    old = remember(tmp_path, file)
    tamper(file)
    assert reread(tmp_path, file) == old
    assert reread(tmp_path, file, is_verifying=True) == sha256(file) != old


@pytest.mark.parametrize("change", [lambda p: p.write_text("longer"), os.utime])
def test_another_size_or_time_is_read_again(tmp_path, file, change):
    remember(tmp_path, file)
    tamper(file)
    change(file)
    assert reread(tmp_path, file) == sha256(file)


def test_a_file_that_has_just_changed_is_not_trusted(tmp_path, file):
    os.utime(file, ns=(0, time.time_ns() + 10**10))
    remember(tmp_path, file)
    tamper(file)
    assert reread(tmp_path, file) == sha256(file)


def test_folders_are_hashed_as_before(tmp_path, file):
    folder = tmp_path / "site"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "a.js").write_text("a")
    assert KnownFiles(tmp_path / "known.json").hash(folder) == sha256(folder)


@pytest.mark.parametrize("spoilt", ["", "{", "[]", '{"a": 1}', '{"a": [1]}'])
def test_a_spoilt_memory_forgets(tmp_path, file, spoilt):
    (tmp_path / "known.json").write_text(spoilt)
    assert reread(tmp_path, file) == sha256(file)


@pytest.mark.parametrize("is_next_run", [False, True])
def test_a_second_name_of_a_file_is_not_read_again(tmp_path, file, is_next_run):
    known = KnownFiles(tmp_path / "known.json")
    old = known.hash(file)
    if is_next_run:
        known.save()
        known = KnownFiles(tmp_path / "known.json")
        assert known.hash(file) == old
    second, copy = tmp_path / "second.csv", tmp_path / "copy.csv"
    os.link(file, second)
    tamper(file)
    shutil.copy2(file, copy)
    assert known.hash(second) == old
    assert known.hash(copy) == sha256(copy) != old


def test_a_file_is_read_once_while_it_goes_to_the_disk(tmp_path, file, monkeypatch):
    asked = []
    monkeypatch.setattr(known_files, "sha256", lambda path: asked.append(path) or sha256(path))
    known = KnownFiles(tmp_path / "known.json")
    store(file, known.hash)
    assert known.hash(file) == sha256(file)
    assert asked == [file]
