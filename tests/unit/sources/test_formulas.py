"""Formulas without a value: cells that look filled and are read as nothing."""

import zipfile

import openpyxl
import pytest

from reli.sources.formulas import uncomputed


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
