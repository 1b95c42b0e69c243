"""Values of any type as text, and tables of any types through a command."""

import datetime
import gzip

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from reli.errors import InvalidData
from reli.sources.cells import text_column, value_text
from reli.sources.command import run_table_command


@pytest.mark.parametrize(
    ("values", "kind", "texts"),
    [
        (["甲", None], pa.string(), ["甲", None]),
        ([["甲", None, "乙"], None], pa.list_(pa.string()), ["甲|乙", None]),
        ([[1, 2], []], pa.list_(pa.int64()), ["1|2", ""]),
        ([{"a": "甲"}], pa.struct([("a", pa.string())]), ['{"a": "甲"}']),
        ([[("a", 1)]], pa.map_(pa.string(), pa.int64()), ['{"a": 1}']),
        ([b"abc", b"\xff\x00", None], pa.binary(), ["abc", "ff00", None]),
        ([datetime.date(2023, 1, 2)], pa.date32(), ["2023-01-02"]),
        (["甲", "甲"], pa.dictionary(pa.int8(), pa.string()), ["甲", "甲"]),
    ],
)
def test_columns_show_their_values(values, kind, texts):
    assert text_column(pa.array(values, kind)).to_pylist() == texts


def test_whole_numbers_have_no_fraction():
    assert [value_text(each) for each in (2.0, 2.5, True, [1.0, "x"])] == ["2", "2.5", "1", "1|x"]


def count(batch):
    """A kernel: each row's length of text."""
    return pa.record_batch({"n": pc.utf8_length(batch["name"])})


def run(source, target):
    return run_table_command(source, target, count, required=("name",), quiet=True)


@pytest.fixture
def mixed(tmp_path):
    """A Parquet file with columns that neither CSV nor a sheet knows."""
    moment = datetime.datetime(2023, 1, 2, 3, tzinfo=datetime.UTC)
    columns = {
        "name": pa.array([["甲", "乙"], None]),
        "moment": pa.array([moment, None]),
        "bytes": pa.array([b"\xff", None]),
        "lasted": pa.array([datetime.timedelta(days=1), None]),
        "share": pa.array([float("nan"), float("inf")]),
        "code": pa.array([913301087654321001, 2]),
        "born": pa.array([datetime.date(1899, 5, 1), datetime.date(1999, 5, 1)]),
    }
    path = tmp_path / "in.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_all_types_go_through_every_format(mixed, tmp_path):
    assert run(mixed, tmp_path / "out.csv") == 0
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1].startswith("甲|乙,2023-01-02 03:00:00")
    assert lines[1].endswith(',ff,"1 day, 0:00:00",NaN,913301087654321001,1899-05-01,3')
    assert run(mixed, tmp_path / "out.parquet") == 0
    kept = pq.read_table(tmp_path / "out.parquet").drop_columns(["n", "share"])
    assert kept == pq.read_table(mixed).drop_columns(["share"])


def test_a_sheet_keeps_what_it_cannot_count_as_text(mixed, tmp_path):
    assert run(mixed, tmp_path / "out.xlsx") == 0
    _, first, second = openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows(
        values_only=True
    )
    assert first[4:7] == ("nan", "913301087654321001", "1899-05-01")
    assert second[4:7] == ("inf", 2, datetime.datetime(1999, 5, 1))


def test_a_sheet_refuses_a_text_that_it_would_cut(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("name\n" + "长" * 40_000 + "\n", encoding="utf-8")
    with pytest.raises(InvalidData, match="row 2 has a text of 40,000 characters"):
        run(source, tmp_path / "out.xlsx")
    assert run(source, tmp_path / "out.csv") == 0


def test_a_field_may_be_longer_than_the_csv_module_allows(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("name,x\n" + "长" * 200_000 + ',"1"2\n', encoding="utf-8")
    assert run(source, tmp_path / "out.csv") == 0


def test_parquet_columns_of_one_name_are_told_apart(tmp_path):
    source = tmp_path / "in.parquet"
    pq.write_table(pa.table([pa.array(["a"]), pa.array(["b"])], names=["name", "name"]), source)
    assert run(source, tmp_path / "out.csv") == 0
    assert (tmp_path / "out.csv").read_text() == "name,name_2,n\na,b,1\n"


def test_damaged_files_say_so(mixed, tmp_path):
    short = tmp_path / "short.csv.gz"
    short.write_bytes(gzip.compress(b"name\nx\n" * 50)[:-12])
    with pytest.raises(InvalidData, match="cannot be unpacked to its end"):
        run(short, tmp_path / "out.csv")
    spoilt = bytearray(mixed.read_bytes())
    spoilt[4:60] = b"x" * 56
    mixed.write_bytes(spoilt)
    with pytest.raises(InvalidData, match="is damaged and cannot be read"):
        run(mixed, tmp_path / "out.csv")
