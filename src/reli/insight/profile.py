"""A unit's profile: what each indicator adds to its index, and where it leads or lags."""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reli.errors import InvalidData
from reli.index import Recipe, Scores, ranks

__all__ = ["SCHEMA", "contributions", "effective_weights", "profile_table"]

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

SCHEMA = pa.schema(
    [
        ("unit", pa.string()),
        ("indicator", pa.string()),
        ("raw", pa.float64()),
        ("value", pa.float64()),
        ("rank", pa.int32()),
        ("weight", pa.float64()),
        ("contribution", pa.float64()),
        ("all_raw", pa.float64()),
        ("province_raw", pa.float64()),
        ("peers_raw", pa.float64()),
        ("ahead_of_all", pa.float64()),
        ("ahead_of_province", pa.float64()),
        ("ahead_of_peers", pa.float64()),
    ]
)

MEANS = ("arithmetic", "geometric", "harmonic", "power")


def contributions(scores: Scores, recipe: Recipe) -> Matrix:
    """Points of the index that each indicator adds, units by indicators; they sum to the index.

    Means are homogeneous of degree one, so that by Euler's theorem F = sum_i x_i dF/dx_i: of an
    arithmetic mean w_i x_i, of a geometric one w_i F, of a power mean its share w_i x_i^p / sum.
    NaN where an indicator has no value.

    Raises:
        InvalidData: a level is aggregated by something else than a mean.
    """
    framework = scores.framework
    points = {framework.top: scores.values[framework.top]}
    for parent in reversed(framework.aggregates):
        children = framework.children[parent]
        x = np.column_stack([scores.values[child] for child in children])
        share = _shares(scores.methods[parent], x, scores.weights[parent], _exponent(recipe))
        for column, child in enumerate(children):
            points[child] = np.where(
                np.isnan(x[:, column]), np.nan, points[parent] * share[:, column]
            )
    return np.column_stack([points[code] for code in framework.indicators])


def _exponent(recipe: Recipe) -> float:
    found = [step.parameters.get("p") for step in recipe.steps if step.do == "aggregate"]
    return float(next((p for p in found if p is not None), 1.0))


def _shares(method: str, x: Matrix, weights: Matrix, p: float) -> Matrix:
    """Share of each child in its parent; the weights themselves where the parent is 0."""
    if method not in MEANS:
        raise InvalidData(
            f"an index aggregated by {method} cannot be taken apart into contributions: "
            f"expected one of {', '.join(MEANS)}"
        )
    if method == "geometric":
        return weights
    exponent = {"arithmetic": 1.0, "harmonic": -1.0, "power": p}[method]
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = weights * np.where(weights > 0, x, 1.0) ** exponent
        share = parts / np.nansum(parts, axis=1, keepdims=True)
    found: Matrix = np.where(np.isfinite(share), share, weights)
    return found


def effective_weights(scores: Scores) -> Matrix:
    """Weight of each indicator in the index, units by indicators; a row sums to one."""
    framework = scores.framework
    found = {framework.top: np.ones(len(scores.units))}
    for parent in reversed(framework.aggregates):
        for column, child in enumerate(framework.children[parent]):
            found[child] = found[parent] * scores.weights[parent][:, column]
    return np.column_stack([found[code] for code in framework.indicators])


def profile_table(
    scores: Scores,
    recipe: Recipe,
    groups: Mapping[str, str],
    peers: Mapping[str, Sequence[str]],
    numbered: Collection[str] | None = None,
) -> pa.Table:
    """The profile of every scored unit in one index.

    Args:
        scores: of the index.
        recipe: its steps.
        groups: unit -> province.
        peers: unit -> units alike in structure.
        numbered: units that hold places; all where not given.

    Returns:
        unit, indicator, raw (as counted), value (on the scale of the index), rank (by raw, for what
        the index caps still differs; none at zero where others count something), weight,
        contribution (points; a unit's sum to its index); all_raw, province_raw, peers_raw: medians
        of raw over all scored units, those of the province, the peers (the unit itself is none of
        its peers, but one of its province); ahead_of_all, ahead_of_province, ahead_of_peers:
        contribution less the mean contribution there, so that a unit's sum to the lead of its
        index over the mean index there. A missing contribution counts as 0 points.
    """
    framework = scores.framework
    points = contributions(scores, recipe)
    raw = np.column_stack([scores.raw[code] for code in framework.indicators])
    is_scored = ~np.isnan(scores.values[framework.top])
    places = _Places(scores.units, is_scored, groups, peers)
    added = np.nan_to_num(points)
    columns = {
        "raw": raw,
        "value": np.column_stack([scores.values[code] for code in framework.indicators]),
        "rank": _places_by_value(scores, is_scored, numbered),
        "weight": effective_weights(scores),
        "contribution": points,
        **{f"{name}_raw": found for name, found in places.apply(raw, _median).items()},
        **{f"ahead_of_{name}": added - found for name, found in places.apply(added, _mean).items()},
    }
    size = len(framework.indicators)
    units = np.array(scores.units, dtype=object)[is_scored]
    return pa.table(
        {
            "unit": pa.array(np.repeat(units, size), pa.string()),
            "indicator": pa.array(list(framework.indicators) * len(units), pa.string()),
            **{
                name: pa.array(x[is_scored].ravel(), from_pandas=True)
                for name, x in columns.items()
            },
        }
    ).cast(SCHEMA)


def _places_by_value(
    scores: Scores, is_scored: NDArray[np.bool_], numbered: Collection[str] | None
) -> Matrix:
    holds = is_scored & [numbered is None or unit in numbered for unit in scores.units]
    columns = []
    for code in scores.framework.indicators:
        direction = scores.framework.by_code[code].direction
        x = scores.raw[code]
        # Having none of what is counted is no place among those that have some.
        is_count = direction > 0 and not (x < 0).any()
        is_placed = holds & (x != 0) if is_count else holds
        columns.append(ranks(np.where(is_placed, direction * x, np.nan)))
    return np.column_stack(columns)


def _mean(x: Matrix) -> Vector:
    if not len(x):
        return np.full(x.shape[1], np.nan)
    found: Vector = x.mean(axis=0)
    return found


def _median(x: Matrix) -> Vector:
    # Columns without any value have none, which is no fault.
    there = ~np.isnan(x).all(axis=0)
    found = np.full(x.shape[1], np.nan)
    found[there] = np.nanmedian(x[:, there], axis=0)
    return found


class _Places:
    """What units are compared with."""

    def __init__(
        self,
        units: Sequence[str],
        is_scored: NDArray[np.bool_],
        groups: Mapping[str, str],
        peers: Mapping[str, Sequence[str]],
    ) -> None:
        row = {unit: number for number, unit in enumerate(units) if is_scored[number]}
        self._scored = np.flatnonzero(is_scored)
        self._groups: dict[str, list[int]] = {}
        for unit, number in row.items():
            self._groups.setdefault(groups.get(unit, ""), []).append(number)
        self._peers = {
            number: [row[peer] for peer in peers.get(unit, ()) if peer in row]
            for unit, number in row.items()
        }

    def apply(self, x: Matrix, measure: Callable[[Matrix], Vector]) -> dict[str, Matrix]:
        """A measure of the rows of all, of the province and of the peers, for each unit."""
        blank = np.full(x.shape, np.nan)
        every, province, peers = blank.copy(), blank.copy(), blank.copy()
        every[self._scored] = measure(x[self._scored])
        for members in self._groups.values():
            province[members] = measure(x[members])
        for number, others in self._peers.items():
            if others:
                peers[number] = measure(x[others])
        return {"all": every, "province": province, "peers": peers}
