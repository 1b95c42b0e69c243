"""Lists as ministries publish them: Word, web pages, PDF."""

import csv
import datetime
import shutil
import subprocess
import zipfile

import docx
import openpyxl
import polars as pl
import pypdf
import pytest
import typst

from reli.errors import InvalidData
from reli.sources.documents import read_document
from reli.sources.files import open_table
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table
from reli.sources.totals import announced_total

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def cell(text, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def word(path, *tables, before=""):
    body = f"<w:p><w:r><w:t>{before}</w:t></w:r></w:p>"
    for rows in tables:
        body += "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(
            "word/document.xml", f"<w:document {NAMESPACE}><w:body>{body}</w:body></w:document>"
        )
    return path


def test_word_with_a_list_over_two_tables_and_merged_cells(tmp_path):
    head = [cell("序号"), cell("企业名称"), cell("推荐地区")]
    path = word(
        tmp_path / "a.docx",
        [
            [cell("公示名单", '<w:gridSpan w:val="3"/>')],
            head,
            [cell("1"), cell("甲公司"), cell("某省", '<w:vMerge w:val="restart"/>')],
            [cell("2"), cell("乙公司"), cell("", "<w:vMerge/>")],
        ],
        [head, [cell("3"), cell("丙公司"), cell("另省")]],
        before="现公布名单，共3家。",
    )
    document = read_document(path)
    assert document.tables == (
        [
            ["公示名单"] * 3,
            ["序号", "企业名称", "推荐地区"],
            ["1", "甲公司", "某省"],
            ["2", "乙公司", "某省"],
            ["3", "丙公司", "另省"],
        ],
    )
    assert announced_total(document.text) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_web_page_with_spans(tmp_path, encoding):
    path = tmp_path / "a.html"
    path.write_bytes(
        """<html><script>var x = "<table>";</script><p>共计 2 家</p><table>
        <tr><th>企业名称<th>地区<th>领域</tr>
        <tr><td>甲公司</td><td rowspan=2>某省</td><td>电子</td></tr>
        <tr><td>乙&amp;公司</td><td colspan="1">生物</td></tr></table></html>""".encode(encoding)
    )
    document = read_document(path)
    assert document.tables == (
        [["企业名称", "地区", "领域"], ["甲公司", "某省", "电子"], ["乙&公司", "某省", "生物"]],
    )
    assert announced_total(document.text) == 2


def test_pdf_with_text(tmp_path):
    rows = "".join(f"[{number}], [Firm {number}]," for number in range(1, 81))
    source = f"#set page(height: 20cm)\n#table(columns: 2, [No], [name], {rows})"
    path = tmp_path / "a.pdf"
    path.write_bytes(typst.compile(source.encode()))
    table = open_table(path)
    assert table.columns == ("No", "name")
    found = [row["name"] for part in table.rows() for row in part.batch.to_pylist()]
    assert found == [f"Firm {number}" for number in range(1, 81)]


def test_a_row_that_a_page_parts_is_one_and_a_merged_cell_counts_for_each_row(tmp_path):
    """Pages of two rows: the second of each goes on upon the next."""
    long = "word " * 12
    rows = "".join(f"[{at}], table.cell(breakable: true)[{long}{at}]," for at in range(1, 7))
    source = "#set page(height: 6cm, width: 8cm)\n#set text(size: 8pt)\n" + (
        "#table(columns: (1cm, 3cm), [No], [name], " + rows + ")"
    )
    path = tmp_path / "a.pdf"
    path.write_bytes(typst.compile(source.encode()))
    found = [row for part in open_table(path).rows() for row in part.batch.to_pylist()]
    assert [row["No"] for row in found] == [str(at) for at in range(1, 7)]
    assert [row["name"].replace(" ", "")[-5:] for row in found] == [
        f"word{at}" for at in range(1, 7)
    ]


def test_a_merged_cell_of_a_pdf_counts_for_each_of_its_rows(tmp_path):
    source = """#table(columns: 3, [No], [name], [region],
        [1], [Firm 1], table.cell(rowspan: 2)[East],
        [2], [Firm 2],
        table.cell(colspan: 3)[2 firms],
        [3], [Firm 3], [West])"""
    path = tmp_path / "a.pdf"
    path.write_bytes(typst.compile(source.encode()))
    assert read_document(path).tables == (
        [
            ["No", "name", "region"],
            ["1", "Firm 1", "East"],
            ["2", "Firm 2", "East"],
            ["2 firms"] * 3,
            ["3", "Firm 3", "West"],
        ],
    )


