"""Answers for planners from the command line: what they say agrees with the tables of the run."""

import json

import polars as pl
import pytest
from typer.testing import CliRunner

from reli.cli.app import app
from reli.reference.emerging import OFFICIAL_NAMES, second_level

BINJIANG = "330108"


def call(*words):
    found = CliRunner().invoke(app, [str(word) for word in words])
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


def rows_of(tmp_path, *words, name="out.csv"):
    out = tmp_path / name
    assert call(*words, "--out", out).exit_code == 0
    if name.endswith(".json"):
        return json.loads(out.read_text(encoding="utf-8"))
    frame = pl.read_csv(out) if name.endswith(".csv") else pl.read_parquet(out)
    return frame.to_dicts()


def standing(planned, unit=BINJIANG, industry="综合"):
    rows = pl.read_parquet(planned / "build/score/standings.parquet")
    return rows.filter(
        (pl.col("industry") == industry) & (pl.col("division_code") == unit)
    ).to_dicts()[0]


@pytest.mark.parametrize("industry", ["综合", "新材料"])
def test_a_profile_sums_to_the_index(planned, tmp_path, industry):
    rows = rows_of(
        tmp_path, "profile", BINJIANG, "--industry", industry, "--project", planned, name="o.json"
    )
    index = standing(planned, industry=industry)["index"]
    assert sum(row["contribution"] or 0 for row in rows) == pytest.approx(index, rel=1e-12)
    leads = [row["ahead_of_peers"] for row in rows]
    assert leads == sorted(leads, reverse=True)
    # The leads sum to the lead of the index over the peers that are scored.
    peers = rows_of(tmp_path, "profile", BINJIANG, "--peers", "--project", planned)
    assert len(peers) == 20
    theirs = (
        pl.read_parquet(planned / "build/score/standings.parquet")
        .filter(
            pl.col("industry") == industry,
            pl.col("division_code").is_in([str(row["peer"]) for row in peers]),
        )["index"]
        .drop_nulls()
    )
    assert sum(leads) == pytest.approx(index - theirs.mean())


def test_what_if_is_what_scoring_the_changed_table_says(planned, tmp_path):
    rows = rows_of(
        tmp_path,
        *("what-if", BINJIANG, "--set", "high_tech=+900", "--set", "310115:listed=0"),
        *("--project", planned),
    )
    after = {str(row["unit"]): row["rank_after"] for row in rows}
    panel = pl.read_csv(planned / "sources/panel.csv", schema_overrides={"unit": pl.String})
    panel = panel.filter(pl.col("industry") == "综合").with_columns(
        high_tech=pl.when(pl.col("unit") == BINJIANG)
        .then(pl.col("high_tech") + 900)
        .otherwise("high_tech"),
        listed=pl.when(pl.col("unit") == "310115").then(0).otherwise("listed"),
    )
    panel.drop("industry").write_csv(tmp_path / "panel.csv")
    out = tmp_path / "scores.csv"
    assert call("score", tmp_path / "panel.csv", out, "--framework", "heat-2024").exit_code == 0
    scored = pl.read_csv(out, schema_overrides={"unit": pl.String}).filter(pl.col("node") == "heat")
    ranks = dict(scored.select("unit", "rank").iter_rows())
    before = pl.read_parquet(planned / "build/score/standings.parquet").filter(
        pl.col("industry") == "综合", pl.col("rank").is_not_null()
    )
    for unit, rank in before.select("division_code", "rank").iter_rows():
        assert after.get(unit, rank) == ranks[unit]
    assert after[BINJIANG] < standing(planned)["rank"]


def test_a_gap_is_closed_by_what_it_says_and_by_no_less(planned, tmp_path):
    rank = standing(planned)["rank"]
    words = ("--project", planned)
    rows = rows_of(tmp_path, "gap", BINJIANG, "--rank", rank - 3, *words)
    reachable = [row for row in rows if row["needed"] is not None]
    assert reachable
    for row in reachable[:2]:
        for amount, is_enough in ((row["needed"], True), (row["needed"] - 1, False)):
            change = f"{row['indicator']}=+{amount}"
            moved = rows_of(tmp_path, "what-if", BINJIANG, "--set", change, *words)
            own = next(each for each in moved if str(each["unit"]) == BINJIANG)
            assert (own["rank_after"] <= rank - 3) == is_enough


def test_a_gap_spread_by_costs_of_ones_own(planned, tmp_path):
    rank = standing(planned)["rank"]
    costs = tmp_path / "costs.csv"
    costs.write_text("indicator,cost\nhigh_tech,1\nnew_registrations,0.2\n", encoding="utf-8")
    rows = rows_of(
        tmp_path,
        *("gap", BINJIANG, "--rank", rank - 5, "--costs", costs, "--project", planned),
    )
    assert {row["indicator"] for row in rows} <= {"high_tech", "new_registrations"}
    sets = [word for row in rows for word in ("--set", f"{row['indicator']}=+{row['needed']}")]
    moved = rows_of(tmp_path, "what-if", BINJIANG, *sets, "--project", planned)
    own = next(each for each in moved if str(each["unit"]) == BINJIANG)
    assert own["rank_after"] == rows[0]["rank_reached"] <= rank - 5


