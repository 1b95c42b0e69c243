"""The invented country as a folder: deterministic, valid where meant to be, accounted for."""

import hashlib
import tomllib
from pathlib import Path

import polars as pl
import pytest

from reli.errors import InvalidSetting
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table
from reli.synthetic import synthesise

ENTERPRISES, SEED = 5_000, 7


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    folder = tmp_path_factory.mktemp("country")
    synthesise(folder, enterprises=ENTERPRISES, seed=SEED)
    return folder


@pytest.fixture(scope="module")
def truth(country):
    return pl.read_parquet(country / "truth" / "enterprises.parquet")


@pytest.fixture(scope="module")
def cleaned(country, tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    out, rejected = folder / "enterprises.parquet", folder / "enterprises.csv"
    source = SourceFile(country / "sources" / "register.csv")
    counts = clean_table("enterprises", [source], out, rejected)
    return counts, pl.read_parquet(out), pl.read_csv(rejected)


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_same_bytes_another_seed_others(country, tmp_path):
    synthesise(tmp_path / "again", enterprises=ENTERPRISES, seed=SEED)
    synthesise(tmp_path / "other", enterprises=ENTERPRISES, seed=SEED + 1)
    first, again, other = hashes(country), hashes(tmp_path / "again"), hashes(tmp_path / "other")
    assert first == again
    assert set(first) == set(other)
    assert not set(first.values()) & set(other.values())


def test_an_existing_project_is_left_alone(country):
    before = hashes(country)
    with pytest.raises(InvalidSetting, match="overwrites nothing"):
        synthesise(country, enterprises=200, seed=1)
    assert hashes(country) == before


def test_an_interrupted_run_leaves_no_settings_and_can_be_repeated(tmp_path, monkeypatch):
    from reli.synthetic import project

    def interrupted(*_):
        raise KeyboardInterrupt

    synthesise(tmp_path / "whole", enterprises=300, seed=2)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(project, "_write_lists", interrupted)
        synthesise(tmp_path / "again", enterprises=300, seed=2)
    assert not (tmp_path / "again" / "reli.toml").exists()
    synthesise(tmp_path / "again", enterprises=300, seed=2)
    assert hashes(tmp_path / "again") == hashes(tmp_path / "whole")


@pytest.mark.parametrize(("enterprises", "seed"), [(10, 1), (200, -1)])
def test_numbers_out_of_range_are_refused(tmp_path, enterprises, seed):
    with pytest.raises(InvalidSetting, match="expected 100"):
        synthesise(tmp_path, enterprises=enterprises, seed=seed)


def test_settings_say_that_it_is_invented(country):
    settings = tomllib.loads((country / "reli.toml").read_text(encoding="utf-8"))
    assert settings["is_synthetic"]
    assert "合成演示数据" in settings["title"]
    assert settings["source_note"] == "合成演示数据"
    named = {source["path"] for source in settings["sources"]}
    assert named == {path.name for path in (country / "sources").iterdir()}


def test_every_line_is_accounted_for(country, truth, cleaned):
    counts, rows, _ = cleaned
    lines = (country / "sources" / "register.csv").read_bytes().count(b"\n") - 1
    assert counts.read == lines
    assert counts.read == counts.written + counts.rejected
    assert counts.written == rows.height == ENTERPRISES
    assert truth.height == ENTERPRISES + truth["is_repeated"].sum()


def test_rejected_are_the_short_lines_and_the_repeated(country, truth, cleaned):
    rejected = cleaned[2]
    is_repeat = rejected["原因"].str.starts_with("重复")
    short = pl.read_parquet(country / "truth" / "short_lines.parquet")["source_line"]
    assert rejected.filter(~is_repeat)["行"].sort().to_list() == short.to_list()
    twice = truth.filter(pl.col("is_repeated"))["enterprise"]
    lines = truth.filter(pl.col("enterprise").is_in(twice.implode()))
    assert rejected.filter(is_repeat).height == twice.len() > 0
    assert set(rejected.filter(is_repeat)["行"]) < set(lines["source_line"])


def test_clean_values_are_the_planted_ones(truth, cleaned):
    rows = cleaned[1].join(truth, on="source_line", suffix="_true")
    assert rows.height == ENTERPRISES
    fine = rows.filter(~pl.col("defects").str.contains("code"))
    assert fine.filter(pl.col("credit_code") != pl.col("credit_code_true")).is_empty()
    assert fine["credit_code"].null_count() == 0
    bad = rows.filter(pl.col("defects").str.contains("code"))
    assert bad.filter(pl.col("credit_code") == pl.col("credit_code_true")).is_empty()
    bad_date = pl.col("defects").str.contains("bad_date")
    assert rows.filter(bad_date)["founded_date"].null_count() == rows.filter(bad_date).height > 0
    dated = rows.filter(~bad_date)
    assert dated["founded_date"].equals(dated["founded_date_true"])
    assert rows["ended_date"].equals(rows["ended_date_true"])
    assert rows["registered_capital_cny"].equals(rows["registered_capital_cny_true"])


def test_every_status_is_known(cleaned):
    rows = cleaned[1]
    assert rows["status"].null_count() == 0
    ended = rows.filter(pl.col("ended_date").is_not_null())
    assert set(ended["status"]) == {"deregistered", "revoked", "withdrawn"}
    assert 0.28 < ended.height / rows.height < 0.40


def test_names_and_codes_are_unique(truth):
    once = truth.filter(~pl.col("is_repeated"))
    assert once["credit_code"].n_unique() == ENTERPRISES
    assert once["name"].n_unique() > 0.999 * ENTERPRISES


def test_lists_are_read_and_linked_to_enterprises_that_exist(country, truth):
    links = pl.read_parquet(country / "truth" / "links.parquet")
    for (file,), rows in links.group_by("file"):
        lines = pl.read_csv(country / "sources" / str(file))
        assert lines.height == rows.height > 0
        shown = lines.with_row_index("source_line", offset=2).with_columns(
            pl.col("source_line").cast(pl.Int64)
        )
        joined = shown.join(rows, on="source_line")
        coded = joined.filter(pl.col("统一社会信用代码").is_not_null())
        assert coded["统一社会信用代码"].equals(coded["credit_code"])
    linked = links.drop_nulls("enterprise")
    assert set(linked["enterprise"]) <= set(truth["enterprise"])
    strangers = links.filter(pl.col("enterprise").is_null())
    assert set(strangers["name_form"]) <= {"stranger"}


def test_brands_on_the_stoplist_are_not_used():
    from reli.synthetic.brands import brands
    from reli.synthetic.words import words

    texts = brands().texts
    assert not texts.is_in(list(words().stoplist)).any()
    assert texts.n_unique() == len(texts)
