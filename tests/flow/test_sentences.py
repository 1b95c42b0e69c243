"""Every sentence of a built project, read back and counted again from its tables alone."""

import json
import re
from collections import Counter, defaultdict

import polars as pl
import pytest
from tests.unit.insight.recount import (
    CLUSTERS,
    Wrong,
    display,
    recount,
    recount_across,
    recount_hot_spots,
)
from tests.unit.insight.recount_leaders import Tables, recount_leaders
from typer.testing import CliRunner

from reli.cli.app import app
from reli.errors import MissingFile
from reli.reference.emerging import INDUSTRIES

OF_LEADERS = {
    *(
        "list",
        "leader",
        "ahead",
        "steady",
        "one_city",
        "dominant",
        "front",
        "total",
        "field",
        "grew",
        "peak",
        "hot",
    ),
}
ACROSS = {"breadth", "breadth_none", "breadth_many", "versatile"}
APPENDIX = {"activity", "zones", "decisions", "turnover", "moves"}


def sentences_of(folder):
    found = json.loads((folder / "build/published/facts.json").read_text(encoding="utf-8"))
    return [
        (industry, each["text"], each["fact"])
        for industry in found
        for each in found[industry]["sentences"]
    ]


def table(folder, name):
    path = folder / f"{name}.parquet"
    return pl.read_parquet(path) if path.is_file() else None


def nested(frame, *keys, value="value"):
    """Keys -> unit -> value, without what is missing."""
    found = defaultdict(dict)
    for *key, unit, number in frame.drop_nulls(value).select(*keys, "unit", value).iter_rows():
        found[tuple(key) if len(key) > 1 else key[0]][unit] = number
    return dict(found)


def tables_of(folder):
    """The published tables of a project as plain dicts."""
    package = folder / "out" / "datapackage"
    indicators = table(package, "indicators").rename({"division_code": "unit"})
    nodes = {row["code"]: row for row in table(package, "framework").to_dicts()}
    leaves = [code for code, row in nodes.items() if row["level"] == 1]
    parents = {code: row["parent"] for code, row in nodes.items()}
    divisions = table(package, "divisions").to_dicts()
    beside = table(folder, "build/indicator/beside")
    city_scores = table(folder, "build/score/city")
    city_ranks = defaultdict(lambda: defaultdict(dict))
    for row in city_scores.to_dicts() if city_scores is not None else ():
        if nodes[row["node"]]["level"] == 3 and row["value"] is not None:
            city_ranks[row["industry"]][row["node"]][row["unit"]] = (row["rank"], row["value"])
    cities = {row["city_code"]: row["city"] for row in divisions if row["city_code"]}
    cities |= {row["division_code"]: row["county"] for row in divisions if row["kind"] == "city"}
    return Tables(
        year=2023,
        names={code: row["name_zh"] for code, row in nodes.items()},
        units={code: nodes[code]["unit_of_measure"] for code in leaves},
        dimensions={code: parents[parents[code]] for code in leaves},
        places={
            row["division_code"]: (f"{row['city'] or row['province']}{row['county']}", row["city"])
            for row in divisions
            if row["kind"] != "city"
        },
        cities=cities,
        values={
            key: {unit: number for unit, number in counties.items() if not unit.endswith("00")}
            for key, counties in nested(indicators, "industry", "indicator", "year").items()
        },
        beside=(
            nested(beside, "level", "industry", "indicator", "year") if beside is not None else {}
        ),
        city_ranks=city_ranks,
        classes=nested_classes(package),
        class_names=dict(
            table(package, "second_level").select("class_code", "class_name").iter_rows()
        ),
    )


def nested_classes(package):
    """Second-level class -> county -> enterprises of the reference year."""
    rows = table(package, "second_level").filter(
        (pl.col("division_level") == "county")
        & (pl.col("year") == 2023)
        & ~pl.col("division_code").str.ends_with("00")
    )
    found = defaultdict(dict)
    for code, unit, count in rows.select("class_code", "division_code", "enterprises").iter_rows():
        found[code][unit] = count
    return dict(found)


