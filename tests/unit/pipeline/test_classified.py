"""The classified register with the inferred industries beside it, as it is read."""

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reli.config import Project, SourceSetting
from reli.engine import DuckDBEngine
from reli.pipeline.classified import classified_files, classified_rows, classified_table
from reli.pipeline.inferring import inferred_file
from reli.pipeline.workspace import Workspace

LISTS = pa.list_(pa.string())
FIRMS = pa.table(
    {
        "enterprise_id": ["a", "b", "c", "d"],
        "name": ["甲", "乙", "丙", "丁"],
        "industries": pa.array([["新能源"], [], None, []], LISTS),
        "rules": ["starred", "", "", ""],
        "evidence": ["光伏", "", "", ""],
    }
)
INFERRED = pl.DataFrame(
    {
        "enterprise_id": ["b", "c", "a"],
        "industries": [["新材料", "数字创意"], ["新能源"], ["新材料"]],
        "rules": ["inferred_product|inferred_product", "inferred_field", "inferred_field"],
        "evidence": ["膜|动漫", "光伏组件", "新材料"],
    }
)


def project(folder, *tables):
    named = [SourceSetting(table=name, path=f"{name}.csv") for name in tables]
    register = SourceSetting(table="enterprises", path="register.csv")
    return Workspace(
        Project(folder=folder, name="p", reference_year=2023, sources=(register, *named))
    )


@pytest.fixture
def workspace(tmp_path):
    """A register with what was inferred for some of its enterprises."""
    made = project(tmp_path, "recognitions")
    register, inferred = classified_files(made)
    register.parent.mkdir(parents=True)
    pq.write_table(FIRMS, register)
    pq.write_table(INFERRED.to_arrow(), inferred)
    return made


def by_database(workspace):
    engine = DuckDBEngine(workspace.scratch)
    firms = classified_table(
        engine, workspace.stage("classified/enterprises"), inferred_file(workspace)
    )
    found = engine.fetch(firms.order_by("enterprise_id"))
    engine.close()
    return found


def by_scan(workspace):
    return classified_rows(workspace).collect().to_arrow()


@pytest.mark.parametrize("read", [by_database, by_scan])
def test_who_has_no_industry_takes_the_inferred_ones_and_nothing_else_changes(workspace, read):
    found = read(workspace)
    assert found.column_names == FIRMS.column_names
    assert found.to_pydict() == {
        "enterprise_id": ["a", "b", "c", "d"],
        "name": ["甲", "乙", "丙", "丁"],
        "industries": [["新能源"], ["新材料", "数字创意"], ["新能源"], []],
        "rules": ["starred", "inferred_product|inferred_product", "inferred_field", ""],
        "evidence": ["光伏", "膜|动漫", "光伏组件", ""],
    }


@pytest.mark.parametrize("read", [by_database, by_scan])
def test_without_lists_there_is_nothing_beside(tmp_path, read):
    plain = project(tmp_path)
    (register,) = classified_files(plain)
    register.parent.mkdir(parents=True)
    pq.write_table(FIRMS, register)
    assert read(plain).to_pydict() == FIRMS.to_pydict()
