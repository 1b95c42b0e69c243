"""What is shipped checks itself, and says where it comes from."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pytest

from reli.errors import InvalidData, Problems
from reli.provenance import LICENCES, read_origins
from reli.reference import (
    catalogue,
    census,
    divisions,
    emerging,
    further_towns,
    industries,
    ipc,
    look_alikes,
    regions,
    short_names,
    tables,
    towns,
    universes,
    zones,
)

PACKAGE = Path(str(files("reli")))
MODULES = (
    *(census, divisions, emerging, further_towns, industries, ipc, regions, short_names, towns),
    *(look_alikes, universes, zones),
)
SHIPPED = sorted(
    path
    for pattern in ("reference/data/*", "report/assets/**/*", "synthetic/data/*", "web/assets/**/*")
    for path in PACKAGE.glob(pattern)
    if path.is_file() and path.name != "origins.toml"
)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_table_agrees_with_itself_and_its_declared_counts(module):
    module.check()


@pytest.mark.parametrize(
    "module, name, column",
    [
        (towns, "towns.csv", "town_code"),
        (further_towns, "further_towns.csv", "town_name"),
        (zones, "zones.csv", "zone_name"),
        (industries, "gb4754.csv", "code"),
    ],
)
def test_a_lost_row_is_noticed(module, name, column, monkeypatch):
    whole = tables.read_shipped(name, *(["is_generic"] if module is towns else []))
    monkeypatch.setattr(module, "read_shipped", lambda *_: whole.slice(1))
    loader = {
        towns: "towns",
        further_towns: "further_towns",
        zones: "zones",
        industries: "gb4754",
    }[module]
    monkeypatch.setattr(module, loader, lambda: whole.slice(1))
    with pytest.raises(InvalidData, match=name):
        module.check()


@pytest.fixture
def altered(monkeypatch):
    """Versions of divisions, of which one can be replaced."""
    versions = dict(divisions._versions())
    monkeypatch.setattr(divisions, "_versions", lambda: versions)

    def alter(code, **changes):
        *before, last = versions[code]
        versions[code] = (*before, replace(last, **changes))

    return alter


@pytest.mark.parametrize(
    "code, changes, problem",
    [
        ("330106", {"city_code": "339900"}, "330106 西湖区: no parent 339900 in 1983"),
        ("330106", {"city_code": "331100"}, "330106 西湖区: no parent 331100 in 1983"),
        ("110103", {"successors": ()}, "110103 崇文区: retired without a successor"),
        ("110103", {"successors": (("110199", 2010),)}, "successor 110199 does not exist"),
        ("110103", {"successors": (("330113", 2010),)}, "successor 330113 does not exist"),
    ],
)
def test_a_division_that_hangs_in_the_air_is_noticed(altered, code, changes, problem):
    altered(code, **changes)
    with pytest.raises(InvalidData, match=problem):
        divisions.check()


def test_a_lost_division_is_noticed(altered):
    versions = divisions._versions()
    versions.pop("330110")
    with pytest.raises(InvalidData, match=r"6\d{3} divisions, declared are 6,?823"):
        divisions.check()


def test_a_star_in_one_place_only_is_noticed(monkeypatch):
    rows = emerging.classes().to_pylist()
    starred = next(row for row in rows if row["is_starred"])
    other = {**starred, "is_starred": False}
    whole = pa.Table.from_pylist([*rows, other], schema=emerging.classes().schema)
    monkeypatch.setattr(emerging, "classes", lambda: whole)
    with pytest.raises(InvalidData, match=r"940 rows.*1 classes with and without a star"):
        emerging.check()


def test_a_region_with_an_unknown_member_is_noticed(monkeypatch):
    monkeypatch.setattr(regions, "_regions", lambda: {"东部": ("110000", "119900")})
    with pytest.raises(InvalidData, match="119900"):
        regions.check()


def test_all_that_does_not_hold_is_told_together(monkeypatch):
    monkeypatch.setattr(towns, "check", lambda: fail("towns.csv: short"))
    monkeypatch.setattr(zones, "check", lambda: fail("zones.csv: short"))
    catalogue.check_all.cache_clear()
    with pytest.raises(Problems, match=r"2 problems(.|\n)*towns.csv(.|\n)*zones.csv"):
        catalogue.check_all()


def fail(message):
    raise InvalidData(message)


def test_there_are_shipped_files_to_look_at():
    assert len(SHIPPED) >= 9


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_file_has_an_origin_record_under_a_licence_we_may_ship(path):
    records = read_origins(path.parent / "origins.toml")
    assert path.name in records, f"{path.name} has no record in {path.parent / 'origins.toml'}"
    assert records[path.name].licence in LICENCES


@pytest.mark.parametrize(
    "path", sorted({path.parent for path in SHIPPED}), ids=lambda path: path.name
)
def test_no_record_without_its_file(path):
    assert set(read_origins(path / "origins.toml")) <= {file.name for file in path.iterdir()}
