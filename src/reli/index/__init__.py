"""A composite-index library: framework, recipe of steps with fit and apply, scores.

It knows numbers and a framework, never enterprises or databases. Terms are those of the OECD/JRC
Handbook on Constructing Composite Indicators (2008).
"""

from reli.index.framework import parse_framework
from reli.index.panel import Panel
from reli.index.recipe import Recipe, StepSetting, parse_recipe
from reli.index.scores import Fit, Scores, ranks, score, score_panel
from reli.index.table import read_panel, score_table, scores_of
from reli.index.tree import Framework, Node

__all__ = [
    "Fit",
    "Framework",
    "Node",
    "Panel",
    "Recipe",
    "Scores",
    "StepSetting",
    "parse_framework",
    "parse_recipe",
    "ranks",
    "read_panel",
    "score",
    "score_panel",
    "score_table",
    "scores_of",
]
