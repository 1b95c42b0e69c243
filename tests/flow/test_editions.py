"""Editions: frozen, signed, embargoed, released; what moved between two, and why."""

import json
import re
import shutil
import tomllib
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from reli.cli.app import app
from reli.errors import InvalidSetting, UnknownName
from reli.pipeline import run_project
from reli.pipeline.editions import compare, freeze, release
from reli.pipeline.moves import released_editions

ROOT = Path(__file__).parents[2]
FORMS = ("workbook", "datapackage", "site", "figures", "word", "slides")
SIGNED = {"signed_by": "某某研究院", "signed_on": "2024-06-01"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Two indices of the published example, run."""
    folder = tmp_path_factory.mktemp("editions") / "project"
    shutil.copytree(ROOT / "examples" / "published-2024", folder)
    settings = (folder / "reli.toml").read_text(encoding="utf-8").split("[[sources]]")[0]
    forms = "".join(f"{name} = false\n" for name in FORMS)
    source = '[[sources]]\ntable = "score"\npath = "score.csv"\n'
    (folder / "reli.toml").write_text(
        f"{settings}{source}[publications]\n{forms}", encoding="utf-8"
    )
    scores = folder / "sources" / "score.csv"
    lines = scores.read_text(encoding="utf-8").splitlines(keepends=True)
    scores.write_text("".join(lines[:201]), encoding="utf-8")
    run_project(folder)
    return folder


def pages_of(path):
    return [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(path).pages]


def test_the_site_names_the_editions_that_are_released(tmp_path):
    for name, is_released, signed in (
        ("a", True, "2023-06-01"),
        ("b", False, "2024-06-01"),
        ("c", True, "2024-07-01"),
    ):
        place = tmp_path / "editions" / name
        (place / "tables").mkdir(parents=True)
        (place / "tables" / "publication.json").write_text('{"reference_year": 2022}')
        (place / "edition.toml").write_text(
            f'name = "{name}"\nhash = "h"\nsigned_by = "x"\nsigned_on = "{signed}"\n'
            f"is_released = {str(is_released).lower()}\n"
        )
    workspace = SimpleNamespace(folder=tmp_path)
    told = released_editions(workspace)
    assert told == [["c", "2022", "2024-07-01", "h"], ["a", "2022", "2023-06-01", "h"]]


def test_a_draft_is_signed_and_marked_on_every_page_until_it_is_released(project):
    target, record = freeze(project, "2024", embargo="2024-07-01", **SIGNED)
    pages = pages_of(target / "report.pdf")
    assert all("送审稿" in page for page in pages)
    assert "签发：某某研究院（2024-06-01）" in pages[0]
    assert "2024-07-01前不得公开" in pages[0]
    assert record.hash[:16] in pages[0]
    with pytest.raises(InvalidSetting, match="embargoed until 2024-07-01"):
        release(project, "2024", today="2024-06-30")
    released, after = release(project, "2024", today="2024-07-01")
    assert after.is_released and after.hash == record.hash
    assert not any("送审稿" in page for page in pages_of(released / "report.pdf"))
    kept = tomllib.loads((released / "edition.toml").read_text(encoding="utf-8"))
    assert kept["is_released"] is True and kept["signed_by"] == "某某研究院"
    with pytest.raises(InvalidSetting, match="has been released and cannot change"):
        freeze(project, "2024", **SIGNED)


def test_the_hash_is_that_of_the_tables_and_a_changed_table_is_not_released(project):
    target, first = freeze(project, "draft", **SIGNED)
    _, again = freeze(project, "draft", **SIGNED)
    assert again.hash == first.hash
    facts = target / "tables" / "facts.json"
    facts.write_text(facts.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(InvalidSetting, match="is not what 某某研究院 signed"):
        release(project, "draft", today="2030-01-01")


def test_a_project_that_is_not_up_to_date_is_not_frozen(project, tmp_path):
    stale = tmp_path / "stale"
    shutil.copytree(project, stale)
    scores = stale / "sources" / "score.csv"
    scores.write_text(scores.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(InvalidSetting, match=r"is not up to date .* run `reli run"):
        freeze(stale, "late", **SIGNED)


def test_names_and_dates_that_cannot_be(project):
    for name in ("", "current", "a/b", ".hidden"):
        with pytest.raises(InvalidSetting, match="cannot name an edition"):
            freeze(project, name, **SIGNED)
    with pytest.raises(InvalidSetting, match="expected a date such as 2024-06-30"):
        freeze(project, "x", signed_by="某某", signed_on="June")
    with pytest.raises(UnknownName, match="2042"):
        compare(project, "2042", "current")


def test_nothing_moved_since_what_is_current(project):
    freeze(project, "same", **SIGNED)
    assert compare(project, "same", "current").is_empty()
    told = CliRunner().invoke(app, ["diff", "same", "--project", str(project)])
    assert told.exit_code == 0
    assert told.stdout == "industry,division_code,place,rank_before,rank_after,moved,cause\n"


CODES = [f"1101{number:02}" for number in range(1, 31)]


def edition(folder, name, ranks, values, *, source="a", method="plain", vintage=2023):
    """An edition written by hand: ranks and one indicator of thirty units."""
    tables = folder / "editions" / name / "tables"
    tables.mkdir(parents=True)
    (tables.parent / "edition.toml").write_text("", encoding="utf-8")
    pl.DataFrame(
        {
            "industry": ["综合"] * 30,
            "rank": pl.Series(ranks, dtype=pl.Int32),
            "division_code": CODES,
            "county": [f"{code}区" for code in CODES],
            "city": ["某市"] * 30,
            "province": ["某省"] * 30,
            "index": [100.0 - rank for rank in ranks],
        }
    ).write_parquet(tables / "standings.parquet")
    pl.DataFrame(
        {
            "unit": CODES,
            "industry": ["综合"] * 30,
            "year": [2023] * 30,
            "indicator": ["high_tech"] * 30,
            "value": values,
        }
    ).write_parquet(tables / "indicator.parquet")
    pl.DataFrame({"path": ["sources/a.csv"], "sha256": [source]}).write_parquet(
        tables / "snapshot.parquet"
    )
    record = {"framework": method, "vintage": vintage, "universe": f"units-{vintage}"}
    (tables / "method.json").write_text(json.dumps(record), encoding="utf-8")


UP = [30, *range(1, 30)]  # the first unit is last
DOWN = list(range(1, 31))  # and then first: it moves 29 places, the others one
BEFORE = [1.0] * 30
AFTER = [2.0] + [1.0] * 29


@pytest.mark.parametrize(
    ("changed", "values", "cause"),
    [
        ({"source": "b"}, AFTER, "数据"),
        ({}, AFTER, "匹配"),
        ({"method": "other"}, BEFORE, "方法"),
        ({"vintage": 2024}, AFTER, "区划"),
        ({}, BEFORE, "他处"),
    ],
)
def test_a_move_has_its_cause(tmp_path, changed, values, cause):
    shutil.copy(ROOT / "examples" / "published-2024" / "reli.toml", tmp_path)
    edition(tmp_path, "a", UP, BEFORE)
    edition(tmp_path, "b", DOWN, values, **changed)
    moves = compare(tmp_path, "a", "b")
    assert moves.rows() == [("综合", "110101", "某市110101区", 30, 1, 29, cause)]


def test_a_move_of_ten_places_is_not_beyond_ten(tmp_path):
    shutil.copy(ROOT / "examples" / "published-2024" / "reli.toml", tmp_path)
    ten = [11, *range(1, 11), *range(12, 31)]
    edition(tmp_path, "a", ten, BEFORE)
    edition(tmp_path, "b", DOWN, AFTER)
    assert compare(tmp_path, "a", "b").is_empty()
    eleven = [12, *range(1, 12), *range(13, 31)]
    edition(tmp_path, "c", eleven, BEFORE)
    assert compare(tmp_path, "c", "b")["moved"].to_list() == [11]


def test_the_command_freezes_and_says_what_is_missing(project):
    run = CliRunner().invoke
    failed = run(app, ["freeze", "cli", "--project", str(project)])
    assert isinstance(failed.exception, InvalidSetting)
    made = run(app, ["freeze", "cli", "--project", str(project), "--signed-by", "某某"])
    assert made.exit_code == 0 and made.stdout.strip().endswith("report.pdf")
    assert Path(made.stdout.strip()).is_file()
