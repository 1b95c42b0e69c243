"""Industries of recognised enterprises whose own class gives none, by hand."""

from datetime import date

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reli.config import Project, SourceSetting
from reli.pipeline.inferring import infer_batch, inferred_by_part
from reli.pipeline.workspace import Workspace

FIRMS = """
    enterprise_id | industry
    P1            |
    P2            |
    P3            |
    P4            |
    P5            |
    S1            | 新一代信息技术
    S2            | 生物医药
    S3            | 新能源
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
        P3            | 服装               | 其他
    """)
    listings = table("""
        enterprise_id | exchange_class
        P1            | 风力发电机组
        P4            | 光伏设备
    """)
    holdings = pl.DataFrame(
        {
            "parent_id": ["P3", "P3", "P3", "P5", "P4"],
            "child_id": ["S1", "S2", "S3", "S1", "S1"],
            "share": [80.0, 60.0, 90.0, 100.0, 30.0],
            "is_consolidated": [None, None, None, None, True],
            # S3 was sold before the year ended; P5 is on no list.
            "valid_to": [None, None, date(2023, 6, 30), None, None],
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
    stages = ("classified/enterprises", *(f"linked/{name}" for name in names[1:]))
    for stage, rows in zip(stages, (firms, recognitions, listings, holdings), strict=True):
        path = project.stage(stage)
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows.to_arrow(), path)
    return project


def test_the_first_that_gives_an_industry_decides(workspace):
    classified = workspace.stage("classified/enterprises")
    (inferred,) = inferred_by_part(workspace, [classified])
    (batch,) = pq.read_table(classified).to_batches()
    said = {
        row["enterprise_id"]: (row["industries"], row["rules"])
        for row in infer_batch(inferred, batch).to_pylist()
    }
    assert said == {
        "P1": (["高端装备制造"], "inferred_product"),
        "P2": (["新能源汽车"], "inferred_field"),
        "P3": (
            ["生物医药", "新一代信息技术"],
            "inferred_subsidiaries|inferred_subsidiaries",
        ),
        "P4": (["新能源"], "inferred_exchange"),
        # On no list: nothing is inferred.
        "P5": ([], ""),
        "S1": (["新一代信息技术"], ""),
        "S2": (["生物医药"], ""),
        "S3": (["新能源"], ""),
    }


def test_only_what_has_no_industry_of_its_own_takes_them():
    batch = pa.record_batch(
        {
            "enterprise_id": ["P1", "S1", "X"],
            "industries": pa.array([[], ["新材料"], []], pa.list_(pa.string())),
            "rules": ["", "unstarred_class", ""],
            "evidence": ["", "证据", ""],
        }
    )
    inferred = pl.DataFrame(
        {
            "enterprise_id": ["P1", "S1"],
            "industries": [["新能源"], ["新能源"]],
            "rules": ["inferred_product"] * 2,
            "evidence": ["光伏组件"] * 2,
        }
    )
    found = infer_batch(inferred, batch).to_pydict()
    assert found["industries"] == [["新能源"], ["新材料"], []]
    assert found["rules"] == ["inferred_product", "unstarred_class", ""]
    assert found["evidence"] == ["光伏组件", "证据", ""]


def test_rows_without_an_industry_take_the_inferred_ones_and_nothing_else_changes():
    lists = pa.list_(pa.string())
    batch = pa.record_batch(
        {
            "enterprise_id": ["a", "b", "c"],
            "name": ["甲", "乙", "丙"],
            "industries": pa.array([["新能源"], [], None], lists),
            "rules": ["starred", "", ""],
            "evidence": ["光伏", "", ""],
        }
    )
    inferred = pl.DataFrame(
        {
            "enterprise_id": ["b", "a"],
            "industries": [["新材料", "数字创意"], ["新材料"]],
            "rules": ["inferred_product|inferred_product", "inferred_field"],
            "evidence": ["膜|动漫", "新材料"],
        }
    )
    found = infer_batch(inferred, batch)
    assert found.schema == batch.schema
    assert found["industries"].to_pylist() == [["新能源"], ["新材料", "数字创意"], None]
    assert found["rules"].to_pylist() == ["starred", "inferred_product|inferred_product", ""]
    assert found["evidence"].to_pylist() == ["光伏", "膜|动漫", ""]
    assert found.select(["enterprise_id", "name"]).equals(batch.select(["enterprise_id", "name"]))
    assert infer_batch(inferred.filter(pl.col("enterprise_id") == "a"), batch).equals(batch)
