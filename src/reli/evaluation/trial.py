"""A trial: cases with known answers, the answers given, and how many of each kind are right."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa

from reli.errors import InvalidData
from reli.sources.files import open_table

__all__ = ["Figure", "Outcome", "Result", "Score", "Trial", "Verdict", "run_trial"]

Outcome = Literal["right", "abstained", "wrong"]
Row = Mapping[str, str]


@dataclass(frozen=True)
class Verdict:
    """What became of one case."""

    outcome: Outcome
    """right: as expected, an expected abstention too; abstained: no answer though one was
    expected; wrong: another answer than expected, or one where none was."""
    given: str
    """The answer, for the list of misses."""
    is_answered: bool
    """Whether an answer was given at all."""
    is_answerable: bool
    """Whether one was expected."""


@dataclass(frozen=True)
class Figure:
    """A figure over all cases of a trial."""

    name: str
    value: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the mark, if there is one, is reached."""
        is_low = self.at_least is not None and self.value < self.at_least
        return not is_low and not (self.at_most is not None and self.value > self.at_most)


@dataclass(frozen=True)
class Trial:
    """A task and its trial set."""

    task: str
    file: str
    """Name of the trial set, a CSV with a column `kind`."""
    columns: tuple[str, ...]
    """Columns that the set must have, beside `kind`."""
    marks: Mapping[str, float]
    """Kind -> least share that is right; a kind without a mark is only counted."""
    judge: Callable[[Sequence[Row]], Sequence[Verdict]]
    """Answers all cases and compares: one verdict a row."""
    figures: Callable[[Sequence[Verdict]], Sequence[Figure]] = lambda _: ()
    """Figures over all kinds."""


@dataclass(frozen=True)
class Score:
    """Counts of one kind."""

    kind: str
    right: int
    abstained: int
    wrong: int
    mark: float | None = None

    @property
    def cases(self) -> int:
        """Number of cases."""
        return self.right + self.abstained + self.wrong

    @property
    def share(self) -> float:
        """Share that is right."""
        return self.right / self.cases

    @property
    def is_met(self) -> bool:
        """Whether the mark, if there is one, is reached."""
        return self.mark is None or self.share >= self.mark


@dataclass(frozen=True)
class Result:
    """A trial that has been run."""

    trial: Trial
    rows: tuple[Row, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def scores(self) -> tuple[Score, ...]:
        """One for each kind, in the order in which kinds stand in the set, then all together."""
        kinds = list(dict.fromkeys(row["kind"] for row in self.rows))
        each = [self._score(kind, self.trial.marks.get(kind)) for kind in kinds]
        return (*each, self._score(None, None))

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Figures over all kinds."""
        return tuple(self.trial.figures(self.verdicts))

    @property
    def is_met(self) -> bool:
        """Whether all marks are reached."""
        return all(each.is_met for each in self.scores) and all(
            each.is_met for each in self.figures
        )

    def misses(self) -> Iterator[dict[str, str]]:
        """Cases that are not right, with the answer given."""
        for row, verdict in zip(self.rows, self.verdicts, strict=True):
            if verdict.outcome != "right":
                yield {**row, "outcome": verdict.outcome, "given": verdict.given}

    def _score(self, kind: str | None, mark: float | None) -> Score:
        outcomes = [
            verdict.outcome
            for row, verdict in zip(self.rows, self.verdicts, strict=True)
            if kind in {None, row["kind"]}
        ]
        return Score(
            kind or "all",
            right=outcomes.count("right"),
            abstained=outcomes.count("abstained"),
            wrong=outcomes.count("wrong"),
            mark=mark,
        )


def run_trial(trial: Trial, path: Path) -> Result:
    """Answer the cases of a set and compare.

    Args:
        trial: one of TASKS.
        path: a set in the trial's format; an empty or missing column is the empty text.

    Raises:
        InvalidData: a column is missing, or there is no case.
    """
    rows = tuple(_rows(path, ("kind", *trial.columns)))
    if not rows:
        raise InvalidData(f"{path}: a trial set needs at least one case, but it has no row")
    return Result(trial, rows, tuple(trial.judge(rows)))


def _rows(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    table = open_table(path)
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise InvalidData(
            f"{path}: no column {', '.join(missing)}; a trial set of this task has "
            + ", ".join(columns)
        )
    for part in table.rows():
        for row in pa.Table.from_batches([part.batch]).to_pylist():
            yield {name: str(text) if text is not None else "" for name, text in row.items()}
