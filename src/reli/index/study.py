"""What an uncertainty study varies: declared in a recipe, as alternatives to its steps and weights.

[uncertainty]
weights = 0.25
replicates = 10000

[[uncertainty.alternative]]
name = "ranks above a hurdle"
replaces = [1, 2, 3]
[[uncertainty.alternative.step]]
do = "normalise"
method = "hurdle_rank"
"""

import itertools
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reli.errors import Problems, nearest
from reli.index.methods import tables_of
from reli.index.recipe import Recipe, StepSetting, parse_steps

__all__ = ["Alternative", "Chain", "Study", "chains", "parse_study"]

_KEYS = ("weights", "freedom", "replicates", "seed", "leave_out", "data_replicates", "alternative")
_ALTERNATIVE_KEYS = ("name", "replaces", "step")


@dataclass(frozen=True)
class Alternative:
    """Steps that may stand in place of others; `replaces` are numbers of the recipe's steps."""

    name: str
    replaces: tuple[int, ...]
    steps: tuple[StepSetting, ...]


@dataclass(frozen=True)
class Study:
    """What is varied.

    Attributes:
        weights: each stated weight is multiplied by a uniform number from 1 - this to 1 + this.
        freedom: e of exact dominance: any weights are compared that are (1 - e) times the stated
            ones and e times any others.
        alternatives: to steps; those that replace the same steps exclude each other.
        leave_out: whether each indicator is left out in turn, beside leaving out none.
        replicates: how many in all, spread evenly over the combinations of choices.
        seed: of the random numbers.
        data_replicates: how often the data are drawn anew, where it is known what they rest on.
    """

    weights: float = 0.25
    freedom: float = 0.1
    alternatives: tuple[Alternative, ...] = ()
    leave_out: bool = False
    replicates: int = 10_000
    seed: int = 1
    data_replicates: int = 100

    @property
    def choices(self) -> list[tuple[tuple[int, ...], list[Alternative]]]:
        """Alternatives by what they replace, in declared order."""
        found: dict[tuple[int, ...], list[Alternative]] = {}
        for each in self.alternatives:
            found.setdefault(each.replaces, []).append(each)
        return list(found.items())

    @property
    def said(self) -> str:
        """What is varied, in Chinese, for whoever reads the intervals."""
        parts = [f"各级权重变动±{self.weights:.0%}"] if self.weights else []
        names = "、".join(each.name for each in self.alternatives)
        parts += [f"换用其他方法（{names}）"] if names else []
        parts += ["逐一剔除指标"] if self.leave_out else []
        return f"方法区间：{'，'.join(parts)}，共计算{self.replicates:,}次；不是置信区间。"

    @property
    def described(self) -> str:
        """The same in English, for the command line."""
        parts = [f"weights within {self.weights:.0%}"] if self.weights else []
        parts += [f"alternative {each.name}" for each in self.alternatives]
        parts += ["each indicator left out in turn"] if self.leave_out else []
        varied = ", ".join(parts) or "nothing"
        return (
            f"method ranges, not confidence intervals: varied are {varied}; "
            f"{self.replicates:,} replicates"
        )


@dataclass(frozen=True)
class Chain:
    """One combination of choices: the place of each choice (0: as the recipe), and its steps."""

    choice: tuple[int, ...]
    recipe: Recipe
    left_out: str = ""
    name: str = ""


def chains(recipe: Recipe, study: Study, indicators: Sequence[str]) -> Iterator[Chain]:
    """All combinations of alternatives, with each indicator left out if asked for; nominal first.

    Raises:
        Problems: alternatives that replace a part of what others replace.
    """
    groups = study.choices
    _check_overlaps(groups)
    options = [range(len(alternatives) + 1) for _, alternatives in groups]
    left_out = ["", *indicators] if study.leave_out else [""]
    for choice in itertools.product(*options):
        chosen = [
            alternatives[place - 1]
            for place, (_, alternatives) in zip(choice, groups, strict=True)
            if place
        ]
        varied = _replaced(recipe, chosen) if chosen else recipe
        name = " + ".join(each.name for each in chosen)
        for number, code in enumerate(left_out):
            where = (*choice, number) if study.leave_out else choice
            yield Chain(where, varied, code, name)


