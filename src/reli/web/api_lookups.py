"""Look-ups: releases, indices, units, peers, comparisons, explanations, facts."""

from typing import Annotated, Literal

from fastapi import FastAPI, Query, Request
from fastapi import Path as PathParameter
from pydantic import BaseModel, Field
from starlette.responses import Response

from reli.web.formats import FORMATS, as_json
from reli.web.names import INDUSTRIES_EN
from reli.web.operations import parameters, pinned, simple
from reli.web.release import Release
from reli.web.replies import reply
from reli.web.tables import CODE

__all__ = ["add_lookups", "answer"]


def answer(request: Request, release: Release, value: object) -> Response:
    """A value of a release as JSON."""
    return reply(request, as_json(value), FORMATS["json"], release.name)


def add_lookups(app: FastAPI, releases: dict[str, Release]) -> None:
    """Add the look-ups but for divisions."""
    current = next(iter(releases.values()))
    plain = parameters(releases)
    industry = Literal[tuple(current.industries)]
    of_industry = parameters(releases, industry=(industry, current.industries[0]))
    code_type = Annotated[str, PathParameter(pattern=CODE, examples=["330110"])]

    def of(query: BaseModel) -> Release:
        return pinned(releases, query)

    @simple(
        app, "/v1/releases", "Releases that may be pinned, the current one first", ["/v1/releases"]
    )
    def list_releases(request: Request, query: Annotated[plain, Query()]) -> Response:
        rows = [each.source for each in releases.values()]
        return answer(request, of(query), {"release": current.name, "rows": rows})

    @simple(app, "/v1/industries", "The nine indices", ["/v1/industries"])
    def industries(request: Request, query: Annotated[plain, Query()]) -> Response:
        release = of(query)
        rows = [
            {"industry": each, "industry_en": INDUSTRIES_EN.get(each, each)}
            for each in release.industries
        ]
        return answer(request, release, {"release": release.name, "rows": rows})

    @simple(app, "/v1/profiles/{code}", "All that is published of a unit", ["/v1/profiles/330110"])
    def profile(request: Request, code: code_type, query: Annotated[plain, Query()]) -> Response:
        release = of(query)
        return answer(request, release, release.profile(code))

    @simple(app, "/v1/peers/{code}", "Units like a unit", ["/v1/peers/330114"])
    def peers(
        request: Request, code: code_type, query: Annotated[of_industry, Query()]
    ) -> Response:
        release = of(query)
        return answer(request, release, release.peers(code, query.industry))

    codes = Annotated[str, Field(pattern="^[1-9][0-9]{5}(,[1-9][0-9]{5}){1,9}$")]
    several = parameters(
        releases, divisions=(codes, ...), industry=(industry, current.industries[0])
    )

    @simple(
        app,
        "/v1/comparisons",
        "Two to ten units side by side",
        ["/v1/comparisons?divisions=330110,330114"],
    )
    def comparisons(request: Request, query: Annotated[several, Query()]) -> Response:
        release = of(query)
        chosen = list(dict.fromkeys(query.divisions.split(",")))
        return answer(request, release, release.compare(chosen, query.industry))

    @simple(
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

    @simple(app, "/v1/facts", "What the sentences of the report rest on, by index", ["/v1/facts"])
    def facts(request: Request, query: Annotated[plain, Query()]) -> Response:
        release = of(query)
        return answer(
            request, release, {"release": release.name, "facts": release.document("facts")}
        )
