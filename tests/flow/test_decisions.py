"""Decisions: exported, filled in, obeyed by the next run, and told what became of them."""

import csv
import json

import polars as pl
import pytest
from tests.flow.quick import publishing
from typer.testing import CliRunner

from reli.cli.app import app
from reli.pipeline import run_project
from reli.sources.files import open_table
from reli.synthetic import synthesise

SETTINGS = """
name = "decided"
reference_year = 2023
framework = "heat-2024"
ranges = false
{sources}
"""
SOURCES = {
    "register.csv": "enterprises",
    "high_tech.csv": "recognitions",
    "little_giant.csv": "recognitions",
    "srdi.csv": "recognitions",
    "listings.csv": "listings",
}
HEADER = ("table", "key", "field", "old", "new", "reason", "evidence", "decided_by", "decided_on",
          "expires")  # fmt: skip


def settings(folder, *, more=()):
    tables = {**SOURCES, **dict(more)}
    named = "".join(
        f'[[sources]]\ntable = "{table}"\npath = "{path}"\n' for path, table in tables.items()
    )
    text = SETTINGS.format(sources=named) + publishing()
    (folder / "reli.toml").write_text(text, encoding="utf-8")


def stage(folder, name):
    return pl.read_parquet(folder / "build" / f"{name}.parquet")


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    folder = tmp_path_factory.mktemp("country") / "project"
    synthesise(folder, enterprises=1_500, seed=5)
    settings(folder)
    run_project(folder)
    return folder


@pytest.fixture(scope="module")
def exported(before):
    found = CliRunner().invoke(app, ["review", "export", str(before)])
    assert found.exit_code == 0, found.output
    path = before / "out" / "decisions.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    return pl.read_csv(path, infer_schema=False)


def test_the_list_has_the_columns_of_decisions_and_what_is_known(exported):
    assert exported.columns == [*HEADER, "名称", "待核原因", "候选", "影响"]
    assert exported.height > 0
    assert exported["new"].fill_null("").eq("").all()
    assert set(exported["field"]) >= {"industries", "enterprise_id"}


def test_the_list_is_ordered_by_effect(exported):
    points = exported["影响"].str.extract("约([0-9.]+)分").cast(pl.Float64)
    assert points.drop_nulls().len() > 0
    known = points.fill_null(0.0).to_list()
    assert known == sorted(known, reverse=True)


@pytest.fixture(scope="module")
def decisions(before):
    """A decision of every kind: what it names, and what is to become of it."""
    firms = stage(before, "classified/enterprises").filter(
        "is_counted", pl.col("division_code").is_not_null(), pl.col("founded_date").is_not_null()
    )
    row = {name: firms.row(at, named=True) for at, name in enumerate("abcde")}
    high = stage(before, "linked/recognitions").row(0, named=True)
    link = f"{high['list']}|{high['batch']}|{high['name']}"
    told = ("理由", "依据", "评价处", "2026-01-05")

    def firm(which, field, old, new, *rest):
        return ("enterprises", row[which]["enterprise_id"], field, old, new, *(rest or (*told, "")))

    old_place = row["a"]["division_code"]
    new_place = "110105" if old_place != "110105" else "110106"
    return row, link, high, {
        firm("a", "division_code", old_place, new_place): "obeyed",
        firm("b", "industries", "|".join(row["b"]["industries"]), "新材料|新能源"): "obeyed",
        firm("c", "founded_date", str(row["c"]["founded_date"]), "1999-05-06"): "obeyed",
        firm("d", "division_code", "999999", "110108"): "contradicted",
        firm("e", "division_code", "", "110101", *told, "2020-01-01"): "expired",
        firm("e", "industries", "", ""): "undecided",
        firm("e", "division_code", "", "123456"): "unreadable",
        firm("e", "colour", "", "red"): "unknown_field",
        ("enterprises", "91000000NOSUCH0000", "name", "", "x", *told, ""): "unknown_row",
        ("recognitions", link, "enterprise_id", high["enterprise_id"] or "", "空", *told, ""):
            "obeyed",
    }  # fmt: skip


