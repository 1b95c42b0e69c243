"""The interface over HTTP, as pandas, DuckDB, spreadsheets, QGIS and careless clients use it."""

import io
import json
import shutil
import subprocess

import duckdb
import numpy as np
import openpyxl
import pandas
import polars as pl
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from starlette.testclient import TestClient

from reli.report.datapackage import read_member
from reli.web.api import build, create_app
from reli.web.release import Release
from reli.web.rerank import reranker


@pytest.fixture(scope="module")
def client(synthetic):
    with TestClient(create_app(synthetic)) as found:
        yield found


def test_every_example_of_the_documentation_runs(client):
    document = client.get("/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    examples = [
        example
        for operations in document["paths"].values()
        for operation in operations.values()
        for example in operation.get("x-examples", ())
    ]
    assert len(examples) > 20
    for example in examples:
        answer = client.get(example)
        assert answer.status_code == 200, (example, answer.text[:200])
        assert len(answer.content) > 20, example
    question = document["components"]["schemas"]["RerankQuestion"]["examples"][0]
    assert client.post("/v1/rerank", json=question).json()["rows"]


@pytest.mark.parametrize("suffix", ["json", "csv", "parquet", "xlsx", "geojson"])
def test_tables_of_an_invented_country_say_so(client, suffix):
    answer = client.get(f"/v1/ranks.{suffix}?limit=1")
    assert answer.headers["X-Synthetic"] == "true"
    if suffix.endswith("json"):
        assert answer.json()["is_synthetic"] is True


@pytest.fixture(scope="module")
def described(synthetic):
    return build(synthetic)


def test_answers_keep_to_their_description(described):
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", described)
    config = settings(
        max_examples=6,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )

    failed = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(config)
        @schemathesis_case(operation)
        def one(case):
            case.call_and_validate()

        try:
            one()
        except Exception as error:
            failed.append(f"{operation.label}: {str(error)[:600]}")
    assert not failed, "\n".join(failed)


def schemathesis_case(operation):
    from hypothesis import given

    return given(case=operation.as_strategy())


def test_formats_by_suffix_and_by_accept_are_the_same_rows(client):
    query = "industry=综合&limit=40&fields=division_code,rank,index"
    rows = client.get(f"/v1/ranks?{query}").json()["rows"]
    expected = [tuple(row.values()) for row in rows]
    csv = pandas.read_csv(
        io.BytesIO(client.get(f"/v1/ranks.csv?{query}").content), dtype={"division_code": str}
    )
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"/v1/ranks.xlsx?{query}").content)).active
    parquet = pl.read_parquet(client.get(f"/v1/ranks.parquet?{query}").content)
    accepted = client.get(f"/v1/ranks?{query}", headers={"Accept": "text/csv"})
    assert accepted.headers["content-type"].startswith("text/csv")
    assert accepted.content == client.get(f"/v1/ranks.csv?{query}").content
    assert parquet.rows() == expected
    # A workbook keeps sixteen digits.
    for cells, row in zip(sheet.iter_rows(min_row=2, values_only=True), expected, strict=True):
        assert cells == (*row[:2], pytest.approx(row[2], rel=1e-15))
    assert list(csv["division_code"]) == [row[0] for row in expected]
    assert list(csv["index"]) == [row[2] for row in expected]


def test_rows_about_units_are_features_by_suffix_and_by_accept(client):
    query = "industry=综合&top=5"
    rows = client.get(f"/v1/ranks?{query}").json()["rows"]
    told = client.get(f"/v1/ranks.geojson?{query}")
    assert told.headers["content-type"] == "application/geo+json"
    features = told.json()["features"]
    assert [each["properties"] for each in features] == rows
    assert {each["geometry"]["type"] for each in features} <= {"Polygon", "MultiPolygon"}
    accepted = client.get(f"/v1/ranks?{query}", headers={"Accept": "application/geo+json"})
    assert accepted.content == told.content
    assert client.get("/v1/framework.geojson").status_code == 422


