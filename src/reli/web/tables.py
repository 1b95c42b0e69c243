"""Tables of the interface: which columns may be filtered, by which values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, create_model

from reli.web.release import Release

__all__ = ["MOST_ROWS", "TableSpec", "query_model", "selected", "table_specs"]

MOST_ROWS = 5000
CODE = "^[1-9][0-9]{5}$"


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    """One table of the interface.

    `filters` are parameter -> column; a parameter takes one value, or several joined by commas.
    `examples` are queries that the documentation shows and the tests run.
    """

    name: str
    summary: str
    table: pl.DataFrame
    filters: Mapping[str, str] = field(default_factory=dict)
    has_top: bool = False
    examples: Sequence[str] = ()


def table_specs(release: Release) -> list[TableSpec]:
    """Tables of a release."""
    tables = release.tables
    first = release.industries[0]
    specs = [
        TableSpec(
            name="ranks",
            summary="Index, rank, status and method range of every unit in every index",
            table=release.ranks,
            filters={
                "industry": "industry",
                "division": "division_code",
                "province": "province",
                "city": "city",
                "status": "status",
            },
            has_top=True,
            examples=(f"industry={first}&top=10", "division=330110,330114&fields=industry,rank"),
        ),
        TableSpec(
            name="framework",
            summary="Nodes of the framework: names, definitions, directions, weights",
            table=tables["framework"],
            filters={"code": "code", "parent": "parent"},
            examples=("parent=heat",),
        ),
    ]
    if "indicators" in tables:
        specs.append(
            TableSpec(
                name="indicators",
                summary="Values of indicators with their states",
                table=tables["indicators"],
                filters={
                    "industry": "industry",
                    "division": "division_code",
                    "indicator": "indicator",
                    "year": "year",
                    "state": "state",
                },
                examples=(f"industry={first}&indicator=sei_enterprises&limit=5",),
            )
        )
    if "scores" in tables:
        specs.append(
            TableSpec(
                name="scores",
                summary="Scores of every node of the framework",
                table=tables["scores"],
                filters={
                    "industry": "industry",
                    "division": "division_code",
                    "node": "node",
                    "year": "year",
                },
                has_top=True,
                examples=(f"industry={first}&node=innovation&top=5",),
            )
        )
    return [*specs, *_further(release)]


FURTHER = {
    "quality": (
        "What a unit's figures rest on: how its enterprises were placed, what may be missing",
        {"division": "division_code"},
    ),
    "years": (
        "Scores of all years by common bounds, so that years compare",
        {"industry": "industry", "division": "division_code", "node": "node", "year": "year"},
    ),
    **{
        f"{level}_ranks": (
            f"Index and rank of every {level} in every index, scored as a whole",
            {"industry": "industry", "division": "division_code", "status": "status"},
        )
        for level in ("city", "province")
    },
}
"""Tables that some packages have: what they say, and the columns that may be filtered."""


def _further(release: Release) -> list[TableSpec]:
    return [
        TableSpec(
            name=name,
            summary=summary,
            table=release.tables[name],
            filters=filters,
            has_top=name.endswith("_ranks"),
            examples=("limit=3",),
        )
        for name, (summary, filters) in FURTHER.items()
        if name in release.tables
    ]


def query_model(spec: TableSpec, releases: Sequence[str]) -> type[BaseModel]:
    """The parameters of a table as a model that refuses all others."""
    columns = "|".join(spec.table.columns)
    fields: dict[str, Any] = {
        parameter: (_filter_type(spec.table, parameter, column), None)
        for parameter, column in spec.filters.items()
    }
    if spec.has_top:
        top = Field(ge=1, le=MOST_ROWS, description="Ranks up to this one, ties included.")
        fields["top"] = (Annotated[int, top] | None, None)
    chosen = Field(pattern=f"^({columns})(,({columns}))*$", description="Columns, by comma.")
    fields["fields"] = (Annotated[str, chosen] | None, None)
    limit = Field(ge=1, le=MOST_ROWS, description="Most rows of an answer.")
    fields["limit"] = (Annotated[int, limit], 1000)
    fields["offset"] = (Annotated[int, Field(ge=0, le=100_000_000)], 0)
    fields["release"] = (release_type(releases), None)
    return create_model(
        f"{spec.name.capitalize()}Query", __config__=ConfigDict(extra="forbid"), **fields
    )


def release_type(releases: Sequence[str]) -> Any:  # noqa: ANN401 - a type made of the values
    """One of the releases, or none: the current one."""
    return Literal[tuple(releases)] | None


def _filter_type(table: pl.DataFrame, parameter: str, column: str) -> Any:  # noqa: ANN401 - a type
    if parameter in ("division", "province_code"):
        codes = CODE[1:-1]
        pattern = f"^{codes}(,{codes})*$"
        return Annotated[str, Field(pattern=pattern, description="Codes, by comma.")] | None
    # What stands in an address is text, numbers too.
    values = [str(each) for each in table[column].drop_nulls().unique(maintain_order=True)]
    if len(values) > 60:
        return Annotated[str, Field(min_length=1, max_length=40)] | None
    return Literal[tuple(values)] | None


def selected(spec: TableSpec, query: BaseModel) -> tuple[pl.DataFrame, int]:
    """Rows and columns that a query asks for, and how many rows there are in all."""
    rows = spec.table
    for parameter, column in spec.filters.items():
        value = getattr(query, parameter)
        if value is None:
            continue
        rows = rows.filter(pl.col(column).cast(pl.String).is_in(value.split(",")))
    top = getattr(query, "top", None)
    if top is not None:
        rows = rows.filter(pl.col("rank") <= top)
    total = rows.height
    limit, offset = getattr(query, "limit"), getattr(query, "offset")  # noqa: B009 - made above
    chosen = getattr(query, "fields", None)
    rows = rows.slice(offset, limit)
    return (rows.select(list(dict.fromkeys(chosen.split(",")))) if chosen else rows), total
