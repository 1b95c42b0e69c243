"""Lists of firms in paragraphs instead of tables."""

import docx
import polars as pl
import pytest

from reli.errors import InvalidData
from reli.sources.documents import read_document
from reli.sources.enumerated import enumerated_lists
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table

HEADER = ["序号", "企业名称"]


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        (["1. 杭州甲有限公司", "2．乙研究院"], [["1", "杭州甲有限公司"], ["2", "乙研究院"]]),
        (["（1）甲公司；", "（2）乙公司。"], [["1", "甲公司"], ["2", "乙公司"]]),
        (["1 甲公司（杭州市）", "2 乙公司"], [["1", "甲公司（杭州市）"], ["2", "乙公司"]]),
        # Numbered by Word or a browser, or not at all.
        (["甲公司", "乙厂"], [["", "甲公司"], ["", "乙厂"]]),
        # A name over two lines, and the number of a page between.
        (["1.杭州某某智能", "装备有限公司", "— 3 —", "2.乙公司"],
         [["1", "杭州某某智能装备有限公司"], ["2", "乙公司"]]),
        # Side by side.
        (["1.甲公司 3.丙公司", "2.乙公司 4.丁公司"],
         [["1", "甲公司"], ["2", "乙公司"], ["3", "丙公司"], ["4", "丁公司"]]),
        # Below headings, each counted anew.
        (["1.甲公司", "二、宁波市", "1.乙公司"],
         [["1", "甲公司"], ["二、宁波市"] * 2, ["1", "乙公司"]]),
    ],
)  # fmt: skip
def test_lines_that_name_a_firm_each_are_a_list(lines, rows):
    text = "\n".join(["2023年瞪羚企业名单", *lines, "某省科技厅"])
    assert enumerated_lists(text) == [("2023年瞪羚企业名单", [HEADER, *rows])]


@pytest.mark.parametrize(
    "lines",
    [
        ["1.企业应当依法设立；", "2.企业近三年无违法行为。"],
        ["附件：1.瞪羚企业名单", "2.独角兽企业名单"],
        ["认定甲公司、乙公司、丙公司为瞪羚企业。"],
        ["某某科技发展公司", "2023年5月6日"],
    ],
)
def test_what_a_notice_else_says_is_none(lines):
    assert enumerated_lists("\n".join(lines)) == []


def notice(path, *lines, table=()):
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if table:
        grid = document.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text
    document.save(path)
    return path


def test_a_list_in_paragraphs_is_a_source_like_any_other(tmp_path):
    """Beside a table of contacts; its headings tell the region, its title list and year."""
    path = notice(
        tmp_path / "公告.docx",
        *("2023年瞪羚企业名单（共3家）", "一、杭州市", "1. 甲公司", "2. 乙公司"),
        *("二、宁波市", "1. 丙公司", "特此公告。"),
        table=[["联系人", "电话"], ["办公室", "-"]],
    )
    out = tmp_path / "o.parquet"
    counts = clean_table("recognitions", [SourceFile(path)], out, tmp_path / "r.csv")
    assert (counts.read, counts.rejected) == (4, 1)
    rows = pl.read_parquet(out).select("list", "batch", "name", "issuer_region").rows()
    of_all = ("gazelle", "2023年")
    assert rows == [
        (*of_all, "甲公司", "杭州市"),
        (*of_all, "乙公司", "杭州市"),
        (*of_all, "丙公司", "宁波市"),
    ]


def test_what_is_enumerated_beside_a_table_of_firms_is_none_of_its_list(tmp_path):
    path = notice(
        tmp_path / "公告.docx",
        *("起草单位：", "1. 甲公司", "2. 乙公司", "2023年瞪羚企业名单"),
        table=[HEADER, ["1", "丙公司"]],
    )
    assert read_document(path).tables == ([HEADER, ["1", "丙公司"]],)


def test_text_that_lists_nobody_is_refused(tmp_path):
    with pytest.raises(InvalidData, match="neither table nor list"):
        read_document(notice(tmp_path / "公告.docx", "关于公布名单的通知", "名单另发。"))
