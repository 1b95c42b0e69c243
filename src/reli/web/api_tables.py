"""Operations on tables: rows that are filtered, in the format that is asked for."""

from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request
from fastapi import Path as PathParameter
from pydantic import BaseModel
from starlette.responses import Response

from reli.web.features import drawn, has_shapes
from reli.web.formats import FORMATS, as_json, chosen_format, encoded
from reli.web.operations import PROBLEMS, UNCHANGED
from reli.web.problems import Problem
from reli.web.release import Release
from reli.web.replies import reply
from reli.web.tables import TableSpec, query_model, selected, table_specs

__all__ = ["add_tables"]

TABULAR = {name: FORMATS[name] for name in ("json", "csv", "parquet", "xlsx")}


_ROWS = {
    "type": "object",
    "required": ["release", "total", "rows"],
    "properties": {
        "release": {"type": "string"},
        "total": {"type": "integer"},
        "is_synthetic": {"type": "boolean"},
        "rows": {"type": "array", "items": {"type": "object"}},
    },
}
SCHEMAS: dict[str, dict[str, Any]] = {"json": _ROWS, "geojson": {"type": "object"}}


def _forms(spec: TableSpec, release: Release) -> dict[str, str]:
    """Formats of a table; rows about units that have shapes can be drawn."""
    columns = set(spec.table.columns)
    is_map = {"division_code", "county"} <= columns and has_shapes(release)
    return TABULAR | ({"geojson": FORMATS["geojson"]} if is_map else {})


def add_tables(app: FastAPI, releases: dict[str, Release]) -> None:
    """Add an operation for each table, and one for each of its formats."""
    current = next(iter(releases.values()))
    for spec in table_specs(current):
        _add_table(app, spec, releases, current)


def _add_table(
    app: FastAPI, spec: TableSpec, releases: dict[str, Release], current: Release
) -> None:
    model = query_model(spec, list(releases))
    forms = _forms(spec, current)
    # The same table of each release that may be pinned.
    pinned = {
        name: {each.name: each for each in table_specs(release)}.get(spec.name)
        for name, release in releases.items()
    }

    def found(request: Request, query: BaseModel, form: str) -> Response:
        name = getattr(query, "release", None) or current.name
        chosen = pinned[name]
        if chosen is None:
            raise Problem(404, f"release {name} has no table {spec.name}")
        rows, total = selected(chosen, query)
        around = {
            "release": name,
            "total": total,
            "limit": getattr(query, "limit", None),
            "offset": getattr(query, "offset", None),
            "is_synthetic": releases[name].source["is_synthetic"],
        }
        if form == "geojson":
            body = as_json(
                {"type": "FeatureCollection", **around, "features": drawn(releases[name], rows)}
            )
        else:
            body = encoded(rows, form, around)
        # A table of CSV or Parquet has no place for it but beside.
        said = {"X-Synthetic": "true"} if around["is_synthetic"] else {}
        return reply(request, body, FORMATS[form], name, said)

    def negotiated(request: Request, query: Annotated[model, Query()]) -> Response:
        form = chosen_format(request.headers.get("accept", ""), forms)
        if form is None:
            raise Problem(406, f"offered are {', '.join(forms.values())}, or a suffix: .csv")
        return found(request, query, form)

    suffixes = Literal[tuple(forms)]

    def suffixed(
        request: Request,
        suffix: Annotated[suffixes, PathParameter()],
        query: Annotated[model, Query()],
    ) -> Response:
        return found(request, query, str(suffix))

    contents = {
        kind: {"schema": SCHEMAS.get(name, {"type": "string"})} for name, kind in forms.items()
    }
    answers = {200: {"description": spec.summary, "content": contents}, **UNCHANGED, **PROBLEMS}
    both = ((f"/v1/{spec.name}", "", negotiated), (f"/v1/{spec.name}.{{suffix}}", ".csv", suffixed))
    for path, ending, function in both:
        shown = [f"/v1/{spec.name}{ending}?{query}" for query in spec.examples]
        app.add_api_route(
            path,
            function,
            summary=spec.summary,
            operation_id=f"{spec.name}{'_as' if ending else ''}",
            responses=answers,
            response_class=Response,
            openapi_extra={"x-examples": shown},
        )
        app.add_api_route(path, function, methods=["HEAD"], include_in_schema=False)
