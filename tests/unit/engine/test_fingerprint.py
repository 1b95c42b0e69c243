"""The code's own hash: another file, another fingerprint, however alike the files look."""

import os

import pytest

from reli.engine import fingerprint
from reli.engine.kept import CACHE_VARIABLE


@pytest.fixture
def package(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    (tmp_path / "package" / "inner" / "__pycache__").mkdir(parents=True)
    (tmp_path / "package" / "inner" / "code.py").write_text("one = 1", encoding="utf-8")
    return tmp_path / "package"


def test_files_that_were_read_before_are_known(package, monkeypatch):
    first = fingerprint._fingerprint(package)
    monkeypatch.setattr(fingerprint, "sha256", lambda _: pytest.fail("read again"))
    assert fingerprint._fingerprint(package) == first


def test_another_content_is_told_though_size_and_time_are_the_same(package):
    code = package / "inner" / "code.py"
    first, told = fingerprint._fingerprint(package), code.stat()
    code.write_text("two = 2", encoding="utf-8")
    os.utime(code, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert code.stat().st_mtime_ns == told.st_mtime_ns
    assert fingerprint._fingerprint(package) != first


@pytest.mark.parametrize(
    ("name", "differs"),
    [
        ("inner/more.py", True),
        ("table.csv", True),
        ("inner/__pycache__/code.pyc", False),
        ("a.pyc", False),
    ],
)
def test_a_further_file_counts_unless_python_compiled_it(package, name, differs):
    first = fingerprint._fingerprint(package)
    (package / name).write_text("", encoding="utf-8")
    assert (fingerprint._fingerprint(package) != first) is differs


def test_another_name_is_another_fingerprint(package):
    first = fingerprint._fingerprint(package)
    (package / "inner" / "code.py").rename(package / "inner" / "edoc.py")
    assert fingerprint._fingerprint(package) != first


def test_the_same_files_elsewhere_have_the_same(package):
    first = fingerprint._fingerprint(package)
    assert fingerprint._fingerprint(package.rename(package.with_name("other"))) == first


def test_another_library_is_another_fingerprint(package, monkeypatch):
    first = fingerprint._fingerprint(package)
    monkeypatch.setattr(fingerprint, "version", lambda _: "0.1")
    assert fingerprint._fingerprint(package) != first
