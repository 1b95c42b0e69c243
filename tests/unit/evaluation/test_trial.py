"""Trials: how cases become shares, and shares meet marks."""

import csv

import pytest
from typer.testing import CliRunner

from reli.cli.app import app
from reli.errors import InvalidData
from reli.evaluation import TASKS, Figure, Trial, Verdict, run_trial
from reli.evaluation.markdown import section

CASES = """kind,text,outcome
plain,a,right
plain,b,wrong
hard,c,abstained
plain,"d
e",right
"""


def judge(rows):
    return [Verdict(row["outcome"], row["text"].upper(), True, True) for row in rows]


@pytest.fixture
def trial():
    return Trial("letters", "letters.csv", ("text", "outcome"), {"plain": 0.5, "hard": 0.9}, judge)


@pytest.fixture
def result(trial, tmp_path):
    (tmp_path / "letters.csv").write_text(CASES, encoding="utf-8")
    return run_trial(trial, tmp_path / "letters.csv")


def test_cases_are_counted_by_kind(result):
    found = [(each.kind, each.right, each.abstained, each.wrong) for each in result.scores]
    assert found == [("plain", 2, 0, 1), ("hard", 0, 1, 0), ("all", 2, 1, 1)]
    assert [each.is_met for each in result.scores] == [True, False, True]
    assert not result.is_met


def test_misses_keep_their_rows_and_answers(result):
    assert [(row["text"], row["given"]) for row in result.misses()] == [("b", "B"), ("c", "C")]


def test_the_table_says_which_marks_are_missed(result):
    lines = section(result).splitlines()
    assert "| plain | 3 | 2 | 0 | 1 | 66.7% | >= 50.0% |" in lines
    assert "| hard | 1 | 0 | 1 | 0 | 0.0% | >= 90.0%, missed |" in lines


@pytest.mark.parametrize(
    "figure, is_met",
    [
        (Figure("f", 0.93, at_least=0.93), True),
        (Figure("f", 0.92, at_least=0.93), False),
        (Figure("f", 0.02, at_most=0.01), False),
        (Figure("f", 0.0), True),
    ],
)
def test_a_figure_meets_its_mark(figure, is_met):
    assert figure.is_met == is_met


def test_a_set_without_its_columns_is_refused(trial, tmp_path):
    (tmp_path / "set.csv").write_text("kind,text\nplain,a\n", encoding="utf-8")
    with pytest.raises(InvalidData, match="no column outcome"):
        run_trial(trial, tmp_path / "set.csv")


def test_an_empty_set_is_refused(trial, tmp_path):
    (tmp_path / "set.csv").write_text("kind,text,outcome\n", encoding="utf-8")
    with pytest.raises(InvalidData, match="at least one case"):
        run_trial(trial, tmp_path / "set.csv")


LOCATED = """kind,address,division_code,candidates,method
right,杭州市西湖区,330106,,
right,朝阳区,,110105|220104,
right,济宁市梁山区,370832,,corrected
wrong,杭州市西湖区,330108,,
wrong,杭州市西湖区,330100,*,
abstained,杭州市,330106,,
abstained,朝阳区,,110105,
"""


def test_the_command_scores_a_set_of_ones_own(tmp_path):
    cases, misses, page = (tmp_path / name for name in ("c.csv", "m.csv", "p.md"))
    cases.write_text(LOCATED, encoding="utf-8")
    command = ["evaluate", "locate", "--cases", cases, "--misses", misses, "--markdown", page]
    done = CliRunner().invoke(app, list(map(str, command)))
    assert done.exit_code == 1
    assert "| right | 3 | 3 | 0 | 0 | 100.0% |  |" in page.read_text(encoding="utf-8")
    with misses.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4
    assert all(row["kind"] == row["outcome"] for row in rows)


def test_a_set_needs_its_task(tmp_path):
    done = CliRunner().invoke(app, ["evaluate", "--cases", str(tmp_path / "c.csv")])
    assert "needs a task" in str(done.exception)


@pytest.mark.parametrize("task", TASKS)
def test_the_command_knows_every_task(task):
    from reli.cli.evaluate import Task

    assert Task(task)
