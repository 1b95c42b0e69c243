"""Which cities a chart shows, and how figures are captioned."""

from dataclasses import replace

import pytest

from reli.report.figures import (
    annex_figures,
    arrange,
    captions,
    cities_note,
    section_figures,
    top_cities,
)


def cities(*numbers):
    return {f"省/市{place}": number for place, number in enumerate(numbers, 1)}


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([8, 8, 6], 3),  # fewer than ten cities
        ([9, 8, 7, 6, 5, 4, 3, 2, 2, 2], 10),
        ([9, 8, 7, 6, 5, 4, 3, 2, 2, 2, 2, 1], 11),  # the eleventh is tied with the tenth
        ([9, 8] + [1] * 18, 20),  # as many as a chart takes
        ([9, 8] + [1] * 19, 2),  # too many tied: only those before them
        ([1] * 60, 10),  # nothing but ties: the first by code
    ],
)
def test_top_cities_are_extended_where_tied(numbers, shown):
    assert list(top_cities(cities(*numbers))) == list(cities(*numbers))[:shown]


@pytest.mark.parametrize(
    ("numbers", "note"),
    [
        ([8, 8, 6], ""),
        ([9, 8, 7, 6, 5, 4, 3, 2, 2, 2, 1], ""),
        ([9, 8] + [1] * 19, "注：另有19个城市各有1个区县入围，并列，未逐一列出。"),
        ([1] * 60, "注：另有50个城市各有1个区县入围，并列，未逐一列出。"),
    ],
)
def test_a_tie_that_is_cut_is_said(numbers, note):
    assert cities_note(cities(*numbers)) == note


def test_captions_number_what_is_shown(full_edition):
    section = replace(full_edition.indices[1], cities=cities(9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 1, 1))
    assert captions(full_edition, section) == {
        "table": "高端装备制造产业区域热力值评价指数TOP100",
        "map": "高端装备制造产业区域热力值评价指数TOP100区县分布",
        "provinces": "各省高端装备制造产业区域热力值评价指数TOP100区县数量",
        "cities": "高端装备制造产业区域热力值评价指数TOP100区县数量前12城市",
    }
    overall = captions(full_edition, full_edition.indices[0])
    assert overall["table"] == "战略性新兴产业区域热力值评价指数综合排名TOP100区县"


def long(letters):
    return "字" * letters


@pytest.mark.parametrize(
    ("dimensions", "before", "after"),
    [
        ((), 1, 1),  # no other text: that on cities fills the page of the charts
        ((long(40),), 2, 1),
        ((long(250), long(250)), 2, 2),  # 12 lines and 16 bars fit
        ((long(250), long(250), long(500)), 3, 2),  # 24 do not: the first goes to the map
    ],
)
def test_text_is_arranged_so_that_no_page_runs_over(full_edition, dimensions, before, after):
    section = replace(
        full_edition.indices[1],
        provinces=cities(*[1] * 16),
        cities=cities(*[1] * 10),
        about_provinces=long(100),
        about_cities=long(40),
        about_dimensions=dimensions,
    )
    found = arrange(section)
    assert (len(found.before), len(found.after)) == (before, after)
    assert 12.5 <= found.step <= 21
    said = (long(100), long(40), *dimensions)
    assert found.before + found.after == said


def test_figures_say_in_words_what_they_show(full_edition, basemap):
    section = replace(full_edition.indices[1], provinces={"甲省": 60, "乙省": 40})
    found = section_figures(full_edition, section, basemap, 1)
    assert found["provinces"].words == "条形图：甲省60个，乙省40个"
    assert "第1—10名10个区县" in found["map"].words
    assert ">60<" in found["provinces"].svg and ">甲省<" in found["provinces"].svg
    assert "第100名以后" in found["map"].svg


def test_a_partial_edition_has_unpublished_units_and_no_maps_of_all(full_edition, basemap):
    partial = replace(full_edition, is_partial=True)
    found = section_figures(partial, partial.indices[0], basemap, 0)
    assert "未公布" in found["map"].svg
    assert not list(annex_figures(partial, basemap))
    assert "未公布" in partial.missing_line


def test_where_an_industry_has_no_enterprise_no_data_are_missing(full_edition, basemap):
    overall, industry, *_ = annex_figures(full_edition, basemap)
    # 综合 has units that were not scored; the industry has units without an enterprise.
    assert "无数据" in overall.words and "无数据" not in industry.words
