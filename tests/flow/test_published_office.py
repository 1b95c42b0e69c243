"""Word, slides and single figures of the published example, read back and compared."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from importlib.resources import files
from itertools import pairwise

import docx
import openpyxl
import pptx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt
from PIL import Image
from pypdf import PdfReader
from tests.flow.test_published_report import INDUSTRIES, ROWS, expected

from reli.errors import InvalidSetting
from reli.pipeline.formats import word_again

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
NO_OFFICE = shutil.which("soffice") is None


def counted(field):
    """Places by industry, counted from the 900 rows."""
    return {
        industry: Counter(row[field] for row in ROWS if row["industry"] == industry)
        for industry in INDUSTRIES
    }


FONTS = files("reli.report") / "assets" / "fonts"


def converted(path, folder):
    """The document as LibreOffice prints it, with our fonts: a machine may have no Chinese ones."""
    settings = folder / "fonts.conf"
    settings.write_text(
        f"<fontconfig><dir>{FONTS}</dir><cachedir>{folder}/cache</cachedir></fontconfig>"
    )
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", str(folder), str(path)],
        check=True, capture_output=True, timeout=180,
        env={**os.environ, "FONTCONFIG_FILE": str(settings)},
    )  # fmt: skip
    return PdfReader(folder / f"{path.stem}.pdf")


@pytest.fixture(scope="module")
def word(published):
    return docx.Document(published / "out/report.docx")


def test_the_tables_of_the_word_document_are_the_900_rows(word):
    tables = [t for t in word.tables if t._tbl.tr_lst[0].xpath("string(.)").startswith("排名")]
    assert len(tables) == 9
    for industry, table in zip(INDUSTRIES, tables, strict=True):
        rows = [[cell.xpath("string(.)") for cell in row.tc_lst] for row in table._tbl.tr_lst[1:]]
        assert [(int(rank), *rest) for rank, *rest in rows] == expected(industry), industry


def test_heads_of_tables_are_repeated_and_rows_not_torn(word):
    for table in word.tables:
        first, *others = table._tbl.tr_lst
        assert first.xpath("./w:trPr/w:tblHeader")
        assert all(row.xpath("./w:trPr/w:cantSplit") for row in others)


def test_captions_are_numbered_by_fields_that_already_show_their_number(word):
    captions = [p for p in word.paragraphs if p.style.name == "Caption"]
    numbers = Counter()
    for caption in captions:
        series, number = re.match(r"(图|表|附图|附表) (\d+)  \S", caption.text).groups()
        numbers[series] += 1
        assert int(number) == numbers[series], caption.text
        assert f"SEQ {series} " in caption._p.xpath("string(.//w:instrText)")
    assert numbers["图"] == 36


def test_headings_are_headings_and_the_contents_lead_to_them(word):
    headings = {
        p.text: p._p.xpath("string(./w:bookmarkStart/@w:name)")
        for p in word.paragraphs
        if re.fullmatch("Heading [12]", p.style.name)
    }
    entries = {
        link.xpath("string(.)"): link.get(qn("w:anchor"))
        for link in word.element.body.iter(qn("w:hyperlink"))
    }
    assert entries == headings
    assert len(headings) > 15


def test_a_section_stands_below_its_chapters_heading(word):
    shown = [p for p in word.paragraphs if p.text]
    follows = [
        after.paragraph_format.page_break_before
        for before, after in pairwise(shown)
        if before.style.name == "Heading 1" and after.style.name == "Heading 2"
    ]
    # Chapters one to three; the later sections of the third begin pages.
    assert follows == [False, False, False]
    begun = [
        p for p in shown if p.style.name == "Heading 2" and p.paragraph_format.page_break_before
    ]
    assert len(begun) == 7


def test_the_charts_are_editable_and_hold_the_counts_of_the_rows(published):
    archive = zipfile.ZipFile(published / "out/report.docx")
    charts = sorted(name for name in archive.namelist() if name.startswith("word/charts/chart"))
    sheets = [name for name in archive.namelist() if name.startswith("word/embeddings/")]
    assert len(charts) == len(sheets) == 18
    provinces = counted("province")
    found = [drawn(archive, f"word/charts/chart{number}.xml") for number in range(1, 19)]
    assert found[::2] == [provinces[industry] for industry in INDUSTRIES]
    for number, chart in enumerate(found, 1):
        book = openpyxl.load_workbook(
            io.BytesIO(archive.read(f"word/embeddings/chart{number}.xlsx"))
        )
        rows = book["Sheet1"].iter_rows(min_row=2, values_only=True)
        assert dict(rows) == chart


def drawn(archive, name):
    from lxml import etree

    root = etree.fromstring(archive.read(name))
    names = [each.text for each in root.find(f".//{CHART}cat").iter(f"{CHART}v")]
    values = [float(each.text) for each in root.find(f".//{CHART}val").iter(f"{CHART}v")]
    return dict(zip(names, values, strict=True))


def test_every_picture_and_chart_has_words(word):
    shapes = list(word.element.body.iter(qn("wp:docPr")))
    assert len(shapes) == 9 + 18
    assert all(len(shape.get("descr")) > 20 for shape in shapes)


def test_what_must_be_said_is_said(word, published):
    texts = [p.text for p in word.paragraphs]
    assert texts.count("未经审图，仅供内部使用；公开前须依法送审") >= 9 or any(
        "送审" in text for text in texts
    )
    assert any("不含港澳台地区" in text for text in texts)
    footer = word.sections[0].footer._element.xpath("string(.)")
    assert "未公布" in footer


@pytest.mark.skipif(NO_OFFICE, reason="needs LibreOffice")
def test_the_word_document_opens_elsewhere(published, tmp_path):
    reader = converted(published / "out/report.docx", tmp_path)
    text = "".join(page.extract_text() for page in reader.pages)
    assert len(reader.pages) > 40
    assert all(f"{row['county']}" in text for row in ROWS[:100])


def test_the_deck_shows_each_index(published):
    deck = pptx.Presentation(published / "out/deck.pptx")
    tables, charts = [], []
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_table:
                tables.append([[c.text for c in row.cells] for row in shape.table.rows][1:])
            if shape.has_chart:
                (plot,) = shape.chart.plots
                charts.append(dict(zip(plot.categories, plot.series[0].values, strict=True)))
    for industry, table in zip(INDUSTRIES, tables, strict=True):
        told = [[str(rank), city + county, index] for rank, county, city, _, index in
                expected(industry)[:10]]  # fmt: skip
        assert [list(row) for row in table] == told
    provinces = counted("province")
    for industry, chart in zip(INDUSTRIES, charts[::2], strict=True):
        whole = provinces[industry]
        assert chart == {name: whole[name] for name in chart}
        assert len(chart) == min(len(whole), 20)


@pytest.mark.skipif(NO_OFFICE, reason="needs LibreOffice")
def test_the_deck_opens_elsewhere(published, tmp_path):
    assert len(converted(published / "out/deck.pptx", tmp_path).pages) == 19


@pytest.mark.skipif(NO_OFFICE, reason="needs LibreOffice")
def test_the_workbook_opens_elsewhere(published, tmp_path):
    pages = [
        re.sub(r"\s", "", page.extract_text())
        for page in converted(published / "out/tables.xlsx", tmp_path).pages
    ]
    for industry in INDUSTRIES:
        _, county, *_, index = expected(industry)[0]
        assert any(county in page and index in page for page in pages), industry


def test_each_figure_stands_alone_with_its_data(published):
    folder = published / "out/figures"
    listed = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    of_report = [each for each in listed if each["label"].startswith("图")]
    assert len(of_report) == 36
    for figure in listed:
        assert all((folder / name).stat().st_size > 50 for name in figure["files"])
    tables = [each for each in of_report if len(each["files"]) == 1]
    for industry, table in zip(INDUSTRIES, tables, strict=True):
        with (folder / table["files"][0]).open(encoding="utf-8-sig") as file:
            rows = list(csv.reader(file))[1:]
        assert [(int(rank), *rest) for rank, *rest in rows] == expected(industry)


def test_pictures_have_twice_the_points(published):
    folder = published / "out/figures"
    for path in sorted(folder.glob("图*.png"))[:4]:
        svg = path.with_suffix(".svg").read_text(encoding="utf-8")
        width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg).group(1))
        assert Image.open(path).width == pytest.approx(2 * width, abs=2)


def test_a_clients_template_gives_its_styles_and_loses_its_text(published, tmp_path):
    client = docx.Document()
    client.add_paragraph("客户的旧文字")
    client.styles["Heading 1"].font.size = Pt(31)
    client.save(tmp_path / "client.docx")
    out = tmp_path / "report.docx"
    word_again(published, tmp_path / "client.docx", out)
    made = docx.Document(out)
    assert made.styles["Heading 1"].font.size == Pt(31)
    assert "客户的旧文字" not in made.element.body.xpath("string(.)")
    assert len(made.tables) == len(docx.Document(published / "out/report.docx").tables)


def test_a_template_that_is_no_document_is_refused(published, tmp_path):
    (tmp_path / "client.docx").write_text("no document")
    with pytest.raises(InvalidSetting, match="no Word document"):
        word_again(published, tmp_path / "client.docx", tmp_path / "out.docx")
