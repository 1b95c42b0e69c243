"""A project with shapes of its own."""

import json

import pytest
from tests.flow.quick import publishing

from reli.errors import InvalidData, MissingFile
from reli.pipeline import run_project

SCORES = """industry,rank,county,city,province,index
综合,1,海淀区,北京市,北京市,90
综合,2,余杭区,杭州市,浙江省,80
"""
SETTINGS = """name = "own"
reference_year = 2023
is_partial = true
top = 2
layer = "own.geojson"

[[sources]]
table = "score"
path = "score.csv"
"""


def square(code, west, south):
    ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1]]
    shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    return {"type": "Feature", "properties": {"code": code}, "geometry": shape}


@pytest.fixture
def project(tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "score.csv").write_text(SCORES, encoding="utf-8")
    (tmp_path / "reli.toml").write_text(SETTINGS + publishing("report"), encoding="utf-8")
    return tmp_path


def test_maps_are_drawn_from_the_layer_of_the_project(project):
    features = [square("110108", 116, 39), square("330110", 119, 30)]
    layer = {"type": "FeatureCollection", "features": features}
    (project / "own.geojson").write_text(json.dumps(layer), encoding="utf-8")
    run_project(project)
    drawn = json.loads((project / "build/published/basemap.json").read_text(encoding="utf-8"))
    assert list(drawn["counties"]) == ["110108", "330110"]
    assert (project / "out/report.pdf").is_file()


def test_a_layer_that_is_not_there_is_named(project):
    with pytest.raises(MissingFile, match=r"own\.geojson"):
        run_project(project)


def test_a_layer_that_is_none_is_refused(project):
    (project / "own.geojson").write_text("{}", encoding="utf-8")
    with pytest.raises(InvalidData, match="expected GeoJSON"):
        run_project(project)
