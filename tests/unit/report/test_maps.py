"""What a published map of China must show, and how its classes are drawn."""

import re
from itertools import pairwise

import numpy as np
import pytest
import shapely

from reli.errors import InvalidData
from reli.reference.geometry import NOT_COUNTIES, albers, border_lines, district_shapes, read_layer
from reli.report.basemap import (
    BEYOND,
    INSET,
    INSET_CORNER,
    MAIN,
    build_basemap,
    read_basemap,
    write_basemap,
)
from reli.report.maps import (
    ALONE,
    LETTERS,
    MOST_ABOVE,
    NO_DATA,
    REVIEW_NOTE,
    MapClass,
    draw_map,
    inset_label_box,
    legend_box,
    letters_for,
    review_line,
    strip_below,
    top_classes,
    value_classes,
)
from reli.report.style import COLOURS, HEAT, lightness

ISLES = {
    "钓鱼岛": (123.47, 25.74),
    "赤尾屿": (124.56, 25.92),
    "东沙岛": (116.72, 20.70),
    "永兴岛": (112.34, 16.83),
    "黄岩岛": (117.77, 15.13),
    "曾母暗沙": (112.28, 3.97),
}
EDGES = {
    "漠河": (122.34, 53.56),
    "乌恰以西": (73.51, 39.4),
    "黑瞎子岛": (134.77, 48.4),
    "三亚": (109.51, 18.16),
}
SVG = re.compile(r'<path d="([^"]+)" fill="([^"]+)"')


def place(frame, lon, lat):
    return frame.place(np.array(albers(shapely.Point(lon, lat)).coords))[0]


def is_within(frame, point):
    x, y = point
    return 0 <= x <= frame.width and 0 <= y <= frame.height


def points_of(path):
    """Corners of path data, in order."""
    found, x, y = [], 0.0, 0.0
    for command, dx, dy in re.findall(r"([Ml])(-?[\d.e-]+) (-?[\d.e-]+)", path):
        here = (float(dx), float(dy))
        x, y = here if command == "M" else (x + here[0], y + here[1])
        found.append((x, y))
    return np.array(found)


@pytest.mark.parametrize("name", EDGES)
def test_the_main_map_reaches_the_edges(name):
    assert is_within(MAIN, place(MAIN, *EDGES[name]))


@pytest.mark.parametrize("name", ["东沙岛", "永兴岛", "黄岩岛", "曾母暗沙"])
def test_islands_of_the_south_stand_in_the_inset_with_a_marker(basemap, name):
    here = place(INSET, *ISLES[name])
    assert is_within(INSET, here)
    assert np.abs(np.array(basemap.inset_markers) - here).sum(axis=1).min() < 2.5


@pytest.mark.parametrize("name", ["钓鱼岛", "赤尾屿"])
def test_islands_of_the_east_stand_on_the_main_map_with_a_marker(basemap, name):
    here = place(MAIN, *ISLES[name])
    assert np.abs(np.array(basemap.markers) - here).sum(axis=1).min() < 6


def test_markers_can_be_seen(basemap):
    # The map is at least 150 mm wide in the report: a marker is at least 0.3 mm across.
    drawn = draw_map(basemap, [], title="")
    radii = {float(r) for r in re.findall(r'<circle [^>]*r="([\d.]+)"', drawn)}
    assert min(radii) >= 0.7
    assert 2 * max(radii) * 150 / MAIN.width > 0.3


def test_dots_of_small_counties_grow_as_letters_do_where_a_map_is_small(basemap):
    small = next(iter(basemap.dots))
    for letters, radius in ((LETTERS, "3.6"), (2 * LETTERS, "7.2")):
        drawn = draw_map(basemap, value_classes({small: 60.0}), title="", letters=letters)
        assert f'r="{radius}" fill="{HEAT[0]}"' in drawn


def test_the_inset_reaches_from_hanoi_to_manila_and_below_the_lowest_dash(basemap):
    for lon, lat in ((105.85, 21.03), (120.98, 14.6), (113.0, 23.43)):
        assert is_within(INSET, place(INSET, lon, lat))
    lowest = border_lines().dashes.bounds[1]
    assert is_within(INSET, place(INSET, 112.3, lowest - 0.3))
    dashes = re.findall("M", basemap.inset_dashes)
    assert len(dashes) == 9


