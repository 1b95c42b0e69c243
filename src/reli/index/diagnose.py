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
    "LONG_DIAGNOSIS",
    "Coherence",
    "IndicatorStatistics",
    "Influence",
    "across",
    "coherence",
    "component_shares",
    "cronbach_alpha",
    "diagnosis",
    "diagnosis_table",
    "explained_by_first",
    "indicator_statistics",
    "influence",
    "long_diagnosis",
    "pairs",
]

FEW_POSITIVE = 30
LOW_AVAILABILITY = 0.65
MOSTLY_ZERO = 0.5
_NOISE = 1e-9
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
    low_outliers: int
    high_outliers: int
    """Values beyond one and a half interquartile ranges. Tukey (1977)."""
    flags: str
    """What to look at, separated by `; `."""


def indicator_statistics(panel: Panel, framework: Framework) -> list[IndicatorStatistics]:
    """Statistics of each indicator, with what is conspicuous about it."""
    blank = np.full(len(panel.units), np.nan)
    return [_statistics(code, panel.values.get(code, blank)) for code in framework.indicators]


def _statistics(code: str, x: Vector) -> IndicatorStatistics:
    values = present(x)
    some = values if values.size else np.array([np.nan])
    low, high = _fences(some)
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
        low_outliers=int((values < low).sum()),
        high_outliers=int((values > high).sum()),
        flags="; ".join(_flags(values, x.size)),
    )


def _fences(x: Vector) -> tuple[float, float]:
    lower, upper = np.quantile(x, (0.25, 0.75))
    reach = 1.5 * (upper - lower)
    return float(lower - reach), float(upper + reach)


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


def component_shares(x: Matrix) -> Vector:
    """Shares of the variance that the principal components of the correlations explain.

    Over complete units, the first first; all NaN where there are fewer than two.
    """
    complete = x[~np.isnan(x).any(axis=1)]
    if len(complete) < 2:
        return np.full(x.shape[1], np.nan)
    shares: Vector = np.linalg.eigvalsh(correlations(complete))[::-1] / x.shape[1]
    return shares


def explained_by_first(x: Matrix) -> float:
    """Share of the variance that the first principal component explains, over complete units."""
    return float(component_shares(x)[0])


@dataclass(frozen=True)
class Coherence:
    """How the children of one node hang together."""

    node: str
    children: int
    alpha: float
    explained: float
    components: int
    """Principal components that explain more than one child's share. Kaiser (1960)."""
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
        components=int((component_shares(x) > 1 / len(children) + _NOISE).sum()),
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
    """Share in the index by the weights, as the mean over the units; what a unit lacks leaves its
    weight to the others of its parent."""
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
    if len(codes) < 2:
        return []
    r = correlations(np.column_stack([scores.values[code] for code in codes]))
    return [
        (first, second, float(r[i, j]))
        for i, first in enumerate(codes)
        for j, second in enumerate(codes)
        if i < j
    ]


def across(scores: Scores) -> list[tuple[str, str, float]]:
    """Correlations of each node with each of its ancestors, the nearest first."""
    framework = scores.framework
    found = []
    for node in framework.nodes:
        own = scores.values.get(node.code)
        for above in framework.path(node.code)[1:]:
            upper = scores.values.get(above)
            if own is not None and upper is not None and not np.isnan(own).all():
                r = correlations(np.column_stack([own, upper]))[0, 1]
                found.append((node.code, above, float(r)))
    return found


def diagnosis_table(rows: Sequence[Any]) -> pa.Table:
    """Rows of one of the dataclasses above as a table; NaN is null."""
    records = [asdict(row) for row in rows]
    return pa.table(
        {
            field.name: pa.array([record[field.name] for record in records], from_pandas=True)
            for field in fields(rows[0])
        }
    )


def diagnosis(panel: Panel, scores: Scores) -> dict[str, pa.Table]:
    """All of it, as tables for a chapter: none is there where the recipe does not reach so far.

    Args:
        panel: indicators of the units of one index.
        scores: of that panel.

    Returns:
        indicators (IndicatorStatistics), nodes (Coherence), weights (Influence), and correlations
        (node, other, relation: sibling or ancestor, correlation).
    """
    found = {"indicators": diagnosis_table(indicator_statistics(panel, scores.framework))}
    if scores.framework.top in scores.values:
        rows: dict[str, Sequence[Any]] = {
            "nodes": coherence(scores),
            "weights": influence(scores),
        }
        found |= {name: diagnosis_table(each) for name, each in rows.items() if each}
    related = [(*each, "sibling") for each in _siblings(scores)]
    related += [(*each, "ancestor") for each in across(scores)]
    if related:
        node, other, r, relation = zip(*related, strict=True)
        found["correlations"] = pa.table(
            {"node": node, "other": other, "relation": relation, "correlation": r}
        )
    return found


def _siblings(scores: Scores) -> Iterator[tuple[str, str, float]]:
    """Correlations among the children of each node."""
    for level in range(1, scores.framework.depth):
        for first, second, r in pairs(scores, level):
            by_code = scores.framework.by_code
            if by_code[first].parent == by_code[second].parent:
                yield first, second, r


LONG_DIAGNOSIS = pa.schema(
    [
        ("aspect", pa.string()),
        ("subject", pa.string()),
        ("other", pa.string()),
        ("measure", pa.string()),
        ("value", pa.float64()),
        ("text", pa.string()),
    ]
)
_SUBJECTS = {"indicators": "indicator", "nodes": "node", "weights": "node", "correlations": "node"}


def long_diagnosis(panel: Panel, scores: Scores) -> pa.Table:
    """The same as one table: aspect, subject, other, measure, and its value or text.

    `aspect` is indicators, nodes, weights or correlations; `other` the second node of a
    correlation; texts are flags.
    """
    rows = [
        row
        for aspect, table in diagnosis(panel, scores).items()
        for record in table.to_pylist()
        for row in _long(aspect, record)
    ]
    return pa.Table.from_pylist(rows, schema=LONG_DIAGNOSIS)


def _long(aspect: str, record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    subject, other = record.pop(_SUBJECTS[aspect]), record.pop("other", None)
    relation = record.pop("relation", None)
    for name, cell in record.items():
        is_text = isinstance(cell, str)
        if cell is None or cell == "":
            continue
        yield {
            "aspect": aspect,
            "subject": subject,
            "other": other,
            "measure": f"{name} ({relation})" if relation else name,
            "value": None if is_text else float(cell),
            "text": cell if is_text else None,
        }
