"""The invented country as a folder: deterministic, valid where meant to be, accounted for."""

import hashlib
import tomllib
from pathlib import Path

import numpy as np
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
    alike = [name for name in first if first[name] == other[name]]
    # Only a list on which nobody stands is the same.
    assert all(len((country / name).read_text("utf-8").splitlines()) == 1 for name in alike)


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
        patched.setattr(project, "coverage", interrupted)
        synthesise(tmp_path / "again", enterprises=300, seed=2)
    assert not (tmp_path / "again" / "reli.toml").exists()
    synthesise(tmp_path / "again", enterprises=300, seed=2)
    assert hashes(tmp_path / "again") == hashes(tmp_path / "whole")


@pytest.mark.parametrize(("enterprises", "seed"), [(9, 1), (200, -1)])
def test_numbers_out_of_range_are_refused(tmp_path, enterprises, seed):
    with pytest.raises(InvalidSetting, match="expected 10 to"):
        synthesise(tmp_path, enterprises=enterprises, seed=seed)


def test_ten_enterprises_are_a_country_too(tmp_path):
    synthesise(tmp_path, enterprises=10, seed=3)
    truth = pl.read_parquet(tmp_path / "truth" / "enterprises.parquet")
    assert truth["enterprise"].n_unique() == 10


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
    defects = pl.read_parquet(country / "truth" / "defects.parquet")
    torn = defects.filter(file="register.csv", defect="torn")["source_line"]
    assert rejected.filter(~is_repeat)["行"].sort().to_list() == torn.to_list()
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
        wrong = pl.read_parquet(country / "truth" / "defects.parquet").filter(file=file)
        assert lines.height == rows.height + wrong.height
        assert rows.height > 0
        shown = lines.with_row_index("source_line", offset=2).with_columns(
            pl.col("source_line").cast(pl.Int64)
        )
        joined = shown.join(rows, on="source_line")
        coded = joined.filter(pl.col("统一社会信用代码").is_not_null())
        assert coded["统一社会信用代码"].equals(coded["credit_code"])
    linked = links.drop_nulls("enterprise")
    assert set(linked["enterprise"]) <= set(truth["enterprise"])
    strangers = links.filter(pl.col("enterprise").is_null())
    assert set(strangers["name_form"]) == {"stranger", "outsider"}


def test_brands_on_the_stoplist_are_not_used():
    from reli.synthetic.brands import brands
    from reli.synthetic.words import words

    texts = brands().texts
    assert not texts.is_in(list(words().stoplist)).any()
    assert texts.n_unique() == len(texts)


def truth_of(country, indicator, year, industry="综合"):
    rows = pl.read_parquet(country / "truth" / "indicators.parquet")
    same = (pl.col("indicator") == indicator) & (pl.col("year") == year)
    chosen = rows.filter(same & (pl.col("industry") == industry)).drop_nulls("value")
    return dict(chosen.filter(pl.col("value") != 0).select("unit", "value").iter_rows())


def test_all_indicators_have_a_truth_in_every_year(country):
    from reli.frameworks import framework_text
    from reli.index import parse_framework

    rows = pl.read_parquet(country / "truth" / "indicators.parquet")
    declared = parse_framework(framework_text("heat-2024"), "heat-2024").indicators
    found = rows.select("indicator", "year").unique()
    assert set(found.rows()) == {(code, year) for code in declared for year in range(2019, 2024)}


def test_truth_of_stocks_and_flows_recounted_from_the_rows(country, truth):
    once = truth.filter(~pl.col("is_repeated"), pl.col("is_counted"))
    emerging = once.filter(pl.col("industries") != "")
    for year in (2019, 2023):
        end = pl.date(year, 12, 31)
        stands = (pl.col("founded_date") <= end) & (
            pl.col("ended_date").is_null() | (pl.col("ended_date") > end)
        )
        counted = emerging.filter(stands).group_by("division_code").len()
        assert truth_of(country, "sei_enterprises", year) == dict(counted.iter_rows())
        new = emerging.filter(pl.col("founded_date").is_between(pl.date(year - 2, 1, 1), end))
        counted = new.group_by("division_code").len()
        assert truth_of(country, "new_registrations", year) == dict(counted.iter_rows())


def test_truth_of_patents_recounted_work_by_work(country, truth):
    """The slow way: a set of units and industries for each work."""
    firms = {row["enterprise"]: row for row in truth.iter_rows(named=True)}
    links = pl.read_parquet(country / "truth" / "patents.parquet")
    rows = pl.read_csv(country / "sources" / "patents.csv", infer_schema=False)
    lines = pl.Series("source_line", range(2, rows.height + 2), dtype=pl.Int64)
    counted = {}
    for row in links.join(rows.with_columns(lines), on="source_line").iter_rows(named=True):
        ended = row["失效日"]
        in_force = row["授权公告日"] <= "2021-12-31" and (ended is None or ended > "2021-12-31")
        if row["专利类型"] == "发明授权" and in_force:
            owners = [firms[at] for at in (row["enterprise"], row["second"]) if at >= 0]
            makers = [each for each in owners if "新材料" in each["industries"].split("|")]
            for unit in {each["division_code"] for each in makers}:
                counted[unit] = counted.get(unit, 0) + 1
    assert truth_of(country, "invention_patents", 2021, "新材料") == counted
    assert sum(counted.values()) > 20


def test_works_have_several_owners_and_owners_outside_the_register(country):
    links = pl.read_parquet(country / "truth" / "patents.parquet")
    rows = pl.read_csv(country / "sources" / "patents.csv", infer_schema=False)
    several = rows["专利权人"].str.contains("[;；|]")
    assert several.sum() == ((links["second"] >= 0) | (
        links["outsider"].is_not_null() & (links["enterprise"] >= 0)
    )).sum() > 0  # fmt: skip
    alone = links.filter(pl.col("enterprise") < 0)
    assert alone["outsider"].null_count() == 0 < alone.height


def test_lists_have_batches_reviews_and_revocations(country, tmp_path):
    synthesise(tmp_path / "larger", enterprises=20_000, seed=SEED)
    rows = pl.read_csv(tmp_path / "larger" / "sources" / "high_tech.csv", infer_schema=False)
    assert set(rows["批次"].str.slice(0, 4)) == {str(year) for year in range(2017, 2024)}
    assert rows["批次"].str.contains("复审").sum() > 20
    revoked = rows.drop_nulls("撤销日期")
    assert 0 < revoked.height < 0.05 * rows.height
    assert (revoked["撤销日期"] > revoked["公告日期"]).all()


def test_parts_do_not_share_names_or_codes(monkeypatch):
    """A country of several parts is as distinct as one of a single part."""
    from reli.synthetic import population
    from reli.synthetic.codes import CreditCodes
    from reli.synthetic.names import Names

    monkeypatch.setattr(population, "PART", 2_000)
    names, codes = [], []
    for country in population.parts_of(10_000, 5):
        rows = np.arange(country.size)
        names += Names(country).current(rows).to_list()
        codes += CreditCodes(country).of(rows).to_list()
    assert len(set(codes)) == 10_000
    assert len(set(names)) > 9_990
