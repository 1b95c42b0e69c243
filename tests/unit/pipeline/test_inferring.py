"""Industries of recognised enterprises whose own class gives none, by hand."""

from dataclasses import replace
from datetime import date

import polars as pl
import pyarrow.parquet as pq
import pytest

from reli.config import Project, SourceSetting
from reli.pipeline.inferring import inferred_of_none
from reli.pipeline.workspace import Workspace

FIRMS = """
    enterprise_id | industry
    P1            |
    P2            |
    P3            |
    P4            |
    P5            |
    P6            |
    M1            |
    S1            | 新一代信息技术
    S2            | 生物医药
    S3            | 新能源
    S4            | 数字创意
"""


def table(text):
    lines = [
        [cell.strip() for cell in line.split("|")] for line in text.strip().splitlines() if line
    ]
    header, *rows = lines
    return pl.DataFrame(
        {name: [row[at] or None for row in rows] for at, name in enumerate(header)},
        schema=dict.fromkeys(header, pl.String),
    )


@pytest.fixture
def workspace(tmp_path):
    recognitions = table("""
        enterprise_id | product            | tech_field
        P1            | 工业机器人减速器   | 光伏组件
        P2            |                    | 动力电池
        P3            | 服装               | 电子信息
    """)
    listings = table("""
        enterprise_id | exchange_class
        P1            | 风力发电机组
        P4            | 光伏设备
        P6            |
    """)
    holdings = pl.DataFrame(
        {
            # P6 holds S3 through M1, which makes nothing; M1 and P6 hold each other.
            # The field of P3 is wider than an industry.
            "parent_id": ["P3", "P3", "P3", "P5", "P4", "P3", "P6", "M1", "M1"],
            "child_id": ["S1", "S2", "S3", "S1", "S1", "S4", "M1", "S3", "P6"],
            "share": [80.0, 60.0, 90.0, 100.0, 30.0, 100.0, 60.0, 60.0, 60.0],
            "is_consolidated": [None, None, None, None, True, None, None, None, None],
            # S3 was sold before the year ended, S4 was bought after it; P5 is on no list.
            "valid_to": [None, None, date(2023, 6, 30), *[None] * 6],
            "valid_from": [
                None,
                date(2023, 12, 31),
                None,
                None,
                None,
                date(2024, 1, 1),
                *[None] * 3,
            ],
        }
    )
    names = ("enterprises", "recognitions", "listings", "holdings")
    sources = tuple(SourceSetting(table=name, path=f"{name}.csv") for name in names)
    project = Workspace(Project(folder=tmp_path, name="p", reference_year=2023, sources=sources))
    firms = table(FIRMS).select(
        "enterprise_id",
        name=pl.col("enterprise_id") + "公司",
        industries=pl.concat_list("industry").list.drop_nulls(),
        rules=pl.lit(""),
        evidence=pl.lit(""),
    )
    stages = ("classified/parties", *(f"linked/{name}" for name in names[1:]))
    for stage, rows in zip(stages, (firms, recognitions, listings, holdings), strict=True):
        path = project.stage(stage)
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows.to_arrow(), path)
    return project


def test_the_first_that_gives_an_industry_decides(workspace):
    inferred = inferred_of_none(workspace).to_dicts()
    said = {row["enterprise_id"]: (row["industries"], row["rules"]) for row in inferred}
    # P5 is on no list; S1 to S3 have industries of their own.
    assert said == {
        "P1": (["高端装备制造"], "inferred_product"),
        "P2": (["新能源汽车"], "inferred_field"),
        "P3": (
            ["生物医药", "新一代信息技术"],
            "inferred_subsidiaries|inferred_subsidiaries",
        ),
        "P4": (["新能源"], "inferred_exchange"),
        "P6": (["新能源"], "inferred_subsidiaries"),
    }


def test_holdings_without_any_list_tell_of_nobody(workspace):
    project = workspace.project
    few = tuple(each for each in project.sources if each.table in ("enterprises", "holdings"))
    alone = Workspace(replace(project, sources=few))
    assert inferred_of_none(alone).is_empty()
