"""The PDF of an edition of all units."""

import re
from dataclasses import replace
from importlib.resources import files

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from reli.errors import InvalidData, InvalidSetting
from reli.report.document import document_data, write_report
from reli.report.figures import annex_figures, section_figures


@pytest.fixture(scope="module")
def made(full_edition, light_basemap, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "report.pdf"
    write_report(full_edition, light_basemap, out)
    return out


@pytest.fixture(scope="module")
def pages(made):
    return [page.extract_text() for page in PdfReader(made).pages]


def fonts_below(value, seen, found):
    """Names of all fonts in a PDF object, those of embedded pictures included."""
    if isinstance(value, IndirectObject):
        if value.idnum in seen:
            return
        seen.add(value.idnum)
        value = value.get_object()
    if isinstance(value, dict):
        if value.get("/Type") == "/Font":
            found.add(value["/BaseFont"].split("+")[-1])
        for child in value.values():
            fonts_below(child, seen, found)
    elif isinstance(value, list):
        for child in value:
            fonts_below(child, seen, found)


def test_all_fonts_are_ours_and_embedded(made):
    reader = PdfReader(made)
    found = set()
    seen = set()
    for page in reader.pages:
        fonts_below(page["/Resources"], seen, found)
    assert found == {"NotoSansSC-Regular", "NotoSansSC-Bold", "NotoSerifSC-Regular"}
    descriptors = [
        value
        for number in range(1, len(reader.xref[0]) + 1)
        if isinstance(value := reader.get_object(number), dict)
        and value.get("/Type") == "/FontDescriptor"
    ]
    assert descriptors
    assert all({"/FontFile2", "/FontFile3"} & set(each) for each in descriptors)


def test_every_page_says_that_the_data_are_invented_and_what_is_missing(pages):
    for page in pages:
        assert "合成演示数据" in page
        assert "本版缺指标" in re.sub(r"\s", "", page)


def test_the_reasons_of_what_is_missing_are_said(pages):
    text = re.sub(r"\s", "", "".join(pages))
    assert "缺（没有来源）：独角兽企业数量、瞪羚企业数量。" in text
    assert "缺（名单截至2020年）：上市企业数量。" in text


def test_an_index_takes_three_pages_and_none_is_nearly_empty(full_edition, pages):
    firsts = [
        number
        for number, page in enumerate(pages)
        if number > 2 and re.search(r"排名\s*区县\s*城市", page)
    ]
    assert firsts == list(range(3, 30, 3))
    # Title, contents, method; the indices; matrix and two pages of maps.
    assert len(pages) == 3 + 27 + 3


def test_unnumbered_cities_stand_where_they_would_without_a_number(full_edition, pages):
    text = "\n".join(pages)
    shown = [
        place.county
        for section in full_edition.indices
        for place in section.places[:100]
        if place.status == "unnumbered"
    ]
    assert shown
    for name in shown:
        assert re.search(rf"—\s*{name}", text)


def test_the_fonts_hold_every_letter_of_the_data(full_edition, light_basemap):
    sections = [
        section_figures(full_edition, section, light_basemap, number)
        for number, section in enumerate(full_edition.indices)
    ]
    annex = list(annex_figures(full_edition, light_basemap))
    said = str(document_data(full_edition, sections, annex))
    said += "".join(re.findall(r">([^<>]+)</text>", "".join(f.svg for f in annex)))
    for font in ("NotoSansSC_400Regular", "NotoSansSC_700Bold", "NotoSerifSC_400Regular"):
        path = files("reli.report").joinpath(f"assets/fonts/{font}.ttf")
        letters = {chr(point) for point in TTFont(str(path)).getBestCmap()}
        assert not {letter for letter in said if ord(letter) > 127} - letters


def test_bookmarks_language_tags_and_date(made):
    reader = PdfReader(made)
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert titles[0] == "编制说明" and titles[-1] == "附录" and len(titles) == 11
    root = reader.trailer["/Root"]
    assert root["/Lang"].startswith("zh")
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata.creation_date.year == 2023


def test_the_pdf_declares_accessibility(made):
    # The compiler refuses the standard where a picture lacks words or a letter cannot be shown.
    metadata = PdfReader(made).trailer["/Root"]["/Metadata"].get_data().decode("utf-8")
    assert re.search(r"pdfuaid:part.{0,3}1", metadata)


def test_a_letter_that_the_fonts_lack_is_named(full_edition, light_basemap, tmp_path):
    odd = replace(full_edition, title="评价𠮷区", indices=full_edition.indices[:1])
    with pytest.raises(InvalidData, match=r"have no letter for .𠮷."):
        write_report(odd, light_basemap, tmp_path / "report.pdf")


def test_a_report_needs_a_title(full_edition, light_basemap, tmp_path):
    with pytest.raises(InvalidSetting, match="title is empty"):
        write_report(replace(full_edition, title=" "), light_basemap, tmp_path / "report.pdf")


def test_the_same_bytes_every_time(full_edition, basemap, tmp_path):
    for name in ("one.pdf", "two.pdf"):
        write_report(full_edition, basemap, tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
