"""What is no enterprise though it stands where one should, and names that lists number."""

import csv

import pyarrow.parquet as pq
import pytest

from reli.sources.faults import Faults
from reli.sources.header import without_number
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table


@pytest.fixture
def clean(tmp_path):
    def run(table, name, text):
        path, out, rejected = tmp_path / name, tmp_path / "out.parquet", tmp_path / "no.csv"
        path.write_text(text, encoding="utf-8")
        clean_table(table, [SourceFile(path)], out, rejected).check("clean")
        with rejected.open(encoding="utf-8-sig", newline="") as file:
            why = [(row["值"], row["原因"]) for row in csv.DictReader(file)]
        return pq.read_table(out).to_pylist(), why

    return run


def test_a_table_on_its_side_has_no_firms_called_after_columns(clean):
    text = "企业名称,甲公司\n统一社会信用代码,91330100MA2ABC12X3\n成立日期,2020-01-01\n"
    rows, why = clean("enterprises", "r.csv", text)
    reason = "是列名，不是企业：表格可能横竖颠倒"
    assert (rows, why) == ([], [("统一社会信用代码", reason), ("成立日期", reason)])


def test_what_is_said_of_faults_is_worked_out_only_where_there_are_any(clean, monkeypatch):
    monkeypatch.setattr(Faults, "_told_fault", None)
    rows, why = clean("enterprises", "r.csv", "企业名称,统一社会信用代码\n甲公司,\n乙公司,\n")
    assert ([row["name"] for row in rows], why) == (["甲公司", "乙公司"], [])


def test_numbers_within_the_cells_of_a_list_are_no_part_of_names(clean):
    names = ["1.甲公司", "2、乙公司", "一、丙公司", "3.0时代公司", "58同城公司", "三一重工"]
    rows, why = clean("recognitions", "瞪羚企业.csv", "企业名称\n" + "\n".join(names) + "\n")
    told = [row["name"] for row in rows]
    assert told == ["甲公司", "乙公司", "丙公司", "3.0时代公司", "58同城公司", "三一重工"]
    assert why == []


def test_owners_in_a_column_each_are_owners_of_one_work(clean):
    text = (
        "授权公告号,专利权人1,专利权人2,专利权人3\nCN101234567B,甲公司,乙公司,\nCN109999999B,,丙公司,\n"
        "CN108888888B,,,\n"
    )
    rows, why = clean("patents", "p.csv", text)
    assert [row["owners"] for row in rows] == ["甲公司|乙公司", "丙公司"]
    assert why == [("CN108888888B", "缺少权利人")]


def test_of_an_owner_now_and_at_grant_the_first_counts(clean):
    text = "授权公告号,当前权利人,申请人\nCN101234567B,甲公司,乙公司\n"
    rows, _ = clean("patents", "p.csv", text)
    assert [row["owners"] for row in rows] == ["甲公司"]


@pytest.mark.parametrize(
    ("header", "bare"),
    [
        ("权利人1", "权利人"),
        ("权利人（二）", "权利人"),
        ("第三权利人", "权利人"),
        ("权利人_10", "权利人"),
        ("权利人", "权利人"),
        ("2021", "2021"),
    ],
)
def test_headers_with_numbers(header, bare):
    assert without_number(header) == bare


def test_a_total_whose_number_stands_in_the_column_of_codes_is_no_firm(clean):
    text = "企业名称,统一社会信用代码\n甲公司,91330100MA2ABC12X3\n合计,1\n"
    rows, why = clean("enterprises", "r.csv", text)
    assert [row["name"] for row in rows] == ["甲公司"]
    assert why == [("合计", "合计或附注行，不是企业")]


@pytest.mark.parametrize(
    "header", ["1.授权号,2.权利人", "GRANT_NUMBER,OWNERS", "授权号（必填）,权利人"]
)
def test_the_files_own_header_once_more_is_no_work(clean, header):
    text = f"专利清单\n{header}\nCN101234567B,甲公司\n{header}\nCN101234568B,乙公司\n"
    rows, why = clean("patents", "p.csv", text)
    assert [row["owners"] for row in rows] == ["甲公司", "乙公司"]
    assert [reason for _, reason in why] == ["重复的表头"]


def test_a_rule_below_the_header_is_no_firm(clean):
    text = "企业名称,统一社会信用代码\n--------,------------------\n甲公司,91330100MA2ABC12X3\n"
    rows, why = clean("enterprises", "r.csv", text)
    assert ([row["name"] for row in rows], why) == (["甲公司"], [("", "全部缺少")])


def test_a_day_where_the_name_should_be_is_no_firm(clean):
    text = "企业名称,成立日期\n甲公司,2004-01-05\n成立日期,企业名称\n2004-01-05,乙公司\n"
    rows, why = clean("enterprises", "r.csv", text)
    assert [row["name"] for row in rows] == ["甲公司"]
    assert [value for value, _ in why] == ["成立日期", "2004-01-05"]


def test_words_in_brackets_alone_are_no_firm(clean):
    text = "企业名称,统一社会信用代码\n甲公司,91330100MA2ABC12X3\n（以下为新增）,\n（甲）公司,\n"
    rows, why = clean("enterprises", "r.csv", text)
    assert [row["name"] for row in rows] == ["甲公司", "(甲)公司"]
    assert why == [("(以下为新增)", "合计或附注行，不是企业")]