def test_cities_provinces_and_quality_are_tables_too(client, synthetic):
    for name in ("city_ranks", "province_ranks", "quality"):
        table = pl.DataFrame(read_member(synthetic / "out" / "datapackage", name))
        told = client.get(f"/v1/{name}?limit=5").json()
        assert (told["total"], len(told["rows"])) == (table.height, 5)
    first = client.get("/v1/city_ranks?industry=综合&top=1").json()["rows"]
    assert [row["rank"] for row in first] == [1]


def test_pandas_and_duckdb_and_a_web_query_read_links_as_they_are(served, tmp_path):
    link = f"{served}/v1/ranks.csv?industry=%E7%BB%BC%E5%90%88&top=20"
    frame = pandas.read_csv(link)
    assert frame["rank"].max() == 20
    assert list(frame.columns)[:2] == ["industry", "rank"]
    whole = pandas.read_parquet(f"{served}/datapackage/ranks.parquet")
    query = "SELECT count(*) FROM whole WHERE rank <= 20 AND industry = '综合'"
    found = duckdb.connect().register("whole", whole).execute(query)
    assert found.fetchone()[0] == len(frame)
    # DuckDB reads a link by its length and by parts, as its extension for HTTP asks for them.
    for form, read in (("csv", "read_csv"), ("parquet", "read_parquet")):
        path = tmp_path / f"ranks.{form}"
        path.write_bytes(_by_parts(f"{served}/v1/ranks.{form}?top=20"))
        query = f"SELECT count(*) FROM {read}('{path}') WHERE industry = '综合'"
        assert duckdb.connect().execute(query).fetchone()[0] == len(frame)
    # A spreadsheet's web query takes the same text, and needs the mark to read it as UTF-8.
    content = _read(link)
    assert content.startswith(b"\xef\xbb\xbfindustry,")


def _by_parts(link, size=50_000):
    """A file over HTTP: its length by HEAD, then its bytes by ranges."""
    from urllib.request import Request, urlopen

    with urlopen(Request(link, method="HEAD")) as answer:
        assert answer.headers["accept-ranges"] == "bytes"
        length = int(answer.headers["content-length"])
    found = b""
    while len(found) < length:
        ends = f"bytes={len(found)}-{min(len(found) + size, length) - 1}"
        with urlopen(Request(link, headers={"Range": ends})) as answer:
            assert answer.status == 206
            found += answer.read()
    return found


def _read(link):
    from urllib.request import urlopen

    with urlopen(link) as answer:
        return answer.read()


def test_a_release_can_be_kept_and_pinned(client):
    first = client.get("/v1/ranks?top=3&industry=综合")
    tag, release = first.headers["etag"], first.headers["x-release"]
    again = client.get("/v1/ranks?top=3&industry=综合", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    pinned = client.get(f"/v1/ranks?top=3&industry=综合&release={release}")
    assert pinned.json() == first.json()
    assert "31536000" in pinned.headers["cache-control"]
    assert client.get("/v1/ranks?release=other").status_code == 422
    profile = client.get("/v1/profiles/330110")
    known = client.get("/v1/profiles/330110", headers={"If-None-Match": profile.headers["etag"]})
    assert known.status_code == 304


def test_answers_are_compressed_and_read_in_parts(client):
    headers = {"Accept-Encoding": "gzip"}
    answer = client.get("/v1/ranks.csv?industry=综合", headers=headers)
    assert answer.headers["content-encoding"] == "gzip"
    whole = client.get("/v1/ranks.parquet?industry=综合").content
    part = client.get("/v1/ranks.parquet?industry=综合", headers={"Range": "bytes=4-9"})
    assert (part.status_code, part.content) == (206, whole[4:10])
    assert client.head("/v1/ranks.parquet").headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("link", "status", "said"),
    [
        ("/v1/ranks?industy=综合", 422, "industy"),
        ("/v1/ranks?industry=新能", 422, "新能源汽车"),
        ("/v1/ranks?limit=5001", 422, "5000"),
        ("/v1/ranks?fields=rank,colour", 422, "fields"),
        ("/v1/ranks.pdf", 422, "parquet"),
        ("/v1/profiles/330199", 404, "330199"),
        ("/v1/nothing", 404, "/v1/nothing"),
        ("/collections/units/items?bbox=1,2,3", 422, "bbox"),
    ],
)
def test_problems_name_the_value_and_what_is_allowed(client, link, status, said):
    answer = client.get(link)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert said in json.dumps(problem, ensure_ascii=False)


