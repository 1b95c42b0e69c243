"""Stage tables that the data package publishes unchanged, where a project makes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from reli.pipeline.workspace import Workspace
from reli.report.datapackage import Member

__all__ = ["EXTRAS", "extra_members"]


@dataclass(frozen=True, kw_only=True)
class Extra:
    """A table at a stage, and what the package says of it."""

    name: str
    stage: str
    title: str
    description: str
    key: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)
    has_years: bool = False
    """Left out where the project counts only one year."""


EXTRAS = (
    Extra(
        name="beside",
        stage="indicator/beside",
        title="旁列数值",
        description="What is counted beside the indicators and never scored: yearly registrations, "
        "active enterprises, measures of patents, leading firms by kind; regions too",
        key=("division_level", "division_code", "industry", "year", "indicator"),
        renamed={"level": "division_level"},
    ),
    Extra(
        name="second_level",
        stage="indicator/second_level",
        title="二级分类企业数",
        description="Enterprises of each of the 40 second-level classes; a class that a unit lacks "
        "has no row",
        key=("division_level", "division_code", "year", "class_code"),
        renamed={"level": "division_level"},
    ),
    Extra(
        name="ranges",
        stage="score/ranges",
        title="位次区间",
        description="Rank ranges by what is varied",
        key=("industry", "division_code", "width"),
    ),
    Extra(
        name="margins",
        stage="score/margins",
        title="再多一家的价值",
        description="What one more of an indicator alone would add to the index and move up",
        key=("industry", "division_code", "indicator"),
    ),
    Extra(
        name="profile",
        stage="insight/profile",
        title="指标剖面",
        description="What each indicator of a unit adds to its index, and against whom it leads",
        key=("industry", "division_code", "indicator"),
        renamed={
            "raw": "value",
            "value": "scaled",
            "weight": "effective_weight",
            "all_raw": "all_median",
            "province_raw": "province_median",
            "peers_raw": "peers_median",
        },
    ),
    Extra(
        name="gaps",
        stage="insight/gaps",
        title="上一位次所需",
        description="What the next better rank would take of each indicator alone",
        key=("industry", "division_code", "indicator"),
    ),
    Extra(
        name="city_ranges",
        stage="score/city_ranges",
        title="城市位次区间",
        description="Rank ranges of whole cities among the cities, by what is varied",
        key=("industry", "division_code", "width"),
    ),
    Extra(
        name="province_ranges",
        stage="score/province_ranges",
        title="省份位次区间",
        description="Rank ranges of whole provinces among the provinces, by what is varied",
        key=("industry", "division_code", "width"),
    ),
    Extra(
        name="peers",
        stage="insight/peers",
        title="同类区县",
        description="Units like a unit, the most similar first",
        key=("division_code", "place"),
    ),
    Extra(
        name="fit",
        stage="insight/fit",
        title="产业适配",
        description="How each industry goes with what a county, city or province specialises in",
        key=("division_level", "division_code", "industry"),
        renamed={"level": "division_level"},
    ),
    Extra(
        name="clusters",
        stage="insight/clusters",
        title="热点聚集",
        description="Local spatial association of the index",
        key=("industry", "division_code"),
        renamed={"kind": "cluster"},
    ),
    Extra(
        name="concentration",
        stage="insight/concentration",
        title="产业集中度",
        description="How concentrated the industries of a county, city or province are",
        key=("division_level", "division_code"),
        renamed={"level": "division_level"},
    ),
    Extra(
        name="quality",
        stage="insight/quality",
        title="数据质量",
        description="What the figures of a unit rest on: how its enterprises were placed, and what "
        "may be missing",
        key=("division_code",),
    ),
    *(
        extra
        for level, title in (("city", "城市"), ("province", "省份"))
        for extra in (
            Extra(
                name=f"{level}_ranks",
                stage=f"score/{level}_standings",
                title=f"{title}榜单",
                description=f"Index and rank of every {level}, scored as a whole from its own "
                "enterprises",
                key=("industry", "division_code"),
            ),
            Extra(
                name=f"{level}_scores",
                stage=f"score/{level}",
                title=f"{title}得分",
                description=f"Score of every node of the framework for every scored {level}",
                key=("division_code", "industry", "year", "node"),
                renamed={"value": "score"},
            ),
            Extra(
                name=f"{level}_indicators",
                stage=f"indicator/{level}",
                title=f"{title}指标数值",
                description=f"Value and state of each indicator of every {level}",
                key=("division_code", "industry", "year", "indicator"),
            ),
        )
    ),
    Extra(
        name="years",
        stage="score/years",
        title="历年得分",
        description="Scores of all years by common bounds, so that years compare",
        key=("division_code", "industry", "year", "node"),
        renamed={"value": "score"},
        has_years=True,
    ),
)


def extra_members(workspace: Workspace, made: set[Path]) -> list[Member]:
    """The members for those of EXTRAS that the project makes; `unit` is called division_code."""
    found = []
    for extra in EXTRAS:
        path = workspace.stage(extra.stage)
        if path not in made:
            continue
        rows = pl.DataFrame(pq.read_table(path))
        if extra.has_years and rows["year"].n_unique() < 2:
            continue
        names = {"unit": "division_code", **extra.renamed}
        rows = rows.rename({old: new for old, new in names.items() if old in rows.columns})
        if "state" in rows.columns:
            # A unit without rows in an industry has no enterprise of it.
            rows = rows.filter(pl.col("state") != "inactive")
        found.append(
            Member(
                name=extra.name,
                title=extra.title,
                description=extra.description,
                table=rows.to_arrow(),
                key=extra.key,
            )
        )
    return found
