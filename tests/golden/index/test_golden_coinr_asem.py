"""What COINr's documentation prints for its own example, from its own data.

Figures from the vignettes "Presenting results", "Aggregation" and "Weights" of COINr 1.1; the index
is denominated, imputed by group means, screened, winsorised, rescaled and averaged.
"""

import csv

import numpy as np
import pyarrow as pa
import pytest

from reli.index import parse_framework, parse_recipe, read_panel, scores_of
from reli.index.weight import correlations, pca

EXAMPLE = """
[[step]]
do = "denominate"

[[step]]
do = "impute"
method = "group_mean"
by = "EurAsia_group"

[[step]]
do = "screen"
at_least = 0.9

[[step]]
do = "treat"
method = "winsorise"
then = "log_ct"

[[step]]
do = "normalise"
method = "minmax"

[[step]]
do = "aggregate"
method = "arithmetic"
"""
PRINTED = """
uCode Rank Index  Conn  Sust Physical ConEcFin Political Instit   P2P Environ Social SusEcFin
CHE    1   68.38 62.79 73.98    63.41    32.87     74.78  85.94 56.93   77.21  87.85    56.88
NLD    2   64.82 61.94 67.70    64.87    46.62     84.55  71.74 41.92   58.73  86.58    57.78
DNK    3   64.80 57.10 72.51    50.52    30.43     78.13  75.35 51.04   69.83  86.40    61.29
NOR    4   64.47 57.44 71.50    58.18    25.70     80.03  89.46 33.80   70.90  87.00    56.59
BEL    5   63.54 63.99 63.09    71.97    48.22     80.84  75.60 43.32   53.01  86.17    50.09
SWE    6   63.00 53.87 72.12    51.51    23.87     80.98  74.51 38.50   66.37  87.74    62.27
IND   45   39.79 28.60 50.99    18.78     6.38     51.90  59.84  6.07   75.34  22.74    54.88
"""


def run(shared_dir, recipe):
    folder = shared_dir / "asem"
    tree = parse_framework((folder / "iMeta.csv").read_text(encoding="utf-8"), "iMeta.csv")
    with (folder / "iData.csv").open(encoding="utf-8", newline="") as file:
        table = pa.Table.from_pylist(list(csv.DictReader(file)))
    panels = read_panel(table, tree, "iData.csv")
    return scores_of(panels, tree, parse_recipe(recipe, "recipe", tree.indicators))[0]


@pytest.fixture(scope="module")
def example(shared_dir):
    return run(shared_dir, EXAMPLE)


def test_the_example_has_the_printed_scores_and_ranks(example):
    header, *rows = [line.split() for line in PRINTED.strip().splitlines()]
    for code, rank, *values in rows:
        unit = example.units.index(code)
        found = [float(example.values[node][unit]) for node in header[2:]]
        assert found == pytest.approx([float(value) for value in values], abs=0.0051), code
        assert example.ranks_of("Index")[unit] == int(rank)


def test_effective_weights(example):
    # Vignette "Weights": a fiftieth for the five of ConEcFin, a thirtieth for those of Environ.
    weights = example.effective_weights(example.units.index("CHE"))
    assert weights["Goods"] == pytest.approx(0.02)
    assert weights["Renew"] == pytest.approx(1 / 30)
    assert sum(weights[code] for code in example.framework.indicators) == pytest.approx(1)


def test_loadings_of_the_first_component(example):
    # Vignette "Weights": loadings of level 2, of the group Conn.
    pillars = ["Physical", "ConEcFin", "Political", "Instit", "P2P"]
    printed = np.array([0.5117970, 0.3049926, 0.3547671, 0.5081540, 0.5108455])
    x = np.column_stack([example.values[code] for code in pillars])
    assert pca(x) == pytest.approx(printed / printed.sum(), abs=5e-7)


def test_correlations_of_the_sub_indices_with_the_index(example):
    x = np.column_stack([example.values[code] for code in ("Index", "Conn", "Sust")])
    assert correlations(x)[0, 1:] == pytest.approx([0.9397805, 0.8382873], abs=5e-8)


def test_raw_data_pass_with_moments_as_printed(shared_dir):
    # Vignette "Outlier treatment", raw data.
    from reli.index.treat import kurtosis, skewness

    raw = run(shared_dir, '[[step]]\ndo = "impute"\nmethod = "zero"').raw
    assert skewness(raw["Flights"]) == pytest.approx(2.1032872, abs=5e-8)
    assert kurtosis(raw["Gas"]) == pytest.approx(10.3346494, abs=5e-8)


def test_points_moved_as_printed(shared_dir):
    # The same vignette: one point of Flights, Bord, Elec and Gas, two of Goods, none of Services.
    found = run(shared_dir, '[[step]]\ndo = "treat"\nmethod = "winsorise"\nthen = "log_ct"')
    moved = {record["indicator"]: record.get("moved", 0) for record in found.fitted}
    printed = {"LPI": 0, "Flights": 1, "Ship": 0, "Bord": 1, "Elec": 1, "Gas": 1, "Goods": 2}
    assert {code: moved[code] for code in printed} == printed
    assert moved["Services"] == 0
