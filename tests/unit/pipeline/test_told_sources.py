"""What an edition says of its sources."""

from types import SimpleNamespace

import polars as pl

from reli.pipeline.told_sources import told_sources


def test_a_table_of_coverage_is_none_of_the_lists_that_it_tells_of(tmp_path):
    rows = {"list": ["gazelle", "gazelle", "srdi"], "year": [2022, 2023, 2023]}
    pl.DataFrame({**rows, "source_file": ["coverage.csv"] * 3}).write_parquet(tmp_path / "coverage")
    workspace = SimpleNamespace(
        folder=tmp_path,
        project=SimpleNamespace(sources=[SimpleNamespace(table="coverage")]),
        kept=tmp_path.joinpath,
        stage=tmp_path.joinpath,
    )
    (source,) = told_sources(workspace)
    assert (source.name, source.rows) == ("名单覆盖范围", 3)
    assert (source.tables, source.origin, source.until) == (("coverage",), "coverage.csv", "2023年")
