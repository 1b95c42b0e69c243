"""Forms: what is done to indicators before they are weighted, and those that are usually tried."""

from dataclasses import replace

from reli.index.recipe import Recipe, StepSetting, parse_recipe
from reli.index.study import Study, chains
from reli.index.tree import Framework

__all__ = ["steps_before_weights", "usual_forms"]


def _form(*steps: str) -> str:
    return "\n".join(f"[[step]]\n{step}" for step in steps)


_MINMAX = 'do = "normalise"\nmethod = "minmax"\nconstant = "missing"'
_USUAL = (
    ("minmax", _form(_MINMAX)),
    ("log1p, minmax", _form('do = "treat"\nmethod = "log1p"', _MINMAX)),
    (
        "winsorise or log_ct, minmax",
        _form('do = "treat"\nmethod = "winsorise"\nthen = "log_ct"', _MINMAX),
    ),
    (
        "log1p, clip, minmax",
        _form('do = "treat"\nmethod = "log1p"', 'do = "treat"\nmethod = "clip_quantile"', _MINMAX),
    ),
    ("zscore", _form('do = "normalise"\nmethod = "zscore"\nconstant = "missing"')),
    ("percentile_rank", _form('do = "normalise"\nmethod = "percentile_rank"')),
    ("hurdle_rank", _form('do = "normalise"\nmethod = "hurdle_rank"')),
    ("fraction_of_max", _form('do = "normalise"\nmethod = "fraction_of_max"')),
)
"""Forms that published indices usually have."""


def usual_forms(
    framework: Framework, recipe: Recipe, study: Study | None = None
) -> list[tuple[str, Recipe]]:
    """What is tried where no recipe is named: the framework's own, its alternatives, usual ones.

    Args:
        framework: the tree.
        recipe: its own recipe.
        study: what is declared as alternatives to its steps.
    """
    found = [("own", recipe)]
    declared = chains(recipe, replace(study or Study(), leave_out=False), ())
    found += [(chain.name, chain.recipe) for chain in declared if chain.name]
    found += [(name, parse_recipe(text, name, framework.indicators)) for name, text in _USUAL]
    distinct: dict[str, tuple[str, Recipe]] = {}
    for name, each in found:
        distinct.setdefault(repr(steps_before_weights(each)), (name, each))
    return list(distinct.values())


def steps_before_weights(recipe: Recipe) -> tuple[StepSetting, ...]:
    """The steps of a recipe that its form is made of: all but `weight` and `aggregate`."""
    return tuple(step for step in recipe.steps if step.do not in {"weight", "aggregate"})
