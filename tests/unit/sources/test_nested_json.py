"""Objects within objects of JSON are columns of their own."""

import json

import pyarrow.parquet as pq
import pytest

from reli.sources.files import open_table
from reli.sources.mapping import ColumnMapping, assign
from reli.sources.persons import is_personal
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table
from reli.sources.tables import TABLES

RECORDS = [
    {
        "id": 1,
        "base": {"name": "甲公司", "creditCode": "91330100MA2ABC12X3", "regCapital": "100万元"},
        "legalPerson": {"name": "某人"},
        "tags": ["高新", "瞪羚"],
    },
    {
        "id": 2,
        "base": {"name": "乙公司", "creditCode": None, "founded": {"estiblishTime": 1577836800000}},
        "tags": [],
    },
]
WITHOUT_LISTS = [{k: v for k, v in each.items() if k != "tags"} for each in RECORDS]


def lines(records):
    return "\n".join(json.dumps(each, ensure_ascii=False) for each in records)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", json.dumps({"code": 0, "data": {"total": 2, "list": RECORDS}})),
        ("a.json", json.dumps(RECORDS, ensure_ascii=False, indent=1)),
        ("a.jsonl", lines(RECORDS)),
        ("a.jsonl", lines(WITHOUT_LISTS)),  # Read by Arrow's parser.
    ],
)
def test_firms_in_inner_objects(name, text, tmp_path):
    path, out = tmp_path / name, tmp_path / "out.parquet"
    path.write_text(text, encoding="utf-8")
    counts = clean_table("enterprises", [SourceFile(path)], out, tmp_path / "no.csv")
    rows = pq.read_table(out).to_pylist()
    told = [(r["name"], r["credit_code"], r["registered_capital_cny"]) for r in rows]
    assert told == [("甲公司", "91330100MA2ABC12X3", 1_000_000), ("乙公司", None, None)]
    assert (counts.read, counts.rejected) == (2, 0)
    assert "某人" not in str(rows)
    table = open_table(path)
    assert {"base.name", "base.founded.estiblishTime", "legalPerson.name"} <= set(table.columns)


def test_a_name_within_another_is_not_the_firms():
    headers = ["legalPerson.name", "parent.name", "baseInfo.name", "1.注册地址"]
    found = assign(TABLES["enterprises"], headers, ColumnMapping(), "a.json")
    assert found.columns == {"name": ("baseInfo.name",), "address": ("1.注册地址",)}
    assert found.unused == ("parent.name",)


@pytest.mark.parametrize("name", ["legalPersonName", "OperName", "base.legalPersonName"])
def test_persons_in_one_word(name):
    assert is_personal(name)
    assert not is_personal("creditCode")
