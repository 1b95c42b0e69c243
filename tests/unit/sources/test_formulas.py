"""Formulas without a value: cells that look filled and are read as nothing."""

import zipfile
from datetime import date

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from reli.sources.formulas import counts_from_1904, hidden, uncomputed
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table


@pytest.fixture
def book(tmp_path):
    """As a program writes it: formulas are not computed before somebody opens it."""
    workbook = openpyxl.Workbook()
    workbook.active.title = "附件1"
    workbook.active.append(["序号", "企业名称"])
    workbook.active.append([1, '=CONCATENATE("杭州甲","有限公司")'])
    workbook.create_sheet("附件2").append(["=1+1"])
    workbook.save(tmp_path / "list.xlsx")
    return tmp_path / "list.xlsx"


def test_formulas_of_a_program_are_named(book):
    assert uncomputed(book) == [("附件1", "B2"), ("附件2", "A1")]


def test_computed_ones_are_not(book):
    # As Excel saves them: a number, and an empty text.
    cells = (
        '<row><c r="A1"><f>1+1</f><v>2</v></c>'
        '<c r="B1" t="str"><f>IF(A1&gt;9,"x","")</f><v></v></c><c r="C1"><v>3</v></c></row>'
    )
    with zipfile.ZipFile(book.with_name("saved.xlsx"), "w") as saved, zipfile.ZipFile(book) as old:
        for name in old.namelist():
            is_sheet = name.startswith("xl/worksheets/")
            saved.writestr(name, cells if is_sheet else old.read(name))
    assert uncomputed(book.with_name("saved.xlsx")) == []


def test_of_other_files_there_are_none(tmp_path):
    (tmp_path / "list.csv").write_text("a\n=1+1\n", encoding="utf-8")
    assert uncomputed(tmp_path / "list.csv") == []


def test_hidden_rows_and_columns_are_told(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name in ("一", "二"):
            sheet = book.add_worksheet(name)
            sheet.write_column(0, 0, ["企业名称", "甲公司", "乙公司"])
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(3, 3, None, None, {"hidden": True})
    assert hidden(tmp_path / "a.xlsx") == [("二", 1, 1)]


def test_day_numbers_of_a_workbook_of_1904(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"date_1904": True}) as book:
        # A number that nobody formatted as a date, and one that somebody did.
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["企业名称", "成立日期"])
        sheet.write_row(1, 0, ["甲公司", 36_529])
        sheet.write_row(2, 0, ["乙公司"])
        sheet.write_number(2, 1, 36_529, book.add_format({"num_format": "yyyy-mm-dd"}))
    source = SourceFile(tmp_path / "a.xlsx")
    clean_table("enterprises", [source], tmp_path / "o.parquet", tmp_path / "r.csv")
    days = pl.read_parquet(tmp_path / "o.parquet")["founded_date"].to_list()
    assert days == [date(2004, 1, 5)] * 2


@pytest.mark.parametrize(("mode", "is_so"), [(1, True), (0, False)])
def test_a_workbook_of_excel_97_says_whence_it_counts(tmp_path, mode, is_so):
    # [MS-XLS] 2.4.21 BOF of the globals, 2.4.51 CodePage, 2.4.77 Date1904, each with its length.
    globals_ = bytes.fromhex(
        "0908100000060500bb0dcc07000000000600000042000200b00422000200"
    ) + bytes([mode, 0])
    (tmp_path / "a.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0") + globals_)
    assert counts_from_1904(tmp_path / "a.xls") is is_so
