"""Text files in the encodings that people's editors write."""

import pytest

from reli.config import load_project
from reli.errors import InvalidData, Problems
from reli.frameworks import framework_text
from reli.texts import read_toml, written_text

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
