"""Which figures an edition has, how they are captioned, and what they show."""

from dataclasses import replace

import pytest

from reli.report import listing
from reli.report.blocks import Bars, Figure, Group, Heading, Paragraph, Ranges, figures_of
from reli.report.charts import ranges
from reli.report.document import draw_figure
from reli.report.figures import FIGURES, absent_figures, first_cities, section_figures
from reli.report.outline import anchors, outline
from reli.report.publication import Appendix, Leader, Leaders


def cities(*numbers):
    return {f"省/市{place}": number for place, number in enumerate(numbers, 1)}


@pytest.mark.parametrize(
    ("numbers", "shown", "crowd"),
    [
        ([8, 8, 6], 3, (0, 0, 0)),  # fewer than ten cities
        ([9, 8, 7, 6, 5, 4, 3, 2, 2, 2], 10, (0, 0, 0)),
        ([9, 8, 7, 6, 5, 4, 3, 2, 2, 2, 2, 1], 11, (0, 0, 0)),  # the eleventh is tied
        ([9, 8] + [1] * 18, 20, (0, 0, 0)),  # as many as a chart takes
        ([9, 8] + [1] * 19, 2, (19, 1, 3)),  # too many tied: only counted
        ([1] * 60, 0, (60, 1, 1)),  # nothing but ties
    ],
)
def test_first_cities_are_extended_where_tied(numbers, shown, crowd):
    found, *counted = first_cities(cities(*numbers))
    assert list(found) == list(cities(*numbers))[:shown]
    assert tuple(counted) == crowd


def captions(publication, section):
    return {kind: each.caption for kind, each in section_figures(publication, section).items()}


def test_captions_are_those_of_the_published_report_and_number_what_is_shown(full_edition):
    section = replace(full_edition.indices[1], cities=cities(9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 1, 1))
    assert captions(full_edition, section) == {
        "table": "高端装备制造产业区域热力值评价指数TOP100",
        "map": "高端装备制造产业区域热力值评价指数TOP100区县分布",
        "provinces": "各省高端装备制造产业区域热力值评价指数TOP100区县数量",
        "cities": "高端装备制造产业区域热力值评价指数TOP100区县数量前12城市",
        "industrial_above_size": "高端装备制造产业规模以上工业企业数量TOP12区县",
        "little_giant": "高端装备制造产业专精特新“小巨人”企业数量TOP12区县",
    }
    overall = captions(full_edition, full_edition.indices[0])
    assert overall["table"] == "战略性新兴产业区域热力值评价指数综合排名TOP100区县"
    assert len(overall) == 4


def test_an_edition_with_all_sources_has_52_figures_in_their_order(full_edition):
    found = [each for each in figures_of(outline(full_edition)) if each.series == "图"]
    assert len(found) == FIGURES == 52
    assert [each.number for each in found] == list(range(1, 53))
    industries = [section.industry for section in full_edition.indices]
    assert [each.key.split("/")[0] for each in found] == ["综合"] * 4 + [
        industry for industry in industries[1:] for _ in range(6)
    ]
    assert not list(absent_figures(full_edition))
    assert all(each.sources.startswith("资料来源：") for each in found)


def test_a_figure_of_a_list_names_the_list_and_its_date(full_edition):
    figures = section_figures(full_edition, full_edition.indices[1])
    assert figures["little_giant"].sources == (
        "资料来源：合成企业登记库；专精特新“小巨人”企业名单（little_giant.csv，截至2023年7月14日）"
    )
    assert figures["table"].sources == "资料来源：合成企业登记库"


def test_figures_of_an_appendix_name_what_they_are_counted_from(full_edition):
    own = replace(listing.table("a", "甲", listing.texts("名"), [("乙",)]), sources="资料来源：乙")
    found = listing.table("b", "丙", listing.texts("名"), [("丁",)])
    edition = replace(
        full_edition,
        appendices=(
            Appendix(key="a", title="甲", blocks=(own, found)),
            Appendix(key="b", title="乙", blocks=(Group((found,)),), tables=("enterprises",)),
        ),
    )
    told = {(each.key, each.sources) for each in figures_of(outline(edition)) if each.key in "ab"}
    assert told == {
        ("a", "资料来源：乙"),
        ("b", "资料来源：合成企业登记库"),
        ("b", "资料来源：合成企业登记库；企业登记名录（register.csv，截至2023年12月30日）"),
    }
    assert all(each.sources for each in figures_of(outline(edition)) if each.series[0] == "附")


def test_what_is_missing_is_left_out_and_listed(full_edition):
    indices = [replace(each, leaders=each.leaders[:1]) for each in full_edition.indices]
    framework = [
        replace(row, missing="没有数据来源") if row.code == "little_giant" else row
        for row in full_edition.framework
    ]
    poorer = replace(full_edition, indices=tuple(indices), framework=tuple(framework))
    blocks = outline(poorer)
    assert len([each for each in figures_of(blocks) if each.series == "图"]) == 44
    absent = list(absent_figures(poorer))
    assert absent[0] == ("高端装备制造产业专精特新“小巨人”企业数量TOP10区县", "没有数据来源")
    assert len(absent) == 8
    said = "".join(block.text for block in blocks if isinstance(block, Paragraph))
    assert "本版有44幅；缺8幅" in said
    assert all(caption in said for caption, _ in absent)


