"""The published example from file to report: every table is read back and compared."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import openpyxl
import pdfplumber
import pytest
from pypdf import PdfReader

ROOT = Path(__file__).parents[2]
ROWS = list(
    csv.DictReader((ROOT / "examples/published-2024/sources/score.csv").open(encoding="utf-8-sig"))
)
INDUSTRIES = list(dict.fromkeys(row["industry"] for row in ROWS))


def expected(industry):
    return [
        (
            int(row["rank"]),
            row["county"],
            row["city"],
            row["province"],
            f"{float(row['index']):.4f}",
        )
        for row in ROWS
        if row["industry"] == industry
    ]


@pytest.fixture(scope="module")
def pages(published):
    with pdfplumber.open(published / "out" / "report.pdf") as pdf:
        return [page.extract_text() for page in pdf.pages]


LINE = re.compile(r"(\d{1,3}) (\S+) (\S+) (\S+) (\d{1,3}\.\d{4})")


def test_the_example_is_nine_lists_of_a_hundred():
    assert Counter(row["industry"] for row in ROWS) == dict.fromkeys(INDUSTRIES, 100)
    assert len(INDUSTRIES) == 9


def test_the_tables_of_the_pdf_are_the_900_rows(pages):
    tables = [page for page in pages if len(LINE.findall(page)) >= 100]
    assert len(tables) == 9
    for industry, page in zip(INDUSTRIES, tables, strict=True):
        found = [(int(rank), *rest) for rank, *rest in LINE.findall(page)]
        assert sorted(found) == expected(industry), industry


def test_the_tables_of_the_workbook_are_the_900_rows(published):
    book = openpyxl.load_workbook(published / "out" / "tables.xlsx", read_only=True)
    for industry in INDUSTRIES:
        rows = list(book[industry].iter_rows(min_row=2, values_only=True))
        found = [(r[0], r[2], r[3], r[4], f"{r[5]:.4f}") for r in rows]
        assert found == expected(industry), industry
        assert {r[6] for r in rows} == {"列入排名"}


def test_the_counts_of_the_workbook_are_those_of_the_rows(published):
    book = openpyxl.load_workbook(published / "out" / "tables.xlsx", read_only=True)
    counted = Counter((row["industry"], row["province"]) for row in ROWS)
    found = {(r[0], r[1]): r[2] for r in book["省份"].iter_rows(min_row=2, values_only=True)}
    assert found == counted
    cities = Counter((row["industry"], row["province"], row["city"]) for row in ROWS)
    found = {r[:3]: r[3] for r in book["城市"].iter_rows(min_row=2, values_only=True)}
    assert found == cities


def test_every_page_has_its_number_and_the_fonts_are_ours(published):
    reader = PdfReader(published / "out" / "report.pdf")
    fonts = set()
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            fonts.add(font.get_object()["/BaseFont"].split("+")[-1])
    assert fonts
    assert all(font.startswith(("NotoSansSC", "NotoSerifSC")) for font in fonts), fonts


def reversed_chapters(outline):
    return (entry for entry in outline if getattr(entry, "title", "").startswith("第三章"))


def test_the_pdf_has_bookmarks_a_title_and_is_tagged(published):
    reader = PdfReader(published / "out" / "report.pdf")
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert titles == [
        "前言",
        "第一章　评价方法与数据",
        "第二章　战略性新兴产业综合评价",
        "第三章　各产业评价",
        "附录A　各省各指数入围区县数量",
    ]
    third = reader.outline[reader.outline.index(next(reversed_chapters(reader.outline))) + 1]
    assert [entry.title for entry in third] == [
        f"3.{number}　{industry}产业" for number, industry in enumerate(INDUSTRIES[1:], 1)
    ]
    assert reader.metadata.title == "战略性新兴产业区域热力值评价（2024年公布榜单）"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_there_are_36_figures_each_with_its_source_and_the_other_16_are_listed(pages):
    # The second page and the third list the figures.
    text = re.sub(r"[ \n]", "", "\n".join(pages[3:]))
    numbers = {int(number) for number in re.findall(r"(?<!附)图(\d+)(?=[战高节生数新各])", text)}
    assert numbers == set(range(1, 37))
    assert text.count("资料来源：") >= 36
    assert "数据齐备时正文有52幅图，本版有36幅；缺16幅" in text
    for industry in INDUSTRIES[1:]:
        assert f"{industry}产业规模以上工业企业数量TOP10区县" in text
        assert f"{industry}产业专精特新“小巨人”企业数量TOP10区县" in text


def test_units_beyond_the_published_are_unpublished(pages):
    text = "\n".join(pages)
    assert "未公布" in text
    assert "未经审图，仅供内部使用；公开前须依法送审" in text


def test_every_sentence_keeps_its_fact(published):
    facts = json.loads((published / "build/published/facts.json").read_text(encoding="utf-8"))
    assert list(facts) == INDUSTRIES
    for found in facts.values():
        assert found["sentences"]
        assert all(each["text"].endswith("。") and each["fact"] for each in found["sentences"])


def test_every_sentence_of_the_facts_is_in_the_report(published, pages):
    facts = json.loads((published / "build/published/facts.json").read_text(encoding="utf-8"))
    text = re.sub(r"\s", "", "".join(pages))
    for found in facts.values():
        for each in found["sentences"]:
            said = re.sub(r"\s", "", each["text"])
            # A sentence may break across pages, with header and footer between.
            assert said in text or said[:20] in text, each["text"]


def test_identical_input_gives_identical_files(published, tmp_path):
    import shutil

    from tests.once import full_draws

    from reli.pipeline import run_project

    again = tmp_path / "published-2024"
    shutil.copytree(ROOT / "examples" / "published-2024", again)
    with full_draws():
        run_project(again)
    for name in ("out/report.pdf", "out/tables.xlsx", "out/report.docx", "out/deck.pptx",
                 "build/manifest.json"):  # fmt: skip
        assert (again / name).read_bytes() == (published / name).read_bytes(), name


def test_a_second_run_does_nothing(published):
    from reli.pipeline import project_status

    assert all(row.is_current for row in project_status(published))
