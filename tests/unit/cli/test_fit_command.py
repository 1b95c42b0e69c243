"""Tables of one's own at the command line: counts of `reli fit`, costs of `reli gap`."""

import pytest

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


def test_costs_that_cannot_be_are_told_together(tmp_path):
    table = tmp_path / "costs.csv"
    table.write_text("indicator,cost\na,much\nb,1\nb,2\n", encoding="utf-8")
    with pytest.raises(Problems) as caught:
        _costs(table)
    said = ("the cost of a is 'much': expected a number", "b stands several times")
    assert caught.value.problems == said