def _check_overlaps(groups: Sequence[tuple[tuple[int, ...], list[Alternative]]]) -> None:
    for (first, a), (second, b) in itertools.combinations(groups, 2):
        shared = set(first) & set(second)
        if shared:
            raise Problems(
                "uncertainty",
                [
                    f"{a[0].name!r} and {b[0].name!r} both replace step {min(shared)}, but not the "
                    "same steps: let them replace the same ones"
                ],
            )


def _replaced(recipe: Recipe, chosen: Sequence[Alternative]) -> Recipe:
    steps: list[StepSetting] = []
    instead = {number: each for each in chosen for number in each.replaces}
    for number, step in enumerate(recipe.steps, 1):
        each = instead.get(number)
        if each is None:
            steps.append(step)
        elif number == each.replaces[0]:
            steps.extend(each.steps)
    return Recipe(tuple(steps))


def parse_study(
    text: str,
    where: str,
    recipe: Recipe,
    indicators: Sequence[str] = (),
    folder: Path | None = None,
) -> Study:
    """The study that a recipe file declares under [uncertainty]; the usual one if it is silent.

    Raises:
        Problems: unknown keys, wrong values, steps that are not there, together.
    """
    raw = tomllib.loads(text.lstrip("\ufeff")).get("uncertainty", {})
    if not isinstance(raw, dict):
        raise Problems(where, ["uncertainty must be a section: write [uncertainty]"])
    tables, problems = tables_of(raw, "alternative")
    problems += [
        f"uncertainty: unknown key {key!r}: {nearest(key, _KEYS)}"
        for key in raw
        if key not in _KEYS
    ]
    problems += _value_problems(raw)
    alternatives = []
    for number, table in enumerate(tables, 1):
        said = f"uncertainty, alternative {number}"
        found, complaints = _alternative(table, recipe, indicators, folder)
        problems += [f"{said}: {complaint}" for complaint in complaints]
        alternatives += [found] if found and not complaints else []
    if problems:
        raise Problems(where, problems)
    given = {key: value for key, value in raw.items() if key != "alternative"}
    return Study(alternatives=tuple(alternatives), **given)


def _value_problems(raw: Mapping[str, Any]) -> list[str]:
    wanted: dict[str, tuple[str, Callable[[Any], bool]]] = {
        "weights": ("a number from 0 to below 1", _is_spread),
        "freedom": ("a number from 0 to below 1", _is_spread),
        "replicates": ("a whole number above 0", lambda given: _is_whole(given) and given > 0),
        "data_replicates": (
            "a whole number of 0 or more",
            lambda given: _is_whole(given) and given >= 0,
        ),
        "seed": ("a whole number of 0 or more", lambda given: _is_whole(given) and given >= 0),
        "leave_out": ("true or false", lambda given: isinstance(given, bool)),
    }
    return [
        f"uncertainty: {key} is {raw[key]!r}: expected {said}"
        for key, (said, accepts) in wanted.items()
        if key in raw and not accepts(raw[key])
    ]


def _is_whole(given: Any) -> bool:  # noqa: ANN401 - whatever stands in the file
    return isinstance(given, int) and not isinstance(given, bool)


def _is_spread(given: Any) -> bool:  # noqa: ANN401
    return isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given < 1


def _alternative(
    table: Mapping[str, Any], recipe: Recipe, indicators: Sequence[str], folder: Path | None
) -> tuple[Alternative | None, list[str]]:
    complaints = [
        f"unknown key {key!r}: {nearest(key, _ALTERNATIVE_KEYS)}"
        for key in table
        if key not in _ALTERNATIVE_KEYS
    ]
    replaces = table.get("replaces", [])
    if not isinstance(replaces, list) or not replaces:
        complaints.append("needs replaces: a list of numbers of the recipe's steps")
        return None, complaints
    complaints += [
        f"replaces step {number!r}: the recipe has {len(recipe.steps)} steps"
        for number in replaces
        if not (isinstance(number, int) and 1 <= number <= len(recipe.steps))
    ]
    given, shape = tables_of(table, "step")
    steps, found = parse_steps(given, indicators, folder)
    complaints += shape + found
    name = str(table.get("name") or ", ".join(step.said for step in steps) or "nothing")
    return Alternative(name, tuple(replaces), tuple(steps)), complaints
