"""The whole road on the cluster's stand-in: the panel of the embedded database, cell for cell."""

import shutil

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.unit.pipeline.test_parts import (
    COME,
    COPIED,
    FIRST,
    HELD,
    LISTED,
    PATENTS,
    RANKED,
    SETTINGS,
    TABLES,
)

from reli.config import load_project
from reli.engine import Budget, StepRunner, open_engine
from reli.engine.progress import Quiet
from reli.pipeline.evidence import evidence_step
from reli.pipeline.register import register_steps
from reli.pipeline.workspace import Workspace

pytest.importorskip("pyspark")
if not shutil.which("java"):
    pytest.skip("needs Java 17", allow_module_level=True)

MANY = "".join(
    f"第{n}号光电有限公司,,杭州市余杭区某路{n}号,3976,光电子器件制造,2015-01-01\n"
    for n in range(12_000)
)
FILES = {
    "firms": FIRST + MANY, "firms2": COME, "listed": LISTED, "patents": PATENTS, "copied": COPIED,
    "held": HELD, "ranked": RANKED,
}  # fmt: skip
SMALL = "256k"
"""What the driver may be sent in answer to one question; the register's rows are far more."""


def build(folder, engine):
    (folder / "sources").mkdir(parents=True)
    for name, text in FILES.items():
        (folder / "sources" / f"{name}.csv").write_text(text, "utf-8")
    head, mark, register = SETTINGS.partition("[[sources]]")
    sources = "".join(
        f'[[sources]]\ntable = "{table}"\npath = "{stem}.csv"\n' for stem, table in TABLES.items()
    )
    settings = f'{head}engine = "{engine}"\nspark_master = "local[2]"\nmemory = "600MB"\n'
    register = register.replace("*.csv", "firms*.csv")
    (folder / "reli.toml").write_text(settings + mark + register + sources, "utf-8")
    workspace = Workspace(load_project(folder))
    steps = [*register_steps(workspace, Quiet()), evidence_step(workspace)]
    StepRunner(folder, workspace.manifest).run(steps)
    return workspace


@pytest.fixture
def small_driver(tmp_path):
    engine = open_engine("spark", tmp_path / "spill", Budget(threads=2), master="local[2]")
    context = engine._session.sparkContext
    context._jsc.sc().conf().set("spark.driver.maxResultSize", SMALL)
    # Up to 10 MB, the smaller side of a join goes through the driver: here a register would.
    engine._session.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
    yield engine
    engine.stop()


def test_the_panel_is_that_of_the_embedded_database_and_no_register_comes_to_the_driver(
    tmp_path, small_driver
):
    here, there = build(tmp_path / "here", "duckdb"), build(tmp_path / "there", "spark")
    # The register is located and classified by the workers, which write folders of parts.
    assert there.stage("classified/enterprises/firms.csv").is_dir()
    tables = ("indicator", "city", "province", "region", "beside", "standing")
    # What ranges are drawn from: works of several owners, too, by class of evidence.
    for table in (*tables, "evidence", "cohorts"):
        stage = f"indicator/{table}"
        assert_frame_equal(
            pl.read_parquet(here.stage(stage)),
            pl.read_parquet(there.stage(stage)),
            check_exact=True,
        )
    # The same limit refuses the register itself.
    with pytest.raises(Exception, match="maxResultSize"):
        small_driver.fetch(small_driver.table(there.stage("linked/enterprises")))
    stock = pl.read_parquet(there.stage("indicator/indicator")).filter(
        indicator="sei_enterprises", industry="综合"
    )
    assert stock["value"].sum() > 0
    coded = pl.read_parquet(there.stage("indicator/beside")).filter(
        indicator="invention_patents_by_ipc", industry="综合"
    )
    assert coded["value"].sum() > 0