def test_rows_of_a_form_in_word_are_rows(tmp_path):
    path = word(tmp_path / "a.docx", [[cell("企业名称")], [cell("甲公司")], [cell("乙公司")]])
    with zipfile.ZipFile(path) as package:
        text = package.read("word/document.xml").decode()
    inner = text.replace("<w:tr>", "<w:sdt><w:sdtContent><w:tr>").replace(
        "</w:tr>", "</w:tr></w:sdtContent></w:sdt>"
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", inner)
    assert read_document(path).tables == ([["企业名称"], ["甲公司"], ["乙公司"]],)


def test_hidden_words_and_rows_of_word_are_not_read(tmp_path):
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>旧</w:t></w:r>"
    shown = '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>集团</w:t></w:r>'
    name = (
        f"<w:tc><w:p>{hidden}<w:r><w:t>甲</w:t></w:r>{shown}<w:r><w:t>公司</w:t></w:r></w:p></w:tc>"
    )
    rows = [[cell("企业名称")], [name], ["<w:trPr><w:hidden/></w:trPr>", cell("乙公司")]]
    path = word(tmp_path / "a.docx", rows)
    assert read_document(path).tables == ([["企业名称"], ["甲集团公司"]],)


def test_a_list_in_a_document_is_a_source_like_any_other(tmp_path):
    path = word(
        tmp_path / "瞪羚企业.docx",
        [[cell("企业名称"), cell("公告日期")], [cell("甲"), cell("2023.1.2")]],
    )
    out = tmp_path / "o.parquet"
    counts = clean_table("recognitions", [SourceFile(path)], out, tmp_path / "r.csv")
    assert (counts.read, counts.written) == (1, 1)


def test_a_web_page_called_a_workbook_is_read_as_what_it_is(tmp_path):
    path = tmp_path / "a.xls"
    path.write_text("<table><tr><td>name</td></tr><tr><td>甲</td></tr></table>", encoding="utf-8")
    assert open_table(path).columns == ("name",)
    path.write_text("name,code\n甲,1\n", encoding="gb18030")
    assert open_table(path).columns == ("name", "code")


@pytest.mark.parametrize(
    ("declared", "encoding"), [("gb2312", "utf-8"), ("utf-8", "gbk"), ("utf-8", "utf-16")]
)
def test_a_page_is_in_the_encoding_of_its_bytes(tmp_path, declared, encoding):
    """Browsers save pages in another one than the site declares."""
    text = f"<meta charset={declared}><table><tr><td>企业名称<tr><td>成都镕铢科技有限公司</table>"
    (tmp_path / "a.html").write_bytes(text.encode(encoding))
    assert read_document(tmp_path / "a.html").tables == ([["企业名称"], ["成都镕铢科技有限公司"]],)


def test_a_text_box_is_read_once_and_what_was_moved_away_is_not(tmp_path):
    """Word stores a text box a second time for old programs, and tracked moves where they began."""
    table = f"<w:tbl><w:tr>{cell('企业名称')}</w:tr><w:tr>{cell('甲公司')}</w:tr></w:tbl>"
    box = f"<v:textbox><w:txbxContent>{table}</w:txbxContent></v:textbox>"
    body = (
        f"<w:p><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        "<w:p><w:moveFrom><w:r><w:t>共2家企业</w:t></w:r></w:moveFrom></w:p>"
    )
    markup = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="v"'
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as package:
        package.writestr(
            "word/document.xml", f"<w:document {NAMESPACE} {markup}>{body}</w:document>"
        )
    document = read_document(tmp_path / "a.docx")
    assert document.tables == ([["企业名称"], ["甲公司"]],)
    assert announced_total(document.text) is None


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_a_title_in_a_table_around_the_list_is_its_title(tmp_path, kind):
    inner = [["序号", "企业名称"], ["1", "甲公司"]]
    if kind == "html":
        rows = "".join(f"<tr><td>{'<td>'.join(row)}" for row in inner)
        path = tmp_path / "a.html"
        path.write_text(
            "<meta charset=utf-8><table><tr><td>2023年瞪羚企业名单"
            f"<tr><td><table>{rows}</table></table>",
            encoding="utf-8",
        )
    else:
        rows = "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in inner)
        path = word(
            tmp_path / "a.docx",
            [[cell("2023年瞪羚企业名单")], [f"<w:tc><w:tbl>{rows}</w:tbl><w:p/></w:tc>"]],
        )
    document = read_document(path)
    assert (document.titles[-1], document.tables[-1]) == ("2023年瞪羚企业名单", inner)


def test_a_pdf_that_is_protected_says_so(tmp_path):
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret")
    writer.write(tmp_path / "a.pdf")
    with pytest.raises(InvalidData, match="protected by a password: save it without one"):
        read_document(tmp_path / "a.pdf")


def test_a_pdf_whose_fonts_do_not_tell_their_letters_is_refused(tmp_path, monkeypatch):
    """As extraction shows them: names had become (cid:12)(cid:40)."""
    (tmp_path / "a.pdf").write_bytes(typst.compile("#table([企业名称], [甲公司])".encode()))
    monkeypatch.setattr("pdfplumber.page.Page.extract_text", lambda _: "(cid:12)(cid:40) 2023")
    with pytest.raises(InvalidData, match="letters it does not tell"):
        read_document(tmp_path / "a.pdf")


@pytest.mark.parametrize("name", ["a.docx", "a.html", "a.pdf"])
def test_no_such_document(tmp_path, name):
    (tmp_path / name).write_bytes(b"nothing")
    with pytest.raises(InvalidData, match=name):
        open_table(tmp_path / name)


def test_several_totals_announce_none():
    assert announced_total("甲类共5家，乙类共6家") is None


def page(path, *tables):
    """A page with tables of rows; a row that is one text is merged across the table."""
    body = ""
    for rows in tables:
        cells = [
            f"<td colspan=9>{row}</td>"
            if isinstance(row, str)
            else "".join(f"<td>{text}</td>" for text in row)
            for row in rows
        ]
        body += "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"
    path.write_text(f"<meta charset=utf-8>{body}", encoding="utf-8")
    return path


def listed(path, folder):
    """(line, name) of the rows of a list, and (line, reason) of those rejected."""
    out, rejected = folder / "o.parquet", folder / "r.csv"
    counts = clean_table("recognitions", [SourceFile(path)], out, rejected)
    assert counts.read == counts.written + counts.rejected
    kept = pl.read_parquet(out).select("source_line", "name").rows()
    lines = csv.reader(rejected.read_text("utf-8-sig").splitlines()[1:])
    return kept, [(int(line[1]), line[4]) for line in lines if line]


HEAD = ["序号", "企业名称"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Blocks follow each other downwards.
        (
            [["1", "甲公司", "3", "丙公司"], ["2", "乙公司", "", ""]],
            [(2, "甲公司"), (3, "乙公司"), (2, "丙公司")],
        ),
        # Numbered across.
        (
            [["1", "甲公司", "2", "乙公司"], ["3", "丙公司", "", ""]],
            [(2, "甲公司"), (2, "乙公司"), (3, "丙公司")],
        ),
    ],
)
def test_blocks_side_by_side_are_one_list(tmp_path, rows, expected):
    kept, rejected = listed(page(tmp_path / "瞪羚企业.html", [HEAD * 2, *rows]), tmp_path)
    assert (kept, rejected) == (expected, [])