@pytest.fixture(scope="module")
def after(before, decisions):
    # As WPS may save what was exported: GB18030, columns moved, dates with slashes.
    rows = [(*HEADER, "备注"), *((*each, "") for each in decisions[-1])]
    # And partly in Chinese words, as an analyst may write them.
    in_chinese = {"enterprises": "企业名录", "recognitions": "认定名单", "founded_date": "成立日期"}
    rows = [rows[0], *([in_chinese.get(cell, cell) for cell in row] for row in rows[1:])]
    place, industries, link = rows[1], rows[2], rows[-1]
    place[4] = {"110105": "北京市朝阳区", "110106": "北京市丰台区"}[place[4]]
    industries[1], industries[4] = industries[1].lower(), "新材料、新能源产业"
    assert link[1].startswith("high_tech|")
    link[1] = link[1].replace("high_tech", "国家高新技术企业")
    moved = [
        [cell.replace("2026-01-05", "2026/1/5").replace("1999-05-06", "1999/5/6") for cell in row]
        for row in (each[::-1] for each in rows)
    ]
    with (before / "sources" / "decisions.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(moved)
    settings(before, more={"decisions.csv": "decisions"}.items())
    unruled = {name: stage(before, name) for name in ("linked/enterprises", "linked/recognitions")}
    outcome = run_project(before)
    return before, unruled, outcome.summary


def test_each_decision_is_told_what_became_of_it(after, decisions):
    folder, _, _ = after
    found = stage(folder, "ruled/decisions").sort("number")
    assert found["state"].to_list() == list(decisions[-1].values())
    outcome = pl.read_csv(folder / "rejected" / "decisions.outcome.csv", infer_schema=False)
    assert outcome["执行情况"].null_count() == 0


def test_the_run_says_how_many_it_obeyed(after):
    said = "decisions: 10 = 5 obeyed (the data have changed since under 1) + 5 not obeyed"
    assert [line for line in after[2] if line.startswith(said)]


def test_every_run_obeys(after, decisions):
    folder, unruled, _ = after
    row, _, _, ruled = decisions
    firms = {each["enterprise_id"]: each for each in
             stage(folder, "classified/enterprises").to_dicts()}  # fmt: skip
    asked = [key for key, state in ruled.items() if state == "obeyed"]
    a, b, c = (firms[row[which]["enterprise_id"]] for which in "abc")
    assert (a["division_code"], a["place_method"]) == (asked[0][4], "decision")
    assert (b["industries"], b["rules"]) == (["新材料", "新能源"], "decision|decision")
    assert str(c["founded_date"]) == "1999-05-06"
    first = stage(folder, "linked/recognitions").row(0, named=True)
    assert (first["enterprise_id"], first["link_method"]) == (None, "decision")
    # Nothing is lost, nothing else is changed.
    for name, old in unruled.items():
        assert stage(folder, name).height == old.height
    same = stage(folder, "linked/recognitions")[1:]
    assert same.equals(unruled["linked/recognitions"][1:])


def test_they_are_counted_for_the_appendix(after, decisions):
    from reli.config import load_project
    from reli.pipeline.counts import road_counts
    from reli.pipeline.workspace import Workspace
    from reli.report.method import quality_lines

    counts = road_counts(Workspace(load_project(after[0])))
    found = {name: counts[f"decisions_{name}"] for name in ("obeyed", "contradicted", "expired")}
    assert found == {"obeyed": 5, "contradicted": 1, "expired": 1}
    assert counts["decisions"] == len(decisions[-1])
    assert ("其中：已执行", "5") in quality_lines(counts)


def test_the_appendix_counts_them_by_what_they_are_about_and_what_became_of_them(after, decisions):
    publication = json.loads(
        (after[0] / "build/published/publication.json").read_text(encoding="utf-8")
    )
    (appendix,) = [each for each in publication["appendices"] if each["key"] == "decisions"]
    told, table = appendix["blocks"]
    # Obeyed are four as asked, and the one whose old value differs.
    assert told["text"].startswith(f"本版共有人工裁定{len(decisions[-1])}条，其中5条已执行。")
    rows = [tuple(row) for row in table["content"]["rows"]]
    assert sum(int(row[-1]) for row in rows) == len(decisions[-1])
    assert ("企业登记名录", "所在地", "已执行", "1") in rows
    assert ("企业登记名录", "所属产业", "已执行", "1") in rows
    assert ("企业登记名录", "来源中的其他字段", "已执行", "1") in rows
    assert any(row[1] == "名单对应的企业" and row[3] == "1" for row in rows)


def test_what_is_decided_is_not_asked_again_and_no_work_is_overwritten(after, decisions):
    folder, _, _ = after
    path = folder / "out" / "decisions.csv"
    found = CliRunner().invoke(app, ["review", "export", str(folder)])
    assert found.exit_code == 0, found.output
    again = pl.read_csv(path, infer_schema=False)
    assert decisions[1] not in again["key"].to_list()
    again.with_columns(new=pl.lit("空")).write_csv(path, include_bom=True)
    refused = CliRunner().invoke(app, ["review", "export", str(folder)])
    assert refused.exit_code != 0


def test_a_list_filled_in_as_a_workbook_is_a_source_too(after):
    folder, _, _ = after
    path = folder / "out" / "list.xlsx"
    found = CliRunner().invoke(app, ["review", "export", str(folder), "--out", str(path)])
    assert found.exit_code == 0, found.output
    table = open_table(path)
    keys = [key for rows in table.rows() for key in rows.batch.column("key").to_pylist()]
    assert tuple(table.columns[:10]) == HEADER
    assert keys


def test_the_exported_list_filled_in_by_excel_is_obeyed(after):
    """Its "CSV UTF-8" has a mark before the first column's name; its "CSV" is as WPS's above."""
    folder, _, _ = after
    place = folder / "out" / "asked.csv"
    found = CliRunner().invoke(app, ["review", "export", str(folder), "--out", str(place)])
    assert found.exit_code == 0, found.output
    with place.open(encoding="utf-8-sig", newline="") as file:
        asked = list(csv.DictReader(file))
    chosen = next(row for row in asked if row["field"] == "industries")
    chosen |= {"new": "新材料", "reason": "说明书，第3页", "decided_on": "2026/1/5"}
    saved = folder / "sources" / "decisions.csv"
    with saved.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, chosen)
        writer.writeheader()
        writer.writerows(asked)
    run_project(folder)
    assert saved.read_bytes().startswith(b"\xef\xbb\xbf")
    states = dict(stage(folder, "ruled/decisions")["state"].value_counts().iter_rows())
    assert states == {"obeyed": 1, "undecided": len(asked) - 1}
    firms = stage(folder, "classified/enterprises")
    [firm] = firms.filter(pl.col("enterprise_id") == chosen["key"]).to_dicts()
    assert (firm["industries"], firm["rules"]) == (["新材料"], "decision")
