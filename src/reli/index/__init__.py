"""A composite-index library: framework, recipe of steps with fit and apply, scores.

It knows numbers and a framework, never enterprises or databases. Terms are those of the OECD/JRC
Handbook on Constructing Composite Indicators (2008).
"""

from reli.index.framework import Framework, Node, parse_framework
from reli.index.recipe import Recipe, StepSetting, parse_recipe
from reli.index.scores import Scores, ranks, score
from reli.index.table import read_panel, score_table

__all__ = [
    "Framework",
    "Node",
    "Recipe",
    "Scores",
    "StepSetting",
    "parse_framework",
    "parse_recipe",
    "ranks",
    "read_panel",
    "score",
    "score_table",
]
