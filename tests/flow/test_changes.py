"""What changed since the year before: counted by hand, from an edition or from the run's years."""

import csv
import json
import shutil

import polars as pl
import pytest
from tests.flow.quick import publishing

from reli.pipeline import run_project
from reli.pipeline.editions import freeze
from reli.reference.divisions import counties

COUNTIES = counties().to_pylist()[:120]
COLUMNS = ("industry", "rank", "county", "city", "province", "index")


def settings(folder, year, source, *forms):
    """Settings of a project; the report is needed only where an edition is frozen of it."""
    text = f'name = "two-years"\nreference_year = {year}\nranges = false\n'
    table, path = source
    text += f'[[sources]]\ntable = "{table}"\npath = "{path}"\n'
    (folder / "reli.toml").write_text(text + publishing(*forms), encoding="utf-8")


def write_scores(folder, order):
    """Standings of one index: counties by their position in `order`, the first has most."""
    with (folder / "sources" / "score.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for rank, place in enumerate(order, 1):
            row = COUNTIES[place]
            names = (row["county_name"], row["city_name"] or "", row["province_name"])
            writer.writerow(("综合", rank, *names, 200.0 - rank))


def published(folder):
    return json.loads((folder / "build/published/publication.json").read_text(encoding="utf-8"))


def sentences(folder, industry="综合"):
    path = folder / "build/published/facts.json"
    return json.loads(path.read_text(encoding="utf-8"))[industry]["sentences"]


def appendix(folder, key):
    (found,) = [each for each in published(folder)["appendices"] if each["key"] == key]
    return found


def name_of(place):
    row = COUNTIES[place]
    return f"{row['city_name'] or row['province_name']}{row['county_name']}"


@pytest.fixture(scope="module")
def two_years(tmp_path_factory):
    """An edition of 2022, and the same project in 2023: one fell out, one came, one rose by 40."""
    folder = tmp_path_factory.mktemp("changes") / "project"
    (folder / "sources").mkdir(parents=True)
    settings(folder, 2022, ("score", "score.csv"), "report")
    before = list(range(120))
    write_scores(folder, before)
    run_project(folder)
    freeze(folder, "2022", signed_by="某某研究院", signed_on="2023-06-01")
    # The last becomes the first: all others go down one place, so that the 100th falls out; and
    # the one that was 60th rises to 20th.
    after = [119, *before[:119]]
    after.insert(19, after.pop(after.index(59)))
    settings(folder, 2023, ("score", "score.csv"))
    write_scores(folder, after)
    run_project(folder)
    return folder


def test_without_a_year_before_the_appendix_is_left_out(two_years):
    tables = two_years / "editions" / "2022" / "tables"
    kept = json.loads((tables / "publication.json").read_text(encoding="utf-8"))
    assert "changes" not in [each["key"] for each in kept["appendices"]]
    assert "与上年相比的变化" in kept["left_out"]


def test_who_came_left_and_moved_is_told_with_the_edition_named(two_years):
    texts = [block.get("text", "") for block in appendix(two_years, "changes")["blocks"]]
    assert texts[0].startswith("本附录与2022版比较。")
    came, left = name_of(119), name_of(99)
    assert texts[1] == (
        f"综合前100名的区县中，99个在2022版也在前100名；新进入1个（{came}），退出1个（{left}）。"
    )
    # Two moved beyond ten places: 119 by 119, 59 by 40.
    assert "位次变动超过10位的区县（按各指数分别计）共2个，原因为：数据2个。" in texts[2]
    (table,) = [each for each in appendix(two_years, "changes")["blocks"] if "content" in each]
    assert table["content"]["rows"] == [
        ["综合", came, "120", "1", "+119", "数据"],
        ["综合", name_of(59), "60", "20", "+40", "数据"],
    ]


def test_its_sentences_keep_their_facts(two_years):
    facts = {each["fact"]["kind"]: each["fact"] for each in sentences(two_years)}
    assert facts["turnover"]["entered"] == [name_of(119)]
    assert facts["turnover"]["left"] == [name_of(99)]
    assert len(facts["turnover"]["kept"]) == 99
    assert facts["moves"]["causes"] == {"数据": 2}


def test_an_edition_that_changes_is_told_of_anew(two_years, tmp_path):
    again = tmp_path / "again"
    shutil.copytree(two_years, again)
    shutil.rmtree(again / "editions")
    run_project(again)
    assert "与上年相比的变化" in published(again)["left_out"]


def panel(firsts):
    """One indicator that grows with the position, of two years; `firsts` lead in each."""
    rows = []
    for year, first in firsts.items():
        for place, row in enumerate(COUNTIES[:60]):
            value = 500 if place == first else place + 1
            rows.append((row["division_code"], "综合", year, value, place % 7))
    columns = ("unit", "industry", "year", "sei_enterprises", "high_tech")
    return pl.DataFrame(rows, schema=columns, orient="row")


@pytest.mark.parametrize(("first_before", "is_steady"), [(5, True), (6, False)])
def test_years_of_one_run_are_compared_and_who_stays_first_is_said(
    tmp_path, first_before, is_steady
):
    (tmp_path / "sources").mkdir()
    panel({2022: first_before, 2023: 5}).write_csv(tmp_path / "sources" / "panel.csv")
    settings(tmp_path, 2023, ("indicator", "panel.csv"))
    run_project(tmp_path)
    texts = [block.get("text", "") for block in appendix(tmp_path, "changes")["blocks"]]
    assert texts[0].startswith("本附录与2022年比较。")
    steady = [each for each in sentences(tmp_path) if each["fact"]["kind"] == "steady"]
    said = [each["text"] for each in steady if "sei_enterprises" in each["fact"]["indicators"]]
    assert bool(said) is is_steady
    if is_steady:
        assert "连续两年" in said[0] and "稳居第一" in said[0] and name_of(5) in said[0]
    else:
        # It was sixth and is first; the other fell to its own number.
        moved = next(
            each["fact"] for each in sentences(tmp_path) if each["fact"]["kind"] == "moves"
        )
        assert all(cause == "数据" for *_, cause in moved["moves"])


def test_what_was_first_in_last_years_edition_is_known_from_there(tmp_path):
    (tmp_path / "sources").mkdir()
    path = tmp_path / "sources" / "panel.csv"
    panel({2022: 5}).write_csv(path)
    settings(tmp_path, 2022, ("indicator", "panel.csv"), "report")
    run_project(tmp_path)
    freeze(tmp_path, "2022", signed_by="某某研究院", signed_on="2023-06-01")
    panel({2023: 5}).write_csv(path)
    settings(tmp_path, 2023, ("indicator", "panel.csv"))
    run_project(tmp_path)
    assert any(each["fact"]["kind"] == "steady" for each in sentences(tmp_path))
