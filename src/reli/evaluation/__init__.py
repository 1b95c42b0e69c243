"""Trial sets written by hand, scored kind by kind against the marks that are claimed."""

from reli.evaluation.markdown import document
from reli.evaluation.tasks import TASKS
from reli.evaluation.trial import Figure, Result, Score, Trial, Verdict, run_trial

__all__ = ["TASKS", "Figure", "Result", "Score", "Trial", "Verdict", "document", "run_trial"]
