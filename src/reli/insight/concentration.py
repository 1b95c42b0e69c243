"""How concentrated places are in industries, and industries in places."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

__all__ = [
    "INDUSTRY_SCHEMA",
    "PLACE_SCHEMA",
    "herfindahl",
    "industry_concentration",
    "krugman",
    "place_concentration",
]

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

PLACE_SCHEMA = pa.schema(
    [
        ("division_code", pa.string()),
        ("enterprises", pa.float64()),
        ("hhi", pa.float64()),
        ("effective_industries", pa.float64()),
        ("krugman", pa.float64()),
        ("leading_industry", pa.string()),
        ("leading_share_pct", pa.float64()),
    ]
)

INDUSTRY_SCHEMA = pa.schema(
    [
        ("industry", pa.string()),
        ("places", pa.int32()),
        ("enterprises", pa.float64()),
        ("hhi", pa.float64()),
        ("effective_places", pa.float64()),
        ("leading_place", pa.string()),
        ("leading_share_pct", pa.float64()),
    ]
)


def herfindahl(counts: Matrix) -> Vector:
    """Herfindahl-Hirschman index of each row: the sum of its squared shares.

    From 1 / n (alike in all n columns) to 1 (all in one); its reciprocal is the number of columns
    that would, alike, be as concentrated. NaN for a row without anything.
    Hirschman, American Economic Review 54 (1964).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = counts / counts.sum(axis=1, keepdims=True)
    found: Vector = (shares**2).sum(axis=1)
    return found


def krugman(counts: Matrix) -> Vector:
    """Krugman's index of specialisation of each row against all others: sum |s_pi - s_(others)i|.

    From 0 (the same shares as the others) to 2 (nothing in common). NaN for a row without
    anything, and where there are no others. Krugman, Geography and Trade (1991), p. 76.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = counts / counts.sum(axis=1, keepdims=True)
        others = counts.sum(axis=0) - counts
        other_shares = others / others.sum(axis=1, keepdims=True)
    found: Vector = np.abs(shares - other_shares).sum(axis=1)
    return found


def place_concentration(
    places: Sequence[str], industries: Sequence[str], counts: Matrix
) -> pa.Table:
    """Concentration of places in industries.

    Returns:
        division_code, enterprises, hhi, effective_industries (1 / hhi), krugman, leading_industry,
        leading_share_pct; a row a place with an enterprise.
    """
    if not counts.size:
        return PLACE_SCHEMA.empty_table()
    index, special = herfindahl(counts), krugman(counts)
    totals, leading = counts.sum(axis=1), counts.argmax(axis=1)
    rows = [
        {
            "division_code": places[row],
            "enterprises": totals[row],
            "hhi": index[row],
            "effective_industries": 1 / index[row],
            "krugman": None if np.isnan(special[row]) else special[row],
            "leading_industry": industries[int(leading[row])],
            "leading_share_pct": 100 * counts[row, leading[row]] / totals[row],
        }
        for row in np.flatnonzero(totals > 0).tolist()
    ]
    return pa.Table.from_pylist(rows, schema=PLACE_SCHEMA)


def industry_concentration(
    places: Sequence[str], industries: Sequence[str], counts: Matrix
) -> pa.Table:
    """Concentration of industries in places.

    Returns:
        industry, places (with an enterprise), enterprises, hhi, effective_places (1 / hhi),
        leading_place (its code), leading_share_pct; a row an industry with an enterprise.
    """
    if not counts.size:
        return INDUSTRY_SCHEMA.empty_table()
    index = herfindahl(counts.T)
    totals, leading = counts.sum(axis=0), counts.argmax(axis=0)
    rows = [
        {
            "industry": industries[column],
            "places": int((counts[:, column] > 0).sum()),
            "enterprises": totals[column],
            "hhi": index[column],
            "effective_places": 1 / index[column],
            "leading_place": places[int(leading[column])],
            "leading_share_pct": 100 * counts[leading[column], column] / totals[column],
        }
        for column in np.flatnonzero(totals > 0).tolist()
    ]
    return pa.Table.from_pylist(rows, schema=INDUSTRY_SCHEMA)
