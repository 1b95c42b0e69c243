"""Where heat clusters: neighbours by common borders, global and local Moran's I, centres."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy import sparse

from reli.insight.relatedness import false_discovery
from reli.reference.geometry import Shape

__all__ = [
    "KINDS",
    "GlobalMoran",
    "LocalMoran",
    "centres",
    "global_moran",
    "local_moran",
    "neighbours",
]

Vector = NDArray[np.float64]
Pairs = Sequence[tuple[str, str]]
"""Ordered pairs of units: both directions of each neighbourhood."""

KINDS = ("hot", "cold", "high_among_low", "low_among_high")
"""Of a unit whose local Moran's I is significant: high among high, low among low, and the
outliers."""

_QUADRANTS = {1: "hot", 2: "low_among_high", 3: "cold", 4: "high_among_low"}


def neighbours(shapes: Sequence[Shape], units: Sequence[str]) -> pa.Table:
    """Units with a common border or corner (queen contiguity); islands with the nearest unit.

    Args:
        shapes: in longitude and latitude.
        units: codes; a unit without a shape has no neighbours.

    Returns:
        unit, neighbour, kind (border, nearest), both directions, in the order of the codes.
    """
    wanted = set(units)
    chosen = [shape for shape in shapes if shape.code in wanted]
    chosen.sort(key=lambda shape: shape.code)
    geometries = np.array([shape.geometry for shape in chosen], dtype=object)
    tree = shapely.STRtree(geometries)
    one, other = tree.query(geometries, predicate="intersects")
    found = {(int(a), int(b)): "border" for a, b in zip(one, other, strict=True) if a != b}
    for island in sorted(set(range(len(chosen))) - {a for a, _ in found}):
        for near in _nearest(tree, geometries[island]):
            found |= {(island, near): "nearest", (near, island): "nearest"}
    pairs = sorted(found)
    return pa.table(
        {
            "unit": pa.array([chosen[a].code for a, _ in pairs], pa.string()),
            "neighbour": pa.array([chosen[b].code for _, b in pairs], pa.string()),
            "kind": pa.array([found[pair] for pair in pairs], pa.string()),
        }
    )


def _nearest(tree: shapely.STRtree, island: shapely.Geometry) -> list[int]:
    """The nearest other shape, the first of several; none where there is no other."""
    found = tree.query_nearest(island, exclusive=True)
    return [int(found.min())] if len(found) else []


@dataclass(frozen=True)
class GlobalMoran:
    """Whether like stands beside like in the whole."""

    units: int
    moran_i: float
    expected: float
    """-1 / (n - 1): without any pattern."""
    z: float
    """Standard score under randomisation."""
    p: float
    """Two-sided, from permutations."""


@dataclass(frozen=True)
class LocalMoran:
    """The part of each unit in it, in the order of the units given.

    `kind` is empty where q is above the level of significance.
    """

    lag: Vector
    local_i: Vector
    p: Vector
    """Two-sided, from conditional permutations."""
    q: Vector
    """p corrected for the number of units (Benjamini-Hochberg)."""
    kind: tuple[str, ...]


def global_moran(
    values: Mapping[str, float], pairs: Pairs, *, permutations: int = 999, seed: int = 1
) -> GlobalMoran | None:
    """Moran's I with row-standardised weights; None where it is not defined.

    I = (n / S0) sum_ij w_ij z_i z_j / sum_i z_i^2: Moran, Biometrika 37 (1950); moments under
    randomisation by Cliff and Ord, Spatial Processes (1981), computed by esda.

    Args:
        values: by unit; units without a neighbour among them are left out.
        pairs: of neighbours.
        permutations: for the p-value.
        seed: the same seed gives the same p-value.
    """
    import esda

    y, graph = _graph(values, pairs)
    if len(y) < 4 or np.ptp(y) == 0:
        return None
    with warnings.catch_warnings():
        # Pieces of the graph that hang together by nothing (islands) are no fault here.
        warnings.simplefilter("ignore")
        found = esda.Moran(y, graph, transformation="r", permutations=0)
    weights = graph.transform("r").sparse.tocsr()
    p = _permuted_p(y - y.mean(), weights, permutations, seed)
    return GlobalMoran(len(y), float(found.I), float(found.EI), float(found.z_rand), p)


def _permuted_p(z: Vector, weights: "sparse.csr_array", permutations: int, seed: int) -> float:
    random = np.random.default_rng(seed)
    drawn = np.column_stack([random.permutation(z) for _ in range(permutations)])
    simulated = (drawn * (weights @ drawn)).sum(axis=0)
    observed = float(z @ (weights @ z))
    above = int((simulated >= observed).sum())
    tail = min(above, permutations - above)
    return min(1.0, 2 * (tail + 1) / (permutations + 1))


def local_moran(
    values: Mapping[str, float],
    pairs: Pairs,
    *,
    permutations: int = 19999,
    seed: int = 1,
    level: float = 0.05,
) -> LocalMoran:
    """Local Moran's I (LISA) with row-standardised weights.

    I_i = z_i sum_j w_ij z_j / m2: Anselin, Geographical Analysis 27 (1995), computed by esda; the
    p-values by conditional permutation, drawn here: those of esda 2.9 compare sums to the last bit,
    which decides at random where many units share a value, and stray from plain drawing. Of a
    variable with two values they are exact.

    Args:
        values: by unit; a unit without a neighbour among them has NaN.
        pairs: of neighbours.
        permutations: conditional permutations a unit; the smallest p is 2 / (permutations + 1).
        seed: the same seed gives the same p-values.
        level: rate of false discoveries up to which a unit counts as significant.
    """
    import esda

    y, graph = _graph(values, pairs)
    blank = np.full(len(values), np.nan)
    if len(y) < 4 or np.ptp(y) == 0:
        return LocalMoran(blank, blank, blank, blank, ("",) * len(values))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = esda.Moran_Local(y, graph, permutations=0, keep_simulations=False)
    at = {unit: place for place, unit in enumerate(values)}
    rows = np.array([at[unit] for unit in graph.unique_ids])
    lag, local, p = blank.copy(), blank.copy(), blank.copy()
    lag[rows] = graph.transform("r").lag(y)
    local[rows] = found.Is
    sizes = graph.cardinalities.to_numpy()
    p[rows] = (
        _exact_p(y, lag[rows], sizes)
        if len(np.unique(y)) == 2
        else _conditional_p(y, lag[rows], sizes, permutations, seed)
    )
    q = false_discovery(p)
    kinds = [""] * len(values)
    for row, quadrant in zip(rows, found.q, strict=True):
        kinds[row] = _QUADRANTS[int(quadrant)] if q[row] <= level else ""
    return LocalMoran(lag, local, p, q, tuple(kinds))


def _exact_p(y: Vector, lag: Vector, sizes: NDArray[np.int64]) -> Vector:
    """The same of a variable with two values, without drawing: the count is hypergeometric."""
    from scipy.stats import hypergeom

    low, high = np.unique(y)
    is_high = y == high
    found = np.rint(sizes * (lag - low) / (high - low))
    among = (len(y) - 1, is_high.sum() - is_high, sizes)
    above, below = hypergeom.sf(found - 1, *among), hypergeom.cdf(found, *among)
    p: Vector = np.minimum(1.0, 2 * np.minimum(above, below))
    return p


def _conditional_p(
    y: Vector, lag: Vector, sizes: NDArray[np.int64], permutations: int, seed: int
) -> Vector:
    """Two-sided p of each unit's lag, were its neighbours drawn from all other units.

    Units with as many neighbours share their draws; where the unit itself was drawn, a spare one
    stands in for it.
    """
    random = np.random.default_rng(seed)
    p = np.full(len(y), np.nan)
    fine = 1e-9 * np.ptp(y)
    for size in np.unique(sizes):
        drawn = _distinct(random, len(y), permutations, int(size) + 1)
        means = y[drawn[:, :-1]].mean(axis=1)
        ordered = np.sort(means)
        # Short whole numbers are sorted by radix, in a tenth of the time.
        cells = drawn[:, :-1].ravel().astype(np.uint16 if len(y) < 2**16 else np.int64)
        by_unit = np.argsort(cells, kind="stable")
        ends = np.searchsorted(cells[by_unit], np.arange(len(y) + 1))
        for unit in np.flatnonzero(sizes == size):
            own = by_unit[ends[unit] : ends[unit + 1]] // size
            instead = means[own] + (y[drawn[own, -1]] - y[unit]) / size
            low, high = lag[unit] - fine, lag[unit] + fine
            above = permutations - np.searchsorted(ordered, low, side="left")
            below = np.searchsorted(ordered, high, side="right")
            above += (instead >= low).sum() - (means[own] >= low).sum()
            below += (instead <= high).sum() - (means[own] <= high).sum()
            p[unit] = min(1.0, 2 * (min(above, below) + 1) / (permutations + 1))
    return p


def _distinct(random: np.random.Generator, size: int, rows: int, columns: int) -> NDArray[np.int64]:
    """Rows of different numbers below `size`; as many as there are, where columns ask for more."""
    if columns > size // 4:
        return random.permuted(np.tile(np.arange(size), (rows, 1)), axis=1)[:, :columns]
    drawn = random.integers(size, size=(rows, columns))
    while True:
        twice = np.flatnonzero((np.diff(np.sort(drawn, axis=1), axis=1) == 0).any(axis=1))
        if not len(twice):
            return drawn
        drawn[twice] = random.integers(size, size=(len(twice), columns))


def _graph(values: Mapping[str, float], pairs: Pairs) -> tuple[Vector, Any]:
    """Values and weights of the units that have a neighbour among them."""
    import pandas as pd
    from libpysal.graph import Graph

    kept = [(a, b) for a, b in pairs if a in values and b in values]
    linked = {a for a, _ in kept} | {b for _, b in kept}
    order = [unit for unit in values if unit in linked]
    place = {unit: number for number, unit in enumerate(order)}
    kept.sort(key=lambda pair: (place[pair[0]], place[pair[1]]))
    index = pd.MultiIndex.from_tuples(kept, names=["focal", "neighbor"])
    graph = Graph(pd.Series(1.0, index=index, name="weight"), is_sorted=True)
    return np.array([values[unit] for unit in order]), graph


def centres(members: Sequence[str], pairs: Pairs) -> list[list[str]]:
    """Units that hang together by borders, the largest group first.

    Args:
        members: units, such as all hot ones.
        pairs: of neighbours.

    Returns:
        Groups of codes in order; groups of the same size by their first code.
    """
    left, beside = set(members), dict[str, set[str]]()
    for one, other in pairs:
        if one in left and other in left:
            beside.setdefault(one, set()).add(other)
    groups = []
    for start in sorted(members):
        if start not in left:
            continue
        group, waiting = set[str](), [start]
        while waiting:
            unit = waiting.pop()
            if unit not in group:
                group.add(unit)
                waiting += beside.get(unit, set()) - group
        left -= group
        groups.append(sorted(group))
    return sorted(groups, key=lambda group: (-len(group), group[0]))
