"""From the indicators of one index to the values and ranks of every node."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from reli.errors import InvalidData, ReliError, likely
from reli.index.aggregate import combine
from reli.index.impute import fit_impute
from reli.index.normalise import fit_normalise, rank_ascending
from reli.index.panel import Matrix, Panel, Sheet, Vector, beside
from reli.index.recipe import Recipe, StepSetting
from reli.index.sample import fit_denominate, fit_screen
from reli.index.step import Fitted, left_out
from reli.index.treat import fit_treat
from reli.index.tree import Framework
from reli.index.weight import Weighting, fit_weight

__all__ = ["Fit", "Scores", "rank_key", "ranks", "score", "score_panel"]

SIGNIFICANT_DIGITS = 9

_FITTERS: dict[str, Callable[[Sheet, StepSetting], Fitted]] = {
    "denominate": fit_denominate,
    "screen": fit_screen,
    "impute": fit_impute,
    "treat": fit_treat,
    "normalise": fit_normalise,
}


@dataclass(frozen=True)
class Fit:
    """A recipe fitted on one panel, to be applied to that of another year.

    `steps` are the steps on indicators in their order; `weights` those of the children of each
    node, where they follow from data.
    """

    steps: tuple[Fitted, ...]
    weights: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """A step on indicators that was taken, and its number in the recipe."""

    number: int
    setting: StepSetting
    step: Fitted


@dataclass
class Scores:
    """Values of every node of a framework for the units of one index.

    Attributes:
        framework: the tree.
        units: units in the order of the panel.
        values: a vector a node; NaN where it cannot be known.
        raw: the indicators as read.
        done: the steps on indicators, first step first.
        weights: weight that each child had, by parent, units by children (0 for a missing child).
        methods: aggregation by parent.
        left_out: indicators without a value for any unit, with the reason.
        screened: units that the recipe leaves out.
        fit: what was fitted, for another year.
        normalised: indicators on which more is better by now, whatever their direction.
    """

    framework: Framework
    units: tuple[str, ...]
    values: dict[str, Vector]
    raw: dict[str, Vector]
    done: list[Done] = field(default_factory=list)
    weights: dict[str, Matrix] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    screened: tuple[str, ...] = ()
    fit: Fit = field(default_factory=lambda: Fit(()))
    normalised: frozenset[str] = frozenset()

    @property
    def fitted(self) -> list[dict[str, Any]]:
        """Parameters of each step by indicator, as plain values."""
        return [
            {"number": done.number, "indicator": code, **record}
            for done in self.done
            for code, record in done.step.record().items()
        ]

    def ranks_of(self, node: str) -> Vector:
        """Ranks of the units on a node: 1 is best, NaN where there is no value."""
        sign = 1 if node in self.normalised else self.framework.by_code[node].direction
        return ranks(sign * self.values[node])

    @property
    def notes(self) -> list[str]:
        """What a user must know of the run: indicators and units left out."""
        notes = [f"{code} is left out: {reason}" for code, reason in self.left_out.items()]
        if self.screened:
            some = ", ".join(self.screened[:5]) + (" ..." if len(self.screened) > 5 else "")
            notes.append(f"{len(self.screened):,} units are screened out: {some}")
        return notes

    def weighted_indicators(self) -> tuple[Matrix, Matrix]:
        """Weight in the index, and value, of each indicator: units by indicators.

        Both are 0 where a value is missing, since it has no part then; for arithmetic means, the
        sum of their products is the index.
        """
        share = {self.framework.top: np.ones(len(self.units))}
        for parent in reversed(self.framework.aggregates):
            for place, child in enumerate(self.framework.children[parent]):
                share[child] = share[parent] * self.weights[parent][:, place]
        codes = self.framework.indicators
        values = np.column_stack([self.values[code] for code in codes])
        weights = np.column_stack([share[code] for code in codes])
        gaps = np.isnan(values) | np.isnan(weights)
        return np.where(gaps, 0.0, weights), np.where(gaps, 0.0, values)

    def effective_weights(self, unit: int) -> dict[str, float]:
        """Weight of each node in the index for one unit; of the indicators, they sum to one.

        The products of the weights on the way down; meaningful for arithmetic means.
        """
        found = {self.framework.top: 1.0}
        for parent in reversed(self.framework.aggregates):
            for place, child in enumerate(self.framework.children[parent]):
                found[child] = found[parent] * float(self.weights[parent][unit, place])
        return found


def rank_key(values: Vector) -> Vector:
    """Values rounded to nine significant digits.

    Noise of the last bits, which differs between machines, must decide no rank.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        digits = SIGNIFICANT_DIGITS - 1 - np.floor(np.log10(np.abs(values)))
        factor = 10.0 ** np.where(np.isfinite(digits), digits, 0.0)
        found: Vector = np.round(values * factor) / factor
    return found


def ranks(values: Vector) -> Vector:
    """Rank 1 for the highest value; ties share the smaller rank; NaN stays NaN."""
    return rank_ascending(-rank_key(values))


