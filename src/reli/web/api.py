"""The application interface over HTTP: read-only, of published tables alone.

JSON, CSV, Parquet or Excel by suffix or by the Accept header; entity tags by release; problem
details (RFC 9457); OpenAPI 3.1; OGC API Features core at /collections.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import FastAPI, Query, Request
from fastapi import Path as PathParameter
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from reli import __version__
from reli.errors import InvalidData, UnknownName
from reli.reference.divisions import all_divisions, convert
from reli.web import features
from reli.web.formats import FORMATS, as_json, chosen_format, encoded
from reli.web.names import INDUSTRIES_EN
from reli.web.problems import (
    MEDIATYPE,
    Problem,
    problem_body,
    problem_schema,
    validation_problem,
)
from reli.web.release import Release, find_releases
from reli.web.replies import reply
from reli.web.rerank import MEANS, NORMALISATIONS, Reranker, reranker
from reli.web.tables import (
    CODE,
    MOST_ROWS,
    TableSpec,
    query_model,
    release_type,
    selected,
    table_specs,
)

__all__ = ["create_app"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

TABULAR = {name: FORMATS[name] for name in ("json", "csv", "parquet", "xlsx")}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {MEDIATYPE: {"schema": problem_schema()}}}
    for status, text in (
        (404, "There is nothing of this name"),
        (406, "No format that the client takes"),
        (422, "A parameter has a value that is not allowed; the answer names it"),
    )
}
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "The client has this release"}}


def create_app(folder: Path) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The application for a project folder or a data package.

    Raises:
        MissingFile: there is no data package.
    """
    return Fast(_build(folder))


