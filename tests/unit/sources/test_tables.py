"""The declarations of the canonical tables agree with themselves."""

from collections import Counter

import pytest

from reli.errors import UnknownName
from reli.indicators.lists import list_rules
from reli.sources.mapping import plain
from reli.sources.persons import is_personal
from reli.sources.spellings import RECOGNITION_LISTS
from reli.sources.tables import TABLES, table_named
from reli.sources.values import READERS


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_header_means_one_column_and_no_person(table):
    headers = Counter(
        header for column in table.columns for header in {plain(each) for each in column.headers}
    )
    assert [header for header, number in headers.items() if number > 1] == []
    assert [h for column in table.columns for h in column.headers if is_personal(h)] == []


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_needs_keys_and_kinds_exist(table):
    names = {column.name for column in table.columns}
    assert names.issuperset(name for group in table.needs for name in group)
    assert names.issuperset(table.unique)
    assert {column.kind for column in table.columns} <= set(READERS)
    assert table.schema.names[-2:] == ["source_file", "source_line"]


def test_every_recognition_list_has_its_rule():
    assert set(RECOGNITION_LISTS) == set(list_rules())


def test_a_mistyped_table_gets_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'enterprises'"):
        table_named("enterprise")