def boxes():
    left, top = INSET_CORNER
    yield "inset", shapely.box(left, top, MAIN.width, MAIN.height)
    for letters in (LETTERS, letters_for(ALONE)):
        for entries in range(3, 9):
            name = f"legend of {entries}, letters of {letters:g}"
            yield name, shapely.box(*legend_box(entries, letters))


@pytest.mark.parametrize("name", [name for name, _ in boxes()])
def test_nothing_covers_land_or_islands(name):
    box = dict(boxes())[name]
    shapes = albers(np.array([shape.geometry for shape in district_shapes()], dtype=object))
    drawn = shapely.transform(shapes, MAIN.place)
    covered = [district_shapes()[at].code for at in np.flatnonzero(shapely.intersects(drawn, box))]
    # 西沙 and 南沙 lie below the main map or under the inset that shows it.
    allowed = {"460302", "460303"} if name == "inset" else set()
    assert set(covered) <= allowed


@pytest.mark.parametrize("letters", [LETTERS, 19, letters_for(ALONE), MOST_ABOVE])
def test_the_name_of_the_inset_covers_nothing(basemap, letters):
    left, top, right, bottom = inset_label_box(letters)
    assert bottom < 0 and strip_below(letters) == 0
    x, y = INSET_CORNER
    above = shapely.box(left + x, top + y, right + x, bottom + y)
    drawn = np.vstack([points_of(basemap.dashes), points_of(basemap.islands)])
    assert not shapely.intersects(above, shapely.MultiPoint(drawn))
    shapes = albers(np.array([shape.geometry for shape in district_shapes()], dtype=object))
    assert not shapely.intersects(shapely.transform(shapes, MAIN.place), above).any()


def test_a_large_name_of_the_inset_stands_below_the_map():
    top, bottom = (inset_label_box(40)[at] + INSET_CORNER[1] for at in (1, 3))
    assert inset_label_box(40)[1] > INSET.height
    assert top >= MAIN.height - 12
    assert bottom <= MAIN.height + strip_below(40)


def test_letters_are_as_large_as_the_smallest_that_can_be_read():
    # 1000 units over 376 points: 19 units are 7.1 points, 18 would be 6.8.
    assert letters_for(376) == 19
    assert letters_for(180) == 39
    assert letters_for(470) == LETTERS


def test_a_picture_by_itself_has_its_legend(basemap):
    classes = value_classes({"110101": 20.0})
    letters = letters_for(ALONE)
    alone = draw_map(basemap, classes, title="", letters=letters)
    assert f'font-size="{letters:g}" fill="{COLOURS.ink}">20—35</text>' in alone
    assert "20—35" not in draw_map(basemap, classes, title="", has_legend=False)


def test_every_line_kind_is_drawn(basemap):
    drawn = draw_map(basemap, [], title="")
    for path in (
        basemap.provinces,
        basemap.province_waters,
        basemap.region_waters,
        basemap.border,
        basemap.islands,
        basemap.dashes,
        basemap.inset_dashes,
        basemap.undefined_border,
    ):
        assert path and f'd="{path}"' in drawn
    assert "南海诸岛" in drawn


def test_dashes_are_whole_or_in_the_inset_alone(basemap):
    left, top = INSET_CORNER
    for x, y in points_of(basemap.dashes):
        assert 0 < x < MAIN.width and 0 < y < MAIN.height
        assert not (x > left and y > top)


def test_taiwan_hong_kong_macau_are_without_data_and_undivided(basemap):
    assert not [code for code in basemap.counties if code.startswith(BEYOND)]
    everything = {code: 50.0 for code in basemap.counties}
    drawn = draw_map(basemap, value_classes(everything), title="")
    fills = {path: fill for path, fill in SVG.findall(drawn)}
    assert fills[basemap.beyond] == NO_DATA
    assert fills[basemap.inset_beyond] == NO_DATA
    # 台北 and 高雄 lie in one outline: no line between them.
    taipei, kaohsiung = place(MAIN, 121.5, 24.9), place(MAIN, 120.6, 23.0)
    pieces = [points_of(f"M{piece}") for piece in basemap.beyond.split("M")[1:]]
    polygons = [shapely.Polygon(piece) for piece in pieces if len(piece) > 3]
    holders = [
        [at for at, each in enumerate(polygons) if each.covers(shapely.Point(point))]
        for point in (taipei, kaohsiung)
    ]
    assert holders[0] == holders[1] and len(holders[0]) == 1


