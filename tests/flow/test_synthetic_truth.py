"""The road, scored against what was planted in a synthetic country."""

import polars as pl
import pytest
from benchmarks.error_rates import measure
from benchmarks.planted_panel import CAUSES, compared, summed
from scipy import stats
from tests.flow.quick import publishing

from reli.config import load_project
from reli.errors import InvalidData, UnknownName
from reli.pipeline import run_project
from reli.pipeline.classified import classified_rows
from reli.pipeline.error_rates import read_error_rates
from reli.pipeline.explain import explain, explain_count
from reli.pipeline.workspace import Workspace
from reli.reference.universes import universe
from reli.synthetic import synthesise
from reli.synthetic.programmes import PROGRAMMES

NO_COUNTY = {"441900", "442000", "460400", "620200"}
"""Cities without counties: units themselves, though their codes end like a city's."""


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    folder = tmp_path_factory.mktemp("country")
    synthesise(folder, enterprises=5_000, seed=11)
    with (folder / "reli.toml").open("a", encoding="utf-8") as settings:
        settings.write(publishing())
    run_project(folder)
    return folder


@pytest.fixture(scope="module")
def planted(country):
    return pl.read_parquet(country / "truth" / "enterprises.parquet")


@pytest.fixture(scope="module")
def answered(country, planted):
    """Enterprises as the road has them, with the planted columns as `true_*`."""
    found = classified_rows(Workspace(load_project(country))).collect()
    return found.join(planted.rename(lambda name: f"true_{name}"), left_on="source_line",
                      right_on="true_source_line")  # fmt: skip


def test_every_enterprise_arrives_once(answered, planted):
    # A label before a code together with a bad date may cost a row: none is lost unsaid.
    assert answered.height >= 0.999 * planted["enterprise"].n_unique()
    assert answered["true_enterprise"].n_unique() == answered.height
    assert answered["enterprise_id"].n_unique() == answered.height


def test_legal_entities_are_told_apart(answered):
    assert answered["is_counted"].equals(answered["true_is_counted"])


TABLES = {
    "county_totals": ("county_totals.csv",),
    "coverage": ("coverage.csv",),
    "enterprises": ("register.csv",),
    "holdings": ("holdings.csv",),
    "listings": ("listings.csv",),
    "patents": ("patents.csv",),
    "rankings": ("rankings.csv",),
    "recognitions": tuple(each.file for each in PROGRAMMES),
    "software_copyrights": ("software_copyrights.csv",),
}


@pytest.mark.parametrize("table", TABLES)
def test_of_every_table_the_planted_defects_are_rejected_and_nothing_else(country, table):
    defects = pl.read_parquet(country / "truth" / "defects.parquet")
    planted = defects.filter(pl.col("file").is_in(TABLES[table]))
    rejected = pl.read_csv(country / "rejected" / f"{table}.csv", infer_schema=False)
    lines = rejected.select("文件", pl.col("行").cast(pl.Int64)).rows()
    assert sorted(lines) == sorted(planted.select("file", "source_line").rows())
    # What is clean of the register becomes the classified table and is not kept beside it.
    stage = "classified" if table == "enterprises" else "clean"
    kept = pl.read_parquet(country / "build" / stage / f"{table}.parquet").height
    assert lines_of(country, TABLES[table]) == kept + len(lines)
    if table not in ("holdings", "listings", "rankings"):  # too short here to have any
        assert lines


def lines_of(country, files):
    # No cell of an invented file has a line of its own.
    return sum((country / "sources" / file).read_bytes().count(b"\n") - 1 for file in files)


def is_unit(code):
    return (code != "") & (~code.str.ends_with("00") | code.is_in(list(NO_COUNTY)))


def test_locating(answered):
    code = pl.col("place_code").fill_null("")
    rows = answered.with_columns(
        right=code == pl.col("true_division_code"),
        wrong=is_unit(code) & (code != pl.col("true_division_code")),
    )
    placeable = rows.filter("true_is_placeable")
    assert placeable["right"].mean() > 0.995
    assert placeable["wrong"].mean() < 0.002
    assert rows["wrong"].mean() < 0.006
    for (form,), some in placeable.group_by("true_address_form"):
        assert some["right"].mean() > 0.95, form


