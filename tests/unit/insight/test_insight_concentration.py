"""Concentration by hand."""

import numpy as np
import pytest

from reli.insight.concentration import (
    herfindahl,
    industry_concentration,
    krugman,
    place_concentration,
)

COUNTS = np.array([[2.0, 2.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0]])


def test_herfindahl_by_hand():
    # Two halves: 1/4 + 1/4; four quarters: 4/16; nothing: not defined.
    assert herfindahl(COUNTS) == pytest.approx(np.array([0.5, 0.25, np.nan]), nan_ok=True)
    # 50, 30 and 20 per cent: 0.25 + 0.09 + 0.04, as in the merger guidelines' way of counting.
    assert herfindahl(np.array([[5.0, 3.0, 2.0]])) == pytest.approx([0.38])


def test_krugman_by_hand():
    # Each against the other: |1/2 - 1/4| + |1/2 - 1/4| + 1/4 + 1/4 = 1.
    assert krugman(COUNTS)[:2] == pytest.approx([1.0, 1.0])
    # Nothing in common: 2. Krugman (1991): 0 for the same structure, 2 for disjoint ones.
    assert krugman(np.array([[3.0, 0.0], [0.0, 5.0]])) == pytest.approx([2.0, 2.0])
    assert krugman(np.array([[1.0, 3.0], [2.0, 6.0]])) == pytest.approx([0.0, 0.0])


def test_a_place_without_others_has_no_krugman_index():
    assert np.isnan(krugman(np.array([[1.0, 2.0]]))).all()


def test_tables():
    places = place_concentration(["a", "b", "c"], ["w", "x", "y", "z"], COUNTS).to_pylist()
    assert [row["division_code"] for row in places] == ["a", "b"]
    assert places[0]["effective_industries"] == 2 and places[0]["leading_share_pct"] == 50
    (w, *_) = industry_concentration(["a", "b", "c"], ["w", "x", "y", "z"], COUNTS).to_pylist()
    # Of three enterprises of w, two in a: 4/9 + 1/9.
    assert (w["places"], w["leading_place"]) == (2, "a")
    assert w["hhi"] == pytest.approx(5 / 9)
