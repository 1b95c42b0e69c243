"""What a source's path means."""

import os
from pathlib import Path

import pytest

from reli.errors import InvalidData, MissingFile
from reli.sources.files import format_of, open_table
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
    [
        ("名单.ods", ".xlsx"),
        ("名单.et", ".xlsx"),
        ("公告.wps", ".docx"),
        ("导出.zip", "unpack"),
        ("名单.xlsx.gz", "unpack"),
        ("企业.dbf", ".csv"),
        ("公告.mht", "save it as .html"),
        ("公告.ofd", "print it as .pdf"),
        ("公告.jpg", "a picture, whose text must be typed or recognised"),
        ("名单.xslx", "did you mean '.xlsx'"),
    ],
)
def test_files_that_are_not_read_say_what_to_do(name, what_to_do):
    with pytest.raises(InvalidData, match=what_to_do) as told:
        format_of(Path(name))
    assert "expected one of" not in str(told.value)


def test_a_name_goes_before_a_pattern(tmp_path):
    for name in ("企业[1].csv", "企业1.csv"):
        (tmp_path / name).touch()
    assert paths_meant(tmp_path, "企业[1].csv")[0] == [tmp_path / "企业[1].csv"]


def test_links_are_followed_and_told_where_they_lead_nowhere(tmp_path):
    sources, outside = tmp_path / "sources", tmp_path / "outside"
    (sources / "all").mkdir(parents=True)
    outside.mkdir()
    (outside / "a.csv").touch()
    (sources / "all" / "linked").symlink_to(outside)
    (outside / "back").symlink_to(sources / "all")
    (sources / "all" / "lost.csv").symlink_to(outside / "gone.csv")
    found, _ = paths_meant(sources, "all")
    told = [path.relative_to(sources / "all").as_posix() for path in found]
    assert told == ["linked/a.csv", "lost.csv"]
    with pytest.raises(MissingFile, match=r"is a link to .*gone\.csv, which does not exist"):
        open_table(found[1])


def test_what_is_no_slip_of_an_extension_is_told_all():
    with pytest.raises(InvalidData, match=r"expected one of \.csv") as told:
        format_of(Path("名单.md"))
    assert "did you mean" not in str(told.value)


def test_a_folder_that_cannot_be_looked_into_is_told(tmp_path, monkeypatch):
    (tmp_path / "all" / "closed").mkdir(parents=True)
    scan = os.scandir

    def refuse(path):
        # Whoever runs the tests may look into any folder.
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(PermissionError, match="closed"):
        paths_meant(tmp_path, "all")