def test_where_only_the_city_is_said_the_answer_does_not_come_from_the_address(answered):
    open_rows = answered.filter(pl.col("true_address_form") == "city_only")
    assert open_rows.height > 100
    of_address = open_rows.filter(pl.col("place_confidence") == "exact")
    assert of_address.height < 0.02 * open_rows.height


def test_classifying(answered):
    rows = answered.with_columns(
        found=pl.col("industries").list.join("|").fill_null(""), true=pl.col("true_industries")
    ).with_columns(same=pl.col("found") == pl.col("true"))
    is_planted = pl.col("true") != ""
    has_product = pl.col("true_product") != ""
    is_coded = pl.col("true_class_form").is_in(["code", "class_name"])
    whole_class = rows.filter(is_planted & ~has_product & is_coded)
    by_product = rows.filter(is_planted & has_product)
    nothing = rows.filter(~is_planted)
    assert min(whole_class.height, by_product.height) > 100
    assert whole_class["same"].mean() > 0.95
    assert by_product["same"].mean() > 0.90
    assert nothing["same"].mean() > 0.98
    # Counts by industry follow: neither a loss nor a gain of more than a tenth.
    counted = rows.filter(is_coded)
    for industry in ("高端装备制造", "节能环保", "新材料", "新一代信息技术"):
        found = counted["found"].str.contains(industry).sum()
        true = counted["true"].str.contains(industry).sum()
        assert 0.85 * true < found < 1.2 * true, industry


def test_linking(country, answered):
    links = pl.read_parquet(country / "truth" / "links.parquet")
    found = pl.concat(
        pl.read_parquet(country / "build" / "linked" / f"{table}.parquet").select(
            "source_file", "source_line", "enterprise_id"
        )
        for table in ("recognitions", "listings", "rankings")
    )
    ids = answered.select(pl.col("true_enterprise").alias("enterprise"), true_id="enterprise_id")
    rows = (
        links.join(ids, on="enterprise", how="left")
        .join(found, left_on=["file", "source_line"], right_on=["source_file", "source_line"])
        .with_columns(found=pl.col("enterprise_id").fill_null(""))
        .with_columns(right=pl.col("found") == pl.col("true_id").fill_null(""))
    )
    assert rows.height == links.height > 100
    assert rows.filter(pl.col("found") != "", ~pl.col("right")).height <= 0.005 * rows.height
    assert rows.filter("has_code")["right"].mean() > 0.99
    plain = rows.filter(pl.col("name_form").is_in(["current", "brackets", "spaced", "stranger"]))
    assert plain["right"].mean() > 0.99
    variants = rows.filter(pl.col("name_form").is_in(["former", "legal_form"]))
    assert variants["right"].mean() > 0.9


def test_explained_firms_of_a_list_name_its_rows(country):
    firms = explain_count(country, *most(country, "high_tech"))
    linked = pl.read_parquet(country / "build/linked/recognitions.parquet")
    rows = linked.filter(pl.col("list") == "high_tech")
    files = set(rows["source_file"] + ":" + rows["source_line"].cast(pl.String))
    assert firms["quantity"].sum() == firms.height > 0
    for cell, link in firms.select("list_row", "link_method").iter_rows():
        assert set(cell.split("|")) <= files
        assert set(link.split("|")) <= set(rows["link_method"])


def test_firms_are_asked_for_by_the_indicators_name_and_the_countys(country):
    unit, industry, code = most(country, "high_tech")
    units = universe("units-2023").units.to_pylist()
    name = next(f"{u['city_name']}{u['county_name']}" for u in units if u["unit"] == unit)
    by_name = explain_count(country, name, industry, "国家高新技术企业数量")
    assert by_name.equals(explain_count(country, unit, industry, code))