def rows_of(folder):
    """Industry -> rows of its standings, by rank."""
    frame = table(folder, "build/score/standings").drop_nulls("rank").sort("rank")
    found = frame.with_columns(pl.col("city").fill_null(""))
    return {
        industry: found.filter(pl.col("industry") == industry).to_dicts()
        for industry in INDUSTRIES
        if industry in set(frame["industry"])
    }


@pytest.fixture(scope="module")
def country(synthetic):
    return synthetic, sentences_of(synthetic), tables_of(synthetic), rows_of(synthetic)


def test_every_sentence_is_borne_out_by_the_published_tables(country):
    folder, sentences, tables, rows = country
    kinds = Counter()
    for industry, text, fact in sentences:
        kind = fact["kind"]
        if kind in OF_LEADERS:
            recount_leaders(text, industry, tables)
        elif kind in ACROSS:
            recount_across(text, rows, 100)
        elif kind.startswith("hot_spots"):
            recount_hot(folder, text, industry)
        elif kind.startswith("finding"):
            kinds["finding"] += recount_finding(text, fact, rows)
        elif kind in APPENDIX:
            kinds["appendix"] += recount_appendix(folder, text, fact)
        else:
            recount(text, rows[industry], 100)
        kinds[kind] += 1
    assert len(sentences) > 200
    assert kinds["finding"] == 4
    assert set(kinds) >= {"top_list", "provinces", "cities", "absent", "list", "leader", "ahead",
                          "front", "hot", "field", "hot_spots", "activity", "zones"}  # fmt: skip


def test_every_indicator_with_a_value_has_its_list_and_whoever_is_far_ahead_is_said_to_be(country):
    _, sentences, tables, _ = country
    told = Counter()
    for industry, text, fact in sentences:
        if fact["kind"] in ("list", "ahead"):
            kind, codes = recount_leaders(text, industry, tables)
            told[kind, industry, *codes] += 1
    expected = Counter()
    for industry, code, year in tables.values:
        order = tables.order(industry, code, year)
        if year != tables.year or not order:
            continue
        expected["list", industry, code] += 1
        alone = len(order) > 1 and order[0][0] < order[1][0] == 2
        is_enough = tables.units[code] == "%" or order[0][2] >= 10
        if alone and is_enough and order[0][2] >= 1.5 * order[1][2]:
            expected["ahead", industry, code] += 1
    assert told == expected


def test_each_fact_names_what_its_sentence_says(country):
    _, sentences, tables, _ = country
    for industry, text, fact in sentences:
        if fact["kind"] not in OF_LEADERS:
            continue
        for place in fact["places"]:
            assert place["name"] in text
            code = place["division_code"]
            names = {**tables.cities, **{unit: name for unit, (name, _) in tables.places.items()}}
            assert names[code] == place["name"]
            if fact["kind"] == "list":
                (indicator,) = fact["indicators"]
                assert place["value"] == tables.values[industry, indicator, 2023][code]


def recount_hot(folder, text, industry):
    """A sentence on hot counties, from the published clusters."""
    package = folder / "out" / "datapackage"
    units = table(package, "clusters").filter(pl.col("industry") == industry).to_dicts()
    names = {
        row["division_code"]: (
            f"{row['city'] or row['province']}{row['county']}",
            row["province"],
            row["city"],
        )
        for row in table(package, "divisions").to_dicts()
    }
    regions = {member: region for region, each in CLUSTERS.items() for member in each}
    recount_hot_spots(text, units, names, industry, regions)


