"""The data package: valid by the reference validator, and the same figures as the standings."""

import csv
import hashlib
import json

import polars as pl
import pyarrow.parquet as pq
import pytest
from frictionless import Package

from reli.report.datapackage import read_member

SDMX_COLUMNS = [
    *("STRUCTURE", "STRUCTURE_ID", "ACTION"),
    *("REF_AREA", "INDUSTRY", "INDICATOR", "TIME_PERIOD"),
    *("OBS_VALUE", "OBS_STATUS", "UNIT_MEASURE"),
]


@pytest.fixture(params=["published", "synthetic"])
def project(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def package(project):
    return project / "out" / "datapackage"


@pytest.fixture
def descriptor(package):
    return json.loads((package / "datapackage.json").read_text(encoding="utf-8"))


def test_valid_by_the_reference_validator(package):
    report = Package(str(package / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "title", "message"])[:5]


def test_a_changed_byte_is_found(published, tmp_path):
    package = published / "out" / "datapackage"
    for path in package.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    table = tmp_path / "framework.csv"
    table.write_bytes(table.read_bytes().replace(b"heat", b"cold", 1))
    assert not Package(str(tmp_path / "datapackage.json")).validate().valid


def test_every_file_is_described_with_its_hash(package, descriptor):
    described = {each["path"]: each["hash"] for each in descriptor["resources"]}
    there = {path.name for path in package.iterdir()} - {"datapackage.json"}
    assert described.keys() == there
    for name, stated in described.items():
        assert stated == "sha256:" + hashlib.sha256((package / name).read_bytes()).hexdigest()


def test_fields_have_meanings_and_the_whole_has_licence_and_sources(descriptor):
    for resource in descriptor["resources"]:
        for each in resource.get("schema", {}).get("fields", ()):
            assert each["title"]
            assert each["description"]
    assert descriptor["licenses"][0]["name"]
    assert descriptor["sources"]


def test_csv_and_parquet_and_standings_agree(project, package):
    standings = pl.DataFrame(pq.read_table(project / "build" / "score" / "standings.parquet"))
    keys = ["industry", "division_code"]
    ranks = pl.DataFrame(read_member(package, "ranks"))
    both = standings.join(ranks, on=keys, suffix="_packed")
    assert both.height == standings.height
    for name in ("rank", "index", "status", "county", "city", "province"):
        assert both[name].eq_missing(both[f"{name}_packed"]).all(), name
    with (package / "ranks.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["division_code"] for row in rows] == ranks["division_code"].to_list()
    assert [row["index"] for row in rows] == [
        "" if value is None else str(value) for value in ranks["index"]
    ]


def test_what_was_not_published_says_so(published):
    ranks = pl.DataFrame(read_member(published / "out" / "datapackage", "ranks"))
    assert ranks.height == 9 * 2814
    assert ranks.filter(pl.col("status") == "ranked").height == 900
    others = ranks.filter(pl.col("status") == "unpublished")
    assert others.height == 9 * 2814 - 900
    assert others["index"].null_count() == others["rank"].null_count() == others.height


def test_sdmx_holds_each_score_once(project, package):
    flat = pl.read_csv(package / "scores.sdmx.csv", infer_schema=False)
    assert flat.columns == SDMX_COLUMNS
    assert flat.select(SDMX_COLUMNS[3:7]).is_duplicated().sum() == 0
    assert set(flat["OBS_STATUS"]) <= {"A", "L", "M"}
    heat = flat.filter((pl.col("INDICATOR") == "heat") & (pl.col("INDUSTRY") == "T"))
    ranks = pl.DataFrame(read_member(package, "ranks")).filter(pl.col("industry") == "综合")
    found = dict(zip(heat["REF_AREA"], heat["OBS_VALUE"], strict=True))
    for code, value in ranks.select("division_code", "index").iter_rows():
        assert (found[code] is None) == (value is None)
        assert value is None or float(found[code]) == value
