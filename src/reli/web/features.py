"""OGC API - Features, Part 1: Core (OGC 17-069r4): the units as features, for QGIS and the like."""

import json
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

import polars as pl
from fastapi import FastAPI, Query, Request
from fastapi import Path as PathParameter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from reli.web.formats import FORMATS, as_json
from reli.web.problems import MEDIATYPE, Problem, problem_schema
from reli.web.release import Release
from reli.web.replies import reply

__all__ = ["add_features", "drawn", "has_shapes", "landing"]

CONFORMANCE = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}"
    for part in ("core", "geojson", "oas30")
)
CHINA = [73.4, 3.3, 135.2, 53.7]
COLLECTION = "units"
NUMBER = r"-?[0-9]{1,6}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?"
BOX = f"^{NUMBER}(,{NUMBER}){{3}}((,{NUMBER}){{2}})?$"
"""Four numbers, or six with heights; map programs write all digits that a number has."""


class Items(BaseModel):
    """Parameters of items."""

    model_config = ConfigDict(extra="forbid")
    bbox: Annotated[str, Field(pattern=BOX)] | None = None
    datetime: Annotated[str, Field(max_length=80)] | None = None
    limit: Annotated[int, Field(ge=1, le=5000)] = 100
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


@cache
def _features(release: Release) -> dict[str, dict[str, Any]]:
    """Features by code: names, and rank and index in every index."""
    path = release.folder / "units.geojson"
    if not path.is_file():
        return {}
    shapes = json.loads(path.read_text(encoding="utf-8"))["features"]
    ranks = release.ranks.select("industry", "division_code", "rank", "index")
    by_unit: dict[str, dict[str, Any]] = {}
    for industry, code, rank, index in ranks.iter_rows():
        own = by_unit.setdefault(code, {})
        own[f"{industry}_rank"], own[f"{industry}_index"] = rank, index
    return {
        shape["id"]: {
            **shape,
            "properties": {**release.divisions[shape["id"]], **by_unit.get(shape["id"], {})},
        }
        for shape in shapes
        if shape["id"] in release.divisions
    }


def has_shapes(release: Release) -> bool:
    """Whether the units of a release can be drawn."""
    return (release.folder / "units.geojson").is_file()