def test_one_path_a_class(basemap):
    ranks = {code: rank for rank, code in enumerate(list(basemap.counties)[:100], 1)}
    drawn = draw_map(basemap, top_classes(ranks), title="", other_label="未公布")
    main = drawn[: drawn.index("<g transform")]
    for colour in HEAT[:4]:
        assert len(re.findall(f'<path [^>]*fill="{colour}"', main)) == 1


def test_classes_of_the_first_hundred_part_them():
    ranks = {f"{code:06d}": code for code in range(1, 101)}
    classes = top_classes(ranks)
    assert [each.label for each in classes] == ["第1—10名", "第11—30名", "第31—60名", "第61—100名"]
    assert [len(each.codes) for each in classes] == [10, 20, 30, 40]


def test_classes_by_breaks_keep_zero_and_missing_apart():
    values = {"a": 50.0, "b": 49.9, "c": 35.0, "d": 20.0, "e": 10.0, "f": 0.1, "g": 0.0, "h": None}
    found = {each.label: list(each.codes) for each in value_classes(values)}
    assert found == {
        "50及以上": ["a"],
        "35—50": ["b", "c"],
        "20—35": ["d"],
        "10—20": ["e"],
        "0—10": ["f"],
        "零": ["g"],
        "无数据": ["h"],
    }


def test_unpublished_differs_from_no_data_and_from_zero(basemap):
    drawn = draw_map(
        basemap, [MapClass("甲", HEAT[0], ("110101",))], title="", other_label="未公布"
    )
    assert ">未公布</text>" in drawn and ">无数据</text>" in drawn and ">零</text>" not in drawn
    assert len({COLOURS.land, COLOURS.zero, NO_DATA}) == 3


def test_classes_differ_in_grey_and_for_the_colour_blind():
    # L* alone must tell neighbours apart: whoever sees lightness reads the map.
    steps = [lightness(colour) for colour in (*HEAT, COLOURS.land)]
    assert all(later - earlier >= 8 for earlier, later in pairwise(steps))
    assert lightness(COLOURS.zero) - lightness(COLOURS.land) >= 4


def test_lightness_of_known_colours():
    # CIE 1976 at D65: white 100, black 0, sRGB #777777 about 50.
    assert lightness("#ffffff") == pytest.approx(100)
    assert lightness("#000000") == 0
    assert lightness("#777777") == pytest.approx(50, abs=0.1)


def test_review_line():
    assert review_line("") == REVIEW_NOTE == "未经审图，仅供内部使用；公开前须依法送审"
    assert review_line("GS(2024)0001号") == "审图号：GS(2024)0001号"


def test_a_name_cannot_break_the_picture(basemap):
    drawn = draw_map(basemap, [MapClass("<甲&乙>", "#000000", ())], title="a<b")
    assert "<title>a&lt;b</title>" in drawn


def test_the_same_bytes_every_time_and_after_reading(basemap, tmp_path):
    write_basemap(basemap, tmp_path / "one.json")
    write_basemap(build_basemap(), tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    again = read_basemap(tmp_path / "one.json")
    classes = top_classes({"110101": 1})
    assert draw_map(again, classes, title="") == draw_map(basemap, classes, title="")


LAYER = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": '
    '"110101"}, "geometry": {"type": "Polygon", "coordinates": '
    "[[[116, 39], [117, 39], [117, 40], [116, 40], [116, 39]]]}}]}"
)


def test_a_layer_of_the_users(tmp_path):
    path = tmp_path / "layer.geojson"
    path.write_text(LAYER, encoding="utf-8")
    own = build_basemap(read_layer(path))
    assert list(own.counties) == ["110101"]
    corners = points_of(own.counties["110101"])
    assert corners.min(axis=0) == pytest.approx(place(MAIN, 116, 40), abs=4)


@pytest.mark.parametrize("text", ["{}", "[]", '{"features": [{"properties": {}}]}', "no"])
def test_a_layer_that_is_none_is_refused(tmp_path, text):
    path = tmp_path / "layer.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidData, match=r"layer\.geojson: expected GeoJSON"):
        read_layer(path)


def test_reserves_are_no_counties(basemap):
    layer = {shape.code for shape in district_shapes()}
    assert set(NOT_COUNTIES) <= layer
    assert not set(NOT_COUNTIES) & set(basemap.counties)