def test_nothing_can_be_written(client):
    for method in ("post", "put", "delete", "patch"):
        assert getattr(client, method)("/v1/ranks").status_code == 405


def test_features_for_a_map_program(client, synthetic):
    landing = client.get("/", headers={"Accept": "application/json"}).json()
    relations = {link["rel"] for link in landing["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= relations
    assert any(each.endswith("/core") for each in client.get("/conformance").json()["conformsTo"])
    page = client.get("/collections/units/items?limit=1000").json()
    assert page["numberMatched"] > 2840
    seen = [each["id"] for each in page["features"]]
    while following := [link for link in page["links"] if link["rel"] == "next"]:
        page = client.get(following[0]["href"].split("testserver")[1]).json()
        seen += [each["id"] for each in page["features"]]
    assert len(seen) == len(set(seen)) == page["numberMatched"]
    near = client.get("/collections/units/items?bbox=116.2,39.8,116.6,40.1&limit=100").json()
    assert "110108" in {each["id"] for each in near["features"]}
    high = client.get("/collections/units/items?bbox=116.2,39.8,0,116.6,40.1,99&limit=100").json()
    assert high["features"] == near["features"]
    one = client.get("/collections/units/items/110108").json()
    west, south, east, north = one["bbox"]
    assert 115 < west < east < 117
    assert 39 < south < north < 41
    ranks = pl.DataFrame(read_member(synthetic / "out" / "datapackage", "ranks"))
    own = ranks.filter((pl.col("division_code") == "110108") & (pl.col("industry") == "综合"))
    assert one["properties"]["综合_rank"] == own["rank"][0]


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="needs GDAL (Debian: gdal-bin)")
def test_gdal_reads_the_collection_as_map_programs_do(served, synthetic):
    """QGIS opens OGC API Features by this driver of GDAL, or by the same requests of its own."""

    def ogr(*command):
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert result.returncode == 0, result.stderr
        return result.stdout

    told = ogr("ogrinfo", "-ro", "-so", f"OAPIF:{served}", "units")
    package = synthetic / "out" / "datapackage"
    shapes = json.loads((package / "units.geojson").read_text(encoding="utf-8"))["features"]
    assert f"Feature Count: {len(shapes)}" in told
    assert "综合_rank: Integer" in told
    assert "综合_index: Real" in told
    box = ("-spat", "116.2", "39.8", "116.6", "40.1")
    near = ogr("ogr2ogr", "-f", "GeoJSON", *box, "/vsistdout/", f"OAPIF:{served}", "units")
    features = {each["properties"]["division_code"]: each for each in json.loads(near)["features"]}
    assert 5 < len(features) < 40
    ranks = pl.DataFrame(read_member(package, "ranks"))
    own = ranks.filter((pl.col("division_code") == "110108") & (pl.col("industry") == "综合"))
    assert features["110108"]["properties"]["综合_rank"] == own["rank"][0]
    assert "Polygon" in features["110108"]["geometry"]["type"]


def test_published_weights_give_the_published_ranks(client, synthetic):
    rows = client.post("/v1/rerank", json={"limit": 5000}).json()["rows"]
    ranked = client.get("/v1/ranks?industry=综合&status=ranked&limit=1").json()["total"]
    assert sum(row["rank"] is not None for row in rows) == ranked > 100
    assert all(row["rank"] == row["published_rank"] for row in rows)
    changed = client.post("/v1/rerank", json={"weights": {"foundation": 0, "innovation": 3}})
    assert any(row["rank"] != row["published_rank"] for row in changed.json()["rows"])
    wrong = client.post("/v1/rerank", json={"weights": {"inovation": 3}})
    assert wrong.status_code == 422
    assert "inovation" in wrong.text


def test_ranges_hold_the_rank_and_repeat_by_their_seed(client):
    question = {"ranges": {"count": 20, "seed": 3}, "limit": 50}
    first = client.post("/v1/rerank", json=question).json()
    assert first == client.post("/v1/rerank", json=question).json()
    for row in first["rows"]:
        if row["rank"]:
            assert row["rank_low"] <= row["rank_high"]
    assert sum(row["top_100"] for row in first["rows"]) > 45


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
def test_ranges_are_those_of_weightings_drawn_one_by_one(synthetic, mean):
    lab = reranker(Release(synthetic / "out" / "datapackage"), "综合", "published")
    own, nothing = {"innovation": 2.0}, float("nan")
    scores = lab.scores(own, mean)
    ranks = lab.ranks_of(scores)
    last = np.count_nonzero(~np.isnan(ranks)) + 1 - lab.ranks_of(-scores)
    still = lab.ranges(own, mean, count=20, spread=0, seed=1)
    for ends in still[:2]:
        assert np.array_equal(np.isnan(ends), np.isnan(ranks))
        # Single precision may swap neighbours whose scores differ in the eighth digit.
        assert np.nanmax(ranks - ends) <= 3
        assert np.nanmax(ends - last) <= 3
    low, high, top = lab.ranges(own, mean, count=1000, spread=0.25, seed=1)
    rng = np.random.default_rng(2)
    drawn = []
    for _ in range(150):
        factors = {node.code: 0.75 + 0.5 * rng.random() for node in lab.framework.nodes}
        weights = {code: own.get(code, 1.0) * factor for code, factor in factors.items()}
        drawn.append(lab.ranks_of(lab.scores(weights, mean)))
    slow = np.where(np.isnan(ranks), nothing, np.sort(drawn, axis=0)[[7, 142]])
    for found, expected in zip((low, high), slow, strict=True):
        assert np.nanmedian(np.abs(found - expected) / expected) < 0.01
    share = np.where(np.isnan(ranks), nothing, (np.array(drawn) <= 100).mean(axis=0))
    assert np.nanmax(np.abs(top - share)) < 0.2


def test_without_indicators_there_is_nothing_to_weight(published):
    client = TestClient(create_app(published))
    answer = client.post("/v1/rerank", json={})
    assert answer.status_code == 409
    assert "indicator" in answer.json()["detail"]
    ranks = client.get("/v1/ranks?industry=综合&status=unpublished&limit=1").json()
    assert ranks["total"] == 2714


def test_points_of_an_explanation_add_up(synthetic):
    release = Release(synthetic / "out" / "datapackage")
    for code in ("330114", "310115", "441900"):
        told = release.explain(code, "综合")
        points = sum(each["points"] or 0 for each in told["indicators"])
        assert points == pytest.approx(told["index"], abs=1e-9)


def test_search_by_any_name(synthetic):
    release = Release(synthetic / "out" / "datapackage")
    for text in ("余杭区", "yuhangqu", "yuhang", "yhq", "330110", "杭州市余杭"):
        assert "330110" in [row["division_code"] for row in release.find(text)], text
    assert release.find("昆山县")[0]["division_code"] == "320583"
    assert release.find("没有这个地方") == []


def test_an_abolished_division_leads_to_its_successors(client):
    told = client.get("/v1/divisions/330184").json()  # 余杭市, a district since 2001
    assert "330110" in told["codes_at_vintage"]
