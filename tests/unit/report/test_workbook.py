"""The workbook, read back."""

import zipfile
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest

from reli.report.publication import Place
from reli.report.workbook import write_workbook

NASTY = ("=1+1", "+86", "-1县", "@区", "https://区.中国")


@pytest.fixture(scope="module")
def edition(full_edition):
    places = tuple(
        Place(rank, f"{rank:06d}", name, "市", "省", 90.123456789 - rank)
        for rank, name in enumerate(NASTY, 1)
    )
    overall = replace(full_edition.indices[0], places=places)
    return replace(full_edition, indices=(overall, *full_edition.indices[1:]))


@pytest.fixture(scope="module")
def path(edition, tmp_path_factory):
    out = tmp_path_factory.mktemp("workbook") / "tables.xlsx"
    write_workbook(edition, out)
    return out


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


def test_text_that_looks_like_a_formula_stays_text(book):
    cells = [row[2] for row in book["综合"].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == list(NASTY)
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_values_keep_their_precision_and_show_four_decimals(book):
    cell = book["综合"]["F2"]
    assert cell.value == 89.123456789
    assert cell.number_format == "0.0000"
    assert book["综合"]["B2"].value == "000001"


def test_every_sheet_has_a_frozen_header_and_a_filter(book):
    tables = [sheet for sheet in book if sheet.title != "图表"]
    assert len(tables) == len(book.sheetnames) - 1
    for sheet in tables:
        assert sheet.freeze_panes == "A2", sheet.title
        assert sheet.auto_filter.ref.startswith("A1:"), sheet.title


def width_of(sheet, cell):
    """Of the cell's column, which may be set together with those beside it."""
    for each in sheet.column_dimensions.values():
        if each.min <= cell.column <= each.max:
            return each.width
    return 8.43


def test_heads_and_sentences_are_not_cut(book):
    looked_at = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows(max_row=min(60, sheet.max_row)):
            for cell in row:
                if not isinstance(cell.value, str) or not cell.alignment.wrap_text:
                    continue
                letters = sum(2 if ord(letter) > 0x2000 else 1 for letter in cell.value)
                needed = -(-letters // width_of(sheet, cell))
                # Thirteen points are the least that a line of ten-point text takes.
                height = sheet.row_dimensions[cell.row].height or 15
                assert height >= 13 * needed, (sheet.title, cell.coordinate, cell.value)
                looked_at += needed > 1
    assert looked_at > 3


def test_missing_is_an_empty_cell_and_says_why(book, full_edition):
    rows = list(book["高端装备制造"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(full_edition.indices[1].places) == 2848
    inactive = [row for row in rows if row[6].startswith("无该产业企业")]
    assert inactive and all(row[0] is None and row[5] is None for row in inactive)
    assert {row[6] for row in rows if row[0] is None and row[5] is not None} == {"单列，不占位次"}


def test_the_matrix_has_all_31_provinces_and_adds_up(book):
    rows = list(book["各省汇总"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == 31
    assert [sum(row[place] for row in rows) for place in range(1, 10)] == [100] * 9


def test_definitions_and_what_is_missing(book):
    rows = list(book["指标体系"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == 19
    missing = {row[2]: row[6] for row in rows if row[6]}
    assert missing["独角兽企业数量"] == "没有来源"
    assert all(row[5] for row in rows)


def test_invented_data_say_so_on_the_first_line_and_every_printed_page(book):
    assert book["说明"]["A2"].value == "合成演示数据"
    assert all("合成演示数据" in sheet.oddHeader.left.text for sheet in book)


def test_the_same_bytes_every_time_and_no_clock(edition, path, tmp_path):
    write_workbook(edition, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()
    with zipfile.ZipFile(path) as parts:
        core = parts.read("docProps/core.xml").decode()
    assert core.count(f"{datetime(2023, 12, 31):%Y-%m-%dT%H:%M:%S}Z") == 2


def test_no_file_is_left_behind(edition, tmp_path, monkeypatch):
    """Of a sheet with charts alone XlsxWriter forgets the file of its rows."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    write_workbook(edition, tmp_path / "tables.xlsx")
    assert [each.name for each in tmp_path.iterdir()] == ["tables.xlsx"]
