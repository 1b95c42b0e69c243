"""`reli fit --counts` at the command line: tables of one's own."""

import pytest

from reli.cli.fit import _own
from reli.errors import ReliError


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
