"""`reli reference`, as a user types it."""

import csv
import io

import pytest
from typer.testing import CliRunner

from reli.cli.app import app
from reli.errors import UnknownName
from reli.reference.catalogue import TABLES


def run(*arguments, code=0):
    answer = CliRunner().invoke(app, ["reference", *arguments])
    assert answer.exit_code == code, answer.output
    return answer


def fail(*arguments):
    app(["reference", *arguments], standalone_mode=False)


def test_all_tables_are_listed_with_their_licence():
    lines = run("list").stdout.splitlines()[1:]
    assert [line.split()[0] for line in lines] == list(TABLES)
    assert any("6,823" in line and "CC0-1.0" in line for line in lines)


@pytest.mark.parametrize("name", TABLES)
def test_each_table_is_shown_with_its_origin(name):
    answer = run("show", name, "--rows", "2")
    assert len(answer.stdout.splitlines()) == 3
    assert TABLES[name].origin.producer in answer.stderr


def test_a_whole_table_is_written_as_csv():
    rows = list(csv.DictReader(io.StringIO(run("show", "divisions", "--csv", "-").stdout)))
    assert len(rows) == 6823
    (gone,) = (row for row in rows if row["code"] == "110103")
    assert (gone["last_year"], gone["successors"]) == ("2009", "110101@2010")


def test_the_same_table_is_written_to_a_file(tmp_path):
    run("show", "towns", "--csv", str(tmp_path / "towns.csv"))
    with (tmp_path / "towns.csv").open(encoding="utf-8-sig") as file:
        assert sum(1 for _ in csv.DictReader(file)) == 41_291


def test_an_unknown_table_is_an_error_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'divisions'"):
        fail("show", "division")


def test_a_search_tells_what_it_leaves_out():
    out = run("search", "西湖", "--limit", "1").stdout
    assert "西湖区" in out
    assert "more" in out


def test_a_search_keeps_to_the_kinds_asked_for():
    lines = run("search", "临平", "--kind", "town").stdout.splitlines()
    assert {line.split()[0] for line in lines} == {"town"}


def test_nothing_found_is_told_with_the_nearest():
    assert "余杭区" in run("search", "余航区", code=1).stderr


def test_codes_are_carried_to_another_year():
    answer = run("convert", "330184", "110103", "--to", "2023")
    cells = [line.split() for line in answer.stdout.splitlines()[1:]]
    assert cells == [
        ["330184", "杭州市余杭市", "2000", "several", "330110", "杭州市余杭区", "2023"],
        ["330184", "杭州市余杭市", "2000", "several", "330113", "杭州市临平区", "2023"],
        ["110103", "北京市崇文区", "2009", "other", "110101", "北京市东城区", "2023"],
    ]
    assert "towns decide" in answer.stderr


def test_the_year_of_a_code_can_be_said():
    line = run("convert", "330110", "--from", "2015", "--to", "2015").stdout.splitlines()[1]
    assert line.split() == [
        "330110",
        "杭州市余杭区",
        "2015",
        "same",
        "330110",
        "杭州市余杭区",
        "2015",
    ]


def test_universes_are_listed_and_written(tmp_path):
    sizes = {line.split()[0]: line.split()[2] for line in run("universe").stdout.splitlines()[1:]}
    assert sizes == {"units-2023": "2848", "counties-2023": "2844", "districts-2021": "2814"}
    assert "441900" in run("universe", "units-2023").stdout
    run("universe", "districts-2021", "--csv", str(tmp_path / "units.csv"))
    text = (tmp_path / "units.csv").read_text(encoding="utf-8-sig")
    assert "632825,海西州其余地区" in text
    assert "419001" not in text


def test_the_tables_are_checked():
    assert "groups of tables agree with themselves" in run("check").stdout
