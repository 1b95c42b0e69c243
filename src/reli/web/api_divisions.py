"""Divisions: the units by any of their names, and the history of any code."""

from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request
from fastapi import Path as PathParameter
from pydantic import Field
from starlette.responses import Response

from reli.reference.divisions import all_divisions, convert
from reli.web.api_lookups import answer
from reli.web.operations import parameters, pinned, simple
from reli.web.problems import Problem
from reli.web.release import Release
from reli.web.tables import CODE, MOST_ROWS

__all__ = ["add_divisions"]


def add_divisions(app: FastAPI, releases: dict[str, Release]) -> None:
    """Add the look-ups of divisions."""
    current = next(iter(releases.values()))
    found = current.tables["divisions"]
    provinces = Literal[tuple(sorted(found["province"].unique().to_list()))]
    listing = parameters(
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

    @simple(
        app,
        "/v1/divisions",
        "Units with their names; found by name, pinyin or code",
        ["/v1/divisions?q=yuhang", "/v1/divisions?province=浙江省&limit=3"],
    )
    def divisions(request: Request, query: Annotated[listing, Query()]) -> Response:
        release = pinned(releases, query)
        rows = release.find(query.q, MOST_ROWS) if query.q else list(release.divisions.values())
        if query.province:
            rows = [row for row in rows if row["province"] == query.province]
        part = rows[query.offset : query.offset + query.limit]
        return answer(request, release, {"release": release.name, "total": len(rows), "rows": part})

    plain = parameters(releases)

    @simple(
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
        release = pinned(releases, query)
        return answer(request, release, _history(release, code))


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
