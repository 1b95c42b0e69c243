"""Values that papers and manuals print."""

import numpy as np
import pytest

from reli.index.impute import group_values, sibling_mean
from reli.index.pairwise import ahp_weights, consistency_ratio
from reli.index.treat import is_acceptable, kurtosis, skewness, winsorise

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
