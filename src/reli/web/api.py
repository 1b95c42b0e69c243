"""The application interface over HTTP: read-only, of published tables alone.

JSON, CSV, Parquet or Excel by suffix or by the Accept header; entity tags by release; problem
details (RFC 9457); OpenAPI 3.1; OGC API Features core at /collections.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from reli import __version__
from reli.errors import InvalidData, UnknownName
from reli.web import features
from reli.web.api_divisions import add_divisions
from reli.web.api_files import add_downloads, add_site
from reli.web.api_lookups import add_lookups
from reli.web.api_rerank import add_rerank
from reli.web.api_tables import add_tables
from reli.web.fast import Fast, Receive, Scope, Send
from reli.web.problems import MEDIATYPE, Problem, problem_body, validation_problem
from reli.web.release import find_releases

__all__ = ["build", "create_app"]


def create_app(folder: Path) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The application for a project folder or a data package.

    Raises:
        MissingFile: there is no data package.
    """
    app = build(folder)
    return Fast(app, app.state.release)


def build(folder: Path) -> FastAPI:
    """The application without the shortcut: its description is complete."""
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
    add_tables(app, releases)
    add_lookups(app, releases)
    add_divisions(app, releases)
    add_rerank(app, current)
    add_downloads(app, current)
    features.add_features(app, current)
    add_site(app, folder, current)
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