def _build(folder: Path) -> FastAPI:
    releases = find_releases(folder)
    app = FastAPI(
        title="reli: heat index of China's strategic emerging industries",
        version=__version__,
        description=__doc__ or "",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    current = next(iter(releases.values()))
    app.state.release = current
    _handle_problems(app)
    _add_tables(app, releases)
    _add_lookups(app, releases)
    _add_rerank(app, current)
    _add_downloads(app, current)
    features.add_features(app, current)
    _add_site(app, folder, current)
    return app


def _handle_problems(app: FastAPI) -> None:
    def answer(status: int, detail: str, errors: Any = (), headers: Any = None) -> Response:  # noqa: ANN401
        body = problem_body(status, detail, errors)
        return Response(body, status, media_type=MEDIATYPE, headers=headers)

    @app.exception_handler(Problem)
    async def problem(_: Request, error: Problem) -> Response:
        return answer(error.status, error.detail, error.errors)

    @app.exception_handler(UnknownName)
    async def unknown(_: Request, error: UnknownName) -> Response:
        return answer(404, str(error))

    @app.exception_handler(InvalidData)
    async def impossible(_: Request, error: InvalidData) -> Response:
        return answer(409, str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        return answer(422, *validation_problem(error.errors()))

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        detail = f"{request.method} {request.url.path}: {error.detail}"
        return answer(error.status_code, detail, headers=error.headers)


def _documented() -> dict[int | str, Any]:
    """What an operation answers, for OpenAPI."""
    content = {"application/json": {"schema": {"type": "object"}}}
    return {200: {"description": "Found", "content": content}, **UNCHANGED, **PROBLEMS}


def _add_tables(app: FastAPI, releases: dict[str, Release]) -> None:
    current = next(iter(releases.values()))
    for spec in table_specs(current):
        _add_table(app, spec, releases, current)


def _add_table(
    app: FastAPI, spec: TableSpec, releases: dict[str, Release], current: Release
) -> None:
    model = query_model(spec, list(releases))
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
        }
        return reply(request, encoded(rows, form, around), FORMATS[form], name)

    def negotiated(request: Request, query: Annotated[model, Query()]) -> Response:
        form = chosen_format(request.headers.get("accept", ""), TABULAR)
        if form is None:
            raise Problem(406, f"offered are {', '.join(TABULAR.values())}, or a suffix: .csv")
        return found(request, query, form)

    forms = Literal[tuple(TABULAR)]

    def suffixed(
        request: Request,
        suffix: Annotated[forms, PathParameter()],
        query: Annotated[model, Query()],
    ) -> Response:
        return found(request, query, str(suffix))

    rows_schema = {
        "type": "object",
        "required": ["release", "total", "rows"],
        "properties": {
            "release": {"type": "string"},
            "total": {"type": "integer"},
            "rows": {"type": "array", "items": {"type": "object"}},
        },
    }
    contents = {
        kind: {"schema": rows_schema if name == "json" else {"type": "string"}}
        for name, kind in TABULAR.items()
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


def _simple(app: FastAPI, path: str, summary: str, examples: list[str]) -> Any:  # noqa: ANN401
    """Decorator of an operation that answers with JSON."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        app.add_api_route(
            path,
            function,
            summary=summary,
            operation_id=function.__name__,
            responses=_documented(),
            response_class=Response,
            openapi_extra={"x-examples": examples},
        )
        return function

    return add


def _no_parameters(releases: dict[str, Release], **fields: Any) -> type[BaseModel]:  # noqa: ANN401
    """Parameters that every look-up takes: a release to pin; no others than those named."""
    return create_model(
        "Parameters",
        __config__=ConfigDict(extra="forbid"),
        release=(release_type(list(releases)), None),
        **fields,
    )


def _add_lookups(app: FastAPI, releases: dict[str, Release]) -> None:
    current = next(iter(releases.values()))
    plain = _no_parameters(releases)
    industry = Literal[tuple(current.industries)]
    of_industry = _no_parameters(releases, industry=(industry, current.industries[0]))
    code_type = Annotated[str, PathParameter(pattern=CODE, examples=["330110"])]

    def of(query: BaseModel) -> Release:
        return releases[getattr(query, "release", None) or current.name]

    def answer(request: Request, release: Release, value: object) -> Response:
        return reply(request, as_json(value), FORMATS["json"], release.name)

    @_simple(
        app, "/v1/releases", "Releases that may be pinned, the current one first", ["/v1/releases"]
    )
    def list_releases(request: Request, query: Annotated[plain, Query()]) -> Response:
        rows = [each.source for each in releases.values()]
        return answer(request, of(query), {"release": current.name, "rows": rows})

    @_simple(app, "/v1/industries", "The nine indices", ["/v1/industries"])
    def industries(request: Request, query: Annotated[plain, Query()]) -> Response:
        release = of(query)
        rows = [
            {"industry": each, "industry_en": INDUSTRIES_EN.get(each, each)}
            for each in release.industries
        ]
        return answer(request, release, {"release": release.name, "rows": rows})

    _add_divisions(app, releases, of, answer)

    @_simple(app, "/v1/profiles/{code}", "All that is published of a unit", ["/v1/profiles/330110"])
    def profile(request: Request, code: code_type, query: Annotated[plain, Query()]) -> Response:
        release = of(query)
        return answer(request, release, release.profile(code))

    @_simple(app, "/v1/peers/{code}", "Units like a unit", ["/v1/peers/330114"])
    def peers(
        request: Request, code: code_type, query: Annotated[of_industry, Query()]
    ) -> Response:
        release = of(query)
        return answer(request, release, release.peers(code, query.industry))

    codes = Annotated[str, Field(pattern="^[1-9][0-9]{5}(,[1-9][0-9]{5}){1,9}$")]
    several = _no_parameters(
        releases, divisions=(codes, ...), industry=(industry, current.industries[0])
    )

    @_simple(
        app,
        "/v1/comparisons",
        "Two to ten units side by side",
        ["/v1/comparisons?divisions=330110,330114"],
    )
    def comparisons(request: Request, query: Annotated[several, Query()]) -> Response:
        release = of(query)
        chosen = list(dict.fromkeys(query.divisions.split(",")))
        return answer(request, release, release.compare(chosen, query.industry))

    @_simple(
        app,
        "/v1/explanations/{code}",
        "Why a unit has its index: indicators, weights, points",
        ["/v1/explanations/330114"],
    )
    def explanations(
        request: Request, code: code_type, query: Annotated[of_industry, Query()]
    ) -> Response:
        release = of(query)
        return answer(request, release, release.explain(code, query.industry))

    @_simple(app, "/v1/facts", "What the sentences of the report rest on, by index", ["/v1/facts"])
    def facts(request: Request, query: Annotated[plain, Query()]) -> Response:
        release = of(query)
        return answer(
            request, release, {"release": release.name, "facts": release.document("facts")}
        )


def _add_divisions(app: FastAPI, releases: dict[str, Release], of: Any, answer: Any) -> None:  # noqa: ANN401
    current = next(iter(releases.values()))
    found = current.tables["divisions"]
    provinces = Literal[tuple(sorted(found["province"].unique().to_list()))]
    listing = _no_parameters(
        releases,
        q=(
            Annotated[
                str,
                Field(
                    min_length=1,
                    max_length=40,
                    description="Name, pinyin, initials, former name or code.",
                ),
            ]
            | None,
            None,
        ),
        province=(provinces | None, None),
        limit=(Annotated[int, Field(ge=1, le=MOST_ROWS)], 1000),
        offset=(Annotated[int, Field(ge=0, le=1_000_000)], 0),
    )

    @_simple(
        app,
        "/v1/divisions",
        "Units with their names; found by name, pinyin or code",
        ["/v1/divisions?q=yuhang", "/v1/divisions?province=浙江省&limit=3"],
    )
    def divisions(request: Request, query: Annotated[listing, Query()]) -> Response:
        release = of(query)
        rows = release.find(query.q, MOST_ROWS) if query.q else list(release.divisions.values())
        if query.province:
            rows = [row for row in rows if row["province"] == query.province]
        part = rows[query.offset : query.offset + query.limit]
        return answer(request, release, {"release": release.name, "total": len(rows), "rows": part})

    plain = _no_parameters(releases)

    @_simple(
        app,
        "/v1/divisions/{code}",
        "A division of any year, its versions, predecessors and successors",
        ["/v1/divisions/330110", "/v1/divisions/330184"],
    )
    def division(
        request: Request,
        code: Annotated[str, PathParameter(pattern=CODE, examples=["330110"])],
        query: Annotated[plain, Query()],
    ) -> Response:
        return answer(request, of(query), _history(of(query), code))


def _history(release: Release, code: str) -> dict[str, Any]:
    versions = [each for each in all_divisions() if each.code == code]
    if not versions:
        raise Problem(404, f"no division of any year since 1981 has the code {code}")
    vintage = release.about["vintage"]
    return {
        "release": release.name,
        "division_code": code,
        "unit": release.divisions.get(code),
        "versions": [
            {
                "name": each.name,
                "level": each.level,
                "city_code": each.city_code or None,
                "first_year": each.first_year,
                "last_year": None if each.end_year > 9000 else each.end_year - 1,
                "successors": [{"division_code": c, "year": y} for c, y in each.successors],
            }
            for each in versions
        ],
        "vintage": vintage,
        "codes_at_vintage": list(
            convert(code, from_vintage=versions[-1].end_year - 1, to_vintage=vintage).codes
            if versions[-1].end_year <= vintage
            else (code,)
        ),
        "predecessors": [
            {"division_code": each.code, "name": each.name, "year": year}
            for each in all_divisions()
            for successor, year in each.successors
            if successor == code and each.code != code
        ],
    }


class RangesWanted(BaseModel):
    """Random weightings to be drawn."""

    model_config = ConfigDict(extra="forbid")
    count: int = Field(100, ge=10, le=300)
    spread: float = Field(0.25, ge=0, le=0.9)
    seed: int = Field(1, ge=0, le=2**31)


def _add_rerank(app: FastAPI, current: Release) -> None:
    weight = Annotated[float, Field(ge=0, le=100)]
    codes = [node["code"] for node in current.framework]
    weights = create_model(
        "Weights",
        __config__=ConfigDict(extra="forbid"),
        **{code: (weight, 1.0) for code in codes},
    )
    question: Any = create_model(
        "RerankQuestion",
        __config__=ConfigDict(
            extra="forbid",
            json_schema_extra={
                "examples": [{"weights": {codes[-1]: 2.0}, "mean": "geometric", "limit": 3}]
            },
        ),
        industry=(Literal[tuple(current.industries)], current.industries[0]),
        weights=(weights, weights()),
        mean=(Literal[MEANS], "arithmetic"),
        normalisation=(Literal[NORMALISATIONS], "published"),
        ranges=(RangesWanted | None, None),
        limit=(Annotated[int, Field(ge=1, le=MOST_ROWS)], 100),
    )

    def rerank(request: Request, asked: question) -> Response:
        lab = reranker(current, asked.industry, asked.normalisation)
        rows = _reranked(lab, asked)
        value = {"release": current.name, "total": len(rows), "rows": rows[: asked.limit]}
        return reply(
            request, as_json(value), FORMATS["json"], current.name, {"Cache-Control": "no-store"}
        )

    not_possible: dict[int | str, Any] = {
        409: {
            "description": "This release has no indicator values",
            "content": {MEDIATYPE: {"schema": problem_schema()}},
        }
    }
    app.add_api_route(
        "/v1/rerank",
        rerank,
        methods=["POST"],
        summary="Ranks under weights of one's own; nothing is kept",
        operation_id="rerank",
        responses={**_documented(), **not_possible},
        response_class=Response,
    )


def _reranked(lab: Reranker, asked: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - the model made above
    own = asked.weights.model_dump()
    scores = lab.scores(own, asked.mean)
    found = lab.ranks_of(scores)
    drawn = lab.ranges(own, asked.mean, **asked.ranges.model_dump()) if asked.ranges else None
    table = pl.DataFrame(
        {
            "division_code": lab.units,
            "rank": pl.Series(found, nan_to_null=True).cast(pl.Int32),
            "score": pl.Series(scores, nan_to_null=True),
            "published_rank": pl.Series(lab.published, dtype=pl.Int32),
            **(
                {
                    name: pl.Series(values, nan_to_null=True)
                    for name, values in zip(
                        ("rank_low", "rank_high", "top_100"), drawn, strict=True
                    )
                }
                if drawn
                else {}
            ),
        }
    )
    ordered = table.filter(pl.col("score").is_not_null()).sort(
        "score", "division_code", descending=[True, False]
    )
    return ordered.to_dicts()


def _add_downloads(app: FastAPI, current: Release) -> None:
    files = {str(each["path"]): each for each in current.about["resources"]}
    names = ("datapackage.json", *files)

    @_simple(app, "/v1/downloads", "Files of the data package, with hashes", ["/v1/downloads"])
    def downloads(request: Request) -> Response:
        rows = [{**each, "url": f"/v1/downloads/{name}"} for name, each in files.items()]
        value = {"release": current.name, "rows": rows}
        return reply(request, as_json(value), FORMATS["json"], current.name)

    wanted = Literal[names]

    kinds = {name: str(each["mediatype"]) for name, each in files.items()}
    kinds["datapackage.json"] = FORMATS["json"]

    def download(name: wanted) -> Response:
        return FileResponse(
            current.folder / name, headers={"X-Release": current.name}, media_type=kinds[name]
        )

    content: dict[str, Any] = {kind: {"schema": {}} for kind in sorted(set(kinds.values()))}
    app.add_api_route(
        "/v1/downloads/{name}",
        download,
        summary="A file of the data package",
        operation_id="download",
        responses={200: {"description": "The file", "content": content}, **PROBLEMS},
        response_class=FileResponse,
        openapi_extra={"x-examples": ["/v1/downloads/framework.csv"]},
    )
    app.add_api_route("/v1/downloads/{name}", download, methods=["HEAD"], include_in_schema=False)


def _add_site(app: FastAPI, folder: Path, current: Release) -> None:
    """The site and the package as files, where they are."""
    site = folder / "out" / "site"
    if site.is_dir():
        app.mount("/site", StaticFiles(directory=site, html=True), name="site")
    app.mount("/datapackage", StaticFiles(directory=current.folder), name="datapackage")

    @app.get("/", include_in_schema=False)
    def home(request: Request) -> Response:
        is_page = "text/html" in request.headers.get("accept", "") and site.is_dir()
        if is_page:
            return RedirectResponse("/site/")
        return reply(
            request, as_json(features.landing(request, current)), FORMATS["json"], current.name
        )


class Fast:
    """Answers profiles from memory before anything else looks at the request.

    They are most of the traffic; each is made once, an answer is then two messages.
    """

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        release: Release = app.state.release
        self._tag = f'W/"{release.name}"'.encode()
        self._release = release
        self._bodies: dict[str, bytes] = {}
        self._codes = {f"/v1/profiles/{code}": code for code in release.divisions}
        # Rows by unit are made now, so that no request waits for them.
        release.profile(next(iter(release.divisions)))
        self._headers = [
            (b"content-type", b"application/json"),
            (b"etag", self._tag),
            (b"cache-control", b"public, max-age=300"),
            (b"vary", b"Accept, Accept-Encoding"),
            (b"x-release", release.name.encode()),
            (b"access-control-allow-origin", b"*"),
        ]

    def _body(self, path: str) -> bytes | None:
        if path not in self._bodies and path in self._codes:
            self._bodies[path] = as_json(self._release.profile(self._codes[path]))
        return self._bodies.get(path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        body = None
        if scope["type"] == "http" and scope["method"] == "GET" and not scope["query_string"]:
            body = self._body(scope["path"])
        if body is None:
            await self.app(scope, receive, send)
            return
        known = next((value for name, value in scope["headers"] if name == b"if-none-match"), b"")
        status = 304 if self._tag in known else 200
        length = [] if status == 304 else [(b"content-length", str(len(body)).encode())]
        await send(
            {"type": "http.response.start", "status": status, "headers": self._headers + length}
        )
        await send({"type": "http.response.body", "body": b"" if status == 304 else body})
