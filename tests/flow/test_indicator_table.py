"""A finished table of indicators: scored, published, explained down to its indicators."""

import json

import openpyxl
import polars as pl
import pytest
from tests.flow.quick import publishing

from reli.errors import InvalidSetting, Problems
from reli.pipeline import run_project
from reli.pipeline.explain import explain, explain_count

# Two indicators of two dimensions, so that every unit is scored.
TABLE = """区县,城市,省份,产业,战略性新兴产业企业数量,sei_share
海淀区,北京市,北京市,综合,300,40
余杭区,杭州市,浙江省,综合,100,20
昆山市,苏州市,江苏省,综合,0,
济源市,,河南省,综合,,10
东莞市,,广东省,综合,900,80
"""
SETTINGS = """
name = "indicators"
reference_year = 2023
source_note = "手工编制"
[[sources]]
table = "indicator"
path = "panel.csv"
"""


@pytest.fixture
def project(tmp_path):
    def make(table=TABLE, settings=SETTINGS):
        (tmp_path / "sources").mkdir(exist_ok=True)
        (tmp_path / "sources" / "panel.csv").write_text(table, encoding="utf-8")
        text = settings if "[publications]" in settings else settings + publishing()
        (tmp_path / "reli.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return make


def test_units_are_scored_and_a_city_without_counties_stands_unnumbered(project):
    folder = project()
    run_project(folder)
    rows = pl.read_parquet(folder / "build/score/standings.parquet")
    first = rows.head(5).select("county", "rank", "status").rows()
    # 东莞 leads, unnumbered; 昆山 (no share) and 济源 (no count) have one dimension of four.
    assert first[:3] == [
        ("东莞市", None, "unnumbered"),
        ("海淀区", 1, "ranked"),
        ("余杭区", 2, "ranked"),
    ]
    assert set(rows.filter(pl.col("rank").is_null())["status"]) == {"not_scored", "unnumbered"}
    assert rows.height == 2848


def test_the_workbook_lists_all_units_of_the_universe(project):
    folder = project(settings="ranges = false\n" + SETTINGS + publishing("workbook"))
    run_project(folder)
    book = openpyxl.load_workbook(folder / "out/tables.xlsx", read_only=True)
    rows = list(book["综合"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == 2848
    assert rows[0][:5] == (None, "441900", "东莞市", "东莞市", "广东省")
    assert rows[0][6] == "单列，不占位次"
    notes = dict(book["说明"].iter_rows(min_row=2, values_only=True, max_col=2))
    assert notes["资料来源"] == "手工编制"


def test_a_score_is_explained_and_firms_are_not_known(project):
    folder = project()
    run_project(folder)
    tree = explain(folder, "海淀区", "综合")
    leaves = [row for row in tree.rows if row.raw is not None]
    assert [(row.node, row.raw) for row in leaves] == [("sei_enterprises", 300), ("sei_share", 40)]
    assert sum(row.contribution for row in leaves) == pytest.approx(tree.rows[0].value, rel=1e-12)
    with pytest.raises(InvalidSetting, match="no enterprises are known"):
        explain_count(folder, "海淀区", "综合", "sei_enterprises")


@pytest.mark.parametrize(
    "change, complaint",
    [
        (("sei_share", "sei_shares"), "did you mean 'sei_share'?"),
        (("昆山市,苏州市", "昆山市,无锡市"), "苏州市昆山市"),
        (("余杭区,杭州市,浙江省", "海淀区,北京市,北京市"), "stand several times"),
    ],
)
def test_what_is_wrong_with_the_table_is_said(project, change, complaint):
    with pytest.raises(Problems) as caught:
        run_project(project(TABLE.replace(*change)))
    assert complaint in str(caught.value)


def test_a_vintage_that_is_not_the_universes_is_refused(project):
    with pytest.raises(InvalidSetting, match="units-2023 is of 2023"):
        run_project(project(settings="vintage = 2020\n" + SETTINGS))


def test_a_project_has_one_way_in(project):
    settings = SETTINGS + '[[sources]]\ntable = "score"\npath = "panel.csv"\n'
    with pytest.raises(InvalidSetting, match="exactly one of the three"):
        run_project(project(settings=settings))


def test_ranges_and_margins_stand_beside_the_scores(project):
    folder = project()
    run_project(folder)
    ranges = pl.read_parquet(folder / "build/score/ranges.parquet")
    assert ranges.columns[:4] == ["industry", "unit", "width", "rank"]
    # 东莞 leads in value and holds no place: ranges are among those that do.
    assert ranges["unit"].unique().sort().to_list() == ["110108", "330110"]
    nominal = ranges.filter(pl.col("width") == "method_and_weights").sort("rank")
    assert nominal["unit"].to_list() == ["110108", "330110"]
    said = json.loads((folder / "build/score/ranges.json").read_text(encoding="utf-8"))
    assert "不是置信区间" in said["indices"]["综合"]["said"]["method_and_weights"]
    causes = pl.read_parquet(folder / "build/score/causes.parquet")
    assert causes.columns[:3] == ["industry", "factor", "first_order"]
    assert causes.filter(pl.col("industry") == "综合")["factor"][-1] == "weights"
    margins = pl.read_parquet(folder / "build/score/margins.parquet")
    one = margins.filter((pl.col("unit") == "330110") & (pl.col("indicator") == "sei_enterprises"))
    assert one["points"].item() > 0 and one["places"].item() == 0


def test_ranges_can_be_left_out(project):
    folder = project(settings="ranges = false\n" + SETTINGS)
    run_project(folder)
    assert not (folder / "build/score/ranges.parquet").exists()


def test_years_compare_by_common_bounds_and_changes_add_up(project):
    header, *rows = TABLE.strip().splitlines()
    earlier = [row.replace("300,40", "150,20").replace("900,80", "450,40") for row in rows]
    lines = [
        f"年份,{header}",
        *(f"2023,{row}" for row in rows),
        *(f"2022,{row}" for row in earlier),
    ]
    folder = project("\n".join(lines) + "\n")
    run_project(folder)
    years = pl.read_parquet(folder / "build/score/years.parquet").filter(pl.col("node") == "heat")
    own = pl.read_parquet(folder / "build/score/score.parquet").filter(pl.col("node") == "heat")
    # The reference year has its own bounds, and so its own scores.
    latest = years.filter(pl.col("year") == 2023).sort("unit")
    assert latest["value"].equals(own.sort("unit")["value"])
    value = {(row["unit"], row["year"]): row["value"] for row in years.to_dicts()}
    changes = pl.read_parquet(folder / "build/score/changes.parquet")
    assert set(changes["unit"]) == {"110108", "330110", "441900"}
    for (unit,), part in changes.group_by("unit"):
        assert part["change"].sum() == pytest.approx(value[unit, 2023] - value[unit, 2022])
    assert value["110108", 2022] < value["110108", 2023]
    assert value["330110", 2022] == value["330110", 2023]
