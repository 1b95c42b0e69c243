"""Every table of a whole report: counted again from the data package, and read back from forms."""

import re
from dataclasses import replace

import docx
import openpyxl
import polars as pl
import pytest
from PIL import Image
from pypdf import PdfReader

from reli.pipeline.saying import read_publication
from reli.report.basemap import build_basemap
from reli.report.blocks import Grid, Places, Shading, figures_of
from reli.report.document import write_report
from reli.report.outline import outline
from reli.report.pictures import picture_file
from reli.report.word import write_word
from reli.report.workbook import write_workbook

YEAR = 2023
WITHOUT_MAPS = ("heat", "fit", "activity", "zones", "quality")


@pytest.fixture(scope="module")
def publication(synthetic):
    return read_publication(synthetic / "build/published/publication.json")


@pytest.fixture(scope="module")
def package(synthetic):
    """Table of the data package by name."""
    return lambda name: pl.read_parquet(synthetic / f"out/datapackage/{name}.parquet")


@pytest.fixture(scope="module")
def tables(publication):
    """Rows of each table of the report by key."""
    figures = figures_of(outline(publication))
    return {each.key: each.content for each in figures if isinstance(each.content, Places | Grid)}


def display(row):
    above = row["city"] if row["city"] and row["city"] != row["county"] else row["province"]
    return f"{above}{row['county']}"


def industries_of(tables, kind):
    found = [key.removesuffix(f"/{kind}") for key in tables if key.endswith(f"/{kind}")]
    assert len(found) == 9
    return found


def leading(package, industry, last):
    ranks = package("ranks").filter(pl.col("industry") == industry, pl.col("rank") <= last)
    return ranks.sort("rank", "division_code").to_dicts()


def test_tables_of_places_are_the_published_ranks(tables, package):
    for industry in industries_of(tables, "table"):
        shown = [row for row in tables[f"{industry}/table"].rows if row[0] != "—"]
        expected = [
            (str(row["rank"]), row["county"], row["city"] or "", row["province"],
             f"{row['index']:.4f}")
            for row in leading(package, industry, 100)
        ]  # fmt: skip
        assert sorted(shown) == sorted(expected), industry


def test_the_matrix_counts_the_published_ranks(tables, package):
    grid = tables["matrix"]
    first = package("ranks").filter(pl.col("rank") <= 100)
    counted = dict(
        ((row[0], row[1]), row[2])
        for row in first.group_by("industry", "province").len().iter_rows()
    )
    *rows, sums = grid.rows
    for name, *cells in rows:
        for industry, cell in zip(grid.columns[1:], cells, strict=True):
            assert int(cell) == counted.get((industry, name), 0), (industry, name)
    assert sum(map(int, sums[1:])) == first.height


def test_tables_of_ranges_are_the_published_ranges(tables, package):
    ranges = {
        (row["industry"], row["division_code"]): row
        for row in package("ranges").filter(pl.col("width") == "method_and_weights").to_dicts()
    }
    for industry in industries_of(tables, "range-table"):
        rows = tables[f"{industry}/range-table"].rows
        shown = {cells for row in rows for cells in (row[:4], row[4:]) if cells[0]}
        expected = set()
        for row in leading(package, industry, 100):
            found = ranges[industry, row["division_code"]]
            expected.add(
                (str(row["rank"]), display(row), f"{found['rank_low']}—{found['rank_high']}",
                 f"{100 * found['top_100']:.0f}%")
            )  # fmt: skip
        assert shown == expected, industry


def test_heat_maps_are_the_published_scores(tables, package):
    names = {row["name_zh"]: row["code"] for row in package("framework").to_dicts()}
    scores = {
        (row["industry"], row["division_code"], row["node"]): row["score"]
        for row in package("scores").filter(pl.col("year") == YEAR).to_dicts()
    }
    for industry in industries_of(tables, "heat"):
        grid = tables[f"{industry}/heat"]
        places = leading(package, industry, 30)[: len(grid.rows)]
        for row, cells in zip(places, grid.rows, strict=True):
            assert cells[:2] == (str(row["rank"]), display(row))
            for name, cell in zip(grid.columns[2:], cells[2:], strict=True):
                found = scores.get((industry, row["division_code"], names[name]))
                assert cell == ("" if found is None else f"{found:.0f}"), (industry, row, name)


def test_the_table_of_fit_is_the_published_one(tables, package):
    grid = tables["fit"]
    cities = dict(package("city_ranks").select("city", "division_code").unique().iter_rows())
    fits = {
        (row["division_code"], row["industry"]): row["lq"]
        for row in package("fit").filter(pl.col("division_level") == "city").to_dicts()
    }
    assert grid.rows
    for city, *cells in grid.rows:
        for industry, cell in zip(grid.columns[1:], cells, strict=True):
            found = fits.get((cities[city], industry))
            assert cell == ("" if found is None else f"{found:.2f}"), (city, industry)


def cells_of(content):
    """Head and rows as a document shows them."""
    if isinstance(content, Places):
        return [("排名", "区县", "城市", "省份", "综合指数"), *content.rows]
    return [tuple(name.replace("\n", "") for name in content.columns), *content.rows]


def test_the_word_document_has_every_table_cell_by_cell(publication, tables, tmp_path):
    blank = Image.new("L", (4, 4))
    for figure in figures_of(outline(publication)):
        if isinstance(figure.content, Shading):
            blank.save(tmp_path / picture_file(figure, "png"))
    write_word(publication, tmp_path, tmp_path / "report.docx")
    found = [
        [tuple(cell.xpath("string(.)") for cell in row.tc_lst) for row in each._tbl.tr_lst]
        for each in docx.Document(tmp_path / "report.docx").tables
    ]
    assert found == [cells_of(content) for content in tables.values()]


def test_the_pdf_has_every_row_of_every_kind_of_table(publication, tmp_path):
    few = replace(
        publication,
        indices=publication.indices[:2],
        appendices=tuple(each for each in publication.appendices if each.key in WITHOUT_MAPS),
    )
    write_report(few, build_basemap(), tmp_path / "report.pdf")
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "report.pdf").pages)
    text = re.sub(r"\s", "", text)
    shown = [each for each in figures_of(outline(few)) if isinstance(each.content, Places | Grid)]
    assert len(shown) > 15
    for figure in shown:
        for row in figure.content.rows:
            assert re.sub(r"\s", "", "".join(row)) in text, (figure.key, row)


def test_the_workbook_has_every_published_rank(publication, package, tmp_path):
    write_workbook(publication, tmp_path / "tables.xlsx")
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx", read_only=True)
    ranks = package("ranks")
    for section in publication.indices:
        rows = book[section.industry].iter_rows(min_row=2, values_only=True)
        found = {row[1]: (row[0], row[5]) for row in rows if row[1]}
        expected = ranks.filter(pl.col("industry") == section.industry)
        for row in expected.iter_rows(named=True):
            code = row["division_code"]
            if row["index"] is None and code not in found:
                continue
            rank, index = found[code]
            assert rank == row["rank"], (section.industry, code)
            # A workbook keeps sixteen digits.
            same = index == row["index"] or index == pytest.approx(row["index"], rel=1e-14)
            assert same, (section.industry, code)
