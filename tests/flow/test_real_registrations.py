"""Real registrations with their real defects, from file to report: nothing is lost."""

import polars as pl
import pytest

from reli.pipeline import project_status
from reli.pipeline.counts import road_counts
from reli.pipeline.explain import explain, explain_count
from reli.pipeline.run import load_project
from reli.pipeline.workspace import Workspace
from reli.sources.files import open_table

ROWS = 21_239


@pytest.fixture(scope="module")
def counts(real):
    return road_counts(Workspace(load_project(real)))


def test_every_row_is_placed_unplaced_or_rejected_by_name(real, counts, shared_dir):
    assert counts["read"] == ROWS
    settled = counts["placed"] + counts["placed_by_city"] + counts["unplaced"]
    assert settled + counts["rejected"] == ROWS
    source = open_table(shared_dir / "reference" / "register_sample.csv.gz")
    names = [name for rows in source.rows() for name in rows.batch["企业名称"].to_pylist()]
    lines = {line: name for line, name in enumerate(names, 2)}
    assert len(lines) + len(source.rejected) == ROWS


def test_most_are_placed_by_their_address(real):
    firms = pl.read_parquet(real / "build/classified/enterprises.parquet")
    by_address = firms.filter(
        pl.col("division_code").is_not_null() & (pl.col("place_confidence") != "inferred")
    )
    assert by_address.height / ROWS >= 0.82
    assert counts_unplaced(firms) / ROWS <= 0.12


def counts_unplaced(firms):
    return firms.filter(pl.col("division_code").is_null()).height


def test_what_is_not_placed_says_why(real):
    firms = pl.read_parquet(real / "build/classified/enterprises.parquet")
    reasons = set(firms.filter(pl.col("division_code").is_null())["place_method"].unique())
    assert reasons <= {"split", "several", "no county", "zone", ""}


def test_only_what_has_a_source_is_observed(real):
    panel = pl.read_parquet(real / "build/indicator/indicator.parquet")
    observed = panel.filter(pl.col("state") == "observed")["indicator"].unique().sort().to_list()
    assert observed == ["new_registrations", "sei_enterprises", "sei_share"]
    rest = panel.filter(~pl.col("indicator").is_in(observed))
    assert rest["value"].null_count() == rest.height


def test_explained_firms_add_up_to_every_published_count(real):
    panel = pl.read_parquet(real / "build/indicator/indicator.parquet")
    cells = panel.filter(
        (pl.col("value") >= 2) & pl.col("indicator").is_in(["sei_enterprises", "new_registrations"])
    ).sample(5, seed=1)
    assert cells.height == 5
    columns = ["unit", "industry", "indicator", "value"]
    for unit, industry, indicator, value in cells.select(columns).iter_rows():
        firms = explain_count(real, unit, industry, indicator)
        assert firms["quantity"].sum() == value


def test_contributions_add_up_to_the_published_index(real):
    standings = pl.read_parquet(real / "build/score/standings.parquet")
    for row in standings.filter(pl.col("status") == "ranked").sample(3, seed=1).to_dicts():
        tree = explain(real, row["division_code"], row["industry"])
        leaves = [each.contribution or 0 for each in tree.rows if each.raw is not None]
        assert sum(leaves) == pytest.approx(row["index"], rel=1e-12)


def test_a_second_run_has_nothing_to_do(real):
    assert all(row.is_current for row in project_status(real))