def recount_finding(text, fact, rows):
    """Sentences at the head of the report, from the ranks alone."""
    kind, industries = fact["kind"], [industry for industry in rows if industry != "综合"]
    ranked = {
        industry: [row for row in each if row["rank"] is not None and row["rank"] <= 100]
        for industry, each in rows.items()
    }
    first = {
        industry: [display(row) for row in each if row["rank"] == 1]
        for industry, each in ranked.items()
    }
    if kind == "finding_leader":
        assert text == f"综合热力值居首的是{first['综合'][0]}。"
    elif kind == "finding_spread":
        counts = sorted(Counter(row["province"] for row in ranked["综合"]).values(), reverse=True)
        number, share = re.search(r"最多的(.+)个就占([\d.]+)%", text).groups()
        number = 1 + "一二三四五六七八九十".index(number.replace("两", "二"))
        assert f"{len(counts)}个省级行政区" in text
        assert 2 * sum(counts[:number]) >= sum(counts) > 2 * sum(counts[: number - 1])
        assert float(share) == pytest.approx(100 * sum(counts[:number]) / sum(counts), abs=0.05)
    elif kind == "finding_leaders":
        told = re.findall(r"(?:：|；)(.+?)居(.+?)(?:.个)?产业之首", text)
        said = {(name, each) for name, led in told for each in re.split("、|和", led)}
        assert said == {(name, each) for each in industries for name in first[each]}
    else:
        numbers = {each: len({row["province"] for row in ranked[each]}) for each in industries}
        wide, most, narrow, fewest = re.search(
            r"最广的是(.+)（(\d+)个省级行政区），最集中的是(.+)（(\d+)个）", text
        ).groups()
        for listed, number, exact in (
            (wide, most, max(numbers.values())),
            (narrow, fewest, min(numbers.values())),
        ):
            assert int(number) == exact
            assert re.split("、|和", listed) == [e for e in industries if numbers[e] == exact]
    return 1


def recount_appendix(folder, text, fact):
    """Sentences of the appendices, from the tables behind them."""
    if fact["kind"] == "activity":
        rows = table(folder, "build/indicator/standing").filter(
            (pl.col("year") == 2023) & (pl.col("level") == "county")
        )
        known = [row for row in rows.to_dicts() if row["active_share_pct"] is not None]
        flagged = [row["unit"] for row in known if row["is_registration_park"]]
        assert f"{len(known):,}个有活跃信息" in text and f"有{len(flagged):,}个的" in text
        assert sorted(flagged) == fact["flagged"]
    elif fact["kind"] == "zones":
        rows = table(folder, "build/classified/enterprises").filter(
            pl.col("place_method").str.starts_with("zone")
        )
        placed = rows.drop_nulls("division_code")
        assert f"企业有{placed.height:,}家" in text
        assert fact["firms"] == placed.height
        assert fact["units"] == placed["division_code"].n_unique()
    else:
        raise AssertionError(text)
    return 1


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("list", "和", "、北京市密云区和"),
        ("list", "前十位", "前五位"),
        ("ahead", "的", "之"),
        ("ahead", "倍", "1倍"),
        ("front", "均居前列", "均居首位"),
        ("hot", "三项", "两项"),
    ],
)
def test_a_slip_would_be_found(country, kind, old, new):
    _, sentences, tables, _ = country
    industry, text = next(
        (industry, text)
        for industry, text, fact in sentences
        if fact["kind"] == kind and old in text
    )
    recount_leaders(text, industry, tables)
    with pytest.raises((Wrong, AssertionError, KeyError)):
        recount_leaders(text.replace(old, new, 1), industry, tables)


def facts_of(source, out, *more):
    words = ["facts", str(source), str(out), "--quiet", *more]
    assert CliRunner().invoke(app, words).exit_code == 0
    return json.loads(out.read_text(encoding="utf-8"))


def test_the_command_gives_for_a_project_what_the_run_keeps(synthetic, tmp_path):
    kept = json.loads((synthetic / "build/published/facts.json").read_text(encoding="utf-8"))
    assert facts_of(synthetic, tmp_path / "project.json") == kept
    # Of the standings alone, what they alone can say.
    standings = synthetic / "build/score/standings.parquet"
    plain = facts_of(standings, tmp_path / "plain.json")
    assert list(plain) == list(kept)
    for industry, found in plain.items():
        assert found == {key: kept[industry][key] for key in found}
        assert set(found) == {"top10", "provinces", "absent", "cities"}
    fewer = facts_of(synthetic, tmp_path / "fewer.json", "--top", "30")
    assert fewer == facts_of(synthetic, tmp_path / "again.json", "--top", "30")
    assert sum(fewer["综合"]["provinces"].values()) == 30


def test_a_project_that_has_not_been_run_says_so(tmp_path):
    (tmp_path / "reli.toml").write_text(
        'name = "x"\nreference_year = 2023\n[[sources]]\ntable = "score"\npath = "s.csv"\n',
        encoding="utf-8",
    )
    failed = CliRunner().invoke(app, ["facts", str(tmp_path), str(tmp_path / "out.json")])
    assert isinstance(failed.exception, MissingFile) and "reli run" in str(failed.exception)
