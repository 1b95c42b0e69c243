"""What a source's path means."""

from pathlib import Path

import pytest

from reli.errors import InvalidData
from reli.sources.files import format_of
from reli.sources.folders import paths_meant

FILES = (
    "register/1.csv",
    "register/2/a.xlsx",
    "register/2/~$a.xlsx",
    "register/.DS_Store",
    "register/.git/x.csv",
    "register/Thumbs.db",
    "register/r.mapping.toml",
    "register/说明.txt",
    "register/扫描.jpg",
    "list.csv",
)


@pytest.fixture
def sources(tmp_path):
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "files", "passed_over"),
    [
        ("list.csv", ["list.csv"], []),
        ("register", ["register/1.csv", "register/2/a.xlsx"], ["扫描.jpg", "说明.txt"]),
        ("register/2", ["register/2/a.xlsx"], []),
        ("register/*.csv", ["register/1.csv"], []),
        ("register/**/*.*sx", ["register/2/a.xlsx"], []),
        # A pattern means the files that it matches, as tables or not.
        ("register/扫*", ["register/扫描.jpg"], []),
        ("nothing", [], []),
    ],
)
def test_paths(sources, pattern, files, passed_over):
    found, others = paths_meant(sources, pattern)
    assert [path.relative_to(sources).as_posix() for path in found] == files
    assert [path.name for path in others] == passed_over


@pytest.mark.parametrize(
    ("name", "what_to_do"),
    [("名单.ods", ".xlsx"), ("名单.et", ".xlsx"), ("公告.wps", ".docx"), ("导出.zip", "unpack")],
)
def test_files_that_are_not_read_say_what_to_do(name, what_to_do):
    with pytest.raises(InvalidData, match=what_to_do) as told:
        format_of(Path(name))
    assert "expected one of" not in str(told.value)
