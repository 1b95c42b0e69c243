"""The sheet that re-ranks: our values as cached results, and the same from its formulas."""

import shutil
import subprocess

import numpy as np
import openpyxl
import pytest
import xlsxwriter

from reli.report.live_sheet import LiveIndex, LiveNode, LiveUnit, write_live_sheet

# Two dimensions of equal weight; a has two indicators, b one. Worked by hand:
#   u1: a = (80 + 40) / 2 = 60, b = 20      -> 40
#   u2: a = 30 (a2 is missing), b = 90      -> 60
#   u3: a = (10 + 10) / 2 = 10, b missing   -> 10
NODES = (
    LiveNode("top", "指数", "", 1.0, 0),
    LiveNode("a", "甲", "top", 1.0, 1),
    LiveNode("b", "乙", "top", 1.0, 1),
    LiveNode("a1", "甲一", "a", 1.0, 2),
    LiveNode("a2", "甲二", "a", 1.0, 2),
    LiveNode("b1", "乙一", "b", 1.0, 2),
)
INDEX = LiveIndex(
    NODES,
    (
        LiveUnit("2", "二县", "某省", 1),
        LiveUnit("1", "一县", "某省", 2),
        LiveUnit("3", "三县", "某省", 3),
        LiveUnit("4", "某市", "某省", None),
    ),
    {
        "top": (60.0, 40.0, 10.0, 50.0),
        "a": (30.0, 60.0, 10.0, 50.0),
        "b": (90.0, 20.0, None, 50.0),
        "a1": (30.0, 80.0, 10.0, 50.0),
        "a2": (None, 40.0, 10.0, 50.0),
        "b1": (90.0, 20.0, None, 50.0),
    },
    {"a1": (3.0, 8.0, 1.0, 5.0), "a2": (None, 4.0, 1.0, 5.0), "b1": (9.0, 2.0, None, 5.0)},
)


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "live.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("live")
    write_live_sheet(sheet, INDEX, dict.fromkeys(("text", "head", "index", "input", "note")))
    book.close()
    return path


def shown(path):
    """Rank and index by unit."""
    rows = openpyxl.load_workbook(path, data_only=True).active.iter_rows(
        min_row=5, values_only=True
    )
    return {row[4]: (row[0], row[6]) for row in rows}


def test_the_sheet_opens_with_what_is_published(book):
    assert shown(book) == {
        "二县": (1, 60), "一县": (2, 40), "三县": (3, 10), "某市": (None, 50),
    }  # fmt: skip


def test_every_node_names_the_one_above_it_and_its_weight(book):
    sheet = openpyxl.load_workbook(book).active
    above = {node.code: node.name for node in NODES}
    columns = {cell.value: cell.column for cell in sheet[4]}
    for node in NODES[1:]:
        column = columns[node.name]
        assert sheet.cell(2, column).value == above[node.parent]
        assert sheet.cell(3, column).value == node.weight


def changed(path, node, weight):
    """What the sheet says after a weight was changed, computed by LibreOffice."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    (column,) = [cell.column for cell in sheet[4] if cell.value == node]
    sheet.cell(3, column).value = weight
    edited = path.with_name("edited.xlsx")
    # openpyxl drops the cached results, so that all is computed anew.
    book.save(edited)
    out = path.parent / "out"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{path.parent}/profile", "--headless",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(edited)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return shown(out / "edited.xlsx")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_a_changed_weight_re_ranks(book):
    # 甲 counts nine times: u1 = (9 x 60 + 20) / 10 = 56, u2 = (9 x 30 + 90) / 10 = 36, u3 = 10.
    found = changed(book, "甲", 9)
    assert {name: rank for name, (rank, _) in found.items()} == {
        "一县": 1, "二县": 2, "三县": 3, "某市": None,
    }  # fmt: skip
    assert np.allclose([found[name][1] for name in ("一县", "二县", "三县")], [56, 36, 10])
