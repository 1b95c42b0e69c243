"""What is given to commands for planners: tables of counts and costs, changes."""

import pytest
from typer.testing import CliRunner

from reli.cli.app import app
from reli.cli.fit import _own
from reli.cli.gap import _costs
from reli.errors import Problems, ReliError, UnknownName


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("a,x,0\nb,y,\n", "counts.csv: all counts are 0"),
        ("a,x,many\nb,y,2\n", "a, x: 'many' is no count"),
    ],
)
def test_tables_without_counts_are_refused(tmp_path, cells, message):
    table = tmp_path / "counts.csv"
    table.write_text(f"unit,industry,value\n{cells}", encoding="utf-8")
    with pytest.raises(ReliError, match=message):
        _own(table, "")


def test_a_unit_that_the_table_lacks_gets_the_nearest(tmp_path):
    table = tmp_path / "counts.csv"
    table.write_text("unit,industry,value\nnorth,x,1\nnorth,y,3\nsouth,y,2\n", encoding="utf-8")
    assert set(_own(table, "north")["unit"].to_pylist()) == {"north"}
    with pytest.raises(UnknownName, match=r"unit 'nort' in .*counts.csv: did you mean 'north'?"):
        _own(table, "nort")


def test_changes_that_cannot_be_read_are_told_together():
    sets = ["--set", "high_tech", "--set", "listed=many", "--set", "sei_share=+1"]
    done = CliRunner().invoke(app, ["what-if", "330108", *sets, "--project", "mine"])
    assert isinstance(done.exception, Problems)
    assert [text.split(":")[0] for text in done.exception.problems] == [
        "'high_tech'",
        "'listed=many'",
    ]


def test_costs_that_cannot_be_are_told_together(tmp_path):
    table = tmp_path / "costs.csv"
    table.write_text("indicator,cost\na,much\nb,1\nb,2\n", encoding="utf-8")
    with pytest.raises(Problems) as caught:
        _costs(table)
    said = ("the cost of a is 'much': expected a number", "b stands several times")
    assert caught.value.problems == said
