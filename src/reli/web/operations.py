"""How operations are declared: what they answer, the parameters that all take."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, create_model
from starlette.responses import Response

from reli.web.problems import MEDIATYPE, problem_schema
from reli.web.release import Release
from reli.web.tables import release_type

__all__ = ["PROBLEMS", "UNCHANGED", "documented", "parameters", "pinned", "simple"]

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {MEDIATYPE: {"schema": problem_schema()}}}
    for status, text in (
        (404, "There is nothing of this name"),
        (406, "No format that the client takes"),
        (422, "A parameter has a value that is not allowed; the answer names it"),
    )
}
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "The client has this release"}}


def documented() -> dict[int | str, Any]:
    """What an operation answers, for OpenAPI."""
    content = {"application/json": {"schema": {"type": "object"}}}
    return {200: {"description": "Found", "content": content}, **UNCHANGED, **PROBLEMS}


def simple(app: FastAPI, path: str, summary: str, examples: list[str]) -> Any:  # noqa: ANN401
    """Decorator of an operation that answers with JSON."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        app.add_api_route(
            path,
            function,
            summary=summary,
            operation_id=function.__name__,
            responses=documented(),
            response_class=Response,
            openapi_extra={"x-examples": examples},
        )
        return function

    return add


def parameters(releases: dict[str, Release], **fields: Any) -> type[BaseModel]:  # noqa: ANN401
    """Parameters that every look-up takes: a release to pin; no others than those named."""
    return create_model(
        "Parameters",
        __config__=ConfigDict(extra="forbid"),
        release=(release_type(list(releases)), None),
        **fields,
    )


def pinned(releases: dict[str, Release], query: BaseModel) -> Release:
    """The release that a query pins, else the current one."""
    name = getattr(query, "release", None)
    return releases[name] if name else next(iter(releases.values()))
