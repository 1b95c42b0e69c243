"""What tables on a terminal look like, however narrow it is."""

import pyarrow as pa
import pytest

from reli.cli.answering import answer

TABLE = pa.table(
    {
        "name": pa.array(["战略性新兴产业企业数量", "高企"], pa.large_string()),
        "value_needed": [1234567.0, None],
        "feasibility": ["out_of_reach", "usual"],
    }
)


@pytest.mark.parametrize("width", [80, 20])
def test_no_word_is_cut_and_names_of_several_words_stand_in_lines(monkeypatch, capsys, width):
    monkeypatch.setenv("COLUMNS", str(width))
    answer(TABLE, None, "to reach rank 3", TABLE.column_names)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "to reach rank 3",
        "                             value",
        " name                       needed  feasibility",
        " 战略性新兴产业企业数量  1,234,567  out_of_reach",
        " 高企                               usual",
    ]
