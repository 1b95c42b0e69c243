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


STOCKS = """板块,证券代码,公司名称
主板,1,甲公司
深市主板,000001.SZ,甲公司
上交所主板,SH600000,乙公司
港股,700,丙公司
港股,0700.HK,丙公司
中概股,BABA,丁公司
新三板,430047.0,戊公司
"""


def test_stock_codes_are_one_however_files_have_them(clean):
    """Sheets keep them as numbers, programs add the exchange."""
    rows, _, rejected, _ = clean("listings", {"listings.csv": STOCKS})
    assert [row["stock_code"] for row in rows] == ["000001", "600000", "00700", "BABA", "430047"]
    assert [row["行"] for row in rejected] == ["2", "5"]