def test_headings_totals_and_notes_of_a_list_are_no_enterprises(tmp_path):
    path = page(
        tmp_path / "瞪羚企业.html",
        [
            [*HEAD, "省份"],
            "一、浙江省（1家）",
            ["1", "甲公司", "浙江省"],
            "江苏省",
            ["2", "乙公司", "江苏省"],
            "合计：2家",
            "注：排名不分先后",
        ],
    )
    kept, rejected = listed(path, tmp_path)
    assert kept == [(3, "甲公司"), (5, "乙公司")]
    heading, total = "小标题，不是企业", "合计或附注行，不是企业"
    assert rejected == [(2, heading), (4, heading), (6, total), (7, total)]


def test_a_page_laid_out_by_tables_in_tables(tmp_path):
    path = tmp_path / "瞪羚企业.html"
    path.write_text(
        "<meta charset=utf-8><table><tr><td>首页</td></tr><tr><td>共有2家企业<table>"
        "<tr><td>序号<td>企业名称<tr><td>1<td>甲<br>公司<tr><td>2<td>乙公司</table></td></tr>"
        "<tr><td>版权所有</td></tr></table>",
        encoding="utf-8",
    )
    assert announced_total(read_document(path).text) == 2
    kept, rejected = listed(path, tmp_path)
    assert (kept, rejected) == ([(2, "甲公司"), (3, "乙公司")], [])


