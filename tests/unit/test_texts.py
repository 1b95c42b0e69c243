"""Text files in the encodings that people's editors write."""

import pytest

from reli.config import load_project
from reli.errors import InvalidData, Problems
from reli.frameworks import framework_text
from reli.reference.emerging import industries_of
from reli.texts import read_toml, remembered, written_text

SETTINGS = 'name = "热力"\r\ntitle = "区域热力值"\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_settings_are_read_in_the_encodings_of_editors(tmp_path, encoding):
    path = tmp_path / "reli.toml"
    path.write_bytes(SETTINGS.encode(encoding))
    assert read_toml(path) == {"name": "热力", "title": "区域热力值"}
    assert "\r" not in written_text(path)


def test_what_is_no_text_says_so(tmp_path):
    path = tmp_path / "framework.toml"
    path.write_bytes(b"PK\x03\x04\x00\x00\xff\xff")
    with pytest.raises(InvalidData, match="is no text: expected UTF-8"):
        framework_text(str(path))


def test_a_project_whose_settings_are_no_toml_says_where(tmp_path):
    (tmp_path / "reli.toml").write_text("name = ")
    with pytest.raises(Problems, match="is no TOML"):
        load_project(tmp_path)


def test_what_was_read_of_a_file_is_read_again_when_it_changed(tmp_path):
    path, read = tmp_path / "own.csv", []

    @remembered
    def length(file, *, times=1):
        read.append(file)
        return times * len(file.read_text())

    path.write_text("ab")
    assert [length(path), length(path), length(path, times=2)] == [2, 2, 4]
    assert len(read) == 2
    path.write_text("abc")
    assert length(path) == 3


def test_a_classification_changed_between_two_runs_of_a_process_is_the_new_one(tmp_path):
    path, head = tmp_path / "own.csv", "industry,gb4754_code,is_starred,products\n"
    found = []
    for name in ("未来", "未来制造"):
        path.write_text(f"{head}{name},3491,0,\n", encoding="utf-8")
        found.append(industries_of(path))
    assert found == [("未来",), ("未来制造",)]
