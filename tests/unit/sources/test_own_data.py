"""The page on one's own data says what is so."""

import re
from pathlib import Path

import pytest

from reli.sources.mapping import load_mapping
from reli.sources.tables import TABLES

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "own-data.md"


@pytest.fixture(scope="module")
def page():
    return PAGE.read_text(encoding="utf-8")


def test_its_mapping_is_valid(page, tmp_path):
    example = next(
        block for block in re.findall(r"```toml\n(.*?)```", page, re.S) if "drop" in block
    )
    path = tmp_path / "x.mapping.toml"
    path.write_text(example, encoding="utf-8")
    mapping = load_mapping(path, TABLES["recognitions"])
    assert mapping.constants["list"] == "high_tech"


def test_it_names_every_table(page):
    assert [name for name in TABLES if f"`{name}`" not in page] == []