def most(country, indicator):
    panel = pl.read_parquet(country / "build/indicator/indicator.parquet")
    cells = panel.filter((pl.col("indicator") == indicator) & (pl.col("industry") == "综合"))
    return cells.sort("value", descending=True, nulls_last=True)["unit"][0], "综合", indicator


def test_an_unknown_place_gets_the_nearest_name_and_no_long_list(country):
    with pytest.raises(UnknownName, match="did you mean '浙江省杭州市滨江区'"):
        explain(country, "杭州滨江", "综合")
    with pytest.raises(UnknownName) as caught:
        explain(country, "xyz", "综合")
    assert len(str(caught.value)) < 120
    with pytest.raises(InvalidData, match="320106 江苏省南京市鼓楼区, 320302"):
        explain(country, "鼓楼区", "综合")


def test_the_bounds_of_an_indicator_are_told(country):
    unit, industry, code = most(country, "high_tech")
    node = next(row for row in explain(country, unit, industry).rows if row.node == code)
    assert node.low == 0.0
    assert f"high={node.high:g}" in node.steps


def test_shipped_error_rates_are_those_of_an_invented_country(country):
    """Another country and seed than they were measured on: no class is twice as wrong."""
    shipped = read_error_rates()
    for row in measure(country):
        of, wrong = shipped.of(row["kind"], row["class"])
        rate = min(1.0, 2 * (wrong + 0.5) / (of + 1))
        assert stats.binom.sf(row["wrong"] - 1, row["of"], rate) > 1e-4, row


def test_ranges_of_the_data_stand_beside_those_of_method(country):
    ranges = pl.read_parquet(country / "build/score/ranges.parquet")
    overall = ranges.filter((pl.col("industry") == "综合") & (pl.col("width") == "data"))
    scored = ranges.filter((pl.col("industry") == "综合") & (pl.col("width") == "weights"))
    assert set(overall["unit"]) == set(scored["unit"])
    wide = (overall["rank_high"] - overall["rank_low"]) > 0
    assert wide.mean() > 0.2
    evidence = pl.read_parquet(country / "build/indicator/evidence.parquet")
    counted = evidence.group_by("unit", "industry", "indicator").agg(pl.col("quantity").sum())
    panel = pl.read_parquet(country / "build/indicator/indicator.parquet").filter(
        (pl.col("value") > 0)
        & (pl.col("indicator") != "sei_share")
        # A county total has no entries behind it.
        & (pl.col("source") == "computed")
    )
    joined = panel.join(counted, on=["unit", "industry", "indicator"], how="left").with_columns(
        pl.col("quantity").cast(pl.Float64).fill_null(0.0)
    )
    of_firms = joined.filter(pl.col("industry") != "综合")
    assert of_firms["value"].equals(of_firms["quantity"])
    # What universities and others who are no enterprises own counts for 综合 besides.
    assert (joined["quantity"] <= joined["value"]).all()


def test_the_panel_is_the_truth_but_for_mistakes_that_are_named(country):
    """All 19 indicators, cell by cell: with every mistake put right the panel is what was planted.

    What is left to the rules of counting themselves is nothing.
    """
    cells = compared(country)
    assert cells["indicator"].n_unique() == 19
    mistakes = pl.sum_horizontal(pl.col(cause) for cause in CAUSES if cause != "rules")
    unexplained = cells.with_columns(rest=pl.col("found") - pl.col("planted") - mistakes)
    assert unexplained.filter(pl.col("rest").abs() > 1e-9).is_empty()
    # A work of a former owner stays, where no enterprise of the industry stands: no value there.
    whole = cells.filter(pl.col("industry") == "综合")
    assert (whole["no_enterprise"] == 0).all()
    sums = {row["indicator"]: row for row in summed(cells).filter(of="综合").to_dicts()}
    assert sum(row["planted"] > 0 for row in sums.values()) >= 12
    # Half of the universities' names say the city alone: these count there, in no county.
    assert sums["invention_patents"]["places_of_outsiders"] < 0
    for code in ("sei_enterprises", "new_registrations", "high_tech", "listed"):
        assert abs(sums[code]["found"] - sums[code]["planted"]) <= 0.05 * sums[code]["planted"]
