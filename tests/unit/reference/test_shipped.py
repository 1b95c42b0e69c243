"""What is shipped checks itself, and says where it comes from."""

from importlib.resources import files
from pathlib import Path

import pytest

from reli.errors import InvalidData
from reli.provenance import LICENCES, read_origins
from reli.reference import (
    divisions,
    emerging,
    industries,
    regions,
    tables,
    towns,
    universes,
    zones,
)

PACKAGE = Path(str(files("reli")))
MODULES = (divisions, emerging, industries, regions, towns, universes, zones)
SHIPPED = [
    path
    for pattern in ("reference/data/*", "report/assets/**/*", "synthetic/data/*", "web/assets/**/*")
    for path in PACKAGE.glob(pattern)
    if path.is_file() and path.name != "origins.toml"
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_table_agrees_with_itself_and_its_declared_counts(module):
    module.check()


@pytest.mark.parametrize(
    "module, name, column",
    [
        (towns, "towns.csv", "town_code"),
        (zones, "zones.csv", "zone_name"),
        (industries, "gb4754.csv", "code"),
    ],
)
def test_a_lost_row_is_noticed(module, name, column, monkeypatch):
    whole = tables.read_shipped(name, *(["is_generic"] if module is towns else []))
    monkeypatch.setattr(module, "read_shipped", lambda *_: whole.slice(1))
    loader = {towns: "towns", zones: "zones", industries: "gb4754"}[module]
    monkeypatch.setattr(module, loader, lambda: whole.slice(1))
    with pytest.raises(InvalidData, match=name):
        module.check()


def test_there_are_shipped_files_to_look_at():
    assert len(SHIPPED) >= 9


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_file_has_an_origin_record_under_a_licence_we_may_ship(path):
    records = read_origins(path.parent / "origins.toml")
    assert path.name in records, f"{path.name} has no record in {path.parent / 'origins.toml'}"
    assert records[path.name].licence in LICENCES


@pytest.mark.parametrize("path", {path.parent for path in SHIPPED}, ids=lambda path: path.name)
def test_no_record_without_its_file(path):
    assert set(read_origins(path / "origins.toml")) <= {file.name for file in path.iterdir()}