def test_other_tables_of_a_page_are_no_part_of_its_list(tmp_path):
    first, contact, second = (
        [HEAD, ["1", "甲公司"]],
        [["联系人", "电话", "地址"], ["办公室", "", "某路"]],
        [HEAD, ["2", "乙公司"]],
    )
    kept, _ = listed(page(tmp_path / "瞪羚企业.html", first, contact, second), tmp_path)
    assert [name for _, name in kept] == ["甲公司", "乙公司"]


def test_contacts_below_a_list_are_no_enterprises(tmp_path):
    """Of the list's width, with a header of their own: a telephone number must go nowhere."""
    path = word(
        tmp_path / "瞪羚企业.docx",
        [
            [cell("序号"), cell("企业名称"), cell("推荐地区")],
            [cell("1"), cell("甲公司"), cell("某省")],
        ],
        [[cell("2"), cell("乙公司"), cell("某省")]],
        [
            [cell("序号"), cell("科室"), cell("联系电话")],
            [cell("1"), cell("综合处"), cell("0571-00000000")],
        ],
    )
    kept, rejected = listed(path, tmp_path)
    assert (kept, rejected) == ([(2, "甲公司"), (3, "乙公司")], [])


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("现公布名单，共有 1,234 家企业", 1234),
        ("共认定企业100家", 100),
        ("高新技术企业名单（共20家）", 20),
        ("认定甲有限公司等35家企业为小巨人企业", 35),
        ("企业总数：8户", 8),
        ("第3批名单", None),
        ("共计一百二十三家企业", 123),
        ("认定甲有限公司等十二家企业", 12),
        ("第五批专精特新“小巨人”企业名单（4,357家）", 4357),
        ("本次共认定高新技术企业1,203家，其中杭州市500家", 1203),
        ("拟认定2023年度第一批专精特新中小企业12家", 12),
        # Headings of groups, and what is no entry.
        ("一、浙江省企业（12家）", None),
        ("本次公示的3个工作日内", None),
        ("经认定，有效期三年", None),
    ],
)
def test_announced_totals(text, total):
    assert announced_total(text) == total


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_a_workbook_of_the_old_kind(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["某省瞪羚企业名单"])
    sheet.merge_cells("A1:D1")
    sheet.append(["序号", "企业名称", "推荐地区", "公布日期"])
    sheet.append([1, "甲公司", "杭州市", datetime.date(2022, 3, 1)])
    sheet.append([2, "乙公司", None, 44_622])
    sheet.merge_cells("C3:C4")
    sheet.append([None, "注：按拼音排列"])
    book.save(tmp_path / "瞪羚企业.xlsx")
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "xls", "--outdir", str(tmp_path), str(tmp_path / "瞪羚企业.xlsx")],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    path = tmp_path / "瞪羚企业.xls"
    assert path.read_bytes()[:4] == bytes.fromhex("d0cf11e0")
    kept, rejected = listed(path, tmp_path)
    assert kept == [(3, "甲公司"), (4, "乙公司")]
    assert rejected == [(5, "合计或附注行，不是企业")]
    rows = pl.read_parquet(tmp_path / "o.parquet")
    assert rows["issuer_region"].to_list() == ["杭州市", "杭州市"]
    # Day 44,622 of Excel's calendar is 2 March 2022.
    days = [datetime.date(2022, 3, 1), datetime.date(2022, 3, 2)]
    assert rows["notice_date"].to_list() == days


def test_a_word_document_of_the_old_kind_says_what_to_do(tmp_path):
    (tmp_path / "a.docx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1"))
    with pytest.raises(InvalidData, match=r"of the old kind .* save it as \.docx"):
        read_document(tmp_path / "a.docx")


def test_a_document_of_paragraphs_says_what_to_do(tmp_path):
    path = tmp_path / "a.html"
    path.write_text("<p>认定甲公司、乙公司为瞪羚企业。</p>", encoding="utf-8")
    with pytest.raises(
        InvalidData, match="neither table nor list: copy what it lists into a table"
    ):
        read_document(path)


def test_a_table_within_a_cell_of_word_has_the_title_beside_it(tmp_path):
    document = docx.Document()
    around = document.add_table(rows=1, cols=1).cell(0, 0)
    around.text = "2023年瞪羚企业名单（共1家）"
    inner = around.add_table(rows=2, cols=2)
    for at, text in enumerate(("序号", "企业名称", "1", "甲公司")):
        inner.cell(at // 2, at % 2).text = text
    path = tmp_path / "附件.docx"
    document.save(path)
    kept, rejected = listed(path, tmp_path)
    assert (kept, rejected) == ([(2, "甲公司")], [])
