"""docs/accuracy.md is what the trial sets give now."""

from pathlib import Path

import pytest

from reli.evaluation import TASKS, run_trial
from reli.evaluation.markdown import section

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=TASKS)
def result(request):
    trial = TASKS[request.param]
    return run_trial(trial, ROOT / "tests" / "data" / trial.file)


def test_the_page_shows_what_the_sets_give(result):
    # Written anew by: reli evaluate --markdown docs/accuracy.md
    assert section(result) in PAGE


def test_the_formats_are_described(result):
    text = (ROOT / "docs" / "how-to" / "evaluate.md").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if f"`{result.trial.file}`" in line)
    assert all(f"`{column}`" in line for column in result.trial.columns)