def score(
    values: Mapping[str, Vector],
    units: Sequence[str],
    framework: Framework,
    recipe: Recipe,
    columns: Mapping[str, Sequence[Any]] | None = None,
) -> Scores:
    """Run a recipe over the indicators of one index.

    Args:
        values: by indicator code, a value a unit, NaN where missing; an indicator of the framework
            that is not there is missing for all units.
        units: names of the units.
        framework: the tree.
        recipe: the steps.
        columns: groups and denominators that the recipe names.

    Raises:
        InvalidData: a step cannot be applied; the message names step and indicator.
    """
    beside = {name: tuple(cells) for name, cells in (columns or {}).items()}
    return score_panel(Panel({}, tuple(units), values, beside), framework, recipe)


def score_panel(
    panel: Panel, framework: Framework, recipe: Recipe, fit: Fit | None = None
) -> Scores:
    """Run a recipe over a panel.

    Args:
        panel: indicators of the units of one index.
        framework: the tree.
        recipe: the steps.
        fit: of a base year (`scores.fit`), to apply its bounds and weights instead of this
            panel's own; scores then compare across years.

    Raises:
        InvalidData: a step cannot be applied; the message names step and indicator.
    """
    sheet = Sheet.of(panel, framework)
    scores = Scores(framework, panel.units, {}, dict(sheet.values))
    scores.left_out = {
        code: "no value for any unit" if code in panel.values else _not_there(code, panel)
        for code, x in sheet.values.items()
        if x.size and math.isnan(x[0]) and np.isnan(x).all()
    }
    weighting = Weighting(framework)
    steps: list[Fitted] = []
    for number, setting in enumerate(recipe.steps, 1):
        with _named(number, setting):
            if setting.do == "weight":
                weighting = fit_weight(framework, setting)
            elif setting.do == "aggregate":
                _aggregate(scores, sheet, setting, weighting, fit)
            else:
                known = fit.steps[len(steps)] if fit else None
                steps.append(known or _FITTERS[setting.do](sheet, setting))
                sheet = steps[-1].apply(sheet)
                scores.done.append(Done(number, setting, steps[-1]))
                scores.left_out |= left_out(steps[-1])
    _finish(scores, sheet, tuple(steps))
    return scores


def _not_there(code: str, panel: Panel) -> str:
    """Why an indicator has no values; a column of nearly its name may be a slip."""
    close = likely(code, list(panel.columns), cutoff=0.75)
    return "not in the panel" + (f", which has a column {close!r}" if close else "")


class _named:  # noqa: N801 - reads as a statement
    """Errors within say which step they come from."""

    def __init__(self, number: int, setting: StepSetting) -> None:
        self.place = f"step {number} ({setting.said})"

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: object, __: object) -> None:
        if isinstance(error, ReliError):
            joint = ", " if str(error).startswith(("indicator", "node")) else ": "
            raise InvalidData(f"{self.place}{joint}{error}") from error


def _finish(scores: Scores, sheet: Sheet, steps: tuple[Fitted, ...]) -> None:
    size = len(scores.units)
    for code, x in sheet.values.items():
        scores.values.setdefault(code, sheet.spread(x, size))
    if len(sheet.rows) < size:
        is_out = np.ones(size, dtype=bool)
        is_out[sheet.rows] = False
        scores.screened = tuple(scores.units[place] for place in np.flatnonzero(is_out))
    scores.normalised = sheet.normalised
    scores.fit = Fit(steps, scores.fit.weights)


def _aggregate(
    scores: Scores, sheet: Sheet, setting: StepSetting, weighting: Weighting, fit: Fit | None
) -> None:
    framework, size = scores.framework, len(scores.units)
    _check_lists(setting, framework.depth)
    frozen: dict[str, tuple[float, ...]] = {}
    values = dict(sheet.values)
    for parent in framework.aggregates:
        x = beside(values[child] for child in framework.children[parent])
        try:
            weights = _weights(weighting, parent, x, fit)
            values[parent], used = _combine(x, weights, setting, framework.levels[parent])
        except InvalidData as error:
            raise InvalidData(f"node {parent}: {error}") from error
        if len(weights) == 1:
            frozen[parent] = tuple(weights[0].tolist())
        scores.values[parent] = sheet.spread(values[parent], size)
        scores.weights[parent] = sheet.spread_rows(used, size)
        scores.methods[parent] = setting.method_at(framework.levels[parent])
    scores.fit = Fit((), frozen)


def _weights(weighting: Weighting, parent: str, x: Matrix, fit: Fit | None) -> Matrix:
    if fit and parent in fit.weights:
        return np.array([fit.weights[parent]])
    return weighting.of(parent, x)


def _combine(x: Matrix, weights: Matrix, setting: StepSetting, level: int) -> tuple[Vector, Matrix]:
    return combine(
        x,
        weights,
        setting.method_at(level),
        p=setting.parameters.get("p"),
        floor=setting.parameters.get("floor"),
        at_least=setting.at_level("at_least", level),
    )


def _check_lists(setting: StepSetting, depth: int) -> None:
    lists = {"method": setting.method, "at_least": setting.parameters.get("at_least")}
    for name, given in lists.items():
        if isinstance(given, list | tuple) and len(given) != depth - 1:
            raise InvalidData(
                f"{name} has {len(given)} entries: expected one, or {depth - 1}, one for each "
                "level above the indicators"
            )
