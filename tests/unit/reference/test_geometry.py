"""The geometry files, read against known coordinates; the projection, against the literature."""

import struct

import numpy as np
import pytest
import shapely

from reli.errors import InvalidData
from reli.reference import geometry
from reli.reference.divisions import counties
from reli.reference.geometry import albers, border_lines, district_shapes
from reli.reference.universes import universe


def words(*values):
    return np.array(values, dtype="<u4")


def test_points_as_steps_of_two_signed_halves():
    # From 105 E 30 N: 2e-6 degrees a unit, one step of (+3, -2) units.
    first = (round((105 + 180) / 2e-6), round((30 + 90) / 2e-6))
    (step,) = struct.unpack("<I", struct.pack("<hh", 3, -2))
    found = geometry._points(words(1, *first, step))
    assert found == pytest.approx(np.array([[105, 30], [105.000006, 29.999996]]), abs=1e-9)


def test_an_unknown_kind_is_refused():
    with pytest.raises(InvalidData, match="kind 9"):
        geometry._geometry(words(9, 0))


def test_every_county_has_its_shape():
    codes = {shape.code for shape in district_shapes()}
    assert set(counties(2023)["division_code"].to_pylist()) <= codes
    assert set(universe("units-2023").units["unit"].to_pylist()) <= codes


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("540422", "540481", (94.21, 29.22)),  # 米林市, its seat
        ("540530", "540581", (91.96, 27.99)),  # 错那市
        ("460321", "460302", (112.34, 16.83)),  # 西沙区: 永兴岛
        ("460322", "460303", (112.89, 9.55)),  # 南沙区: 永暑礁
    ],
)
def test_codes_of_the_layer_become_those_of_2023(old, new, place):
    by_code = {shape.code: shape.geometry for shape in district_shapes()}
    assert old not in by_code
    assert shapely.distance(by_code[new], shapely.Point(place)) < 0.1


def test_line_kinds():
    lines = border_lines()
    # Nine dashes from below 台湾 to below 曾母暗沙; the undefined border in the Pamirs.
    assert len(shapely.get_parts(lines.dashes)) == 9
    west, south, east, north = lines.dashes.bounds
    assert south < 3.87 and north < 22 and 108 < west < 109.5 and 121 < east < 122
    assert lines.undefined.bounds[0] > 73 and lines.undefined.bounds[2] < 75.5
    # 琼州海峡 to 长江口; Hong Kong and Macau.
    assert lines.provinces.bounds[1] == pytest.approx(20.1, abs=0.1)
    assert lines.provinces.bounds[3] == pytest.approx(31.9, abs=0.1)
    assert lines.regions.bounds[0] > 113.4 and lines.regions.bounds[2] < 114.6


def test_albers_on_the_axis_and_its_areas():
    # On the central meridian x is 0 and y grows by the meridian's length times 1/k, where
    # k = cos(latitude) / rho n is 1 on both standard parallels (Snyder 1987, p. 98-100).
    step = 1e-4
    for parallel in (25.0, 47.0):
        line = albers(shapely.LineString([(105, parallel - step), (105, parallel + step)]))
        assert line.length == pytest.approx(6371.0 * np.radians(2 * step), rel=1e-6)
    # Equal area: a cell of the sphere is R^2 dlon (sin b - sin a), wherever it is.
    for lon, lat in ((75, 38), (112, 4), (133, 48)):
        ring = [(lon + x / 10, lat) for x in range(11)]
        ring += [(lon + x / 10, lat + 1) for x in range(10, -1, -1)]
        area = 6371.0**2 * np.radians(1) * np.diff(np.sin(np.radians([lat, lat + 1])))[0]
        assert albers(shapely.Polygon(ring)).area == pytest.approx(area, rel=2e-4)
