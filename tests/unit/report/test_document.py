"""The PDF of an edition of all units."""

import json
import re
from dataclasses import replace
from importlib.resources import files

import pdfplumber
import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from reli.errors import InvalidData, InvalidSetting
from reli.report.blocks import figures_of
from reli.report.document import document_data, draw_figure, write_report
from reli.report.outline import outline
from reli.report.plain import from_plain, to_plain
from reli.report.publication import Edition, Publication
from reli.report.style import TYPE


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
    assert "缺2项指标（没有来源）：独角兽企业数量和瞪羚企业数量。" in text
    assert "缺1项指标（名单截至2020年）：上市企业数量。" in text


def lowest_line(page):
    """Where the last line or picture of a page ends, as a share of its text's height."""
    bottoms = [each["bottom"] for each in page.chars if each["bottom"] < 772]
    bottoms += [each["bottom"] for each in (*page.curves, *page.rects) if each["bottom"] < 772]
    return (max(bottoms, default=68) - 68) / (772 - 68)


def thin_pages(path):
    """Pages that are less than half full, but the title page, which is one by design."""
    with pdfplumber.open(path) as pdf:
        filled = [(page, lowest_line(page)) for page in pdf.pages[1:]]
    thin = {page.page_number: round(share, 2) for page, share in filled if share < 0.5}
    is_preface = [page.page_number for page, _ in filled if "前言" in page.extract_text()[:80]]
    return thin, is_preface


def check_pages(path):
    """From the contents to the last appendix none is mostly empty."""
    thin, preface = thin_pages(path)
    # The preface waits for the analyst's own text.
    assert not thin.keys() - set(preface), thin


def test_no_page_is_mostly_empty(made):
    check_pages(made)


@pytest.mark.parametrize("counties", [1, 40])
def test_pages_of_a_small_country_are_filled_too(full_edition, light_basemap, tmp_path, counties):
    indices = tuple(
        replace(each, places=tuple(place for place in each.places if place.rank)[:counties])
        for each in full_edition.indices[:2]
    )
    write_report(replace(full_edition, indices=indices), light_basemap, tmp_path / "small.pdf")
    check_pages(tmp_path / "small.pdf")


def lines_of(path):
    """Lines of each page behind the lists of contents, in their order down the page."""
    with pdfplumber.open(path) as pdf:
        return [[line["text"] for line in page.extract_text_lines()] for page in pdf.pages[3:]]


def test_figures_stand_in_order_and_no_table_leaves_its_head_behind(
    full_edition, light_basemap, tmp_path
):
    source = full_edition.sources[1]
    more = (replace(source, tables=(f"t{each}",), name=f"名单{each}") for each in range(12))
    few = replace(
        full_edition,
        # A table of places that leaves room for text, so that charts wait for the next pages.
        indices=tuple(
            replace(each, places=tuple(place for place in each.places if place.rank)[:51])
            for each in full_edition.indices[:2]
        ),
        sources=(*full_edition.sources, *more),
    )
    write_report(few, light_basemap, tmp_path / "report.pdf")
    pages = lines_of(tmp_path / "report.pdf")
    text = "\n".join(line for page in pages for line in page)
    numbers = [int(found) for found in re.findall(r"(?<!附)图\s?(\d+) ", text)]
    # Charts side by side share a line, or nearly; both come before the next pair.
    assert [sorted(numbers[at : at + 2]) for at in (4, 6, 8)] == [[5, 6], [7, 8], [9, 10]]
    for page in pages:
        for place, line in enumerate(page):
            if re.match(r"附?表\s?\d+ ", line):
                # Caption, head, three rows and the foot of the page.
                assert len(page) - place >= 6, line


def test_a_table_of_places_stands_whole_on_the_page_of_its_heading(full_edition, pages):
    for number, section in enumerate(full_edition.indices[1:], 1):
        page = next(each for each in pages[4:] if re.search(rf"3\.{number}\s", each[:120]))
        assert re.search(r"排名\s*区县\s*城市", page), section.industry
        assert re.search(r"\b100\b", page)


def test_no_letter_is_smaller_than_can_be_read(full_edition, basemap, tmp_path):
    one = replace(full_edition, indices=full_edition.indices[:2])
    write_report(one, basemap, tmp_path / "report.pdf")
    with pdfplumber.open(tmp_path / "report.pdf") as pdf:
        sizes = {round(each["size"], 1) for page in pdf.pages for each in page.chars}
    assert min(sizes) >= TYPE.least, sorted(sizes)[:4]


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
    said = str(document_data(full_edition))
    drawn = [draw_figure(each, light_basemap) for each in figures_of(outline(full_edition))]
    said += "".join(re.findall(r">([^<>]+)</text>", "".join(drawn)))
    for font in ("NotoSansSC_400Regular", "NotoSansSC_700Bold", "NotoSerifSC_400Regular"):
        path = files("reli.report").joinpath(f"assets/fonts/{font}.ttf")
        letters = {chr(point) for point in TTFont(str(path)).getBestCmap()}
        assert not {letter for letter in said if ord(letter) > 127} - letters


def test_bookmarks_language_tags_and_date(made):
    reader = PdfReader(made)
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    # A no-break space stands between number and title.
    assert [title.split()[0] for title in titles] == [
        "前言",
        *("第一章", "第二章", "第三章", "附录A", "附录B"),
    ]
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


def test_a_draft_bears_its_watermark_and_what_was_signed(full_edition, light_basemap, tmp_path):
    edition = Edition(name="2024年版", signed_by="某某", signed_on="2024-06-01", watermark="送审稿")
    draft = replace(full_edition, edition=edition, indices=full_edition.indices[:1])
    write_report(draft, light_basemap, tmp_path / "draft.pdf")
    pages = [page.extract_text() for page in PdfReader(tmp_path / "draft.pdf").pages]
    assert all("送审稿" in re.sub(r"\s", "", page) for page in pages[1:])
    assert "签发：某某（2024-06-01）" in pages[0]


def test_a_projects_own_template_reads_the_same_data(full_edition, light_basemap, tmp_path):
    own = tmp_path / "own.typ"
    own.write_text(
        '#let data = json("data.json")\n#set document(title: data.title)\n'
        "#set text(font: data.fonts.sans)\n#data.title",
        encoding="utf-8",
    )
    one = replace(full_edition, indices=full_edition.indices[:1])
    write_report(one, light_basemap, tmp_path / "own.pdf", template=own)
    assert len(PdfReader(tmp_path / "own.pdf").pages) == 1
    own.write_text("#no-such-function()", encoding="utf-8")
    with pytest.raises(InvalidSetting, match=r"own\.typ cannot be compiled"):
        write_report(one, light_basemap, tmp_path / "own.pdf", template=own)


def test_a_publication_survives_being_kept_as_json(full_edition):
    kept = json.loads(json.dumps(to_plain(full_edition), ensure_ascii=False))
    assert from_plain(Publication, kept) == full_edition


def test_a_report_needs_a_title(full_edition, light_basemap, tmp_path):
    with pytest.raises(InvalidSetting, match="title is empty"):
        write_report(replace(full_edition, title=" "), light_basemap, tmp_path / "report.pdf")


def test_the_same_bytes_every_time(full_edition, basemap, tmp_path):
    few = replace(full_edition, indices=full_edition.indices[:3])
    for name in ("one.pdf", "two.pdf"):
        write_report(few, basemap, tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
