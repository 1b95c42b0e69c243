"""Settings are checked together, with the nearest match for a mistyped one."""

import pytest

from reli.config import load_project
from reli.errors import MissingFile, Problems

GOOD = """
name = "example"
reference_year = 2023

[[sources]]
table = "enterprises"
path = "register*.csv"
"""


def load(tmp_path, text):
    (tmp_path / "reli.toml").write_text(text, encoding="utf-8")
    return load_project(tmp_path)


def test_defaults_are_those_of_the_documentation(tmp_path):
    project = load(tmp_path, GOOD)
    assert (project.vintage, project.universe, project.framework) == (
        2023,
        "units-2023",
        "heat-2024",
    )
    assert project.tables() == {"enterprises"}
    assert project.publications.report


def test_all_problems_are_told_together(tmp_path):
    text = GOOD.replace("reference_year = 2023", 'reference_yaer = 2023\nvintage = "now"')
    with pytest.raises(Problems) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert "unknown setting reference_yaer: did you mean 'reference_year'?" in message
    assert "vintage is 'now': expected a whole number" in message


@pytest.mark.parametrize(
    "change, complaint",
    [
        (("path", "pth"), "unknown setting sources[1].pth: did you mean 'path'?"),
        (("[[sources]]", "[sources]"), "sources must be tables: write [[sources]]"),
        (("reference_year = 2023", "reference_year = true"), "reference_year is True"),
        (("reference_year = 2023", ""), "reference_year is missing"),
        (("2023", "20230"), "expected a year from 1949 to 2199"),
        (("2023", "2023\nbounds = '2020'"), "bounds is '2020': expected \"all\", or a year"),
        (("2023", "2023\nengine = 'sparkk'"), "engine is 'sparkk': did you mean 'spark'?"),
        (("2023", "2023\ntop = 0"), "top is 0: expected 1 or more"),
        (("register*.csv", "/register.csv"), "leads out of sources/"),
        (("register*.csv", "../register.csv"), "leads out of sources/"),
    ],
)
def test_a_problem_names_the_setting(tmp_path, change, complaint):
    with pytest.raises(Problems) as caught:
        load(tmp_path, GOOD.replace(*change))
    assert complaint in str(caught.value)


def test_a_project_without_sources_is_refused(tmp_path):
    with pytest.raises(Problems, match="names no source"):
        load(tmp_path, 'name = "x"\nreference_year = 2023\n')


def test_a_folder_without_settings_says_how_to_make_one(tmp_path):
    with pytest.raises(MissingFile, match="reli init"):
        load_project(tmp_path)
