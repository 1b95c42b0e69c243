"""Texts that recur are read once, whichever batch brings them, and as if each were read anew."""

import pyarrow as pa

from reli.sources import clean
from reli.sources.clean import Cleaner
from reli.sources.distinct import distinct
from reli.sources.lines import Rows
from reli.sources.mapping import Assignment
from reli.sources.tables import table_named


def test_a_column_of_few_texts_is_cleaned_as_one_of_many(monkeypatch):
    """Capital and status with every kind of cell: plain, untidy, empty, foreign and illegible."""
    capitals = ["100万元", " 200万元人民币", "暂无", None, "100万美元", "许多", "-5万元", "１万元"]
    states = ["存续", "注销", " 在业 ", "-", None, "何处", "吊销", "存续"]
    rows = {
        "name": [f"某某{at}有限公司" for at in range(4_000)],
        "capital": [capitals[at % 8] for at in range(4_000)],
        "state": [states[at // 8 % 8] for at in range(4_000)],
    }
    batch = pa.record_batch({name: pa.array(each) for name, each in rows.items()})
    named = {"name": ("name",), "registered_capital_cny": ("capital",), "status": ("state",)}

    def cleaned(batches, few):
        monkeypatch.setattr("reli.sources.clean._FEW", few)
        cleaner = Cleaner(table_named("enterprises"), Assignment(named, {}, {}, {}, {}, (), ()))
        lines = pa.array(range(batch.num_rows))
        found = [cleaner(Rows(batch.slice(*each), lines.slice(*each))) for each in batches]
        cells = {name: [row for f in found for row in f.cells[name].rows] for name in named}
        return cells, [row for f in found for row in f.doubtful.rows()]

    whole = cleaned([(0, 4_000)], few=0)
    assert cleaned([(0, 2_000), (2_000, 2_000)], few=100) == whole
    assert whole[0]["registered_capital_cny"][:8] == [1e6, 2e6, None, None, None, None, None, 1e4]
    assert {reason for *_, reason in whole[1]} > {"外币，未折算", "金额为负"}


def test_a_column_of_many_texts_is_taken_apart_once(monkeypatch):
    taken = []

    def noted(column, kind):
        taken.append(kind)
        return distinct(column, kind)

    monkeypatch.setattr(clean, "distinct", noted)
    names = pa.array([f"某某{at}有限公司" for at in range(4_000)])
    batch = pa.record_batch({"name": names, "day": pa.array(["2020-01-01"] * 4_000)})
    assignment = Assignment({"name": ("name",), "founded_date": ("day",)}, {}, {}, {}, {}, (), ())
    Cleaner(table_named("enterprises"), assignment)(Rows(batch, pa.array(range(4_000))))
    assert taken == ["text", "date"]
