"""Concentration as in the country: heavy tails, zeros, weights from the published tables only."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np

from reli.provenance import LICENCES, read_origins
from reli.reference.emerging import EMERGING
from reli.reference.names import resolve
from reli.synthetic.population import invent

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "src" / "reli" / "synthetic" / "data"


def read(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_shipped_weights_follow_from_the_published_tables():
    rows = read(ROOT / "examples" / "published-2024" / "sources" / "score.csv")
    lowest = defaultdict(lambda: 1e9)
    for row in rows:
        lowest[row["industry"]] = min(lowest[row["industry"]], float(row["index"]))
    expected = {
        (row["industry"], resolve(row["county"], row["city"], row["province"])): round(
            1 + 4 * (float(row["index"]) / lowest[row["industry"]] - 1), 2
        )
        for row in rows
    }
    shipped = {
        (row["industry"], row["division_code"]): float(row["weight"])
        for row in read(DATA / "county_weights.csv")
    }
    assert shipped == expected


def test_every_file_has_an_origin():
    origins = read_origins(DATA / "origins.toml")
    assert set(origins) == {path.name for path in DATA.iterdir()} - {"origins.toml"}
    assert all(each.licence in LICENCES for each in origins.values())


def test_concentration():
    country = invent(100_000, 5)
    counts = np.bincount(country.unit, minlength=len(country.land.codes))
    ordered = np.sort(counts)[::-1]
    assert ordered[:100].sum() > 0.2 * counts.sum()
    assert ordered[0] < 0.06 * counts.sum()
    for group, name in enumerate(EMERGING):
        of_group = np.bincount(country.unit[country.group == group], minlength=len(counts))
        assert 0 < (of_group == 0).sum() < len(counts), name
    assert 0.10 < country.is_emerging.mean() < 0.15
