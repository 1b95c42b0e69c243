"""From a matrix of indicators to the values and ranks of every node."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import stats

from reli.errors import InvalidData
from reli.index.aggregate import aggregate
from reli.index.formulas import Matrix, Vector
from reli.index.framework import Framework
from reli.index.recipe import Recipe, StepSetting
from reli.index.steps import fit_step, parameters_of

__all__ = ["Scores", "ranks", "score"]

SIGNIFICANT_DIGITS = 9


@dataclass
class Scores:
    """Values of every node of a framework for the units of one index.

    `values` holds a vector a node; `weights` the weight each child had, by parent, units by
    children (missing children have 0); `fitted` the parameters of each step by indicator;
    `left_out` the indicators that have no value, with the reason.
    """

    framework: Framework
    units: tuple[str, ...]
    values: dict[str, Vector]
    raw: dict[str, Vector]
    weights: dict[str, Matrix] = field(default_factory=dict)
    fitted: list[dict[str, Any]] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    is_normalised: bool = False

    def ranks_of(self, node: str) -> Vector:
        """Ranks of the units on a node: 1 is best, NaN where there is no value."""
        # Once normalised, more is better on every node.
        sign = 1 if self.is_normalised else self.framework.by_code[node].direction
        return ranks(sign * self.values[node])

    def effective_weights(self, unit: int) -> dict[str, float]:
        """Weight of each node in the index for one unit; of the indicators, they sum to one.

        The products of the weights on the way down; meaningful for arithmetic means.
        """
        found = {self.framework.top: 1.0}
        for parent in reversed(self.framework.aggregates):
            for place, child in enumerate(self.framework.children[parent]):
                found[child] = found[parent] * float(self.weights[parent][unit, place])
        return found


def ranks(values: Vector) -> Vector:
    """Rank 1 for the highest value; ties share the smaller rank; NaN stays NaN.

    Values are rounded to nine significant digits first, so that noise of the last bits, which
    differs between machines, decides no rank.
    """
    return stats.rankdata(-_rounded(values), method="min", nan_policy="omit").astype(np.float64)


def _rounded(values: Vector) -> Vector:
    with np.errstate(divide="ignore", invalid="ignore"):
        digits = SIGNIFICANT_DIGITS - 1 - np.floor(np.log10(np.abs(values)))
    factor = 10.0 ** np.where(np.isfinite(digits), digits, 0.0)
    return np.round(values * factor) / factor


def score(
    panel: Mapping[str, Vector], units: tuple[str, ...], framework: Framework, recipe: Recipe
) -> Scores:
    """Run a recipe over the indicators of one index.

    Args:
        panel: values by indicator code, a value a unit, NaN where missing; an indicator of the
            framework that is not there is missing for all units.
        units: names of the units.
        framework: the tree.
        recipe: the steps.

    Raises:
        InvalidData: a step cannot be applied; the message names step and indicator.
    """
    blank = np.full(len(units), np.nan)
    raw = {code: np.asarray(panel.get(code, blank), float) for code in framework.indicators}
    scores = Scores(framework, units, dict(raw), raw)
    scores.left_out = {
        code: "no value for any unit" for code, x in raw.items() if np.isnan(x).all()
    }
    weights = {node.code: node.weight for node in framework.nodes}
    for number, step in enumerate(recipe.steps, 1):
        if step.do == "weight":
            weights = weights if step.method == "framework" else dict.fromkeys(weights, 1.0)
        elif step.do == "aggregate":
            _aggregate(scores, step, weights)
        else:
            _apply(scores, step, number)
    return scores


def _apply(scores: Scores, step: StepSetting, number: int) -> None:
    for code in scores.framework.indicators:
        if not step.concerns(code):
            continue
        x = scores.values[code]
        if step.do == "normalise":
            x = x * scores.framework.by_code[code].direction
        try:
            fitted = fit_step(step.do, str(step.method), x, step.parameters)
        except InvalidData as error:
            raise InvalidData(
                f"step {number} ({step.do}, {step.method}), indicator {code}: {error}"
            ) from error
        scores.values[code] = fitted.apply(x)
        record = parameters_of(fitted)
        scores.fitted.append({"number": number, "indicator": code, **record})
        if "reason" in record:
            scores.left_out[code] = record["reason"]
    scores.is_normalised |= step.do == "normalise"


def _aggregate(scores: Scores, step: StepSetting, weights: Mapping[str, float]) -> None:
    for parent in scores.framework.aggregates:
        place = scores.framework.levels[parent] - 2
        children = scores.framework.children[parent]
        x = np.column_stack([scores.values[child] for child in children])
        values, used = aggregate(
            x,
            np.array([weights[child] for child in children]),
            _at_level(step.method, place),
            at_least=_at_level(step.parameters["at_least"], place),
            floor=step.parameters.get("floor"),
        )
        scores.values[parent], scores.weights[parent] = values, used


def _at_level(given: Any, place: int) -> Any:  # noqa: ANN401 - one for all levels, or one per level
    if not isinstance(given, list | tuple):
        return given
    return given[min(place, len(given) - 1)]
