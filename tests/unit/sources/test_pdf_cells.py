"""Cells of PDF that pages part, that no line ends, or that colours tell apart."""

import logging

import pytest
import typst

from reli.sources.documents import read_document

SHADED = "stroke: none, fill: (x, y) => if calc.even(y) { gray },"
OPEN = "stroke: (x, y) => if x == 2 and y > 0 { (left: 1pt, right: 1pt) } else { 1pt },"


def tables(path, columns, firms, more=""):
    rows = "".join(f"[{at}], [Firm {at}]," for at in range(2, firms + 1))
    source = f"#set page(height: 12cm)\n#table(columns: 3, {columns} [序号], [企业名称], [地区],"
    path.write_bytes(typst.compile(f"{source} [1], [Firm 1], {more} {rows})".encode()))
    return read_document(path).tables


def expected(firms):
    return [
        ["序号", "企业名称", "地区"],
        *([str(n), f"Firm {n}", "East"] for n in range(1, firms + 1)),
    ]


@pytest.mark.parametrize("align", ["top", "horizon", "bottom"])
def test_a_merged_cell_that_pages_part_is_said_of_all_its_rows(tmp_path, align):
    """Its words stand on one of the pages; the rows of the others had none."""
    merged = f"table.cell(rowspan: 40, align: {align})[East],"
    assert tables(tmp_path / "a.pdf", "", 40, merged) == (expected(40),)


def test_a_merged_cell_that_no_line_ends_is_read(tmp_path):
    """As browsers print one that goes on over the page."""
    (found,) = tables(tmp_path / "a.pdf", OPEN, 5, "table.cell(rowspan: 5)[East],")
    assert found == expected(5)


def test_colours_of_every_second_row_end_no_table(tmp_path):
    """Every second row was taken for a table, and the others were lost."""
    source = f"#set page(height: 12cm)\n#table(columns: 2, {SHADED} [序号], [企业名称],"
    rows = "".join(f"[{at}], [Firm {at}]," for at in range(1, 41))
    path = tmp_path / "a.pdf"
    path.write_bytes(typst.compile(f"{source} {rows})".encode()))
    (found,) = read_document(path).tables
    assert found[1:] == [[str(at), f"Firm {at}"] for at in range(1, 41)]


def test_remarks_of_the_reader_on_fonts_are_not_for_users(tmp_path):
    tables(tmp_path / "a.pdf", "", 5, "table.cell(rowspan: 5)[East],")
    assert logging.getLogger("pdfminer.pdffont").getEffectiveLevel() == logging.ERROR
