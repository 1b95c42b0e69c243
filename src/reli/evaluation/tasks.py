"""The tasks that have trial sets."""

from collections.abc import Mapping

from reli.evaluation.classifying import CLASSIFY
from reli.evaluation.codes import CREDIT_CODE
from reli.evaluation.locating import LOCATE
from reli.evaluation.matching import MATCH
from reli.evaluation.trial import Trial

__all__ = ["TASKS"]

TASKS: Mapping[str, Trial] = {trial.task: trial for trial in (LOCATE, CLASSIFY, MATCH, CREDIT_CODE)}
