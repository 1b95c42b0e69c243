"""Values that papers and manuals print."""

import math

import numpy as np
import pytest

from reli.index import parse_framework, parse_recipe, score
from reli.index.impute import group_values, sibling_mean
from reli.index.pairwise import ahp_weights, consistency_ratio
from reli.index.treat import is_acceptable, kurtosis, skewness, winsorise
from reli.index.weight import critic

# Saaty (2008), Decision making with the analytic hierarchy process, Int. J. Services Sciences 1,
# table 2: which drink is consumed more in the U.S.? Coffee, wine, tea, beer, sodas, milk, water.
DRINKS = [
    [1, 9, 5, 2, 1, 1, 1 / 2],
    [1 / 9, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
    [1 / 5, 3, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9],
    [1 / 2, 9, 3, 1, 1 / 2, 1, 1 / 3],
    [1, 9, 4, 2, 1, 2, 1 / 2],
    [1, 9, 3, 1, 1 / 2, 1, 1 / 3],
    [2, 9, 9, 3, 2, 3, 1],
]
DERIVED = [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]
CONSISTENCY = 0.022


def test_saaty_drinks():
    matrix = np.array(DRINKS)
    assert ahp_weights(matrix) == pytest.approx(DERIVED, abs=0.0006)
    assert consistency_ratio(matrix) == pytest.approx(CONSISTENCY, abs=0.0006)


# COINr's vignette "Outlier treatment": 1 to 10, and two outliers.
TWELVE = np.array([*range(1, 11), 30, 100], float)


def test_coinr_skewness_kurtosis_and_winsorising():
    assert skewness(TWELVE) == pytest.approx(3.063241, abs=5e-7)
    assert kurtosis(TWELVE) == pytest.approx(9.741391, abs=5e-7)
    assert not is_acceptable(TWELVE)
    treated = winsorise(TWELVE, 2.0, 3.5, 2)
    assert treated.tolist() == [*range(1, 11), 30, 30]
    assert skewness(treated) == pytest.approx(1.712038, abs=5e-7)
    assert kurtosis(treated) == pytest.approx(1.815781, abs=5e-7)


def test_coinr_group_medians():
    """COINr's vignette "Imputation": a column with gaps in two groups of five units."""
    patents = np.array([23.7, 583.5, 3.6, 249.8, np.nan, 64.2, 0.3, np.nan, 46.5, 7.2])
    groups = list("aaaaabbbbb")
    assert group_values(patents, groups, "median") == pytest.approx({"a": 136.75, "b": 26.85})


# The same vignette: ten units by four indicators (patents, trade in cultural services and goods,
# tourists), and what row means after rescaling put in the gaps.
FOUR = """
 23.7  0.13405     NA 11.519
583.5  2.20754 16.182 24.040
  3.6  0.05780  0.985  6.509
249.8  1.79800     NA 17.242
   NA       NA     NA  3.315
 64.2  1.15292  7.555 26.757
  0.3  0.00266  0.046  0.404
   NA  0.08905     NA  2.907
 46.5  0.34615  1.213  3.370
  7.2  0.03553  1.256  0.966
"""
FILLED = {
    (0, 2): 2.850908,
    (3, 2): 10.163326,
    (4, 0): 64.72133,
    (4, 1): 0.246215,
    (4, 2): 1.828412,
    (7, 0): 39.42134,
    (7, 2): 1.128411,
}


def test_coinr_row_means_after_rescaling():
    rows = [line.split() for line in FOUR.strip().splitlines()]
    x = np.array([[np.nan if cell == "NA" else float(cell) for cell in row] for row in rows])
    found = sibling_mean(x, np.nanmin(x, axis=0), np.nanmax(x, axis=0), [False] * 4)
    for (row, column), value in FILLED.items():
        assert found[row, column] == pytest.approx(value, rel=2e-5)
    assert (found[~np.isnan(x)] == x[~np.isnan(x)]).all()


# Diakoulaki, Mavrotas & Papayannakis (1995), Computers & Operations Research 22, table 1: eight
# pharmaceutical firms by profitability, market share and productivity. Weights to eight digits as
# scikit-criteria has them for the same data; the paper prints 0.20, 0.48, 0.32.
FIRMS = [
    [61, 1.08, 4.33],
    [20.7, 0.26, 4.34],
    [16.3, 1.98, 2.53],
    [9, 3.29, 1.65],
    [5.4, 2.77, 2.33],
    [4, 4.12, 1.21],
    [-6.1, 3.52, 2.10],
    [-34.6, 3.31, 0.98],
]


def test_diakoulaki_critic():
    x = np.array(FIRMS)
    scaled = (x - x.min(axis=0)) / np.ptp(x, axis=0)
    assert critic(scaled) == pytest.approx([0.20222554, 0.48090173, 0.31687273], abs=5e-9)


# Technology Achievement Index: data of the Handbook (2008), appendix A.1, from UNDP, Human
# Development Report 2001, table A2.1; goalposts of its technical note 2: observed extremes, for
# telephones and electricity the average of the OECD, in logarithms. Four dimensions of two
# indicators, all alike. Published to three digits, from figures before they were rounded.
TAI_POSTS = """
patents 0 994
royalties 0 272.6
internet 0 232.4
exports 0 80.8
telephones 1 901
electricity 22 6969
schooling 0.8 12.0
university 0.1 27.4
"""
TAI = """
Finland        187 125.6 200.2 50.7 1203 14129 10.0 27.4 0.744
United_States  289 130.0 179.1 66.2  993 11832 12.0 13.9 0.733
Sweden         271 156.6 125.8 59.7 1247 13955 11.4 15.3 0.703
Japan          994  64.6  49.0 80.8 1007  7322  9.5 10.0 0.698
Korea          779   9.8   4.8 66.7  938  4497 10.8 23.2 0.666
Netherlands    189 151.2 136.0 50.9 1042  5908  9.4  9.5 0.630
New_Zealand    103  13.0 146.7 15.4  720  8215 11.7 13.1 0.548
"""
IN_LOGARITHMS = ("telephones", "electricity")


def test_handbook_technology_achievement_index():
    posts = {}
    for line in TAI_POSTS.strip().splitlines():
        code, *ends = line.split()
        posts[code] = [math.log10(float(v)) if code in IN_LOGARITHMS else float(v) for v in ends]
    codes, dimensions = list(posts), ("creation", "recent", "old", "skills")
    nodes = ['[[node]]\ncode = "tai"']
    nodes += [f'[[node]]\ncode = "{name}"\nparent = "tai"' for name in dimensions]
    nodes += [
        f'[[node]]\ncode = "{code}"\nparent = "{dimensions[place // 2]}"\n'
        f"low = {posts[code][0]}\nhigh = {posts[code][1]}"
        for place, code in enumerate(codes)
    ]
    tree = parse_framework("\n".join(nodes), "tai")
    rows = [line.split() for line in TAI.strip().splitlines()]
    values = {
        code: np.array([float(row[1 + place]) for row in rows]) for place, code in enumerate(codes)
    }
    values |= {code: np.log10(values[code]) for code in IN_LOGARITHMS}
    recipe = parse_recipe(
        '[[step]]\ndo = "normalise"\nmethod = "goalposts"\nupper = 1\n'
        '[[step]]\ndo = "weight"\nmethod = "equal"\n'
        '[[step]]\ndo = "aggregate"\nmethod = "arithmetic"',
        "tai",
    )
    found = score(values, [row[0] for row in rows], tree, recipe).values["tai"]
    assert found == pytest.approx([float(row[9]) for row in rows], abs=0.001)
    # The note's worked example: New Zealand's four dimensions.
    wanted = {"creation": 0.076, "recent": 0.411, "old": 0.984, "skills": 0.725}
    scores = score(values, [row[0] for row in rows], tree, recipe).values
    assert {name: round(float(scores[name][-1]), 3) for name in wanted} == wanted
