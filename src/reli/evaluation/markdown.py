"""The table of accuracy that stands in the documentation."""

from collections.abc import Iterator, Sequence

from reli.evaluation.trial import Figure, Result, Score

__all__ = ["document", "section"]

_HEAD = """# Accuracy

How many cases of the trial sets in `tests/data` are answered rightly. The sets are written by hand,
not generated from the code that they try; `kind` says what makes a case hard. This page is written
by

    reli evaluate --markdown docs/accuracy.md

and a test compares it with what the sets give now. *Right* includes an abstention where nothing is
certain; *abstained* gave no answer though one was expected; *wrong* gave another. `reli evaluate
locate --misses FILE` lists what is not right, with the answer given. How a set is written:
[how-to/evaluate.md](how-to/evaluate.md).
"""


def document(results: Sequence[Result]) -> str:
    """The page: a section for each trial."""
    return "\n".join([_HEAD, *map(section, results)])


def section(result: Result) -> str:
    """Heading, table of kinds, and figures over all."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: Result) -> Iterator[str]:
    yield f"## {result.trial.task} (`{result.trial.file}`)"
    yield ""
    yield "| kind | cases | right | abstained | wrong | share | mark |"
    yield "|---|---|---|---|---|---|---|"
    yield from map(_line, result.scores)
    yield ""
    yield from map(_figure, result.figures)


def _line(score: Score) -> str:
    counts = f"{score.cases} | {score.right} | {score.abstained} | {score.wrong}"
    mark = "" if score.mark is None else f">= {score.mark:.1%}{_missed(score)}"
    return f"| {score.kind} | {counts} | {score.share:.1%} | {mark} |"


def _figure(figure: Figure) -> str:
    least = "" if figure.at_least is None else f">= {figure.at_least:.1%}"
    most = "" if figure.at_most is None else f"<= {figure.at_most:.1%}"
    mark = least or most
    return f"- {figure.name}: {figure.value:.1%}" + (
        f" (mark {mark}{_missed(figure)})" if mark else ""
    )


def _missed(one: Score | Figure) -> str:
    return "" if one.is_met else ", missed"