def test_fit_of_a_county_and_of_its_city(planned, tmp_path):
    for place, level in ((BINJIANG, "county"), ("杭州市", "city")):
        rows = rows_of(tmp_path, "fit", place, "--project", planned, name="o.parquet")
        assert len(rows) == 8 and {row["level"] for row in rows} == {level}
        ranked = [row["fit_rank"] for row in rows if not row["is_specialised"]]
        assert ranked == sorted(ranked) and sum(row["share_pct"] for row in rows) == pytest.approx(
            100
        )


def test_fit_of_a_table_of_ones_own(tmp_path):
    source = tmp_path / "counts.csv"
    lines = [
        f"p{place},{industry},{1 + place * (1 + k) % 7}"
        for place in range(30)
        for k, industry in enumerate("xyz")
    ]
    source.write_text("\n".join(["unit,industry,value", *lines]) + "\n", encoding="utf-8")
    rows = rows_of(tmp_path, "fit", "p3", "--counts", source)
    assert {row["industry"] for row in rows} == {"x", "y", "z"}


def test_concentration_of_cities_and_of_industries(planned, tmp_path):
    cities = rows_of(tmp_path, "concentration", "--project", planned)
    assert {row["place"] for row in cities} >= {"杭州市", "上海市", "南京市"}
    assert [row["hhi"] for row in cities] == sorted((row["hhi"] for row in cities), reverse=True)
    counts = pl.read_csv(planned / "sources/panel.csv", schema_overrides={"unit": pl.String})
    counts = counts.filter(pl.col("industry") != "综合", pl.col("unit").str.starts_with("3301"))
    shares = counts.group_by("industry").agg(pl.col("sei_enterprises").sum())["sei_enterprises"]
    hangzhou = next(row for row in cities if row["place"] == "杭州市")
    assert hangzhou["hhi"] == pytest.approx(((shares / shares.sum()) ** 2).sum())
    industries = rows_of(tmp_path, "concentration", "--industries", "--project", planned)
    assert len(industries) == 8


def test_clusters_of_an_index(planned, tmp_path):
    (whole,) = rows_of(
        tmp_path, "clusters", "--industry", "综合", "--table", "whole", "--project", planned
    )
    assert whole["variable"] == "index" and whole["moran_i"] > 0 and whole["p"] < 0.05
    units = rows_of(
        tmp_path, "clusters", "--industry", "综合", "--table", "units", "--project", planned
    )
    assert sum(row["kind"] == "hot" for row in units) == whole["hot"]


@pytest.mark.parametrize(
    "command", ["profile", "what-if", "gap", "fit", "concentration", "clusters"]
)
def test_help_teaches(command):
    told = call(command, "--help").output
    assert f"Example: reli {command}" in " ".join(told.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("profile", "滨江", "--industry", "新材"), "did you mean '新材料'"),
        (("profile", "330108", "--against", "them"), "unknown group 'them'"),
        (("what-if", "330108", "--set", "high_tech"), "expected INDICATOR=\\+AMOUNT"),
        (("what-if", "330108", "--set", "high_tech=nan"), "expected INDICATOR=\\+AMOUNT"),
        (("what-if", "330108", "--set", "high_tech=1e400"), "expected INDICATOR=\\+AMOUNT"),
        (("what-if", "330108", "--set", "hightech=+5"), "did you mean 'high_tech'"),
        (("gap", "330108", "--rank", "2000"), "stands at rank"),
        (
            ("gap", "540524", "--rank", "9"),
            "540524 .* is not ranked in 综合 .*: the table has no row",
        ),
        (("what-if", "540524", "--set", "high_tech=5"), "540524 .* is not ranked in 综合"),
        (("clusters", "--table", "all"), "unknown table 'all'"),
        (("concentration", "--level", "town"), "unknown level 'town'"),
    ],
)
def test_what_cannot_be_answered_is_said(planned, words, message):
    from reli.errors import ReliError

    with pytest.raises(ReliError, match=message):
        call(*words, "--project", planned)


def test_classes_need_a_register(planned):
    done = CliRunner().invoke(app, ["fit", "杭州市", "--classes", "--project", str(planned)])
    assert done.exit_code != 0
    assert "counted from a register" in str(done.exception)


def test_fit_by_the_second_level_classes(synthetic):
    fits, classes = (
        pl.read_parquet(synthetic / f"build/insight/{name}.parquet").filter(
            pl.col("level") == "county"
        )
        for name in ("fit", "class_fit")
    )
    names = sorted(f"{code} {name}" for code, name in second_level().items())
    assert set(classes["industry"]) <= set(names)
    # Each enterprise of an industry has a class of it, and stands in its place in each of them.
    by_industry = classes.group_by("unit", first=pl.col("industry").str.slice(0, 1)).agg(
        pl.col("enterprises").sum()
    )
    first = {name: number for number, name in OFFICIAL_NAMES.items()}
    both = fits.with_columns(first=pl.col("industry").replace_strict(first)).join(
        by_industry, on=("unit", "first"), suffix="_by_class"
    )
    assert both.height > 100 and (both["enterprises_by_class"] >= both["enterprises"]).all()
    assert both["enterprises_by_class"].sum() < 1.5 * both["enterprises"].sum()