def drawn(release: Release, rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows about units as features; the shape is null where the columns chosen name no unit."""
    shapes = _features(release)
    return [
        {
            "type": "Feature",
            "geometry": shapes.get(row.get("division_code", ""), {}).get("geometry"),
            "properties": row,
        }
        for row in rows.iter_rows(named=True)
    ]


def _box(feature: dict[str, Any]) -> tuple[float, float, float, float]:
    west, south, east, north = feature["bbox"]
    return west, south, east, north


def _inside(feature: dict[str, Any], bbox: str | None) -> bool:
    if bbox is None:
        return True
    numbers = [float(each) for each in bbox.split(",")]
    (west, south), (east, north) = numbers[:2], numbers[len(numbers) // 2 :][:2]
    own = _box(feature)
    return own[0] <= east and own[2] >= west and own[1] <= north and own[3] >= south


def _link(request: Request, path: str, rel: str, kind: str = "application/json") -> dict[str, str]:
    return {"href": f"{str(request.base_url).rstrip('/')}{path}", "rel": rel, "type": kind}


def landing(request: Request, release: Release) -> dict[str, Any]:
    """The landing page."""
    return {
        "title": release.about["title"],
        "description": release.about["description"],
        "links": [
            _link(request, "/", "self"),
            _link(
                request,
                "/v1/openapi.json",
                "service-desc",
                "application/vnd.oai.openapi+json;version=3.1",
            ),
            _link(request, "/conformance", "conformance"),
            _link(request, "/collections", "data"),
            _link(request, "/site/", "alternate", "text/html"),
        ],
    }


def _collection(request: Request, release: Release) -> dict[str, Any]:
    path = f"/collections/{COLLECTION}"
    return {
        "id": COLLECTION,
        "title": "评价单元",
        "description": "County-level units with rank and index; boundaries not reviewed",
        "itemType": "feature",
        "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],
        "extent": {
            "spatial": {"bbox": [CHINA], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
        },
        "links": [
            _link(request, path, "self"),
            _link(request, f"{path}/items", "items", FORMATS["geojson"]),
        ],
        "release": release.name,
    }


def add_features(app: FastAPI, release: Release) -> None:
    """Add landing page, conformance, collections, items."""

    def answer(request: Request, value: object, form: str = "json") -> Response:
        return reply(request, as_json(value), FORMATS[form], release.name)

    def documented(form: str = "json") -> dict[int | str, Any]:
        problem = {"content": {MEDIATYPE: {"schema": problem_schema()}}}
        return {
            200: {
                "description": "Found",
                "content": {FORMATS[form]: {"schema": {"type": "object"}}},
            },
            304: {"description": "The client has this release"},
            404: {"description": "There is nothing of this name", **problem},
            422: {"description": "A value is not allowed", **problem},
        }

    def add(
        path: str,
        function: Callable[..., Response],
        summary: str,
        examples: list[str],
        form: str = "json",
    ) -> None:
        app.add_api_route(
            path,
            function,
            summary=summary,
            operation_id=function.__name__,
            responses=documented(form),
            response_class=Response,
            openapi_extra={"x-examples": examples},
        )

    def conformance(request: Request) -> Response:
        return answer(request, {"conformsTo": CONFORMANCE})

    def collections(request: Request) -> Response:
        links = [_link(request, "/collections", "self")]
        return answer(request, {"links": links, "collections": [_collection(request, release)]})

    def collection(request: Request) -> Response:
        return answer(request, _collection(request, release))

    def items(request: Request, query: Annotated[Items, Query()]) -> Response:
        return answer(request, _page(request, release, query), "geojson")

    def item(
        request: Request,
        code: Annotated[str, PathParameter(pattern="^[1-9][0-9]{5}$", examples=["330110"])],
    ) -> Response:
        found = _features(release).get(code)
        if found is None:
            raise Problem(404, f"no unit {code} with a shape")
        links = [
            _link(request, f"/collections/{COLLECTION}/items/{code}", "self", FORMATS["geojson"]),
            _link(request, f"/collections/{COLLECTION}", "collection"),
        ]
        return answer(request, {**found, "links": links}, "geojson")

    path = f"/collections/{COLLECTION}"
    add("/conformance", conformance, "Parts of OGC API that are met", ["/conformance"])
    add("/collections", collections, "Collections of features", ["/collections"])
    add(path, collection, "The units", [path])
    add(
        f"{path}/items",
        items,
        "Units as GeoJSON",
        [f"{path}/items?bbox=120,30,121,31&limit=5"],
        "geojson",
    )
    add(f"{path}/items/{{code}}", item, "A unit as GeoJSON", [f"{path}/items/330110"], "geojson")
    _add_geometry(release, add)


def _page(request: Request, release: Release, query: Items) -> dict[str, Any]:
    chosen = [each for each in _features(release).values() if _inside(each, query.bbox)]
    part = chosen[query.offset : query.offset + query.limit]
    path = f"/collections/{COLLECTION}/items"
    links = [_link(request, f"{path}?{request.url.query}", "self", FORMATS["geojson"])]
    if query.offset + query.limit < len(chosen):
        box = f"&bbox={query.bbox}" if query.bbox else ""
        after = f"{path}?limit={query.limit}&offset={query.offset + query.limit}{box}"
        links.append(_link(request, after, "next", FORMATS["geojson"]))
    return {
        "type": "FeatureCollection",
        "numberMatched": len(chosen),
        "numberReturned": len(part),
        "links": links,
        "features": part,
    }


class Geometry(BaseModel):
    """Parameters of the geometry."""

    model_config = ConfigDict(extra="forbid")
    province_code: Annotated[str, Field(pattern="^[1-9][0-9]0000$")] | None = None


def _add_geometry(release: Release, add: Any) -> None:  # noqa: ANN401 - see add above
    def geometry(request: Request, query: Annotated[Geometry, Query()]) -> Response:
        chosen = [
            each
            for each in _features(release).values()
            if query.province_code in (None, each["properties"]["province_code"])
        ]
        value = {"type": "FeatureCollection", "features": chosen}
        return reply(request, as_json(value), FORMATS["geojson"], release.name)

    add(
        "/v1/geometry",
        geometry,
        "Shapes of units with rank and index",
        ["/v1/geometry?province_code=330000"],
        "geojson",
    )
