"""Publications of earlier runs are told from those of this one."""

import pytest
from tests.flow.quick import publishing

from reli.pipeline import run_project
from reli.reference.divisions import counties

SETTINGS = """name = "x"
reference_year = 2023
ranges = false
[[sources]]
table = "score"
path = "score.csv"
"""


@pytest.fixture
def folder(tmp_path):
    rows = counties().to_pylist()[:3]
    names = [f"{row['county_name']},{row['city_name']},{row['province_name']}" for row in rows]
    lines = [f"综合,{at},{name},{9 - at}" for at, name in enumerate(names, 1)]
    (tmp_path / "sources").mkdir()
    text = "\n".join(["industry,rank,county,city,province,index", *lines])
    (tmp_path / "sources/score.csv").write_text(text, encoding="utf-8")
    return tmp_path


def run(folder, *forms):
    (folder / "reli.toml").write_text(SETTINGS + publishing(*forms), encoding="utf-8")
    return run_project(folder)


def test_a_publication_that_is_switched_off_is_said_to_be_of_an_earlier_run(folder):
    assert not [line for line in run(folder, "workbook").summary if "earlier" in line]
    said = run(folder).summary
    assert said[-1] == (
        "out/tables.xlsx is of an earlier run, and not of these numbers: "
        "publications.workbook is off now"
    )
    assert (folder / "out/tables.xlsx").is_file()


def test_a_site_without_the_data_package_is_said_not_to_be_made(folder):
    outcome = run(folder, "site")
    assert not outcome.publications
    assert "no site was made" in outcome.summary[-1]
