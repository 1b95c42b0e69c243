"""Looking at an index before believing it: indicators, structure, and what weights really do.

OECD/JRC Handbook (2008), steps 4 (multivariate analysis) and 9 (back to the details).
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa

from reli.index.panel import Matrix, Panel, Vector, present
from reli.index.scores import Scores
from reli.index.treat import is_acceptable, kurtosis, skewness
from reli.index.tree import Framework
from reli.index.weight import correlations

__all__ = [
    "Coherence",
    "IndicatorStatistics",
    "Influence",
    "coherence",
    "cronbach_alpha",
    "diagnosis_table",
    "explained_by_first",
    "indicator_statistics",
    "influence",
    "pairs",
]

FEW_POSITIVE = 30
LOW_AVAILABILITY = 0.65
MOSTLY_ZERO = 0.5
COLLINEAR = 0.92
"""Correlation above which two indicators say the same thing; COINr's mark."""


@dataclass(frozen=True)
class IndicatorStatistics:
    """One indicator as read."""

    indicator: str
    units: int
    missing: int
    zeros: int
    positives: int
    distinct: int
    lowest: float
    highest: float
    mean: float
    median: float
    sd: float
    skewness: float
    kurtosis: float
    flags: str
    """What to look at, separated by `; `."""


def indicator_statistics(panel: Panel, framework: Framework) -> list[IndicatorStatistics]:
    """Statistics of each indicator, with what is conspicuous about it."""
    blank = np.full(len(panel.units), np.nan)
    return [_statistics(code, panel.values.get(code, blank)) for code in framework.indicators]


def _statistics(code: str, x: Vector) -> IndicatorStatistics:
    values = present(x)
    some = values if values.size else np.array([np.nan])
    return IndicatorStatistics(
        indicator=code,
        units=x.size,
        missing=x.size - values.size,
        zeros=int((values == 0).sum()),
        positives=int((values > 0).sum()),
        distinct=np.unique(values).size,
        lowest=float(some.min()),
        highest=float(some.max()),
        mean=float(some.mean()),
        median=float(np.median(some)),
        sd=float(some.std(ddof=1)) if some.size > 1 else float("nan"),
        skewness=skewness(values),
        kurtosis=kurtosis(values),
        flags="; ".join(_flags(values, x.size)),
    )


def _flags(values: Vector, units: int) -> Iterator[str]:
    if not values.size:
        yield "no value for any unit"
        return
    if np.unique(values).size == 1:
        yield "never discriminates: the same for all units"
        return
    if values.size < LOW_AVAILABILITY * units:
        yield f"missing for {units - values.size:,} of {units:,} units"
    if (values == 0).mean() > MOSTLY_ZERO:
        yield f"zero for {(values == 0).mean():.0%} of the units"
    if 0 < (values > 0).sum() < FEW_POSITIVE:
        yield f"only {int((values > 0).sum())} units are above zero"
    if not is_acceptable(values):
        yield "outliers: skewness and kurtosis are both beyond the usual limits"


def cronbach_alpha(x: Matrix) -> float:
    """Alpha: k / (k - 1) (1 - sum of variances / variance of the sum), over complete units.

    Cronbach (1951). Low values mean that the children measure different things; NaN for one child.
    """
    complete = x[~np.isnan(x).any(axis=1)]
    k = x.shape[1]
    if k < 2 or len(complete) < 2:
        return float("nan")
    total = complete.sum(axis=1).var(ddof=1)
    return (
        float(k / (k - 1) * (1 - complete.var(axis=0, ddof=1).sum() / total)) if total else np.nan
    )


def explained_by_first(x: Matrix) -> float:
    """Share of the variance that the first principal component explains, over complete units."""
    complete = x[~np.isnan(x).any(axis=1)]
    if len(complete) < 2:
        return float("nan")
    return float(np.linalg.eigvalsh(correlations(complete))[-1] / x.shape[1])


@dataclass(frozen=True)
class Coherence:
    """How the children of one node hang together."""

    node: str
    children: int
    alpha: float
    explained: float
    lowest_correlation: float
    lowest_pair: str
    flags: str


def coherence(scores: Scores) -> list[Coherence]:
    """Cronbach's alpha, first component and lowest correlation among the children of each node."""
    found = []
    for parent in scores.framework.aggregates:
        children = [
            code
            for code in scores.framework.children[parent]
            if not np.isnan(scores.values[code]).all()
        ]
        if len(children) > 1:
            x = np.column_stack([scores.values[code] for code in children])
            found.append(_coherence(parent, children, x))
    return found


def _coherence(parent: str, children: Sequence[str], x: Matrix) -> Coherence:
    r = correlations(x)
    among = [(r[i, j], i, j) for i in range(len(children)) for j in range(i)]
    low, i, j = min(among)
    flags = []
    if low < 0:
        flags.append("children against each other: more of one goes with less of another")
    flags += [
        f"{children[k]} and {children[m]} say the same (r = {value:.2f})"
        for value, m, k in among
        if value > COLLINEAR
    ]
    return Coherence(
        node=parent,
        children=len(children),
        alpha=cronbach_alpha(x),
        explained=explained_by_first(x),
        lowest_correlation=float(low),
        lowest_pair=f"{children[j]}, {children[i]}",
        flags="; ".join(flags),
    )


@dataclass(frozen=True)
class Influence:
    """What a node's weight is, and what it does."""

    node: str
    level: int
    stated: float
    """Share in the index by the weights, for a unit that has everything."""
    correlation: float
    """With the index."""
    share: float
    """Share of the squared correlations of its level: what it really moves."""


def influence(scores: Scores) -> list[Influence]:
    """Stated weights beside effective importance. Paruolo, Saisana & Saltelli (2013), JRSS A 176.

    Importance is the squared correlation with the index (the linear main effect); a node may matter
    far less, or more, than its weight says.
    """
    framework = scores.framework
    stated = _stated(scores)
    index = scores.values[framework.top]
    found = []
    for level in range(1, framework.depth):
        codes = [code for code in stated if framework.levels[code] == level]
        r = {
            code: float(correlations(np.column_stack([scores.values[code], index]))[0, 1])
            for code in codes
        }
        total = sum(value**2 for value in r.values()) or np.nan
        found += [
            Influence(code, level, stated[code], r[code], r[code] ** 2 / total) for code in codes
        ]
    return found


def _stated(scores: Scores) -> dict[str, float]:
    """Mean weight in the index over the units that have a score."""
    framework = scores.framework
    found = {framework.top: 1.0}
    for parent in reversed(framework.aggregates):
        weights = scores.weights[parent]
        known = weights[~np.isnan(weights).any(axis=1)]
        for place, child in enumerate(framework.children[parent]):
            mean = float(known[:, place].mean()) if len(known) else float("nan")
            found[child] = found[parent] * mean
    return found


def pairs(scores: Scores, level: int = 1) -> list[tuple[str, str, float]]:
    """Correlations of all nodes of a level with each other, the first codes first."""
    codes = [
        code
        for code in scores.values
        if scores.framework.levels[code] == level and not np.isnan(scores.values[code]).all()
    ]
    r = correlations(np.column_stack([scores.values[code] for code in codes]))
    return [
        (first, second, float(r[i, j]))
        for i, first in enumerate(codes)
        for j, second in enumerate(codes)
        if i < j
    ]


def diagnosis_table(rows: Sequence[Any]) -> pa.Table:
    """Rows of one of the dataclasses above as a table; NaN is null."""
    records = [asdict(row) for row in rows]
    return pa.table(
        {
            field.name: pa.array([record[field.name] for record in records], from_pandas=True)
            for field in fields(rows[0])
        }
    )
