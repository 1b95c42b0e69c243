"""Ranks under weights of one's own: a question in, ranks and ranges out, nothing kept."""

from typing import Annotated, Any, Literal

import polars as pl
from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.responses import Response

from reli.web.formats import FORMATS, as_json
from reli.web.operations import documented
from reli.web.problems import MEDIATYPE, problem_schema
from reli.web.release import Release
from reli.web.replies import reply
from reli.web.rerank import MEANS, NORMALISATIONS, Reranker, reranker
from reli.web.tables import MOST_ROWS

__all__ = ["add_rerank"]


class RangesWanted(BaseModel):
    """Random weightings to be drawn, each weight uniformly within the spread."""

    model_config = ConfigDict(extra="forbid")
    count: int = Field(1000, ge=10, le=2000)
    spread: float = Field(0.25, ge=0, le=0.9)
    seed: int = Field(1, ge=0, le=2**31)


def add_rerank(app: FastAPI, current: Release) -> None:
    """Add the operation."""
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
        responses={**documented(), **not_possible},
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
