"""What docs/reference-data.md says of the tables is so."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reli.cli.app import app
from reli.reference.catalogue import TABLES
from reli.reference.emerging import classes
from reli.reference.regions import region_names
from reli.reference.towns import towns
from reli.reference.universes import UNIVERSES, universe

TEXT = (Path(__file__).parents[2] / "docs" / "reference-data.md").read_text(encoding="utf-8")
ROWS = {
    cells[0].strip("` "): [cell.strip() for cell in cells[1:]]
    for line in TEXT.splitlines()
    if line.startswith("| `") and (cells := line.strip("| ").split("|"))
}


@pytest.mark.parametrize("name", TABLES)
def test_each_table_stands_there_with_its_rows_and_licence(name):
    rows, *_, licence = ROWS[name]
    assert (rows, licence) == (f"{TABLES[name].load().num_rows:,}", TABLES[name].origin.licence)


@pytest.mark.parametrize("name", UNIVERSES)
def test_each_universe_stands_there_with_its_size(name):
    key = next(each for each in ROWS if each.startswith(name))
    assert ROWS[key][0] == f"{universe(name).units.num_rows:,}"


def test_the_regions_stand_there_in_their_order():
    assert ", ".join(region_names()) in TEXT


def test_the_limits_are_counted():
    without = [row for row in classes().to_pylist() if not row["products"]]
    assert f"{len(without)} pairs list no products" in TEXT
    assert f"of these {sum(row['is_starred'] for row in without)} are starred" in TEXT
    assert f"It is empty for {towns()['division_code'].null_count} towns" in TEXT
    assert f"marks {sum(filter(None, towns()['is_generic'].to_pylist()))} names" in TEXT


@pytest.mark.parametrize("line", re.findall(r"^    reli reference (.*)$", TEXT, re.MULTILINE))
def test_the_commands_run(line):
    words = line.split("#")[0].split()
    if words[0] == "import-sei":
        words = ["import-sei", "--help"]
    assert CliRunner().invoke(app, ["reference", *words]).exit_code == 0