def test_bars_of_nothing_are_left_out_and_listed(full_edition):
    """All that have a place lie in no city (仙桃市), or nobody has one."""
    overall, first, second, *others = full_edition.indices
    first = replace(first, cities={})
    second = replace(second, cities={}, provinces={})
    edition = replace(full_edition, indices=(overall, first, second, *others))
    assert {"provinces", "cities"} & set(section_figures(edition, first)) == {"provinces"}
    assert not {"provinces", "cities"} & set(section_figures(edition, second))
    blocks = outline(edition)
    assert len([each for each in figures_of(blocks) if each.series == "图"]) == FIGURES - 3
    assert [reason for _, reason in absent_figures(edition)] == [
        "没有地级市所属的区县入围",
        "没有区县入围",
        "没有地级市所属的区县入围",
    ]


def crowded(places, crowd):
    named = tuple(Leader("110101", f"市区{n}", 9.0 - n, n) for n in range(1, places + 1))
    return Leaders(
        indicator="little_giant",
        name="专精特新“小巨人”企业数量",
        unit_of_measure="家",
        places=named,
        crowd=crowd,
        crowd_rank=places + 1,
        crowd_value=2.0,
    )


@pytest.mark.parametrize(
    ("places", "crowd", "caption", "last", "notes"),
    [
        (4, 18, "TOP10区县", "另18个区县第5位并列", ()),
        (0, 27, "TOP10区县", "27个区县第1位并列", ()),
        (3, 0, "TOP3区县", "市区3", ("注：该项大于零的区县只有3个。",)),
        (10, 0, "TOP10区县", "市区10", ()),
    ],
)
def test_a_tie_at_the_cut_is_counted_where_it_is_too_long(
    full_edition, places, crowd, caption, last, notes
):
    section = replace(full_edition.indices[1], leaders=(crowded(places, crowd),))
    found = section_figures(full_edition, section)["little_giant"]
    assert found.caption.endswith(caption)
    assert found.content.names[-1] == last
    assert found.notes == notes


def test_figures_say_in_words_what_they_show(full_edition, basemap):
    section = replace(full_edition.indices[1], provinces={"甲省": 60, "乙省": 40})
    found = section_figures(full_edition, section)
    assert found["provinces"].words == "条形图：甲省60个，乙省40个"
    assert "第1—10名10个区县" in found["map"].words
    drawn = draw_figure(found["provinces"], basemap)
    assert ">60<" in drawn and ">甲省<" in drawn
    assert "第100名以后" in draw_figure(found["map"], basemap)


def test_a_partial_edition_has_unpublished_units_and_no_maps_of_all(full_edition, basemap):
    indices = tuple(replace(each, leaders=()) for each in full_edition.indices)
    partial = replace(full_edition, is_partial=True, indices=indices)
    found = section_figures(partial, partial.indices[0])
    assert "未公布" in draw_figure(found["map"], basemap)
    assert "未公布" in partial.missing_line
    figures = list(figures_of(outline(partial)))
    assert not [each for each in figures if each.key.endswith("/all")]
    assert len([each for each in figures if each.series == "图"]) == 36
    assert {reason for _, reason in absent_figures(partial)} == {"各区县的数值未公布"}


def test_where_an_industry_has_no_enterprise_no_data_are_missing(full_edition):
    overall, industry, *_ = (
        each for each in figures_of(outline(full_edition)) if each.key.endswith("/all")
    )
    # 综合 has units that were not scored; the industry has units without an enterprise.
    assert "无数据" in overall.words and "无数据" not in industry.words


def test_chapters_and_sections_are_numbered(full_edition):
    headings = [block for block in outline(full_edition) if isinstance(block, Heading)]
    assert [each.number for each in headings if each.level == 1] == [
        "",
        "第一章",
        "第二章",
        "第三章",
        "附录A",
        "附录B",
    ]
    third = [each for each in headings if each.number.startswith("3.")]
    assert [each.title for each in third] == [
        f"{section.industry}产业" for section in full_edition.indices[1:]
    ]


def test_an_analysts_paragraphs_stand_at_their_anchors(full_edition):
    wanted = anchors(full_edition)
    texts = {anchor: (Paragraph(f"按语：{anchor}", "analyst"),) for anchor in wanted}
    blocks = outline(replace(full_edition, own_texts=texts))
    own = [each.text for each in blocks if getattr(each, "voice", "") == "analyst"]
    assert sorted(own) == sorted(f"按语：{anchor}" for anchor in wanted)
    assert "新材料/产业集聚水平" in wanted
    # What is computed stands around them unchanged.
    rest = [each for each in blocks if getattr(each, "voice", "") != "analyst"]
    assert tuple(rest) == outline(full_edition)


def test_the_preface_tells_the_first_county_of_each_index(full_edition):
    glance = next(each for each in figures_of(outline(full_edition)) if each.key == "glance")
    for section, row in zip(full_edition.indices, glance.content.rows, strict=True):
        first = next(place for place in section.places if place.rank == 1)
        assert row[0] == section.industry
        assert row[1].endswith(first.county)
        assert row[2] == f"{first.index:.4f}"


def test_all_figures_are_told_apart_by_their_keys(full_edition):
    keys = [each.key for each in figures_of(outline(full_edition))]
    assert len(keys) == len(set(keys))
    assert all(isinstance(each, Figure) for each in figures_of(outline(full_edition)))
    assert any(isinstance(each.content, Bars) for each in figures_of(outline(full_edition)))


def test_the_dot_of_the_first_place_keeps_away_from_the_names():
    spec = ranges(Ranges(("甲",), (1,), (1,), (9,)))
    line, dot = spec["layer"]
    assert line["encoding"]["x"]["scale"]["domainMin"] == 1
    radius = (dot["mark"]["size"] / 3.1416) ** 0.5
    for layer in (line, dot):
        assert layer["encoding"]["y"]["axis"]["labelPadding"] > radius + 4
